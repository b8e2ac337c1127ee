"""Puts the mask over spans of a text; lines and their indentation stay."""

from __future__ import annotations

from collections.abc import Iterable

MASK = "[redacted]"

Span = tuple[int, int]


def mask_spans(text: str, spans: Iterable[Span]) -> tuple[str, int]:
    """`text` with each span masked, and how many were; of spans that overlap the first counts."""
    parts: list[str] = []
    position = count = 0
    for start, end in sorted(spans):
        found = text[start:end]
        if start < position or not found.strip() or _mask_lines(found) == found:
            continue
        parts += (text[position:start], _mask_lines(found))
        position = end
        count += 1
    return ("".join((*parts, text[position:])), count) if count else (text, 0)


def _mask_lines(found: str) -> str:
    if "\n" not in found:
        return MASK
    lines = found.split("\n")
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return "\n".join(
        (indent + MASK if line.strip() else line) + ("\r" if line.endswith("\r") and line.strip() else "")
        for line, indent in zip(lines, indents, strict=True)
    )
