"""Hybrid retrieval: candidates by vectors and by words, ranked together, one result a place."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from index.index import Index
from index.query import Query, analyse, within
from index.ranking import Candidate, Weights, rank, words_of
from index.search_types import Filters, Scores, SearchResult
from index.vectors import Vectors

POOL = 100
"""Candidates taken from each of the two searches."""
STUDIED = 80
"""Candidates of both that the second stage looks at, best by rank fusion."""
_FUSION_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke, Büttcher 2009)."""

Readable = Callable[[Sequence[str], frozenset[str]], set[str]]
"""Which of some document ids the principals may read; the ledger's answer is the only one that counts."""


class Retriever:
    """Searches one index for one caller at a time."""

    def __init__(self, index: Index, readable: Readable, weights: Weights | None = None) -> None:
        self._index = index
        self._readable = readable
        self._weights = weights or Weights()
        self.idf = lru_cache(maxsize=50_000)(self._inverse_frequency)
        # A chunk never changes under its id, so its terms may be kept.
        self._words = lru_cache(maxsize=10_000)(words_of)
        self._stamp = ""
        self._environments: frozenset[str] = frozenset()

    def search(self, text: str, k: int = 10, filters: Filters | None = None) -> list[SearchResult]:
        """The best `k` places for `text`, one result a file (or object without a file), best first."""
        ranked = self.candidates(text, filters or Filters(), k)
        places: dict[tuple[str, str], Candidate] = {}
        for candidate in ranked:
            places.setdefault(candidate.card.file, candidate)
        return [_result(c) for c in collapse(list(places.values()), analyse(text))[:k]]

    def candidates(self, text: str, filters: Filters, k: int = 10) -> list[Candidate]:
        """Every candidate chunk that the caller may read, ranked; several of one file may follow each other."""
        exact = self._index.exact()
        self._refresh()
        query = within(analyse(text), self._environments)
        if not exact.ids:
            return []
        scores = exact.scores(self._index.embedder.embed([query.english or text])[0])
        pool = POOL
        while True:
            found = self._pool(query, scores, pool)
            kept = self._allowed(found, filters)
            enough = len({c.card.file for c in kept}) >= k
            if enough or pool >= len(exact.ids):
                return rank(query, kept, self.idf, self._weights)
            pool *= 8

    def _refresh(self) -> None:
        """Forget what was derived from an older state of the index."""
        stamp = self._index.stamp()
        if stamp != self._stamp:
            self.idf.cache_clear()
            self._environments = self._index.chunks.environments()
            self._stamp = stamp

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, by the index's own model."""
        return self._index.embedder.embed(texts)

    def _pool(self, query: Query, scores: Vectors, pool: int) -> list[Candidate]:
        exact = self._index.exact()
        weighted = {**dict.fromkeys(query.terms, 1.0), **query.related}
        lexical = dict(self._index.lexical.search(weighted, pool))
        count = min(pool, len(exact.ids))
        top = np.argpartition(-scores, count - 1)[:count]
        rankings = [list(lexical), [exact.ids[i] for i in top[np.argsort(-scores[top])]]]
        names = fuse(rankings)[: max(STUDIED, pool * STUDIED // POOL)]
        chunks = self._index.chunks.get(names)
        cards = self._index.chunks.cards(sorted({c.document_id for c in chunks.values()}))
        return [
            Candidate(
                chunk=chunk,
                card=cards[chunk.document_id],
                words=self._words(chunk, cards[chunk.document_id]),
                dense=float(scores[exact.row[chunk_id]]) if chunk_id in exact.row else 0.0,
                lexical=lexical.get(chunk_id, 0.0),
            )
            for chunk_id, chunk in chunks.items()
            if chunk.document_id in cards
        ]

    def _allowed(self, found: Sequence[Candidate], filters: Filters) -> list[Candidate]:
        kept = [c for c in found if _matches(c, filters)]
        readable = self._readable(sorted({c.card.document_id for c in kept}), filters.principals)
        return [c for c in kept if c.card.document_id in readable]

    def _inverse_frequency(self, term: str) -> float:
        total = max(1, self._index.lexical.count())
        frequency = self._index.lexical.document_frequency(term)
        if not frequency:
            return 0.0
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def fuse(rankings: Sequence[Sequence[str]]) -> list[str]:
    """The names of several rankings in one, by reciprocal rank fusion."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for position, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (_FUSION_K + position)
    return sorted(scores, key=lambda name: (-scores[name], name))


def collapse(ranked: Sequence[Candidate], query: Query) -> list[Candidate]:
    """`ranked` with near-copies from other environments moved behind everything else.

    Where the question names an environment, its copy has won already and the twins still go last.
    """
    seen: set[str] = set()
    first: list[Candidate] = []
    twins: list[Candidate] = []
    for c in ranked:
        (twins if c.chunk.family and c.chunk.family in seen else first).append(c)
        seen.add(c.chunk.family)
    return first + twins


def _matches(c: Candidate, filters: Filters) -> bool:
    card = c.card
    return (
        (not filters.sources or card.source in filters.sources)
        and (not filters.kinds or card.kind in filters.kinds)
        and (not filters.namespaces or card.namespace in filters.namespaces)
        and (not filters.environments or card.environment in filters.environments)
    )


def _result(c: Candidate) -> SearchResult:
    return SearchResult(
        chunk_id=c.chunk.id,
        document_id=c.card.document_id,
        title=c.card.title,
        url=c.card.url,
        source=c.card.source,
        kind=c.card.kind,
        path=c.card.path,
        anchor=c.chunk.anchor,
        text=c.chunk.text,
        score=c.score,
        scores=Scores(round(c.dense, 4), round(c.lexical, 3), round(c.score, 4)),
        start=c.chunk.start,
        end=c.chunk.end,
        heading_path=c.chunk.heading_path,
        environment=c.card.environment,
    )
