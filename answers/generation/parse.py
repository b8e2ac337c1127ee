"""Reads a model's reply while it comes: sentences and code, each with the source numbers behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"\s*[\[【](\d{1,4}(?:\s*[,，;]\s*\d{1,4})*)[\]】]")
_END = re.compile(
    r"(?:(?<=[.!?])[)\"'*_`]*(?:\s*[\[【][\d,，; ]+[\]】])*\s+(?=[A-Z0-9`\"'*_(<-])"
    r"|(?<=[。！？])(?:\s*[\[【][\d,，; ]+[\]】])*(?=[^\s\[【]))"
)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_POINTS = re.compile(r"(?:(?:lines?|numbers?|and)\b|[\W_]|\d{1,4})*", re.IGNORECASE)
"""A text that only names numbers, with or without brackets."""
_LONGEST = 4_000
"""Characters of one line or block of code; a model that goes on beyond is looping."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence, list item, table row or block of code of a reply; without text, it only points at numbers."""

    text: str
    numbers: tuple[int, ...]
    code: bool = False


def pieces(parts: Iterable[str]) -> Iterator[Piece]:
    """The pieces of a reply, each as soon as it is complete.

    A block of code takes the numbers that follow on its next line. What a reasoning model thinks aloud is left out.
    """
    code: list[str] | None = None
    waiting: Piece | None = None
    for line in _lines(parts):
        if code is not None:
            if _FENCE.match(line):
                waiting, code = Piece("\n".join(code), (), code=True), None
            else:
                code.append(line)
            continue
        if waiting is not None:
            numbers = _numbers(line) if not _MARKER.sub("", line).strip() else ()
            yield Piece(waiting.text, numbers, code=True)
            waiting = None
            if numbers:
                continue
        if _FENCE.match(line):
            code = []
        else:
            yield from _sentences(line)
    if code is not None:
        waiting = Piece("\n".join(code), (), code=True)
    if waiting is not None:
        yield waiting


def _lines(parts: Iterable[str]) -> Iterator[str]:
    """Complete lines, and before a line ends the sentences of it that are complete."""
    buffer, fenced = "", False
    for part in parts:
        buffer += part
        if "<think>" in buffer:
            if "</think>" not in buffer:
                continue
            buffer = _THOUGHT.sub("", buffer)
        *lines, buffer = buffer.split("\n")
        for line in lines:
            fenced ^= bool(_FENCE.match(line))
            yield line
        ends = [] if fenced or _FENCE.match(buffer) else list(_END.finditer(buffer))
        if ends:
            yield buffer[: ends[-1].end()]
            buffer = buffer[ends[-1].end() :]
        if len(buffer) > _LONGEST:
            return
    yield _THOUGHT.sub("", buffer)


def _sentences(line: str) -> Iterator[Piece]:
    start = 0
    for end in [*(m.end() for m in _END.finditer(line)), len(line)]:
        said = line[start:end]
        start = end
        text = _MARKER.sub("", said).strip()
        if not _POINTS.fullmatch(text):
            yield Piece(text, _numbers(said))
        elif numbers := _numbers(said) or tuple(int(n) for n in re.findall(r"\d+", text)):
            yield Piece("", numbers)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(n) for found in _MARKER.findall(text) for n in re.findall(r"\d+", found))
