"""What answers a question about clusters: its readings one after another, the strict ones first."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster import chatter, continued, onward, statements
from answers.cluster.files import answer as settings
from answers.cluster.links import late, preambles, topics
from answers.cluster.numeric import unread
from answers.cluster.plan import Declined, numbers, plan
from answers.cluster.reading import Reader
from answers.cluster.said import Draft
from answers.cluster.second.again import SecondReader
from answers.cluster.second.phrasings import words as plain_words

Found = Draft | Declined | None


class Understanding:
    """Reads questions against the objects of one `reader`, in some `namespaces` where a question names none."""

    def __init__(self, reader: Reader, namespaces: Sequence[str], second: SecondReader | None) -> None:
        self._reader = reader
        self._namespaces = namespaces
        self._second = second

    def read(self, question: str) -> tuple[str, Found]:
        """The question without what stands around it, and what answers it and each of its parts."""
        asked = statements.asked(chatter.asked(question), self._reader)
        found = self._strict(asked)
        if found is None:
            asked = self._bare(asked)
            found = self._loose(asked)
        draft = found if isinstance(found, Draft) else None
        further = onward.extended(
            asked, draft, self._reader, lambda part: self._strict(part) or self._loose(part)
        )
        if further is not None:
            return asked, further
        if draft is not None and (rest := continued.rest(asked, self._reader)) is not None:
            other = self._loose(rest)
            if isinstance(other, Draft):
                continued.add(draft, other)
        return asked, found

    def _strict(self, asked: str) -> Found:
        """What is read with what stands around the question: likeness, numbers, settings of files."""
        given = asked, self._reader, self._namespaces
        return (
            topics.early(*given, self._ordinary) or numbers(*given) or settings.answer(*given, self._ordinary)
        )

    def _loose(self, asked: str) -> Found:
        """What the grammar makes of a question, read a second time where it does not understand it."""
        given = asked, self._reader, self._namespaces
        if (linked := topics.answer(*given, self._ordinary)) is not None:
            return linked
        found: Found = plan(*given)
        if self._second is not None:
            reading = self._reader.read(asked)
            # Places that remain when others are left out stand in no word of another question.
            rest = [] if any(m.namespace for m in reading.named) else reading.namespaces
            asking = lambda other: plan(other, self._reader, rest or self._namespaces)  # noqa: E731
            if not isinstance(found, Draft):
                found = self._second.read(asked, self._reader, asking) or found
            else:
                found = self._second.check(asked, self._reader, asking, found) or Declined()
            if not isinstance(found, Draft):
                found = late.answer(*given, self._ordinary, self._second.likeness) or found
        if not isinstance(found, Draft):
            found = settings.answer(*given, self._ordinary, late=True) or found
        if isinstance(found, Draft) and unread.may_ask_number(asked):
            return Declined() if unread.leaves_out(self._reader.read(asked), found) else found
        return found

    def _bare(self, question: str) -> str:
        """The question without what stands around it and names nothing."""

        def told(other: str) -> bool:
            return topics.answer(other, self._reader, self._namespaces, self._ordinary) is not None

        return preambles.bare(question, self._reader, self._ordinary, told)

    def _ordinary(self, word: str) -> bool:
        """Whether a word is one of plain English, as far as that is known."""
        return self._second.knows(word) if self._second is not None else word in plain_words()
