"""Collects the blocks that a parser found and makes them the sections of a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from connectors.documents import Section, SectionKind
from connectors.formats.lines import PIECE_CHARACTERS, Lines

MAX_TITLE = 500
"""Characters of a heading that are read for its words: what is longer is no heading that a person wrote."""


@dataclass(frozen=True, slots=True)
class _Block:
    first: int
    last: int
    kind: SectionKind
    language: str | None = None
    level: int = 0
    title: str = ""


class SectionBuilder:
    """Blocks of whole lines, in any order; lines that no block holds become paragraphs.

    That last rule is the safety net: what a parser drops (link definitions, directives, a part nested too
    deep) is still in the document.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._blocks: list[_Block] = []
        self._taken = bytearray(len(lines))

    @property
    def title(self) -> str:
        """The words of the heading that names the whole text, or ''.

        That is the first one of level 1, or else a heading at the very top that no other equals in rank: the
        first of several `## Inputs`, `## Outputs` names only its part.
        """
        blocks = sorted(self._blocks, key=lambda block: block.first)
        headings = [block for block in blocks if block.title]
        rank = min((heading.level for heading in headings), default=0)
        highest = [heading for heading in headings if heading.level == rank]
        if rank == 1 or (len(highest) == 1 and highest[0] is blocks[0]):
            return highest[0].title
        return ""

    def add(self, kind: SectionKind, first: int, last: int, language: str | None = None) -> None:
        """Add lines `first` to before `last` as one section, without blank lines at its ends."""
        self._place(_Block(first, last, kind, language))

    def add_cut(self, kind: SectionKind, starts: Sequence[int], first: int, last: int) -> None:
        """Add lines as one section or, if they are many, as several that begin at `starts` (items)."""
        if self._lines.size(first, last) <= PIECE_CHARACTERS:
            self.add(kind, first, last)
            return
        cuts = [first, *(start for start in starts if first < start < last), last]
        for piece in self._lines.packed(pairwise(cuts), PIECE_CHARACTERS):
            self.add(kind, *piece)

    def add_heading(self, level: int, title: str, first: int, last: int) -> None:
        """Add a heading of `level` (1 is the highest) whose words are `title`."""
        self._place(_Block(first, last, SectionKind.HEADING, None, level, title))

    def ignore(self, first: int, last: int) -> None:
        """Say that these lines need be in no section."""
        self._taken[first:last] = b"\1" * (min(last, len(self._lines)) - first)

    def sections(self) -> tuple[Section, ...]:
        """All sections in the order of the text, each under the headings above it."""
        self._fill()
        above: list[_Block] = []
        sections: list[Section] = []
        for block in self._ordered():
            if block.kind is SectionKind.HEADING:
                above = [heading for heading in above if heading.level < block.level]
            path = [heading.title for heading in above if heading.title]
            sections.append(self._lines.section(block.kind, block.first, block.last, path, block.language))
            if block.kind is SectionKind.HEADING:
                above.append(block)
        return tuple(sections)

    def _ordered(self) -> list[_Block]:
        """The blocks in the order of the text, none over another, touching parts of a list joined.

        Parsers end a list where its author did not mean to: at a nested item that is indented too little.
        """
        ordered: list[_Block] = []
        for block in sorted(self._blocks, key=lambda block: (block.first, block.last)):
            before = ordered[-1] if ordered else None
            if before is None or block.first > before.last:
                ordered.append(block)
            elif block.first == before.last:
                short = self._lines.size(before.first, block.last) <= PIECE_CHARACTERS
                if block.kind is before.kind is SectionKind.LIST and short:
                    ordered[-1] = replace(before, last=block.last)
                else:
                    ordered.append(block)
        return ordered

    def _place(self, block: _Block) -> None:
        first, last = self._lines.trimmed(block.first, min(block.last, len(self._lines)))
        if first < last:
            self._blocks.append(_Block(first, last, block.kind, block.language, block.level, block.title))
            self.ignore(first, last)

    def _fill(self) -> None:
        for first, last in list(self._gaps()):
            self.add(SectionKind.PARAGRAPH, first, last)

    def _gaps(self) -> Iterator[tuple[int, int]]:
        first: int | None = None
        for number in range(len(self._lines)):
            free = not self._taken[number] and not self._lines.blank(number)
            if free and first is None:
                first = number
            elif not free and first is not None:
                yield first, number
                first = None
        if first is not None:
            yield first, len(self._lines)
