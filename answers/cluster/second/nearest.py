"""Finds the known ways to ask that are nearest to a question, by the index's own embedding model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from answers.cluster.second.phrasings import Phrasing, filled, phrasings
from answers.cluster.second.slots import STAND_IN, Slotted

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Near:
    """A known way to ask, and how near it is (cosine)."""

    phrasing: Phrasing
    score: float


class Nearest:
    """The known ways to ask as vectors, which are made when the first question comes."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._lock = threading.Lock()
        self._vectors: Vectors | None = None

    def find(self, asked: Slotted) -> list[Near]:
        """The nearest phrasing of each meaning, best first."""
        literal, general = self._embed([asked.literal, asked.general])
        vectors = self._known()
        best: dict[str, Near] = {}
        for phrasing, close, wide in zip(phrasings(), vectors @ literal, vectors @ general, strict=True):
            score = float(wide if "{kind}" in phrasing.text else close)
            if phrasing.means not in best or score > best[phrasing.means].score:
                best[phrasing.means] = Near(phrasing, score)
        return sorted(best.values(), key=lambda near: -near.score)

    def _known(self) -> Vectors:
        with self._lock:
            if self._vectors is None:
                self._vectors = self._embed([filled(one.text, STAND_IN) for one in phrasings()])
            return self._vectors
