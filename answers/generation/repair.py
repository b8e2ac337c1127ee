"""Finds the quotation that an unsupported sentence was probably meant to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from answers.generation.support import is_code
from answers.units import Unit
from index.tokens import query_terms

COSINE = 0.6
OVERLAP = 0.5
"""The least cosine, and the least share of a text's terms, that make a unit what was meant."""
_LONGEST = 1_000

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Embed = Callable[[Sequence[str]], Vectors]


class Repairs:
    """The units of the extractive answer, to put in the place of what a model made of them.

    Whatever is chosen here is shown in the document's words: a wrong choice is beside the point, never untrue.
    """

    def __init__(self, units: Sequence[Unit], embed: Embed) -> None:
        self._units = list(units)
        self._embed = embed
        self._terms = [frozenset(query_terms(unit.text)) for unit in self._units]
        self._vectors: Vectors | None = None

    def for_(self, text: str, *, code: bool, but: Sequence[Unit] = ()) -> Unit | None:
        """The unit nearest to `text` in words and in meaning, none of `but`; for code only code.

        None where none is near.
        """
        terms = set(query_terms(text[:_LONGEST]))
        shares = [len(terms & own) / len(terms) if terms else 0.0 for own in self._terms]
        near = [
            i
            for i, unit in enumerate(self._units)
            if shares[i] >= OVERLAP and (is_code(unit) or not code) and all(unit is not one for one in but)
        ]
        if not near:
            return None
        if self._vectors is None:
            self._vectors = self._embed([unit.text[:_LONGEST] for unit in self._units])
        cosines = self._vectors @ self._embed([text[:_LONGEST]])[0]
        best = max(near, key=lambda i: (float(cosines[i]) + shares[i], -i))
        # Vectors of sentences mean little for code: there the shared words decide.
        return self._units[best] if code or float(cosines[best]) >= COSINE else None
