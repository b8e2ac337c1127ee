"""Objects by a field and a value that a question both spells out: `whose select policy is Max`, `with node port 30643`.

Only questions of which every word is read so are answered here: the kind, the words of the field (those of what it
stands under too), the value, and words that say nothing. All others are for the rest of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path, fields_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.spelled.listing import listing
from answers.cluster.spelled.words import FREE, is_all, places_of, subjects_of, tokens_of, words_of_field

_LONGEST = 80
_OWN = frozenset({("metadata", "name"), ("metadata", "namespace"), ("kind",), ("apiVersion",)})
_EDGE_BEFORE = re.compile(r"[\w/-]$|\w[.:]$")
_EDGE_BEHIND = re.compile(r"[\w/-]|[.:]\w")


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A field of objects and a value of it, as the question has them."""

    key: str
    value: str
    start: int
    words: int
    found: dict[str, Path]


_Values = dict[str, dict[Path, dict[str, Path]]]
"""Value in lower case, path without places in lists, id of the object, whole path."""
_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], _Values]] = WeakKeyDictionary()


def answer(question: str, reading: Reading, reader: Reader) -> Draft | None:
    """The objects of a kind that hold a value in a field, where the question spells out both and says no more."""
    for kinds, rest in subjects_of(question, reading, reader.catalog):
        if spelled := _best(rest, kinds, reading, reader.catalog):
            said = question[spelled.start : spelled.start + len(spelled.value)]
            # `source labels set to namespace`: the value is no place to look in.
            spaces = [name for name in reading.namespaces if name.lower() != spelled.value]
            within = replace(reading, namespaces=spaces)
            return listing(f"with {spelled.key} {said}", spelled.found, kinds, within, reader, narrow=True)
    return None


def _best(rest: str, kinds: Sequence[str], reading: Reading, catalog: Catalog) -> _Spelled | None:
    """The field and value that take the most words, if all words of the question are explained with them."""
    places = places_of(reading)
    best: _Spelled | None = None
    for value, start, end in _values_in(rest, _held(catalog, kinds)):
        tokens = tokens_of(f"{rest[:start]} {rest[end:]}")
        by_key: dict[tuple[str, int], dict[str, Path]] = {}
        for path, found in _held(catalog, kinds)[value].items():
            used = words_of_field(tokens, path)
            if used and is_all(tokens, used, places):
                by_key.setdefault((str(path[-1]), len(used)), {}).update(found)
        for (key, words), found in by_key.items():
            if best is None or (words, len(value)) > (best.words, len(best.value)):
                best = _Spelled(key, value, start, words, found)
    return best


def _values_in(rest: str, held: _Values) -> Iterator[tuple[str, int, int]]:
    """The values that stand in the question as wholes, with their places."""
    for value in held:
        start = rest.rfind(value)
        if start < 0:
            continue
        end = start + len(value)
        if not _EDGE_BEFORE.search(rest[:start]) and not _EDGE_BEHIND.match(rest[end:]):
            yield value, start, end


def _held(catalog: Catalog, kinds: Sequence[str]) -> _Values:
    """Where the objects of these kinds hold which value."""
    known = _KNOWN.setdefault(catalog, {})
    if (values := known.get(tuple(kinds))) is None:
        values = known[tuple(kinds)] = {}
        for node in catalog.of(kinds):
            for path, value in fields_of(node):
                if path in _OWN or FREE.intersection(map(str, path)):
                    continue
                plain = tuple(step for step in path if isinstance(step, str))
                for text in _scalars(value):
                    values.setdefault(text, {}).setdefault(plain, {}).setdefault(node.id, path)
    return values


def _scalars(value: Any) -> set[str]:
    """A plain value in lower case; of a list each."""
    many = value if isinstance(value, list) else [value]
    texts = {str(one).lower() for one in many if isinstance(one, str | int | float | bool)}
    return {text for text in texts if 0 < len(text) <= _LONGEST}
