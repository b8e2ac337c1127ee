"""Sets the text of a box: what stands in which row, where it is wrapped or cut, and how large the box becomes."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.picture.scene import Box, Cell, Line, Tone
from cluster.picture.text import cut, width, wrap
from cluster.status import Level

BOX_WIDTH = 248.0
NAMESPACE_WIDTH = 300.0
LEFT, RIGHT, TOP, BOTTOM = 14.0, 10.0, 9.0, 9.0
SIGN = 22.0
"""The room of the sign before a name and before a kind."""
NAME, SMALL = 13.0, 12.0
NAME_STEP, STEP = 17.0, 16.0
CELL = 17.0
_NAME_LINES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A text at its place in a box; `y` is its baseline. `end` sets it against the right side."""

    text: str
    x: float
    y: float
    style: str
    title: str = ""
    level: Level = Level.UNKNOWN
    end: bool = False


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A sign of health at its place in a box: its middle."""

    cell: Cell
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SetBox:
    """A box with its rows set."""

    box: Box
    width: float
    height: float
    rows: tuple[Row, ...]
    cells: tuple[PlacedCell, ...] = ()


def set_box(box: Box) -> SetBox:
    """The box with its text wrapped to its width."""
    wide = NAMESPACE_WIDTH if box.cells else BOX_WIDTH
    room = wide - LEFT - RIGHT
    rows: list[Row] = []
    y = TOP
    for line in wrap(box.name, NAME, room - SIGN, _NAME_LINES, bold=True):
        rows.append(Row(line, LEFT + SIGN, y + 13, "name", box.title))
        y += NAME_STEP
    badge = box.badge
    taken = width(badge, SMALL, bold=True) + 8 if badge else 0.0
    if box.kind:
        rows.append(Row(cut(box.kind, SMALL, room - taken - SIGN), LEFT + SIGN, y + 13, "kind", box.title))
    if badge:
        rows.append(Row(badge, wide - RIGHT, y + 13, "badge", box.title, box.level, end=True))
    y += STEP + 1 if box.kind or badge else 2
    first = box.lines[:1] if box.cells else box.lines
    y = _lines(rows, first, room, y)
    cells, y = _cells(box, wide, y)
    y = _lines(rows, box.lines[len(first) :], room, y)
    return SetBox(box, wide, y + BOTTOM - 3, tuple(rows), tuple(cells))


def _lines(rows: list[Row], lines: tuple[Line, ...], room: float, y: float) -> float:
    for line in lines:
        alert = line.tone is Tone.ALERT
        texts = wrap(line.text, SMALL, room, line.most, prose=alert or line.most > 1)
        for text in [*texts, line.since] if line.since else texts:
            rows.append(Row(text, LEFT, y + 13, str(line.tone), line.title or line.text, line.level))
            y += STEP
    return y


def _cells(box: Box, wide: float, y: float) -> tuple[list[PlacedCell], float]:
    across = int((wide - LEFT - RIGHT) // CELL)
    placed = [
        PlacedCell(cell, LEFT + CELL * (place % across) + 7, y + 4 + CELL * (place // across) + 7)
        for place, cell in enumerate(box.cells)
    ]
    rows = -(-len(box.cells) // across)
    return placed, y + CELL * rows + (8 if rows else 0)
