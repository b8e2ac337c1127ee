"""Chooses which passages an answer may draw on: the best file first, another only if it adds something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.documents import Document, SectionKind
from index.query import Query
from index.ranking import Candidate
from index.retriever import collapse

CHUNKS_OF_BEST = 3
CHUNKS_OF_OTHER = 1
CLOSE = 0.8
"""A further file takes part from this share of the best score on."""
_WORTH = 0.55
"""A further chunk of the same file takes part from this share of that file's best score on."""

_LONGEST = 1_800
"""Characters that a passage may grow to."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document; `share` is its chunk's score relative to the best, `place` its file's rank from 0."""

    candidate: Candidate
    start: int
    end: int
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
        for c in own[: CHUNKS_OF_OTHER if place else CHUNKS_OF_BEST]:
            chosen.append(Passage(c, c.chunk.start, c.chunk.end, c.score / best[0].score, place))
    return chosen


def widen(passage: Passage, document: Document) -> Passage:
    """`passage` grown over the rest of its own section: the steps around the matching one are part of the answer."""
    body = [s for s in document.sections if s.kind is not SectionKind.HEADING]
    inside = [i for i, s in enumerate(body) if s.start < passage.end and s.end > passage.start]
    if not inside:
        return passage
    first, last = inside[0], inside[-1]
    start, end = min(passage.start, body[first].start), max(passage.end, body[last].end)
    if end - start > _LONGEST:
        return passage
    heading = body[last].heading_path
    while last + 1 < len(body) and body[last + 1].heading_path == heading and body[last + 1].end - start <= _LONGEST:
        last += 1
        end = body[last].end
    heading = body[first].heading_path
    while first and body[first - 1].heading_path == heading and end - body[first - 1].start <= _LONGEST:
        first -= 1
        start = body[first].start
    return replace(passage, start=start, end=end)
