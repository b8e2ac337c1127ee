"""Reads a question with several kinds as one for its first: `which StatefulSets start their pods in parallel`."""

from __future__ import annotations

from dataclasses import replace

from answers.cluster.candidates import unexplained
from answers.cluster.catalog import Catalog
from answers.cluster.filters import filters_of
from answers.cluster.numeric.asked import blanked
from answers.cluster.reading import Reading

_THEIRS = frozenset({"its", "their"})


def of_first_kind(reading: Reading, catalog: Catalog) -> Reading | None:
    """The question as one for its first kind, where further ones are of it (`their pods`) or of a condition's words."""
    if len(reading.subjects) < 2 or reading.mentions:
        return None
    first, *others = reading.subjects
    explained = filters_of(reading, reading.kinds, catalog)[1]
    for other in others:
        before = reading.tokens[other.first - 1].low if other.first else ""
        words = {token.low for token in reading.tokens[other.first : other.last]}
        if before not in _THEIRS and not words <= explained:
            return None
    tokens = reading.tokens
    rest = blanked(reading, [(tokens[one.first].start, tokens[one.last - 1].end) for one in others])
    rest = replace(rest, aggregates=reading.aggregates)
    filters, explained = filters_of(rest, first.kinds, catalog)
    return rest if filters and not unexplained(rest, explained) else None
