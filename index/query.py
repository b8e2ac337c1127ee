"""What a question asks for, as far as retrieval needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from connectors.environments import canonical, of_path
from index.glossary import english
from index.intent import Intent, intent_of
from index.synonyms import expansions
from index.tokens import is_chinese, query_terms, words

SYNONYM_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its terms and what it names.

    `english` is the text itself, or for a Chinese question the English words that it stands for.
    `terms` are the question's own; `related` mean the same as something in it, with a weight below 1.
    """

    text: str
    english: str
    terms: tuple[str, ...]
    related: Mapping[str, float]
    environments: frozenset[str]
    intent: Intent
    chinese: bool


_CHINESE_ENVIRONMENTS = {
    "生产": "production",
    "线上": "production",
    "预发": "staging",
    "测试环境": "test",
    "开发环境": "development",
}


_EVERYDAY = re.compile(r"(?<![\w/-])(?:test|testing|live|stage|demo|canary|sandbox)(?![\w/-])", re.IGNORECASE)
"""Names of environments that are also everyday words: "how do I test it", "is it live"."""
_BEFORE = re.compile(r"\b(?:in|on|for|to|at|from|into|of|our|and|vs|or|than)(?: the)? $", re.IGNORECASE)
_BEHIND = re.compile(r" (?:env|environments?|clusters?|accounts?|namespaces?)\b", re.IGNORECASE)


def environments_in(text: str) -> frozenset[str]:
    """The canonical names of the environments that a question speaks of."""
    named: set[str] = set()
    for match in _EVERYDAY.finditer(text):
        if not (_BEFORE.search(text[: match.start()]) or _BEHIND.match(text[match.end() :])):
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    for word in words(text):
        # `prod/staging` names both, `variables/production/rds.tfvars` the one that its path speaks of.
        named |= {canonical(word) or of_path(word), *map(canonical, word.split("/"))}
    named |= {name for spelling, name in _CHINESE_ENVIRONMENTS.items() if spelling in text}
    return frozenset(named - {""})


@lru_cache(maxsize=256)
def analyse(text: str) -> Query:
    """The question taken apart; a Chinese one is also put into English words."""
    chinese = is_chinese(text)
    translated = english(text) if chinese else text
    own = query_terms(text)
    if chinese:
        own = list(dict.fromkeys([*own, *query_terms(translated)]))
    related = {
        term: SYNONYM_WEIGHT * min(1.5, 0.5 + 0.5 * count)
        for term, count in expansions(translated).items()
        if term not in own
    }
    return Query(
        text=text,
        english=translated,
        terms=tuple(own),
        related=MappingProxyType(related),
        environments=environments_in(text),
        intent=intent_of(text),
        chinese=chinese,
    )


def within(query: Query, known: frozenset[str]) -> Query:
    """`query` with its environments brought to those that the index knows.

    Who has only staging and production calls staging "the test environment": an unknown name that is not
    production stands for every environment that is not production.
    """
    found = query.environments & known
    if query.environments - known - {"production"}:
        found |= known - {"production"} if not found else frozenset()
    return replace(query, environments=found)
