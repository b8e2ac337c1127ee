"""Looks at everything: all that search knows, all that is reached from there, all that was there before."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from collections.abc import Set as AbstractSet

from connectors.base import Item
from connectors.documents import Failure
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.notion.client import NotionApi
from connectors.notion.page_document import document_id
from connectors.notion.visits import Visits
from connectors.notion.workspace import Workspace

_SAMPLE = 100
"""So many that nothing led to are asked for; if all of them are gone, so are the others."""


class Sweep:
    """Goes down from the roots and from all that search knows, each page and database once.

    `is_complete` says at its end whether search and all roots could be read.
    """

    def __init__(
        self,
        api: NotionApi,
        workspace: Workspace,
        source: str,
        roots: Sequence[str],
        known: AbstractSet[str],
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._source = source
        self._roots = roots
        self._known = known
        self._waiting: list[str] = []
        self._visits: Visits
        self.is_complete = True

    def visited(self, identifier: str, children: Sequence[str], *, is_new: bool, is_whole: bool) -> None:
        """Let what lies below wait: what stands in the blocks, and what names this as its parent."""
        for child in children:
            self._workspace.stands_on(child, identifier)
        below = (*self._workspace.children(identifier), *children)
        self._waiting += [child for child in below if child not in self._visits.done]

    def search(self) -> Iterator[Item]:
        """Hear of all that search knows."""
        try:
            for found in self._api.search():
                self._workspace.add(found)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            self.is_complete = False
            # It protects all documents of the source: nobody knows which of them search did not name.
            yield Failure(f"notion:{self._source}/", f"search: {error}", temporary=True)
        # Search names data sources only: what their databases are called is told by themselves.
        for node in [node for node in self._workspace.nodes.values() if node.is_database]:
            try:
                self._workspace.database(node)
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError):
                continue  # asked again, and reported, when its turn comes

    def items(self, visits: Visits) -> Iterator[Item]:
        """Everything that the integration may read, as items."""
        self._visits = visits
        yield from self._start()
        yield from self._walk()
        yield from self._join_the_rest()
        yield from self._confirm_the_unseen()

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
                self.is_complete = False
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
            if identifier not in self._visits.done:
                yield from self._visits.visit(identifier)

    def _join_the_rest(self) -> Iterator[Item]:
        """What search knows and nothing led to: below blocks, or below pages that are not shared."""
        judged: set[str] = set()
        while left := self._workspace.nodes.keys() - self._visits.done - judged:
            judged |= left  # looking upwards finds more
            for identifier in sorted(left):
                if identifier not in self._visits.done and (yield from self._belongs(identifier)):
                    self._waiting.append(identifier)
                    yield from self._walk()

    def _confirm_the_unseen(self) -> Iterator[Item]:
        """Ask for documents that the last crawl saw and this one did not: search may only lag behind."""
        unseen = sorted(self._known - self._visits.done)
        if not self.is_complete:
            for identifier in unseen:
                self._visits.keep(identifier)
            return
        sample = unseen[:: max(1, len(unseen) // _SAMPLE)]
        are_gone = yield from self._confirm(sample)
        if not are_gone:
            yield from self._confirm(unseen)

    def _confirm(self, unseen: Sequence[str]) -> Generator[Item, None, bool]:
        """Visit those that are still there; whether there are none, for sure."""
        are_gone = True
        for identifier in unseen:
            if identifier in self._visits.done:
                continue
            belongs = yield from self._belongs(identifier)
            are_gone &= not belongs and identifier not in self._visits.records
            if belongs:
                self._waiting.append(identifier)
                yield from self._walk()
        return are_gone

    def _belongs(self, identifier: str) -> Generator[Item, None, bool]:
        """Whether something exists and, where there are roots, lies below one."""
        try:
            node = self._workspace.find(identifier)
            above = self._workspace.above(node) if node else None
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            if identifier not in self._visits.done:
                yield from self._visits.failed(identifier, error)
            return False
        if above is None:
            return False
        return not self._roots or any(parent.id in self._visits.done for parent in above)
