"""Where the top-level blocks of a broken HCL text begin, found by its lines alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from connectors.formats.outline import Lines

_LABEL = r"\"[^\"\n]*\"|[A-Za-z_][\w.-]*"
_HEADER = re.compile(rf"(?P<type>[A-Za-z_][\w-]*)(?P<labels>(?:[ \t]+(?:{_LABEL})){{0,3}})[ \t]*\{{")
_LABELS = re.compile(_LABEL)
_HEREDOC = re.compile(r"<<-?[ \t]*([A-Za-z_][\w-]*)[ \t]*$")
_TERRAFORM = frozenset(
    {
        "resource", "data", "module", "variable", "output", "locals", "provider", "terraform", "moved",
        "import", "removed", "check", "ephemeral",
    }
)  # fmt: skip
"""Types that no block holds: they begin a block of the top level wherever they stand at the left margin."""
_COMMENT_END = "*/"
_NO_CODE = re.compile(r"[ \t]*(?:#.*|//.*|[\])}, \t]*)[\r\n]*")


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a block (counted from 0) and what stands in it."""

    line: int
    type: str
    labels: tuple[str, ...]


def headers(lines: Lines) -> list[Header]:
    """The blocks that begin at the left margin, except in heredocs and block comments.

    A block of a type that Terraform does not know counts if the lines since the last header are indented, or
    if as many braces were closed as opened: without either it is a part of the block above.
    """
    found: list[Header] = []
    hidden = _hidden(lines)
    depth = 0
    indented: bool | None = None
    for index in range(len(lines)):
        line = lines[index]
        if index in hidden:
            continue
        match = _HEADER.match(line)
        if match and (match["type"] in _TERRAFORM or indented or depth <= 0):
            labels = tuple(label.strip('"') for label in _LABELS.findall(match["labels"]))
            found.append(Header(index, match["type"], labels))
            depth, indented = 0, None
        elif not _NO_CODE.fullmatch(line):
            indented = indented is not False and line[0] in " \t"
        depth += line.count("{") - line.count("}")
    return found


def _hidden(lines: Lines) -> set[int]:
    """The lines inside heredocs and block comments; one that has no end hides nothing."""
    ends: dict[str, list[int]] = {_COMMENT_END: []}
    for index in range(len(lines)):
        ends.setdefault(lines[index].strip(), []).append(index)
        if _COMMENT_END in lines[index] and ends[_COMMENT_END][-1:] != [index]:
            ends[_COMMENT_END].append(index)
    hidden: set[int] = set()
    index = 0
    while index < len(lines):
        line = lines[index].rstrip("\r\n")
        heredoc = _HEREDOC.search(line)
        comment = line.lstrip().startswith("/*") and _COMMENT_END not in line
        closing = ends.get(heredoc[1] if heredoc else _COMMENT_END, []) if heredoc or comment else []
        later = bisect_right(closing, index)
        if later < len(closing):
            hidden.update(range(index + 1, closing[later] + 1))
            index = closing[later]
        index += 1
    return hidden
