"""Answers questions for a field in loose words: of named objects, or which objects of a kind set it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.cluster.catalog import WORKLOADS
from answers.cluster.fields import words_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.second.doubts import is_bare
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near
from answers.cluster.second.rewriting import without
from answers.cluster.specs import listed, told
from answers.cluster.specs.doubts import may_tell
from answers.cluster.specs.matching import Match, SpecFinder, question_of
from answers.cluster.wording import Aspect

_SURE = 0.6
_NAMED, _LISTED = 0.45, 0.5
"""How near a field has to be to a question that names an object, and to one that asks which objects there are."""
_BY_NAME = 0.6
"""The same where only its name is like the question."""
_INSTEAD = 0.62
"""How near it has to be where the grammar has an answer."""
_BEHIND = 0.06
"""So much farther than a known question it may be."""
_CLEAR = 0.7
"""From here on it is told before all else that a question may be like."""
_SECOND = r"and (?:for |on |in |at |to |with |from )?(?:how|what|which|where|when|who)"
_KINDS = 8
"""Kinds that one word may name."""
_FIRST = 0.05
"""What it weighs that a field is one of the kind that the question names first."""
_VAGUE = (None, Aspect.DESCRIBE, Aspect.HEALTH, Aspect.CONTAINERS, Aspect.HOLDS)
"""What is asked in words that may as well ask for a field."""


class Specs:
    """Answers from fields; `fields` tells likeness, `knows` which words are plain English."""

    def __init__(self, fields: FieldFinder, knows: Callable[[str], bool]) -> None:
        self._finder = SpecFinder(fields)
        self._knows = knows

    def answer(
        self, question: str, reading: Reading, reader: Reader, near: Sequence[Near], least: float = 0.0
    ) -> Draft | None:
        """The fields that the question is like; None where none is as near as `least` and nearer than all else."""
        plain = [one for one in reading.mentions if one.guessed and self._knows(one.said.lower())]
        reading = without(reading, plain) if plain else reading
        asked = question_of(question, reading)
        if reading.mentions:
            return self._of_objects(asked, reading, reader, near, max(least, _NAMED))
        if listed.asks_for_some(reading):
            return self._of_kinds(asked, reading, reader, near, max(least, _LISTED))
        return None

    def clear(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """The same where the question is clearly like a field."""
        return self.answer(question, reading, reader, near, max(_CLEAR, near[0].score))

    def open(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """The same where nothing is clearer."""
        return self.answer(question, reading, reader, near, near[0].score - _BEHIND)

    def instead(
        self, question: str, reading: Reading, reader: Reader, near: Sequence[Near], found: Draft
    ) -> Draft | None:
        """The same in the place of what the grammar found, or added to that; None where it is not clear enough."""
        if _is_named(found, reading) or not (reading.mentions or reading.unknown or reading.missing):
            return None
        draft = self.answer(question, reading, reader, near, max(_INSTEAD, near[0].score - _BEHIND))
        told_fields = {one.spot.path for one in found.said}
        if draft is None or {one.spot.path for one in draft.said} <= told_fields:
            return None
        if not reading.mentions or is_bare(found) or found.described or reading.aspect in _VAGUE:
            return draft
        for one in draft.said:
            if one.node is not None and one.spot.path:
                found.say(one.node, one.spot, detail=True)
        return found

    def _of_objects(
        self, asked: str, reading: Reading, reader: Reader, near: Sequence[Near], least: float
    ) -> Draft | None:
        draft = Draft(sure=_SURE, clusters=list(reading.clusters))
        found = told.meant(reading, draft, reader.catalog)
        matches: list[Match] = []
        for nodes in found:
            own = told.matches_of(nodes, self._finder, asked)
            best = own[0].score if own else 0.0
            absent = told.unset(nodes[0], best, self._finder, asked, reader.catalog) if len(found) == 1 else None
            if absent is not None and absent.score >= least and may_tell(reading, absent, near, self._knows):
                return told.told_unset(draft, nodes[0], absent, reader)
            matches += own
        matches.sort(key=lambda one: -one.score)
        if matches and not matches[0].spoken:
            least = max(least, _BY_NAME)
        if not matches or matches[0].score < least or not may_tell(reading, matches[0], near, self._knows):
            return None
        return told.told(draft, matches, reader, also=reading.asks(_SECOND))

    def _of_kinds(
        self, asked: str, reading: Reading, reader: Reader, near: Sequence[Near], least: float
    ) -> Draft | None:
        best: tuple[float, Match, Sequence[str]] | None = None
        for place, kinds in enumerate([*listed.groups(reading), listed.elsewhere(reading, reader.catalog)]):
            held = listed.held_among(kinds, reading, reader.catalog)
            for match in self._finder.find(held, asked, named=False)[:1]:
                weight = match.score + _FIRST * (place == 0)
                if best is None or weight > best[0] + _FIRST * (place > len(reading.subjects)):
                    best = weight, match, kinds
        if best is None or best[1].score < least or not may_tell(reading, best[1], near, self._knows):
            return None
        kinds = best[2]
        if len(kinds) > _KINDS and WORKLOADS != kinds:
            kinds = list(dict.fromkeys(place.node.kind for place in best[1].held.places))
        draft = Draft(sure=_SURE, clusters=list(reading.clusters))
        return listed.told(draft, best[1], kinds, reading, reader)


def _is_named(found: Draft, reading: Reading) -> bool:
    """Whether an answer quotes a field whose name stands in the question."""
    said = {singular(token.low) for token in reading.tokens}
    keys = (str(one.spot.path[-1]) for one in found.said if one.spot.path and isinstance(one.spot.path[-1], str))
    return any(words and set(words) <= said for words in map(words_of, keys))
