"""What a series usually is at this hour, from the same hour of earlier days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from incidents.metrics.series import Numbers

_DAY = 86_400.0
_BIN = 1_800.0
_BINS = int(_DAY / _BIN)
_FEWEST_DAYS = 2
"""Earlier days that a season needs."""
_FEWEST = 6
"""Earlier values that an hour needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """For each value from `first` on (the last day): the median and interquartile range of that hour before."""

    first: int
    middle: Numbers
    spread: Numbers


def usual(times: Numbers, values: Numbers) -> Usual | None:
    """The usual values of the last day's hours; None where there are no two days before it, or an hour is missing.

    An hour is the half hour of a time and those on either side, so that what comes a little early is usual too.
    """
    first = int(numpy.searchsorted(times, times[-1] - _DAY, side="right"))
    if first == 0 or times[-1] - times[0] < (_FEWEST_DAYS + 1) * _DAY * 0.99:
        return None
    bins = (times % _DAY // _BIN).astype(numpy.int64)
    middle, spread = numpy.full(_BINS, numpy.nan), numpy.full(_BINS, numpy.nan)
    for place in numpy.unique(bins[first:]):
        near = (bins[:first] - place + 1) % _BINS <= 2
        if near.sum() < _FEWEST:
            return None
        low, half, high = numpy.percentile(values[:first][near], [25, 50, 75])
        middle[place], spread[place] = half, high - low
    return Usual(first, middle[bins[first:]], spread[bins[first:]])
