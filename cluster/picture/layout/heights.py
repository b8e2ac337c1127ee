"""How high slots stand in their column: as near to their neighbours as the order and the gaps allow."""

from __future__ import annotations

import itertools
from collections.abc import Callable

_PASSES = 8


def settle(
    columns: list[list[str]],
    height: dict[str, float],
    gap: Callable[[str, str], float],
    before: dict[str, list[str]],
    after: dict[str, list[str]],
) -> dict[str, float]:
    """The top of each slot, from 0 down."""
    middle: dict[str, float] = {}
    for column in columns:
        y = 0.0
        for place, slot in enumerate(column):
            y += gap(column[place - 1], slot) if place else 0.0
            middle[slot] = y + height[slot] / 2
            y += height[slot]
    for turn in range(_PASSES):
        forward = turn % 2 == 0
        near = before if forward else after
        for column in columns if forward else reversed(columns):
            wanted = [_wanted(slot, near[slot] or (before[slot] + after[slot]), middle) for slot in column]
            apart = [
                (height[one] + height[two]) / 2 + gap(one, two) for one, two in itertools.pairwise(column)
            ]
            middle.update(zip(column, spread(wanted, apart), strict=True))
    tops = {slot: middle[slot] - height[slot] / 2 for slot in middle}
    highest = min(tops.values(), default=0.0)
    return {slot: round(top - highest, 1) for slot, top in tops.items()}


def _wanted(slot: str, near: list[str], middle: dict[str, float]) -> float:
    found = [middle[one] for one in near if one in middle]
    return sum(found) / len(found) if found else middle[slot]


def spread(wanted: list[float], apart: list[float]) -> list[float]:
    """Places in the same order, at least so far apart, with the least squared distance to the wanted ones."""
    offsets = [0.0]
    for distance in apart:
        offsets.append(offsets[-1] + distance)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        total, count = want - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before_total, before_count = blocks.pop()
            total, count = total + before_total, count + before_count
        blocks.append((total, count))
    levels = [total / count for total, count in blocks for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]
