"""Reads a question a second time, where the grammar did not understand it: its clauses, then what it is most like.

Each attempt is a question in the grammar's words that goes through the same plan as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path as File

from answers.cluster.plan import plan_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.relations import says_gone
from answers.cluster.said import Draft
from answers.cluster.second.carried import carried
from answers.cluster.second.closest import Closest, held
from answers.cluster.second.details import Details
from answers.cluster.second.doubts import counts_past, is_bare, leads, names_foreign, says_fields
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.likeness import CLEAR, EQUAL, LIKE, Likeness, Plan
from answers.cluster.second.nearest import Nearest
from answers.cluster.second.phrasings import UNTOLD
from answers.cluster.second.plain import Model, PlainWords
from answers.cluster.second.rejoined import points_away, rejoined
from answers.cluster.second.rewriting import SURE, clauses, effect_of, rewritten, said_as, without
from answers.cluster.second.slots import slotted
from answers.cluster.second.tied import Tied
from answers.cluster.second.typos import mended
from answers.cluster.specs.specs import Specs, add
from answers.cluster.traits.asked import asked_in, freed, is_nearly_understood, is_understood
from answers.cluster.wording import HOW_TO, NEVER_TOLD, UNKNOWABLE, Aspect

_MARGIN = 0.12
"""So much nearer than the next a phrasing has to be that outweighs what the grammar makes of a question."""
_ANY = 0.72
"""How near it has to be where the grammar knows no word of what is asked, and has only described what is named."""
_UNTOLD = (0.85, 0.05)
"""Likeness and lead from which on a question is one that no object answers, whatever the grammar makes of it."""
_CLAUSE = 0.65


class SecondReader:
    """Reads questions again; `model` gives the index's model, `kept` is where its vectors may stay."""

    def __init__(self, model: Callable[[], Model], kept: File | None = None) -> None:
        self._nearest = Nearest(lambda texts: model().embed(texts), kept)
        self._fields = FieldFinder(lambda texts: model().embed(texts))
        self._plain = PlainWords(model)
        self._likeness = Likeness(self._nearest, self._fields, self._plain)
        self._closest = Closest(self._fields, self._plain, self._nearest)
        self._details = Details(self._fields, self._plain.knows)
        self._tied = Tied(self._fields, self._plain.knows)
        self._specs = Specs(self._fields, self._plain.knows)

    def knows(self, word: str) -> bool:
        """Whether a word or its stem is one of plain English."""
        return self._plain.knows(word)

    def likeness(self, texts: Sequence[str], asked: str) -> list[float]:
        """How like each text is to what is asked."""
        return self._fields.likeness(texts, asked)

    def read(self, question: str, reader: Reader, plan: Plan) -> Draft | None:
        """An answer to what was probably meant; None where nothing is sure enough."""
        reading = reader.read(question)
        if (
            NEVER_TOLD.search(reading.masked)
            or counts_past(reading)
            or (says_gone(reading) and not reading.mentions)
        ):
            return None
        if (effect := effect_of(reading)) and isinstance(draft := plan(effect), Draft):
            return said_as(draft, effect, SURE)
        if (meant := mended(question, reading, reader.kinds, self._plain.knows)) != question:
            if isinstance(draft := plan(meant), Draft):
                return said_as(draft, meant, SURE)
            question, reading = meant, reader.read(meant)
        if is_nearly_understood(reading, self._plain.knows):
            draft = plan_of(replace(reading, unknown=[]), reader)
            if isinstance(draft, Draft):
                draft.sure = min(draft.sure, _CLAUSE)
                return draft
        reading = freed(reading, asked_in(reading))
        near = self._nearest.find(slotted(reading))
        specs = self._specs.find(question, reading, reader, near)
        if specs is not None and specs.is_clear:
            return specs.draft
        if (tied := self._tied.answer(question, reading, reader, near)) is not None:
            return tied
        if specs is not None and specs.is_open:
            return specs.draft
        if not reading.missing and not HOW_TO.search(reading.masked):
            for clause in clauses(question, reader):
                if points_away(question, clause, reader):
                    continue
                told = self._is_told(clause, reader) or self._asks_no_more(question, clause, reader)
                if told and isinstance(draft := plan(clause), Draft):
                    return said_as(draft, clause, _CLAUSE)
        for one in self._forms(reading):
            if (found := self._likeness.answer(one, plan)) is not None:
                add(found, specs)
                self._details.add(found, question, one, reader)
                return found
        return (
            self._tied.answer(question, reading, reader, near, last=True)
            or (specs and specs.draft)
            or self._details.answer(question, reading, reader, near)
            or carried(reading, reader)
            or self._closest.inside(reading, reader)
            or held(reading, reader)
            or self._rejoined(question, reader, plan)
        )

    def _rejoined(self, question: str, reader: Reader, plan: Plan) -> Draft | None:
        """An answer to the sentence that asks, with what the others name."""
        for one in rejoined(question, reader):
            found = plan(one)
            draft = found if isinstance(found, Draft) else self.read(one, reader, plan)
            if draft is not None and (checked := self.check(one, reader, plan, draft)) is not None:
                return said_as(checked, one, SURE)
        return None

    def check(self, question: str, reader: Reader, plan: Plan, found: Draft) -> Draft | None:
        """What the grammar found, or another answer where the question is clearly like others; None for no answer."""
        if found.settled:
            return found
        reading = reader.read(question)
        if (effect := effect_of(reading)) and isinstance(draft := plan(effect), Draft):
            return said_as(draft, effect, SURE)
        asked = slotted(reading)
        near = self._nearest.find(asked)
        if (carriers := carried(reading, reader, said_so=True)) is not None:
            return carriers
        spelled = is_understood(reading) or found.aspect is Aspect.ENV
        specs = None if spelled else self._specs.instead(question, reading, reader, near, found)
        if specs is not None:
            return specs
        if (tied := self._tied.instead(question, reading, reader, near, found)) is not None:
            return tied
        self._details.add(found, question, reading, reader)
        if doubtful := [m for m in reading.named if m.guessed and self._plain.is_plain(m, reading)]:
            other = plan_of(without(reading, doubtful), reader)
            return other if isinstance(other, Draft) else found
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
        least, lead = (_ANY, EQUAL / 2) if reading.aspect is None and is_bare(found) else (CLEAR, _MARGIN)
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
        return said_as(draft, meant, near[0].score)

    def _asks_no_more(self, question: str, clause: str, reader: Reader) -> bool:
        """Whether what a question says beside a clause only asks on: `Which one, and at what level?`."""
        rest = reader.read(question.replace(clause, " "))
        if UNKNOWABLE.search(rest.masked) or HOW_TO.search(rest.masked) or rest.named or rest.missing:
            return False
        plain = all(self._plain.knows(word.lower()) for word in rest.unknown)
        return plain and len(rest.unknown) <= 1 and not names_foreign(rest) and Aspect.WHY not in rest.aspects

    def _is_told(self, question: str, reader: Reader) -> bool:
        """Whether a clause is like what objects tell, or asks for traits and is understood."""
        reading = reader.read(question)
        near = self._nearest.find(slotted(reading))[0]
        return is_understood(reading) or (near.phrasing.is_told and near.score >= LIKE)

    def _forms(self, reading: Reading) -> Iterator[Reading]:
        """The question, and once more with those names read as plain words that are words and stand elsewhere."""
        yield reading
        plain = [m for m in reading.named if self._plain.is_plain(m, reading)]
        if plain:
            yield without(reading, plain)
