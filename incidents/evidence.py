"""What was observed of an incident: objects, events, logs, metric series and alerts, with the exact text of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

if TYPE_CHECKING:
    from cluster.changes import Change
    from incidents.coverage import Coverage
from incidents.metrics.series import Series


class PieceType(StrEnum):
    """What a piece of evidence is taken from; the list is part of the public contract."""

    EVENT = "event"
    OBJECT = "object"
    METRIC = "metric"
    LOG = "log"
    CHANGE = "change"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Piece:
    """One excerpt that a finding rests on. `text` stands so in what was read, except for numbers of a metric."""

    type: PieceType
    text: str
    object: str = ""
    at: datetime | None = None
    url: str = ""
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A Kubernetes event. `age` is how many seconds before the observation it was last seen, where that is known.

    `at` is when it was last seen, `first_at` when it was first.
    """

    object: ResourceRef
    type: str
    reason: str
    message: str
    text: str
    count: int = 1
    age: float | None = None
    at: datetime | None = None
    reporter: str = ""
    first_at: datetime | None = None

    @property
    def warning(self) -> bool:
        """Whether it tells of a problem."""
        return self.type == "Warning"

    def piece(self) -> Piece:
        """The event as evidence."""
        return Piece(PieceType.EVENT, self.text, str(self.object), self.at)


@dataclass(frozen=True, slots=True)
class Log:
    """Lines of one container, or of all pods of a workload where the source does not tell them apart.

    `owner` is the name of the pod or workload that they were asked for by; `previous` is true for the container
    before the last restart. `times` says when each line was written, where the source knows; it is empty otherwise.
    `plain` is true for text that nothing says is a log: its words are searched as if it were one.
    """

    owner: str
    lines: tuple[str, ...]
    namespace: str = ""
    container: str = ""
    previous: bool = False
    times: tuple[datetime | None, ...] = ()
    plain: bool = False

    def at(self, place: int) -> datetime | None:
        """When a line was written, as far as the source knows."""
        return self.times[place] if place < len(self.times) else None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a monitor said. `subject` is the service, workload or node that it is about, '' if unknown."""

    name: str
    subject: str
    text: str
    details: tuple[str, ...] = ()
    starts_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook: str = ""
    """The address of the page that the alert's rule names."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a bundle that could not be used, and why; `broken` where it is a file, not an answer of `kubectl`."""

    item: str
    reason: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of an incident. Any part may be empty.

    `texts` holds the text that an object was read from, where it was text; quotes are taken from it. `focus` is the
    workload that is asked about, None for all of the namespace. `metric_sources` names whose series are in it.
    `coverage` says what it is complete in; None where it holds all that there is, as of a cluster.
    """

    objects: tuple[ObservedObject, ...] = ()
    events: tuple[Event, ...] = ()
    logs: tuple[Log, ...] = ()
    series: tuple[Series, ...] = ()
    alerts: tuple[Alert, ...] = ()
    texts: Mapping[ResourceRef, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    namespace: str = ""
    taken_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    focus: ResourceRef | None = None
    metric_sources: tuple[str, ...] = ()
    coverage: Coverage | None = None

    def within(self, namespace: str) -> Evidence:
        """The same evidence, looked at for another namespace; '' for all."""
        return replace(self, namespace=namespace)

    def missing(self, *gaps: Unread) -> Evidence:
        """The same evidence, which now also tells what could not be looked at."""
        return replace(self, unread=(*self.unread, *gaps))
