"""What is looked up in the timeline of changes: as little of it as a question needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cluster.changes.model import Change

ENOUGH = 1_000
"""How many changes the history gives at most."""
_STEPS = (timedelta(days=1), timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Place:
    """Of what changes are wanted; empty: of all clusters, namespaces, kinds, names."""

    clusters: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


History = Callable[[datetime, datetime, Place], Sequence[Change]]
"""The changes between two moments that the caller may know of, oldest first."""


def of_sources(changes: Sequence[Change], sources: Sequence[str]) -> list[Change]:
    """The changes of objects that these live sources read; all where none is given."""
    prefixes = tuple(f"kubernetes:{source}/" for source in sources)
    return [one for one in changes if not prefixes or any(i.startswith(prefixes) for i in one.documents)]


def newest(
    history: History,
    start: datetime,
    end: datetime,
    place: Place,
    meant: Callable[[Change], bool],
    enough: int,
) -> tuple[list[Change], bool]:
    """The changes that are `meant`, oldest first: all of them, or at least the `enough` newest; and whether all.

    A month of a large cluster takes half a minute to read, so the last day is looked at first, then the last week.
    """
    for since in [end - length for length in _STEPS if end - length > start] + [start]:
        told = history(since, end, place)
        found = [one for one in told if meant(one)]
        if len(found) >= enough or len(told) >= ENOUGH:
            return found, False
    return found, True
