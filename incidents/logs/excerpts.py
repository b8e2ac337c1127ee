"""Which lines tell of a failure, and which belong to one: the stack trace behind an error."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SEVERE = re.compile(
    r"(?i)\b(?:error|fatal|panic|critical|severe|exception|traceback|emerg|alert|crash\w*|abort\w*|oom\w*|segfault"
    r"|refused|denied|unauthorized|forbidden|timed?[ -]?out|timeout|deadline|unavailable|unreachable|failed|failure"
    r"|cannot|can't|could not|unable|no such|not found|invalid|missing|killed|exhausted)\b|\w(?:Error|Exception)\b"
)
_HARMLESS = re.compile(
    r"(?i)\b(?:0|no|without) (?:error|failure)s?\b|\berrors?[=:] ?(?:0|\"\"|null|none|nil)\b"
)
_FRAME = re.compile(
    r"^\s+at \S|^\s*\.{3} \d+ (?:more|common)|^Caused by: |^\s+Suppressed: |^\s+File \"[^\"]+\", line \d+|^\s+\S.*$"
    r"|^goroutine \d+ \[|^\S+\.go:\d+|^\t\S+:\d+|^[\w./*()]+\(.*\)$|^created by |^\s*\^+\s*$"
)
_PYTHON_END = re.compile(r"^[\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b")
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\)")
_MOST_LINES = 12


def is_severe(line: str) -> bool:
    """Whether a line tells of a failure, by its words."""
    return bool(_SEVERE.search(line, 0, 2_000)) and not _HARMLESS.search(line, 0, 2_000)


def is_frame(line: str) -> bool:
    """Whether a line belongs to the stack trace of the line before."""
    return bool(_FRAME.match(line))


def excerpt(lines: Sequence[str], place: int) -> str:
    """A line with the stack trace behind it, as it stands in the log; of a long one the beginning, or Python's end."""
    end = place + 1
    python = bool(_TRACEBACK.match(lines[place]))
    while end < len(lines) and (is_frame(lines[end]) or _TRACEBACK.match(lines[end])):
        python = python or bool(_TRACEBACK.match(lines[end]))
        end += 1
    if python and end < len(lines) and _PYTHON_END.match(lines[end]):
        end += 1
    start = max(place, end - _MOST_LINES) if python else place
    return "\n".join(lines[start : min(end, start + _MOST_LINES)])


def begins_trace(lines: Sequence[str], place: int) -> bool:
    """Whether a stack trace follows a line."""
    following = lines[place + 1 : place + 2]
    return any(is_frame(line) or _TRACEBACK.match(line) for line in (*following, lines[place]))
