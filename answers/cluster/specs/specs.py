"""Answers questions for a field in loose words: of named objects, or which objects of a kind set it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answers.cluster.candidates import superlative
from answers.cluster.catalog import WORKLOADS
from answers.cluster.fields import words_of
from answers.cluster.kinds import singular
from answers.cluster.mentions import VERSION
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.second.doubts import is_bare
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near
from answers.cluster.second.rewriting import without
from answers.cluster.specs import listed, told
from answers.cluster.specs.doubts import LEAD, may_tell, names_one
from answers.cluster.specs.matching import NEGATES, Match, SpecFinder, lead_of, question_of
from answers.cluster.wording import Aspect

_SURE = 0.6
_NAMED, _LISTED = 0.45, 0.5
"""How near a field has to be to a question that names an object, and to one that asks which objects there are."""
_LESS = 0.05
"""So much less is enough where no other field is nearly as near."""
_BY_NAME, _LISTED_BY_NAME = 0.6, 0.7
"""The same where only its name is like the question."""
_ANYWHERE = 0.62
"""The same of a kind that the question does not name."""
_CLEAR = 0.65
"""From here on it is told before all else that a question may be like."""
_BEHIND = 0.06
"""So much farther than a known question it may be where nothing is clear."""
_INSTEAD, _EMPTY = 0.62, 0.55
"""How near it has to be where the grammar has an answer, and where it found nothing."""
_ADDED = 0.5
"""From here on it is added to another answer."""
_FIRST, _LOOSELY = 0.15, 0.05
"""What it weighs that a field is one of the kind that the question names first; of a kind that is named loosely."""
_SAME_FIELD = 0.3
"""How much farther the words for one value may be than those for its field, where both say no."""
_KINDS = 8
"""Kinds that one word may name."""
_SECOND = r"and (?:for |on |in |at |to |with |from )?(?:how|what|which|where|when|who)"
_VAGUE = (None, Aspect.DESCRIBE, Aspect.HEALTH, Aspect.CONTAINERS, Aspect.HOLDS)
"""What is asked in words that may as well ask for a field."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer from fields, and how near the field is; `known` is how near the nearest known question is."""

    draft: Draft
    score: float
    spoken: bool
    known: float

    @property
    def is_clear(self) -> bool:
        """Whether it is told before all else."""
        return self.score >= max(_CLEAR, self.known)

    @property
    def is_open(self) -> bool:
        """Whether it is told unless something is clearer."""
        return self.score >= self.known - _BEHIND


