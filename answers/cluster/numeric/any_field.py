"""Numbers and lists of objects by the names of their fields, for what no table of measures names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from answers.cluster.amounts import quantity
from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path, value_at, words_of
from answers.cluster.kinds import singular
from answers.cluster.numeric.measure import Measure, walk
from cluster.graph import Node

_NAMELESS = frozenset("limit second minute millisecond hour day number count value".split())
"""Words of a field's name that nobody says with it."""


def counted_field(words: Sequence[str], nodes: Sequence[Node]) -> Measure | None:
    """How many items the lists hold whose name is these words: `hosts`, `data sources`."""
    said = [singular(word) for word in words]
    found: dict[str, dict[str, list[Path]]] = {}
    for node in nodes if said else ():
        for path, value in walk(node.value):
            if isinstance(value, list) and isinstance(path[-1], str) and list(_key_words(path[-1])) == said:
                found.setdefault(path[-1], {}).setdefault(node.id, []).append(path)
    if not found:
        return None
    held = found[max(found, key=lambda key: (len(found[key]), key))]

    def amount(node: Node, catalog: Catalog) -> float | None:
        return float(sum(len(value_at(node, path)) for path in held.get(node.id, ())))

    return Measure(f"{' '.join(said)}s", amount, " ".join(said), lambda node: held.get(node.id, []))


def number_field(words: Sequence[str], nodes: Sequence[Node]) -> Measure | None:
    """The numeric field all of whose words, and no others, are these: `liveness initial delay`."""
    said = {singular(word) for word in words}
    found: dict[str, dict[str, tuple[float, Path]]] = {}
    for node in nodes if said else ():
        for path, value in walk(node.value):
            if isinstance(path[-1], str) and (number_ := number_in(value)) is not None and _names(path, said):
                best = found.setdefault(path[-1], {})
                if node.id not in best or number_ > best[node.id][0]:
                    best[node.id] = number_, path
    if not found:
        return None
    key = max(found, key=lambda one: (len(_key_words(one)), len(found[one]), one))
    held = found[key]

    def amount(node: Node, catalog: Catalog) -> float | None:
        return held[node.id][0] if node.id in held else None

    return Measure(key, amount, "", lambda node: [held[node.id][1]] if node.id in held else [])


@lru_cache(maxsize=8_192)
def _key_words(key: str) -> tuple[str, ...]:
    return tuple(words_of(key))


def _names(path: Path, said: set[str]) -> bool:
    """Whether the words said are those of a field, and of what it stands in: `liveness probe initial delay`."""
    own = set(_key_words(str(path[-1]))) - _NAMELESS
    if not own or not own <= said:
        return False
    above = {word for step in path[:-1] if isinstance(step, str) for word in _key_words(step)}
    return bool(own) and own <= said and max(map(len, own)) > 3 and said <= own | above | _NAMELESS


def number_in(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return quantity(value) if isinstance(value, str) and value[:1].isdigit() else None
