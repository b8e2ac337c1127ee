"""The numbers of a list's steps, as they are on the whole page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from answers.units import UnitKind, units_of
from connectors.documents import Document, Section, SectionKind

NUMBERED = re.compile(r"(\d+)[.)]\s")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: which list it belongs to (where that begins), and its number there."""

    list: int
    number: int


def steps_of(document: Document, section: Section) -> dict[int, Step]:
    """The numbered steps around `section`, by where each starts.

    A list goes on across the code between its steps, and one that is written `1.` throughout is counted.
    """
    steps: dict[int, Step] = {}
    last: Step | None = None
    written = 0
    for start, marker in (m for part in _stretch(document, section) for m in _markers(document, part)):
        if marker is None:
            last = None
        elif last is not None and marker == written == 1:
            last = Step(last.list, last.number + 1)
        elif last is not None and marker > last.number:
            last = Step(last.list, marker)
        else:
            last = Step(start, marker)
        if last is not None and marker is not None:
            steps[start], written = last, marker
    return steps


def left_out(last: Step | None, step: Step | None, steps: Mapping[int, Step]) -> str:
    """A line that tells of the steps between `last` and `step`; '' if there are none."""
    if last is None or step is None or last.list != step.list:
        return ""
    missing = [
        s.number for s in steps.values() if s.list == step.list and last.number < s.number < step.number
    ]
    if not missing:
        return ""
    if len(missing) == 1:
        return f"… (step {missing[0]} left out)"
    return f"… (steps {missing[0]}–{missing[-1]} left out)"


def column(document: Document, start: int) -> int:
    """How many characters stand before `start` in its line."""
    return start - document.text.rfind("\n", 0, start) - 1


def _stretch(document: Document, section: Section) -> list[Section]:
    """The sections around `section` that no paragraph and no heading parts from it."""
    here = document.sections.index(section)
    first, last = here, here + 1
    while first and _goes_on(document.sections[first - 1], section):
        first -= 1
    while last < len(document.sections) and _goes_on(document.sections[last], section):
        last += 1
    return [s for s in document.sections[first:last] if s.kind is SectionKind.LIST]


def _goes_on(other: Section, section: Section) -> bool:
    parting = (SectionKind.PARAGRAPH, SectionKind.HEADING)
    return other.heading_path == section.heading_path and other.kind not in parting


def _markers(document: Document, section: Section) -> Iterator[tuple[int, int | None]]:
    """Start and number of each item that is not nested; None for a bullet."""
    items = [
        u
        for u in units_of(document, section.start, section.end)
        if u.section is section and u.kind is UnitKind.ITEM
    ]
    top = min((column(document, u.start) for u in items), default=0)
    for unit in items:
        if column(document, unit.start) == top:
            number = NUMBERED.match(unit.text)
            yield unit.start, int(number[1]) if number else None
