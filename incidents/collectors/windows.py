"""The time that is measured around an incident, and how finely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy

from incidents.evidence import Evidence
from incidents.metrics.series import Numbers

_QUIET = timedelta(hours=1)
"""How much of the time before the first sign is measured: what is usual is taken from it."""
_RECENT = timedelta(hours=3)
_LONGEST = timedelta(hours=12)
_POINTS = 240
_FINEST, _SHORTEST_SPAN = 15.0, 120.0


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is measured, in seconds since 1970, and the step between two values."""

    start: float
    end: float
    step: float

    @property
    def span(self) -> str:
        """How far a rate looks back."""
        return f"{max(4 * self.step, _SHORTEST_SPAN):.0f}s"

    @property
    def points(self) -> int:
        """How many values there are."""
        return int((self.end - self.start) / self.step) + 1

    @property
    def times(self) -> Numbers:
        """The times of all values."""
        end = self.start + self.step * (self.points - 1)
        return numpy.linspace(self.start, end, self.points, dtype=numpy.float64)


def window(evidence: Evidence, end: datetime) -> Window:
    """From an hour before the first sign of trouble until `end`."""
    signs = [alert.starts_at for alert in evidence.alerts if alert.starts_at]
    # There is always some warning that goes on for days: it is no sign of what happens now.
    signs += [
        at
        for event in evidence.events
        if event.warning and (at := event.first_at or event.at) and at >= end - _RECENT
    ]
    first = min((one for one in signs if one <= end), default=end)
    start = max(min(first, end - _QUIET) - _QUIET, end - _LONGEST)
    step = max(_FINEST, math.ceil((end - start).total_seconds() / _POINTS))
    return Window(start.timestamp(), end.timestamp(), float(step))
