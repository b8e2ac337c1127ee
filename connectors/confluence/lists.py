"""The lines of a list with its markers, nested items indented."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from connectors.formats.lines import PIECE_CHARACTERS

_MAX_INDENT = 40
"""Columns: deeper items stay there, or thousands of levels would be nearly all blanks."""


@dataclass(slots=True)
class _Level:
    number: int | None
    indent: int
    body: int
    marker: str = ""


class ListText:
    """A list with all that is nested in it, written item by item."""

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._lines: list[str] = []
        self._starts: list[int] = []

    def open(self, start: int | None) -> None:
        """Begin a list, inside the current item if there is one; `start` is the first number of an ordered one."""
        if self._levels and self._levels[-1].marker.endswith("] "):
            self.add("")  # a task whose body is a list: its state is shown nowhere else
        indent = min(self._levels[-1].body, _MAX_INDENT) if self._levels else 0
        self._levels.append(_Level(start, indent, indent))

    def close(self) -> bool:
        """End the innermost list; true if it was the outermost."""
        self._levels.pop()
        return not self._levels

    def item(self, box: str = "") -> None:
        """Begin an item; `box` is the `[x]` or `[ ]` of a task. Its marker is written with its first text."""
        level = self._levels[-1]
        marker = "- "
        if level.number is not None:
            marker = f"{level.number}. "
            level.number += 1
        level.body = level.indent + len(marker)
        level.marker = f"{marker}{box} " if box else marker

    def end_item(self) -> None:
        """End the item: an empty one leaves nothing."""
        self._levels[-1].marker = ""

    def add(self, text: str) -> None:
        """Add a paragraph to the current item."""
        level = self._levels[-1]
        for line in text.split("\n"):
            if level.marker:
                if len(self._levels) == 1:
                    self._starts.append(len(self._lines))
                self._lines.append((" " * level.indent + level.marker + line).rstrip())
                level.marker = ""
            else:
                self._lines.append(" " * level.body + line)

    def take(self) -> list[str]:
        """What was written since the last call; if it is long, in several pieces of whole items."""
        cuts = [0, *(start for start in self._starts if start), len(self._lines)]
        pieces: list[str] = []
        for first, last in pairwise(cuts):
            item = "\n".join(self._lines[first:last])
            if pieces and len(pieces[-1]) + len(item) < PIECE_CHARACTERS:
                pieces[-1] += "\n" + item
            elif item:
                pieces.append(item)
        self._lines, self._starts = [], []
        return pieces
