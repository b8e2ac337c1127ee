"""Which part of the graph is meant: a namespace by its name, an object by kind and name."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.graph import Node, ResourceGraph
from cluster.picture.text import clean
from cluster.picture.zooms.common import Space, cluster_title, space_of
from connectors.kinds import kind_of

_CHOICES = 8


class PictureError(ValueError):
    """What is to be drawn is not there, or the words may mean several objects; the message says which."""


def find_spaces(graph: ResourceGraph, namespace: str) -> list[Space]:
    """The namespace in each cluster that has it."""
    found = {space_of(node) for node in graph.nodes() if node.present and node.namespace == namespace}
    found |= {
        (node.cluster, namespace)
        for node in graph.nodes()
        if node.present and node.kind == "Namespace" and node.name == namespace and not node.namespace
    }
    if not namespace or not found:
        raise PictureError(f"there is no namespace {clean(namespace)!r} in the graph")
    return sorted(found)


def find_focus(graph: ResourceGraph, focus: str, namespace: str | None = None) -> Node:
    """The one object that `KIND/NAME`, `NAMESPACE/KIND/NAME` or a node's id names."""
    if focus in graph:
        return graph.node(focus)
    parts = focus.split("/")
    if len(parts) == 3 and namespace is None:
        namespace, *parts = parts
    if len(parts) != 2 or not all(parts):
        raise PictureError(f"{clean(focus)!r} is not KIND/NAME, such as deployment/cart")
    kind = kind_of(parts[0]) or parts[0]
    found = graph.find(kind, parts[1])
    if namespace is not None:
        found = [node for node in found if node.namespace in (namespace, "")]
    found = [node for node in found if node.present] or found
    if not found:
        where = f" in namespace {clean(namespace)}" if namespace else ""
        raise PictureError(f"there is no {clean(kind)} {clean(parts[1])}{where} in the graph")
    if len(found) > 1:
        raise PictureError(f"{clean(focus)} may be any of {_choices(found)}")
    return found[0]


def _choices(found: Iterable[Node]) -> str:
    names = [
        f"{clean(node.namespace) + '/' if node.namespace else ''}{node.kind}/{clean(node.name)}"
        f" in {cluster_title(node.cluster)}"
        for node in found
    ]
    more = f" and {len(names) - _CHOICES} more" if len(names) > _CHOICES else ""
    return ", ".join(names[:_CHOICES]) + more


def part(graph: ResourceGraph, spaces: list[Space] | None, focus: Node | None) -> ResourceGraph:
    """Everything, the objects of some namespaces with what they are tied to, or what is two steps from an object."""
    if focus is not None:
        return graph.around(focus.id, 2)
    if spaces is None:
        return graph
    inside = {node.id for node in graph.nodes() if space_of(node) in spaces}
    inside |= {
        node.id for node in graph.nodes() if node.kind == "Namespace" and (node.cluster, node.name) in spaces
    }
    ends = {
        end
        for edge in graph.edges()
        for end in (edge.source, edge.target)
        if {edge.source, edge.target} & inside
    }
    return graph.only((inside | ends).__contains__)
