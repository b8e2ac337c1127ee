"""Reads text tables as `kubectl` prints them: columns begin where their headings begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

Row = dict[str, str]

_HEADING = re.compile(r"\S+(?: \S+)*")
_GAP = re.compile(r" {2,}|\t+")
_NONE = frozenset({"<none>", "<unset>", "<nil>"})


def rows(lines: Iterable[str]) -> list[Row]:
    """The rows below the first line, by upper-cased heading; `<none>` and missing cells are ''.

    A ruler of dashes under the headings is left out. A line that does not keep to the columns is cut at its gaps.
    """
    given = [line.expandtabs().rstrip() for line in lines]
    filled = [line for line in given if line.strip()]
    if not filled:
        return []
    headings = [(match.start(), match[0].upper()) for match in _HEADING.finditer(filled[0])]
    below = filled[2:] if len(filled) > 1 and _is_ruler(filled[1], headings) else filled[1:]
    return [_row(line, headings) for line in below]


def _is_ruler(line: str, headings: list[tuple[int, str]]) -> bool:
    """Whether a line is a row of dashes, one run for each heading."""
    cells = line.split()
    return len(cells) == len(headings) and all(len(cell) > 1 and set(cell) == {"-"} for cell in cells)


def _row(line: str, headings: list[tuple[int, str]]) -> Row:
    aligned = all(start == 0 or start >= len(line) or line[start - 1] == " " for start, _ in headings)
    cells = _sliced(line, headings) if aligned else _GAP.split(line.strip(), maxsplit=len(headings) - 1)
    cells += [""] * (len(headings) - len(cells))
    return {name: _value(cell) for (_, name), cell in zip(headings, cells, strict=False)}


def _sliced(line: str, headings: list[tuple[int, str]]) -> list[str]:
    ends = [start for start, _ in headings[1:]] + [len(line)]
    return [line[start : max(start, end)].strip() for (start, _), end in zip(headings, ends, strict=True)]


def _value(cell: str) -> str:
    cell = cell.strip()
    return "" if cell in _NONE else cell


def is_heading(line: str) -> bool:
    """Whether a line looks like the headings of a `kubectl get` table: capitals, two columns at least."""
    names = _HEADING.findall(line.strip())
    return len(names) >= 2 and all(
        re.fullmatch(r"[A-Z][A-Z0-9/% -]*(?:\([A-Za-z]+\))?", name) for name in names
    )
