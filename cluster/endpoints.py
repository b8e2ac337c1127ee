"""How many addresses behind each Service are ready, as far as the objects say it."""

from __future__ import annotations

from collections import defaultdict

from cluster.edges.base import Cluster, Item
from cluster.values import at, entries

Ready = dict[str, dict[tuple[str, str], int]]
"""By source the ready addresses of each Service, by its namespace and name."""


def endpoints_of(item: Item, ready: Ready) -> int | None:
    """The ready addresses of a Service; None where its source does not tell, and for other kinds."""
    counts = ready.get(item.seen.source)
    if item.kind != "Service" or counts is None:
        return None
    return counts.get((item.namespace, item.name), 0)


def ready_addresses(cluster: Cluster) -> Ready:
    """Ready addresses by the slices of a source, or by its Endpoints where it has none; nothing without either.

    A source says nothing of another one's Services: it may leave their namespace out, and have other readers.
    """
    found: Ready = defaultdict(lambda: defaultdict(int))
    for item in cluster.kind("EndpointSlice"):
        key = (item.namespace, item.labels.get("kubernetes.io/service-name", ""))
        found[item.seen.source][key] += sum(
            at(one, "conditions.ready") is not False for _, one in entries(item.value, "endpoints")
        )
    sliced = frozenset(found)
    for item in cluster.kind("Endpoints"):
        if item.seen.source not in sliced:
            counts = found[item.seen.source]
            for _, subset in entries(item.value, "subsets"):
                counts[item.namespace, item.name] += sum(1 for _ in entries(subset, "addresses"))
    return found
