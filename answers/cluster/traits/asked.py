"""Which traits of pods a question asks about, with which values, and whether it asks for what is without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from answers.cluster.mentions import Mention, Token
from answers.cluster.reading import Reading
from answers.cluster.traits.table import TRAITS, Trait
from answers.cluster.wording import ASPECTS, LACKS

_NEGATED = rf"(?<![\w-])(?:{LACKS}|not|never|nobody|nothing|neither|none)(?: +[\w'§-]+){{0,4}}? *$"
_UNSET = r"^ (?:is|are|was|were|being )?(?:not (?:set|defined|configured|there|given|used|specified)|missing|absent|unset|lacking)\b"
_OFF = r"\b(?:(?:switch|turn)\w* (?:\w+ )?off|disabl\w+|opt\w* out|forbid\w*|forbad\w*|den(?:y|ies|ied|ying)|prevent\w*|prohibit\w*|disallow\w*|drop\w*|false)\b"
_BEFORE = 60
_FEW = 3
_BEFORE_NAMES = frozenset(
    "of for in from by on at with the our my does do did is are was has have can which what any".split()
)
_VERBS = frozenset({"does", "do", "did", "is", "are", "has", "have", "can"})

NEUTRAL = frozenset(
    "define defines defined declare declares specify specifies carry carries mount mounts mounted pull pulls ask asks add adds "
    "added adding grant grants granted granting switch switches switched off disable disables disabled enable enables enabled "
    "share shares sharing pin pins pinned tolerate tolerates escalate escalates forbid forbids deny denies drop drops dropped "
    "keep keeps rely relies require requires configure configures setting settings flag flags explicit explicitly turn turns "
    "turned opt opts opted out prevent prevents prohibit prohibits disallow disallows class classes mode modes profile "
    "profiles field fields hold holds attach attaches attached include includes come comes ship ships shipped start starts "
    "started land lands put puts request requests requested demand demands allow allows allowed permit permits permitted "
    "hard soft preferred required topology key keys operator operators effect effects term terms capability capabilities rule rules type types based kernel linux unix extra additional special elevated process "
    "processes id ids name names called value values count counts".split()
)
"""Words beside a trait that say nothing of which objects are meant."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A trait in a question: where its words stand in the text, and the value they are, if they are one.

    `wanted`: objects with it are asked for, else those without; `off`: those that say that it is not so.
    """

    trait: Trait
    start: int
    end: int
    value: str
    wanted: bool
    off: bool


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")


def squashed(word: str) -> str:
    """A word without what only parts it: `best-effort` as `besteffort`, `CAP_NET_RAW` as `netraw`."""
    return re.sub(r"[\s_-]", "", word.lower()).removeprefix("cap")


def plain_text(reading: Reading) -> str:
    """The question in lower case with exact names covered; a guessed one may be a plain word."""
    return _uncovered(reading, [m for m in reading.mentions if is_doubtful(m, reading)])


def _uncovered(reading: Reading, mentions: Iterable[Mention]) -> str:
    text = list(reading.masked)
    for mention in mentions:
        first, last = reading.tokens[mention.first].start, reading.tokens[mention.last - 1].end
        text[first:last] = reading.text[first:last].lower()
    return "".join(text)


def is_doubtful(mention: Mention, reading: Reading) -> bool:
    """Whether a name may be a plain word: it was guessed, or stands as one (`which user does cart run as`)."""
    before = reading.tokens[mention.first - 1].low if mention.first else ""
    behind = reading.tokens[mention.last].low if mention.last < len(reading.tokens) else ""
    is_noun = before in ("which", "what") and behind in _VERBS and len(reading.mentions) > 1
    is_noun |= behind in ("id", "ids") or before in ("root", "non-root", "nonroot")
    return mention.guessed or is_noun


def asked_in(reading: Reading) -> list[Asked]:
    """The traits of a question in their order; of two in the same words the one that says more of them."""
    text = plain_text(reading)
    chosen: list[tuple[int, int, Trait]] = []
    for start, end, trait in _spans(text):
        apart = all(end <= other[0] or other[1] <= start for other in chosen)
        if apart and (not trait.kinds or _names_any(trait.kinds, reading)):
            chosen.append((start, end, trait))
    return [_asked(start, end, trait, text) for start, end, trait in sorted(chosen, key=lambda one: one[0])]


@lru_cache(maxsize=64)
def _spans(text: str) -> tuple[tuple[int, int, Trait], ...]:
    """Where the words of traits stand in a text, the longest first; one question is asked for them many times."""
    found = (
        (match.start(), match.end(), trait)
        for trait in TRAITS
        for match in _pattern(trait.words).finditer(text)
    )
    return tuple(sorted(found, key=lambda one: (one[0] - one[1], one[0])))


def _names_any(kinds: Sequence[str], reading: Reading) -> bool:
    return any(node.kind in kinds for mention in reading.mentions for node in mention.nodes)


def _asked(start: int, end: int, trait: Trait, text: str) -> Asked:
    said = text[start:end]
    value = squashed(said) if trait.distinct and _pattern(trait.distinct).fullmatch(said) else ""
    off = re.search(_OFF, text) is not None
    negated = re.search(_NEGATED, text[max(0, start - _BEFORE) : start]) or re.search(_UNSET, text[end:])
    lacks = bool(trait.lacks) and re.search(trait.lacks, said) is not None
    return Asked(trait, start, end, value, wanted=bool(negated) is lacks, off=off)


def freed(reading: Reading, asked: Sequence[Asked]) -> Reading:
    """The question without the kinds and unknown words that only belong to its traits: `PID namespace`."""
    spans = [(one.start, one.end) for one in asked]
    if not spans:
        return reading
    within = {
        place
        for place, token in enumerate(reading.tokens)
        if any(token.start < end and start < token.end for start, end in spans)
    }
    said = {
        reading.tokens[place].text
        for place in within
        if not _is_beside(reading.tokens[place], asked, reading)
    }
    guessed = [
        m for m in reading.named if is_doubtful(m, reading) and within.intersection(range(m.first, m.last))
    ]
    masked = _uncovered(reading, guessed)
    loose = without_words(reading.loose, (one for one in asked if not one.trait.listed))
    return replace(
        reading,
        masked=masked,
        aspects=[aspect for aspect, pattern in ASPECTS if pattern.search(loose)],
        mentions=[m for m in reading.mentions if m not in guessed],
        named=[m for m in reading.named if m not in guessed],
        subjects=[s for s in reading.subjects if not within.intersection(range(s.first, s.last))],
        unknown=[word for word in reading.unknown if word not in said],
        missing=[word for word in reading.missing if word not in said],
    )


def _is_beside(token: Token, asked: Sequence[Asked], reading: Reading) -> bool:
    """Whether a word stands among those of a trait and is none: `how long does billing-api get to shut down`."""
    if token.text not in reading.missing:
        return False
    for one in asked:
        if one.start <= token.start and token.end <= one.end:
            rest = (reading.text[one.start : token.start] + reading.text[token.end : one.end]).lower()
            if _pattern(one.trait.words).fullmatch(" ".join(rest.split())):
                return True
    return False


def is_understood(reading: Reading) -> bool:
    """Whether a question asks for traits and holds no word that is not understood."""
    asked = asked_in(reading)
    left = freed(reading, asked)
    return bool(asked) and not left.missing and all(word.lower() in NEUTRAL for word in left.unknown)


def is_nearly_understood(reading: Reading, ordinary: Callable[[str], bool]) -> bool:
    """Whether a question asks for traits, and each word left is plain English that does not stand as a name does."""
    asked = asked_in(reading)
    left = freed(reading, asked)
    words = {word.lower() for word in left.unknown} - NEUTRAL
    if not asked or left.missing or not 0 < len(words) <= _FEW or not all(map(ordinary, words)):
        return False
    return not any(_is_name(place, left) for place, t in enumerate(left.tokens) if t.low in words)


def _is_name(place: int, reading: Reading) -> bool:
    """Whether a word stands where the name of something does: `pods of vault`, `the vault pod`, `vault: privileged?`."""
    before = reading.tokens[place - 1].low if place else ""
    is_before = any(subject.first == place + 1 for subject in reading.subjects)
    is_behind = any(subject.last == place for subject in reading.subjects) and not before.endswith("s")
    return not before or before in _BEFORE_NAMES or is_before or is_behind


def without_words(text: str, asked: Iterable[Asked]) -> str:
    """The question's text without the words of its traits."""
    masked = list(text)
    for one in asked:
        masked[one.start : one.end] = "§" * (one.end - one.start)
    return "".join(masked)
