"""Puts what the lists name where it belongs, and looks up what they leave out: what is above, and restrictions."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.confluence.findings import Findings
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.node import ATTACHMENT, DOCUMENTS, Node, parents_of, parse
from connectors.confluence.permissions import LOGGED_IN, NOBODY, logged_in
from connectors.confluence.site import Site
from connectors.confluence.values import JsonObject, as_list
from connectors.errors import KubeloreError, UnreachableError

UNKNOWN = "?"
"""The parent of a page when nobody knows what is above it: there is no such node, so that nobody may read it."""
_BATCH = 100


class Placing:
    """Adds nodes to a `Site`.

    Cloud's version 1 tells the ancestors of a page, and nobody says whether folders are always among them: a folder
    that is left out would take its restriction with it. There the parent that version 2 names counts.
    """

    def __init__(
        self, site: Site, lookups: Lookups, findings: Findings, *, cloud: bool, closed: bool
    ) -> None:
        """`closed`: the source names those who stand for whoever may log in."""
        self._site = site
        self._lookups = lookups
        self._findings = findings
        self._cloud = cloud
        self._closed = closed
        self._above: dict[str, Node] = {}

    def take(self, content: JsonObject) -> Node | None:
        """Add what an answer describes; None for drafts, comments and the like."""
        node = parse(content)
        if node is None or node.kind not in DOCUMENTS:
            return None
        if node.kind == ATTACHMENT and not node.knows_parent:
            return None
        if self._cloud and node.kind == "page":
            node = node.nowhere()
        self._site.put(node)
        for above in parents_of(as_list(content.get("ancestors"))):
            self._above[above.id] = above
        return node

    def adopt(self, content: JsonObject) -> Node | None:
        """Add what an answer describes and complete it; what it leaves out is as it was known before."""
        node = parse(content)
        before = self._site.nodes.get(node.id) if node else None
        node = self.take(content)
        if node is None:
            return None
        if before and before.knows_parent and not node.knows_parent:
            node = node.below(before.parent)
        if before and before.knows_readers and not node.knows_readers:
            node = node.read_by(before.readers)
        self._site.put(node)
        if node.space not in self._site.spaces:
            for space in self._lookups.spaces([node.space]):
                self.judge(space)
        self._complete([node.id])
        return self._site.nodes[node.id]

    def place_spaces(self, spaces: Iterable[Space]) -> None:
        """Put the pages of whole spaces below what is above them, and complete all nodes."""
        if self._cloud:
            for space in spaces:
                for name, above in self._lookups.places(space):
                    self._place(name, above)
        self._complete(list(self._site.nodes))

    def place_some(self) -> None:
        """The same for the few that were taken since."""
        lost = [
            node.id for node in self._site.nodes.values() if not node.knows_parent and node.kind == "page"
        ]
        if self._cloud:
            for start in range(0, len(lost), _BATCH):
                for name, above in self._lookups.places_of(lost[start : start + _BATCH]):
                    self._place(name, above)
        self._complete(list(self._site.nodes))

    def forget_answered(self) -> None:
        """Drop from what is unknown the nodes of which all is known by now, and those that are gone."""
        for name, one in list(self._findings.unknown.items()):
            node = self._site.nodes.get(name)
            if one.item and (node is None or (node.parent != UNKNOWN and node.readers != NOBODY)):
                del self._findings.unknown[name]

    def judge(self, space: Space) -> None:
        """Find out who may view a space, and add it."""
        try:
            readers = self._lookups.space_readers(space)
        except UnreachableError:
            raise
        except KubeloreError as error:
            readers = NOBODY
            reason = f"space {space.key}: its permissions are not known, so that nobody may read it"
            self._findings.failed(name_of(space.key), reason, error, of_source=True)
        else:
            self._findings.unknown.pop(name_of(space.key), None)
        if readers is not None and LOGGED_IN in readers:
            if not self._closed:
                self._findings.tell("", logged_in(space.key), temporary=False)
            readers = None if self._closed else readers - {LOGGED_IN}
        self._site.spaces[space.key] = Space(space.key, space.name, space.id, readers)

    def _place(self, name: str, above: Node | None) -> None:
        node = self._site.nodes.get(name)
        if node is None:
            return
        self._site.put(node.below(above.id if above else ""))
        if above and above.id not in self._site.nodes:
            told = self._above.get(above.id)
            self._above[above.id] = above.titled(told.title) if told else above

    def _complete(self, names: Iterable[str]) -> None:
        """Look up what is missing of these nodes and of all that turns out to be above them."""
        pending = [self._site.nodes[name] for name in names if name in self._site.nodes]
        while pending:
            for node in pending:
                if not node.knows_parent:
                    self._find_parents(node)
            for node in pending:
                if not node.knows_readers:
                    self._find_restriction(self._site.nodes[node.id])
            pending = self._strangers(pending)
        self._above.clear()

    def _strangers(self, nodes: Iterable[Node]) -> list[Node]:
        """Add what is above `nodes` and was not listed itself: drafts, databases, what is in the trash."""
        added: list[Node] = []
        needed = {self._site.nodes[node.id].parent for node in nodes}
        for name in sorted(name for name in needed if name in self._above and name not in self._site.nodes):
            above = self._above[name]
            stranger = Node(
                name,
                above.kind,
                above.title,
                "",
                parent=above.parent,
                knows_parent=False,
                knows_readers=False,
            )
            self._site.put(stranger if self._cloud else stranger.below(above.parent))
            added.append(self._site.nodes[name])
        return added

    def _find_parents(self, node: Node) -> None:
        try:
            above = self._lookups.parents(node)
        except UnreachableError:
            raise
        except KubeloreError as error:
            self._findings.failed(node.id, "what is above it is not known, so that nobody may read it", error)
            self._site.put(node.below(UNKNOWN))
            return
        for parent in above:
            self._above.setdefault(parent.id, parent)
        self._site.put(node.below(above[-1].id if above else ""))

    def _find_restriction(self, node: Node) -> None:
        try:
            self._site.put(node.read_by(self._lookups.restriction(node.id)))
        except UnreachableError:
            raise
        except KubeloreError as error:
            self._findings.failed(node.id, "who may read it is not known, so that nobody may", error)
            self._site.put(node.read_by(NOBODY))


def name_of(key: str) -> str:
    """What a space is called among what is not known: no node is called so."""
    return f"space {key}"
