"""Which settings of files a part of a question asks for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answers.cluster.fields import Path
from answers.cluster.files.entries import IDENTITY, Entry
from answers.cluster.files.words import Clause
from cluster.graph import Node
from index.tokens import stem

_OWN, _ABOVE, _SAID, _LIGHT = 1.0, 0.8, 0.5, 0.2
_CLOSE = 0.999
SMALL = 14
"""Lines of a part of a file that is shown whole."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PRICES = frozenset({stem("price"), stem("cost"), stem("amount")})


@dataclass(frozen=True, slots=True)
class Match:
    """A setting of a ConfigMap; `number` is what was counted or compared, '' where nothing was."""

    node: Node
    entry: Entry
    number: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a part of a question finds: the words that it explains, and those of them that are names of settings."""

    matches: tuple[Match, ...]
    explained: frozenset[str]
    keyed: frozenset[str]
    whole: bool = False
    """Whether several names explain the part and nothing of it is left."""
    count: str = ""
    """How many settings of the name there are, where that is asked and they stand in no list of their own."""


def find(clause: Clause, files: Sequence[tuple[Node, Sequence[Entry]]]) -> Told | None:
    """The settings that say most of the words, rare ones first; None where none says any."""
    if clause.rank:
        ranked = _ranked(clause, files)
        if ranked is not None:
            return ranked
    every = [(node, entry) for node, entries in files for entry in entries]
    weights = _weights(clause, [entry for _, entry in every])
    scored = [(_score(clause, weights, entry), node, entry) for node, entry in every]
    best = max((score for score, _, _ in scored), default=0.0)
    if best <= 0:
        return None
    chosen = [(node, entry) for score, node, entry in scored if score >= best * _CLOSE]
    if clause.counts:
        chosen = _largest(chosen)
    told = [w.text for w in clause.words if any(w.stems & (e.own | e.above | e.said) for _, e in chosen)]
    keyed = [w.text for w in clause.words if any(w.stems & (e.own | e.above) for _, e in chosen)]
    matches = tuple(Match(node, entry, _size(entry) if clause.counts else "") for node, entry in chosen)
    whole = clause.asked <= {*told} and len(set(keyed)) > 1
    return Told(matches, frozenset(told), frozenset(keyed), whole, _count(chosen) if clause.counts else "")


def _count(chosen: Sequence[tuple[Node, Entry]]) -> str:
    single = [entry for _, entry in chosen if not isinstance(entry.value, dict | list)]
    names = {_last_name(entry.path) for entry in single}
    several = len(single) == len(chosen) > 1 and len(names) == 1 and len({node.id for node, _ in chosen}) == 1
    return f"{len(single)} settings {next(iter(names))}" if several else ""


def _weights(clause: Clause, entries: Sequence[Entry]) -> list[float]:
    """What each word weighs: those that few settings say most, light ones little."""
    held = Counter(
        place
        for entry in entries
        for place, word in enumerate(clause.words)
        if word.stems & (entry.own | entry.above | entry.said)
    )
    scale = math.log(len(entries) + 2.0)
    return [
        max(0.15, math.log((len(entries) + 1) / (held[place] + 0.5)) / scale)
        * (_LIGHT if word.light else 1.0)
        for place, word in enumerate(clause.words)
    ]


def _score(clause: Clause, weights: Sequence[float], entry: Entry) -> float:
    """How much of a part of a question a setting says; more where nothing of its name is left over."""
    said = sum(weight * _says(entry, word.stems) for weight, word in zip(weights, clause.words, strict=True))
    own = [part for part in entry.own if part.isalnum()]
    stems = frozenset().union(*(word.stems for word in clause.words))
    return said * (0.9 + 0.1 * sum(part in stems for part in own) / max(len(own), 1))


def _largest(chosen: Sequence[tuple[Node, Entry]]) -> list[tuple[Node, Entry]]:
    """Of the settings that hold others, those that stand nearest to the top of their file."""
    whole = [(node, entry) for node, entry in chosen if isinstance(entry.value, dict | list)]
    least = min((len(entry.path) for _, entry in whole), default=0)
    return [(node, entry) for node, entry in whole if len(entry.path) == least] or list(chosen)


def _says(entry: Entry, stems: frozenset[str]) -> float:
    if stems & entry.own:
        return _OWN
    return _ABOVE if stems & entry.above else _SAID if stems & entry.said else 0.0


def _size(entry: Entry) -> str:
    return str(len(entry.value)) if isinstance(entry.value, dict | list) else ""


def _ranked(clause: Clause, files: Sequence[tuple[Node, Sequence[Entry]]]) -> Told | None:
    """The item of a list, or of what has names, with the highest or lowest number of the kind that is asked for."""
    wanted = _PRICES if clause.rank == "price" else frozenset({stem(clause.rank)})
    best: tuple[int, Node, Entry, str] | None = None
    for node, entries in files:
        for parent in entries:
            items = _items(parent.value)
            numbers = [_number(item, wanted) for item in items]
            known = [n for n in numbers if n is not None]
            if len(known) < 2 or 2 * len(known) < len(items) or (best is not None and len(known) <= best[0]):
                continue
            top = max(known) if clause.up else min(known)
            path = (*parent.path, _step(parent.value, numbers.index(top)))
            item = next((e for e in entries if e.key == parent.key and e.path == path), None)
            if item is not None:
                best = len(known), node, item, f"{top:g}"
    if best is None:
        return None
    match = Match(best[1], best[2], best[3])
    return Told((match,), clause.asked, clause.asked)


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _step(value: Any, place: int) -> Any:
    return list(value)[place] if isinstance(value, dict) else place


def _number(value: Any, wanted: frozenset[str], under: bool = False) -> float | None:
    """The first number in a value that stands under one of these names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            own = under or any(
                stem(part.lower()) in wanted for part in re.findall(r"[A-Z]?[a-z]+", str(name))
            )
            if (found := _number(inner, wanted, own)) is not None:
                return found
    elif under and isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return None


def whole(match: Match, entries: Sequence[Entry]) -> Match:
    """The item of a list in the place of what it is called by: an alert's rule for the alert's name."""
    path = match.entry.path
    if len(path) < 2 or path[-1] not in IDENTITY or not isinstance(path[-2], int):
        return match
    item = next((e for e in entries if e.key == match.entry.key and e.path == path[:-1]), None)
    return Match(match.node, item, match.number) if item is not None and item.lines <= SMALL else match


def followed(match: Match, entries: Sequence[Entry]) -> Iterator[Match]:
    """What a setting refers to elsewhere in its file: `exporters: [otlp]` has its own settings under `exporters`."""
    top = match.entry
    if top.lines > SMALL:
        return
    inside = [e for e in entries if e.key == top.key and e.path[: len(top.path)] == top.path]
    for one in (e for e in inside if isinstance(e.value, str)):
        under = stem(_last_name(one.path).lower())
        others = [
            e for e in entries
            if e.key == top.key and e.name == one.value and e.lines <= SMALL
            and e.path[: len(top.path)] != top.path and stem(_last_name(e.path[:-1]).lower()) == under
        ]  # fmt: skip
        if others:
            yield Match(match.node, min(others, key=lambda e: len(e.path)))


def _last_name(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")
