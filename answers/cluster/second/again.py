"""Reads a question a second time, where the grammar did not understand it: its clauses, then what it is most like.

Each attempt is a question in the grammar's words that goes through the same plan as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path as File
from typing import Protocol

from answers.cluster.choice import choose
from answers.cluster.mentions import VERSION, Mention
from answers.cluster.named import counts_things
from answers.cluster.plan import plan_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.relations import says_gone
from answers.cluster.said import Draft, Spot, counted
from answers.cluster.second.carried import carried
from answers.cluster.second.details import Details
from answers.cluster.second.doubts import is_bare, is_open, leads, left, names_foreign, says_fields
from answers.cluster.second.inside import LIKE as LIKE_FIELD
from answers.cluster.second.inside import PLAIN, FieldFinder, holders, shown, whole
from answers.cluster.second.nearest import Near, Nearest, Vectors
from answers.cluster.second.phrasings import UNTOLD, words
from answers.cluster.second.rejoined import rejoined
from answers.cluster.second.rewriting import clauses, effect_of, rewritten, without, words_of
from answers.cluster.second.slots import slotted
from answers.cluster.second.tied import Tied
from answers.cluster.second.typos import mended
from answers.cluster.traits.asked import asked_in, freed, is_nearly_understood, is_understood
from answers.cluster.wording import HOW_TO, NEVER_TOLD, UNKNOWABLE, Aspect
from index.embedding.models import knows_whole

Plan = Callable[[str], object]

LIKE = 0.65
"""How near a phrasing has to be where the question names an object or a namespace."""
LIKE_UNNAMED = 0.7
"""The same where it names kinds only."""
CLEAR = 0.78
"""From here on a phrasing outweighs what the grammar makes of a question, if it also leads by `MARGIN`."""
MARGIN = 0.12
_ANY = 0.72
"""The same where the grammar knows no word of what is asked, and has only described what is named."""
_UNTOLD = (0.85, 0.05)
"""Likeness and lead from which on a question is one that no object answers, whatever the grammar makes of it."""
_EQUAL = 0.08
"""A phrasing that is so much farther than the nearest means something else."""
SURE = 0.7
"""At most so sure is an answer to a question that was read again."""
_LONG = 20
"""Words from which on a question tells a story, of which the objects are only a part."""
_UNKNOWN = 4
"""Words that nothing explains which a question may hold."""
_CLAUSE = 0.65
_A_WORD = 0.05
"""So much less sure is an answer for each further word that nothing explains."""
_TRIED = 4
_SAME = 0.95
_NEGATES = re.compile(
    r"\b(?:no|not|none|without|lack\w*|miss\w*|forg[eo]t\w*|never|nobody|nothing|free|un\w+|orphan\w*)\b"
)
_STEM = 3
_INSIDE = 0.5
_CLOSEST = "The question was not understood in full; these of its fields are closest to it"
_DISTINCT = re.compile(r"[a-z][A-Z]|\d|[._]")
"""A word that stands for one thing only."""
_TOLD_OR_NOT = (Aspect.OWNER, Aspect.ACCESS, Aspect.WHY, Aspect.LOGS)
"""What is told from its own place, or not at all."""


class Model(Protocol):
    """The index's embedding model."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, with two special ones."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text."""
        ...


