"""In which order boxes and passing links stand in a column, so that few links cross: sweeps of barycentres."""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field

_SWEEPS = 12


@dataclass(slots=True)
class Slots:
    """Columns of slots: a slot is a box, or a link on its way past a column.

    `band` is the place of the slot's group, `part` that of the slots that are linked with it inside the group.
    """

    columns: list[list[str]]
    band: dict[str, int]
    part: dict[str, int] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def join(self, first: str, second: str) -> None:
        """A link's piece from a slot to one in the next column."""
        self.after[first].append(second)
        self.before[second].append(first)


def arranged(slots: Slots) -> list[list[str]]:
    """The columns in an order with few crossings; bands stay together, and in them what is linked."""
    for column in slots.columns:
        column.sort(key=lambda slot: (slots.band[slot], slots.part[slot]))
    best = [list(column) for column in slots.columns]
    fewest = crossings(slots, best)
    current = [list(column) for column in best]
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        places = range(1, len(current)) if forward else range(len(current) - 2, -1, -1)
        for place in places:
            fixed = current[place - 1 if forward else place + 1]
            neighbours = slots.before if forward else slots.after
            current[place] = _sorted(slots, current[place], fixed, neighbours)
        count = crossings(slots, current)
        if count < fewest:
            fewest, best = count, [list(column) for column in current]
    return best


def _sorted(slots: Slots, column: list[str], fixed: list[str], neighbours: dict[str, list[str]]) -> list[str]:
    where = {slot: place for place, slot in enumerate(fixed)}
    middle: dict[str, float] = {}
    for place, slot in enumerate(column):
        found = [where[one] for one in neighbours[slot] if one in where]
        share = place / max(1, len(column) - 1) * max(1, len(fixed) - 1)
        middle[slot] = sum(found) / len(found) if found else share
    return sorted(column, key=lambda slot: (slots.band[slot], slots.part[slot], middle[slot]))


def crossings(slots: Slots, columns: list[list[str]]) -> int:
    """How many pairs of links cross between neighbouring columns."""
    total = 0
    for left, right in itertools.pairwise(columns):
        where = {slot: place for place, slot in enumerate(right)}
        seen: list[int] = []
        for slot in left:
            targets = [where[one] for one in slots.after[slot] if one in where]
            for target in targets:
                total += len(seen) - bisect_left(seen, target + 1)
            for target in targets:
                insort(seen, target)
    return total
