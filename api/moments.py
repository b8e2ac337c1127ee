"""Moments that callers name."""

from __future__ import annotations

from datetime import UTC, datetime

EXAMPLE = "2026-03-01T12:00Z"
_YEARS = range(1970, 2200)


def sensible(moment: datetime) -> datetime:
    """The moment, in UTC where it names no zone; raises `ValueError` for a year of which nothing can be kept."""
    if moment.year not in _YEARS:
        raise ValueError(f"nothing is kept of the year {moment.year}; write a time such as {EXAMPLE}")
    return moment.replace(tzinfo=moment.tzinfo or UTC)
