"""Numbers that objects hold in a field of which a question says the words: `the longest grace period`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answers.cluster.amounts import Measure, quantity
from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import fields_of, words_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.wording import COMPARED
from cluster.graph import Node

_UNITS = frozenset("second minute millisecond hour day number count value".split())
"""Words of a field's name that nobody says with it."""
_MOST = 3_000
_LONG = 6
_EQUALS = re.compile(r"((?:[a-z]+ ){1,3})(?:of |is |= ?|: ?|set to )*(\d+)\b|\b(\d+) ((?:[a-z]+ ?){1,3})")
_WORD = re.compile(r"[a-z0-9]+")


def field_measure(reading: Reading, nodes: Sequence[Node]) -> tuple[str, Measure] | None:
    """The field of the objects that the question names in most words, and its largest value in each."""
    said = {singular(word) for word in _WORD.findall(reading.loose)}
    keys = Counter(
        str(path[-1])
        for node in nodes[:_MOST]
        for path, value in fields_of(node)
        if _number(value) is not None and isinstance(path[-1], str) and _is_said(str(path[-1]), said)
    )
    if not keys:
        return None
    key = max(keys, key=lambda one: (len(words_of(one)), keys[one], one))

    def measure(node: Node, catalog: Catalog) -> float | None:
        found = [
            n for path, value in fields_of(node) if path[-1] == key and (n := _number(value)) is not None
        ]
        return max(found) if found else None

    return key, measure


def by_number_field(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition that a numeric field is just the number that stands beside its words: `backoff limit 0`."""
    match = _EQUALS.search(reading.masked) if not reading.mentions else None
    if match is None or COMPARED.search(reading.masked):
        return
    said = f"{match[1] or ''} {match[4] or ''}"
    found = field_measure(replace(reading, loose=said), catalog.of(kinds))
    if found is None:
        return
    key, measure = found
    number = float(match[2] or match[3])
    words = {key.lower(), *words_of(key), *said.split(), match[2] or match[3]}
    yield Filter(f"with {key} {number:g}", lambda node: measure(node, catalog) == number, number=True), words


def _is_said(key: str, said: set[str]) -> bool:
    if len(key) > _LONG and key.lower() in said:
        return True
    parts = set(words_of(key)) - _UNITS  # `min` and `max` alone say too little
    return bool(parts) and parts <= said and max(map(len, parts)) > 3


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return quantity(value) if isinstance(value, str) and value[:1].isdigit() else None
