"""Values of several words that a question says in its own order: `read-write by many nodes` for ReadWriteMany."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter
from answers.cluster.fields import CAMEL, Path, fields_of
from index.tokens import stem

_VALUE = re.compile(r"(?:[A-Z]+[a-z]+){2,5}|(?:[A-Z][a-z]+)+[A-Z]{2,3}")
_SKIPPED = frozenset(
    {
        "labels",
        "matchLabels",
        "annotations",
        "env",
        "data",
        "args",
        "command",
        "managedFields",
        "name",
        "kind",
    }
)
_MOST = 1_000
"""Objects that are looked into."""
_Held = Mapping[str, Mapping[str, Path]]
_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], _Held]] = WeakKeyDictionary()
_WORD = re.compile(r"[a-z]+")


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words; a shortened `not` is one of them."""
    spelled = re.sub(r"n't\b", " not", text.lower())
    return frozenset(stem(word) for word in _WORD.findall(spelled))


def parts(value: str) -> frozenset[str]:
    """The stems of the words of which a value in camel case is made."""
    return frozenset(stem(part.lower()) for part in CAMEL.split(value) if part)


def spoken(text: str, kinds: Sequence[str], catalog: Catalog) -> list[Filter]:
    """The conditions to have the value of several words that the text says; of several the longest."""
    said = stems(text)
    held = _held(tuple(kinds), catalog)
    found = [value for value in held if parts(value) <= said]
    most = max((len(parts(value)) for value in found), default=0)
    return [_having(value, held[value]) for value in found if len(parts(value)) == most]


def _having(value: str, paths: Mapping[str, Path]) -> Filter:
    return Filter(
        f"with {value}",
        lambda node: node.id in paths,
        fields=lambda node: [paths[node.id]] if node.id in paths else [],
    )


def _held(kinds: tuple[str, ...], catalog: Catalog) -> _Held:
    """For each such value the objects that have it, and where."""
    known = _KNOWN.setdefault(catalog, {})
    if kinds not in known:
        found: dict[str, dict[str, Path]] = {}
        for node in catalog.of(kinds)[:_MOST]:
            for path, value in fields_of(node):
                if _SKIPPED.intersection(map(str, path)):
                    continue
                for one in value if isinstance(value, list) else (value,):
                    if isinstance(one, str) and _VALUE.fullmatch(one):
                        found.setdefault(one, {}).setdefault(node.id, path)
        known[kinds] = found
    return known[kinds]
