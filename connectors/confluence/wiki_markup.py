"""Finds the code in texts of the old wiki markup: what stands between `{code}` or `{noformat}` and the same again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"(?<!\\)\{(code|noformat)(?::([^{}\n]*+))?\}")
_LINE_END = re.compile(r"[ \t]*+\r?\n")
_LANGUAGES = ("language", "lang", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of wiki markup: the exact lines of code, or what stands between."""

    text: str
    is_code: bool = False
    language: str = ""
    title: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """The code of `text` and what stands around it, in order; a `{code}` that nothing ends is no code."""
    absent: set[str] = set()  # ends that do not come any more are looked for once, however much begins
    told = position = 0
    while marker := _MARKER.search(text, position):
        end = "{" + marker[1] + "}"
        at = -1 if end in absent else text.find(end, marker.end())
        if at < 0:
            absent.add(end)
            position = marker.end()
            continue
        if around := text[told : marker.start()]:
            yield Piece(around)
        options = _options(marker[2] or "")
        language = next((options[name] for name in _LANGUAGES if options.get(name)), "")
        yield Piece(_lines(text[marker.end() : at]), True, language.lower(), options.get("title", ""))
        told = position = at + len(end)
    if rest := text[told:]:
        yield Piece(rest)


def _options(text: str) -> dict[str, str]:
    """`yaml|title=Values` by name; what has none is ''."""
    found: dict[str, str] = {}
    for part in text.split("|"):
        name, equals, value = part.partition("=")
        found.setdefault(name.strip().lower() if equals else "", (value if equals else name).strip())
    return found


def _lines(code: str) -> str:
    """`code` without the ends of the lines on which its markers stand."""
    if first := _LINE_END.match(code):
        code = code[first.end() :]
    return code.removesuffix("\n").removesuffix("\r")
