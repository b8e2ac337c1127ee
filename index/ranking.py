"""The second stage: orders candidates by evidence from words, vectors, titles and environments together.

Each signal is between 0 and 1 and the weights are few, so that they carry over to other corpora
(docs/decisions/0004-ranking.md records what each adds).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.chunk_store import Card
from index.chunks import Chunk
from index.query import Query
from index.tokens import terms


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal is worth."""

    dense: float = 1.0
    lexical: float = 1.0
    coverage: float = 0.7
    title: float = 0.5
    file: float = 0.35
    environment: float = 0.25


@dataclass(slots=True)
class Candidate:
    """A chunk on its way through the ranking."""

    chunk: Chunk
    card: Card
    dense: float = 0.0
    lexical: float = 0.0
    coverage: float = 0.0
    title: float = 0.0
    environment: float = 0.0
    score: float = 0.0


def rank(query: Query, candidates: Sequence[Candidate], idf: Callable[[str], float], weights: Weights) -> list[Candidate]:
    """`candidates` best first, their `score` and signals set."""
    if not candidates:
        return []
    importance = {term: idf(term) for term in query.terms}
    related = {term: weight * idf(term) for term, weight in query.related.items()}
    top_lexical = max((c.lexical for c in candidates), default=0.0) or 1.0
    top_dense = max(c.dense for c in candidates)
    floor = min(c.dense for c in candidates)
    spread = (top_dense - floor) or 1.0
    for c in candidates:
        body = set(terms(c.chunk.text))
        head = set(terms(f"{c.chunk.context} {c.card.title} {c.card.path or ''}"))
        c.coverage = _coverage(importance, related, body | head)
        c.title = _coverage(importance, {}, head)
        c.environment = _environment(query, c.card)
        c.score = (
            weights.dense * (c.dense - floor) / spread * (0.0 if query.chinese else 1.0)
            + weights.lexical * c.lexical / top_lexical
            + weights.coverage * c.coverage
            + weights.title * c.title
            + weights.environment * c.environment
        )
    _share_in_files(candidates, weights.file)
    return sorted(candidates, key=lambda c: (-c.score, c.chunk.id))


def _coverage(importance: Mapping[str, float], related: Mapping[str, float], present: set[str]) -> float:
    total = sum(importance.values())
    if not total:
        return 0.0
    own = sum(value for term, value in importance.items() if term in present)
    other = sum(value for term, value in related.items() if term in present)
    return min(1.0, (own + 0.3 * other) / total)


def _environment(query: Query, card: Card) -> float:
    if not query.environments or not card.environment:
        return 0.0
    return 1.0 if card.environment in query.environments else -1.0


def _share_in_files(candidates: Iterable[Candidate], weight: float) -> None:
    """Lifts chunks of a file that has several good ones: the file is then about the question."""
    by_file: dict[tuple[str, str], list[Candidate]] = {}
    for c in candidates:
        by_file.setdefault(c.card.file, []).append(c)
    for group in by_file.values():
        best = sorted((c.score for c in group), reverse=True)
        support = sum(score / (i + 1) for i, score in enumerate(best[1:4], 1)) / 3
        for c in group:
            c.score += weight * support
