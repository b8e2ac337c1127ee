"""Finds the actions of Go and Jinja templates, and covers them so that YAML can be read around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 2_000
"""Longer actions are taken for something else: the search for an end must not run through a whole file."""

_OPENING = re.compile(r"\{\{|\{%")
_ACTION = re.compile(r"""\{\{(?:/\*.*?\*/|`[^`]*`|"(?:\\.|[^"\\\n])*"|[^`"])*?\}\}""", re.DOTALL)
"""Strings and comments in an action may hold braces."""
_WINDOW = 300


def actions(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every template action of `text`, in order."""
    position = 0
    ends = {"}}": -1, "%}": -1}
    while opening := _OPENING.search(text, position):
        start = opening.start()
        closing = "}}" if opening[0] == "{{" else "%}"
        end = ends[closing]
        if end < start + 2:
            # Remembered, also that there is none: text full of openings must not be searched from each of them.
            end = text.find(closing, start + 2)
            ends[closing] = end = end if end >= 0 else len(text) + _LONGEST
        if end > start + _LONGEST - 2:
            position = start + 2
            continue
        action = _ACTION.match(text, start, start + _LONGEST) if closing == "}}" else None
        position = action.end() if action else end + 2
        yield start, position


def cover(text: str, filler: str) -> str:
    """`text`, of the same length and lines, with its actions replaced by what YAML can read over.

    An action that has its lines for itself becomes `filler`: a comment (`#`) suits nearly everywhere, blanks
    suit inside block scalars. One within a line becomes a word.
    """
    parts: list[str] = []
    position = 0
    for start, end in actions(text):
        # A window is enough: behind that much white space an action is taken as part of its line.
        before = text[max(start - _WINDOW, 0) : start].rpartition("\n")[2].strip()
        after = text[end : end + _WINDOW].partition("\n")[0].strip()
        alone = not before and (not after or after.startswith(("{{", "{%")))
        parts += text[position:start], re.sub(r"[^\n]", filler if alone else "T", text[start:end])
        position = end
    return "".join((*parts, text[position:]))
