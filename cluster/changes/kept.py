"""The changes of a time, from the store of objects, as one caller may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from cluster.changes.model import Change
from cluster.changes.noise import HISTORY_KINDS, UNTOLD_KINDS
from cluster.changes.scaling import AUTOSCALERS
from cluster.changes.timeline import MOST, Past, timeline
from cluster.store.reader import ObjectReader, Version
from connectors.kubernetes.observed import ObservedObject

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


def changes(
    store: ObjectReader,
    since: datetime,
    until: datetime,
    *,
    clusters: Sequence[str],
    namespace: str = "",
    may_read: Callable[[str], bool] = lambda _: True,
    most: int = MOST,
) -> list[Change]:
    """The changes in some clusters, oldest first, of objects whose documents may be read; '' for all namespaces."""
    namespaces = [namespace] if namespace else None
    found: list[Change] = []
    for cluster in clusters:
        histories = [
            history
            for history in store.histories(
                since, until, clusters=[cluster], namespaces=namespaces, without=UNTOLD_KINDS | HISTORY_KINDS
            )
            if all(may_read(one) for one in _documents(history))
        ]
        current = [
            one
            for one in store.objects(
                clusters=[cluster],
                namespaces=namespaces,
                kinds=HISTORY_KINDS | WORKLOADS | AUTOSCALERS,
                at=until,
            )
            if may_read(one.document_id)
        ]
        past = Past(histories, *_sorted(current), store.snapshots(cluster))
        found += timeline(past, since, until, most)
    return sorted(found, key=lambda one: one.at)[-most:]


def _sorted(
    objects: Sequence[ObservedObject],
) -> tuple[list[ObservedObject], list[ObservedObject], list[ObservedObject]]:
    """Revisions, workloads, autoscalers."""
    revisions = [one for one in objects if one.kind in HISTORY_KINDS]
    workloads = [one for one in objects if one.kind in WORKLOADS]
    return revisions, workloads, [one for one in objects if one.kind in AUTOSCALERS]


def _documents(history: Sequence[Version]) -> Iterator[str]:
    return (version.found.document_id for version in history if version.found is not None)
