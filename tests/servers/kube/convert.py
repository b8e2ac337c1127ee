"""Objects in another version than the one they are kept in."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.resources import Resource

Json = dict[str, Any]
_EVENT_NAMES = [  # v1, events.k8s.io/v1
    ("count", "deprecatedCount"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("source", "deprecatedSource"),
    ("message", "note"),
    ("involvedObject", "regarding"),
    ("reportingComponent", "reportingController"),
]


def as_version(kept: Json, resource: Resource) -> Json:
    """A kept object as `resource` serves it."""
    if kept.get("apiVersion") == resource.api_version:
        return kept
    if resource.group == "events.k8s.io":
        return _renamed(kept, dict(_EVENT_NAMES), resource)
    if (resource.group, resource.version) == ("autoscaling", "v1"):
        return _autoscaler_v1(kept)
    return {**kept, "apiVersion": resource.api_version}


def to_keep(given: Json, resource: Resource) -> Json:
    """An object as it is kept."""
    if resource.group == "events.k8s.io":
        named = _renamed(given, {new: old for old, new in _EVENT_NAMES}, resource)
        return {**named, "apiVersion": "v1"}
    return given


def _renamed(event: Json, names: dict[str, str], resource: Resource) -> Json:
    renamed = {names.get(key, key): value for key, value in event.items()}
    return {**renamed, "apiVersion": resource.api_version}


def _autoscaler_v1(kept: Json) -> Json:
    spec = {
        key: kept["spec"][key]
        for key in ("maxReplicas", "minReplicas", "scaleTargetRef")
        if key in kept["spec"]
    }
    for metric in kept["spec"].get("metrics", ()):
        wanted = metric.get("resource", {})
        if wanted.get("name") == "cpu" and "averageUtilization" in wanted.get("target", {}):
            spec["targetCPUUtilizationPercentage"] = wanted["target"]["averageUtilization"]
    known = kept.get("status", {})
    status = {
        key: known[key] for key in ("currentReplicas", "desiredReplicas", "lastScaleTime") if key in known
    }
    return {**kept, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}
