"""Cuts a passage into the units that an answer can quote: sentences, list items, table rows, code, settings.

Every unit is an exact span of its document's text, so that a quote is a slice and never a paraphrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from connectors.documents import Document, Section, SectionKind
from connectors.formats.as_read import plain

_SENTENCE = re.compile(
    r"(?:(?<=[.!?])[)\"'*_`]*\s+|(?<=:)[*_]*[ \t]*\n\s*)(?=[A-Z0-9`\"'*_\[(<])|(?<=[。！？])|\n{2,}"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|fig|mr|mrs|dr)|\b[A-Z])\.\s*$", re.I
)
_SHORTEST = 25
"""Characters: what ends sooner is a number, a label or a heading, and stays with what follows."""
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\*{2,5}|\.{1,5}|#\.|\d+[.)])[ \t]+", re.MULTILINE)
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_RULE = re.compile(r"[\s|:+=-]*")
_SHORT_BLOCK = 14
"""Lines: a block of code or settings up to this long is shown whole."""
_WINDOW = 7
"""Lines of one unit of a longer block of settings."""


class UnitKind(StrEnum):
    """How a unit is shown."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    SETTING = "setting"


@dataclass(slots=True)
class Unit:
    """A quotable span of a document; `header` is a table's header row where the unit is one of its rows."""

    document: Document
    section: Section
    kind: UnitKind
    start: int
    end: int
    header: str = ""
    score: float = 0.0
    signals: dict[str, float] = field(default_factory=dict)
    read: str = field(init=False, repr=False)
    """The text as a reader sees it: what it says, and its length, count so."""

    def __post_init__(self) -> None:
        self.read = plain(self.text)

    @property
    def text(self) -> str:
        """The exact text."""
        return self.document.text[self.start : self.end]


def units_of(document: Document, start: int, end: int) -> list[Unit]:
    """The units of the sections that lie in, or reach into, the characters `start:end`."""
    found: list[Unit] = []
    for section in document.sections:
        if section.start < end and section.end > start and section.kind is not SectionKind.HEADING:
            found += [
                u for u in _cut(document, section) if u.end > start and u.start < end and u.text.strip()
            ]
    return found


def _cut(document: Document, section: Section) -> Iterator[Unit]:
    if section.kind in (SectionKind.CODE, SectionKind.KEY_VALUE):
        kind = UnitKind.CODE if section.kind is SectionKind.CODE else UnitKind.SETTING
        for a, b in _blocks(section.text, kind):
            a += _blank_lines(section.text[a:b])
            yield Unit(document, section, kind, section.start + a, section.start + b)
    elif section.kind is SectionKind.TABLE:
        yield from _rows(document, section)
    elif section.kind is SectionKind.LIST:
        for a, b in _items(section.text):
            yield _trimmed(document, section, UnitKind.ITEM, a, b)
    else:
        for a, b in _sentences(section.text):
            yield _trimmed(document, section, UnitKind.SENTENCE, a, b)


def _trimmed(document: Document, section: Section, kind: UnitKind, a: int, b: int) -> Unit:
    """A unit without the blanks at its ends."""
    text = section.text[a:b]
    a += len(text) - len(text.lstrip())
    b -= len(text) - len(text.rstrip())
    return Unit(document, section, kind, section.start + a, section.start + max(a, b))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        chinese = not match.group()
        if (chinese and match.start() > start) or match.end() - start > _SHORTEST:
            if _ABBREVIATION.search(text, start, match.end()):
                continue
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _items(text: str) -> Iterator[tuple[int, int]]:
    """Top-level items with what is nested in them; a long item is cut at its nested ones."""
    code = [m.span() for m in _FENCED.finditer(text)]
    marks = [m.start() for m in _ITEM.finditer(text) if not any(a <= m.start() < b for a, b in code)]
    if not marks:
        yield from _sentences(text)
        return
    indents = {m: len(text[m:]) - len(text[m:].lstrip(" \t")) for m in marks}
    top = min(indents.values())
    starts = [m for m in marks if indents[m] == top]
    bounds = [*starts, len(text)]
    if starts[0] > 0 and text[: starts[0]].strip():
        yield 0, starts[0]
    for a, b in pairwise(bounds):
        nested = [m for m in marks if a < m < b]
        if nested and len(plain(text[a:b])) > 600:
            inner = [a, *nested, b]
            yield from pairwise(inner)
        else:
            yield a, b


def _rows(document: Document, section: Section) -> Iterator[Unit]:
    """The rows below the header; a line of a ruler or a fence such as `|===` is neither."""
    header = ""
    position = 0
    for line in section.text.splitlines(keepends=True):
        if not _RULE.fullmatch(line):
            if header:
                unit = _trimmed(document, section, UnitKind.ROW, position, position + len(line))
                unit.header = header
                yield unit
            header = header or line.strip()
        position += len(line)


def _blocks(text: str, kind: UnitKind) -> Iterator[tuple[int, int]]:
    """The whole block if it is short; else windows of lines, cut where the indentation is lowest."""
    lines = text.splitlines(keepends=True)
    limit = _SHORT_BLOCK if kind is UnitKind.SETTING else 2 * _SHORT_BLOCK
    if len(lines) <= limit:
        yield 0, len(text.rstrip("\n"))
        return
    size = _WINDOW if kind is UnitKind.SETTING else _SHORT_BLOCK
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    first = 0
    while first < len(lines):
        last = min(first + size, len(lines))
        if last < len(lines):
            last = min(range(max(first + 3, last - 3), last + 1), key=lambda i: (_indent(lines[i]), -i))
        a, b = starts[first], starts[last]
        yield a, a + len(text[a:b].rstrip("\n"))
        first = last


def _blank_lines(text: str) -> int:
    """Characters of the blank lines that `text` begins with."""
    return next((m.start() for m in re.finditer(r"^.*\S", text, re.MULTILINE)), 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0
