"""The objects that hang together with a named one and say a part of how it is set up."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from answers.cluster.catalog import Catalog, pod_path
from cluster.edges.base import EdgeType
from cluster.graph import Node

_EDGES = (EdgeType.SELECTS, EdgeType.SCALES, EdgeType.ROUTES)
_USED = (EdgeType.MOUNTS, EdgeType.REFERENCES)
KINDS = (
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Service",
    "Ingress",
    "Pod",
    "PersistentVolumeClaim",
)
"""Kinds whose objects are told of beside what they belong to, first those that say most of it."""


def linked(node: Node, catalog: Catalog, kinds: Collection[str] = KINDS) -> list[Node]:
    """The objects of these kinds that scale, select, route to or are used by an object, nearest first."""
    found: dict[str, Node] = {}
    for one in _around(node, catalog):
        if one.present and one.id != node.id and one.kind in kinds:
            found.setdefault(one.id, one)
    return list(found.values())


def _around(node: Node, catalog: Catalog) -> Iterator[Node]:
    pods = catalog.pods(node) if pod_path(node) and node.kind != "Pod" else []
    front = [node, *pods]
    for _ in range(2):  # the Services of pods, then what routes to those
        front = [
            catalog.graph.node(edge.source)
            for one in front
            for edge in catalog.graph.reaching(one.id, *_EDGES)
        ]
        yield from front
    for one in (node, *pods[:1]):
        yield from catalog.targets(one, *_EDGES, *_USED)
    yield from pods
    if (owner := catalog.owner(node)) is not None:
        yield owner
