"""How sure an answer may be, from evidence whose meaning does not depend on the corpus or its size.

The strongest signal is what the question is *about*: a word matters as much as the question's vector moves when
it is left out. "Which Istio version do we run" moves far without "Istio"; if the passages never say it, they
cannot answer, however well the rest matches.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.glossary import bilingual_terms
from index.query import Query
from index.ranking import Candidate
from index.synonyms import expansions
from index.tokens import STOP_WORDS, terms

ANSWERABLE = {
    "bias": -0.6, "dense": 3.6, "about": 1.4, "missing": -4.5, "nowhere": -2.0, "valueless": -0.7, "live": -2.4,
}  # fmt: skip
"""Of a logistic function: do the passages hold an answer at all?"""
RIGHT = {"bias": -4.0, "answerable": 5.2, "lead": 3.0, "nearer": 3.4}
"""Of a second one: is the best file the right one? docs/decisions/0004-abstention.md says how both were fitted."""

_WORD = re.compile(r"[A-Za-z0-9][\w./:@-]*")
_HOW_MANY = re.compile(r"\bhow (?:many|much|long|large)\b")
"""What the question words of Chinese are put into: no page says it."""
_OF_WORDS = 0.8
"""A question that was put into single words moves farther without one of them than a sentence does."""
_WEIGHED = 24
_FAR = 0.3
"""Of so much nearer a file, no more is told."""
_ALIKE = 0.6
"""What a word is worth of which the passages only hold a synonym."""

Embed = Callable[[Sequence[str]], "np.ndarray[Any, np.dtype[np.float32]]"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer, each about 0 to 1."""

    dense: float
    """Cosine of the question and the best passage."""
    about: float
    """Share of what the question is about that the best file's passages and what stands around them mention."""
    missing: float
    """The share of the most telling word that they do not mention."""
    nowhere: float
    """The share of what the question is about that stands nowhere in the index."""
    live: float
    """1 if the question asks for what only holds at this moment."""
    lead: float
    """How far the best file's score is ahead of the next one's, at most 1."""
    nearer: float
    """How much nearer to the question the best file is in meaning than all others; below 0 where another one is."""
    valueless: float
    """1 if a value is asked for and no line around the best file's passages holds one."""


def weigh(
    query: Query,
    passages: Sequence[Candidate],
    lead: float,
    *,
    ranked: Sequence[Candidate] = (),
    embed: Embed,
    idf: Callable[[str], float],
    around: Iterable[str] = (),
    valueless: bool = False,
) -> Evidence:
    """The evidence for answering `query` from `passages`, chunks of the best file, best first.

    `lead` is the distance from the best file's score to the next one's; `valueless` says whether the best file lacks
    the value that is asked for. `ranked` are the candidates of all files. `idf` is 0 for terms that stand nowhere.
    `around` are the texts around the passages that the answer may draw on: where a page was cut into chunks must not
    decide.
    """
    if not passages:
        return Evidence(0.0, 0.0, 1.0, 1.0, float(query.intent.live), 0.0, 0.0, 0.0)
    present = frozenset().union(*(c.words for c in passages), *map(bilingual_terms, around))
    asked = _HOW_MANY.sub(" ", query.english) if query.chinese else query.english
    words, weights = importance(asked or query.text, embed)
    held = [max(mentions(word, present), _otherwise(query.alike.get(word, ()), present)) for word in words]
    for word in query.unknown:
        # The model reads no Chinese: such a word is taken to be as telling as the others are on average.
        weights = [*weights, sum(weights) / len(words) if words else 1.0]
        held.append(_share_of(word, present))
    total = sum(weights) or 1.0
    missing = max((w for w, h in zip(weights, held, strict=True) if h == 0), default=0.0) / total
    return Evidence(
        dense=max(c.dense for c in passages),
        about=sum(w * h for w, h in zip(weights, held, strict=True)) / total
        if weights
        else 0.5 * query.chinese,
        missing=missing * (_OF_WORDS if query.chinese else 1.0),
        nowhere=sum(w for w, word in zip(weights, words, strict=False) if not any(map(idf, terms(word))))
        / total,
        live=float(query.intent.live),
        lead=min(1.0, lead),
        nearer=_nearer(passages, ranked),
        valueless=float(valueless),
    )


def _nearer(passages: Sequence[Candidate], ranked: Sequence[Candidate]) -> float:
    """The cosine of the best file less that of the nearest other one, at most `_FAR`."""
    file = passages[0].card.file
    others = max((c.dense for c in ranked if c.card.file != file), default=0.0)
    return min(_FAR, max(c.dense for c in (*passages, *ranked) if c.card.file == file) - others)


def importance(question: str, embed: Embed) -> tuple[list[str], list[float]]:
    """The question's words that are no stop words, and how far its vector moves without each (1 - cosine).

    Of a pasted log only the first `_WEIGHED` words are weighed: each costs a call of the model.
    """
    found = [m for m in _WORD.finditer(question) if m[0].lower() not in STOP_WORDS][:_WEIGHED]
    if not found:
        return [], []
    without = [question[: m.start()] + question[m.end() :] for m in found]
    vectors = embed([question, *without])
    return [m[0] for m in found], [max(0.0, 1 - float(v @ vectors[0])) for v in vectors[1:]]


def _otherwise(others: Sequence[str], present: Set[str]) -> float:
    """1 if the terms `present` mention one of the words that a Chinese term may stand for, else 0."""
    return float(any(all(term in present for term in terms(other)) for other in others))


def _share_of(word: str, present: Set[str]) -> float:
    """How much of a Chinese word the terms `present` hold, which are pairs of its characters."""
    pairs = terms(word)
    return sum(pair in present for pair in pairs) / len(pairs)


def mentions(word: str, present: Set[str]) -> float:
    """How far the terms `present` mention `word`: 1 wholly, a share of its parts, less for a synonym, else 0."""
    whole, *parts = terms(word) or [""]
    if whole in present or (parts and all(p in present for p in parts)):
        return 1.0
    share = sum(p in present for p in parts) / len(parts) if parts else 0.0
    alike = _ALIKE if any(term in present for term in expansions(word)) else 0.0
    return max(share, alike)


def answerable(evidence: Evidence) -> float:
    """The probability that the passages hold an answer at all."""
    return _logistic(ANSWERABLE, asdict(evidence))


def confidence(evidence: Evidence) -> float:
    """The probability that the best file is the right one, calibrated on the question sets."""
    return round(_logistic(RIGHT, {**asdict(evidence), "answerable": answerable(evidence)}), 3)


def _logistic(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    z = weights["bias"] + sum(w * signs[name] for name, w in weights.items() if name != "bias")
    return 1 / (1 + math.exp(-z))
