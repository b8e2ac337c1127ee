"""The fields in which two values of an object differ, without what moves by itself."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.changes.model import FieldChange

_MOST_TEXT = 1_000
_MOST_LINES = 2_000
"""Longer texts are not compared by line: that takes quadratic time."""
_DEEPEST = 60
KEYS = ("name", "mountPath", "containerPort", "port", "key", "ip", "type", "topologyKey")
"""Fields that tell entries of a list apart, as the API's own merge keys do."""


def differences(old: Any, new: Any, path: str = "") -> Iterator[FieldChange]:
    """The leaves that differ, in the order of the values; entries of lists are matched by their names."""
    return _differences(old, new, path, 0)


def _differences(old: Any, new: Any, path: str, depth: int) -> Iterator[FieldChange]:
    if _same(old, new):
        return
    if depth < _DEEPEST:
        if _is_mapping(old, new):
            old, new = old or {}, new or {}
            for key in dict.fromkeys([*old, *new]):
                inner = f"{path}.{key}" if path else str(key)
                yield from _differences(old.get(key), new.get(key), inner, depth + 1)
            return
        keyed = _keyed(old, new)
        if keyed is not None:
            for name in dict.fromkeys([*keyed[0], *keyed[1]]):
                before, after = keyed[0].get(name), keyed[1].get(name)
                yield from _differences(before, after, f"{path}[{name}]", depth + 1)
            return
    yield FieldChange(path, *_told(old, new))


def _same(old: Any, new: Any) -> bool:
    """Whether nothing differs; a field that is empty is one that is not there."""
    return (old == new and type(old) is type(new)) or (_is_empty(old) and _is_empty(new))


def _is_empty(value: Any) -> bool:
    return value is None or value == {} or value == []


def _is_mapping(old: Any, new: Any) -> bool:
    """Whether both are mappings with something in one of them; one may be missing."""
    one, other = isinstance(old, Mapping), isinstance(new, Mapping)
    return (one or _is_empty(old)) and (other or _is_empty(new)) and (one or other)


def _keyed(old: Any, new: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Both lists by the names of their entries; None where they have none, or not one each."""
    lists = [one for one in (old, new) if isinstance(one, list) and one]
    if not lists or not all(isinstance(one, list) or _is_empty(one) for one in (old, new)):
        return None
    for key in KEYS:
        found = [_by(key, one) for one in (old or [], new or [])]
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    return None


def _by(key: str, values: list[Any]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for one in values:
        name = one.get(key) if isinstance(one, Mapping) else None
        if not isinstance(name, str | int) or str(name) in found:
            return None
        found[str(name)] = one
    return found


def _told(old: Any, new: Any) -> tuple[Any, Any]:
    if isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new):
        old, new = _lines(old, new)
    return _cut(old), _cut(new)


def _lines(old: str, new: str) -> tuple[str, str]:
    """The lines that only one of the texts has."""
    before, after = old.splitlines(), new.splitlines()
    if before == after or max(len(before), len(after)) > _MOST_LINES:
        return old, new
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    return (
        "\n".join(line for _, i, j, _, _ in blocks for line in before[i:j]),
        "\n".join(line for _, _, _, i, j in blocks for line in after[i:j]),
    )


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _MOST_TEXT else f"{value[:_MOST_TEXT]}…"
    if isinstance(value, Mapping | list) and len(str(value)) > _MOST_TEXT:
        return f"{str(value)[:_MOST_TEXT]}…"
    return value
