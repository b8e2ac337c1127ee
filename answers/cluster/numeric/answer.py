"""Answers questions for numbers that are understood in every word, before the rest of the grammar is asked."""

from __future__ import annotations

import re

from answers.cluster.numeric import (
    alls,
    counts,
    holders,
    occurrences,
    several,
    splits,
    sums,
    superlatives,
    tags,
    thresholds,
    versus,
)
from answers.cluster.numeric.asked import Plan, asks_elsewhere
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.wording import HOW_TO, NEVER_TOLD

_SPREADS = re.compile(
    r"\W*how (?:do|does|can) (?:the |our |all )?.*?(?:divide|split|distribut|spread|break|group|compare|differ)"
)
"""Asks how objects are spread, which is no procedure."""
_FORMS = (
    occurrences.answer, several.answer, tags.answer, versus.answer, sums.answer, alls.answer, splits.answer, holders.answer,
    superlatives.answer, thresholds.answer, counts.answer,
)  # fmt: skip


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """The answer to a question for numbers; None where it asks for none, or not all of it is understood."""
    if asks_elsewhere(reading) or NEVER_TOLD.search(reading.masked):
        return None
    asks_how = HOW_TO.search(reading.masked) and not _SPREADS.match(reading.masked)
    for form in (counts.answer,) if asks_how else _FORMS:
        draft = form(reading, reader, plan)
        if draft is not None and draft.said:
            return draft
    return None
