"""Reads text tables as `kubectl` prints them: columns begin where their headings begin.

Chats and tickets collapse blanks: where one stands between all headings, the words are the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Row = dict[str, str]

_HEADING = re.compile(r"\S+(?: \S+)*")
_GAP = re.compile(r" {2,}|\t+")
_COLLAPSED = re.compile(r"(?:NAMESPACE|NAME|LAST SEEN)(?: [A-Z][A-Z0-9/%-]*(?:\([A-Za-z]+\))?)+")
_OF_TWO_WORDS = re.compile(
    r"(?:LAST SEEN|FIRST SEEN|NOMINATED NODE|READINESS GATES|ACCESS MODES|RECLAIM POLICY|NODE SELECTOR)|\S+"
)
_WORD = re.compile(r"\S+(?: \([^()]* ago\))?")
"""`12 (3m ago)` is one cell: restarts, and the last of them."""
_NONE = frozenset({"<none>", "<unset>", "<nil>"})


def rows(lines: Iterable[str]) -> list[Row]:
    """The rows below the first line, by upper-cased heading; `<none>` and missing cells are ''.

    A ruler of dashes under the headings is left out. A line that does not keep to the columns is cut at its gaps.
    """
    given = [line.expandtabs().rstrip() for line in lines]
    filled = [line for line in given if line.strip()]
    if not filled:
        return []
    if _COLLAPSED.fullmatch(filled[0].strip()):
        names = _OF_TWO_WORDS.findall(filled[0].strip())
        return [_named(names, _words(line, len(names))) for line in filled[1:]]
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
    return _named([name for _, name in headings], cells)


def _named(names: list[str], cells: list[str]) -> Row:
    cells = cells + [""] * (len(names) - len(cells))
    return {name: _value(cell) for name, cell in zip(names, cells, strict=False)}


def _words(line: str, columns: int) -> list[str]:
    """The words of a line as cells; the last column has all that is left."""
    found = list(_WORD.finditer(line.strip()))
    cells = [match[0] for match in found[: columns - 1]]
    return [*cells, line.strip()[found[columns - 1].start() :]] if len(found) >= columns else cells


def _sliced(line: str, headings: list[tuple[int, str]]) -> list[str]:
    ends = [start for start, _ in headings[1:]] + [len(line)]
    return [line[start : max(start, end)].strip() for (start, _), end in zip(headings, ends, strict=True)]


def _value(cell: str) -> str:
    cell = cell.strip()
    return "" if cell in _NONE else cell


def is_heading(line: str) -> bool:
    """Whether a line looks like the headings of a `kubectl get` table: capitals, two columns at least."""
    if _COLLAPSED.fullmatch(line.strip()):
        return True
    names = _HEADING.findall(line.strip())
    return len(names) >= 2 and all(
        re.fullmatch(r"[A-Z][A-Z0-9/% -]*(?:\([A-Za-z]+\))?", name) for name in names
    )
