"""Globs over relative paths as `.gitignore` and `pathlib` users write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Matcher = Callable[[str], bool]

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{|\}|,|\[!?\]?[^\]/]*\]|.", re.DOTALL)
_SIMPLE = {"**/": "(?:[^/]+/)*", "**": "(?s:.*)", "*": "[^/]*", "?": "[^/]"}


def compile_globs(patterns: Sequence[str]) -> Matcher:
    """A function that says whether a relative path matches any of `patterns`.

    `**/` matches any number of folders (also none), `*` anything within one name, `?` one character,
    `[abc]` one of a set, `[!abc]` one outside it, `{a,b}` alternatives, which may hold globs themselves. A
    pattern without `/` matches at any depth; one that ends in `/` matches all that is in such a folder; one
    that begins with `/` counts from the root. What is no valid set or alternative stands for itself. A name
    matches whatever the case of its suffix: `*.md` also `X.MD`, `*.MD` also `x.md`.
    """
    if not patterns:
        return lambda path: False
    every = dict.fromkeys([*patterns, *map(_with_lower_suffix, patterns)])
    compiled = re.compile("|".join(f"(?:{_regex(pattern)})" for pattern in every))
    return lambda path: bool(compiled.fullmatch(path) or compiled.fullmatch(_with_lower_suffix(path)))


def _with_lower_suffix(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{stem}{dot}{suffix.lower()}" if stem else path


def _regex(pattern: str) -> str:
    pattern = pattern.removeprefix("./")
    if "/" not in pattern.rstrip("/"):
        pattern = "**/" + pattern
    pattern = pattern.lstrip("/") + ("**" if pattern.endswith("/") else "")
    # `**/**/` means no more than `**/`, and a regular expression of many of them would run for ever.
    pattern = re.sub(r"(?:\*\*/){2,}", "**/", re.sub(r"\*{3,}", "**", pattern))
    parts = _TOKEN.findall(pattern)
    grouping = _grouping(parts)
    return "".join(grouping.get(place) or _piece(part) for place, part in enumerate(parts))


def _grouping(parts: Sequence[str]) -> dict[int, str]:
    """What stands for the braces that have a partner, and for the commas between them, by place."""
    found: dict[int, str] = {}
    open_groups: list[list[int]] = []
    for place, part in enumerate(parts):
        if part == "{":
            open_groups.append([place])
        elif part == "," and open_groups:
            open_groups[-1].append(place)
        elif part == "}" and open_groups:
            start, *commas = open_groups.pop()
            found |= {start: "(?:", place: ")"} | dict.fromkeys(commas, "|")
    return found


def _piece(part: str) -> str:
    if part in _SIMPLE:
        return _SIMPLE[part]
    if part.startswith("[") and len(part) > 2:
        return _character_set(part)
    return re.escape(part)


def _character_set(part: str) -> str:
    members = part[1:-1]
    inverted = members.startswith("!")
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", members[1:] if inverted else members)
    pattern = f"(?!/)[{'^' if inverted else ''}{escaped}]"
    try:
        re.compile(pattern)
    except re.error:  # such as the range `[z-a]`
        return re.escape(part)
    return pattern
