"""Reads fields of objects without trusting their shape, and says them in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MAX_NAMES = 12


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys, or None."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list; nothing where it is none."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def mapping(value: Any, *path: str) -> Mapping[str, Any]:
    """The mapping at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, Mapping) else {}


def entries(value: Any, *path: str) -> list[Any]:
    """The list at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def words(label: str, words: list[Any]) -> str:
    """`label a b c`, each word once and at most twelve of them; '' without any."""
    kept = [str(word) for word in words if isinstance(word, str | int | float) and str(word)]
    more = ["…"] if len(kept) > _MAX_NAMES else []
    return " ".join([label, *dict.fromkeys(kept[:_MAX_NAMES]), *more]) if kept else ""


def count(number: Any, noun: str) -> str:
    """`3 replicas`, or '' where there is no number."""
    return f"{number} {noun}" if isinstance(number, str | int) and str(number) else ""


def pairs(label: str, pairs: Any) -> str:
    """`requests cpu 100m memory 64Mi` of a mapping; '' where it is none."""
    if not isinstance(pairs, Mapping):
        return ""
    return words(
        label, [f"{name} {amount}" for name, amount in pairs.items() if isinstance(amount, str | int)]
    )
