"""What a conversation was about: what a question that goes on from it may carry over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.conversation import words
from answers.conversation.phrases import bare
from answers.conversation.sets import Set, set_of
from answers.conversation.topic import Names, Span, identifier_in, named_in, places_in, subject_of, topic_of
from index.tokens import is_chinese

_WHICH_ONES = re.compile(r"^which [\w-]+s\b", re.IGNORECASE)


_OBJECT = re.compile(r"kubernetes:[^/]+/(?P<namespace>[^/]+)/(?!Overview/)[A-Z][A-Za-z]+/(?P<name>[^/]+)")
_ASKS_WHICH = re.compile(r"^(?:which|what) (?:[\w-]+ )??[\w-]+ (?=\w+)", re.IGNORECASE)
_MOST = re.compile(r"\s+(?:the )?(?:most|least|first|last|longest)(?: often| recently)?\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:how (?:long|often|much|many times)|when|where|why) (?:does|do|did|will|can) (?!(?:i|we|you|it|they|"
    r"one)\b)(?P<x>(?:[\w-]+ ){2,7}?[\w-]+) [a-z]+$",
    re.IGNORECASE,
)
"""`how long does access to the database last?`"""
_BOTH = re.compile(r"(?<=^compare )(?:the )?[\w-]+ (?:and|with|to) [\w-]+", re.IGNORECASE)
_WHICH_ONE = re.compile(r"^(?:which|what) [\w-]*[^s\W]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer told of: the name of its one object, and the one namespace of its objects; else ''."""

    name: str = ""
    namespace: str = ""


def told_of(question: str, cited: Sequence[str], names: Names) -> Told:
    """What an answer with these citations told of: `which pod restarted most?` tells first of that pod.

    Nothing where the asker knows of no such namespace: it may have been withdrawn since.
    """
    found = [match for one in cited if (match := _OBJECT.fullmatch(one))]
    known = all(match["namespace"].lower() in names.namespaces for match in found)
    if not found or len(found) < len(cited) or not known:
        return Told()
    one = len(found) == 1 or _WHICH_ONE.match(question)
    namespaces = {match["namespace"] for match in found}
    return Told(found[0]["name"] if one else "", namespaces.pop() if len(namespaces) == 1 else "")


@dataclass(frozen=True, slots=True)
class Before:
    """The turns before a question, as they were understood."""

    turns: Sequence[str]
    names: Names
    found: Sequence[Told] = ()
    """For each turn what its answer told of."""

    @property
    def base(self) -> str:
        """The last question, without what was said before it."""
        return words.SOFT.sub("", self.turns[-1].strip()) or self.turns[-1].strip()

    def is_of_doing(self) -> bool:
        """Whether the last question asks how something is done, or something of all that was asked before it."""
        head, colon, topic = self.base.rpartition(": ")
        if colon and head:
            return words.INVERTED.match(topic) is None
        return any(p.search(self.base) for p in (words.HOW_TO, words.TAKES_TO))

    def named(self) -> str:
        """The nearest name of the conversation that is known, or that looks like one; else ''."""
        found = self.found or [Told()] * len(self.turns)
        for turn, told in zip(reversed(self.turns), reversed(found), strict=True):
            if named := named_in(turn, self.names):
                return named[-1].text
            if looks := identifier_in(turn, self.names):
                return looks.text
            if told.name:
                return told.name
        return ""

    def turn_naming(self) -> str:
        """The last turn that names something that is known; else ''."""
        return next((turn for turn in reversed(self.turns) if named_in(turn, self.names)), "")

    def told(self) -> str:
        """The one object that answered the last question, which named none; else ''."""
        return self.found[-1].name if self.found and not self.knows_subject() else ""

    @property
    def event(self) -> str:
        """The last question, said of the one object that answered it where it named none: `cart-5d restarted`."""
        told = self.told()
        made = _ASKS_WHICH.sub(lambda _: f"{told} ", words.TAIL.sub("", self.base), count=1) if told else ""
        return f"{_MOST.sub('', made)}?" if made else self.base

    def there(self) -> list[Span]:
        """Where the last question was asked of; else the namespace of all that answered it."""
        namespace = self.found[-1].namespace if self.found else ""
        if (places := places_in(self.base, self.names)) or namespace not in self.names.namespaces:
            return places
        return [Span(0, 0, namespace, "namespace")]

    def knows_subject(self) -> bool:
        """Whether the last question names something that is known."""
        return bool(named_in(self.base, self.names))

    def subject(self, rest: str = "", *, many: bool = False) -> str:
        """What the conversation is about: things of a kind, the nearest name, else what the last question is about.

        What `rest` says itself is not told of things of a kind. `many`: it speaks of several.
        """
        things = set_of(self.base, self.names)
        if many and not things and (pair := _BOTH.search(self.base)):
            return pair[0]
        if things and (many or not (things.is_bare() or self.knows_subject() or self.told())):
            return Set(things.noun, says=things.says).phrase(rest)
        if named := self.named():
            return named
        if things:
            return things.phrase(rest)
        if _WHICH_ONES.match(words.WHY_FIRST.sub("", self.base)):
            topic = topic_of(self.base)
            return words.ENDS_OPEN.sub("", bare(topic, places_in(topic, self.names)))
        if clause := _CLAUSE.match(words.TAIL.sub("", self.base)):
            return clause["x"]
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

    def at_home(self, text: str, name: str) -> str:
        """`text` without a namespace in which there is no such object."""
        homes = self.names.homes.get(name.lower(), frozenset())
        away = [
            p for p in places_in(text, self.names) if p.kind == "namespace" and p.text.lower() not in homes
        ]
        return f"{bare(words.TAIL.sub('', text), away)}?" if homes and away else text
