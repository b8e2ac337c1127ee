"""One crawl of a Notion workspace: what search knows, what is reached from there, what must be read."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.base import Item
from connectors.documents import Failure, Unchanged
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import ForbiddenError, MissingError
from connectors.notion import databases, state, urls
from connectors.notion.client import NotionApi
from connectors.notion.page_document import Frame, document_id
from connectors.notion.pages import PageReader
from connectors.notion.state import Record
from connectors.notion.workspace import Node, Workspace

_OVERLAP = timedelta(minutes=2)
"""`last_edited_time` is rounded down to the minute: a page that was edited so shortly before it was read may be
edited once more without another time. It is read again by the next crawl."""


class NotionCrawl:
    """Goes down from the roots and from all that search knows, each page and database once.

    `records` is what the next crawl must know, when `items` has ended.
    """

    def __init__(
        self,
        api: NotionApi,
        reader: PageReader,
        source: str,
        access: frozenset[str],
        roots: Sequence[str],
        known: dict[str, Record],
        lacked: Collection[str] = (),
    ) -> None:
        self._api = api
        self._source = source
        self._access = access
        self._roots = roots
        self._known = known
        self._lacked = lacked
        self._read_all = False
        self._workspace = Workspace(api, reader.names)
        self._reader = reader
        self._waiting: list[str] = []
        self._done: set[str] = set()
        self._complete = True
        self.records: dict[str, Record] = {}

    def items(self) -> Generator[Item, None, None]:
        """Everything that the integration may read, as items."""
        try:
            yield from self._search()
            # What the last crawl had no right to read is on pages that nobody has edited since.
            page = next((node.id for node in self._workspace.nodes.values() if not node.is_database), "")
            self._read_all = bool(page) and self._reader.gains(self._lacked, page)
            yield from self._start()
            yield from self._walk()
            yield from self._join_the_rest()
            yield from self._confirm_the_unseen()
            yield from self._lacking()
        finally:
            self._workspace.close()

    def lacks(self) -> set[str]:
        """The rights without which the documents were made, as far as they are in `records`."""
        return self._reader.lacks() | (set() if self._read_all else set(self._lacked))

    def _lacking(self) -> Iterator[Item]:
        """What was left out of every page that was read, told once."""
        lacks = self._reader
        if lacks.without_comments:
            yield Failure(f"notion:{self._source}#comments", lacks.without_comments, skipped=True)
        if lacks.without_users:
            temporary = lacks.may_know_users_later
            reason = f"names of people: {lacks.without_users}"
            yield Failure(f"notion:{self._source}#users", reason, skipped=not temporary, temporary=temporary)

    def _search(self) -> Iterator[Item]:
        try:
            for found in self._api.search():
                self._workspace.add(found)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            self._complete = False
            # It protects all documents of the source: nobody knows which of them search did not name.
            yield Failure(f"notion:{self._source}/", f"search: {error}", temporary=True)
        # Search names data sources only: what their databases are called is told by themselves.
        for node in [node for node in self._workspace.nodes.values() if node.is_database]:
            try:
                self._workspace.add(self._workspace.database(node))
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError):
                continue  # asked again, and reported, when its turn comes

    def _start(self) -> Iterator[Item]:
        if not self._roots:
            nodes = self._workspace.nodes.values()
            self._waiting = [node.id for node in nodes if not node.parent]
            return
        for root in self._roots:
            try:
                node = self._workspace.find(root)
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                self._complete = False
                yield Failure(f"notion:{self._source}/", f"root {root}: {error}", temporary=True)
                continue
            if node is None:
                reason = (
                    "this root is not shared with the integration, or does not exist; share it in Notion"
                    " (page menu, Connections), or correct the source's `roots`"
                )
                yield Failure(document_id(self._source, root), reason)
            else:
                self._waiting.append(node.id)

    def _walk(self) -> Iterator[Item]:
        """All that waits and all below it, depth first, so that few wait at a time."""
        while self._waiting:
            identifier = self._waiting.pop()
            if identifier not in self._done:
                self._done.add(identifier)
                yield from self._visit(identifier)

    def _join_the_rest(self) -> Iterator[Item]:
        """What search knows and nothing led to: below blocks, or below pages that are not shared."""
        judged: set[str] = set()
        while left := self._workspace.nodes.keys() - self._done - judged:
            judged |= left  # looking upwards finds more
            for identifier in sorted(left):
                if identifier not in self._done and (yield from self._belongs(identifier)):
                    self._waiting.append(identifier)
                    yield from self._walk()

    def _confirm_the_unseen(self) -> Iterator[Item]:
        """Ask for each document that the last crawl saw and this one did not: search may only lag behind."""
        for identifier in self._known:
            if identifier in self._done:
                continue
            if not self._complete:
                self._keep(identifier)
            elif (yield from self._belongs(identifier)):
                self._waiting.append(identifier)
                yield from self._walk()

    def _belongs(self, identifier: str) -> Generator[Item, None, bool]:
        """Whether something exists and, where there are roots, lies below one."""
        try:
            node = self._workspace.find(identifier)
            above = self._workspace.above(node) if node else None
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            yield from self._failed(identifier, error)
            return False
        if above is None:
            return False
        return not self._roots or any(parent.id in self._done for parent in above)

    def _visit(self, identifier: str) -> Iterator[Item]:
        try:
            node = self._workspace.find(identifier)
            above = self._workspace.above(node) if node else None
            if node is None or above is None:
                yield from self._gone(identifier)
            elif node.is_database:
                yield from self._database(node, above)
            else:
                yield from self._page(node, above)
        except UnreachableError:
            raise
        except MissingError as error:
            yield from self._vanished(identifier, error)
        except (TemporaryError, UnreadableError) as error:
            yield from self._failed(identifier, error)

    def _page(self, node: Node, above: Sequence[Node]) -> Iterator[Item]:
        frame = self._frame(node, above)
        record = None if self._read_all else self._known.get(node.id)
        if record and record.edited == node.edited and record.around == self._around(frame, record.links):
            yield from self._unchanged(node, record)
            return
        self._reader.learn_users()
        begun = self._api.now()
        content = self._reader.read(frame, self._workspace.waiting(node))
        is_whole = not content.trouble and not self._reader.may_know_users_later
        is_settled = is_whole and node.edited < _minute(begun - _OVERLAP)
        around = self._around(frame, content.links)
        edited = node.edited if is_settled else ""
        self.records[node.id] = Record(edited, around, content.children, content.links, content.problems)
        yield content.document
        for reason, skipped in content.problems:
            yield Failure(content.document.id, reason, skipped=skipped)
        for reason in content.trouble:
            yield Failure(content.document.id, reason, temporary=True)
        self._go_down(node.id, content.children)

    def _database(self, node: Node, above: Sequence[Node]) -> Iterator[Item]:
        frame = self._frame(node, above)
        record = None if self._read_all else self._known.get(node.id)
        begun = self._api.now()
        database = self._workspace.database(node)
        content = databases.read(self._api, database, self._workspace.names, self._add_row)
        self._go_down(node.id, ())
        around = self._around(frame, ())
        if record and record.edited == content.digest and record.around == around:
            yield from self._unchanged(node, record)
            return
        self._reader.learn_users()
        is_settled = not self._reader.may_know_users_later and content.edited < _minute(begun - _OVERLAP)
        edited = content.digest if is_settled else ""
        self.records[node.id] = Record(edited, around, failures=tuple(content.problems))
        document = content.document(frame, self._workspace.names)
        yield document
        for reason, skipped in content.problems:
            yield Failure(document.id, reason, skipped=skipped)

    def _add_row(self, row: dict[str, object]) -> None:
        self._workspace.add(row)

    def _unchanged(self, node: Node, record: Record) -> Iterator[Item]:
        self.records[node.id] = record
        name = document_id(self._source, node.id)
        yield Unchanged((name,))
        for reason, skipped in record.failures:
            yield Failure(name, reason, skipped=skipped)
        self._go_down(node.id, record.children)

    def _go_down(self, identifier: str, children: Sequence[str]) -> None:
        """Let what lies below wait: what stands in the blocks, and what names this as its parent."""
        for child in children:
            self._workspace.stands_on(child, identifier)
        below = (*self._workspace.children(identifier), *children)
        self._waiting += [child for child in below if child not in self._done]

    def _gone(self, identifier: str) -> Iterator[Item]:
        """Nothing to say of a document that was deleted; a child that was never shared is told."""
        if identifier not in self._known and identifier not in self._workspace.nodes:
            reason = "not shared with the integration, or a linked view of another database"
            yield Failure(document_id(self._source, identifier), reason, skipped=True)

    def _vanished(self, identifier: str, error: MissingError) -> Iterator[Item]:
        """A page whose parts are missing: it is gone if it is missing itself, else the next crawl tries again."""
        try:
            self._api.page(identifier)
        except MissingError:
            return
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError):
            pass
        yield from self._failed(identifier, TemporaryError(str(error)))

    def _failed(self, identifier: str, error: Exception) -> Iterator[Item]:
        """Report an item; what is stored of it stays, unless the integration has lost the right to read it."""
        is_lost = isinstance(error, ForbiddenError)
        yield Failure(document_id(self._source, identifier), str(error), temporary=not is_lost)
        record = self._known.get(identifier)
        if record and not is_lost:
            self._keep(identifier)
        self._go_down(identifier, record.children if record else ())

    def _keep(self, identifier: str) -> None:
        """Remember a document as the last crawl did; what was to be read anew is still to be read."""
        record = self._known[identifier]
        self.records[identifier] = replace(record, edited="") if self._read_all else record

    def _frame(self, node: Node, above: Sequence[Node]) -> Frame:
        titles = [parent.title for parent in above if parent.title]
        return Frame(self._source, node.id, node.title, titles, self._access)

    def _around(self, frame: Frame, links: Sequence[str]) -> str:
        """A digest of all that a document shows of others."""
        names = [self._workspace.names.get(urls.bare_id(link), "") for link in links]
        return state.digest([frame.title, list(frame.above), names])


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
