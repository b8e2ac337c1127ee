"""How sure an answer may be, from evidence that does not depend on the corpus's size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answers.units import Unit
from index.query import Query
from index.ranking import Candidate

WEIGHTS = {"bias": -3.0, "coverage": 3.0, "best_unit": 2.0, "dense": 3.0, "missing": -2.0, "shape": 0.7, "live": -2.0}
"""Of a logistic function; fitted by `make calibrate` on the question sets, see docs/decisions."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer, each about 0 to 1."""

    coverage: float
    """Share of the question's words (by rarity) that the best passage holds."""
    best_unit: float
    """The same of the best single unit, its headings included."""
    dense: float
    """Cosine of question and best passage."""
    missing: float
    """Share of the question's words (by rarity) that stand nowhere among the passages."""
    shape: float
    """Whether a unit has the form that the question expects."""
    live: float
    """1 if the question asks for what only holds at this moment."""

    def as_dict(self) -> dict[str, float]:
        """The signals by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def weigh(
    query: Query, passages: Sequence[Candidate], units: Sequence[Unit], idf: Callable[[str], float]
) -> Evidence:
    """The evidence for answering `query` from `passages` (best first) and their `units`."""
    importance = {term: idf(term) for term in query.terms}
    total = sum(importance.values()) or 1.0
    present: set[str] = set()
    for c in passages:
        present |= c.words
    best = max(units, key=lambda u: u.score, default=None)
    return Evidence(
        coverage=max((c.signals["coverage"] for c in passages), default=0.0),
        best_unit=best.signals["cover"] if best else 0.0,
        dense=0.5 if query.chinese else max((c.dense for c in passages), default=0.0),
        missing=sum(v for t, v in importance.items() if t not in present) / total,
        shape=best.signals["shape"] if best else 0.0,
        live=float(query.intent.live),
    )


def confidence(evidence: Evidence) -> float:
    """The probability that the passages answer the question."""
    z = WEIGHTS["bias"] + sum(WEIGHTS[name] * value for name, value in evidence.as_dict().items())
    return round(1 / (1 + math.exp(-z)), 3)