class Specs:
    """Answers from fields; `fields` tells likeness, `knows` which words are plain English."""

    def __init__(self, fields: FieldFinder, knows: Callable[[str], bool]) -> None:
        self._finder = SpecFinder(fields)
        self._knows = knows

    def find(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Found | None:
        """The fields that the question is like; None where it is like none, or may be about something else."""
        plain = [one for one in reading.mentions if one.guessed and self._knows(one.said.lower())]
        reading = without(reading, plain) if plain else reading
        asked = question_of(question, reading)
        if reading.mentions:
            return self._of_objects(asked, reading, reader, near)
        if listed.asks_for_some(reading) and not names_one(reading):
            return self._of_kinds(asked, reading, reader, near)
        return None

    def instead(
        self, question: str, reading: Reading, reader: Reader, near: Sequence[Near], found: Draft
    ) -> Draft | None:
        """The same in the place of what the grammar found, or added to that; None where it is not clear enough."""
        strange = [
            word for word in (*reading.unknown, *reading.missing) if not VERSION.fullmatch(word.lower())
        ]
        if not (strange or reading.mentions or superlative(reading)):
            return None
        other = self.find(question, reading, reader, near)
        if other is None or not other.spoken or _quotes(found, other.draft):
            return None
        least = _EMPTY if not found.objects else max(_INSTEAD, other.known - _BEHIND)
        vague = is_bare(found) or found.described or reading.aspect in _VAGUE
        named = _is_named(found, reading)
        if other.score >= least and not named and (vague or not reading.mentions):
            return other.draft
        if reading.mentions and (strange or (other.score >= least and not named)):
            add(found, other)
        return None

    def _of_objects(self, asked: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Found | None:
        draft = Draft(sure=_SURE, clusters=list(reading.clusters))
        found = told.meant(reading, draft, reader.catalog)
        matches: list[Match] = []
        for nodes in found:
            own = told.matches_of(nodes, self._finder, asked)
            most = own[0].score if own else 0.0
            absent = (
                told.unset(nodes[0], most, self._finder, asked, reader.catalog) if not found[1:] else None
            )
            if absent is not None and may_tell(reading, absent, near, self._knows):
                without_it = told.told_unset(draft, nodes[0], absent, reader)
                return Found(without_it, absent.score, True, near[0].score)
            matches += own
        matches.sort(key=lambda one: -one.score)
        if not matches:
            return None
        best, lead = matches[0], lead_of(matches)
        least = _BY_NAME if not best.spoken else _NAMED - _LESS * (lead >= LEAD)
        if best.score < least or not may_tell(reading, best, near, self._knows, lead * best.spoken):
            return None
        answer = told.told(draft, matches, reader, also=reading.asks(_SECOND))
        return Found(answer, best.score, best.spoken, near[0].score)

    def _of_kinds(self, asked: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Found | None:
        best = self._best(asked, reading, reader)
        if best is None:
            return None
        match, kinds = best
        if match.score < (_LISTED if match.spoken else _LISTED_BY_NAME):
            return None
        if not may_tell(reading, match, near, self._knows):
            return None
        if len(kinds) > _KINDS and kinds != WORKLOADS:
            kinds = tuple(dict.fromkeys(place.node.kind for place in match.held.places))
        draft = Draft(sure=_SURE, clusters=list(reading.clusters))
        answer = listed.told(draft, match, kinds, reading, reader)
        return Found(answer, match.score, match.spoken, near[0].score) if answer is not None else None

    def _best(self, asked: str, reading: Reading, reader: Reader) -> tuple[Match, tuple[str, ...]] | None:
        """The likest field of the kinds that are named, or of all others, and the kinds."""
        best: tuple[float, Match, tuple[str, ...]] | None = None
        known = listed.groups(reading)
        loose = not reading.subjects or bool(listed.LOOSE & set(known[0]))
        for place, kinds in enumerate(known):
            match = _chosen(
                self._finder.find(listed.held_among(kinds, reading, reader.catalog), asked), asked
            )
            weight = (match.score if match else 0.0) + (_LOOSELY if loose else _FIRST) * (place == 0)
            if match is not None and (best is None or weight > best[0]):
                best = weight, match, kinds
        if best is None or best[1].score < _ANYWHERE:
            kinds = listed.elsewhere(reading, reader.catalog)
            held = listed.held_among(kinds, reading, reader.catalog)
            match = _chosen(self._finder.find(held, asked, named=False), asked)
            if match is not None and match.score >= _ANYWHERE:
                return match, kinds
        return best[1:] if best is not None else None


def add(found: Draft, other: Found | None) -> None:
    """Adds the fields that another answer quotes, where they are like the question and of what is told."""
    if other is None or not other.spoken or other.score < _ADDED:
        return
    if {node.id for node in other.draft.objects} & {node.id for node in found.objects}:
        for one in other.draft.said:
            if one.node is not None and one.spot.path:
                found.say(one.node, Spot(short=2))
                found.say(one.node, one.spot, detail=True)


def _quotes(found: Draft, other: Draft) -> bool:
    """Whether an answer quotes all fields of another one."""
    return {one.spot.path for one in other.said} <= {one.spot.path for one in found.said}


def _is_named(found: Draft, reading: Reading) -> bool:
    """Whether an answer quotes a field whose name stands in the question."""
    said = {singular(token.low) for token in reading.tokens}
    paths = (one.spot.path for one in found.said)
    keys = (str(path[-1]) for path in paths if path and isinstance(path[-1], str))
    return any(words and set(words) <= said for words in map(words_of, keys))


def _chosen(matches: Sequence[Match], asked: str) -> Match | None:
    """The likest field: by what people say for it, if that is like the question too; `no` by words that say no."""
    if not matches:
        return None
    best = matches[0]
    same = [one for one in matches if one.held.key == best.held.key]
    if not best.spoken:
        best = next((one for one in same if one.spoken and one.score >= _LISTED), best)
    if best.value or NEGATES.search(asked) is None:
        return best
    other = next((one for one in same if one.value and one.negated), best)
    return other if other.score >= best.score - _SAME_FIELD else best
