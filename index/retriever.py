"""Hybrid retrieval: candidates by vectors and by words, ranked together, one result a place.

What was written and what runs are searched apart, so that a cluster of thousands of objects leaves the pages their
places among the candidates and their words as rare as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from connectors.documents import OBJECT
from index.bilingual import Evidence, with_evidence
from index.chunk_store import Card
from index.chunks import Chunk
from index.index import Index
from index.lexical import LexicalIndex
from index.places import collapse, one_result_a_thing
from index.query import Query, analyse, within
from index.ranking import Candidate, Weights, rank, words_of
from index.rarity import Rarity
from index.search_types import Filters, Scores, SearchResult
from index.vectors import ExactVectors, Vectors

_K = TypeVar("_K")
_T = TypeVar("_T")

POOL = 200
"""Candidates taken from each of the two searches."""
STUDIED = 160
"""Candidates of both that the second stage looks at, best by rank fusion."""
LEAST = 10
"""Files that the second stage compares, if there are as many: rights and filters may leave few of a pool."""
_FUSION_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke, Büttcher 2009)."""

_REMEMBERED = 20_000
"""Chunks kept in memory between two commits, about 5 KB each."""

_VIEW_SECONDS = 1.0

Readable = Callable[[Sequence[str], frozenset[str]], set[str]]
"""Which of some document ids the principals may read; the ledger's answer is the only one that counts."""


