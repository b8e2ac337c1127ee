"""Objects that set a field, or leave it out, whose name a question spells out: `without volume mounts`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path, fields_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.spelled.listing import listing
from answers.cluster.spelled.words import (
    FREE,
    is_all,
    own_words,
    places_of,
    subjects_of,
    tokens_of,
    words_of_field,
)

_LACKS = re.compile(
    r"(?<![\w-])(?:without|with no|lack(?:s|ing)?|missing|do(?:es)? ?n[o']t|do(?:es)? not|ha(?:s|ve) no)(?![\w-])"
)
_LEAST = 2
"""Words of the field's name: those with one are words for too much else."""
_EMPTY: tuple[object, ...] = (None, "", [], {}, False)

_Having = dict[Path, dict[str, Path]]
"""Path without places in lists, id of the object, whole path."""
_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], _Having]] = WeakKeyDictionary()


def answer(question: str, reading: Reading, reader: Reader) -> Draft | None:
    """The objects of a kind that have a field, or have it not, where the question spells it out and says no more."""
    for kinds, rest in subjects_of(question, reading, reader.catalog):
        lacking = _LACKS.search(rest)
        tokens = tokens_of(_LACKS.sub(" ", rest))
        found = _best(tokens, kinds, reading, reader.catalog)
        if found:
            key, having = found
            words = f"{'without' if lacking else 'with'} {key}"
            return listing(words, having, kinds, reading, reader, lacking=bool(lacking))
    return None


def _best(
    tokens: Sequence[str], kinds: Sequence[str], reading: Reading, catalog: Catalog
) -> tuple[str, dict[str, Path]] | None:
    """The field that takes the most words, if with it all words are explained, and which objects have it where."""
    places = places_of(reading)
    best: dict[str, dict[str, Path]] = {}
    most = _LEAST
    for path, having in _fields(catalog, kinds).items():
        if len(own_words(path)) < _LEAST:
            continue
        used = words_of_field(tokens, path)
        if len(used) >= most and is_all(tokens, used, places):
            best = best if len(used) == most else {}
            best.setdefault(str(path[-1]), {}).update(having)
            most = len(used)
    return next(iter(best.items()), None)


def _fields(catalog: Catalog, kinds: Sequence[str]) -> _Having:
    """Which objects of these kinds set which field."""
    known = _KNOWN.setdefault(catalog, {})
    if (having := known.get(tuple(kinds))) is None:
        having = known[tuple(kinds)] = {}
        for node in catalog.of(kinds):
            for path, value in fields_of(node):
                if (
                    value not in _EMPTY
                    and isinstance(path[-1], str)
                    and not FREE.intersection(map(str, path[:-1]))
                ):
                    plain = tuple(step for step in path if isinstance(step, str))
                    having.setdefault(plain, {}).setdefault(node.id, path)
    return having
