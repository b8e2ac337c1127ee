"""One metric of one object as a report keeps it for a panel: its values, and where it turned."""

from __future__ import annotations

import itertools
from typing import Any

import numpy

from incidents.metrics.inflections import Measured
from incidents.metrics.series import Numbers
from incidents.situation import shown

_MOST_POINTS = 240
_DIGITS = 6


def panel(one: Measured) -> dict[str, Any]:
    """The panel in the report's form: times in seconds since 1970, null where no value is known."""
    times, values = _thinned(one.series.times, one.series.values)
    turn = one.shift
    at = one.turned_at
    return {
        "object": shown(one.item), "subject": one.series.subject, "metric": one.series.metric,
        "times": [round(float(time), 3) for time in times], "values": [_value(value) for value in values],
        "turned_at": at.isoformat() if at else None,
        "before": _value(turn.before) if turn else None, "after": _value(turn.after) if turn else None,
    }  # fmt: skip


def _thinned(times: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """At most so many points: of each stretch the value that is farthest from the middle, so that peaks stay."""
    if len(times) <= _MOST_POINTS:
        return times, values
    edges = numpy.linspace(0, len(times), _MOST_POINTS + 1).astype(int)
    middle = numpy.nanmedian(values)
    places = []
    for start, end in itertools.pairwise(edges):
        part = numpy.abs(values[start:end] - middle)
        places.append(start + (int(numpy.nanargmax(part)) if numpy.isfinite(part).any() else 0))
    return times[places], values[places]


def _value(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if numpy.isfinite(value) else None
