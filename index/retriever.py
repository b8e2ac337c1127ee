"""Hybrid retrieval: candidates by vectors and by words, ranked together, one result a place.

What was written and what runs are searched apart, so that a cluster of thousands of objects leaves the pages their
places among the candidates and their words as rare as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.bilingual import with_evidence
from index.chunk_store import Card
from index.embedding.models import knows_whole
from index.index import Index
from index.places import collapse, one_result_a_thing
from index.query import Query, analyse, within
from index.ranking import Candidate, Weights, rank
from index.rarity import Rarity
from index.reranking import SIGNAL, Reranking
from index.search_types import Filters, Scores, SearchResult
from index.snapshot import Part, Readable, Snapshot, View
from index.spelling import mended
from index.vectors import Vectors

POOL = 200
"""Candidates taken from each of the two searches."""
SCORED = 10
"""How many times as many chunks get a score by words: nearest by vector, they would else count as having none."""
STUDIED = 160
"""Candidates of both that the second stage looks at, best by rank fusion."""
LEAST = 10
"""Files that the second stage compares, if there are as many: rights and filters may leave few of a pool."""
_FUSION_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke, Büttcher 2009)."""

_ALIKE = 50
"""Chunks that are looked through for what a misspelled word was meant to be."""


class Retriever:
    """Searches one index; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        readable: Readable,
        weights: Weights | None = None,
        reranking: Reranking | None = None,
    ) -> None:
        self._index = index
        self._readable = readable
        self._weights = weights or Weights()
        self._reranking = reranking
        self._latest: Snapshot | None = None

    def search(self, text: str, k: int = 10, filters: Filters | None = None) -> list[SearchResult]:
        """The best `k` places for `text`, one result a file (or object without a file), best first.

        Who asks for more places gets the same first ones: what a wider search adds stands behind them.
        """
        within_reach = filters or Filters()
        found = _places(
            self.reranked(text, self.candidates(text, within_reach), within_reach.principals), text
        )
        if len(found) < k:
            known = {c.card.file for c in found}
            wider = _places(self._ranked(text, within_reach, k), text)
            found += [c for c in wider if c.card.file not in known]
        return [_result(c, c.score if self._reranking is None else c.signals.get(SIGNAL)) for c in found[:k]]

    def candidates(self, text: str, filters: Filters) -> list[Candidate]:
        """Every candidate chunk that the caller may read, ranked; several of one file may follow each other."""
        return self._ranked(text, filters, LEAST)

    def reranked(self, text: str, ranked: list[Candidate], principals: frozenset[str]) -> list[Candidate]:
        """`ranked`, of which the best files are read by the reranker; as they are where none is configured.

        It reads the best passage of each, in one pass.
        """
        if self._reranking is None or not ranked:
            return ranked
        firsts = _places(ranked, text)[: self._reranking.limits.candidates]
        texts = [self._index.as_read(c.chunk) for c in firsts]
        return self._reranking.again(self._as_read(self.read(text, principals)), ranked, firsts, texts)

    def _as_read(self, query: Query) -> str:
        """What models are given of a question."""
        return query.text if self._index.embedding.multilingual else query.english or query.text

    def _ranked(self, text: str, filters: Filters, least: int) -> list[Candidate]:
        """`candidates` with at least so many files, if there are as many."""
        now = self._snapshot()
        view = now.view(filters.principals, self._readable)
        query = self._query(text, now, view, filters.principals)
        parts = now.parts(view, filters)
        if not parts:
            return []
        scores = now.exact.scores(self.embed([self._as_read(query)])[0])
        kept = [c for part in parts for c in self._search(now, part, query, scores, least, filters)]
        return rank(query, kept, lambda term: max(part.rarity.idf(term) for part in parts), self._weights)

    def _search(
        self, now: Snapshot, part: Part, query: Query, scores: Vectors, least: int, filters: Filters
    ) -> list[Candidate]:
        """Candidates of one part: of so many that `least` files are among them, if it has as many."""
        pool, total = POOL, len(part.rows)
        while True:
            # Of few enough chunks all are studied: the last of them may be the only one that the caller may read.
            studied = pool * STUDIED // POOL if pool * STUDIED // POOL < total else total
            kept = self._pool(now, part, query, scores, pool, studied, filters)
            if studied >= total or len({c.card.file for c in kept}) >= least:
                return kept
            pool *= 8

    def read(self, text: str, principals: frozenset[str]) -> Query:
        """The question taken apart, with what the documents that `principals` may read say of its words."""
        now = self._snapshot()
        view = now.view(principals, self._readable)
        return self._query(text, now, view, principals)

    def _query(self, text: str, now: Snapshot, view: View, principals: frozenset[str]) -> Query:
        """`read`, its slips of the pen mended by what `principals` may read."""
        if known := view.queries.get(text):
            return known

        def texts_with(term: str) -> list[str]:
            placed = now.placed(self._index.words.written.alike(term, _ALIKE)).values()
            readable = self._readable(sorted({card.document_id for _, card in placed}), principals)
            return [chunk.text for chunk, card in placed if card.document_id in readable]

        meant = mended(
            text,
            stands=lambda term: view.rarity.idf(term) > 0 or view.objects_rarity.idf(term) > 0,
            is_english=lambda word: knows_whole(self._index.embedder.count_tokens, word),
            texts_with=texts_with,
        )
        found = within(with_evidence(analyse(meant), view.evidence), view.environments)
        view.queries[text] = found
        return found

    def rarity(self, principals: frozenset[str]) -> Rarity:
        """How rare terms of `index.tokens` are among what was written and `principals` may read."""
        return self._snapshot().view(principals, self._readable).rarity

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, by the index's own model."""
        return self._index.embedder.embed(texts)

    def embed_wordings(self, texts: Sequence[str]) -> Vectors:
        """The same by the model that tells how alike wordings are: of two questions, of two sentences."""
        return self._index.wordings.embed(texts)

    def _snapshot(self) -> Snapshot:
        exact = self._index.exact()
        latest = self._latest
        if latest is None or latest.exact is not exact:
            latest = self._latest = Snapshot(self._index, exact)
        return latest

    def _pool(
        self,
        now: Snapshot,
        part: Part,
        query: Query,
        scores: Vectors,
        pool: int,
        studied: int,
        filters: Filters,
    ) -> list[Candidate]:
        """The best `studied` of `pool` candidates of each search, without those that the caller may not see."""
        exact = now.exact
        weighted = {**dict.fromkeys(query.terms, 1.0), **query.related}
        lexical = dict(part.words.search(weighted, pool * SCORED, part.rarity.scale))
        own = scores[part.rows]
        count = min(pool, len(own))
        top = np.argpartition(-own, count - 1)[:count]
        nearest = part.rows[top[np.argsort(-own[top])]]
        rankings = [list(lexical)[:pool], [exact.ids[i] for i in nearest]]
        placed = now.placed(fuse(rankings)[:studied])
        matching = [(chunk, card) for chunk, card in placed.values() if _matches(card, filters)]
        readable = self._readable(sorted({card.document_id for _, card in matching}), filters.principals)
        return [
            Candidate(
                chunk=chunk,
                card=card,
                words=now.words(chunk, card),
                dense=float(scores[exact.row[chunk.id]]) if chunk.id in exact.row else 0.0,
                lexical=lexical.get(chunk.id, 0.0),
            )
            for chunk, card in matching
            if card.document_id in readable
        ]