class SecondReader:
    """Reads questions again; `model` gives the index's model, `kept` is where its vectors may stay."""

    def __init__(self, model: Callable[[], Model], kept: File | None = None) -> None:
        self._model = model
        self._nearest = Nearest(lambda texts: model().embed(texts), kept)
        self._fields = FieldFinder(lambda texts: model().embed(texts))
        self._details = Details(self._fields, self._ordinary)
        self._tied = Tied(self._fields, self._ordinary)

    def _ordinary(self, word: str) -> bool:
        """Whether a word or its stem is one of plain English, which the model knows as a whole, and no name."""
        if VERSION.fullmatch(word) or word in words():
            return True
        return knows_whole(self._model().count_tokens, word, *_stems(word))

    def read(self, question: str, reader: Reader, plan: Plan) -> Draft | None:
        """An answer to what was probably meant; None where nothing is sure enough."""
        reading = reader.read(question)
        if NEVER_TOLD.search(reading.masked) or (says_gone(reading) and not reading.mentions):
            return None
        if (effect := effect_of(reading)) and isinstance(draft := plan(effect), Draft):
            return _said(draft, effect, SURE)
        if (meant := mended(question, reading, reader.kinds, self._ordinary)) != question:
            if isinstance(draft := plan(meant), Draft):
                return _said(draft, meant, SURE)
            question, reading = meant, reader.read(meant)
        if is_nearly_understood(reading, self._ordinary):
            draft = plan_of(replace(reading, unknown=[]), reader)
            if isinstance(draft, Draft):
                draft.sure = min(draft.sure, _CLAUSE)
                return draft
        reading = freed(reading, asked_in(reading))
        near = self._nearest.find(slotted(reading))
        if (tied := self._tied.answer(question, reading, reader, near)) is not None:
            return tied
        if not reading.missing and not HOW_TO.search(reading.masked):
            for clause in clauses(question, reader):
                told = self._is_told(clause, reader) or self._asks_no_more(question, clause, reader)
                if told and isinstance(draft := plan(clause), Draft):
                    return _said(draft, clause, _CLAUSE)
        for one in self._forms(reading):
            if (found := self._like(one, plan)) is not None:
                self._details.add(found, question, one, reader)
                return found
        return (
            self._tied.answer(question, reading, reader, near, last=True)
            or self._details.answer(question, reading, reader, near)
            or carried(reading, reader)
            or self._inside(reading, reader)
            or self._held(reading, reader)
            or self._rejoined(question, reader, plan)
        )

    def _rejoined(self, question: str, reader: Reader, plan: Plan) -> Draft | None:
        """An answer to the sentence that asks, with what the others name."""
        for one in rejoined(question, reader):
            found = plan(one)
            draft = found if isinstance(found, Draft) else self.read(one, reader, plan)
            if draft is not None and (checked := self.check(one, reader, plan, draft)) is not None:
                return _said(checked, one, SURE)
        return None

    def check(self, question: str, reader: Reader, plan: Plan, found: Draft) -> Draft | None:
        """What the grammar found, or another answer where the question is clearly like others; None for no answer."""
        reading = reader.read(question)
        if (effect := effect_of(reading)) and isinstance(draft := plan(effect), Draft):
            return _said(draft, effect, SURE)
        asked = slotted(reading)
        near = self._nearest.find(asked)
        if (carriers := carried(reading, reader, said_so=True)) is not None:
            return carriers
        if (tied := self._tied.instead(question, reading, reader, near, found)) is not None:
            return tied
        self._details.add(found, question, reading, reader)
        if doubtful := [m for m in reading.named if m.guessed and self._is_plain(m, reading)]:
            other = plan_of(without(reading, doubtful), reader)
            return other if isinstance(other, Draft) else found
        spelled = is_understood(reading) or found.aspect is Aspect.ENV
        about = found.objects[:1]
        foreign = names_foreign(reading, about) and not spelled
        if (
            near[0].phrasing.means == UNTOLD
            and not says_fields(reading, about)
            and (leads(near, *_UNTOLD) or foreign)
        ):
            return None
        if spelled:
            return found
        least, lead = (_ANY, _EQUAL / 2) if reading.aspect is None and is_bare(found) else (CLEAR, MARGIN)
        if not near[0].phrasing.is_told or not leads(near, least, lead):
            return found
        if not {"name", "node"} & asked.held.keys() or any(mention.guessed for mention in reading.named):
            return found
        meant = rewritten(near[0], asked)
        if meant is None or reader.read(meant).aspect is reading.aspect:
            return found
        draft = plan(meant)
        if not isinstance(draft, Draft) or draft.aspect is found.aspect:
            return found
        return _said(draft, meant, near[0].score)

    def _asks_no_more(self, question: str, clause: str, reader: Reader) -> bool:
        """Whether what a question says beside a clause only asks on: `Which one, and at what level?`."""
        rest = reader.read(question.replace(clause, " "))
        if UNKNOWABLE.search(rest.masked) or HOW_TO.search(rest.masked) or rest.named or rest.missing:
            return False
        plain = all(self._ordinary(word.lower()) for word in rest.unknown)
        return plain and len(rest.unknown) <= 1 and not names_foreign(rest) and Aspect.WHY not in rest.aspects

    def _is_told(self, question: str, reader: Reader) -> bool:
        """Whether a clause is like what objects tell, or asks for traits and is understood."""
        reading = reader.read(question)
        near = self._nearest.find(slotted(reading))[0]
        return is_understood(reading) or (near.phrasing.is_told and near.score >= LIKE)

    def _forms(self, reading: Reading) -> Iterator[Reading]:
        """The question, and once more with those names read as plain words that are words and stand elsewhere."""
        yield reading
        plain = [m for m in reading.named if self._is_plain(m, reading)]
        if plain:
            yield without(reading, plain)

    def _is_plain(self, mention: Mention, reading: Reading) -> bool:
        elsewhere = bool(reading.namespaces) and not any(
            n.namespace in reading.namespaces for n in mention.nodes
        )
        doubtful = mention.guessed and (
            bool(reading.kinds) or any(not other.guessed for other in reading.named)
        )
        free = not mention.namespace and not mention.kinds
        return free and (elsewhere or doubtful) and self._ordinary(mention.said.lower())

    def _inside(self, reading: Reading, reader: Reader) -> Draft | None:
        """The fields of the one object that is named which are like the question, under what it is."""
        mention = reading.mentions[0] if len(reading.mentions) == 1 else None
        if mention is None or reading.aspect in _TOLD_OR_NOT:
            return None
        # What stands beside its kind is meant, whatever the other words are.
        foreign = self._is_foreign(reading) and not (mention.kinds and not reading.missing)
        if foreign and (mention.guessed or counts_things(reading)):
            return None
        near = self._nearest.find(slotted(reading))
        if not near[0].phrasing.is_told or HOW_TO.search(reading.masked) or UNKNOWABLE.search(reading.masked):
            return None
        draft = Draft(sure=_INSIDE, clusters=list(reading.clusters))
        nodes = choose(mention, reading, draft, reader.catalog)
        least = PLAIN if foreign else LIKE_FIELD
        paths = self._fields.find(nodes[0], words_of(reading), least) if nodes and nodes[0].present else []
        if not paths:
            return None
        paths = [whole(nodes[0], path) for path in paths] if foreign else paths
        draft.lead.append(_CLOSEST)
        return shown(draft, [(nodes[0], path) for path in paths], reader)

    def _held(self, reading: Reading, reader: Reader) -> Draft | None:
        """The parts of objects that are named by the one word which nothing else explains."""
        words = [
            w for w in (*reading.unknown, *reading.missing) if _DISTINCT.search(w) or w in reading.missing
        ]
        if (
            len(set(words)) != 1
            or reading.mentions
            or HOW_TO.search(reading.masked)
            or UNKNOWABLE.search(reading.masked)
        ):
            return None
        found = holders(words[0], reader.catalog)
        draft = Draft(sure=_INSIDE, lead=[f"`{words[0]}` is named in {counted(len(found), 'object')}"])
        return shown(draft, found, reader) if found else None

    def _is_foreign(self, reading: Reading) -> bool:
        """Whether a word is neither explained nor plain English, or a name was only guessed."""
        if len(reading.unknown) > _UNKNOWN or len(reading.tokens) > _LONG:
            return True
        strange = any(not self._ordinary(word.lower()) for word in reading.unknown)
        guessed = any(mention.guessed for mention in reading.named)
        return bool(reading.missing) or strange or guessed or counts_things(reading)

    def _like(self, reading: Reading, plan: Plan) -> Draft | None:
        if self._is_foreign(reading):
            return None
        asked = slotted(reading)
        near = self._nearest.find(asked)
        if not is_open(reading, near):
            return None
        least = LIKE if {"name", "node", "namespace"} & asked.held.keys() else LIKE_UNNAMED
        for one in _answerable(near, least):
            if (
                one.score < _SAME
                and _NEGATES.search(one.phrasing.means)
                and not _NEGATES.search(reading.masked)
            ):
                continue  # what has something is not what lacks it
            if Aspect.LOGS in reading.aspects and "logs" not in one.phrasing.means:
                continue  # what stands in logs stands in no object
            question = rewritten(one, asked)
            if question and isinstance(draft := plan(question), Draft):
                if one.score < CLEAR:
                    self._add_fields(draft, reading)
                return _said(draft, question, min(SURE, one.score) - _A_WORD * left(reading))
                return _said(draft, question, min(SURE, one.score) - _A_WORD * left(reading))
        return None

    def _add_fields(self, draft: Draft, reading: Reading) -> None:
        """The fields like the question too, where what it means is not quite clear."""
        for node in draft.objects[:1] if len(reading.mentions) == 1 else ():
            for path in self._fields.find(node, words_of(reading)):
                draft.say(node, Spot(path=path), detail=True)


def _answerable(near: Sequence[Near], least: float) -> Iterator[Near]:
    """The nearest that are near enough, until one comes that is not for the objects."""
    for one in near[:_TRIED]:
        if one.score < max(least, near[0].score - _EQUAL) or not one.phrasing.is_told:
            return
        yield one


def _stems(word: str) -> list[str]:
    """What a word may be an inflection of: `flap` of `flapping`, `cope` of `coping`."""
    for ending in ("ing", "ed", "es", "s", "er", "ly"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _STEM:
            return [stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem]
    return []


def _said(draft: Draft, question: str, score: float) -> Draft:
    draft.lead.insert(0, f"Read as `{question}`")
    draft.sure = min(draft.sure, SURE, score)
    return draft
