"""The site as it is known: what stands where, and what limits who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.node import PAGES, Node, masked_line
from connectors.confluence.permissions import NOBODY, Principals, readers
from connectors.errors import KubeloreError, UnreachableError

_MAX_DEPTH = 200


class Site:
    """Spaces and nodes; `put` and `drop` keep the index of titles right."""

    def __init__(self) -> None:
        self.spaces: dict[str, Space] = {}
        self.nodes: dict[str, Node] = {}
        self._titles: dict[tuple[str, str, str], str] = {}

    def put(self, node: Node) -> None:
        """Add a node, or replace what was known of it."""
        self.drop(node.id)
        self.nodes[node.id] = node
        if node.kind in PAGES:
            self._titles[_title(node.space, node.kind, node.title)] = node.id

    def drop(self, identifier: str) -> None:
        """Forget a node."""
        node = self.nodes.pop(identifier, None)
        key = _title(node.space, node.kind, node.title) if node else ("", "", "")
        if self._titles.get(key) == identifier:
            del self._titles[key]

    def titled(self, space: str, kind: str, title: str) -> Node | None:
        """The page or blog post of a space with this title: there may be one of each."""
        return self.nodes.get(self._titles.get(_title(space, kind, masked_line(title)), ""))

    def above(self, node: Node) -> list[Node]:
        """What is known to be above a node, outermost first."""
        return [found for found in self._upwards(node) if found][::-1]

    def breadcrumbs(self, node: Node) -> tuple[str, ...]:
        """The space's name and the titles above a node."""
        space = self.spaces.get(node.space)
        titles = (space.name if space else node.space, *(above.title for above in self.above(node)))
        return tuple(filter(None, titles))

    def levels(self, node: Node) -> Iterator[Principals | None]:
        """The limits that a reader of `node` must satisfy, each of them; what is not known lets nobody in."""
        space = self.spaces.get(node.space)
        yield space.readers if space else NOBODY
        for one in (node, *self._upwards(node)):
            yield one.readers if one and one.knows_readers and one.knows_parent else NOBODY

    def _upwards(self, node: Node) -> Iterator[Node | None]:
        """The parent, its parent, and so on; None in the place of one that is not known or a cycle."""
        parent = node.parent
        for _ in range(_MAX_DEPTH):
            if not parent:
                return
            above = self.nodes.get(parent)
            yield above
            if above is None:
                return
            parent = above.parent
        yield None


class Access:
    """Who may read what, as principals of documents."""

    def __init__(self, site: Site, lookups: Lookups, everybody: frozenset[str]) -> None:
        self.trouble: list[str] = []
        self._site = site
        self._lookups = lookups
        self._everybody = everybody
        self._members: dict[str, Principals | None] = {}
        self._known: dict[frozenset[Principals | None], Principals] = {}

    def of(self, nodes: Iterable[Node]) -> Principals:
        """Who may read all of `nodes`; `everybody` where no restriction and no space keeps anybody out."""
        levels = frozenset(level for node in nodes for level in self._site.levels(node))
        if levels not in self._known:
            found = readers(levels, self._members_of)
            self._known[levels] = self._everybody if found is None else found
        return self._known[levels]

    def _members_of(self, group: str) -> Principals | None:
        if group not in self._members:
            try:
                self._members[group] = self._lookups.members(group)
            except UnreachableError:
                raise
            except KubeloreError as error:
                self._members[group] = None
                self.trouble.append(f"the members of {group}: {error}")
        return self._members[group]


def _title(space: str, kind: str, title: str) -> tuple[str, str, str]:
    return space, kind, title.casefold()
