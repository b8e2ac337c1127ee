"""How objects hang together: one module a family of edges, each a generator over the objects of one cluster."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges import calls, mounts, named, owners, policies, references, routes, scaling, selectors
from cluster.edges.base import Cluster, Found

_FAMILIES = (owners, selectors, routes, mounts, references, scaling, policies, named, calls)


def find(cluster: Cluster) -> Iterator[Found]:
    """Every edge between objects of the cluster; a pair may be named more than once."""
    for family in _FAMILIES:
        yield from family.find(cluster)
