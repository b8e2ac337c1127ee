"""An answer that grows unit by unit, with citations whose numbers do not change any more once they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from answers.citations import citation_of
from answers.generation.pack import part_of
from answers.model import Citation, Claim
from answers.render import blocks, heading
from answers.units import Unit

_NEAR = 60
"""Characters between two units that one quote may bridge."""
_LONGEST_QUOTE = 1_500


class Said:
    """What has been said so far: Markdown, claims and citations, all in the documents' words."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        """`scores` holds each document's retrieval score."""
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self._scores = scores
        self._said: set[tuple[str, int]] = set()
        self._last: Unit | None = None

    def holds(self, unit: Unit) -> bool:
        """Whether the unit has been said."""
        return (unit.document.id, unit.start) in self._said

    def add(self, units: Sequence[Unit]) -> str:
        """Say `units`, those that were not said yet, and give the Markdown that this adds."""
        before = len(self.text)
        new = [unit for unit in units if not self.holds(unit)]
        for _, group in groupby(new, key=part_of):
            members = list(group)
            goes_on = self._last is not None and part_of(self._last) == part_of(members[0])
            numbers = [self._cite(unit) for unit in members]
            shown = blocks(members, numbers)
            if not goes_on:
                shown.insert(0, heading(members[0]))
            self.text += ("\n\n" if self.text else "") + "\n\n".join(shown)
        return self.text[before:]

    def _cite(self, unit: Unit) -> int:
        """The number of the citation that holds the unit: the last one, if it is near enough, or a new one."""
        self._said.add((unit.document.id, unit.start))
        last = self.citations[-1] if self.citations else None
        self._last = unit
        if (
            last is not None
            and last.document_id == unit.document.id
            and 0 <= unit.start - last.end <= _NEAR
            and unit.end - last.start <= _LONGEST_QUOTE
        ):
            self.citations[-1] = citation_of(
                unit.document, last.start, unit.end, last.number, self._score(unit)
            )
        else:
            number = len(self.citations) + 1
            self.citations.append(citation_of(unit.document, unit.start, unit.end, number, self._score(unit)))
        number = self.citations[-1].number
        self.claims.append(Claim(unit.text, (number,)))
        return number

    def _score(self, unit: Unit) -> float:
        return self._scores.get(unit.document.id, 0.0)
