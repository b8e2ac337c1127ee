"""What a question was about: its subject and its places, each with where it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from answers.conversation import words
from connectors.environments import canonical
from index.tokens import STOP_WORDS

_TOKEN = re.compile(r"[A-Za-z0-9](?:[\w./:@-]*\w)?")
_IDENTIFIER = re.compile(
    r"`[^`\n]+`|(?<![\w-])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+(?![\w-])|(?<![\w-])[a-z]+\d[\w-]*"
    r"|(?<![\w-])[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+(?![\w-])"
)
_LAST = re.compile(
    rf"\b{words.PREPOSITION}\s+(?:the |our |a |an )?(?P<x>[\w.-]+(?: [\w.-]+)?)\s*[?.!]*$", re.IGNORECASE
)
_ATTRIBUTE_ASKED = re.compile(
    rf"\b(?:what(?:'s| is| are)? the|which|what|how many|how much|the)\s+(?P<x>{words.ATTRIBUTE})\b",
    re.IGNORECASE,
)
_WHICH = re.compile(rf"\b(?:which|what)\s+(?P<x>[\w.-]+)\s+{words.ATTRIBUTE}\b", re.IGNORECASE)
_IS_THE = re.compile(
    rf"^(?:what|where|which|who|when|how)(?:'s| is| are| was| were)? (?:the|our) (?P<x>[\w.-]+(?: [\w.-]+){{0,3}}?)"
    rf"(?= {words.PREPOSITION}\b|\s*[?.!]*$)",
    re.IGNORECASE,
)
_IS_DONE = re.compile(
    r"\b(?:is|are|was|were|has|have)\s+(?:the |our |a |an )?(?!i\b|we\b|you\b|the\b)"
    r"(?P<x>[\w.-]+(?: (?!been\b)[\w.-]+)?)(?= (?:been )?" + words.PARTICIPLE + r"\b)",
    re.IGNORECASE,
)
_PROPER = re.compile(r"(?<=[\w,] )[A-Z][\w-]*(?: [A-Z][\w-]*)+(?![\w-])")
"""A name of several words: `Larch Logistics`."""
_AFTER_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|does|do|did|has|have|can|should)\s+(?:the |our |a |an )?(?!i\b|we\b|you\b|the\b)"
    r"(?P<x>[\w.-]+)",
    re.IGNORECASE,
)
_PLACED_LAST = re.compile(
    rf"\s+{words.PREPOSITION} (?:the )?[\w.-]+(?: {words.PLACE_NOUN})?\s*[?.!]*$", re.IGNORECASE
)
_PRONOUN_BEFORE = re.compile(r"\b(?:i|we|you|they|one) $", re.IGNORECASE)
"""Behind these stands a verb."""
_LONGEST_LEAD = 40
"""Characters before a place in which the words that lead to it are looked for."""
_PLAIN = frozenset("deployment service pod pods namespace cluster workload app application team".split())


@dataclass(frozen=True, slots=True)
class Names:
    """The names that the asker may know of: objects (services and the like), namespaces and clusters, in lower case."""

    objects: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    clusters: frozenset[str] = frozenset()
    homes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The namespaces of each object."""


NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text; `kind` is `environment`, `namespace`, `place` or `subject`."""

    start: int
    end: int
    text: str
    kind: str


def places_in(text: str, names: Names) -> list[Span]:
    """The environments, clusters and namespaces that a text speaks of, in their order."""
    found = [Span(m.start(), m.end(), m[0], "environment") for m in words.CHINESE_PLACES.finditer(text)]
    for match in _TOKEN.finditer(text):
        kind = _place_kind(match, text, names)
        if kind:
            found.append(Span(match.start(), match.end(), match[0], kind))
    return sorted(found, key=lambda span: span.start)


def _place_kind(match: re.Match[str], text: str, names: Names) -> str:
    word = match[0].lower()
    is_environment = word in names.clusters or bool(canonical(word))
    if not is_environment and word not in names.namespaces:
        return ""
    lead = text[max(0, match.start() - _LONGEST_LEAD) : match.start()]
    before = re.search(rf"\b{words.PREPOSITION}(?: the| our)?(?: (?:namespace|ns|cluster))? $", lead, re.I)
    behind = re.match(rf" {words.PLACE_NOUN}\b", text[match.end() :], re.IGNORECASE)
    if is_environment:
        return (
            "environment"
            if word not in words.EVERYDAY or before or behind or text.strip() == match[0]
            else ""
        )
    if word in names.namespaces and (word not in names.objects or behind or _inside(before)):
        return "namespace" if before or behind or text.strip() == match[0] else ""
    return ""


def _inside(before: re.Match[str] | None) -> bool:
    """Whether the words before a name mean what is within it: `in shop`, not `of shop`."""
    return before is not None and re.match(r"(?:in|within|inside)\b", before[0], re.I) is not None


def named_in(text: str, names: Names) -> list[Span]:
    """The objects that a text names, in their order; places are none."""
    places = places_in(text, names)
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].lower().rpartition("/")[2]
        if (
            word in names.objects
            and word not in _PLAIN
            and not any(p.start <= match.start() < p.end for p in places)
        ):
            found.append(Span(match.start(), match.end(), match[0], "subject"))
    return found


def sibling_of(new: str, text: str) -> Span | None:
    """A word of `text` that is like `new` but for its number: `SEV1` for `SEV2`."""
    word = re.sub(r"^(?:the|a|an) ", "", new.strip(), flags=re.IGNORECASE).lower()
    if not re.search(r"[a-z].*\d|\d.*[a-z]", word):
        return None
    shape = re.sub(r"\d+", "0", word)
    for match in _TOKEN.finditer(text):
        if match[0].lower() != word and re.sub(r"\d+", "0", match[0].lower()) == shape:
            return Span(match.start(), match.end(), match[0], "subject")
    return None


def identifier_in(text: str, names: Names) -> Span | None:
    """The last word of a text that looks like a name: `db-bastion-orders`, `RedisMemory`; places are none."""
    places = places_in(text, names)
    for match in reversed(list(_IDENTIFIER.finditer(text))):
        if not any(place.start < match.end() and match.start() < place.end for place in places):
            return Span(match.start(), match.end(), match[0], "subject")
    return None


def subject_of(text: str, names: Names) -> Span | None:
    """What a question is about: a name that is known, or what looks or stands like one."""
    named = named_in(text, names)
    if named:
        return named[-1]
    places = places_in(text, names)

    def free(start: int, end: int) -> bool:
        return not any(place.start < end and start < place.end for place in places)

    # Of a question that was put before its topic, the topic is what it is about.
    start = text.rfind(": ") + 2 if ": " in text else 0
    for first in dict.fromkeys((start, 0)):
        # A place at the end is no part of it: `the retention of loki in production`.
        last = _PLACED_LAST.search(text)
        body = text[: last.start()] if last and any(p.start >= last.start() for p in places) else text
        for span in _guesses(body[first:]):
            if free(first + span.start, first + span.end):
                return Span(first + span.start, first + span.end, span.text, span.kind)
    return None


def _guesses(text: str) -> Iterator[Span]:
    for match in reversed(list(_IDENTIFIER.finditer(text))):
        yield Span(match.start(), match.end(), match[0], "subject")
    for match in reversed(list(_PROPER.finditer(text))):
        yield Span(match.start(), match.end(), match[0], "subject")
    for pattern in (_LAST, _WHICH, _IS_THE, _IS_DONE, _AFTER_AUXILIARY):
        if (found := pattern.search(text)) and _may_be_subject(found["x"]):
            yield Span(found.start("x"), found.end("x"), found["x"], "subject")
    tokens = [
        m
        for m in reversed(list(_TOKEN.finditer(text)))
        if _may_be_subject(m[0]) and not _PRONOUN_BEFORE.search(text[: m.start()])
    ]
    # `special rights`: what stands before a word that is asked of things belongs to it.
    if len(tokens) > 1 and re.fullmatch(words.ATTRIBUTE, tokens[0][0], re.IGNORECASE):
        first, last = tokens[1], tokens[0]
        if text[first.end() : last.start()] == " ":
            yield Span(first.start(), last.end(), text[first.start() : last.end()], "subject")
    for match in sorted(tokens, key=lambda m: bool(re.fullmatch(words.ATTRIBUTE, m[0], re.IGNORECASE))):
        yield Span(match.start(), match.end(), match[0], "subject")


def _may_be_subject(text: str) -> bool:
    if any(words.PRONOUN.match(word) for word in text.split()):
        return False
    return (
        text.lower() not in STOP_WORDS
        and not words.NO_THING.fullmatch(text)
        and not words.TIMES.fullmatch(text)
    )


def topic_of(text: str) -> str:
    """A question without the words that ask: `roll back checkout` of `how do I roll back checkout?`.

    Of a follow-up that was put before its topic (`is it logged: roll back checkout?`) the topic alone.
    """
    text = words.WHY_FIRST.sub("", text)
    body = words.MOMENT.sub("", words.TAIL.sub("", text).rpartition(": ")[2])
    while " " in body and words.BARE_CHINESE.match(body.rpartition(" ")[2]):
        body = body.rpartition(" ")[0]
    body = words.MEANS.sub(r"\g<x>", body)
    return words.DO_CHINESE.sub("", words.ASKING.sub("", body, count=1)).strip() or text


def attribute_of(text: str) -> str:
    """What a question asks of its subject: `memory limit` of `what is the memory limit of cart?`; else ''."""
    found = _ATTRIBUTE_ASKED.search(text)
    return found["x"] if found else ""
