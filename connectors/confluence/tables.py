"""Tables as rows of text, each of which can be read alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.confluence.resources import find
from connectors.confluence.tree import HEADINGS, Element

_MAX_SPAN = 100
_MARKS = 3
"""Characters that mark off a cell."""
_SPARE = 10_000
"""Characters that merged cells may always add; beyond, they add at most as much again as four times the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands in the markup."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


def span(value: str | None) -> int:
    """How many columns or rows a `colspan` or `rowspan` covers; 1 for what is no number."""
    if not value or not value.isascii() or not value.strip().isdecimal():
        return 1
    return max(1, min(int(value.strip()[:6]), 65_534))


def is_layout(table: Element) -> bool:
    """Whether a table only puts parts of a page side by side: it has one row, with headings in it."""
    rows: list[Element] = []
    for child in table.elements():
        rows += [child] if child.tag == "tr" else [row for row in child.elements() if row.tag == "tr"]
        if len(rows) > 1:
            return False
    return bool(rows) and find(rows[0], *HEADINGS) is not None


def table_text(rows: Sequence[Sequence[Cell]]) -> str:
    """The rows as `| a | b |`, a merged cell's text in each place that it covers; rows without text are left out."""
    grid = _Grid(sum(len(cell.text) + _MARKS for row in rows for cell in row))
    lines = [grid.line(row) for row in rows]
    return "\n".join(_line(line) for line in lines if any(line))


def properties_text(rows: Sequence[Sequence[Cell]]) -> str:
    """The rows as `key: value` if each is a header cell and one other, else ''."""
    if not all(len(row) == 2 and row[0].header and not row[1].header for row in rows):
        return ""
    return "\n".join(f"{key.text}: {value.text}" for key, value in rows if key.text or value.text)


class _Grid:
    """Spreads merged cells over rows."""

    def __init__(self, size: int) -> None:
        self._budget = _SPARE + 4 * size
        self._hanging: dict[int, tuple[int, str]] = {}  # column: rows still to fill, text

    def line(self, row: Sequence[Cell]) -> list[str]:
        """The texts of the next row."""
        line: list[str] = []
        due = self._hanging
        self._hanging = {column: (left - 1, text) for column, (left, text) in due.items() if left > 1}
        for cell in row:
            while len(line) in due and self._may_add(due[len(line)][1]):
                line.append(due[len(line)][1])
            for i in range(min(cell.columns, _MAX_SPAN)):
                if i and not self._may_add(cell.text):
                    break
                if cell.rows > 1:
                    self._hanging[len(line)] = (cell.rows - 1, cell.text)
                line.append(cell.text)
        for column in sorted(column for column in due if column >= len(line)):
            line += [""] * (column - len(line))
            line.append(due[column][1] if self._may_add(due[column][1]) else "")
        if self._budget < 0:
            self._hanging = {}
        return line

    def _may_add(self, text: str) -> bool:
        self._budget -= len(text) + _MARKS
        return self._budget >= 0


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(escaped) + " |"
