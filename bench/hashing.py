"""An embedding model that costs nothing: for tests and measurements that are not about what vectors mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class HashingModel:
    """A vector of hashed words: texts are near where they share words. Remembers what it was asked to embed."""

    dimension = 64
    window = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text, and the two tokens that a real model adds."""
        return [len(text.split()) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One unit vector a text, as rows."""
        self.embedded += texts
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(i * b for i, b in enumerate(word.encode(), 1)) % self.dimension] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows
