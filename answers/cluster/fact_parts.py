"""What several kinds of facts need: the object that makes the pods, the Services in front of it."""

from __future__ import annotations

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.fields import named_fields
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at


def with_pods(node: Node, catalog: Catalog) -> Node | None:
    """The object itself if it makes pods, or the one behind it (of a Service, of an autoscaler)."""
    if pod_path(node):
        return node
    behind = catalog.targets(node, EdgeType.SELECTS, EdgeType.SCALES)
    return next((found for found in behind if pod_path(found)), None)


def services_of(node: Node, catalog: Catalog) -> list[Node]:
    """The Services in front of a workload."""
    edges = catalog.graph.reaching(node.id, EdgeType.SELECTS)
    return [s for edge in edges if (s := catalog.graph.node(edge.source)).kind == "Service"]


def say_summary(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Its first line."""
    draft.say(node)
    return True


def say_binding(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Its first line, and of a binding whom it binds, with their namespaces; False for what has no rights."""
    if pod_path(node) or node.kind == "Service":
        return False
    draft.say(node)
    if at(node.value, "subjects"):
        draft.say(node, Spot(path=("subjects",)), detail=True)
    return True


def say_field(draft: Draft, node: Node, reading: Reading, catalog: Catalog, weak: bool = False) -> bool:
    """What a question names in the words of the object's own fields."""
    paths = named_fields(node, reading.loose, weak=weak)
    if paths:
        draft.say(node, Spot(short=2))
    for path in paths:
        draft.say(node, Spot(path=path))
    return bool(paths)
