"""Answers questions for numbers that are understood in every word, before the rest of the grammar is asked."""

from __future__ import annotations

from answers.cluster.numeric import alls, holders, several, splits, sums, superlatives, tags, versus
from answers.cluster.numeric.asked import Plan, asks_elsewhere
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft

_FORMS = (
    several.answer, tags.answer, versus.answer, sums.answer, alls.answer, splits.answer, holders.answer, superlatives.answer,
)  # fmt: skip


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """The answer to a question for numbers; None where it asks for none, or not all of it is understood."""
    if asks_elsewhere(reading):
        return None
    for form in _FORMS:
        draft = form(reading, reader, plan)
        if draft is not None and draft.said:
            return draft
    return None
