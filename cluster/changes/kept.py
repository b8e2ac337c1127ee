"""The changes of a time, from the store of objects, as one caller may see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from cluster.changes.model import Change
from cluster.changes.noise import HISTORY_KINDS, UNTOLD_KINDS
from cluster.changes.scaling import AUTOSCALERS
from cluster.changes.timeline import MOST, Past, timeline
from cluster.fresh import Fresh
from cluster.store.reader import ObjectReader, Version
from connectors.kubernetes.observed import ObservedObject

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet"})

_TELLING = HISTORY_KINDS | WORKLOADS | AUTOSCALERS
"""Kinds that remember rollouts and scaling themselves."""


def changes(
    store: ObjectReader,
    since: datetime,
    until: datetime,
    *,
    clusters: Sequence[str],
    namespace: str = "",
    kinds: Collection[str] = (),
    names: Collection[str] = (),
    may_read: Callable[[str], bool] = lambda _: True,
    most: int = MOST,
    fresh: Fresh | None = None,
) -> list[Change]:
    """The changes in some clusters, oldest first, of objects whose documents may be read; '' for all namespaces.

    Of kept versions only those of `kinds` and `names` are read, where any are given: of a month there are many.
    What is `fresh` of the only cluster counts as its newest version.
    """
    namespaces = [namespace] if namespace else None
    found: list[Change] = []
    for cluster in clusters:
        past: Iterable[Sequence[Version]] = store.histories(
            since, until, clusters=[cluster], namespaces=namespaces, kinds=kinds or None, names=names or None,
            without=UNTOLD_KINDS | HISTORY_KINDS,
        )  # fmt: skip
        present: Iterable[ObservedObject] = store.objects(
            clusters=[cluster], namespaces=namespaces, kinds=_TELLING, at=until
        )
        if fresh is not None:
            past = _with_now(fresh, past, store.objects(clusters=[cluster], namespaces=namespaces))
            present = [one for one in fresh.instead_of(present) if one.kind in _TELLING]
        histories = (history for history in past if all(may_read(one) for one in _documents(history)))
        current = [
            one for one in present
            if may_read(one.document_id) and not (names and one.kind in WORKLOADS and one.name not in names)
        ]  # fmt: skip
        whole = Past(histories, *_sorted(current), store.snapshots(cluster))
        found += timeline(whole, since, until, most)
    return sorted(found, key=lambda one: one.at)[-most:]


def _with_now(
    fresh: Fresh, past: Iterable[Sequence[Version]], kept: Iterable[ObservedObject]
) -> Iterator[list[Version]]:
    """The histories with what was just read as their newest versions; without kinds whose changes are not told."""
    untold = UNTOLD_KINDS | HISTORY_KINDS
    told = Fresh(
        tuple(one for one in fresh.objects if one.kind not in untold),
        frozenset(one for one in fresh.listed if one[1] not in untold),
        fresh.at,
    )
    return told.histories(kept, past)


def _sorted(
    objects: Sequence[ObservedObject],
) -> tuple[list[ObservedObject], list[ObservedObject], list[ObservedObject]]:
    """Revisions, workloads, autoscalers."""
    revisions = [one for one in objects if one.kind in HISTORY_KINDS]
    workloads = [one for one in objects if one.kind in WORKLOADS]
    return revisions, workloads, [one for one in objects if one.kind in AUTOSCALERS]


def _documents(history: Sequence[Version]) -> Iterator[str]:
    return (version.found.document_id for version in history if version.found is not None)
