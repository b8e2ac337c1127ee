"""Writes the body of a `markdown` macro: its headings, lists, tables and code as those of the page."""

from __future__ import annotations

from connectors.confluence.writer import Writer
from connectors.documents import SectionKind
from connectors.formats import markdown

_MAX_LINES = 10_000
"""Lines that are parsed on one page. The parser takes about 40 us for a line: what is more stays one paragraph."""
_LINES_FOR_A_BODY = 4
"""What it takes to begin a body, in lines."""


class MarkdownBodies:
    """Reads the Markdown of one page into its writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lines_left = _MAX_LINES

    def write(self, text: str) -> None:
        """Write `text`, as exact lines but for the marks of headings."""
        if not text.strip():
            return
        self._lines_left -= text.count("\n") + _LINES_FOR_A_BODY
        if self._lines_left < 0:
            self._writer.section(SectionKind.PARAGRAPH, text)
            return
        for section in markdown.parse(text).sections:
            if section.kind is SectionKind.HEADING:
                self._heading(section.text)
            else:
                self._writer.section(section.kind, section.text, section.language)

    def _heading(self, source: str) -> None:
        level, words = markdown.heading(source)
        within = self._writer.open_heading()
        self._writer.text(words)
        if within:
            self._writer.close_heading(level)
        else:
            self._writer.end_paragraph()
