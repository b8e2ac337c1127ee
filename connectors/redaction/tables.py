"""Credentials in the columns of tables, whose head names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from connectors.redaction.markup_tables import markup_tables
from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion, names_a_password, suspicion
from connectors.redaction.values import is_credential, looks_random

_PIPE = re.compile(r"(?<!\\)\|")
_NO_PASSWORDS = frozenset([
    "n/a", "same", "see", "ldap", "sso", "saml", "oidc", "1password", "lastpass", "bitwarden", "keychain", "ask",
    "random", "generated", "rotated", "unset", "unchanged", "plain", "sha1", "md5", "text", "varchar", "changed",
    "-",
])  # fmt: skip
_FILE = re.compile(r"/|\.[a-z]{1,5}$")


def table_cells(text: str) -> Iterator[Span]:
    """Spans of cells that look like credentials in a column headed `password`, `token` or the like."""
    for head, *rows in filter(None, markup_tables(text)):
        names = [text[slice(*span)] for span in head]
        for row in rows:
            cells = [text[slice(*span)] for span in row]
            for n, (name, cell) in enumerate(zip(names, cells, strict=False)):
                if _is_secret_cell(cell, name) or (n == 1 and _is_random_under(cells[0], cell)):
                    yield row[n]
    if "|" in text:
        yield from _markdown_cells(text)


def _markdown_cells(text: str) -> Iterator[Span]:
    position = 0
    lines = text.split("\n")
    columns: dict[int, str] = {}
    for number, line in enumerate(lines):
        if "|" not in line:
            columns = {}
        elif columns:
            cells = _cells(line)
            for start, end, head in ((*cells[n], head) for n, head in columns.items() if n < len(cells)):
                if _is_secret_cell(line[start:end], head):
                    yield position + start, position + end
        if number and "|" in line and _is_rule(line):
            heads = [lines[number - 1][slice(*span)] for span in _cells(lines[number - 1])]
            columns = {n: head for n, head in enumerate(heads) if suspicion(head) is not Suspicion.NONE}
        position += len(line) + 1


def _is_rule(line: str) -> bool:
    return "-" in line and not line.strip("|:- \t\r>")


def _cells(line: str) -> list[Span]:
    """Where the text of each cell of a row stands, without spaces and backticks around it."""
    lead = len(line) - len(line.lstrip(" \t>"))
    first = lead + 1 if line[lead : lead + 1] == "|" else lead
    bounds = [first - 1, *(pipe.start() for pipe in _PIPE.finditer(line, first)), len(line)]
    spans: list[Span] = []
    for before, after in pairwise(bounds):
        cell = line[before + 1 : after]
        start = before + 1 + len(cell) - len(cell.lstrip(" \t`*"))
        spans.append((start, max(start, before + 1 + len(cell.rstrip(" \t\r`*")))))
    return spans


def _is_secret_cell(cell: str, head: str) -> bool:
    if len(cell.split()) != 1 or _FILE.search(cell) or not is_credential(cell, suspicion(head)):
        return False
    return looks_random(cell) or (names_a_password(head) and cell.lower().strip(".:") not in _NO_PASSWORDS)


def _is_random_under(key: str, cell: str) -> bool:
    """Whether `cell`, which stands beside the name of a key, looks like its credential."""
    return looks_random(cell) and len(cell.split()) == 1 and is_credential(cell, suspicion(key))
