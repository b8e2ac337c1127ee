"""Which pages are missing: questions that got no answer, or an unhelpful one, put together by what they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from answers.history import Asked
from index.query import analyse
from index.tokens import query_terms
from index.vectors import Vectors

MOST = 2_000
"""Distinct questions that are put together; the oldest are left out."""
_ALIKE = 0.46
_OF_MEANING = 0.65
"""The embedding's part of how alike two questions are; the rest is the words that they share."""

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Question:
    """One question that was asked `times` times, last with this outcome."""

    text: str
    times: int
    unhelpful: bool
    cited: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about one thing, the one that is nearest to all of them first."""

    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        """What the page that should exist could be called."""
        return title_of(self.questions[0].text)

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(question.times for question in self.questions)

    @property
    def cited(self) -> tuple[str, ...]:
        """The documents that answers cited which did not help."""
        return tuple(dict.fromkeys(ident for question in self.questions for ident in question.cited))


def unanswered(asked: Iterable[Asked]) -> list[Question]:
    """The questions whose last outcome was an abstention that nobody called right, or an unhelpful answer.

    Those asked most often come first.
    """
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(_plain(one.understood), []).append(one)
    found = []
    for group in groups.values():
        last = group[-1]
        if last.helpful is False or (last.abstained and last.helpful is None):
            comments = tuple(dict.fromkeys(one.comment for one in group if one.comment))
            unhelpful = last.helpful is False
            found.append(Question(last.understood, len(group), unhelpful, last.cited, comments))
    return sorted(found[-MOST:], key=lambda question: (-question.times, question.text))


def gaps(questions: Sequence[Question], embed: Embed) -> list[Gap]:
    """The questions put together by meaning and words, what is asked most often first; the same for the same input."""
    if not questions:
        return []
    alike = _alikeness([analyse(question.text).english for question in questions], embed)
    groups: list[list[int]] = []
    for place in range(len(questions)):
        best = max(groups, key=lambda group: _mean(alike, place, group), default=None)
        if best is not None and _mean(alike, place, best) >= _ALIKE:
            best.append(place)
        else:
            groups.append([place])
    found = []
    for group in groups:
        # The most central one speaks for all; the order of `questions` decides between equals.
        central = max(group, key=lambda place: (round(_mean(alike, place, group), 6), -place))
        rest = [place for place in group if place != central]
        found.append(Gap(tuple(questions[place] for place in (central, *rest))))
    return sorted(found, key=lambda gap: (-gap.times, gap.title))


def _alikeness(texts: Sequence[str], embed: Embed) -> Vectors:
    vectors = np.asarray(embed(texts))
    terms = [set(query_terms(text)) for text in texts]
    words = np.array([[len(a & b) / max(1, len(a | b)) for b in terms] for a in terms], dtype=np.float32)
    mixed: Vectors = _OF_MEANING * (vectors @ vectors.T) + (1 - _OF_MEANING) * words
    return mixed


def _mean(alike: Vectors, place: int, group: Sequence[int]) -> float:
    return float(alike[place, group].mean())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


_TITLES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), title)
    for pattern, title in (
        (r"^how (?:do|can|should|would|could|to) ?(?:i|we|you|one)? (?P<x>.+)$", "How to {x}"),
        (r"^how (?:does|do|is|are) (?P<x>.+)$", "How {x}"),
        (r"^(?:what|where) (?:is|are|'s) (?:the |our |an? )?(?P<x>.+)$", "{x}"),
        (r"^who (?P<x>.+)$", "Who {x}"),
        (r"^why (?:do|does|did) (?P<x>.+)$", "Why {x}"),
        (r"^(?:can|could|may|should) (?:i|we|you) (?P<x>.+)$", "How to {x}"),
        (r"^(?:请问)?(?:我们|我)?(?:怎么|如何|怎样)(?P<x>.+)$", "如何{x}"),
    )
)
_LEADING = re.compile(
    r"^(?:(?:hi|hey|hello|please|so|ok|okay|and|but|anyone know|does anyone know)[,!. ]+)+", re.I
)
_LONGEST = 90


def title_of(question: str) -> str:
    """A title for the page that would answer the question."""
    text = _LEADING.sub("", " ".join(question.split())).rstrip("?？!！.。呢吗 ")
    for pattern, title in _TITLES:
        match = pattern.match(text)
        if match:
            text = title.format(x=match["x"])
            break
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0] + "…"
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Unreached:
    """The documents that no kept answer cites."""

    documents: tuple[str, ...]
    of: int


def unreached(asked: Iterable[Asked], documents: Iterable[str]) -> Unreached:
    """Which of `documents` no answer ever cited."""
    known = list(documents)
    cited = Counter(ident for one in asked for ident in one.cited)
    return Unreached(tuple(ident for ident in known if ident not in cited), len(known))
