"""Writes queries in CQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_FURTHEST_WEST = timedelta(hours=12)
_MARGIN = timedelta(hours=1)


def quoted(text: str) -> str:
    """A string as CQL writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(field: str, values: Iterable[str], *, quote: bool = False) -> str:
    """`field in (…)`."""
    return f"{field} in ({', '.join(quoted(value) if quote else value for value in values)})"


def none_of(field: str, values: Iterable[str]) -> str:
    """`field not in (…)`."""
    return f"{field} not in ({', '.join(values)})"


def both(*conditions: str) -> str:
    """All conditions that are not ''."""
    return " and ".join(filter(None, conditions))


def modified_since(moment: datetime, earlier: timedelta = timedelta()) -> str:
    """A condition that holds for all that changed after `moment`, wherever the account's time zone is.

    CQL reads times in the zone of the account, to the minute, and no API of Data Center tells which that is. The time
    is written as in the zone furthest west: what is found too much is told apart by its version.
    """
    bound = moment.astimezone(UTC) - _FURTHEST_WEST - _MARGIN - earlier
    return f'lastmodified >= "{bound:%Y-%m-%d %H:%M}"'
