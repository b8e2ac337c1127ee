"""Evidence from what is kept of a live cluster: its objects as they are or were, events and changes before that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cluster.changes.kept import changes
from cluster.store.events import EventRecord
from cluster.store.reader import ObjectReader
from incidents.evidence import Event, Evidence

_BEFORE = timedelta(hours=1)
"""How far back events count where no start is told; the server forgets them after an hour too."""

_CHANGES = timedelta(days=1)
"""How far back changes count."""


def read(
    store: ObjectReader,
    cluster: str,
    namespace: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    may_read: Callable[[str], bool] = lambda _: True,
) -> Evidence:
    """The objects of a cluster as they were at `end` (None: now), the events since `start`, and the changes of a day.

    Only what `may_read` says of the documents of objects and events.
    """
    objects = tuple(
        one
        for one in store.objects(clusters=[cluster], at=end)
        if one.kind != "Event" and may_read(one.document_id)
    )
    taken = end or store.observed_at(cluster) or datetime.now(UTC)
    events = store.events(clusters=[cluster], since=start or taken - _BEFORE, until=end)
    told = changes(store, min(start or taken, taken - _CHANGES), taken, clusters=[cluster], may_read=may_read)
    return Evidence(
        objects, tuple(_event(one, taken) for one in events if may_read(one.document_id)),
        namespace=namespace, taken_at=taken, changes=tuple(told),
    )  # fmt: skip


def _event(record: EventRecord, taken: datetime) -> Event:
    text = f"{record.type} {record.reason} {record.about.kind}/{record.about.name} {record.message}"
    age = max((taken - record.last_at).total_seconds(), 0.0)
    return Event(
        record.about, record.type, record.reason, record.message, text, record.count, age, record.last_at,
        record.reporter, record.first_at,
    )  # fmt: skip
