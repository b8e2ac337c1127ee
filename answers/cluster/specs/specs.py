"""Answers questions for a field in loose words: of named objects, or which objects of a kind set it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.cluster.candidates import superlative
from answers.cluster.catalog import WORKLOADS
from answers.cluster.fields import words_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.second.doubts import is_bare
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near
from answers.cluster.second.rewriting import without
from answers.cluster.specs import listed, told
from answers.cluster.specs.doubts import may_tell, names_one
from answers.cluster.specs.matching import NEGATES, Match, SpecFinder, question_of
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
_CLEAR = 0.65
"""From here on it is told before all else that a question may be like."""
_SECOND = r"and (?:for |on |in |at |to |with |from )?(?:how|what|which|where|when|who)"
_KINDS = 8
"""Kinds that one word may name."""
_FIRST, _LOOSELY = 0.15, 0.05
"""What it weighs that a field is one of the kind that the question names first; of a kind that is named loosely."""
_ANYWHERE = 0.62
"""How near a field of a kind has to be that the question does not name."""
_ADDED = 0.5
"""From here on a field is added to another answer."""
_EMPTY = 0.55
"""How near a field has to be where the grammar found nothing."""
_SAME_FIELD = 0.3
"""How much farther the words for one value may be than those for its field, where both say no."""
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
        if listed.asks_for_some(reading) and not names_one(reading):
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
        grasped = not (reading.mentions or reading.unknown or reading.missing)
        if _is_named(found, reading) or (grasped and not superlative(reading)):
            return None
        least = _EMPTY if not found.objects else max(_INSTEAD, near[0].score - _BEHIND)
        draft = self.answer(question, reading, reader, near, least)
        told_fields = {one.spot.path for one in found.said}
        if draft is None or {one.spot.path for one in draft.said} <= told_fields:
            return None
        if not reading.mentions or is_bare(found) or found.described or reading.aspect in _VAGUE:
            return draft
        _add(found, draft)
        return found

    def add(self, found: Draft, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> None:
        """Adds to an answer about a named object the field that the question is like as well."""
        if reading.mentions and (reading.unknown or reading.missing):
            draft = self.answer(question, reading, reader, near, _ADDED)
            if draft is not None and {node.id for node in draft.objects} & {node.id for node in found.objects}:
                _add(found, draft)

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
        known = listed.groups(reading)
        loose = not known[0] or bool(listed.LOOSE & set(known[0]))
        for place, kinds in enumerate([*known, listed.elsewhere(reading, reader.catalog)]):
            held = listed.held_among(kinds, reading, reader.catalog)
            match = _chosen(self._finder.find(held, asked, named=False), asked)
            if match is None or (place == len(known) and match.score < _ANYWHERE):
                continue
            weight = match.score + (_LOOSELY if loose else _FIRST) * (place == 0)
            if best is None or weight > best[0]:
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


def _add(found: Draft, other: Draft) -> None:
    """Adds the fields that another answer quotes."""
    for one in other.said:
        if one.node is not None and one.spot.path:
            found.say(one.node, Spot(short=2))
            found.say(one.node, one.spot, detail=True)


def _chosen(matches: Sequence[Match], asked: str) -> Match | None:
    """The likest field; where the question says no, by the words for its value that say no as well."""
    if not matches or matches[0].value or NEGATES.search(asked) is None:
        return matches[0] if matches else None
    valued = (m for m in matches if m.held.key == matches[0].held.key and m.value and m.negated)
    other = next(valued, matches[0])
    return other if other.score >= matches[0].score - _SAME_FIELD else matches[0]
