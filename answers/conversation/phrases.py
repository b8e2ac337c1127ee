"""Cuts and joins the words of questions around the places that were found in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.conversation import words
from answers.conversation.topic import Span

_SAYS = re.compile(
    r"(?<!that )(?<!which )(?<!who )\b(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|must|"
    r"might|cannot|\w+n't|i|we|you|me|us|it (?:looks|works|seems|fails))\b",
    re.IGNORECASE,
)
"""A verb, or who says it: `the build is red` is a sentence."""


def is_phrase(text: str) -> bool:
    """Whether a text is a few words without a verb of its own, as far as can be seen."""
    if re.search(
        r"[.?!]\s|,\s*(?:is|are|does|do|did|can|has|have|which|what|how|who|where|when|why)\b", text
    ):
        return False
    if _SAYS.search(text):
        return False
    return len(text.split()) <= 6 and not re.match(
        r"(?:how|what|where|who|which|when|why|is|are|does|do|did|can|could|should|will|would|has|have|show|list|"
        r"give|tell|run|"
        r"it|they|he|she|there|nobody|everybody|wrong|nothing|kidding|joking|my (?:bad|mistake|fault)|please|"
        r"thanks?|help|explain|describe|如何|怎么|怎样|哪|谁|什么|为什么|是否|有没有|请)\b",
        text,
        re.IGNORECASE,
    )


def replaced(base: str, old: Span, new: str) -> str:
    """`base` with another subject: `the orders database` for `payments` makes no `orders database database`."""
    following = re.match(r"\s+([\w-]+)", base[old.end :])
    if following and new.lower().endswith(f" {following[1].lower()}"):
        new = new[: -len(following[0])].rstrip()
    return base[: old.start] + new + base[old.end :]


def without(text: str, spans: Sequence[Span]) -> str:
    """`text` with a space for each of these places."""
    for span in sorted(spans, key=lambda one: -one.start):
        text = text[: span.start] + " " + text[span.end :]
    return text


def bare(text: str, places: Sequence[Span]) -> str:
    """`text` without places and the words that lead to them."""
    for place in sorted(places, key=lambda one: -one.start):
        before = re.sub(
            rf"(?:\s*\b{words.PREPOSITION}\b)?(?:\s+(?:the|our))?(?:\s+(?:namespace|ns|cluster))?\s*$",
            "",
            text[: place.start],
            flags=re.I,
        )
        behind = re.sub(rf"^\s*(?:{words.PLACE_NOUN}\b|里|上|的|中)?", "", text[place.end :], flags=re.I)
        text = f"{before} {behind}"
    return " ".join(text.split())


def cut(text: str, spans: Sequence[Span]) -> str:
    """`text` without these places and the `and` or comma before them."""
    for span in sorted(spans, key=lambda one: -one.start):
        before = re.sub(
            r"(?:,|\band|\bor|\bthan|\bvs\.?|和|与)(?:\s+in)?\s*$", "", text[: span.start]
        ).rstrip()
        text = before + text[span.end :]
    return text


def with_adjective(adjective: str, rest: str, base: str) -> str | None:
    """`and a secret one?`: the last question of a thing of that sort, where it has the same article."""
    article = re.match(r"(?:a|an|the)\b", rest, re.IGNORECASE)
    found = re.search(r"\b(?:an?|the) ", base) if article else None
    if found is None or article is None or (article[0].lower() == "the") != (found[0] == "the "):
        return None
    said = found[0] if found[0] == "the " else "an " if adjective[0].lower() in "aeiou" else "a "
    return f"{base[: found.start()]}{said}{adjective} {base[found.end() :]}"


_PAIRS = (
    ("most", "least"), ("maximum", "minimum"), ("max", "min"),
    ("max", "minimum"), ("maximum", "min"), ("highest", "lowest"), ("oldest", "newest"),
    ("first", "last"), ("largest", "smallest"), ("biggest", "smallest"), ("longest", "shortest"),
    ("fastest", "slowest"), ("upper", "lower"),
)  # fmt: skip
_DEGREES = frozenset(degree for pair in _PAIRS for degree in pair)
_DEGREE = re.compile(
    rf"^(?:the |at |at the )*(?P<x>{'|'.join(sorted(_DEGREES, key=len, reverse=True))})(?: one)?$",
    re.IGNORECASE,
)


def opposed(rest: str, base: str) -> str | None:
    """`base` with the opposite degree: `and the smallest?` after a question for the largest; None without one."""
    found = _DEGREE.match(rest)
    if found is None:
        return None
    asked = found["x"].lower()
    for degree in (one if other == asked else other for one, other in _PAIRS if asked in (one, other)):
        text, count = re.subn(rf"\b{degree}\b", asked, base, count=1, flags=re.IGNORECASE)
        if count:
            return text
    return None
