"""What a conversation was about: what a question that goes on from it may carry over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.conversation import words
from answers.conversation.phrases import bare
from answers.conversation.topic import Names, Span, identifier_in, named_in, places_in, subject_of, topic_of
from index.tokens import is_chinese

_WHICH_ONES = re.compile(r"^which [\w-]+s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Before:
    """The turns before a question, as they were understood."""

    turns: Sequence[str]
    names: Names

    @property
    def base(self) -> str:
        """The last question."""
        return self.turns[-1].strip()

    def is_of_doing(self) -> bool:
        """Whether the last question asks how something is done, or something of all that was asked before it."""
        return ": " in self.base or words.HOW_TO.search(self.base) is not None

    def named(self) -> str:
        """The nearest name of the conversation that is known, or that looks like one; else ''."""
        for turn in reversed(self.turns):
            if named := named_in(turn, self.names):
                return named[-1].text
            if looks := identifier_in(turn, self.names):
                return looks.text
        return ""

    def knows_subject(self) -> bool:
        """Whether the last question names something that is known."""
        return bool(named_in(self.base, self.names))

    def subject(self) -> str:
        """What the conversation is about: the nearest name, else what the last question is about."""
        if named := self.named():
            return named
        if _WHICH_ONES.match(words.WHY_FIRST.sub("", self.base)):
            topic = topic_of(self.base)
            return words.ENDS_OPEN.sub("", bare(topic, places_in(topic, self.names)))
        found = subject_of(self.base, self.names)
        return found.text if found else topic_of(self.base)

    def is_other_subject(self, rest: str) -> bool:
        """Whether `and metrics?` stands beside what the last question is about: `how long are logs kept?`."""
        if any(named_in(turn, self.names) for turn in self.turns) or words.ITS.match(rest):
            return False
        found = subject_of(self.base, self.names)
        return found is not None and re.fullmatch(words.ATTRIBUTE, found.text, re.IGNORECASE) is not None

    def places(self, own: Sequence[Span], text: str = "") -> list[Span]:
        """The places of the follow-up, or else those of the last question that `text` does not name already."""
        if own and text:
            return []  # they stand in the text
        carried = list(own) or places_in(self.base, self.names)
        return [place for place in carried if place.text not in text]

    def placed(self, text: str, places: Sequence[Span]) -> str:
        """`text` with places put at its end, before the question mark."""
        if not places:
            return text
        body = text.rstrip("?？ ")
        mark = text[len(body) :].strip()
        if is_chinese(body):
            return "".join(f"{place.text} " for place in places) + body + mark
        said = [f"in {'namespace ' if place.kind == 'namespace' else ''}{place.text}" for place in places]
        return f"{body} {' and '.join(said)}{mark}"
