"""Terraform's functions and operators on plain values; they raise what Python raises on wrong arguments."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

MAX_LENGTH = 10_000
"""Items or characters above which a result is not worth knowing."""


_T = TypeVar("_T")
_PLAIN_FORMAT = re.compile(r"(?:[^%]|%[svdq%])*")


def _bounded(value: _T) -> _T:
    if isinstance(value, (str, list, dict)) and len(value) > MAX_LENGTH:
        raise ValueError("too long")
    return value


def _format(pattern: str, *values: Any) -> str:
    if not _PLAIN_FORMAT.fullmatch(pattern):
        raise ValueError("a format with widths is left as written")
    return _bounded(pattern.replace("%v", "%s").replace("%q", '"%s"') % tuple(_text(v) for v in values))


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _lookup(table: Mapping[str, Any], key: str, *default: Any) -> Any:
    return table[key] if key in table or not default else default[0]


def _merge(*tables: Mapping[str, Any] | None) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        merged |= table or {}
    return _bounded(merged)


def _concat(*lists: list[Any]) -> list[Any]:
    return _bounded([item for part in lists for item in part])


def _flatten(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        flat += _flatten(item) if isinstance(item, list) else [item]
    return _bounded(flat)


def _coalesce(*values: Any) -> Any:
    return next(value for value in values if value not in (None, ""))


def _distinct(items: list[Any]) -> list[Any]:
    return [item for index, item in enumerate(items) if item not in items[:index]]


def _number(value: Any) -> Any:
    number = float(value)
    return int(number) if number.is_integer() else number


def _same(value: Any) -> Any:
    return value


def _only_texts(value: Any) -> str:
    if isinstance(value, (list, dict)) or value is None:
        raise TypeError
    return str(_text(value))


def _arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The operation for numbers alone: Python would also repeat texts and join lists."""

    def checked(left: Any, right: Any) -> Any:
        if isinstance(left, (str, list, dict)) or isinstance(right, (str, list, dict)):
            raise TypeError
        return _number(compute(left, right))

    return checked


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "merge": _merge, "format": _format, "lookup": _lookup, "concat": _concat, "flatten": _flatten,
    "coalesce": _coalesce, "distinct": _distinct, "tonumber": _number, "tostring": _only_texts,
    "tolist": list, "toset": _distinct, "tomap": dict, "nonsensitive": _same, "try": lambda *v: v[0],
    "join": lambda glue, *lists: glue.join(str(_text(item)) for part in lists for item in part),
    "split": lambda glue, text: text.split(glue), "lower": str.lower, "upper": str.upper, "title": str.title,
    "trimspace": str.strip, "trimsuffix": str.removesuffix, "trimprefix": str.removeprefix,
    "length": len, "keys": sorted, "values": lambda table: [table[key] for key in sorted(table)],
    "startswith": str.startswith, "endswith": str.endswith, "contains": lambda items, item: item in items,
    "compact": lambda items: [item for item in items if item not in (None, "")],
    "element": lambda items, index: items[index % len(items)], "min": min, "max": max,
    "one": lambda items: items[0] if items else None, "not": operator.not_,
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}  # fmt: skip
"""`try` and `one` are only asked for arguments that are known."""

OPERATORS: Mapping[tuple[str, int], Callable[..., Any]] = {
    ("==", 2): operator.eq, ("!=", 2): operator.ne, ("<", 2): operator.lt,
    (">", 2): operator.gt, ("<=", 2): operator.le, (">=", 2): operator.ge, ("&&", 2): lambda a, b: a and b,
    ("||", 2): lambda a, b: a or b, ("+", 2): _arithmetic(operator.add),
    ("-", 2): _arithmetic(operator.sub), ("*", 2): _arithmetic(operator.mul),
    ("/", 2): _arithmetic(operator.truediv), ("%", 2): _arithmetic(operator.mod),
    ("-", 1): operator.neg, ("!", 1): operator.not_,
}  # fmt: skip
