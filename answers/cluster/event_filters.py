"""Which of the server's warnings a question means: by their reasons and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.fields import CAMEL
from answers.cluster.reading import Reading
from cluster.store import EventRecord
from index.tokens import stem

_WORD = re.compile(r"[A-Za-z]{3,}")
_SAYING = frozenset(
    "message messages occurrence occurrences occur occurred time timestamp recorded reported log logged".split()
)
"""Words of events as such."""


def narrowed(reading: Reading, events: Sequence[EventRecord]) -> tuple[list[EventRecord], set[str]]:
    """The events that speak of all unknown words of a question, and the words that any of them explains."""
    words = {word.lower() for word in (*reading.unknown, *reading.missing)} - _SAYING
    reasons = {token.low for token in reading.tokens if any(token.low == e.reason.lower() for e in events)}
    if not words and not reasons:
        return list(events), set(_SAYING)
    told = {id(event): spoken(event) for event in events}
    known = {word for word in words if any(stem(word) in said for said in told.values())} | reasons
    if not words <= known:
        return list(events), known | _SAYING
    kept = [
        e for e in events if all(stem(w) in told[id(e)] or w == e.reason.lower() for w in words | reasons)
    ]
    return kept, known | _SAYING


def spoken(event: EventRecord) -> set[str]:
    """The stems of the words of an event's reason and message."""
    words = [part for part in CAMEL.split(event.reason) if part] + _WORD.findall(event.message)
    return {stem(word.lower()) for word in words}
