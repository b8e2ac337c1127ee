"""Whether a question that is read again may be told by objects at all, and how sure what it is like can be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.own_fields import field_words
from answers.cluster.reading import Reading
from answers.cluster.said import Draft
from answers.cluster.second.nearest import Near
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.wording import HOW_TO, UNKNOWABLE, Aggregate
from cluster.graph import Node

_OUTWEIGHS = (0.78, 0.15)
"""Likeness and lead from which on a word that elsewhere asks for what nobody can tell does not matter."""

_ACTS = re.compile(
    r"(?<![\w-])(?:deploy|edit|chang|updat|releas|call|visit|access|touch|merg|commit|roll)(?:s|e|ed|es|d)?(?![\w-])"
)
_LOAD = re.compile(
    r"(?<![\w-])(?:most|least|fewest|highest|lowest|many|more|fewer) (?:http |incoming |outgoing |api )?"
    r"(?:requests|calls|hits|traffic|visitors|queries|connections|load)(?! for)(?![\w-])"
)
_PAST = re.compile(
    r"(?<![\w-])(?:yesterday|tomorrow|(?:last|next) (?:week|month|night|year|quarter|sprint|release)"
    r"|(?:an?|one|two|three|\d+) (?:days?|weeks?|months?|years?) ago|used to be|previously)(?![\w-])"
)


def is_open(reading: Reading, near: Sequence[Near]) -> bool:
    """Whether the objects may tell: words that ask for what they do not are outweighed by a clear likeness only."""
    doubts = UNKNOWABLE.search(reading.masked) or HOW_TO.search(reading.masked) or names_foreign(reading)
    if not doubts:
        return True
    others = max((one.score for one in near if not one.phrasing.is_told), default=0.0)
    least, lead = _OUTWEIGHS
    return near[0].phrasing.is_told and near[0].score >= least and near[0].score - others >= lead


def left(reading: Reading) -> int:
    """How much of a question an answer to what it is like leaves open: further words, a second question."""
    asked = len(re.findall(r"\b(?:which|what|who|where|why|how)\b", reading.masked))
    return max(0, len(reading.unknown) - 1) + 2 * max(0, asked - 1)


def names_foreign(reading: Reading, told: Sequence[Node] = ()) -> bool:
    """Whether a word that nothing explains is one of other subjects, and none of a field of what was `told`."""
    foreign = {word.lower() for word in reading.unknown if word.lower() in FOREIGN}
    return bool(foreign - field_words(reading, told)) if foreign and told else bool(foreign)


def says_fields(reading: Reading, told: Sequence[Node]) -> bool:
    """Whether all words that nothing else explains are those of fields of what was `told`."""
    unknown = {word.lower() for word in reading.unknown}
    return bool(unknown) and unknown <= field_words(reading, told)


def leads(near: Sequence[Near], score: float, lead: float) -> bool:
    """Whether one meaning is as near as this, and as much nearer than the next."""
    return near[0].score >= score and near[0].score - near[1].score >= lead


def counts_past(reading: Reading) -> bool:
    """Whether a number of another time is asked for (`how many pods did we run last week`), or how often one acts."""
    if _ACTS.search(reading.masked) and reading.asks(r"(?:most|least|more|less) (?:often|frequently)"):
        return True
    if _LOAD.search(reading.masked) and not reading.asks("memory|cpu|storage|space|disk"):
        return True
    return Aggregate.COUNT in reading.aggregates and _PAST.search(reading.masked) is not None


def is_bare(draft: Draft) -> bool:
    """Whether an answer shows the first lines of objects only."""
    return not draft.lead and not any(one.spot.path or one.spot.needles for one in draft.said)
