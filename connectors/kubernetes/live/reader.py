"""Makes of one object as a server gives it what the rest of Kubelore takes: a document, and the observed value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.documents import Document
from connectors.kubernetes.live.cleaning import clean
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.documents import Origin, document_of, id_of
from connectors.kubernetes.live.managers import managers_of
from connectors.kubernetes.live.state import digest
from connectors.kubernetes.live.summary_of_workloads import scaled_by
from connectors.kubernetes.observed import ObservedObject
from connectors.kubernetes.words import at, mapping

Value = Mapping[str, Any]
EVENT = "Event"
AUTOSCALER = "HorizontalPodAutoscaler"
_OF_REPETITIONS = frozenset({"count", "lastTimestamp", "series", "eventTime"})


@dataclass(frozen=True, slots=True)
class Read:
    """One object: its key in the state, its document's id, how it is (`digest`), its cleaned value.

    `documented` is false for news that become no document of their own.
    """

    key: str
    document_id: str
    digest: str
    value: Value
    observed: ObservedObject
    documented: bool


class ObjectReader:
    """Reads the objects of one source; knows the autoscalers it has met."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._autoscalers: dict[tuple[str, str, str], dict[str, Any]] = {}

    def read(self, resource: Resource, value: Value, at_time: datetime) -> Read:
        """The object; what its kind and version are says the list that it came from."""
        namespace = str(at(value, "metadata", "namespace") or "")
        name = str(at(value, "metadata", "name"))
        if resource.kind == AUTOSCALER:
            self.remember(value)
        cleaned = clean(value)
        documented = resource.kind != EVENT or value.get("type") == "Warning"
        document_id = id_of(self.origin.source, cleaned, group=resource.shared)
        observed = ObservedObject(
            self.origin.cluster,
            self.origin.source,
            document_id if documented else self._about(cleaned) or document_id,
            cleaned,
            at_time,
            managers_of(value),
        )
        scaler = self._autoscaler(namespace, resource.kind, name)
        kept = _less_often(value) if resource.kind == EVENT else value
        found = digest(kept, scaled_by(scaler) if scaler else "")
        return Read(f"{namespace}/{name}", document_id, found, cleaned, observed, documented)

    def document(self, resource: Resource, cleaned: Value, at_time: datetime) -> Document:
        """The document of a cleaned value."""
        namespace, name = (
            str(at(cleaned, "metadata", "namespace") or ""),
            str(at(cleaned, "metadata", "name")),
        )
        return document_of(
            cleaned,
            source=self.origin.source,
            cluster=self.origin.cluster,
            observed_at=at_time,
            autoscaler=self._autoscaler(namespace, resource.kind, name),
            group=resource.shared,
            access=self.origin.access,
        )

    def remember(self, value: Value) -> tuple[str, str, str] | None:
        """Notes an autoscaler; the namespace, kind and name of what it scales, if what that says of it is new."""
        target = mapping(value, "spec", "scaleTargetRef")
        bounds = {key: at(value, "spec", key) for key in ("minReplicas", "maxReplicas")}
        now = {"currentReplicas": at(value, "status", "currentReplicas")}
        namespace = str(at(value, "metadata", "namespace") or "")
        place = (namespace, str(target.get("kind")), str(target.get("name")))
        found = {"spec": bounds, "status": now}
        before, self._autoscalers[place] = self._autoscalers.get(place), found
        return place if before != found else None

    def _autoscaler(self, namespace: str, kind: str, name: str) -> dict[str, Any] | None:
        return self._autoscalers.get((namespace, kind, name))

    def _about(self, event: Value) -> str:
        """The document of the object that an event is about: who may read that, may read its news."""
        about = mapping(event, "regarding") or mapping(event, "involvedObject")
        if not about.get("kind") or not about.get("name"):
            return ""
        named = {
            "kind": about["kind"],
            "metadata": {"name": about["name"], "namespace": about.get("namespace")},
        }
        return id_of(self.origin.source, named)


def _less_often(event: Value) -> Value:
    """An event that happened again is news where its count has doubled, not each time."""
    times = event.get("count")
    found = {key: part for key, part in event.items() if key not in _OF_REPETITIONS}
    return {**found, "times": times.bit_length() if isinstance(times, int) else 0}
