"""Dates as authors write them into a page's own metadata."""

from __future__ import annotations

from datetime import UTC, datetime


def to_date(text: str) -> datetime | None:
    """The moment that an ISO 8601 date or date and time names, in UTC; None for anything else."""
    try:
        date = datetime.fromisoformat(text.strip("'\" "))
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
