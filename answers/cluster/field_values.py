"""Objects by what any field of theirs holds: `speaking UDP`, `every 15 seconds`, `maxSurge not 25%`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

from answers.cluster.around import is_denied, verb_before
from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import CAMEL, Path, fields_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.wording import COMPARED, FILLERS
from cluster.graph import Node
from index.tokens import stem

_MOST = 3_000
"""Objects that are looked into."""
_LONGEST = 80
_SKIPPED = frozenset(
    "labels matchLabels annotations conditions env data args command nodeInfo managedFields ownerReferences uid "
    "message lastTransitionTime lastUpdateTime creationTimestamp".split()
)
"""Fields under which stands what people write themselves, or what has a reading of its own."""
_OWN = frozenset({("metadata", "name"), ("metadata", "namespace"), ("kind",), ("apiVersion",)})
_UNITS = {"second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "hr": "h", "day": "d"}
_SPAN = re.compile(r"(?<![\w.])(\d+)[ -]?(second|sec|minute|min|hour|hr|day|s|m|h|d)s?(?![\w-])")
_SHARE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?(?:%|percent)")
_WORD = re.compile(r"[a-z0-9][\w./:*-]*[\w*]|[a-z0-9]")
_DISTINCT = re.compile(r"\d")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a question says which may be a value: as fields spell it, its words, where it begins.

    `sure`: nothing but a value looks so, or no other word of the question means anything here.
    """

    value: str
    words: frozenset[str]
    start: int
    sure: bool


_Held = Mapping[str, Mapping[str, Mapping[str, Path]]]
"""Value, key of its field, id of the object, path."""
_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, ...], tuple[_Held, Mapping[str, frozenset[str]]]]] = (
    WeakKeyDictionary()
)


def by_value(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition that a field holds, or does not hold, what the question says."""
    if reading.mentions or not 0 < len(catalog.of(kinds)) <= _MOST:
        return
    held, having = _held(catalog, kinds)
    said = {stem(token.low) for token in reading.tokens}
    best: tuple[int, int, Piece, str] | None = None
    for piece in _pieces(reading):
        for key, found in held.get(piece.value, {}).items():
            named = len(_stems(key) & said)
            if (piece.sure or named == len(_stems(key))) and (best is None or (named, len(found)) > best[:2]):
                best = named, len(found), piece, key
    if best is not None:
        yield _holding(best[2], best[3], held, having, reading)


def _holding(
    piece: Piece, key: str, held: _Held, having: Mapping[str, frozenset[str]], reading: Reading
) -> Found:
    found = held[piece.value][key]
    denied = is_denied(reading.masked, piece.start)
    others = having[key]
    parts = {key.lower(), *(part.lower() for part in CAMEL.split(key) if part)}
    words = {
        token.low for token in reading.tokens
        if token.low in piece.words or {token.low, singular(token.low)} & parts or stem(token.low) in _stems(key)
    }  # fmt: skip
    return (
        Filter(
            f"with {key}{' other than' * denied} {piece.value}",
            lambda node: (node.id in found) is not denied and (not denied or node.id in others),
            fields=lambda node: [found[node.id]] if node.id in found else _paths(node, key) if denied else [],
        ),
        words | piece.words | verb_before(reading, piece.start),
    )


def _paths(node: Node, key: str) -> list[Path]:
    return [path for path, _ in fields_of(node) if _key(path) == key][:1]


def _pieces(reading: Reading) -> Iterator[Piece]:
    """What the question says that may be a value."""
    text = reading.masked
    for match in _SPAN.finditer(text):
        unit = _UNITS.get(match[2], match[2])
        yield Piece(f"{match[1]}{unit}", frozenset(match[0].split()), match.start(), True)
        yield Piece(match[1], frozenset(match[0].split()), match.start(), False)  # `periodSeconds: 30`
    for match in _SHARE.finditer(text):
        yield Piece(f"{match[1]}%", frozenset({match[1], "percent"}), match.start(), True)
    compared = {place for m in COMPARED.finditer(text) for place in range(*m.span()) if m[2]}
    unknown = {word.lower() for word in (*reading.unknown, *reading.missing)}
    free = [token for token in reading.unnamed if token.start not in compared]
    for token in free:
        distinct = bool(_DISTINCT.search(token.low)) and not token.low.isdigit()
        if len(token.low) >= _SHORTEST or token.low.isdigit():
            sure = (token.low in unknown or distinct) and not token.low.isdigit()
            yield Piece(token.low, frozenset({token.low}), token.start, sure)
    for before, after in pairwise(free):
        if after.start - before.end == 1 and not {before.low, after.low} <= FILLERS:
            joined = before.low + singular(after.low)
            yield Piece(joined, frozenset({before.low, after.low}), before.start, True)


def _held(catalog: Catalog, kinds: Sequence[str]) -> tuple[_Held, Mapping[str, frozenset[str]]]:
    """Where the objects of these kinds hold which value, and which objects have a field of a name at all."""
    known = _KNOWN.setdefault(catalog, {})
    if (found := known.get(tuple(kinds))) is None:
        held: dict[str, dict[str, dict[str, Path]]] = {}
        having: dict[str, set[str]] = {}
        for node in catalog.of(kinds):
            for path, value in fields_of(node):
                for low in _scalars(path, value):
                    key = _key(path)
                    held.setdefault(low, {}).setdefault(key, {}).setdefault(node.id, path)
                    having.setdefault(key, set()).add(node.id)
        found = known[tuple(kinds)] = held, {key: frozenset(ids) for key, ids in having.items()}
    return found


def _scalars(path: Path, value: Any) -> set[str]:
    """The plain values of a field, in lower case; of a list each."""
    if path in _OWN or _SKIPPED.intersection(map(str, path)) or path[0] == "status":
        return set()
    values = value if isinstance(value, list) else [value]
    texts = (
        str(one).lower() for one in values if isinstance(one, str | int | float) and not isinstance(one, bool)
    )
    return {text for text in texts if 0 < len(text) <= _LONGEST}


def _key(path: Path) -> str:
    """The name of a field, with what it stands under where it says nothing itself: `strategy` of `strategy.type`."""
    names = [step for step in path if isinstance(step, str)]
    return names[-2] if names[-1] in ("type", "name", "number") and len(names) > 1 else names[-1]


def _stems(key: str) -> frozenset[str]:
    return frozenset(stem(part.lower()) for part in CAMEL.split(key) if part)
