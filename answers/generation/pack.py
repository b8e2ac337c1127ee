"""Packs what was found into numbered sources for a model: the most relevant first, nothing twice, within a budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from answers.units import Unit, UnitKind

_BYTES_A_TOKEN = 3
"""A cautious guess for any tokenizer: English has about four, Chinese about three."""
_HEAD_TOKENS = 30
"""For a source's delimiters and its title."""
_LEAST = 40
"""Tokens: what is left of the budget below this holds no source."""
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|context)\b"
    r"|\bsystem prompt\b|\byou are (?:now )?an? (?:ai|assistant|language model)\b"
    r"|(?:忽略|无视).{0,12}(?:指令|指示|提示)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Source:
    """A numbered stretch of one document under one heading."""

    number: int
    units: list[Unit] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The document's title and the headings above."""
        unit = self.units[0]
        trail = [part for part in unit.section.heading_path if part and part != unit.document.title]
        place = " > ".join([unit.document.title, *trail])
        return f"{place} ({unit.document.environment})" if unit.document.environment else place

    @property
    def text(self) -> str:
        """Its units as the model sees them, each on lines of its own."""
        befores = [None, *self.units]
        return "\n".join(_shown(unit, before) for unit, before in zip(self.units, befores, strict=False))


def pack(units: Sequence[Unit], chosen: Sequence[Unit], budget: int) -> list[Source]:
    """The sources that `budget` tokens hold: first those with a unit of `chosen`, then by their best unit.

    A text that stands in two documents is sent once, from the better one. Sentences that speak to a model are
    left out.
    """
    wanted = {id(unit) for unit in chosen}
    groups = [list(group) for _, group in groupby(units, key=part_of)]
    groups.sort(key=lambda group: (not any(id(u) in wanted for u in group), -max(u.score for u in group)))
    seen: set[str] = set()
    sources: list[Source] = []
    for group in groups:
        if budget < _LEAST:
            break
        budget -= _HEAD_TOKENS
        source = Source(len(sources) + 1)
        for unit in group:
            key = " ".join(unit.text.split()).lower()
            cost = tokens_of(_shown(unit, source.units[-1] if source.units else None))
            if key in seen or _TO_A_MODEL.search(unit.text) or cost > budget:
                continue
            seen.add(key)
            budget -= cost
            source.units.append(unit)
        if source.units:
            sources.append(source)
    return sources


def part_of(unit: Unit) -> tuple[str, tuple[str, ...]]:
    """The document and the headings that a unit stands under."""
    return unit.document.id, unit.section.heading_path


def _shown(unit: Unit, before: Unit | None) -> str:
    """Code in a fence, a table's header once above its rows."""
    if unit.kind is UnitKind.CODE:
        return f"```{unit.section.language or ''}\n{unit.text}\n```"
    if unit.header and (before is None or before.header != unit.header):
        return f"{unit.header}\n{unit.text}"
    return unit.text


def tokens_of(text: str) -> int:
    """How many tokens `text` takes at most, as a rule."""
    return len(text.encode()) // _BYTES_A_TOKEN + 1
