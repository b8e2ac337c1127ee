"""The words of a question that may say which setting of a file is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.cluster.files.held import Held
from answers.cluster.reading import Reading
from answers.cluster.second.lines import alike, parts
from answers.cluster.wording import FILLERS
from index.tokens import STOP_WORDS, stem

FILE_WORDS = re.compile(
    r"\b(?:config(?:s|uration|urations|map|maps|ured)?|settings?|(?:yaml|yml|ini|json|toml|properties) ?files?|ini"
    r"|files?)\b"
)
"""Says that what is asked stands in a file of settings."""
_CLAUSE = re.compile(
    r"[:;?!]\s*|\.\s+|,\s*(?:and |so |plus )?(?=(?:which|what|where|when|how|who|is|are|does|do|on|to)\b)|\s+[-–—]+\s+"
    r"|\b(?:and|plus)\s+(?=(?:which|what|where|when|how|who|is|are|does|do)\b)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z0-9_](?:[\w./*-]*\w)?")
_SAYS_NOTHING = frozenset(
    "config configs configuration configurations configmap configmaps configured setting settings file files yaml "
    "yml namespace namespaces ns ini json toml properties reading according look looking inside defined define "
    "defines definition offer offers listed list lists contain contains mean end ends go goes say says said stand "
    "stands exact exactly please come comes based given keep keeps there currently item items actually concerned "
    "i.e e.g ie eg many".split()
)
_ITEMS = frozenset({"item", "items", "settings", "configs"})
"""What may be counted, though it says nothing elsewhere."""
_LIGHT = frozenset(
    "default value values entry entries per service app demo called name names named number count option".split()
)
"""What helps to find a setting, and need not be explained by one."""
_ALIKE = {
    stem("expression"): ("expr", "query"),
    stem("address"): ("endpoint", "url"),
    stem("url"): ("endpoint",),
}
_UP = re.compile(
    r"\b(?:(priciest|dearest|costliest|most expensive)|(?:highest|largest|biggest|greatest|longest|most) (\w+))\b"
)
_DOWN = re.compile(r"\b(?:(cheapest|least expensive)|(?:lowest|smallest|shortest|least|fewest) (\w+))\b")
_COUNTS = re.compile(r"\b(?:how many|number of|count(?: of)?|amount of)\b")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question and the stems that it may have in a file; a light one helps and explains nothing."""

    text: str
    stems: frozenset[str]
    light: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a question: its words, whether it counts, and the name of the number by which it ranks."""

    words: tuple[Word, ...]
    counts: bool = False
    rank: str = ""
    up: bool = True

    @property
    def asked(self) -> frozenset[str]:
        """The words that have to be explained."""
        return frozenset(word.text for word in self.words if not word.light)


def clauses(question: str, reading: Reading, where: Held) -> list[Clause]:
    """The parts of a question that ask something; words that name objects or describe the file are light.

    Where a part counts nothing else those that describe the file are asked for: `how many products`.
    """
    named = {part for m in reading.named for w in m.said.lower().split() for part in (w, *parts(w))}
    found = []
    for text in _CLAUSE.split(question):
        low = text.lower()
        up, down = _UP.search(low), _DOWN.search(low)
        ranked = up or down
        rank = ("price" if ranked[1] else ranked[2]) if ranked else ""
        rest = low.replace(ranked[0], " ") if ranked else low
        spoken = [word.removesuffix("'s") for word in _TOKEN.findall(rest)]
        nothing = (
            STOP_WORDS | where.naming | (_SAYS_NOTHING - _ITEMS if _COUNTS.search(low) else _SAYS_NOTHING)
        )
        spoken = [word for word in spoken if word not in nothing]
        light = {word for word in spoken if word in FILLERS | _LIGHT | named}
        counts = bool(_COUNTS.search(low))
        left_out = () if counts and not set(spoken) - light - where.describing else where.describing
        words = [
            Word(word, _stems(word, spoken, place), word in light or word in left_out)
            for place, word in enumerate(spoken)
        ]
        if rank:
            words.append(Word(ranked[1] or ranked[2] if ranked else "", frozenset()))
        if any(not word.light for word in words):
            found.append(Clause(tuple(words), counts, rank, up is not None))
    return found


def _stems(word: str, words: Sequence[str], place: int) -> frozenset[str]:
    """The stems of a word and of its parts, and of it joined with the one beside it: `data source`."""
    joined = {stem(words[place - 1] + word)} if place else set()
    joined |= {stem(word + words[place + 1])} if place + 1 < len(words) else set()
    split = {stem(part) for part in parts(word)} if len(parts(word)) < 2 else {word}
    return frozenset({*alike(word), *joined, *split, *_ALIKE.get(stem(word), ())})
