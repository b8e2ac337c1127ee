"""A third stage, by configuration: a model that reads question and passage together scores the best files anew."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connectors.errors import ConfigurationError
from index.ranking import Candidate

log = logging.getLogger(__name__)

SIGNAL = "rerank"
"""What the model says, 0 to 1, among a candidate's signals."""
_KEPT = 64
"""Batches whose scores are kept: an answer asks for what the search before it has asked for."""


class Relevance(Protocol):
    """A model that says how well passages answer a question (`index.cross_encoder.Reranker`)."""

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        """A number from 0 to 1 for each passage."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files are read by the model, and what its word is worth beside the other signals."""

    candidates: int = 10
    weight: float = 0.5


class Reranking:
    """Adds what a model says of the best files to their scores; safe to share between threads."""

    def __init__(self, model: Relevance, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._model = model
        self._lock = threading.Lock()
        self._warned = False
        self._known: OrderedDict[tuple[str, ...], list[float]] = OrderedDict()

    def again(
        self, question: str, ranked: Sequence[Candidate], firsts: Sequence[Candidate], texts: Sequence[str]
    ) -> list[Candidate]:
        """`ranked` in the order that it has once the model's word on the files of `firsts` is added to their scores.

        `texts` is what it reads of their best chunks. All chunks of a file get the same, so that their order among
        themselves stays. `ranked` as it is where the model cannot be loaded or fails: a warning says so, once.
        """
        try:
            said = self._scores(question, texts)
        except (ConfigurationError, RuntimeError, MemoryError) as error:
            self._warn(error)
            return list(ranked)
        worth = {first.card.file: score for first, score in zip(firsts, said, strict=True)}
        for c in ranked:
            if c.card.file in worth:
                c.signals[SIGNAL] = worth[c.card.file]
                c.score += self.limits.weight * worth[c.card.file]
        return sorted(ranked, key=lambda c: (-c.score, c.chunk.id))

    def _warn(self, error: Exception) -> None:
        with self._lock:
            first, self._warned = not self._warned, True
        if first:
            log.warning("ranked without the reranker, this time and whenever it fails again: %s", error)

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        batch = (question, *texts)
        with self._lock:
            if batch in self._known:
                self._known.move_to_end(batch)
                return self._known[batch]
        said = self._model.relevance(question, texts)
        with self._lock:
            self._known[batch] = said
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return said
