"""Tells whether a document would come out as it did when it was last read, without reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from connectors.confluence import state
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.includes import Includes, Key
from connectors.confluence.node import Node
from connectors.confluence.page_document import Frame
from connectors.confluence.site import Access, Site
from connectors.confluence.state import Record
from connectors.errors import TemporaryError, UnreachableError, UnreadableError


class Comparison:
    """Compares what is known of a node now with the record of the last time."""

    def __init__(
        self,
        api: ConfluenceApi,
        source: str,
        site: Site,
        access: Access,
        includes: Includes,
        touched: set[str],
    ) -> None:
        """`touched`: the pages whose comments have changed."""
        self._api = api
        self._source = source
        self._site = site
        self._access = access
        self._includes = includes
        self._touched = touched

    def is_unchanged(self, node: Node, record: Record) -> bool:
        """Whether nothing has changed that the document is made of; False where that cannot be told."""
        if node.id in self._touched or not record.digest:
            return False
        try:
            return record.digest == self.digest(node, record.includes)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError):
            return False  # what it includes cannot be looked up: reading it tells

    def has_same_readers(self, node: Node, record: Record) -> bool:
        """Whether the same people may read it; False where that cannot be told."""
        node = self._site.nodes.get(node.id, node)
        try:
            shown = [target for key in record.includes if (target := self._includes.find(key))]
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError):
            return False
        return record.access == access_digest(self._access.of([node, *shown]))

    def digest(self, node: Node, includes: Sequence[Key]) -> str:
        """Stands for all that a document is made of; whoever may read it is part of that."""
        shown = [(key, self._includes.find(key)) for key in includes]
        found = [target for _, target in shown if target]
        frame = self.frame(node, found)
        parts: list[object] = [node.to_json(), frame.above, sorted(frame.access), frame.url]
        parts += [
            [*key, target.id if target else "", target.version if target else 0] for key, target in shown
        ]
        return state.digest(parts)

    def frame(self, node: Node, included: Sequence[Node]) -> Frame:
        """What the document of a node is besides its sections."""
        access = self._access.of([node, *included])
        return Frame(self._source, node, self._site.breadcrumbs(node), access, self._api.link(node.link))

    def shown_by(self, records: Iterable[Record]) -> Iterator[Node]:
        """The pages that others showed inside their own when they were last read."""
        for record in records:
            for key in record.includes:
                if shown := self._site.titled(*key):
                    yield shown


def access_digest(access: frozenset[str]) -> str:
    """Stands for the readers of a document."""
    return state.digest(sorted(access))
