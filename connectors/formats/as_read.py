"""The text of a page as a reader sees it: what only marks it up takes the model's window and says nothing."""

from __future__ import annotations

import re

_NESTED = 6
"""How deep brackets may lie in one another in the target of a link: filters in the links of dashboards do."""


def _target() -> str:
    inner = r"[^()\s]*+"
    for _ in range(_NESTED):
        inner = rf"(?:[^()\s]|\({inner}\))*+"
    return inner


_LINK = re.compile(
    rf"""(?<![\w\]])!?\[(?P<name>[^\[\]\n]*)\]
        (?: \( {_target()} (?: \s+ "[^"\n]*" )? \) | \[[^\[\]\n]*\] )""",
    re.VERBOSE,
)
_MARKS = re.compile(
    r"""^[ \t]* (?: \#{1,6}[ \t]+ | >[ \t]? | (?:```|~~~)[^\n]*$
            | \|?[ \t]*:?-+:? (?: [ \t]*\|[ \t]*:?-+:? )* [ \t]*\|?[ \t]*$ )
        | ` | \*\* | <!--[^<>\n]*--> | ^\|""",
    re.MULTILINE | re.VERBOSE,
)


def plain(text: str) -> str:
    """`text` without the targets of its Markdown links and the marks of headings, quotes, tables, code and bold.

    Never longer than `text`, and linear in its length.
    """
    return _MARKS.sub("", _LINK.sub(lambda m: m["name"], text))
