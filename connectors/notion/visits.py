"""Visits pages and databases one by one: reads those that are not as they were, and remembers all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from connectors.base import Item
from connectors.documents import Failure, Unchanged
from connectors.errors import KubeloreError, TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import ForbiddenError, MissingError
from connectors.notion import databases, state, urls
from connectors.notion.client import NotionApi
from connectors.notion.node import Node
from connectors.notion.page_document import Frame, document_id
from connectors.notion.pages import PageReader
from connectors.notion.state import Record
from connectors.notion.values import JsonObject, as_text
from connectors.notion.workspace import Workspace

_OVERLAP = timedelta(minutes=2)
"""`last_edited_time` is rounded down to the minute: what was edited so shortly before the crawl began may be edited
once more without another time. It is read again by the next crawl."""
NEVER_READ = Record("", "")


class Below(Protocol):
    """What is done with what lies below a page or database that was visited."""

    def visited(self, identifier: str, children: Sequence[str], *, is_new: bool, is_whole: bool) -> None:
        """`children` stand in its blocks or are its rows.

        `is_new` says whether they have just been read, `is_whole` whether it has no others.
        """
        ...


class Visits:
    """Each page and database once; `records` is what the next crawl must know of them, `done` whom it came to.

    `below` is told of what each leads to. With `read_all` nothing counts as unchanged, nor do the pages of
    `again`; with `all_rows` every row of a database is named. Where there are `roots`, what lies below none of them
    is gone; without, whoever calls `visit` knows what belongs here.
    """

    def __init__(
        self,
        api: NotionApi,
        reader: PageReader,
        workspace: Workspace,
        source: str,
        access: frozenset[str],
        known: Mapping[str, Record],
        begun: float,
        below: Below,
        *,
        all_rows: bool = True,
        roots: AbstractSet[str] = frozenset(),
    ) -> None:
        self.records: dict[str, Record] = {}
        self.done: set[str] = set()
        self.read_all = False
        self.again: frozenset[str] = frozenset()
        self._api = api
        self._reader = reader
        self._workspace = workspace
        self._source = source
        self._access = access
        self._known = known
        self._begun = begun
        self._below = below
        self._all_rows = all_rows
        self._roots = roots

    def visit(self, identifier: str) -> Iterator[Item]:
        """What there is to say of a page or database."""
        self.done.add(identifier)
        try:
            node = self._workspace.find(identifier)
            above = self._workspace.above(node) if node else None
            if node is None or above is None:
                yield from self._gone(identifier)
            elif node.is_database:
                yield from self._database(node)
            else:
                yield from self._page(node, above)
        except UnreachableError:
            raise
        except MissingError as error:
            yield from self._vanished(identifier, error)
        except (TemporaryError, UnreadableError) as error:
            yield from self.failed(identifier, error)

    def is_as_it_was(self, node: Node, above: Sequence[Node]) -> bool:
        """Whether a page is as the last crawl read it; of a database, whether it had been settled then."""
        record = self._known.get(node.id)
        if self.read_all or node.id in self.again or record is None or not record.edited:
            return False
        is_same = node.is_database or record.edited == node.edited
        return is_same and record.around == self._around(self._frame(node, above), record.links)

    def is_inside(self, node: Node, above: Sequence[Node]) -> bool:
        """Whether something lies below one of the roots, or is one."""
        return not self._roots or not self._roots.isdisjoint((node.id, *(parent.id for parent in above)))

    def unchanged(self, identifier: str, *, is_settled: bool = True) -> Iterator[Item]:
        """Say that a document is as it was; if that is not settled, the next crawl reads it."""
        record = self._known[identifier]
        self.done.add(identifier)
        self.records[identifier] = record if is_settled else replace(record, edited="")
        name = document_id(self._source, identifier)
        yield Unchanged((name,))
        for reason, skipped in record.failures:
            yield Failure(name, reason, skipped=skipped)

    def failed(self, identifier: str, error: KubeloreError) -> Iterator[Item]:
        """Report an item; what is stored of it stays, unless the integration has lost the right to read it."""
        self.done.add(identifier)
        is_lost = isinstance(error, ForbiddenError)
        yield Failure(document_id(self._source, identifier), str(error), temporary=not is_lost)
        if not is_lost:
            self.keep(identifier)
        record = self._known.get(identifier, NEVER_READ)
        self._below.visited(identifier, record.children, is_new=False, is_whole=False)

    def keep(self, identifier: str) -> None:
        """Remember a document as the last crawl did; what was to be read anew is still to be read."""
        record = self._known.get(identifier, NEVER_READ)
        self.records[identifier] = replace(record, edited="") if self.read_all else record

    def _page(self, node: Node, above: Sequence[Node]) -> Iterator[Item]:
        if self.is_as_it_was(node, above):
            yield from self.unchanged(node.id)
            children = self._known[node.id].children
            self._below.visited(node.id, children, is_new=False, is_whole=False)
            return
        self._reader.learn_users()
        page = self._workspace.waiting(node)
        found = self._workspace.find(node.id)  # as it is now, if it had to be asked for
        places = self._workspace.above(found) if found else None
        if page is None or found is None or places is None or not self.is_inside(found, places):
            return  # it has gone to the trash, or what it lies below has, or it was moved away
        node, frame = found, self._frame(found, places)
        before = self._known.get(node.id, NEVER_READ)
        content = self._reader.read(frame, page, before.commented)
        now = state.minute(self._api.server_time(self._begun))
        is_whole = not content.trouble and not self._reader.may_know_users_later
        self.records[node.id] = Record(
            node.edited if is_whole and self._is_past(node.edited) else "",
            self._around(frame, content.links),
            content.children,
            content.links,
            content.problems,
            content.on_blocks.blocks,
            now if content.on_blocks.is_whole else before.asked,
            tuple(content.on_blocks.on),
        )
        yield content.document
        for reason, skipped in content.problems:
            yield Failure(content.document.id, reason, skipped=skipped)
        for reason in content.trouble:
            yield Failure(content.document.id, reason, temporary=True)
        self._below.visited(node.id, content.children, is_new=True, is_whole=True)

    def _database(self, node: Node) -> Iterator[Item]:
        database = self._workspace.database(node)
        found = self._workspace.find(node.id)  # what it is called is told by itself, not by its data sources
        places = self._workspace.above(found) if found else None
        if found is None or places is None or not self.is_inside(found, places):
            return  # as with pages
        node = found
        rows: list[str] = []

        def take(row: JsonObject) -> None:
            self._workspace.add(row)
            if row.get("object") == "page":
                rows.append(as_text(row.get("id")))

        content = databases.read(
            self._api,
            database,
            self._workspace.names,
            self._workspace.source,
            take,
            all_rows=self._all_rows,
        )
        frame = self._frame(node, places)
        around = self._around(frame, ())
        record = None if self.read_all else self._known.get(node.id)
        if record and record.edited == content.digest and record.around == around:
            yield from self.unchanged(node.id)
        else:
            self._reader.learn_users()
            is_settled = not self._reader.may_know_users_later and self._is_past(content.edited)
            edited = content.digest if is_settled else ""
            self.records[node.id] = Record(edited, around, failures=tuple(content.problems))
            document = content.document(frame, self._workspace.names)
            yield document
            for reason, skipped in content.problems:
                yield Failure(document.id, reason, skipped=skipped)
        self._below.visited(node.id, rows, is_new=True, is_whole=content.is_whole)

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
        yield from self.failed(identifier, TemporaryError(str(error)))

    def _is_past(self, edited: str) -> bool:
        """Whether no other edit has the same time: what the crawl has heard since it began holds them all."""
        return edited < state.minute(self._api.server_time(self._begun) - _OVERLAP)

    def _frame(self, node: Node, above: Sequence[Node]) -> Frame:
        titles = [parent.title for parent in above if parent.title]
        return Frame(self._source, node.id, node.title, titles, self._access)

    def _around(self, frame: Frame, links: Sequence[str]) -> str:
        """A digest of all that a document shows of others."""
        names = [self._workspace.names.get(urls.bare_id(link), "") for link in links]
        return state.digest([frame.title, list(frame.above), names])
