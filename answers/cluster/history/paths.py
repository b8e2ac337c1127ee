"""Where the field of a change stands in an object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cluster.changes.fields import KEYS


def value_at(value: Any, path: str) -> Any:
    """What stands in a field of a change's path."""
    for step in field_path(value, path) or ():
        value = value[step]
    return value


def field_path(value: Any, path: str) -> tuple[str | int, ...] | None:
    """Where the field of a change (`spec.containers[app].image`) stands in an object; None where it is not there."""
    rest = path.removeprefix(".")
    if not rest:
        return ()
    if isinstance(value, Mapping):
        # A key may hold dots itself: `data.app.properties`.
        steps = [(key, len(key)) for key in value if re.match(rf"{re.escape(str(key))}(?=[.\[]|$)", rest)]
    elif isinstance(value, list) and rest.startswith("["):
        name, length = rest[1:].partition("]")[0], rest.find("]") + 1
        steps = [(i, length) for i, one in enumerate(value) if isinstance(one, Mapping) and _named(one, name)]
    else:
        steps = []
    for step, length in steps:
        if (inner := field_path(value[step], rest[length:])) is not None:
            return (step, *inner)
    return None


def _named(entry: Mapping[str, Any], name: str) -> bool:
    return any(str(entry.get(key)) == name for key in KEYS if key in entry)
