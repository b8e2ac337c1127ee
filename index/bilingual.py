"""What the documents themselves say of words in both languages: terms that stand next to each other.

`供应商货号（supplier SKU）`, `Canary release（金丝雀发布）` and rows such as `| 金丝雀发布 | canary release |` say it
for a team's own words, which no glossary knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from index.glossary import GLOSSARY, has_meaning, words_of
from index.query import OTHER_WEIGHT, Query
from index.tokens import HAN, query_terms, terms

_LATIN = r"[A-Za-z][A-Za-z0-9./_-]*(?: [A-Za-z0-9./_-]+){0,4}"
_TERM = rf"[{HAN}]{{2,12}}"
_MARKS = r"[ \t*`]*"
_IS = r" ?(?:：|:|—|–) ?"
_CHINESE_FIRST = re.compile(rf"([{HAN}]{{2,16}}) ?[（(] ?({_LATIN}) ?[)）]")
_LATIN_FIRST = re.compile(rf"(?<![A-Za-z0-9./_-])({_LATIN}) ?[（(] ?({_TERM}) ?[)）]")
_ROWS = (
    re.compile(
        rf"^\|?{_MARKS}(?P<chinese>{_TERM}){_MARKS}\|{_MARKS}(?P<english>{_LATIN}){_MARKS}(?:\||$)",
        re.MULTILINE,
    ),
    re.compile(
        rf"^\|?{_MARKS}(?P<english>{_LATIN}){_MARKS}\|{_MARKS}(?P<chinese>{_TERM}){_MARKS}(?:\||$)",
        re.MULTILINE,
    ),
    re.compile(rf"^[ \t]*[-*+] [*`]*(?P<chinese>{_TERM})[*`]*{_IS}(?P<english>{_LATIN})[*`]*$", re.MULTILINE),
    re.compile(rf"^[ \t]*[-*+] [*`]*(?P<english>{_LATIN})[*`]*{_IS}(?P<chinese>{_TERM})[*`]*$", re.MULTILINE),
)
"""Rows of a table and items of a list that are a term in both languages."""
_MOST = 200
"""Pairs of one document."""
_MEANINGS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese term and its English, as some document says."""

    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the documents that a caller may read say of terms in both languages."""

    english: Mapping[str, tuple[str, ...]]
    chinese: Mapping[tuple[str, ...], tuple[str, ...]]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Evidence:
        """The evidence of some pairs; of a term with many meanings the first ones."""
        english: dict[str, list[str]] = {}
        chinese: dict[tuple[str, ...], list[str]] = {}
        for pair in pairs:
            _note(english.setdefault(pair.chinese, []), pair.english)
            _note(chinese.setdefault(_key(pair.english), []), pair.chinese)
        return cls({k: tuple(v) for k, v in english.items()}, {k: tuple(v) for k, v in chinese.items()})


def _note(known: list[str], meaning: str) -> None:
    if meaning not in known and len(known) < _MEANINGS:
        known.append(meaning)


def pairs_of(text: str) -> list[Pair]:
    """The terms that `text` gives in both languages, each once."""
    found = dict.fromkeys(_all(text))
    return list(found)[:_MOST]


def _all(text: str) -> Iterator[Pair]:
    for match in _CHINESE_FIRST.finditer(text):
        term = _term(match[1], len(match[2].split()))
        if term:
            yield Pair(term, match[2].lower())
    for match in _LATIN_FIRST.finditer(text):
        yield Pair(match[2], match[1].lower())
    for pattern in _ROWS:
        for match in pattern.finditer(text):
            yield Pair(match["chinese"], match["english"].lower())


def _term(run: str, length: int) -> str:
    """The end of a run of Chinese that the English behind it is of: as many words, none of which says nothing."""
    kept: list[str] = []
    for word, tag in reversed(words_of(run)):
        if len(kept) == length or not has_meaning(word, tag):
            break
        kept.insert(0, word)
    term = "".join(kept)
    return term if len(term) > 1 else ""


def _key(english: str) -> tuple[str, ...]:
    return tuple(query_terms(english))


def with_evidence(query: Query, evidence: Evidence) -> Query:
    """`query` with the terms that the documents themselves give for its words in the other language."""
    if not evidence.english:
        return query
    own, related, english = list(query.terms), dict(query.related), query.english
    unknown = list(query.unknown)
    for term, meanings in evidence.english.items():
        if term not in query.text:
            continue
        taught = [word for word in unknown if word in term]
        unknown = [word for word in unknown if word not in taught]
        for meaning in meanings:
            for one in query_terms(meaning):
                if term not in GLOSSARY and taught and one not in own:
                    own.append(one)
                elif one not in own:
                    related[one] = max(related.get(one, 0.0), OTHER_WEIGHT)
        if taught:
            english = f"{english} {meanings[0]}".strip()
    asked = terms(query.english)
    for key, names in evidence.chinese.items() if not query.chinese else ():
        if key and _holds(asked, key):
            for one in (pair for name in names for pair in terms(name)):
                related[one] = max(related.get(one, 0.0), OTHER_WEIGHT)
    return replace(
        query, terms=tuple(own), related=MappingProxyType(related), english=english, unknown=tuple(unknown)
    )


def _holds(asked: Sequence[str], key: tuple[str, ...]) -> bool:
    """Whether the terms of `key` stand in a question, one behind the other."""
    return any(tuple(asked[i : i + len(key)]) == key for i in range(len(asked) - len(key) + 1))
