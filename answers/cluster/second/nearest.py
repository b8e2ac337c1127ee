"""Finds the known ways to ask that are nearest to a question, by the index's own embedding model."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

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


@lru_cache(maxsize=1)
def _forms() -> np.ndarray[Any, np.dtype[np.int64]]:
    """With which form of a question each phrasing is compared: 2 where it speaks of a node, 1 of a kind, else 0."""
    return np.array([2 if "{node}" in one.text else int("{kind}" in one.text) for one in phrasings()])


class Nearest:
    """The known ways to ask as vectors, which are made when the first question comes, and kept in the file `kept`."""

    def __init__(self, embed: Embed, kept: Path | None = None) -> None:
        self._embed = embed
        self._kept = kept
        self._lock = threading.Lock()
        self._vectors: Vectors | None = None
        # One question is looked up several times on its way through the readings of it.
        self._found = lru_cache(maxsize=64)(self._find)

    def find(self, asked: Slotted) -> Sequence[Near]:
        """The nearest phrasing of each meaning, best first."""
        return self._found((asked.literal, asked.general, asked.on_node))

    def _find(self, forms: tuple[str, str, str]) -> tuple[Near, ...]:
        texts = list(dict.fromkeys(forms))
        scores = self._known() @ self._embed(texts).T
        places = np.array([texts.index(form) for form in forms])
        known = phrasings()
        own = scores[np.arange(len(known)), places[_forms()]]
        best: dict[str, Near] = {}
        for place in np.argsort(-own, kind="stable").tolist():
            if known[place].means not in best:
                best[known[place].means] = Near(known[place], float(own[place]))
        return tuple(sorted(best.values(), key=lambda near: -near.score))

    def _known(self) -> Vectors:
        with self._lock:
            if self._vectors is None:
                texts = [filled(one.text, STAND_IN) for one in phrasings()]
                self._vectors = _read(self._kept, texts)
                if self._vectors is None:
                    self._vectors = self._embed(texts)
                    _write(self._kept, texts, self._vectors)
            return self._vectors


def _read(kept: Path | None, texts: Sequence[str]) -> Vectors | None:
    """The vectors that were kept for exactly these texts."""
    try:
        with np.load(kept, allow_pickle=False) if kept else nullcontext({}) as file:
            vectors: Vectors = file["vectors"]
            return vectors if str(file["texts"]) == _digest(texts) and len(vectors) == len(texts) else None
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def _write(kept: Path | None, texts: Sequence[str], vectors: Vectors) -> None:
    """Keep the vectors, if the folder can be written; another process may do the same at the same time."""
    if kept is None:
        return
    partial = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
    try:
        with partial.open("wb") as file:
            np.savez(file, vectors=vectors, texts=_digest(texts))
        partial.replace(kept)
    except OSError:
        partial.unlink(missing_ok=True)


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
