"""Gathers what the readers find of one incident, and joins the views of one object that several outputs show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.documents import ANY, ResourceRef
from connectors.kubernetes.observed import ObservedObject
from incidents.bundles.completed import complete
from incidents.bundles.implied import implied
from incidents.bundles.owners import maker_of
from incidents.bundles.placed import homes
from incidents.bundles.units import moment
from incidents.coverage import Coverage
from incidents.evidence import Alert, Event, Evidence, Log, Unread
from incidents.metrics.series import Series

Object = dict[str, Any]

ROW, DESCRIBED, WHOLE = 1, 2, 3
"""How much an output shows of an object: a row of a table, a description, the object itself."""
CLUSTER = "bundle"
_DROPPED = ("managedFields",)


class Collector:
    """Takes in what readers find, in any order; `evidence` is what it all amounts to."""

    def __init__(self) -> None:
        self._views: dict[ResourceRef, dict[int, Object]] = {}
        self._texts: dict[ResourceRef, dict[int, str]] = {}
        self._known: set[tuple[str, str]] = set()
        self._events: dict[tuple[Any, ...], Event] = {}
        self.logs: list[Log] = []
        self.series: list[Series] = []
        self.alerts: list[Alert] = []
        self.unread: list[Unread] = []
        self.coverage = Coverage()
        self._moments: list[datetime] = []

    def add_object(self, value: Object, detail: int, text: str = "") -> ResourceRef | None:
        """Takes in one view of an object. A view that shows more wins; what it lacks is filled from the others."""
        metadata = value.get("metadata")
        if not isinstance(metadata, Mapping) or not metadata.get("name"):
            return None
        ref = ResourceRef(
            str(value.get("kind")), str(metadata["name"]), str(metadata.get("namespace") or ANY)
        )
        views = self._views.setdefault(ref, {})
        views[detail] = _joined(views.get(detail, {}), value)
        if detail > ROW:
            self._known.add((ref.kind, ref.name))
        if text:
            self._texts.setdefault(ref, {}).setdefault(detail, text)
        return ref

    def knows(self, kind: str, name: str) -> bool:
        """Whether an object was read from more than the row of a table, in whatever namespace."""
        return (kind, name) in self._known

    def add_event(self, event: Event) -> None:
        """Takes in an event; the same one seen in two outputs counts once, with its larger count."""
        key = (event.object.kind, event.object.name, event.reason, event.message)
        known = self._events.get(key)
        if known is None or (event.count, event.at is not None) > (known.count, known.at is not None):
            self._events[key] = event

    def add_moment(self, at: datetime | None) -> None:
        """Notes a time that is no later than the observation itself."""
        if at is not None:
            self._moments.append(at)

    def evidence(self, namespace: str = "") -> Evidence:
        """Everything that was taken in."""
        taken = max(self._moments, default=None)
        self._place()
        values = {ref: _merged(views) for ref, views in self._views.items()}
        values |= implied(values, self.logs, self.series, namespace)
        for ref, views in self._views.items():
            if max(views) == ROW and (maker := maker_of(ref, values)):
                values[ref]["metadata"].setdefault("ownerReferences", [maker])
        values = complete(values, self._events.values(), self.coverage)
        _link_owners(values)
        objects = tuple(
            ObservedObject(CLUSTER, CLUSTER, f"kubernetes:{CLUSTER}/{ref}", value)
            for ref, value in sorted(values.items(), key=lambda pair: pair[0])
        )
        texts = {ref: "\n".join(found[detail] for detail in sorted(found, reverse=True))
                 for ref, found in self._texts.items()}  # fmt: skip
        return Evidence(
            objects, tuple(_dated(event, taken) for event in self._events.values()), tuple(self.logs),
            tuple(self.series), tuple(self.alerts), texts, tuple(self.unread),
            namespace or _common_namespace(values), taken, coverage=self.coverage,
        )  # fmt: skip

    def _place(self) -> None:
        """Joins what was read without a namespace with what is the same object."""
        for ref, home in homes(self._views.keys()).items():
            views = self._views.setdefault(home, {})
            for detail, value in self._views.pop(ref).items():
                placed = {**value, "metadata": {**value["metadata"], "namespace": home.namespace}}
                views[detail] = _joined(views.get(detail, {}), placed)
            for detail, text in self._texts.pop(ref, {}).items():
                self._texts.setdefault(home, {}).setdefault(detail, text)


def _joined(below: Object, above: Object) -> Object:
    """One mapping of two; the second wins, lists are taken whole."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            found[key] = _joined(old, value)
        else:
            found[key] = value
    return found


def _merged(views: Mapping[int, Object]) -> Object:
    found: Object = {}
    for detail in sorted(views):
        found = _joined(found, views[detail])
    metadata = {key: value for key, value in found.get("metadata", {}).items() if key not in _DROPPED}
    return {**found, "metadata": metadata}


def _link_owners(values: Mapping[ResourceRef, Object]) -> None:
    """Gives each object an id of its own where the text shows none, and owners' references the ids of the owners."""
    uids = {}
    for ref, value in values.items():
        value["metadata"].setdefault("uid", f"text:{ref}")
        uids[ref] = value["metadata"]["uid"]
    for ref, value in values.items():
        references = value["metadata"].get("ownerReferences")
        for owner in references if isinstance(references, list) else ():
            if isinstance(owner, dict):
                above = ResourceRef(str(owner.get("kind")), str(owner.get("name")), ref.namespace)
                owner["uid"] = (
                    uids.get(above) or uids.get(ResourceRef(above.kind, above.name)) or owner.get("uid")
                )


def _dated(event: Event, taken: datetime | None) -> Event:
    if event.at is not None or event.age is None or taken is None:
        return event
    at = taken - timedelta(seconds=event.age)
    return Event(event.object, event.type, event.reason, event.message, event.text, event.count, event.age, at,
                 event.reporter)  # fmt: skip


def _common_namespace(values: Mapping[ResourceRef, Object]) -> str:
    """The namespace with most pods that are not ready, else with most objects that make pods; the system's own last."""
    counts: dict[str, tuple[int, int]] = {}
    for ref, value in values.items():
        if ref.kind in ("Deployment", "StatefulSet", "Pod", "Service") and ref.namespace != ANY:
            unwell, count = counts.get(ref.namespace, (0, 0))
            counts[ref.namespace] = (unwell + _is_unready(ref, value), count + 1)
    own = {name: count for name, count in counts.items() if not name.startswith("kube-")} or counts
    return max(own, key=lambda name: (*own[name], name), default="")


def _is_unready(ref: ResourceRef, value: Object) -> bool:
    status = value.get("status")
    if ref.kind != "Pod" or not isinstance(status, dict) or status.get("phase") in ("Succeeded", "Failed"):
        return False
    conditions = status.get("conditions")
    return any(
        isinstance(one, dict) and one.get("type") == "Ready" and one.get("status") == "False"
        for one in (conditions if isinstance(conditions, list) else ())
    )


def event_of(value: Object, text: str) -> Event | None:
    """The event of an API object of kind Event, of either API version."""
    about = value.get("involvedObject") or value.get("regarding")
    if not isinstance(about, Mapping) or not about.get("name"):
        return None
    ref = ResourceRef(str(about.get("kind")), str(about["name"]), str(about.get("namespace") or ANY))
    series = value.get("series")
    series = series if isinstance(series, Mapping) else {}
    last = (value.get("lastTimestamp") or series.get("lastObservedTime") or value.get("deprecatedLastTimestamp")
            or value.get("eventTime") or (value.get("metadata") or {}).get("creationTimestamp"))  # fmt: skip
    count = value.get("count") or series.get("count") or value.get("deprecatedCount") or 1
    message = str(value.get("message") or value.get("note") or "")
    source = value.get("source")
    reporter = str((source if isinstance(source, Mapping) else {}).get("component")
                   or value.get("reportingComponent") or "")  # fmt: skip
    return Event(
        ref, str(value.get("type") or ""), str(value.get("reason") or ""), message, text or message,
        count if isinstance(count, int) else 1, None, moment(str(last)) if last else None, reporter,
    )  # fmt: skip
