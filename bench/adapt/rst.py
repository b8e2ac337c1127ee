"""reStructuredText to the Markdown that a team would have written: headings, code, notes, links."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKS = "=-~^\"'*+#`.:_"
_LEAST = 3
_DEEPEST = 6

_ROLE = re.compile(r":[a-z:-]+:`([^`<]*?)\s*(<[^`>]*>)?`")
_LITERAL = re.compile(r"``([^`]+)``")
_LINK = re.compile(r"`([^`<]+) <[^>]*>`__?")
_CODE = re.compile(r"\s*\.\. (code-block|sourcecode|code)::")
_NOTE = re.compile(r"\s*\.\. (note|warning|tip|important|caution|attention)::\s*(.*)")
_LEFT_OUT = re.compile(r"\s*\.\. (_|contents|toctree|image|figure|index|include|literalinclude|\|)")


class _Heading(NamedTuple):
    text: str
    style: str
    lines: int


def markdown(text: str) -> str:
    """`text` as Markdown, line by line; what it does not know stays as it is."""
    lines = text.split("\n")
    styles: list[str] = []
    written: list[str] = []
    at = 0
    while at < len(lines):
        heading = _underlined(lines, at) or _framed(lines, at)
        if heading is None:
            written.extend(_line(lines[at]))
            at += 1
            continue
        # A style's level is told by where it comes first, in each file anew.
        if heading.style not in styles:
            styles.append(heading.style)
        level = min(_DEEPEST, styles.index(heading.style) + 1)
        written.append(f"{'#' * level} {heading.text}")
        at += heading.lines
    return "\n".join(written)


def _underlined(lines: list[str], at: int) -> _Heading | None:
    title = lines[at]
    under = lines[at + 1] if at + 1 < len(lines) else ""
    if not title.strip() or title.startswith(" ") or not _is_rule(under) or under.startswith(" "):
        return None
    if len(under.strip()) < len(title.strip()) - 1:
        return None
    return _Heading(title.strip(), under[0], 2)


def _framed(lines: list[str], at: int) -> _Heading | None:
    rule = lines[at]
    if rule[:1].isspace() or not _is_rule(rule) or at + 2 >= len(lines):
        return None
    if lines[at + 2].strip() != rule.strip():
        return None
    return _Heading(lines[at + 1].strip(), rule[0] * 2, 3)


def _is_rule(line: str) -> bool:
    marks = line.strip()
    return len(marks) >= _LEAST and marks[0] in _MARKS and set(marks) == {marks[0]}


def _line(line: str) -> list[str]:
    line = _ROLE.sub(r"\1", line)
    line = _LITERAL.sub(r"`\1`", line)
    line = _LINK.sub(r"\1", line)
    if _CODE.match(line):
        return [""]
    if note := _NOTE.match(line):
        return [f"**{note[1].title()}** {note[2]}"]
    return [] if _LEFT_OUT.match(line) else [line]
