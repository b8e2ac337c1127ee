"""Moments that callers name."""

from __future__ import annotations

from datetime import UTC, datetime

from api.errors import UnclearError

EXAMPLE = "2026-03-01T12:00Z"
_FIRST_YEAR = 1970


def sensible(moment: datetime) -> datetime:
    """The moment, in UTC where it names no zone; raises `ValueError` for one of which nothing can be kept."""
    aware = moment.replace(tzinfo=moment.tzinfo or UTC)
    try:
        year = aware.astimezone(UTC).year
    except OverflowError:
        year = 0
    if year < _FIRST_YEAR:
        raise ValueError(f"nothing can be known of that time; write one such as {EXAMPLE}")
    return aware


def in_order(start: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Both moments as they were given; raises `UnclearError` where the first is not before the last."""
    if start is not None and end is not None and start >= end:
        raise UnclearError(f"`from` ({start:%Y-%m-%dT%H:%MZ}) is not before `to` ({end:%Y-%m-%dT%H:%MZ})")
    return start, end
