"""Label and field selectors, as the server parses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.servers.kube.resources import Resource
from tests.servers.kube.status import ApiError

Json = dict[str, Any]
Test = Callable[[Json], bool]
_NAME = r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*)"
_REQUIREMENT = re.compile(
    rf"\s*(?:(?P<absent>!)\s*(?P<no>{_NAME})|(?P<key>{_NAME})"
    rf"(?:\s*(?P<operator>==|!=|=|>|<)\s*(?P<value>[A-Za-z0-9_.-]*)"
    rf"|\s+(?P<set>in|notin)\s*\((?P<values>[^()]*)\))?)\s*(?:,|$)"
)
FIELDS: dict[str, tuple[str, ...]] = {
    "pods": (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
        "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
    ),
    "events": (
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
        "reason", "reportingComponent", "source", "type",
    ),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "replicasets.apps": ("status.replicas",),
    "replicationcontrollers": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "services": ("spec.clusterIP", "spec.type"),
    "certificatesigningrequests.certificates.k8s.io": ("spec.signerName",),
}  # fmt: skip
_EVENT_ALIASES = {"regarding": "involvedObject", "reportingController": "reportingComponent"}


def label_test(selector: str) -> Test:
    """Whether an object's labels satisfy a selector; 400 if it cannot be parsed."""
    tests: list[Callable[[dict[str, str]], bool]] = []
    at = 0
    while at < len(selector.rstrip()):
        found = _REQUIREMENT.match(selector, at)
        if not found or found.end() == at:
            rest = selector[at:]
            raise ApiError(
                400, f"unable to parse requirement: found '{rest}', expected: ',' or 'end of string'"
            )
        tests.append(_requirement(found))
        at = found.end()
    return lambda obj: all(test(obj["metadata"].get("labels") or {}) for test in tests)


def _requirement(found: re.Match[str]) -> Callable[[dict[str, str]], bool]:
    key, operator, value = found["key"] or found["no"], found["operator"] or found["set"], found["value"]
    if operator is None:
        absent = bool(found["absent"])
        return lambda labels: (key not in labels) == absent
    values = {part.strip() for part in (found["values"] or "").split(",")}
    tests: dict[str, Callable[[dict[str, str]], bool]] = {
        "=": lambda labels: labels.get(key) == value,
        "==": lambda labels: labels.get(key) == value,
        "!=": lambda labels: labels.get(key) != value,
        "in": lambda labels: labels.get(key) in values,
        "notin": lambda labels: labels.get(key) not in values,
        ">": lambda labels: _number(labels.get(key)) > _number(value),
        "<": lambda labels: _number(labels.get(key)) < _number(value),
    }
    return tests[operator]


def _number(text: str | None) -> float:
    return float(text) if text and text.lstrip("-").isdigit() else float("nan")


def field_test(selector: str, resource: Resource) -> Test:
    """Whether an object's fields satisfy a selector; 400 for a field the server does not select by."""
    wanted: list[tuple[str, bool, str]] = []
    for term in filter(None, selector.split(",")):
        found = re.fullmatch(r"\s*([^=!\s]+)\s*(==|=|!=)\s*(.*)", term)
        if not found:
            raise ApiError(400, f"invalid selector: '{term}'; can't understand '{term}'")
        wanted.append((_field(found[1], resource), found[2] != "!=", found[3].strip()))
    return lambda obj: all((_value(obj, path) == value) == equal for path, equal, value in wanted)


def _field(path: str, resource: Resource) -> str:
    group, plural = resource.home
    if resource.group == "events.k8s.io":
        first, dot, rest = path.partition(".")
        path = _EVENT_ALIASES.get(first, first) + dot + rest
    known = FIELDS.get(f"{plural}.{group}" if group else plural, ()) + resource.selectable
    if path == "metadata.name" or (path == "metadata.namespace" and resource.namespaced) or path in known:
        return path
    raise ApiError(400, f"field label not supported: {path}")


def _value(obj: Json, path: str) -> str:
    if path == "source":
        return str((obj.get("source") or {}).get("component") or obj.get("reportingComponent") or "")
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return {"spec.unschedulable": "false", "spec.hostNetwork": "false"}.get(path, "")
    return str(value).lower() if isinstance(value, bool) else str(value)
