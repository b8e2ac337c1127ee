"""Mends slips of the pen in the words that the grammar knows: `replcias`, `teh`, `diskpresure`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz.distance import OSA

from answers.cluster.kinds import KindWords, singular
from answers.cluster.reading import Reading
from answers.cluster.wording import FILLERS, VOCABULARY

_SHORTEST = 3
_LONG = 8
"""Letters from which on two slips may be in a word."""
_COMPOUNDS = frozenset(
    "diskpressure memorypressure pidpressure loadbalancer nodeport clusterip headless storage privileged annotation "
    "annotations toleration tolerations taint taints allocatable occurrence strategy unavailable scheduled".split()
)


def mended(question: str, reading: Reading, kinds: KindWords, ordinary: Callable[[str], bool]) -> str:
    """The question with its slips mended; as it was where there are none.

    `ordinary` says of a word that it is one of plain English: such a word is meant as it stands.
    """
    for word in dict.fromkeys((*reading.unknown, *reading.missing)):
        low = word.lower()
        if low.isalpha() and len(low) >= _SHORTEST and not ordinary(low) and (meant := _meant(low, kinds)):
            question = re.sub(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", meant, question)
    return question


def _meant(word: str, kinds: KindWords) -> str:
    """The one word that this is almost; '' where several are as near."""
    most = 2 if len(word) >= _LONG else 1
    # What asks for something is meant rather than a word that carries nothing.
    for known in (_asking() | kinds.words, FILLERS):
        scored = [
            (OSA.distance(word, one, score_cutoff=most), one)
            for one in known
            if one[0] == word[0] or len(word) < _LONG
        ]
        near = sorted((d, one) for d, one in scored if d <= most and _is_slip(word, one))
        if near and sum(d == near[0][0] for d, _ in near) == 1:
            return near[0][1]
    return ""


def _is_slip(word: str, meant: str) -> bool:
    """Whether a short word has the letters of the other in another order: one more or less makes another word."""
    if min(len(word), len(meant)) < _SHORTEST:
        return False
    return len(word) > 4 or sorted(word) == sorted(meant)


@lru_cache(maxsize=1)
def _asking() -> frozenset[str]:
    known = VOCABULARY | _COMPOUNDS
    return frozenset(word for word in known | set(map(singular, known)) if len(word) >= _SHORTEST)
