"""Packs what was found into numbered lines for a model: the most relevant first, nothing twice, within a budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from answers.select import is_noise
from answers.units import Unit, UnitKind

_BYTES_A_TOKEN = 3
"""A cautious guess for any tokenizer: English has about four, Chinese about three."""
_NUMBER_TOKENS = 4
"""For a line's number, and for the mark before a heading."""
_CHOSEN = 0.15
"""Of a unit's score: what the extractive answer shows has been weighed with more than its own words."""
_LONGEST = 300
"""Characters of a line: as many as tell what it is about. What is shown in the end is the whole unit."""
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|context)\b"
    r"|\bsystem prompt\b|\byou are (?:now )?an? (?:ai|assistant|language model)\b"
    r"|(?:忽略|无视).{0,12}(?:指令|指示|提示)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit as the model gets it: numbered, and no longer than it must be."""

    number: int
    unit: Unit


def pack(units: Sequence[Unit], chosen: Sequence[Unit], budget: int) -> list[Line]:
    """The lines that `budget` tokens hold: the best units, those of `chosen` before others that are as good.

    They come part by part, the best part first, each in the order of its text. A text that stands in two documents
    is sent once, from the better one. What nobody would quote and sentences that speak to a model are left out.
    """
    wanted = {id(unit) for unit in chosen}
    worth = [unit.score + (_CHOSEN if id(unit) in wanted else 0.0) for unit in units]
    best_first = sorted(range(len(units)), key=lambda i: -worth[i])
    seen: set[str] = set()
    parts: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for i in best_first:
        unit, part = units[i], part_of(units[i])
        key = " ".join(unit.text.split()).lower()
        cost = tokens_of(_shown(unit)) + _NUMBER_TOKENS
        cost += 0 if part in parts else tokens_of(_title(unit)) + _NUMBER_TOKENS
        if key in seen or cost > budget or not is_fit(unit):
            continue
        seen.add(key)
        budget -= cost
        parts.setdefault(part, []).append(i)
    taken = [units[i] for part in parts.values() for i in sorted(part)]
    return [Line(number, unit) for number, unit in enumerate(taken, 1)]


def is_fit(unit: Unit) -> bool:
    """Whether the unit is worth a line: what nobody would quote is not, nor what speaks to a model."""
    return not is_noise(unit) and not _TO_A_MODEL.search(unit.text)


def shown(lines: Sequence[Line]) -> str:
    """The lines as they are sent, each part below where it stands."""
    return "\n".join(_parts(lines))


def _parts(lines: Sequence[Line]) -> Iterator[str]:
    for _, group in groupby(lines, key=lambda line: part_of(line.unit)):
        members = list(group)
        yield f"# {_title(members[0].unit)}"
        yield from (f"[{line.number}] {_shown(line.unit)}" for line in members)


def part_of(unit: Unit) -> tuple[str, tuple[str, ...]]:
    """The document and the headings that a unit stands under."""
    return unit.document.id, unit.section.heading_path


def _title(unit: Unit) -> str:
    """The document's title and the headings above."""
    trail = [part for part in unit.section.heading_path if part and part != unit.document.title]
    place = " > ".join([unit.document.title, *trail])
    return f"{place} ({unit.document.environment})" if unit.document.environment else place


def _shown(unit: Unit) -> str:
    """Code in a fence, a row behind its table's header; without the targets of links and what is too long."""
    text = "\n".join(line.rstrip() for line in unit.text.split("\n") if line.strip())
    text = _cut(text if unit.kind is UnitKind.CODE else _LINK.sub(r"\1", text))
    if unit.kind is UnitKind.CODE:
        return f"```\n{text}\n```"
    return f"{_cut(unit.header)}\n{text}" if unit.header else text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"


def tokens_of(text: str) -> int:
    """How many tokens `text` takes at most, as a rule."""
    return len(text.encode()) // _BYTES_A_TOKEN + 1
