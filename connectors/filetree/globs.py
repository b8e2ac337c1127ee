"""Globs over relative paths as `.gitignore` and `pathlib` users write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|\[[^\]]*\]|.", re.DOTALL)


def compile_globs(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A function that says whether a relative path matches any of `patterns`.

    `**/` matches any number of folders (also none), `*` anything within one name, `?` one character,
    `[abc]` one of a set, `{a,b}` alternatives. A pattern without `/` matches at any depth.
    """
    if not patterns:
        return lambda path: False
    joined = "|".join(f"(?:{_regex(pattern)})" for pattern in patterns)
    compiled = re.compile(joined)
    return lambda path: compiled.fullmatch(path) is not None


def _regex(pattern: str) -> str:
    pattern = pattern.removeprefix("./")
    if "/" not in pattern:
        pattern = "**/" + pattern
    return "".join(_piece(token) for token in _TOKEN.findall(pattern))


def _piece(token: str) -> str:
    if token == "**/":
        return "(?:[^/]+/)*"
    if token == "**":
        return ".*"
    if token == "*":
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if token.startswith("{"):
        return "(?:" + "|".join(re.escape(part) for part in token[1:-1].split(",")) + ")"
    if token.startswith("[") and len(token) > 2:
        return "[" + token[1:-1].replace("\\", "\\\\").replace("!", "^", 1) + "]"
    return re.escape(token)
