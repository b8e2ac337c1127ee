"""Chooses which passages an answer may draw on: the best file first, another only if it adds something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.documents import Document, Section, SectionKind
from connectors.formats.as_read import plain
from index.places import collapse
from index.query import Query
from index.ranking import Candidate

CHUNKS_OF_BEST = 3
CHUNKS_OF_OTHER = 1
CLOSE = 0.8
"""A further file takes part from this share of the best score on."""
_WORTH = 0.55
"""A further chunk of the same file takes part from this share of that file's best score on."""


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
    found = places(ranked, query)
    best = found[: others + 1]
    if len(query.environments) > 1:  # a comparison needs each side, however far behind
        sides = (
            next((c for c in found if c.card.environment == e), None) for e in sorted(query.environments)
        )
        best += [c for c in sides if c and c not in best]
    for place, first in enumerate(best):
        compared = len(query.environments) > 1 and first.card.environment in query.environments
        if place and not compared and first.score < CLOSE * best[0].score:
            continue
        own = [c for c in ranked if c.card.file == first.card.file and c.score >= _WORTH * first.score]
        most = CHUNKS_OF_OTHER if place else CHUNKS_OF_BEST
        share = best[0].score
        chosen += [Passage(c, c.chunk.start, c.chunk.end, c.score / share, place) for c in own[:most]]
    return chosen


def widen(passage: Passage, document: Document, most: int) -> Passage:
    """`passage` grown to the widest part of the document around it of which a reader sees at most `most` characters.

    A matching step is answered by all the steps: the whole page if it is short, else all under a heading above
    the match; where even that is too long, the blocks around the match, those behind it first.
    """
    body = [s for s in document.sections if s.kind is not SectionKind.HEADING]
    inside = [i for i, s in enumerate(body) if s.start < passage.end and s.end > passage.start]
    if not inside:
        return passage
    shared = body[inside[0]].heading_path
    for i in inside[1:]:
        shared = shared[: _common(shared, body[i].heading_path)]
    for depth in range(len(shared) + 1):
        part = [s for s in body if s.heading_path[:depth] == shared[:depth]]
        start, end = min(passage.start, part[0].start), max(passage.end, part[-1].end)
        if _length(document, start, end) <= most:
            return replace(passage, start=start, end=end)
    return _grow(passage, document, [s for s in body if s.heading_path[:1] == shared[:1]], most)


def _grow(passage: Passage, document: Document, around: Sequence[Section], most: int) -> Passage:
    """`passage` with the whole sections behind it and then before it, as far as `most` characters reach."""
    start, end = passage.start, passage.end
    for section in around:
        if section.end > end:
            if _length(document, start, section.end) > most:
                break
            end = section.end
    for section in reversed(around):
        if section.start < start:
            if _length(document, section.start, end) > most:
                break
            start = section.start
    return replace(passage, start=start, end=end)


def _length(document: Document, start: int, end: int) -> int:
    """The characters that a reader sees of a part of the document: long links take no room."""
    return len(plain(document.text[start:end]))


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """How many leading headings two paths share."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
