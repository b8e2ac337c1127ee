"""How rare words are among the chunks that a caller may read, so that hidden documents have no say in a ranking."""

from __future__ import annotations

import math
from collections.abc import Mapping

from index.lexical import LexicalIndex


class Rarity:
    """Inverse document frequencies of one state of the index, as one caller may know them.

    `owners` gives the document of each chunk, `hidden` the documents that the caller may not read. What still
    counts all chunks is the average length of a text in BM25.
    """

    def __init__(
        self, lexical: LexicalIndex, owners: Mapping[str, str], hidden: frozenset[str] = frozenset()
    ) -> None:
        self._lexical = lexical
        self._owners = owners
        self._hidden = hidden
        self._reckoned = max(1, lexical.reckoned_count())
        self._readable = sum(d not in hidden for d in owners.values()) if hidden else max(1, lexical.count())
        self._plain = not hidden and self._reckoned == self._readable
        self._frequencies: dict[tuple[str, str], int] = {}

    def idf(self, term: str) -> float:
        """The rarity of a term in bodies (the logarithm of BM25), 0 for one that stands nowhere."""
        return _idf(self._frequency("body", term), self._readable)

    def scale(self, field: str, term: str) -> float:
        """What turns the score that BM25 gives for `term` in `field` into the caller's.

        BM25 still counts what was removed, and what the caller may not read.
        """
        if self._plain:
            return 1.0
        everywhere = _idf(self._lexical.reckoned_frequency(term, field), self._reckoned)
        return _idf(self._frequency(field, term), self._readable) / everywhere if everywhere else 0.0

    def _frequency(self, field: str, term: str) -> int:
        found = self._frequencies.get((field, term))
        if found is None:
            if self._plain:
                found = self._lexical.reckoned_frequency(term, field)
            elif self._hidden:
                holders = self._lexical.holders(term, field)
                found = sum(self._owners.get(name, "") not in self._hidden for name in holders)
            else:
                found = self._lexical.document_frequency(term, field)
            self._frequencies[field, term] = found
        return found


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
