"""Who is called by whom, as far as the graph knows: what is behind a workload, and where calls come in."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import text
from incidents.situation import Situation


def behind(s: Situation, ident: str) -> Iterator[str]:
    """The ids of all workloads that a workload calls, directly or through others; never its own."""
    seen = {ident}
    todo = [ident]
    while todo:
        for edge in s.graph.leaving(todo.pop(), EdgeType.CALLS):
            for below in s.graph.leaving(edge.target, EdgeType.SELECTS):
                if below.target not in seen:
                    seen.add(below.target)
                    todo.append(below.target)
                    yield below.target


def is_entry(s: Situation, item: Item) -> bool:
    """Whether calls from outside of the cluster come in at a workload."""
    return any(
        text(service.value, "spec.type") in ("NodePort", "LoadBalancer")
        or any(True for _ in s.graph.reaching(service.id, EdgeType.ROUTES))
        for service in s.services_of(item)
    )
