"""The blocks that may be open while a page is read, and where their sections go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.confluence.anchors import HeadingIds
from connectors.confluence.tables import Cell
from connectors.documents import Section, SectionKind
from connectors.formats.sections import MAX_TITLE

_SHORT_CODE = 200
"""Characters: one line of code up to this long also stands in its table row."""


class Page:
    """Where finished sections end up: each gets the headings above it and the id of the last one."""

    def __init__(self, ids: HeadingIds) -> None:
        self.sections: list[Section] = []
        self.places: dict[str, int] = {}
        self.waiting: list[str] = []
        self._ids = ids
        self._anchor = ""
        self._above: list[tuple[int, str]] = []
        self._path: tuple[str, ...] = ()

    def put(self, kind: SectionKind, text: str, language: str | None = None, context: str = "") -> None:
        """Add a section."""
        self.sections.append(Section(kind, text, self._anchor, self._path, language, context))
        if self.waiting:
            for key in self.waiting:
                self.places.setdefault(key, len(self.sections) - 1)
            self.waiting.clear()

    def put_heading(self, level: int, words: str) -> None:
        """Add a heading, under which the following sections stand."""
        self._anchor = self._ids.next(words)
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        self._path = tuple([title for _, title in self._above])
        self.put(SectionKind.HEADING, words)
        title = words[:MAX_TITLE]
        self._above.append((level, title))
        self._path = (*self._path, title)


class Capture:
    """Where the sections of a heading or a table cell end up: their words in one line, code and tables apart."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.apart: list[Section] = []
        self.waiting: list[str] = []

    def put(self, kind: SectionKind, text: str, language: str | None = None, context: str = "") -> None:
        """Add a section to the line, or keep it apart."""
        if kind is SectionKind.LIST:
            lines = (line.strip().removeprefix("- ") for line in text.split("\n"))
            self.pieces.append("; ".join(lines))
        elif kind in (SectionKind.CODE, SectionKind.TABLE):
            self.apart.append(Section(kind, text, language=language, context=context))
            code = text.strip() if kind is SectionKind.CODE else ""
            if code and len(code) <= _SHORT_CODE and len(code.splitlines()) == 1:
                self.pieces.append(code if "`" in code else f"`{code}`")
        else:
            self.pieces.append(" ".join(text.split()))


class Table:
    """A table that is being read: its rows so far, and what its cells keep apart; maybe the page's properties."""

    def __init__(self, properties: bool) -> None:
        self.properties = properties
        self.rows: list[list[Cell]] = []
        self.apart: list[Section] = []
        self.waiting: list[str] = []

    def add(self, cell: Cell, captured: Capture) -> None:
        """Add a cell to the last row; code of it is found by the column's header and the row's first cell."""
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        header = (
            self.rows[0][len(row)].text if row is not self.rows[0] and len(row) < len(self.rows[0]) else ""
        )
        label = row[0].text if row else ""
        for section in captured.apart:
            parts = dict.fromkeys(part[:100] for part in (header, label, section.context) if part)
            self.apart.append(replace(section, context=" › ".join(parts)))
        self.waiting += captured.waiting
        row.append(cell)


@dataclass(slots=True)
class Admonition:
    """An admonition that is being read: the paragraphs that are not a section yet."""

    name: str
    paragraphs: list[str]
