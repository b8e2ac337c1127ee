"""The text of a page as a reader sees it: what only marks it up takes the model's window and says nothing."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"""!?\[(?P<name>[^\[\]\n]*)\]
        (?: \( (?: [^()\s] | \([^()\s]*\) )* (?: \s+ "[^"\n]*" )? \) | \[[^\[\]\n]*\] )""",
    re.VERBOSE,
)
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|(?:```|~~~)[^\n]*$)|`|\*\*", re.MULTILINE)


def plain(text: str) -> str:
    """`text` without the targets of its Markdown links and the marks of headings, quotes, code and bold."""
    return _MARKS.sub("", _LINK.sub(lambda m: m["name"], text))
