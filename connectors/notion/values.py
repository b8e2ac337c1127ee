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
    """`value` if it is a string, else ''."""
    return value if isinstance(value, str) else ""


def number_text(value: object) -> str:
    """A number as people write it (`3`, not `3.0`); '' for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if isinstance(value, int):
        return str(value) if value.bit_length() < 1_000 else hex(value)  # str() refuses giant integers
    return str(value).removesuffix(".0")


def whole(text: str) -> str:
    """`text` as valid Unicode: halves of a character that Notion's limit of 2,000 cut apart are joined."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def one_line(text: str) -> str:
    """`text` with every run of white space folded to one space, as valid Unicode."""
    return whole(" ".join(text.split()))
