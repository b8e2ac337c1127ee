"""Alerts from JSON: Alertmanager's webhook and API, Prometheus, and plain lists of what a monitor found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from incidents.bundles import values
from incidents.bundles.units import moment
from incidents.evidence import Alert

_SUBJECT_LABELS = (
    "deployment", "statefulset", "daemonset", "workload", "service", "job_name", "pod", "container",
    "node", "instance", "persistentvolumeclaim", "horizontalpodautoscaler", "namespace",
)  # fmt: skip
_SUBJECT_KEYS = ("name", "entity_name", "service", "workload", "node", "entry_service", "target", "object")
_LONGEST = 2_000


def parse(text: str) -> list[Alert]:
    """The alerts in a JSON text; [] where it holds none or is no JSON."""
    try:
        return [alert for value in values.from_json(text) for alert in read(value)]
    except (ValueError, RecursionError):
        return []


def is_alerts(value: Any) -> bool:
    """Whether a JSON value is a list of alerts or an object that holds one, be it empty."""
    if isinstance(value, Mapping) and isinstance(value.get("alerts"), list):
        return True
    return any(True for _ in _listed(value))


def read(value: Any) -> list[Alert]:
    """The alerts in a JSON value; [] where there are none."""
    return [_alert(one) for one in _listed(value)]


def _listed(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        inner = value.get("alerts")
        if inner is None and isinstance(value.get("data"), Mapping):
            inner = value["data"].get("alerts")
        value = inner
    if isinstance(value, list):
        for one in value:
            if isinstance(one, Mapping) and (
                one.keys() & {"labels", "evidence", "raw_error", "status", "alertname"}
            ):
                yield one


def _alert(value: Mapping[str, Any]) -> Alert:
    labels = {str(key): str(label) for key, label in _mapping(value, "labels").items()}
    if isinstance(value.get("request_method"), str):
        labels.setdefault("method", value["request_method"].upper())
    annotations = _mapping(value, "annotations")
    name = labels.get("alertname") or str(
        value.get("alertname")
        or value.get("metric_category")
        or value.get("business_action")
        or value.get("status")
        or ""
    )
    details = [str(line) for line in value.get("evidence") or () if isinstance(line, str)]
    details += [
        str(annotations[key]) for key in ("summary", "description", "message") if annotations.get(key)
    ]
    if value.get("raw_error"):
        details.append(str(value["raw_error"]))
    subject = next((labels[key] for key in _SUBJECT_LABELS if labels.get(key)), "")
    subject = subject or next(
        (str(value[key]) for key in _SUBJECT_KEYS if isinstance(value.get(key), str)), ""
    )
    starts = value.get("startsAt") or str(value.get("time_range") or "").partition(" ~ ")[0]
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return Alert(
        name, subject, shown[:_LONGEST], tuple(details), moment(str(starts)) if starts else None, labels,
        str(annotations.get("runbook_url") or ""),
    )  # fmt: skip


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}
