"""Between two sweeps: what search names as edited since the last crawl, and what follows from that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connectors.base import Item
from connectors.documents import Failure
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.notion import state
from connectors.notion.client import NotionApi
from connectors.notion.databases import SHOWN_ROWS
from connectors.notion.node import Node
from connectors.notion.pace import Pace
from connectors.notion.state import Memory
from connectors.notion.values import JsonObject, as_text
from connectors.notion.visits import NEVER_READ, Visits
from connectors.notion.workspace import Workspace

_OVERLAP = timedelta(minutes=15)
"""Search may name an edit so late. What it names later still is found by the next sweep."""
_PAGE = 100
_MOST_ASKED = 100
"""Of more documents that seem to have gone at once, a sweep finds out what has become of them."""


class Refresh:
    """Takes everything for what it was, but for what search says and for what is found on the pages it names.

    `is_complete` says at its end whether all news could be heard, `needs_sweep` whether more has happened than can
    be told without one.
    """

    def __init__(
        self,
        api: NotionApi,
        workspace: Workspace,
        source: str,
        roots: Sequence[str],
        known: Memory,
        pace: Pace,
    ) -> None:
        self.is_complete = True
        self.needs_sweep = False
        self._api = api
        self._workspace = workspace
        self._source = source
        self._roots = frozenset(roots)
        self._known = known
        self._pace = pace
        self._since = state.minute(known.seen - _OVERLAP) if known.seen else ""
        self._waiting: list[str] = []
        self._to_ask: list[str] = []
        self._tables: dict[str, None] = {}
        self._visits: Visits
        workspace.know(known.nodes.values(), known.absent)
        workspace.names.update(known.names)

    def listen(self) -> Iterator[Item]:
        """Hear what was edited since shortly before the last crawl."""
        try:
            for found in self._news():
                self._hear(found)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            self.is_complete = False
            yield Failure(f"notion:{self._source}/", f"search: {error}", temporary=True)

    def _news(self) -> Iterator[JsonObject]:
        """Newest first; read to its end if search gives another order."""
        last, is_descending = "~", True
        for number, found in enumerate(self._api.search(newest_first=True), 1):
            yield found
            edited = as_text(found.get("last_edited_time"))
            is_descending &= edited <= last
            last = edited
            if is_descending and edited < self._since and number >= _PAGE:
                return

    def _hear(self, found: JsonObject) -> None:
        edited = as_text(found.get("last_edited_time"))
        before = self._workspace.nodes.get(as_text(found.get("id")))
        is_settled = bool(before and self._known.records.get(before.id, NEVER_READ).edited)
        if before and (before.edited > edited or (before.edited == edited and is_settled)):
            return
        node = self._workspace.add(found)
        if node is None:
            return
        if not node.is_database:
            self._waiting.append(node.id)
            self._touch(node.parent, before.parent if before else "")
        elif node.id not in self._known.records:
            self._waiting.append(node.id)
        elif edited >= self._since:
            self._touch(node.id)

    def _touch(self, *identifiers: str) -> None:
        """Note that the table of a database may show something else now."""
        for identifier in identifiers:
            node = self._workspace.nodes.get(identifier)
            if node and node.is_database:
                self._tables[identifier] = None

    def visited(self, identifier: str, children: Sequence[str], *, is_new: bool, is_whole: bool) -> None:
        """Compare what lies below with what lay there: what came is visited, what went is asked for."""
        node = self._workspace.nodes.get(identifier)
        if not is_new or node is None:
            return
        before: Sequence[str] = ()
        if not node.is_database:
            before = self._known.records.get(identifier, NEVER_READ).children
        elif is_whole:
            before = [child for child in self._workspace.children(identifier) if child in self._known.records]
        for child in children:
            held = self._workspace.nodes.get(child)
            if not node.is_database:
                self._workspace.stands_on(child, identifier)
            if child not in self._known.records:
                self._waiting.append(child)
            elif held and not held.parent_is_block and held.parent != identifier:
                self._to_ask.append(child)
        self._to_ask += [child for child in before if child not in set(children)]

    def items(self, visits: Visits) -> Iterator[Item]:
        """Everything that the integration may read, as items."""
        self._visits = visits
        for identifier, record in self._known.records.items():
            node = self._workspace.nodes.get(identifier)
            if not record.edited and node and node.is_database:
                self._touch(identifier)
            elif not record.edited:
                self._waiting.append(identifier)
        # What stands higher is read first, it may tell that what is below has gone; and what is new comes last: it is
        # easier to place when the pages that it may stand on have been read.
        self._waiting.sort(key=lambda name: (name in self._known.records, -self._depth(name)))
        yield from self._follow()
        yield from self._read_tables()
        yield from self._say_the_rest()
        yield from self._follow()

    def _follow(self) -> Iterator[Item]:
        while self._to_ask or self._waiting:
            if self._to_ask:
                yield from self._ask(self._to_ask.pop())
                continue
            identifier = self._waiting.pop()
            if identifier not in self._visits.done and self._may_belong(identifier):
                yield from self._visits.visit(identifier)

    def _may_belong(self, identifier: str) -> bool:
        """Whether what is new lies below a root, as far as that is known without asking.

        If it does, what it stands on was edited too, and leads to it; or else the next sweep finds it.
        """
        seen: set[str] = set()
        while self._roots and identifier not in self._roots and identifier not in seen:
            if self._known.records.get(identifier, NEVER_READ).around:
                return True
            seen.add(identifier)
            identifier = self._workspace.known_parent(identifier)
        return not self._roots or identifier in self._roots

    def _depth(self, identifier: str) -> int:
        above = [identifier]
        while (parent := self._workspace.known_parent(above[-1])) and parent not in above:
            above.append(parent)
        return len(above)

    def _ask(self, identifier: str) -> Iterator[Item]:
        """Find out what has become of something that is no longer where it was."""
        if identifier in self._visits.done:
            return
        before = self._workspace.nodes.get(identifier)
        try:
            node = self._workspace.ask(identifier)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            yield from self._visits.failed(identifier, error)
            return
        self._touch(before.parent if before else "", node.parent if node else "")

    def _read_tables(self) -> Iterator[Item]:
        """Read databases whose rows have changed, as many as the crawl may cost; others stay as they are for now."""
        room = max(self._pace.few_requests, self._api.requests * 11 // 10)
        judged: set[str] = set()
        while left := [name for name in self._tables if name not in judged]:  # reading one leads to others
            for identifier in left:
                judged.add(identifier)
                if identifier not in self._visits.done and identifier in self._workspace.nodes:
                    yield from self._read_table(identifier, room)

    def _read_table(self, identifier: str, room: int) -> Iterator[Item]:
        rows = min(len(self._workspace.children(identifier)), SHOWN_ROWS)
        cost = 2 + max(1, -(-rows // _PAGE))
        was_read = self._known.records.get(identifier, NEVER_READ).around
        if was_read and self._api.requests + cost > room:
            yield from self._visits.unchanged(identifier, is_settled=False)
        else:
            self._waiting.append(identifier)
            yield from self._follow()

    def _say_the_rest(self) -> Iterator[Item]:
        below_trash: list[str] = []
        for identifier in self._known.records:
            if identifier in self._visits.done or identifier not in self._workspace.nodes:
                continue  # what is in no place any more was asked for, and is gone
            try:
                yield from self._say(self._workspace.nodes[identifier], below_trash)
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError) as error:
                yield from self._visits.failed(identifier, error)
        self.needs_sweep = len(below_trash) > _MOST_ASKED
        for identifier in below_trash:
            if self.needs_sweep:
                yield from self._visits.unchanged(identifier)
                continue
            # It may have been moved away before the page that it lay below went to the trash.
            yield from self._ask(identifier)
            if identifier in self._workspace.nodes:
                self._waiting.append(identifier)

    def _say(self, node: Node, below_trash: list[str]) -> Iterator[Item]:
        above = self._workspace.above(node)
        if above is None:
            below_trash.append(node.id)
        elif self._visits.is_inside(node, above) and self._visits.is_as_it_was(node, above):
            yield from self._visits.unchanged(node.id)
        else:
            yield from self._visits.visit(node.id)
