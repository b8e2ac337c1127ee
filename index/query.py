"""What a question asks for, as far as retrieval needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from connectors.environments import canonical, of_path
from index.glossary import read
from index.hints import sources_named
from index.intent import Intent, intent_of
from index.synonyms import expansions
from index.tokens import has_chinese, is_chinese, query_terms, words

SYNONYM_WEIGHT = 0.3
_ASKING = frozenset({"mani", "much", "long", "larg", "mean"})
"""Terms that a question word was put into ("how many"): they say nothing of what is asked."""
OTHER_WEIGHT = 0.5
"""What another English word for a Chinese term is worth, and the term itself: the page may say it in either."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its terms and what it names.

    `english` is the text itself, or for a Chinese question the English words that it stands for; `unknown` are the
    Chinese words for which there are none, and `alike` what else the English ones may be called.
    `terms` are the question's own; `related` mean the same as something in it, with a weight below 1.
    """

    text: str
    english: str
    terms: tuple[str, ...]
    related: Mapping[str, float]
    environments: frozenset[str]
    intent: Intent
    chinese: bool
    sources: frozenset[str] = frozenset()
    """The kinds of source that it points to (`index.hints`)."""
    unknown: tuple[str, ...] = ()
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_CHINESE_ENVIRONMENTS = {
    "预生产": "staging",
    "生产": "production",
    "线上": "production",
    "正式环境": "production",
    "预发": "staging",
    "测试环境": "test",
    "测试集群": "test",
    "开发环境": "development",
    "集成环境": "integration",
    "沙箱": "sandbox",
}
"""Longer spellings come before those that they hold."""
_NO_ENVIRONMENT = re.compile(r"生产(?:者|力|商|线)")


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
    chinese = _NO_ENVIRONMENT.sub(" ", text)
    for spelling, name in _CHINESE_ENVIRONMENTS.items():
        if spelling in chinese:
            named.add(name)
            chinese = chinese.replace(spelling, " ")
    return frozenset(named - {""})


@lru_cache(maxsize=256)
def analyse(text: str) -> Query:
    """The question taken apart; a Chinese one is also put into English words."""
    chinese = is_chinese(text)
    reading = read(text) if has_chinese(text) else None
    translated = reading.english if reading else text
    # What no entry knows is searched for as it is written: a Chinese page may say it.
    own = query_terms(" ".join((translated, *(reading.unknown if reading else ()))))
    if reading:
        own = [term for term in own if term not in _ASKING]
    related = {
        term: SYNONYM_WEIGHT * min(1.5, 0.5 + 0.5 * count)
        for term, count in expansions(translated).items()
        if term not in own
    }
    for words_of in (*reading.others, *reading.known) if reading else ():
        for term in query_terms(words_of):
            if term not in own:
                related[term] = max(related.get(term, 0.0), OTHER_WEIGHT)
    intent = intent_of(text)
    return Query(
        text=text,
        english=translated,
        terms=tuple(own),
        related=MappingProxyType(related),
        environments=environments_in(text),
        intent=intent,
        chinese=chinese,
        sources=sources_named(text, intent),
        unknown=reading.unknown if reading else (),
        alike=reading.alike if reading else {},
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
