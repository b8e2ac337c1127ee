"""Reads fields of Kubernetes objects without trusting their shape: what is not as expected counts as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Value = Mapping[str, Any]
NOTHING: Value = {}


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path (`spec.template.spec`), or None."""
    for key in _keys(path):
        # The first half is many times faster, and true but for values that are not from JSON.
        if type(value) is not dict and not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


@lru_cache(maxsize=4_096)
def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def mapping(value: Any, path: str = "") -> Value:
    """The mapping at a path, or an empty one."""
    found = at(value, path) if path else value
    return found if type(found) is dict or isinstance(found, Mapping) else NOTHING


def entries(value: Any, path: str = "") -> Iterator[tuple[int, Value]]:
    """The mappings in the list at a path, with their places in it."""
    found = at(value, path) if path else value
    if isinstance(found, list):
        for place, entry in enumerate(found):
            if type(entry) is dict or isinstance(entry, Mapping):
                yield place, entry


def words(value: Any, path: str = "") -> list[str]:
    """The strings in the list at a path; other entries are left out."""
    found = at(value, path) if path else value
    return [word for word in found if isinstance(word, str)] if isinstance(found, list) else []


def text(value: Any, path: str = "") -> str:
    """The string at a path, or ''."""
    found = at(value, path) if path else value
    return found if isinstance(found, str) else ""


def number(value: Any, path: str, default: int = 0) -> int:
    """The whole number at a path, or the default."""
    found = at(value, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def moment(value: Any, path: str = "") -> datetime | None:
    """The time at a path, in UTC, or None."""
    try:
        found = datetime.fromisoformat(text(value, path))
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
