"""Joins a question with the sentence before it: what that names, the question asks about by a pronoun."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster.mentions import Mention
from answers.cluster.reading import Reader, Reading

_SENTENCES = re.compile(r"(?<=[.?!;])\s+|\s+[-–—]+\s+|\n+")
_ASKS = re.compile(
    r"\?|^\W*(?:and |so |but )?(?:which|what|who|whose|where|when|why|how|is|are|does|do|did|has|have|list|show|give"
    r"|tell|name|count)\b",
    re.IGNORECASE,
)
_THING = (
    r"(?:deployment|service|workload|app|application|pod|node|machine|secret|config ?map|claim|volume|thing|one"
    r"|image"
)
_PRONOUN = re.compile(rf"\b(?:it|this|that|them)\b(?! {_THING})\b)(?!'s (?:not )?\w+ing)", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)
_POINTED = re.compile(
    rf"\b(?:this|that|the same|said) ({_THING}|namespace|ns|account|service account))\b", re.IGNORECASE
)
_THERE = re.compile(
    r"\b(?:in there|over there|there|in it|inside it|in that namespace)\b(?! (?:is|are|any|a)\b)",
    re.IGNORECASE,
)


_WHOSE = re.compile(
    r"\b(?:reason|cause|exit code|termination|image|version|tag|limits?|requests?|replicas|restarts|probes?|ports?"
    r"|service account|strategy|labels?|annotations?|events?|warnings?|env\w*)\b",
    re.IGNORECASE,
)
"""What something has that the sentence before names: `cart is down. what was the exit code?`."""


def rejoined(question: str, reader: Reader) -> Iterator[str]:
    """The asking sentences alone, with what the sentences before them name in the place of a pronoun."""
    sentences = [part.strip() for part in _SENTENCES.split(question) if part and part.strip()]
    for place in range(len(sentences) - 1, 0, -1):
        asked = sentences[place]
        if not _ASKS.search(asked):
            continue
        reading = reader.read(asked)
        if reading.mentions or reading.namespaces:
            yield asked
            continue
        name = _named(reader.read(". ".join(sentences[:place])))
        if name is not None:
            yield from _filled(asked, *name)


def points_away(question: str, clause: str, reader: Reader) -> bool:
    """Whether a clause asks about `it`, which stands for a name in the rest of the question that nothing has."""
    if not _OPEN.search(clause) or reader.read(clause).mentions:
        return False
    rest = reader.read(question.replace(clause, " "))
    return bool(rest.missing or any(word[:1].isupper() for word in rest.unknown)) and not rest.mentions


def _named(before: Reading) -> tuple[str, bool] | None:
    """The one thing that a sentence names, in words, and whether it is a place."""
    sure: list[Mention] = [m for m in before.mentions if not m.guessed]
    if (
        sure
        and len({(m.said.lower(), m.kinds) for m in sure if m.kinds} or {m.said.lower() for m in sure}) == 1
    ):
        kind = f"{sure[0].kinds[0].lower()} " if len(sure[0].kinds) == 1 else ""
        place = f" in {before.namespaces[0]}" if len(before.namespaces) == 1 else ""
        return f"{kind}{sure[0].said}{place}", False
    distinct = [word for word in before.missing if re.search(r"[a-z]-[a-z]", word)]
    if not sure and not distinct and len(before.namespaces) == 1:
        return before.namespaces[0], True
    return (distinct[0], False) if not sure and len(set(distinct)) == 1 else None


def _filled(asked: str, name: str, is_place: bool) -> Iterator[str]:
    if is_place:
        if _THERE.search(asked):
            yield _THERE.sub(f"in {name}", asked, count=1)
        elif _POINTED.search(asked):
            yield _POINTED.sub(f"namespace {name}", asked, count=1)
        else:
            yield f"{asked.rstrip('?.! ')} in {name}?"
    elif _POINTED.search(asked):
        yield _POINTED.sub(name, asked, count=1)
    elif _PRONOUN.search(asked):
        yield _PRONOUN.sub(name, asked, count=1)
    elif _WHOSE.search(asked):
        yield f"{asked.rstrip('?.! ')} of {name}?"
