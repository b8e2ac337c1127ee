"""Terraform's functions on plain values; an error (of any of Python's kinds) means: not known.

Where Terraform would convert an argument to another type, the result is left unknown rather than guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connectors.terraform.operators import is_number, number, same

MAX_LENGTH = 10_000
"""Items or characters above which a result is not worth knowing."""

_T = TypeVar("_T")
_VERB = re.compile(r"%(.?)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WORD_BEGIN = re.compile(r"(?<![0-9A-Za-z_])[a-z]")


class SetValue(list[Any]):
    """A Terraform set: distinct values, texts in order, without an index."""


def text_of(value: Any) -> str:
    """A text, number or boolean as Terraform writes it into a text; `TypeError` for anything else."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if is_number(value):
        return str(value)
    raise TypeError


def _bounded(value: _T) -> _T:
    if isinstance(value, (str, list, dict)) and len(value) > MAX_LENGTH:
        raise ValueError("too long")
    return value


def _texts(*values: Any) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _format(pattern: str, *values: Any) -> str:
    _texts(pattern)
    waiting = list(values)

    def verb(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        value = waiting.pop(0)
        if match[1] in ("s", "v"):
            return text_of(value)
        if match[1] == "q" and isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        if match[1] == "d" and is_number(value) and isinstance(value, int):
            return str(value)
        raise ValueError("a format with widths is left as written")

    text = _VERB.sub(verb, pattern)
    if waiting:
        raise ValueError("more values than verbs")
    return _bounded(text)


def _lookup(table: Any, key: str, *default: Any) -> Any:
    _texts(key)
    return _table(table)[key] if key in _table(table) or not default else default[0]


def _merge(*tables: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        merged |= {} if table is None else _table(table)
    return _bounded(merged)


def _concat(*lists: Any) -> list[Any]:
    return _bounded([item for part in lists for item in _list(part)])


def _flatten(items: Any) -> list[Any]:
    flat: list[Any] = []
    for item in _list(items):
        flat += _flatten(item) if isinstance(item, list) else [item]
    return _bounded(flat)


def _coalesce(*values: Any) -> Any:
    kept = [value for value in values if value is not None and value != ""]
    if len({type(value) for value in kept}) > 1:
        raise TypeError
    return kept[0]


def _contains(items: Any, item: Any) -> bool:
    return any(same(other, item) for other in _list(items))


def _distinct(items: Any) -> list[Any]:
    if len({type(item) for item in _list(items)}) > 1:
        raise TypeError("Terraform would make all of them texts")
    kept: list[Any] = []
    for item in items:
        if not _contains(kept, item):
            kept.append(item)
    return kept


def _to_set(items: Any) -> SetValue:
    kept = _distinct(items)
    return SetValue(sorted(kept) if all(isinstance(item, str) for item in kept) else kept)


def _to_number(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return number(value)
    if not is_number(value):
        raise TypeError
    return value


def _title(text: str) -> str:
    if not text.isascii():
        raise ValueError
    return _WORD_BEGIN.sub(lambda match: match[0].upper(), text)


def _split(glue: str, text: str) -> list[str]:
    _texts(glue, text)
    return text.split(glue)


def _join(glue: str, *lists: Any) -> str:
    _texts(glue)
    return _bounded(glue.join(text_of(item) for part in lists for item in _list(part)))


def _length(value: Any) -> int:
    if isinstance(value, str) and not value.isascii():
        raise ValueError("Terraform counts what a reader takes for one character")
    return len(value)


def _element(items: Any, index: Any) -> Any:
    if isinstance(items, SetValue) or not is_number(index) or index < 0:
        raise TypeError
    return _list(items)[index % len(items)]


def _one(items: Any) -> Any:
    if len(_list(items)) > 1:
        raise ValueError
    return items[0] if items else None


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        if not all(map(is_number, values)):
            raise TypeError
        return choose(values)

    return chosen


def _zipmap(keys: Any, values: Any) -> dict[str, Any]:
    _texts(*_list(keys))
    return dict(zip(keys, _list(values), strict=True))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "merge": _merge, "format": _format, "lookup": _lookup, "concat": _concat, "flatten": _flatten,
    "coalesce": _coalesce, "distinct": _distinct, "tonumber": _to_number, "tostring": text_of,
    "tolist": lambda items: list(_list(items)), "toset": _to_set, "tomap": _table,
    "nonsensitive": lambda value: value, "try": lambda *values: values[0], "join": _join, "split": _split,
    "lower": str.lower, "upper": str.upper, "title": _title, "trimspace": str.strip,
    "trimsuffix": str.removesuffix, "trimprefix": str.removeprefix, "startswith": str.startswith,
    "endswith": str.endswith, "length": _length, "keys": lambda table: sorted(_table(table)),
    "values": lambda table: [item for _, item in sorted(_table(table).items(), key=lambda pair: pair[0])],
    "contains": _contains, "compact": lambda items: [item for item in _list(items) if item not in (None, "")],
    "element": _element, "min": _extreme(min), "max": _extreme(max), "one": _one, "zipmap": _zipmap,
}  # fmt: skip
"""`try` and `one` are only asked for arguments that are known."""
