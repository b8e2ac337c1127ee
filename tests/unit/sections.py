"""What holds for the sections of every text format."""

from __future__ import annotations

import re

from connectors.documents import Section, SectionKind
from connectors.formats.parsed import ParsedText

FENCE = re.compile(r"^[\s>*+-]*(`{3,}|~{3,})")


def assert_exact(text: str, parsed: ParsedText) -> None:
    """Spans are exact and in order; anchors are the section's real lines; no section is blank."""
    position = 0
    for section in parsed.sections:
        assert text[section.start : section.end] == section.text
        assert section.start >= position
        assert section.text.strip()
        position = section.end
        first, last = anchor_lines(section)
        assert text.count("\n", 0, section.start) + 1 == first
        assert text.count("\n", 0, section.end) + 1 == last


def anchor_lines(section: Section) -> tuple[int, int]:
    first, _, last = section.anchor.replace("L", "").partition("-")
    return int(first), int(last or first)


def covered_lines(parsed: ParsedText) -> set[int]:
    """The 1-based lines that lie in some section."""
    covered: set[int] = set()
    for section in parsed.sections:
        first, last = anchor_lines(section)
        covered.update(range(first, last + 1))
    return covered


def outline(parsed: ParsedText) -> list[tuple[str, str]]:
    """Kind and text of each section."""
    return [(section.kind.value, section.text) for section in parsed.sections]


def of_kind(parsed: ParsedText, kind: SectionKind) -> list[Section]:
    return [section for section in parsed.sections if section.kind is kind]
