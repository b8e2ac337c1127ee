"""Questions that spell out the field that they ask for, in its own words, and say no more."""

from __future__ import annotations

from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.spelled import fields, presence, values


def answer(question: str, reading: Reading, reader: Reader) -> Draft | None:
    """What answers a question of which every word is read so; None where it is for the rest of the grammar."""
    for read in (values.answer, fields.answer, presence.answer):
        if (draft := read(question, reading, reader)) is not None:
            return draft
    return None
