"""What a question asks for, as far as retrieval needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.environments import canonical
from index.intent import Intent, intent_of
from index.synonyms import expansions
from index.tokens import is_chinese, query_terms, words

SYNONYM_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its terms and what it names.

    `terms` are the question's own; `related` mean the same as something in it, with a weight below 1.
    """

    text: str
    terms: tuple[str, ...]
    related: dict[str, float]
    environments: frozenset[str]
    intent: Intent
    chinese: bool


def analyse(text: str) -> Query:
    """The question taken apart."""
    own = query_terms(text)
    related = {
        term: SYNONYM_WEIGHT * min(1.5, 0.5 + 0.5 * count) for term, count in expansions(text).items() if term not in own
    }
    return Query(
        text=text,
        terms=tuple(own),
        related=related,
        environments=frozenset(name for word in words(text) if (name := canonical(word.strip("'s")))),
        intent=intent_of(text),
        chinese=is_chinese(text),
    )
