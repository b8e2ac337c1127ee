"""Folds what makes a picture large and says little: pods and replica sets into workloads, slices into services."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node, ResourceGraph
from connectors.kinds import CLUSTER_SCOPED

_FOLDED = frozenset({"Pod", "ReplicaSet", "Job", "ControllerRevision", "EndpointSlice", "Endpoints"})
"""Kinds that go into the object that owns them."""
_NEVER_ABOVE = frozenset({"Node", "Namespace", "Application"})
"""Owners that nothing is folded into: a node owns its static pods, an Argo CD Application whole namespaces."""
_NOISE = frozenset({"IPAddress", "Lease", "ControllerRevision", "EndpointSlice", "Endpoints", "ServiceCIDR"})
"""Kinds that are drawn only in focus."""
_REASONS = 3
_TOKEN = "volumes[kube-api-access-"  # noqa: S105 (the start of a volume's name)


@dataclass(slots=True)
class Tie:
    """All edges of one type between two objects, after folding."""

    source: str
    target: str
    type: EdgeType
    evidence: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def title(self) -> str:
        """The first reasons, a line each."""
        more = self.count - len(self.evidence)
        return "\n".join([*self.evidence, *([f"and {more} more"] if more > 0 else [])])


@dataclass(slots=True)
class Folded:
    """The graph with every node either kept, inside a kept one, or left out."""

    graph: ResourceGraph
    keeper: dict[str, str]
    inside: dict[str, list[Node]]
    ties: list[Tie]
    _from: dict[str, list[Tie]] = field(default_factory=lambda: defaultdict(list))
    _to: dict[str, list[Tie]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for tie in self.ties:
            self._from[tie.source].append(tie)
            self._to[tie.target].append(tie)

    @property
    def kept(self) -> list[Node]:
        """The nodes that are not folded into others, in the graph's order."""
        return [node for node in self.graph.nodes() if self.keeper.get(node.id) == node.id]

    def node(self, ident: str) -> Node:
        """The node with this id."""
        return self.graph.node(ident)

    def leaving(self, ident: str, *types: EdgeType) -> list[Tie]:
        """Ties from a kept node."""
        return [tie for tie in self._from.get(ident, ()) if not types or tie.type in types]

    def reaching(self, ident: str, *types: EdgeType) -> list[Tie]:
        """Ties to a kept node."""
        return [tie for tie in self._to.get(ident, ()) if not types or tie.type in types]

    def pods(self, ident: str) -> list[Node]:
        """The pods inside a node, itself if it is one."""
        own = [self.node(ident)] if self.node(ident).kind == "Pod" else []
        return own + [node for node in self.inside.get(ident, ()) if node.kind == "Pod"]


def fold(graph: ResourceGraph, exempt: str = "") -> Folded:
    """The graph folded; the object that is looked at (`exempt`) keeps a box of its own."""
    above = {node.id: _owner(graph, node, exempt) for node in graph.nodes()}
    keeper: dict[str, str] = {}
    inside: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes():
        top = _top(node.id, above)
        kind = graph.node(top).kind
        if kind in _NOISE and top != exempt:
            continue
        keeper[node.id] = top
        if top != node.id:
            inside[top].append(node)
    return Folded(graph, keeper, dict(inside), _ties(graph, keeper))


def _owner(graph: ResourceGraph, node: Node, exempt: str) -> str:
    """What a node is folded into, or ''."""
    if node.kind not in _FOLDED or node.id == exempt or not node.present:
        return ""
    for edge in graph.reaching(node.id, EdgeType.OWNS):
        owner = graph.node(edge.source)
        if owner.kind not in _NEVER_ABOVE and owner.kind not in CLUSTER_SCOPED:
            return owner.id
    return ""


def _top(ident: str, above: dict[str, str]) -> str:
    """The topmost owner; where objects say that they own each other, each stays by itself."""
    seen = {ident}
    top = ident
    while above[top]:
        top = above[top]
        if top in seen:
            return ident
        seen.add(top)
    return top


def _injected(edge: Edge) -> bool:
    """Whether an edge is there for every pod: the volume that admission adds for the account's token."""
    return edge.type is EdgeType.MOUNTS and all(_TOKEN in sentence for sentence, _ in edge.reasons)


def _ties(graph: ResourceGraph, keeper: dict[str, str]) -> list[Tie]:
    found: dict[tuple[str, str, EdgeType], Tie] = {}
    for edge in graph.edges():
        source, target = keeper.get(edge.source, ""), keeper.get(edge.target, "")
        if not source or not target or source == target or _injected(edge):
            continue
        tie = found.setdefault((source, target, edge.type), Tie(source, target, edge.type))
        tie.count += 1
        if len(tie.evidence) < _REASONS and edge.evidence not in tie.evidence:
            tie.evidence.append(edge.evidence)
    return [found[key] for key in sorted(found)]
