"""What hangs together with a named object, in groups that plain words describe: its users, what it runs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from answers.cluster.catalog import WORKLOADS, Catalog, pod_path
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node

_RUN = frozenset({*WORKLOADS, "ReplicaSet", "Pod"})
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision", "Lease", "CustomResourceDefinition"})
_BEHIND = (EdgeType.ALLOWS, EdgeType.RUNS_ON, EdgeType.CALLS)
"""What is told of a Service by the workloads behind it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One way in which objects hang together with another, seen from that one.

    `others` are the kinds at the far end and `own` those of the object, where not all are meant. `said` is the
    remark before the far ends, `texts` say in plain words what asks for it.
    """

    types: tuple[EdgeType, ...]
    incoming: bool
    said: str
    texts: tuple[str, ...]
    others: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tie:
    """The far ends of one relation of an object, each with its edge, in the order of the graph."""

    relation: Relation
    ends: list[tuple[Node, Edge]] = field(default_factory=list)

    def kinds(self, catalog: Catalog) -> frozenset[str]:
        """The kinds by which a question may ask for the far ends; for workloads their pods too."""
        found = {node.kind for node, _ in self.ends}
        if self.relation.types != (EdgeType.OWNS,):
            found |= {"Pod" for node, _ in self.ends if pod_path(node) and catalog.pods(node)}
        return frozenset(found)


_USED = (EdgeType.MOUNTS, EdgeType.REFERENCES)
_KEPT = frozenset({"ConfigMap", "Secret"})
RELATIONS = (
    Relation(
        _USED, True, "is the identity of",
        ("what runs as {it}", "which workloads use the identity of {it}", "who acts under {it}"),
        _RUN, frozenset({"ServiceAccount"}),
    ),
    Relation(
        _USED, True, "is used by",
        ("who uses {it}", "which workloads get their settings from {it}", "what breaks if {it} is deleted",
         "which workloads mount {it}", "which env variable is filled from {it}"),
        _RUN, _KEPT,
    ),
    Relation(
        _USED, True, "is used by",
        ("who uses {it}", "which workloads mount {it}", "what writes to {it}", "what breaks if {it} is deleted"),
        _RUN,
    ),
    Relation(
        _USED, True, "is bound by",
        ("which bindings grant {it}", "what gives {it} its rights", "who is bound to {it}"),
        frozenset({"RoleBinding", "ClusterRoleBinding"}),
    ),
    Relation(
        _USED, True, "is used by",
        ("which claims use {it}", "who uses {it}", "what depends on {it}", "what is served by {it}"),
        frozenset({"PersistentVolumeClaim", "PersistentVolume"}), frozenset({"StorageClass"}),
    ),
    Relation(
        _USED, True, "is named by", ("what refers to {it}", "which volume is bound to {it}"),
    ),
    Relation(
        _USED, False, "uses",
        ("what does {it} use", "which secrets and config does {it} read", "which volumes does {it} mount",
         "what does {it} need to start"),
    ),
    Relation(
        (EdgeType.SELECTS,), True, "is selected by",
        ("which service stands in front of {it}", "what selects {it}", "what guards {it}", "what watches {it}"),
    ),
    Relation(
        (EdgeType.SELECTS,), False, "selects",
        ("which workloads are behind {it}", "what does {it} cover", "where do the requests to {it} end up"),
    ),
    Relation(
        (EdgeType.ROUTES,), True, "gets requests from",
        ("which ingress sends requests to {it}", "through what is {it} reached from outside"),
    ),
    Relation(
        (EdgeType.ROUTES,), False, "routes to",
        ("where does {it} send requests", "which services does {it} forward to"),
    ),
    Relation(
        (EdgeType.SCALES,), True, "is scaled by",
        ("what scales {it}", "what changes the number of replicas of {it}"),
    ),
    Relation((EdgeType.SCALES,), False, "scales", ("what does {it} scale", "whose replicas does {it} control")),
    Relation(
        (EdgeType.ALLOWS,), True, "lets in",
        ("which pods may connect to {it}", "who is allowed to open connections to {it}",
         "what does {it} accept connections from"),
    ),
    Relation(
        (EdgeType.ALLOWS,), False, "may connect to",
        ("what may {it} connect to", "where is {it} allowed to send requests"),
    ),
    Relation(
        (EdgeType.RUNS_ON,), True, "carries",
        ("which pods run on {it}", "what has landed on {it}", "what is lost if {it} fails"),
    ),
    Relation(
        (EdgeType.RUNS_ON,), False, "runs on",
        ("on which machine does {it} run", "where did {it} land", "which nodes carry {it}"),
    ),
    Relation(
        (EdgeType.CALLS,), True, "is called by",
        ("who calls {it}", "which services have the address of {it} in their settings", "what depends on {it}"),
    ),
    Relation(
        (EdgeType.CALLS,), False, "calls", ("which services does {it} call", "what does {it} depend on"),
    ),
    Relation((EdgeType.OWNS,), True, "belongs to", ("what created {it}", "what manages {it}")),
    Relation((EdgeType.OWNS,), False, "makes", ("what does {it} create", "which pods belong to {it}")),
)  # fmt: skip


def ties(nodes: Sequence[Node], catalog: Catalog) -> list[Tie]:
    """The relations of an object under all of its kinds, in a fixed order; those without far ends are left out."""
    found = [Tie(relation) for relation in RELATIONS]
    own = {node.id for node in nodes}
    seen: set[tuple[int, str]] = set()
    for node in nodes:
        for one, types in _sides(node, catalog):
            for edge, incoming in _edges(one, types, catalog):
                end = catalog.graph.node(edge.source if incoming else edge.target)
                if end.is_document or end.kind in _HIDDEN or end.id in own:
                    continue
                place = _place(edge, incoming, end, node)
                shown = catalog.top(end) if edge.type is not EdgeType.OWNS and end.kind != "Node" else end
                if edge.type is EdgeType.RUNS_ON and incoming:
                    shown = end
                if place is None or (place, shown.id) in seen or shown.id in own:
                    continue
                seen.add((place, shown.id))
                found[place].ends.append((shown, _nearest(edge, shown, incoming, catalog)))
    return [tie for tie in found if tie.ends]


def _nearest(edge: Edge, shown: Node, incoming: bool, catalog: Catalog) -> Edge:
    """The same edge from the owner of a pod, where that has it too."""
    if not incoming or edge.source == shown.id:
        return edge
    same = (e for e in catalog.graph.leaving(shown.id, edge.type) if e.target == edge.target)
    return next(same, edge)


def _sides(node: Node, catalog: Catalog) -> Iterator[tuple[Node, tuple[EdgeType, ...]]]:
    """The object, and what its edges of some types belong to: its pods, or the workloads behind a Service."""
    yield node, ()
    if pod_path(node) and node.kind != "Pod":
        for pod in catalog.pods(node):
            yield pod, (EdgeType.RUNS_ON,)
    if node.kind == "Service":
        for behind in catalog.targets(node, EdgeType.SELECTS):
            if behind.kind != "Pod":
                yield behind, _BEHIND


def _edges(node: Node, types: tuple[EdgeType, ...], catalog: Catalog) -> Iterator[tuple[Edge, bool]]:
    for edge in catalog.graph.reaching(node.id, *types):
        yield edge, True
    for edge in catalog.graph.leaving(node.id, *types):
        yield edge, False


def _place(edge: Edge, incoming: bool, end: Node, node: Node) -> int | None:
    """Which relation an edge is of."""
    for place, one in enumerate(RELATIONS):
        fits = edge.type in one.types and one.incoming is incoming
        if fits and (not one.others or end.kind in one.others) and (not one.own or node.kind in one.own):
            return place
    return None
