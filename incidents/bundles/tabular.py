"""Metric series from CSV: a column of times and one column for each `<workload>-<metric>`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy

from incidents.bundles.units import moment
from incidents.metrics.series import Numbers, Series

_TIME_NAMES = frozenset({"time", "timestamp", "date", "datetime", "unix_timestamp", "ts"})


def is_metrics(text: str) -> bool:
    """Whether a CSV file begins with a column of times."""
    first = text.lstrip("\ufeff").partition("\n")[0].partition(",")[0]
    return first.strip().strip('"').lower() in _TIME_NAMES


def read(text: str) -> list[Series]:
    """The series of a metrics CSV; rows without a readable time are left out. ValueError where there is none."""
    table = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    if not table:
        raise ValueError("the file is empty")
    headings, rows = table[0], table[1:]
    stamped = [(at, row) for row in rows if row and (at := _time(row[0])) is not None]
    if not stamped:
        raise ValueError("no row has a time in its first column")
    stamped.sort(key=lambda pair: pair[0])
    times = numpy.array([at for at, _ in stamped], dtype=numpy.float64)
    found = []
    for place, heading in enumerate(headings[1:], 1):
        subject, dash, metric = heading.strip().rpartition("-")
        if dash and subject and metric:
            found.append(Series(subject, metric, times, _column([row for _, row in stamped], place)))
    return found


def _column(rows: Sequence[Sequence[str]], place: int) -> Numbers:
    return numpy.array(
        [_number(row[place]) if place < len(row) else numpy.nan for row in rows], dtype=numpy.float64
    )


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _time(cell: str) -> float | None:
    """Seconds since 1970 of a Unix time (seconds or milliseconds) or an ISO 8601 one."""
    value = _number(cell)
    if numpy.isfinite(value):
        return value / 1000 if value > 1e11 else value
    at = moment(cell)
    return at.timestamp() if at else None
