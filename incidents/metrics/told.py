"""Shifts that an alert tells in words: `p90latency: Normal=36.38ms -> Current=7327.59ms`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy

from incidents.evidence import Alert
from incidents.metrics.changes import Shift
from incidents.metrics.series import Series

_TOLD = re.compile(
    r"(?P<name>[\w.\[\] -]*?)\s*[:|"
    r"]?\s*Normal=(?P<before>-?[\d.]+)\s*(?P<unit>[\w/%]*)\s*->\s*Cur(?:rent)?=(?P<after>-?[\d.]+)"
)
_VALUE = re.compile(r"\[(?P<name>[^\]]+)\]\s*\|\s*Val(?:ue)?:\s*(?P<after>[\d.]+)")
_TYPICAL = 10.0
"""The score of a shift that a monitor found worth telling; its own deviation is not known."""


def shifts(alert: Alert) -> Iterator[Shift]:
    """The shifts in an alert's details, as of the alert's start."""
    at = alert.starts_at.timestamp() if alert.starts_at else 0.0
    for line in alert.details:
        heading = line.partition("|")[0]
        for match in _TOLD.finditer(line):
            name = match["name"].strip(" |:") or heading
            before, after = float(match["before"]), float(match["after"])
            yield _shift(alert.subject, f"{heading} {name}", before, after, at)
        for match in _VALUE.finditer(line):
            yield _shift(alert.subject, match["name"], 0.0, float(match["after"]), at)


def _shift(subject: str, metric: str, before: float, after: float, at: float) -> Shift:
    series = Series(subject, metric.strip(), numpy.array([at]), numpy.array([after]))
    return Shift(series, before, after, _TYPICAL if after >= before else -_TYPICAL, at)
