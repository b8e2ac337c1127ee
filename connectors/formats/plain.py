"""Texts without a known structure: paragraphs between blank lines, and code cut at blank lines."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.documents import SectionKind
from connectors.formats.lines import PIECE_CHARACTERS, Lines
from connectors.formats.parsed import ParsedText


def parse(text: str) -> ParsedText:
    """Each run of lines between blank lines as a paragraph. Never raises."""
    lines = Lines(text)
    return ParsedText("", tuple(lines.section(SectionKind.PARAGRAPH, *block) for block in _blocks(lines)))


def parse_code(text: str, language: str) -> ParsedText:
    """Code sections of whole blocks, each about `PIECE_CHARACTERS` long unless a block alone is longer."""
    lines = Lines(text)
    pieces = lines.packed(list(_blocks(lines)), PIECE_CHARACTERS)
    return ParsedText(
        "", tuple(lines.section(SectionKind.CODE, *piece, language=language) for piece in pieces)
    )


def _blocks(lines: Lines) -> Iterator[tuple[int, int]]:
    first: int | None = None
    for number in range(len(lines)):
        if lines.blank(number):
            if first is not None:
                yield first, number
            first = None
        elif first is None:
            first = number
    if first is not None:
        yield first, len(lines)
