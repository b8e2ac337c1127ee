"""The second stage: orders candidates by evidence from words, vectors, form and place together.

Each signal lies between 0 and 1. The weights are few and round, chosen where two unlike question sets agreed
(docs/decisions/0003-ranking.md records what each signal adds).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from connectors.formats.as_read import plain
from index.chunk_store import Card
from index.chunks import Chunk
from index.glossary import bilingual_terms
from index.hints import is_of
from index.intent import VALUES, Expect
from index.query import Query


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal is worth."""

    dense: float = 1.25
    """Cosine of question and chunk, as a share of the best."""
    lexical: float = 0.4
    """BM25, as a share of the best."""
    coverage: float = 0.8
    """Share of the question's words, by rarity, that the chunk or its place holds."""
    related: float = 0.8
    """The same of words that mean the same."""
    file_coverage: float = 0.6
    """The same of all the file's candidates together."""
    environment: float = 0.6
    """The environment that the question names; another one counts against."""
    source: float = 0.3
    """Of the kind of source that the question points to."""
    shape: float = 0.35
    """Holds a value of the form that is asked for."""
    page: float = 0.2
    """Written for people to read."""
    page_for_steps: float = 0.25
    """The same, where steps are asked for."""
    values: float = 0.2
    """A values file holds what is in force; code and templates hold what may be."""
    decision: float = 0.25
    """A record of a decision, where the reason is asked for."""
    test: float = -0.3
    """Test data and samples look like the real thing and are not."""


@dataclass(slots=True)
class Candidate:
    """A chunk on its way through the ranking; `words` are the terms of its text and of what it stands under."""

    chunk: Chunk
    card: Card
    words: frozenset[str]
    dense: float = 0.0
    lexical: float = 0.0
    score: float = 0.0
    signals: dict[str, float] = field(default_factory=dict)


def words_of(chunk: Chunk, card: Card) -> frozenset[str]:
    """The distinct terms of a chunk, its title, headings and context."""
    text = f"{plain(chunk.text)} {card.title} {chunk.context} {' '.join(chunk.heading_path)}"
    return frozenset(bilingual_terms(text))


_DECISION = re.compile(r"(?:^|[/_.\s-])(?:decisions?|adrs?|rfcs?)(?=[/_.\s-]|$)", re.IGNORECASE)
_TEST = re.compile(r"(?:^|[/_.-])(?:tests?|spec|samples?|examples?|fixtures?)(?=[/_.-]|$)", re.IGNORECASE)


def rank(
    query: Query, candidates: Sequence[Candidate], idf: Callable[[str], float], weights: Weights
) -> list[Candidate]:
    """`candidates` best first, their `score` and `signals` set.

    `idf` gives a term's rarity, 0 for one that stands nowhere in the index.
    """
    if not candidates:
        return []
    importance = {term: idf(term) for term in query.terms}
    total = sum(importance.values()) or 1.0
    related = {term: weight * idf(term) / total for term, weight in query.related.items()}
    importance = {term: value / total for term, value in importance.items()}
    best = max(c.lexical for c in candidates) or 1.0
    high = max(c.dense for c in candidates)
    high = high if high > 0 else 1.0
    held = {c.chunk.id: importance.keys() & c.words for c in candidates}
    files: dict[tuple[str, str], set[str]] = {}
    for c in candidates:
        files.setdefault(c.card.file, set()).update(held[c.chunk.id])
    worth = {name: getattr(weights, name) for name in Weights.__slots__}
    for c in candidates:
        page = c.card.kind == "page"
        c.signals = {
            "dense": max(0.0, c.dense) / high,
            "lexical": c.lexical / best,
            "coverage": _sum(importance, held[c.chunk.id]),
            "related": min(1.0, _sum(related, c.words)),
            "file_coverage": _sum(importance, files[c.card.file]),
            "environment": _environment(query, c.card),
            "source": float(is_of(c.card.document_id, c.card.kind, query.sources)),
            "shape": _shape(query, c.chunk),
            "page": float(page),
            "page_for_steps": float(page and Expect.STEPS in query.intent.wanted),
            "values": float(c.card.kind == "values"),
            "decision": float(
                Expect.REASON in query.intent.wanted and bool(_DECISION.search(c.card.path or c.card.title))
            ),
            "test": float(bool(_TEST.search(c.card.path or ""))),
        }
        c.score = sum(worth[name] * value for name, value in c.signals.items())
    return sorted(candidates, key=lambda c: (-c.score, c.chunk.id))


def _sum(values: Mapping[str, float], present: Set[str]) -> float:
    return sum(value for term, value in values.items() if term in present)


def _environment(query: Query, card: Card) -> float:
    if not query.environments or not card.environment:
        return 0.0
    if card.environment not in query.environments:
        return -1.0
    # How and why are told by pages, which belong to no environment: its settings must not stand before them.
    return 0.0 if {Expect.STEPS, Expect.REASON} & set(query.intent.wanted) else 1.0


def _shape(query: Query, chunk: Chunk) -> float:
    wanted = [e for e in query.intent.wanted if e in VALUES and e is not Expect.PLACE]
    if not wanted:
        return 0.5
    return float(any(_holds(expect, chunk.id, chunk.text) for expect in wanted))


@lru_cache(maxsize=50_000)
def _holds(expect: Expect, chunk_id: str, text: str) -> bool:
    return VALUES[expect].search(text) is not None