@dataclass(frozen=True, slots=True)
class _View:
    """What one caller may know of a snapshot as a whole, as of a moment (`time.monotonic`).

    `rarity` is of what was written, `objects_rarity` of running objects.
    """

    rarity: Rarity
    objects_rarity: Rarity
    environments: frozenset[str]
    evidence: Evidence
    at: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Half of a snapshot, as one caller may search it: `rows` are its vectors."""

    words: LexicalIndex
    rarity: Rarity
    rows: np.ndarray[Any, np.dtype[np.intp]]


class _Snapshot:
    """The index as of one commit, with what was already read of it; replaced as a whole by the next commit."""

    def __init__(self, index: Index, exact: ExactVectors) -> None:
        self.exact = exact
        self._index = index
        self._environments = index.chunks.environments()
        self._owners = index.chunks.owners()
        self._pairs = index.chunks.pairs()
        self._documents = sorted(set(self._owners.values()))
        objects = index.chunks.objects()
        running = np.array([self._owners.get(name, "") in objects for name in exact.ids], dtype=bool)
        self._halves = (
            {chunk: document for chunk, document in self._owners.items() if document not in objects},
            {chunk: document for chunk, document in self._owners.items() if document in objects},
        )
        self._rows = (np.flatnonzero(~running), np.flatnonzero(running))
        self._views: dict[frozenset[str], _View] = {}
        self._placed: dict[str, tuple[Chunk, Card]] = {}
        self._words: dict[str, frozenset[str]] = {}

    def view(self, principals: frozenset[str], readable: Readable) -> _View:
        """The statistics over what `principals` may read; access that changes counts in them a second later."""
        found = self._views.get(principals)
        if found is None or time.monotonic() - found.at > _VIEW_SECONDS:
            hidden = frozenset(self._documents) - readable(self._documents, principals)
            names = {name for document, name in self._environments.items() if document not in hidden}
            words = self._index.words
            found = _View(
                Rarity(words.written, self._halves[0], hidden),
                Rarity(words.observed, self._halves[1], hidden),
                frozenset(names),
                Evidence.of(pair for document, pair in self._pairs if document not in hidden),
                time.monotonic(),
            )
            _keep(self._views, {principals: found})
        return found

    def parts(self, view: _View, filters: Filters) -> list[_Part]:
        """What `filters` leave to search of what was written and of what runs."""
        words = self._index.words
        written = _Part(words.written, view.rarity, self._rows[0])
        running = _Part(words.observed, view.objects_rarity, self._rows[1])
        wanted = [
            (written, not filters.kinds or set(filters.kinds) != {OBJECT}),
            (running, not filters.kinds or OBJECT in filters.kinds),
        ]
        return [part for part, is_wanted in wanted if is_wanted and len(part.rows)]

    def placed(self, names: Sequence[str]) -> dict[str, tuple[Chunk, Card]]:
        """The chunks that exist among `names` with their cards, in the order of `names`."""
        # One look each: another thread may empty the memory in between.
        known = {name: found for name in names if (found := self._placed.get(name))}
        missing = [name for name in names if name not in known]
        if missing:
            read = self._index.chunks.placed(missing)
            known.update(read)
            _keep(self._placed, read)
        return {name: known[name] for name in names if name in known}

    def words(self, chunk: Chunk, card: Card) -> frozenset[str]:
        """The distinct terms of a chunk and its place."""
        found = self._words.get(chunk.id)
        if found is None:
            found = words_of(chunk, card)
            _keep(self._words, {chunk.id: found})
        return found


class Retriever:
    """Searches one index; safe to share between threads."""

    def __init__(self, index: Index, readable: Readable, weights: Weights | None = None) -> None:
        self._index = index
        self._readable = readable
        self._weights = weights or Weights()
        self._latest: _Snapshot | None = None

    def search(self, text: str, k: int = 10, filters: Filters | None = None) -> list[SearchResult]:
        """The best `k` places for `text`, one result a file (or object without a file), best first.

        Who asks for more places gets the same first ones: what a wider search adds stands behind them.
        """
        within_reach = filters or Filters()
        found = _places(self.candidates(text, within_reach), text)
        if len(found) < k:
            known = {c.card.file for c in found}
            wider = _places(self._ranked(text, within_reach, k), text)
            found += [c for c in wider if c.card.file not in known]
        return [_result(c) for c in found[:k]]

    def candidates(self, text: str, filters: Filters) -> list[Candidate]:
        """Every candidate chunk that the caller may read, ranked; several of one file may follow each other."""
        return self._ranked(text, filters, LEAST)

    def _ranked(self, text: str, filters: Filters, least: int) -> list[Candidate]:
        """`candidates` with at least so many files, if there are as many."""
        now = self._snapshot()
        view = now.view(filters.principals, self._readable)
        query = within(with_evidence(analyse(text), view.evidence), view.environments)
        parts = now.parts(view, filters)
        if not parts:
            return []
        plain = text if self._index.embedding.multilingual else query.english or text
        scores = now.exact.scores(self.embed([plain])[0])
        kept = [c for part in parts for c in self._search(now, part, query, scores, least, filters)]
        return rank(query, kept, lambda term: max(part.rarity.idf(term) for part in parts), self._weights)

    def _search(
        self, now: _Snapshot, part: _Part, query: Query, scores: Vectors, least: int, filters: Filters
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
        view = self._snapshot().view(principals, self._readable)
        return within(with_evidence(analyse(text), view.evidence), view.environments)

    def rarity(self, principals: frozenset[str]) -> Rarity:
        """How rare terms of `index.tokens` are among what was written and `principals` may read."""
        return self._snapshot().view(principals, self._readable).rarity

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, by the index's own model."""
        return self._index.embedder.embed(texts)

    def _snapshot(self) -> _Snapshot:
        exact = self._index.exact()
        latest = self._latest
        if latest is None or latest.exact is not exact:
            latest = self._latest = _Snapshot(self._index, exact)
        return latest

    def _pool(
        self,
        now: _Snapshot,
        part: _Part,
        query: Query,
        scores: Vectors,
        pool: int,
        studied: int,
        filters: Filters,
    ) -> list[Candidate]:
        """The best `studied` of `pool` candidates of each search, without those that the caller may not see."""
        exact = now.exact
        weighted = {**dict.fromkeys(query.terms, 1.0), **query.related}
        lexical = dict(part.words.search(weighted, pool, part.rarity.scale))
        own = scores[part.rows]
        count = min(pool, len(own))
        top = np.argpartition(-own, count - 1)[:count]
        nearest = part.rows[top[np.argsort(-own[top])]]
        rankings = [list(lexical), [exact.ids[i] for i in nearest]]
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


def _keep(memory: dict[_K, _T], new: Mapping[_K, _T]) -> None:
    """Add `new` to `memory`, which starts afresh where it has grown too large."""
    if len(memory) + len(new) > _REMEMBERED:
        memory.clear()
    memory.update(new)


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
        score=round(c.score, 4),
        scores=Scores(round(c.dense, 4), round(c.lexical, 3), round(c.score, 4)),
        start=c.chunk.start,
        end=c.chunk.end,
        heading_path=c.chunk.heading_path,
        environment=c.card.environment,
    )
