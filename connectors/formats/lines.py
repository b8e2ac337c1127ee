"""A text seen as numbered lines, from which readers cut exact sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from connectors.documents import Section, SectionKind, line_anchor

PIECE_CHARACTERS = 1_500
"""About the size to which long code and long lists are cut, always between whole blocks or items."""


class Lines:
    """Lines as editors and code hosts count them: ended by a line feed, a carriage return before it included.

    Numbers here start at 0 and ranges are half open, as parsers give them; anchors start at 1.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> str:
        """Line `number` without its end."""
        return self._lines[number].removesuffix("\r")

    def __iter__(self) -> Iterator[str]:
        return (line.removesuffix("\r") for line in self._lines)

    def blank(self, number: int) -> bool:
        """Whether the line holds only white space."""
        return not self._lines[number].strip()

    def trimmed(self, first: int, last: int) -> tuple[int, int]:
        """The range without the blank lines at its ends; empty if all are blank."""
        while first < last and self.blank(first):
            first += 1
        while last > first and self.blank(last - 1):
            last -= 1
        return first, last

    def size(self, first: int, last: int) -> int:
        """Characters of the range, its line ends included."""
        return self._starts[last] - self._starts[first]

    def packed(self, blocks: Iterable[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
        """Neighbouring blocks joined to ranges of at most `limit` characters; a longer block stays alone."""
        ranges: list[tuple[int, int]] = []
        for first, last in blocks:
            if ranges and self.size(ranges[-1][0], last) <= limit:
                ranges[-1] = (ranges[-1][0], last)
            else:
                ranges.append((first, last))
        return ranges

    def section(
        self,
        kind: SectionKind,
        first: int,
        last: int,
        heading_path: Sequence[str] = (),
        language: str | None = None,
    ) -> Section:
        """The section that is exactly these whole lines, without the end of the last one."""
        start = self._starts[first]
        end = max(start, self._starts[last] - 1)
        if self.text[start:end].endswith("\r"):
            end -= 1
        return Section(
            kind=kind,
            text=self.text[start:end],
            anchor=line_anchor(first + 1, last),
            heading_path=tuple(heading_path),
            language=language,
            start=start,
            end=end,
        )
