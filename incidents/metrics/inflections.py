"""Where metrics of the objects of an incident turned: evidence for causes, entries of the timeline, panels."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cluster.edges.base import Item
from incidents.checks.shifts import said, subject
from incidents.evidence import Piece
from incidents.metrics.changes import Shift, shift
from incidents.metrics.kinds import Kind, kind_of
from incidents.metrics.series import Series
from incidents.situation import Situation

_CLEAR = 4.0
_LEAST_RATIO = 1.5
_FLOORS = {
    Kind.LATENCY: 1.0, Kind.CPU: 0.01, Kind.THROTTLING: 0.02, Kind.SUCCESS: 0.01, Kind.TRAFFIC: 0.5,
    Kind.RETRANSMISSIONS: 0.1, Kind.ERRORS: 0.01, Kind.MEMORY: 1e6, Kind.OTHER: 0.2,
}  # fmt: skip
"""The least deviation that counts of each kind, in its usual unit: noise below it is no change."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One series of an object, and where it turned, if it did."""

    item: Item
    series: Series
    shift: Shift | None

    @property
    def turned_at(self) -> datetime | None:
        """When it turned."""
        if self.shift is None or self.shift.onset <= 0:
            return None
        return datetime.fromtimestamp(self.shift.onset, UTC)

    def piece(self) -> Piece:
        """The turn as evidence."""
        assert self.shift is not None
        return said(self.item, self.shift)


def measured(situation: Situation, objects: Collection[str]) -> list[Measured]:
    """The series of some objects (node ids) with their turns, those that turned most first."""
    found = list(_measured(situation, objects))
    return sorted(found, key=lambda one: (-_weight(one), one.series.subject, one.series.metric))


def _measured(situation: Situation, objects: Collection[str]) -> Iterator[Measured]:
    known: dict[str, Item | None] = {}
    for series in situation.evidence.series:
        if series.subject not in known:
            known[series.subject] = subject(situation, series.subject)
        item = known[series.subject]
        if item is not None and item.id in objects and series.filled:
            turn = shift(series, _FLOORS[kind_of(series.metric)])
            yield Measured(item, series, turn if turn is not None and _is_clear(turn) else None)


def _is_clear(turn: Shift) -> bool:
    large = turn.ratio >= _LEAST_RATIO or turn.ratio <= 1 / _LEAST_RATIO
    return abs(turn.score) >= _CLEAR and large


def _weight(one: Measured) -> float:
    return abs(one.shift.score) if one.shift is not None else 0.0
