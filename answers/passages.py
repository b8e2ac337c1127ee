"""Chooses which passages an answer may draw on: the best file first, another only if it adds something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.query import Query
from index.ranking import Candidate
from index.retriever import collapse

CHUNKS_OF_BEST = 3
CHUNKS_OF_OTHER = 1
CLOSE = 0.8
"""A further file takes part from this share of the best score on."""
_WORTH = 0.55
"""A further chunk of the same file takes part from this share of that file's best score on."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A ranked chunk; `share` is its score relative to the best one's, `place` its file's (0 is the best)."""

    candidate: Candidate
    share: float
    place: int


def places(ranked: Sequence[Candidate], query: Query) -> list[Candidate]:
    """The best chunk of each file, best first, near-copies last."""
    firsts: dict[tuple[str, str], Candidate] = {}
    for c in ranked:
        firsts.setdefault(c.card.file, c)
    return collapse(list(firsts.values()), query)


def choose(ranked: Sequence[Candidate], query: Query, others: int) -> list[Passage]:
    """The passages of the best file and of up to `others` further ones, in order of rank."""
    chosen: list[Passage] = []
    best = places(ranked, query)[: others + 1]
    for place, first in enumerate(best):
        if place and first.score < CLOSE * best[0].score:
            continue
        own = [c for c in ranked if c.card.file == first.card.file and c.score >= _WORTH * first.score]
        chosen += [Passage(c, c.score / best[0].score, place) for c in own[: CHUNKS_OF_OTHER if place else CHUNKS_OF_BEST]]
    return chosen
