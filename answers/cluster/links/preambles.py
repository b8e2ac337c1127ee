"""Leaves away what stands around a question and names nothing: `Cloud bill review: how many load balancers ...`.

What is left away holds no name, no value and no restriction; a place that it names goes with the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.cluster.reading import Reader, Reading

_ASKS = (
    r"(?:which|what|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|has|have|can|could|may|might|would|will|should"
    r"|list|show|give|name|count|find|tell|print|enumerate|any|on which|on what|to which|in which|from which|with which|by which|under which|under what|for which|at which|of which|through which)"
)
_STARTS = re.compile(rf"\s*(?:please )?(?:and |so |but )?{_ASKS}\b", re.IGNORECASE)
_BREAKS = re.compile(r"\s*(?::|\s[-–—]+|—)\s+|(?<=[A-Za-z)]{3})(?:[!;]|\.{1,4}|…)\s+")
_COMMA = re.compile(r",\s+")
_RESTRICTS = re.compile(
    r"\s*(?:of|among(?:st)?|in|inside|on|within|without|with|per|from|apart|besides|except|excluding|outside|across|not|ignoring|leaving|"
    r"other|aside|if|when|whenever|once|unless|assuming|suppose|supposing|given|should|provided|only|during|while|under|at|between)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:yesterday|ago|last|since|until|till|past|tomorrow|next|previous\w*|recent\w*|latest|newest|oldest|(?<![\w-])\d+)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:no|not|never|none|without|except|excluding|apart|besides|ignor\w*|only|but)\b|n't\b", re.IGNORECASE
)
_VALUE = re.compile(r"\w[=/]\w|[a-z][A-Z]|[A-Z]{2,}_|\d[a-z]\b|`|\"")
_PURPOSE = re.compile(
    r"(?:i |we |just |i'm |we're |am |are )*(?:want(?:ed)?|wanna|need(?:ed)?|trying|planning|thinking of|have|gotta|going|gonna|about|hoping|looking|like)"
    r"(?: to)? (?!know\b|see\b|the\b|only\b)\w+",
    re.IGNORECASE,
)
"""What somebody is about to do: `want to edit it and not break anything`."""
_WHY_ASKED = re.compile(
    r"(?:i|we|my|our|need\w*|asking|just|for|because|as|since|in case|so|please|someone|somebody|a colleague|thanks|to be|before|i'm|i've"
    r"|we're|we've|purely|out of)(?=[ '])",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r",?\s+(?:at all|of any (?:kind|sort)|if any|if there (?:is|are) any|as it were|so to speak|by the way|btw)(?=\s*[?.!]*\s*$)|\s+whatsoever(?=\s*[?.!,;]|\s*$)"
    r"|,?\s+(?:over|across|throughout|through|in|from|within) (?:all|any) (?:of )?(?:the |our |its )?name ?spaces(?: (?:together|combined|taken together))?(?=\s*[?.!,;]|\s*$)"
    r"|,?\s+(?:over|across|throughout) every name ?space(?=\s*[?.!,;]|\s*$)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"\s*(?:apart|besides|except|excluding|outside|not counting|ignoring|without|leaving|other|among|named|called)\b|.*\b(?:named|called)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that one|this one|ones|which of (?:them|these|those)|the (?:latter|former))\b(?! (?:is|are|was|were)\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(?:in|inside|within|from|of) (?:that|this|the) (?:name ?space|ns|place|app\w*)\b", re.IGNORECASE
)
_ALONE = re.compile(r"(?:it|its|they|them|their|those|these|that|this|there|he|she)\b", re.IGNORECASE)
_LEAST = 3
"""Words that a question has at least."""


def bare(question: str, reader: Reader, ordinary: Callable[[str], bool], told: Callable[[str], bool]) -> str:
    """The question without what stands before and behind it and names nothing.

    `ordinary` tells plain English words; `told` says that a question is answered as it stands.
    """
    text = _without_end(_EMPTY.sub("", question), reader)
    for breaks, by_comma in ((_BREAKS, False), (_COMMA, True)):
        for match in breaks.finditer(text):
            head, tail = text[: match.start()], text[match.end() :]
            if len(tail.split()) < _LEAST or _says_more(head, tail, by_comma):
                continue
            if not by_comma and match[0][0] not in ".…" and reader.read(head).mentions:
                continue
            if (kept := _behind(head, tail, reader, by_comma, ordinary, told)) is not None:
                return kept
    return text


def _says_more(head: str, tail: str, by_comma: bool) -> bool:
    """Whether the words before a break restrict the question, or are one themselves."""
    if _STARTS.match(head) or _VALUE.search(head) or _TIMES.search(head):
        return True
    return (
        bool(_RESTRICTS.match(head)) or not _STARTS.match(tail) if by_comma else bool(_LEFT_OUT.match(head))
    )


def _behind(
    head: str, tail: str, reader: Reader, by_comma: bool, ordinary: Callable[[str], bool],
    told: Callable[[str], bool],
) -> str | None:  # fmt: skip
    """What stands behind a break, with the place that is named before it; None where more is said there."""
    before, behind = reader.read(head), reader.read(tail)
    parts = [
        part for word in (*before.unknown, *before.missing) for part in re.split(r"\W", word.lower()) if part
    ]
    strange = not all(map(ordinary, parts))
    if (
        _names_other(before, tail)
        or (_POINTS.search(tail) and _leaves_open(before, behind))
        or (by_comma and strange)
    ):
        return None
    if before.missing and before.namespaces:
        return None  # `billing-api in shop is broken`: the question is about what is not there
    if before.subjects and re.search(r"\bones?\b", tail):
        return None
    if before.subjects:
        asks = bool(behind.subjects or behind.mentions) and not before.aspects
        if by_comma or _DENIES.search(head) or not (asks or told(tail)):
            return None
    if by_comma and _DENIES.search(head):
        return None
    if not before.namespaces:
        return tail
    if (
        by_comma
        or len(before.namespaces) > 1
        or behind.namespaces
        or _stand_elsewhere(behind, before.namespaces)
    ):
        return None
    place = f"in {before.namespaces[0]}"
    rest, there = _THERE.subn(place, tail.rstrip(" ?.!"), count=1)
    return f"{rest}?" if there else f"{rest} {place}?"


def _names_other(before: Reading, tail: str) -> bool:
    """Whether an object is named before a break that the words behind it do not name again."""
    words = set(re.findall(r"[\w-]+", tail.lower()))
    return not all({*mention.said.lower().split()} <= words for mention in before.mentions)


def _leaves_open(before: Reading, behind: Reading) -> bool:
    """Whether a word before a break may be what one behind it points to."""
    return bool(before.unknown or before.missing) and not behind.mentions and not before.namespaces


def _stand_elsewhere(reading: Reading, places: Sequence[str]) -> bool:
    """Whether a named object stands in none of these namespaces."""
    return any(
        not mention.guessed and mention.nodes and not any(n.namespace in places for n in mention.nodes)
        for mention in reading.mentions
    )


def _without_end(text: str, reader: Reader) -> str:
    """Without a last sentence or clause that only says why somebody asks."""
    for breaks in (r"[.!?;]\s+|\s+[-–—(]+\s*", r",\s+"):
        found = list(re.finditer(breaks, text))
        if not found:
            continue
        head, tail = text[: found[-1].start()], text[found[-1].end() :].strip(" .!?)")
        if len(head.split()) < _LEAST or not tail or not _is_aside(tail, reader):
            continue
        if not (_STARTS.match(head) or "?" in text[: found[-1].end()]) or _ALONE.match(head):
            continue
        return f"{head}?"
    return text


def _is_aside(tail: str, reader: Reader) -> bool:
    purpose = _PURPOSE.match(tail) is not None
    if not (purpose or _WHY_ASKED.match(tail)) or _STARTS.match(tail) or _VALUE.search(tail):
        return False
    if _TIMES.search(tail):
        return False
    reading = reader.read(tail)
    named = [m for m in reading.named if not m.guessed]
    return not named and not reading.subjects and (purpose or not _DENIES.search(tail))
