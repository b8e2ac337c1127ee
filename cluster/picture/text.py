"""Text in a picture: cleaned of what XML forbids, measured without a font at hand, cut and wrapped to a width."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of control characters, overrides of the writing direction and what is no character."""
_SPACES = re.compile(r"\s+")
_BREAKS = re.compile(r"(?<=[\s\-./:_@,;])")
_SPACE = re.compile(r"(?<=\s)")
_SURE = 1.0
_WIDE = 1.05
"""Widths in em of characters that are not in the table; marks that stand on others take none."""

_REGULAR = {
    28: "'ijlIJ", 33: " ,./:;\\|", 37: "f-", 40: "()[]t!r", 50: '"*_`', 53: "sz?c", 57: "LFk", 60: "vxyPTYao",
    64: "eESbdghnpqu$0123456789{}", 70: "KAVBRXZC", 78: "UHNDG&OQ", 85: "w#+<=>^~M", 98: "%mW@",
}  # fmt: skip
_BOLD = {
    34: "'ijl", 37: " /IJ\\|", 42: ",.:;-", 46: "f!()[]", 50: "tr_`", 53: '"*', 60: "?zcs", 67: "Lvxyak",
    71: "EFTeo$0123456789hnu{}", 77: "SYbdgpqCPZBAKRVX", 85: "UGDO#+<=>HNQ^~", 93: "&w", 112: "%@MmW",
}  # fmt: skip
"""Hundredths of an em by character: those of DejaVu Sans, the widest of the fonts that a reader may have."""


def _table(widths: dict[int, str]) -> dict[str, float]:
    return {character: width / 100 for width, characters in widths.items() for character in characters}


_TABLES = {False: _table(_REGULAR), True: _table(_BOLD)}


def clean(value: object) -> str:
    """The text on one line, without characters that XML forbids or that turn the writing direction."""
    kept = (one if unicodedata.category(one) not in _FORBIDDEN else " " for one in str(value))
    return _SPACES.sub(" ", "".join(kept)).strip()


def width(value: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at most, in pixels."""
    table = _TABLES[bold]
    return size * sum(table.get(character) or _other(character) for character in value)


def _other(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0xFFFF else _SURE


def cut(value: str, size: float, room: float, *, bold: bool = False, prose: bool = False) -> str:
    """The text if it fits; otherwise its start, and its end too, which tells apart names that begin alike.

    Of `prose` only the start is kept.
    """
    if width(value, size, bold=bold) <= room:
        return value
    for kept in range(len(value) - 1, 1, -1):
        tail = 0 if prose else kept // 3
        head = kept - tail
        shorter = value[:head].rstrip() + ELLIPSIS + value[len(value) - tail :].lstrip()
        if width(shorter, size, bold=bold) <= room:
            return shorter
    return ELLIPSIS


def wrap(
    value: str, size: float, room: float, most: int, *, bold: bool = False, prose: bool = False
) -> list[str]:
    """The text in at most so many lines, broken after spaces and punctuation; the last is cut if it must be."""
    lines: list[str] = []
    rest = value
    while len(lines) + 1 < most and width(rest, size, bold=bold) > room:
        end = _line_end(rest, size, room, bold, _SPACE if prose else _BREAKS)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, cut(rest, size, room, bold=bold, prose=prose)] if rest else lines


def _line_end(value: str, size: float, room: float, bold: bool, breaks: re.Pattern[str]) -> int:
    """Where a line that is too long is broken: after the last good place, or where the line is full."""
    full = next(
        (n for n in range(len(value), 1, -1) if width(value[:n].rstrip(), size, bold=bold) <= room), 1
    )
    good = [found.start() for found in breaks.finditer(value, 0, full + 1) if 0 < found.start() <= full]
    return good[-1] if good else full


def plural(count: int, word: str) -> str:
    """`1 Pod`, `3 Pods`, `2 Ingresses`, `4 NetworkPolicies`."""
    if count == 1 or word == "Endpoints":
        return f"{count} {word}"
    if word.endswith("y") and word[-2:-1].lower() not in "aeiou":
        return f"{count} {word[:-1]}ies"
    return f"{count} {word}es" if word.endswith(("s", "x", "ch")) else f"{count} {word}s"
