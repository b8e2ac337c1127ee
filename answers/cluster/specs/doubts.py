"""Whether a question may be told by the fields of objects at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from answers.cluster.mentions import VERSION
from answers.cluster.reading import Reading
from answers.cluster.second.nearest import Near
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.specs.glossary import entries
from answers.cluster.specs.matching import Match
from answers.cluster.wording import HOW_TO, NEVER_TOLD, UNKNOWABLE
from index.tokens import stem

_WORD = re.compile(r"[a-z0-9]+")
_ELSEWHERE = re.compile(
    r"\b(?:why|how come|logs?|owners?|who owns|owned by|teams?|responsible|maintain\w*"
    r"|warnings?|events?|documented|documentation)\b"
)
"""What is told from its own place, or not at all."""
_PAST = re.compile(
    r"\b(?:did|last time|lately|so far|on average|usually|in practice|history of|how long ago|enough|decided|agreed"
    r"|backed up|when will|at the moment|right now|currently (?:us|tak|need)\w+)\b"
)
"""What somebody did or thinks; how it goes."""
_OF_TIME = re.compile(r"before|until|would\b.*|will|next|going to|best|default|should|supports?|supported")
"""Words that alone do not say that the past, the future or advice is asked for."""
_LIKE_A_NAME = re.compile(r"[a-z]-[a-z]|\d|[._]")
_UNITS = frozenset({"second", "minute", "hour", "day"})
_BEHIND = ((0.8, 0.06), (0.5, 0.04))
"""From which likeness on a field may be so much farther than what no object tells."""
_NEARER = 0.02
"""Otherwise it has to be so much nearer."""
LEAD = 0.1
"""A field that is so much nearer than any other is meant, even where the question is not much like it ..."""
_UNTOLD = 0.74
"""... unless it is as like as this to what no object tells."""


@lru_cache(maxsize=1)
def _spoken() -> frozenset[str]:
    """The stems of all words that are said for fields."""
    return frozenset(stem(word) for one in entries() for word in _WORD.findall(one.text.lower()))


def may_tell(
    reading: Reading, best: Match, near: Sequence[Near], knows: Callable[[str], bool], lead: float = 0.0
) -> bool:
    """Whether nothing says that a question is about something else than the field that it is most like.

    `lead` is how much nearer that is than any other field.
    """
    text = reading.masked
    if HOW_TO.search(text) or NEVER_TOLD.search(text) or _PAST.search(text):
        return False
    told = {stem(word) for word in _WORD.findall(f"{best.said} {best.held.words}".lower())}
    doubts = [m[0] for m in UNKNOWABLE.finditer(text) if not _OF_TIME.fullmatch(m[0])]
    doubts += [m[0] for m in _ELSEWHERE.finditer(text)]
    if not all({stem(word) for word in doubt.split()} <= told for doubt in doubts):
        return False
    words = (*reading.unknown, *reading.missing)
    if not all(_is_plain(word, word in reading.missing, told, knows) for word in words):
        return False
    untold = max((one.score for one in near if not one.phrasing.is_told), default=0.0)
    if lead >= LEAD and untold < _UNTOLD:
        return True
    behind = next((far for least, far in _BEHIND if best.score >= least), -_NEARER)
    return best.score >= untold - behind


def _is_plain(word: str, missing: bool, told: set[str], knows: Callable[[str], bool]) -> bool:
    """Whether a word is plain English or one that people say for fields, and no name of something."""
    low = word.lower()
    parts = [stem(part) for part in _WORD.findall(low)]
    if VERSION.fullmatch(low) or low.removesuffix("s") in _UNITS or all(part in told for part in parts):
        return True
    if low in FOREIGN:
        return False
    if all(part in _spoken() for part in parts):
        return True
    return knows(low) and not (missing and _LIKE_A_NAME.search(low))


def names_one(reading: Reading) -> bool:
    """Whether a word that nothing explains is the name of one object: `the vault pod`."""
    unknown = {word.lower() for word in (*reading.unknown, *reading.missing)}
    for subject in reading.subjects:
        before = [token.low for token in reading.tokens[max(subject.first - 2, 0) : subject.first]]
        single = not reading.tokens[subject.last - 1].low.endswith("s")
        if single and before[:1] == ["the"] and before[1:] and before[1] in unknown:
            return True
    return False
