"""How the model is trained: all numbers in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The defaults are near to how the adaptation in this repository was made; docs/decisions/0049 says how exactly."""

    epochs: int = 2
    rate: float = 5e-5
    """The highest learning rate; it rises over the first tenth of the steps and falls to a fiftieth."""
    frozen: int = 1
    """Layers, from the first, that stay as they are; embeddings always do."""
    rank: int = 64
    """Columns and rows in which the change of a matrix is kept."""
    keep: float = 1.0
    """The share of the change that is taken, from 0 to 1."""
    seed: int = 0
    batch: int = 40
    scale: float = 20.0
    """What a cosine counts in the softmax."""
    near: float = 0.5
    """What it counts that a passage prefers its question to near misses, beside that a question finds its passage."""
    decay: float = 0.01
    question_tokens: int = 64
    passage_tokens: int = 128
    steps: int | None = None
    """Leave off after so many, to see that all works."""

    def rate_at(self, step: int, steps: int) -> float:
        """The share of `rate` that holds at a step."""
        return min(1.0, (step + 1) / (steps * 0.1)) * max(0.02, 1 - step / steps)
