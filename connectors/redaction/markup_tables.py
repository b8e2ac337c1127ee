"""Where the cells of AsciiDoc's and reStructuredText's tables stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from connectors.redaction.masking import Span

Row = Sequence[Span]

_ASCIIDOC = re.compile(r"^\|===[ \t]*\n(?P<body>(?:(?!\|===)[^\n]*\n){1,2000}?)(?=\|===|\Z)", re.MULTILINE)
_ASCIIDOC_CELL = re.compile(r"(?<!\\)\|[ \t]*(?P<cell>[^|\n]*)")
_LIST_TABLE = re.compile(
    r"^(?P<in>[ \t]*)\.\. list-table::[^\n]*\n(?P<body>(?:(?P=in)[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)+)",
    re.MULTILINE,
)
_LIST_CELL = re.compile(r"^[ \t]*(?P<row>\*[ \t]+)?-[ \t]+(?P<cell>[^\n]*)", re.MULTILINE)
_SIMPLE_RULE = re.compile(r"^[ \t]*=+(?:[ \t]+=+)+[ \t]*$", re.MULTILINE)
_SIMPLE_COLUMN = re.compile(r"=+")
_GRID_RULE = re.compile(r"[ \t]*\+(?:[-=]+\+)+[ \t]*")
_GRID = re.compile(r"(?:^[ \t]*[+|][^\n]*[+|][ \t]*(?:\n|\Z))+", re.MULTILINE)
_PIPE = re.compile(r"\|")
_AROUND = " \t\r`*"


def markup_tables(text: str) -> Iterator[list[Row]]:
    """The rows of each table, its head first."""
    if "|===" in text:
        yield from (_asciidoc(text, match) for match in _ASCIIDOC.finditer(text))
    if "list-table::" in text:
        yield from (_list_table(text, match) for match in _LIST_TABLE.finditer(text))
    if "+-" in text:
        yield from (_grid(text, match) for match in _GRID.finditer(text))
    if "==" in text:
        yield from _simple(text)


def _asciidoc(text: str, table: re.Match[str]) -> list[Row]:
    """As many cells to a row as the first line has, also where each stands on a line of its own."""
    cells = [_bare(text, *m.span("cell")) for m in _ASCIIDOC_CELL.finditer(text, *table.span("body"))]
    first = next((line for line in table["body"].split("\n") if line.strip()), "")
    width = max(1, len(_ASCIIDOC_CELL.findall(first)))
    return [cells[i : i + width] for i in range(0, len(cells), width)]


def _list_table(text: str, table: re.Match[str]) -> list[Row]:
    rows: list[list[Span]] = []
    for match in _LIST_CELL.finditer(text, *table.span("body")):
        if match["row"]:
            rows.append([])
        if rows:
            rows[-1].append(_bare(text, *match.span("cell")))
    return [*rows]


def _grid(text: str, table: re.Match[str]) -> list[Row]:
    rows: list[Row] = []
    for start, line in _lines(text, *table.span()):
        if not _GRID_RULE.fullmatch(line):
            bounds = [start + pipe.start() for pipe in _PIPE.finditer(line)]
            rows.append([_bare(text, before + 1, after) for before, after in pairwise(bounds)])
    return rows


def _simple(text: str) -> Iterator[list[Row]]:
    """Between rules of `=`, whose stretches are the columns; the last column goes on to the line's end."""
    rules = list(_SIMPLE_RULE.finditer(text))
    for head, body, end in zip(rules, rules[1:], rules[2:], strict=False):
        columns = [match.span() for match in _SIMPLE_COLUMN.finditer(head[0])]
        if [m.span() for m in _SIMPLE_COLUMN.finditer(body[0])] != columns or head[0].strip() != end[
            0
        ].strip():
            continue
        rows: list[Row] = []
        for start, line in _lines(text, head.end() + 1, end.start()):
            if not _SIMPLE_RULE.fullmatch(line):
                bounds = [min(column[0], len(line)) for column in columns] + [len(line)]
                rows.append([_bare(text, start + first, start + stop) for first, stop in pairwise(bounds)])
        yield rows


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for line in text[start:end].split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _bare(text: str, start: int, end: int) -> Span:
    """The span without spaces and marks around it."""
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    return start, end
