"""Evidence from what is kept of a live cluster: its objects as they are or were, events and changes before that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from cluster.changes.kept import changes
from cluster.fresh import Fresh
from cluster.store.events import EventRecord, event_of, is_event
from cluster.store.reader import ObjectReader
from connectors.kubernetes.observed import ObservedObject
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
    fresh: Fresh | None = None,
) -> Evidence:
    """The objects of a cluster as they were at `end` (None: now), the events since `start`, and the changes of a day.

    Only what `may_read` says of the documents of objects and events. What is `fresh` stands in the place of what is
    kept.
    """
    kept: Iterable[ObservedObject] = store.objects(clusters=[cluster], at=end)
    objects = tuple(
        one
        for one in (fresh.instead_of(kept) if fresh else kept)
        if one.kind != "Event" and may_read(one.document_id)
    )
    taken = end or (fresh.at if fresh else store.observed_at(cluster)) or datetime.now(UTC)
    since = start or taken - _BEFORE
    events = _with_now(store.events(clusters=[cluster], since=since, until=end), fresh, since)
    told = changes(
        store,
        min(start or taken, taken - _CHANGES),
        taken,
        clusters=[cluster],
        may_read=may_read,
        fresh=fresh,
    )
    return Evidence(
        objects, tuple(_event(one, taken) for one in events if may_read(one.document_id)),
        namespace=namespace, taken_at=taken, changes=tuple(told),
    )  # fmt: skip


def _with_now(events: Iterable[EventRecord], fresh: Fresh | None, since: datetime) -> list[EventRecord]:
    """The events that are kept, and those that were just read; of one that is both, what was read."""
    found = {one.uid: one for one in events}
    for one in fresh.objects if fresh else ():
        if is_event(one):
            record = event_of(one, fresh.at)  # type: ignore[union-attr]
            if record.last_at >= since:
                found[record.uid] = record
    return sorted(found.values(), key=lambda one: one.last_at)


def _event(record: EventRecord, taken: datetime) -> Event:
    text = f"{record.type} {record.reason} {record.about.kind}/{record.about.name} {record.message}"
    age = max((taken - record.last_at).total_seconds(), 0.0)
    return Event(
        record.about, record.type, record.reason, record.message, text, record.count, age, record.last_at,
        record.reporter, record.first_at,
    )  # fmt: skip
