"""Cuts pasted text where one output ends and the next begins, although no command line stands between them."""

from __future__ import annotations

import re
from enum import Enum, auto

from incidents.bundles import tables

_DESCRIPTION = re.compile(r"^Name:\s{2,}\S")
_FIELD = re.compile(r"^[A-Z][\w. -]*:(?:\s|$)")
_MANIFEST = re.compile(r"^(?:---\s*|apiVersion: \S+)$")


class _Form(Enum):
    OTHER = auto()
    TABLE = auto()
    DESCRIPTION = auto()
    MANIFEST = auto()


def cut(text: str) -> list[str]:
    """The outputs in a text, in order; the text itself where it is one.

    A description begins with its name, a table with its headings, a manifest with its version. What follows `Data` of
    a description is anything, and nothing begins there.
    """
    lines = text.splitlines()
    found: list[list[str]] = [[]]
    form, in_data = _Form.OTHER, False
    for place, line in enumerate(lines):
        begins = _begins(line, lines[place + 1] if place + 1 < len(lines) else "")
        goes_on = form is begins and begins is not _Form.DESCRIPTION
        if begins is not None and not in_data:
            if found[-1] and not goes_on:
                found.append([])
            form = begins
        in_data = form is _Form.DESCRIPTION and (in_data or (line == "====" and lines[place - 1] == "Data"))
        found[-1].append(line)
    parts = ["\n".join(part) for part in found]
    return [part for part in parts if part.strip()]


def _begins(line: str, below: str) -> _Form | None:
    if _DESCRIPTION.match(line) and _FIELD.match(below):
        return _Form.DESCRIPTION
    if _MANIFEST.match(line):
        return _Form.MANIFEST
    return _Form.TABLE if not line[:1].isspace() and tables.is_heading(line) else None
