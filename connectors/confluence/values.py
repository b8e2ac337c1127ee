"""Narrows the values of untrusted JSON: what has another type than expected counts as absent."""

from __future__ import annotations

from typing import cast

JsonObject = dict[str, object]


def as_object(value: object) -> JsonObject:
    """`value` if it is a JSON object, else an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """`value` if it is a string or a whole number (ids come as either), else ''."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 100:
        return str(value)
    return value if isinstance(value, str) else ""


def as_number(value: object) -> int:
    """`value` if it is a whole number, or a text that is one, else 0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 30:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def at(value: object, *path: str) -> object:
    """What lies at the end of `path` in nested objects; None if any of it is missing."""
    for name in path:
        value = as_object(value).get(name)
    return value


def one_line(text: str) -> str:
    """`text` with every run of white space folded to one space, as valid Unicode."""
    return " ".join(text.split()).encode("utf-8", "replace").decode()
