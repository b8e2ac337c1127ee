"""Who wrote which fields of an object, from its `managedFields`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from connectors.dates import to_date
from connectors.kubernetes.observed import FieldManager
from connectors.kubernetes.words import at, items, mapping

_MOST_FIELDS = 500
_DEEPEST = 40


def managers_of(value: Mapping[str, Any]) -> tuple[FieldManager, ...]:
    """The entries of `metadata.managedFields`, their fields as paths such as `spec.containers[app].image`."""
    return tuple(map(_manager, items(at(value, "metadata", "managedFields"))))


def _manager(entry: Mapping[str, Any]) -> FieldManager:
    fields = tuple(islice(_paths(mapping(entry, "fieldsV1"), "", 0), _MOST_FIELDS))
    time = entry.get("time")
    return FieldManager(
        str(entry.get("manager") or ""),
        str(entry.get("operation") or ""),
        to_date(time) if isinstance(time, str) else None,
        str(entry.get("subresource") or ""),
        fields,
    )


def _paths(fields: Mapping[str, Any], above: str, depth: int) -> Iterator[str]:
    """The paths of the leaves; `.` stands for the field itself and adds nothing to those below it."""
    for key, below in fields.items():
        if key == ".":
            continue
        kind, _, name = key.partition(":")
        path = f"{above}.{name}".lstrip(".") if kind == "f" else f"{above}[{_named(name)}]"
        inner = below if isinstance(below, Mapping) and depth < _DEEPEST else {}
        leaves = False
        for found in _paths(inner, path, depth + 1):
            leaves = True
            yield found
        if not leaves:
            yield path


def _named(key: str) -> str:
    """`{"name":"app"}` as `app`, `{"containerPort":80,"protocol":"TCP"}` as `80,TCP`."""
    try:
        value = json.loads(key)
    except (ValueError, RecursionError):
        return key
    return ",".join(str(part) for part in value.values()) if isinstance(value, Mapping) else str(value)
