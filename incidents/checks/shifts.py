"""How the metrics of each workload and node have changed: from their series, or from what a monitor said of them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy

from cluster.edges.base import Item
from incidents.evidence import Piece, PieceType
from incidents.metrics import told
from incidents.metrics.changes import Shift, shift
from incidents.metrics.kinds import Kind, is_typical, kind_of
from incidents.metrics.series import Series
from incidents.metrics.units import shown_value
from incidents.situation import Situation, shown

_FLOORS = {
    Kind.LATENCY: 1.0, Kind.CPU: 0.01, Kind.THROTTLING: 0.02, Kind.SUCCESS: 0.01, Kind.TRAFFIC: 0.5,
    Kind.RETRANSMISSIONS: 0.1, Kind.ERRORS: 0.01,
}  # fmt: skip
"""The least deviation that counts of each kind, in its usual unit: noise below it is no change."""
CLEAR = 4.0
"""Robust deviations from which on a change is one."""
_FAINT = 2.5
"""The same for the typical call that became slower by far more time than any other."""
_FAR = 2.0
SLOWER = 2.0
"""The factor from which on a latency counts as risen."""
_FEW = 10.0
"""A delay holds up every packet, a loss some: the slowest calls then wait so many times longer than the typical one."""
_STOPS = 2.0
"""What it adds to the slowness of a workload that its calls fail, or that it completes none any more."""


@dataclass(slots=True)
class Change:
    """The shifts of one subject, the strongest of each kind and, for latency, of each metric."""

    item: Item
    shifts: dict[Kind, list[Shift]] = field(default_factory=lambda: defaultdict(list))
    has_typical: bool = False
    """Whether the latency of its typical call was measured, be it as before."""

    def most(self, kind: Kind) -> Shift | None:
        """The strongest shift of a kind, either way."""
        return max(self.shifts.get(kind, []), key=lambda one: abs(one.score), default=None)

    @property
    def slowness(self) -> float:
        """How much slower it became: logarithms of the factors of its latencies, and whether they fail or stop.

        The typical call counts twice as much as the slowest ones: those of a service that is well are the calls of
        a caller that is slow.
        """
        total = 0.0
        for one in self.shifts.get(Kind.LATENCY, []):
            if one.score >= CLEAR and one.ratio >= SLOWER:
                weight = 1.0 if is_typical(one.series.metric) else 0.5
                total += weight * math.log(min(one.ratio, 1e4))
        if not total:
            return 0.0
        failing = self.most(Kind.SUCCESS)
        if failing is not None and failing.score <= -CLEAR and failing.after < failing.before - 0.2:
            total += _STOPS
        if any(one.score <= -CLEAR and one.ratio < 0.1 for one in self.shifts.get(Kind.TRAFFIC, [])):
            total += _STOPS
        return total

    @property
    def typical(self) -> bool:
        """Whether its typical call became slower: one that only some callers find slow is well itself."""
        return bool(self.rises)

    @property
    def rises(self) -> dict[str, float]:
        """By how much its typical call became slower, by metric."""
        return {
            one.series.metric: one.after - one.before
            for one in self.shifts.get(Kind.LATENCY, [])
            if one.score >= CLEAR and one.ratio >= SLOWER and is_typical(one.series.metric)
        }

    @property
    def uneven(self) -> bool:
        """Whether its slowest calls became slower, and the typical one by less than a tenth of that time."""
        added: dict[bool, float] = {True: 0.0, False: 0.0}
        for one in self.shifts.get(Kind.LATENCY, []):
            if one.score >= CLEAR:
                typical = is_typical(one.series.metric)
                added[typical] = max(added[typical], one.after - one.before)
        return self.has_typical and added[True] * _FEW < added[False]

    @property
    def added(self) -> float:
        """The most time that its calls take longer; a call in milliseconds, as monitors have it."""
        return max(
            (
                one.after - one.before
                for one in self.shifts.get(Kind.LATENCY, [])
                if one.score >= CLEAR and one.ratio >= SLOWER
            ),
            default=0.0,
        )

    @property
    def since(self) -> datetime | None:
        """When its latency began to rise."""
        onsets = [
            one.onset for one in self.shifts.get(Kind.LATENCY, []) if one.score >= CLEAR and one.onset > 0
        ]
        return datetime.fromtimestamp(min(onsets), UTC) if onsets else None


def changes(s: Situation) -> dict[str, Change]:
    """The clear shifts of each workload and node, by its id; alerts count only for what was not measured."""
    found: dict[str, Change] = {}
    faint: list[tuple[Item, Shift]] = []
    measured: set[tuple[str, Kind]] = set()
    typical: set[str] = set()
    for series in s.evidence.series:
        item = subject(s, series.subject)
        kind = kind_of(series.metric)
        if item is None or kind is Kind.OTHER:
            continue
        one = shift(_called(series) if kind is Kind.LATENCY else series, _FLOORS.get(kind, 0.0))
        if one is not None and abs(one.score) >= CLEAR:
            found.setdefault(item.id, Change(item)).shifts[kind].append(one)
        elif one is not None and kind is Kind.LATENCY and is_typical(series.metric) and one.score >= _FAINT:
            faint.append((item, one))
        measured.add((item.id, kind))
        if one is not None and kind is Kind.LATENCY and is_typical(series.metric):
            typical.add(item.id)
    for alert in s.evidence.alerts:
        item = subject(s, alert.subject)
        for one in told.shifts(alert) if item is not None else ():
            kind = kind_of(one.series.metric)
            if item is not None and (item.id, kind) not in measured:
                found.setdefault(item.id, Change(item)).shifts[kind].append(one)
    _add_farthest(found, faint)
    for ident, change in found.items():
        change.has_typical = ident in typical
    return found


def _add_farthest(found: dict[str, Change], faint: list[tuple[Item, Shift]]) -> None:
    """Adds what is not clear by itself, but slower by more time than all that is: nothing of it can have made it so."""
    most = max((one.added for one in found.values()), default=0.0)
    for item, one in faint:
        if most > 0 and one.ratio >= SLOWER and one.after - one.before >= _FAR * most:
            found.setdefault(item.id, Change(item)).shifts[Kind.LATENCY].append(replace(one, score=CLEAR))


def _called(series: Series) -> Series:
    """A latency without the times in which nothing was called: monitors show these as no time at all."""
    return replace(series, values=numpy.where(series.values == 0, numpy.nan, series.values))


def subject(s: Situation, name: str) -> Item | None:
    """The workload or node that a metric or alert means by a name."""
    for item in s.workloads:
        if item.name == name:
            return item
    for kind in ("Node", "Pod", "Service"):
        found = s.cluster.get(kind, name) or s.cluster.get(kind, name, s.namespace)
        if found is not None:
            if kind == "Service":
                behind = [w for w in s.workloads if found.id in {one.id for one in s.services_of(w)}]
                return behind[0] if behind else None
            return s.workload(found) if kind == "Pod" else found
    return None


def said(item: Item, one: Shift) -> Piece:
    """A shift as evidence."""
    at = datetime.fromtimestamp(one.onset, UTC) if one.onset > 0 else None
    metric = one.series.metric
    return Piece(
        PieceType.METRIC,
        f"{one.series.subject} {metric}: {shown_value(metric, one.before)} -> {shown_value(metric, one.after)}",
        shown(item),
        at,
    )
