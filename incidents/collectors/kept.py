"""Evidence from what is kept of a live cluster: its objects as they are or were, and the events before that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cluster.store.events import EventRecord
from cluster.store.reader import ObjectReader
from incidents.evidence import Event, Evidence

_BEFORE = timedelta(hours=1)
"""How far back events count where no start is told; the server forgets them after an hour too."""


def read(
    store: ObjectReader,
    cluster: str,
    namespace: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
) -> Evidence:
    """The objects of a cluster as they were at `end` (None: now), with the events since `start`."""
    objects = tuple(one for one in store.objects(clusters=[cluster], at=end) if one.kind != "Event")
    taken = end or store.observed_at(cluster) or datetime.now(UTC)
    events = store.events(clusters=[cluster], since=start or taken - _BEFORE, until=end)
    return Evidence(
        objects, tuple(_event(one, taken) for one in events), namespace=namespace, taken_at=taken
    )  # fmt: skip


def _event(record: EventRecord, taken: datetime) -> Event:
    text = f"{record.type} {record.reason} {record.about.kind}/{record.about.name} {record.message}"
    age = max((taken - record.last_at).total_seconds(), 0.0)
    return Event(
        record.about, record.type, record.reason, record.message, text, record.count, age, record.last_at,
        record.reporter,
    )  # fmt: skip
