"""Where and how strongly a series changed, in robust terms: medians and interquartile ranges.

A shift is measured between the median of a quiet stretch and the median of a short window, wherever in the rest of
the series that departs most. No onset has to be known, so none can be misjudged; where one is told, a minute on
either side of it is left out of both. A series that goes back some days is compared with the same hour of those.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.lib.stride_tricks import sliding_window_view

from incidents.metrics import seasons
from incidents.metrics.series import Numbers, Series

_FEWEST = 6
"""Values that a baseline needs."""
_LEAST = 4
"""Values of a series from which on it is looked at all: what a monitor shows of four minutes."""
_ROUGH = 0.25
"""The share of the middle that is the least deviation of a baseline of a few values: only doubling is clear then."""
_IQR_TO_SIGMA = 1.349
_CLEAR = 4.0
"""Robust deviations from which on a value does not belong to the baseline any more."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A series went from `before` to `after`; `score` is the distance in robust deviations, signed.

    `onset` is when it first left the baseline for good (seconds since 1970).
    """

    series: Series
    before: float
    after: float
    score: float
    onset: float

    @property
    def ratio(self) -> float:
        """How many times as large it became; infinite from zero."""
        if self.before <= 0:
            return float("inf") if self.after > 0 else 1.0
        return self.after / self.before


def spread(values: Numbers, middle: float, floor: float = 0.0, relative: float = 0.05) -> float:
    """The robust deviation of some values: their IQR as a standard deviation, no less than 5% of the middle."""
    low, high = numpy.nanpercentile(values, [25, 75])
    return float(max((high - low) / _IQR_TO_SIGMA, relative * abs(middle), floor, 1e-9))


def shift(
    series: Series, floor: float = 0.0, onset: float | None = None, slack: float = 60.0
) -> Shift | None:
    """The largest shift in a series; None where it is too short or has no values. `floor` is the least deviation."""
    kept = numpy.isfinite(series.values)
    times, values = series.times[kept], series.values[kept]
    if len(values) < _LEAST:
        return None
    if len(values) < 2 * _FEWEST:
        return _in_few(series, times, values, floor) if onset is None else None
    if onset is None and (usual := seasons.usual(times, values)) is not None:
        return _out_of_season(series, times, values, usual, floor)
    if onset is None:
        quiet = max(_FEWEST, len(values) // 5)
        base, rest, rest_times = values[:quiet], values[quiet:], times[quiet:]
    else:
        base, after = values[times < onset - slack], times >= onset + slack
        rest, rest_times = values[after], times[after]
        if len(base) < _FEWEST or not len(rest):
            return None
    return against(series, base, rest, rest_times, floor)


def _in_few(series: Series, times: Numbers, values: Numbers, floor: float) -> Shift | None:
    """The same for a series of a few values, whose own spread says little."""
    quiet = max(2, len(values) // 4)
    return against(series, values[:quiet], values[quiet:], times[quiet:], floor, _ROUGH)


def against(
    series: Series,
    base: Numbers,
    rest: Numbers,
    rest_times: Numbers,
    floor: float = 0.0,
    relative: float = 0.05,
) -> Shift | None:
    """The largest shift of `rest` from a baseline that is known apart; `relative` is as in `spread`."""
    before = float(numpy.nanmedian(base))
    deviation = spread(base, before, floor, relative)
    width = min(max(3, len(rest) // 8), len(rest))
    medians = numpy.median(sliding_window_view(rest, width), axis=1)
    place = int(numpy.argmax(numpy.abs(medians - before)))
    after = float(medians[place])
    score = (after - before) / deviation
    return Shift(series, before, after, score, _onset(rest, rest_times, before, deviation, place, score > 0))


def _out_of_season(
    series: Series, times: Numbers, values: Numbers, usual: seasons.Usual, floor: float
) -> Shift:
    """The largest shift of the last day from what its hours usually are."""
    now, times = values[usual.first :], times[usual.first :]
    deviations = numpy.maximum(
        usual.spread / _IQR_TO_SIGMA, numpy.maximum(0.05 * numpy.abs(usual.middle), floor)
    )
    distances = (now - usual.middle) / numpy.maximum(deviations, 1e-9)
    width = min(max(3, len(now) // 48), len(now))
    medians = numpy.median(sliding_window_view(distances, width), axis=1)
    place = int(numpy.argmax(numpy.abs(medians)))
    there = slice(place, place + width)
    score = float(medians[place])
    before, after = float(numpy.median(usual.middle[there])), float(numpy.median(now[there]))
    return Shift(series, before, after, score, _onset(distances, times, 0.0, 1.0, place, score > 0))


def _onset(values: Numbers, times: Numbers, before: float, deviation: float, place: int, up: bool) -> float:
    """The time of the first value of the run around `place` that is clear of the baseline."""
    with numpy.errstate(over="ignore", invalid="ignore"):
        distance = (values - before) / deviation * (1 if up else -1)
    # The median of a window is clear as soon as half of its values are: its first ones may still be usual.
    clear = numpy.flatnonzero(distance[place:] > _CLEAR)
    first = place + int(clear[0]) if len(clear) else place
    while first > 0 and distance[first - 1] > _CLEAR:
        first -= 1
    return float(times[first])
