"""Characters that no encoding takes: halves of pairs, which JSON and YAML can spell but no file or answer can hold."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")


def whole(value: Value) -> Value:
    """The text or JSON value in which two halves of a pair are one character, and a lone half is U+FFFD."""
    if isinstance(value, str):
        return _joined(value)  # type: ignore[return-value]
    if isinstance(value, dict):
        return {whole(key): whole(one) for key, one in value.items()}  # type: ignore[return-value]
    if isinstance(value, list):
        return [whole(one) for one in value]  # type: ignore[return-value]
    return value


def _joined(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
