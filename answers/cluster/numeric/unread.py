"""Whether an answer leaves out a number that its question sets: a bound, a rank, a share."""

from __future__ import annotations

import re

from answers.cluster.amounts import amount
from answers.cluster.numeric.asked import outside
from answers.cluster.numeric.thresholds import bound_in
from answers.cluster.reading import Reading
from answers.cluster.said import Draft
from answers.cluster.wording import Aggregate

_MAY_ASK = re.compile(
    r"\b(?:more|less|fewer|over|above|below|under|least|most|exceed\w*|between|beyond|up to|[a-z]{3,}est|same|different|distinct|how many|number of|even|odd|median|percent|half|per (?:hour|minute|day|week)|left|remaining)\b|[%<>]",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"(?<![\w-])(?:(?:an )?(?:even|odd) number|prime number|median|per (?:hour|minute|day|week|second)|(?:memory|cpu|ram|storage|space|capacity|disk|cores) (?:is |are )?(?:left|remaining|spare)|"
    r"\d+ ?(?:%|percent)(?: of)? (?:of )?(?:its|their|the) (?:memory|cpu|limits?|requests?|capacity))(?![\w-])"
)
_EXTREME = re.compile(
    r"(?:which|what|who|whose)\b.*?(?<![\w-])(?:the |is the |has the |have the )(?:most(?! recent)|fewest|least|highest|lowest|largest|biggest|smallest|longest|shortest|heaviest)(?![\w-])"
)
_RANKED = re.compile(r"most|fewest|least|oldest|newest|largest|smallest|first", re.IGNORECASE)
_THAN_NAMED = re.compile(
    r"(?<![\w-])(?:more|less|fewer|higher|lower|bigger|smaller|larger)(?: [a-z]+){0,3} than (?:the |that of |in )?§"
)
_ALIKE = re.compile(
    r"(?<![\w-])(?:(?:all|every|each|both) .*(?:on|in|to|from|with|use|uses|have|has) (?:a |an )?(?:different|distinct|separate|own)"
    r")(?![\w-])"
)
_SETTINGS = re.compile(r"(?<![\w-])(memory|cpu|restart|limit|probe)s?(?![\w-])")
_COUNTS = re.compile(r"(?<![\w-])(?:which|what|how many|list|show|any|all|every)(?![\w-])")


def may_ask_number(question: str) -> bool:
    """Whether a question may set a number at all: cheap, for most do not."""
    return _MAY_ASK.search(question) is not None


def leaves_out(reading: Reading, draft: Draft) -> bool:
    """Whether the answer says nothing of a number that the question sets."""
    if draft.settled:
        return False
    said = " ".join(draft.lead).lower()
    if _NEVER.search(reading.masked):
        return True
    exact = [m for m in reading.mentions if not m.guessed]
    if (
        reading.kinds
        and len(exact) == 1
        and _THAN_NAMED.search(reading.masked)
        and _COUNTS.match(reading.masked)
    ):
        return True
    if exact:
        return False
    if _ALIKE.search(reading.masked) and not re.search(r"same|shared?|differ|distinct| of \d", said):
        return True
    counts = Aggregate.COUNT in reading.aggregates and draft.lead and not reading.mentions
    if counts and any(word not in said for word in _SETTINGS.findall(outside(reading))):
        return True
    if _EXTREME.match(reading.masked) and not _RANKED.search(said):
        return True
    bound = bound_in(reading.masked)
    if bound is None or not _COUNTS.search(reading.masked) or not reading.kinds:
        return False
    return not _tells(bound.number, said)


def _tells(number: str, said: str) -> bool:
    """Whether a remark holds the number in digits or in words."""
    value = f"{amount(number):g}" if re.fullmatch(r"[a-z]+|\d+(?:\.\d+)?", number) else number
    return number in said or value in re.findall(r"\d+(?:\.\d+)?", said)
