"""What an event says, whichever of the two event APIs listed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cluster.values import Value, mapping, moment, number, text
from connectors.documents import ANY, ResourceRef
from connectors.kubernetes.observed import ObservedObject

_EVENT_GROUPS = frozenset({"", "events.k8s.io"})


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event about an object. `type` is `Normal` or `Warning`; `value` is all of it, as it was listed last.

    `document_id` is the document made from it, '' where there is none.
    """

    uid: str
    source: str
    about: ResourceRef
    type: str
    reason: str
    message: str
    count: int
    first_at: datetime
    last_at: datetime
    reporter: str = ""
    document_id: str = ""
    value: Value = field(default_factory=dict, repr=False)


def is_event(found: ObservedObject) -> bool:
    """Whether the object is an event of the server, not a custom resource of that name."""
    return found.kind == "Event" and found.api_version.rpartition("/")[0] in _EVENT_GROUPS


def event_of(found: ObservedObject, seen_at: datetime) -> EventRecord:
    """The event in an object; where it does not say when it happened, it was `seen_at`."""
    value = found.value
    about = mapping(value, "involvedObject") or mapping(value, "regarding")
    ref = ResourceRef(
        text(about, "kind"), text(about, "name"), text(about, "namespace") or ANY, found.cluster
    )
    first = _first(
        value, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime", "metadata.creationTimestamp"
    )
    last = _first(
        value, "series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp", "eventTime",
        "metadata.creationTimestamp",
    )  # fmt: skip
    count = max(number(value, path) for path in ("count", "deprecatedCount", "series.count"))
    last = last or first or seen_at
    return EventRecord(
        uid=found.uid or f"{found.namespace}/{found.name}",
        source=found.source,
        about=ref,
        type=text(value, "type"),
        reason=text(value, "reason"),
        message=text(value, "message") or text(value, "note"),
        count=max(1, count),
        first_at=min(first or last, last),
        last_at=last,
        reporter=text(value, "reportingComponent") or text(value, "source.component")
        or text(value, "reportingController") or text(value, "deprecatedSource.component"),
        document_id=found.document_id,
        value=value,
    )  # fmt: skip


def _first(value: Value, *paths: str) -> datetime | None:
    return next((found for path in paths if (found := moment(value, path))), None)
