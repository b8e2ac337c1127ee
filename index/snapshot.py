"""The index as of one commit, and what one caller may know and search of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from connectors.documents import OBJECT
from index.bilingual import Evidence
from index.chunk_store import Card
from index.chunks import Chunk
from index.index import Index
from index.lexical import LexicalIndex
from index.query import Query
from index.ranking import words_of
from index.rarity import Rarity
from index.search_types import Filters
from index.vectors import ExactVectors

_K = TypeVar("_K")
_T = TypeVar("_T")

_REMEMBERED = 20_000
"""Chunks kept in memory between two commits, about 5 KB each."""

_VIEW_SECONDS = 1.0

Readable = Callable[[Sequence[str], frozenset[str]], set[str]]
"""Which of some document ids the principals may read; the ledger's answer is the only one that counts."""


@dataclass(frozen=True, slots=True)
class View:
    """What one caller may know of a snapshot as a whole, as of a moment (`time.monotonic`).

    `rarity` is of what was written, `objects_rarity` of running objects.
    """

    rarity: Rarity
    objects_rarity: Rarity
    environments: frozenset[str]
    evidence: Evidence
    at: float
    queries: dict[str, Query] = field(default_factory=dict)
    """Questions as they were read: several parts of one answer ask for the same."""


@dataclass(frozen=True, slots=True)
class Part:
    """Half of a snapshot, as one caller may search it: `rows` are its vectors."""

    words: LexicalIndex
    rarity: Rarity
    rows: np.ndarray[Any, np.dtype[np.intp]]


class Snapshot:
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
        self._views: dict[frozenset[str], View] = {}
        self._placed: dict[str, tuple[Chunk, Card]] = {}
        self._words: dict[str, frozenset[str]] = {}

    def view(self, principals: frozenset[str], readable: Readable) -> View:
        """The statistics over what `principals` may read; access that changes counts in them a second later."""
        found = self._views.get(principals)
        if found is None or time.monotonic() - found.at > _VIEW_SECONDS:
            hidden = frozenset(self._documents) - readable(self._documents, principals)
            names = {name for document, name in self._environments.items() if document not in hidden}
            words = self._index.words
            found = View(
                Rarity(words.written, self._halves[0], hidden),
                Rarity(words.observed, self._halves[1], hidden),
                frozenset(names),
                Evidence.of(pair for document, pair in self._pairs if document not in hidden),
                time.monotonic(),
            )
            _keep(self._views, {principals: found})
        return found

    def parts(self, view: View, filters: Filters) -> list[Part]:
        """What `filters` leave to search of what was written and of what runs."""
        words = self._index.words
        written = Part(words.written, view.rarity, self._rows[0])
        running = Part(words.observed, view.objects_rarity, self._rows[1])
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


def _keep(memory: dict[_K, _T], new: Mapping[_K, _T]) -> None:
    """Add `new` to `memory`, which starts afresh where it has grown too large."""
    if len(memory) + len(new) > _REMEMBERED:
        memory.clear()
    memory.update(new)
