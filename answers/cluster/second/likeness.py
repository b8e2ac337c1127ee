"""Answers a question as another one that is known and like it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from answers.cluster.candidates import superlative
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.second.doubts import is_open, left
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near, Nearest
from answers.cluster.second.plain import PlainWords
from answers.cluster.second.rewriting import SURE, rewritten, said_as, words_of
from answers.cluster.second.slots import slotted
from answers.cluster.wording import Aspect

Plan = Callable[[str], object]

LIKE = 0.65
"""How near a phrasing has to be where the question names an object or a namespace."""
_LIKE_UNNAMED = 0.7
"""The same where it names kinds only."""
CLEAR = 0.78
"""From here on a phrasing outweighs what the grammar makes of a question, if it also leads by a margin."""
EQUAL = 0.08
"""A phrasing that is so much farther than the nearest means something else."""
_A_WORD = 0.05
"""So much less sure is an answer for each further word that nothing explains."""
_TRIED = 4
_SAME = 0.95
_NEGATES = re.compile(
    r"\b(?:no|not|none|without|lack\w*|miss\w*|forg[eo]t\w*|never|nobody|nothing|free|un\w+|orphan\w*)\b"
)

_WITHOUT = re.compile(
    r"\b(?:without|with no|lack\w*|ha(?:s|ve) no|(?:do|does) ?n[o']?t have|(?:do|does) not have)\b"
)
_ALL = re.compile(r"(?:list all|how many) \{kind\}(?: are there| are in \{namespace\}| in \{namespace\})?")
_LIMITS = re.compile(
    r"\b(?:today|yesterday|tonight|hours?|minutes?|days?|weeks?|since|ago|recent\w*|lately|progress|during|before|after"
    r"|while|still|already|yet|ever|being|about to|going to)\b"
)
"""Words by which not all objects of a kind are meant: to list all would leave them out."""


class Likeness:
    """Finds known questions that are like one; `fields` adds fields where what is meant is not quite clear."""

    def __init__(self, nearest: Nearest, fields: FieldFinder, plain: PlainWords) -> None:
        self._nearest = nearest
        self._fields = fields
        self._plain = plain

    def answer(self, reading: Reading, plan: Plan) -> Draft | None:
        """What answers the nearest known question that can be answered; None where none is near enough."""
        if self._plain.is_foreign(reading):
            return None
        asked = slotted(reading)
        near = self._nearest.find(asked)
        if not is_open(reading, near):
            return None
        is_named = bool({"name", "node", "namespace"} & asked.held.keys())
        least = LIKE if is_named else _LIKE_UNNAMED
        lacks = not is_named and _WITHOUT.search(reading.masked)
        for one in _answerable(near, least):
            negates = bool(_NEGATES.search(one.phrasing.means))
            if one.score < _SAME and (
                (negates and not _NEGATES.search(reading.masked)) or (lacks and not negates)
            ):
                continue  # what has something is not what lacks it
            if _ALL.fullmatch(one.phrasing.means) and _LIMITS.search(reading.masked):
                continue
            if Aspect.LOGS in reading.aspects and "logs" not in one.phrasing.means:
                continue  # what stands in logs stands in no object
            if (
                superlative(reading)
                and "namespace has" in one.phrasing.means
                and "Namespace" not in reading.kinds
            ):
                continue  # the most of an object is not the most objects of a namespace
            question = rewritten(one, asked)
            if question and isinstance(draft := plan(question), Draft):
                if one.score < CLEAR:
                    self._add_fields(draft, reading)
                return said_as(draft, question, min(SURE, one.score) - _A_WORD * left(reading))
        return None

    def _add_fields(self, draft: Draft, reading: Reading) -> None:
        """The fields like the question too, where what it means is not quite clear."""
        for node in draft.objects[:1] if len(reading.mentions) == 1 else ():
            for path in self._fields.find(node, words_of(reading)):
                draft.say(node, Spot(path=path), detail=True)


def _answerable(near: Sequence[Near], least: float) -> Iterator[Near]:
    """The nearest that are near enough, until one comes that is not for the objects."""
    for one in near[:_TRIED]:
        if one.score < max(least, near[0].score - EQUAL) or not one.phrasing.is_told:
            return
        yield one
