"""Evaluates a query at one moment, as Prometheus does: lookback, resets of counters, extrapolation at the borders."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable

from tests.servers.prometheus.parsing import Node, QueryError
from tests.servers.prometheus.store import NAME, Matcher, Series, Store

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
_LOOKBACK = 300.0
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else (math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)),
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


class Evaluation:
    """One query over one store; counts the samples that it loads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.samples = 0
        self._known: dict[tuple[Matcher, ...], list[Series]] = {}

    def at(self, tree: Node, moment: float) -> float | Vector:
        """The value at a moment."""
        match tree:
            case ("number", value):
                return float(value)
            case ("select", matchers):
                return self._instant(matchers, moment)
            case ("call", name, arguments):
                return self._call(name, arguments, moment)
            case ("aggregate", name, by, inner):
                return _aggregated(name, by, self._vector(inner, moment))
            case ("binary", "or", left, right):
                return {**self._vector(right, moment), **self._vector(left, moment)}
            case ("binary", sign, left, right):
                return _combined(sign, self.at(left, moment), self.at(right, moment))
        raise QueryError(f"1:1: parse error: unexpected {tree[0]}")

    def _vector(self, tree: Node, moment: float) -> Vector:
        found = self.at(tree, moment)
        if isinstance(found, float):
            raise QueryError("1:1: parse error: expected type instant vector, got scalar")
        return found

    def _matching(self, matchers: tuple[Matcher, ...]) -> list[Series]:
        if matchers not in self._known:
            self._known[matchers] = self._store.matching(matchers)
        return self._known[matchers]

    def _instant(self, matchers: tuple[Matcher, ...], moment: float) -> Vector:
        found: Vector = {}
        for series in self._matching(matchers):
            samples = series.within(moment - _LOOKBACK + 0.001, moment)
            self.samples += len(samples[-1:])
            if samples and not _is_stale(samples[-1][1]):
                found[frozenset(series.labels.items())] = samples[-1][1]
        return found

    def _call(self, name: str, arguments: list[Node], moment: float) -> float | Vector:
        if name == "time":
            return moment
        if name == "vector":
            return {frozenset(): float(arguments[0][1])}
        if name == "histogram_quantile":
            return _quantiles(float(arguments[0][1]), self._vector(arguments[1], moment))
        kind, matchers, length = arguments[0] if len(arguments[0]) == 3 else ("", (), 0.0)
        if kind != "range":
            raise QueryError(f'1:1: parse error: expected type range vector in call to function "{name}"')
        found: Vector = {}
        for series in self._matching(matchers):
            samples = [one for one in series.within(moment - length, moment) if not _is_stale(one[1])]
            self.samples += len(samples)
            grown = _increase(samples, moment - length, moment)
            if grown is not None:
                labels = frozenset((key, value) for key, value in series.labels.items() if key != NAME)
                found[labels] = grown / length if name == "rate" else grown
        return found


def _is_stale(value: float) -> bool:
    return math.isnan(value)


def _increase(samples: list[tuple[float, float]], start: float, end: float) -> float | None:
    """How much a counter grew in a time, extrapolated to its borders (`extrapolatedRate` of Prometheus 2)."""
    if len(samples) < 2:
        return None
    grown = samples[-1][1] - samples[0][1]
    for (_, before), (_, after) in itertools.pairwise(samples):
        if after < before:
            grown += before
    sampled = samples[-1][0] - samples[0][0]
    to_start, to_end = samples[0][0] - start, end - samples[-1][0]
    between = sampled / (len(samples) - 1)
    if grown > 0 and samples[0][1] >= 0:
        to_start = min(to_start, sampled * samples[0][1] / grown)
    length = sampled
    for gap in (to_start, to_end):
        length += gap if gap < between * 1.1 else between / 2
    return grown * length / sampled


def _aggregated(name: str, by: tuple[str, ...], vector: Vector) -> Vector:
    groups: dict[Labels, list[float]] = defaultdict(list)
    for labels, value in vector.items():
        groups[frozenset((key, one) for key, one in labels if key in by)].append(value)
    reduce: dict[str, Callable[[list[float]], float]] = {
        "sum": math.fsum, "avg": lambda v: math.fsum(v) / len(v), "max": max, "min": min,
        "count": lambda v: float(len(v)),
    }  # fmt: skip
    return {labels: reduce[name](values) for labels, values in groups.items()}


def _combined(sign: str, left: float | Vector, right: float | Vector) -> float | Vector:
    if isinstance(left, float) and isinstance(right, float):
        return _ARITHMETIC[sign](left, right)
    plain = {} if isinstance(left, float) else {_nameless(key): key for key in left}
    found: Vector = {}
    keys = plain if plain or not isinstance(right, dict) else {_nameless(key): key for key in right}
    other = {_nameless(key): value for key, value in right.items()} if isinstance(right, dict) else {}
    for bare, key in keys.items():
        one = left if isinstance(left, float) else left[key]
        if isinstance(right, dict) and bare not in other:
            continue
        two = right if isinstance(right, float) else other[bare]
        if sign in _COMPARISONS:
            if _COMPARISONS[sign](one, two):
                found[key] = one
        else:
            found[bare] = _ARITHMETIC[sign](one, two)
    return found


def _nameless(labels: Labels) -> Labels:
    return frozenset(one for one in labels if one[0] != NAME)


def _quantiles(share: float, vector: Vector) -> Vector:
    """Quantiles from buckets, linear within the bucket."""
    groups: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, value in vector.items():
        bound = dict(labels).get("le", "")
        rest = frozenset(one for one in labels if one[0] not in ("le", NAME))
        groups[rest].append((math.inf if bound == "+Inf" else float(bound), value))
    return {labels: _quantile(share, sorted(buckets)) for labels, buckets in groups.items()}


def _quantile(share: float, buckets: list[tuple[float, float]]) -> float:
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]) or not buckets[-1][1] > 0:
        return math.nan
    rank = share * buckets[-1][1]
    place = next(i for i, (_, count) in enumerate(buckets) if count >= rank)
    if place == len(buckets) - 1:
        return buckets[-2][0]
    low, below = (0.0, 0.0) if place == 0 else buckets[place - 1]
    high, count = buckets[place]
    if place == 0 and high <= 0:
        return high
    return low + (high - low) * (rank - below) / (count - below) if count > below else low