def fuse(rankings: Sequence[Sequence[str]]) -> list[str]:
    """The names of several rankings in one, by reciprocal rank fusion."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for position, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + 1 / (_FUSION_K + position)
    return sorted(scores, key=lambda name: (-scores[name], name))


def _places(ranked: Sequence[Candidate], text: str) -> list[Candidate]:
    """The best chunk of each file or object, best first, what repeats another behind."""
    firsts: dict[tuple[str, str], Candidate] = {}
    for candidate in ranked:
        firsts.setdefault(candidate.card.file, candidate)
    return collapse(one_result_a_thing(list(firsts.values()), text), analyse(text))


def _matches(card: Card, filters: Filters) -> bool:
    return (
        (not filters.sources or card.source in filters.sources)
        and (not filters.kinds or card.kind in filters.kinds)
        # What belongs to no namespace may well speak of this one: runbooks, Terraform, nodes.
        and (not filters.namespaces or not card.namespace or card.namespace in filters.namespaces)
        and (not filters.environments or card.environment in filters.environments)
    )


def _result(c: Candidate, rerank: float | None) -> SearchResult:
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
        score=round(c.score, 4),
        scores=Scores(
            round(c.dense, 4), round(c.lexical, 3), round(rerank, 4) if rerank is not None else None
        ),
        start=c.chunk.start,
        end=c.chunk.end,
        heading_path=c.chunk.heading_path,
        environment=c.card.environment,
    )
