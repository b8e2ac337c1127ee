"""Reads a question a second time, where the grammar did not understand it: its clauses, then what it is most like.

Each attempt is a question in the grammar's words that goes through the same plan as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from answers.cluster.mentions import is_inside
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.second.nearest import Near, Nearest
from answers.cluster.second.phrasings import UNTOLD, WRITTEN, filled
from answers.cluster.second.slots import Slotted, slotted
from answers.cluster.wording import HOW_TO, UNKNOWABLE, Aspect

Plan = Callable[[str], object]

LIKE = 0.62
"""How near a phrasing has to be where the question names an object or a namespace."""
LIKE_UNNAMED = 0.7
"""The same where it names kinds only."""
_SURE = 0.7
_TRIED = 4
_BREAK = re.compile(r"(?<=[.?!;])\s+|\s+[-–—]+\s+|[:;,]\s+(?:so |and |but |because |since |then )?|\s+(?:because|so that|cause) ")


@dataclass(frozen=True, slots=True)
class Again:
    """What the second reading made of a question: an answer, or only that it is not one for the objects."""

    draft: Draft | None = None
    written: bool = False


class SecondReader:
    """Reads questions again; `ordinary` tells whether a word is one of plain English, and no name."""

    def __init__(self, nearest: Nearest, ordinary: Callable[[str], bool]) -> None:
        self._nearest = nearest
        self._ordinary = ordinary

    def read(self, question: str, reader: Reader, plan: Plan) -> Draft | None:
        """An answer to what was probably meant; None where nothing is sure enough."""
        reading = reader.read(question)
        if reading.missing:
            return None
        for clause in clauses(question, reader):
            draft = plan(clause)
            if isinstance(draft, Draft):
                return _said(draft, clause)
        if UNKNOWABLE.search(reading.masked) or any(not self._is_known(word) for word in reading.unknown):
            return None
        if any(mention.guessed for mention in reading.named):
            return None
        asked = slotted(reading)
        return self._like(asked, self._nearest.find(asked), plan)

    def _is_known(self, word: str) -> bool:
        return self._ordinary(word.lower())

    def _like(self, asked: Slotted, near: Sequence[Near], plan: Plan) -> Draft | None:
        named = {"name", "node", "namespace"} & asked.held.keys()
        least = LIKE if named else LIKE_UNNAMED
        tried = 0
        for one in near:
            if one.score < least or tried == _TRIED:
                return None
            if not one.phrasing.is_told:
                return None
            question = rewritten(one, asked)
            if question is None:
                continue
            tried += 1
            draft = plan(question)
            if isinstance(draft, Draft):
                return _said(draft, question)
        return None


def _said(draft: Draft, question: str) -> Draft:
    draft.lead.insert(0, f"Read as `{question}`")
    draft.sure = min(draft.sure, _SURE)
    return draft


def rewritten(near: Near, asked: Slotted) -> str | None:
    """The phrasing's question about what was asked of; None where it asks of other things."""
    slots = near.phrasing.slots
    values = asked.values()
    wanted = set(slots) - {"resource", "bound", "probe"}
    if "name" in wanted and "name" not in values and "node" in values:
        values["name"] = values.pop("node")
    if not wanted <= values.keys():
        return None
    if any(slot in values and slot not in slots for slot in ("name", "name2", "node", "value")):
        return None
    question = filled(near.phrasing.means, values)
    places = [values[slot] for slot in ("namespace", "namespace2") if slot in values and slot not in slots]
    return f"{question} in {' and '.join(places)}" if places else question


def clauses(question: str, reader: Reader) -> Iterator[str]:
    """The parts of a question that may be asked alone: all that it names stands in them."""
    parts = [part.strip() for part in _BREAK.split(question) if part.strip()]
    if len(parts) < 2:
        return
    whole = _things(reader.read(question))
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            if last - first == len(parts):
                continue
            clause = ", ".join(parts[first:last])
            if whole <= _things(reader.read(clause)):
                yield clause


def _things(reading: Reading) -> set[str]:
    return {mention.said.lower() for mention in reading.named}
