"""Which column a box stands in: links lead to the right, cycles are broken, no column grows too tall."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable

Pair = tuple[str, str]
_LEAST = 7
_RATIO = 3.0


def columns(boxes: list[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """The column of each box that has a link."""
    linked = {end for pair in pairs for end in pair}
    order = _order([box for box in boxes if box in linked], set(pairs))
    place = {box: index for index, box in enumerate(order)}
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(set(pairs)):
        first, second = sorted((source, target), key=place.__getitem__)
        before[second].append(first)
        after[first].append(second)
    tallest = max(_LEAST, math.ceil(math.sqrt(_RATIO * len(order))))
    found: dict[str, int] = {}
    filled: dict[int, int] = defaultdict(int)
    for box in order:
        column = max((found[one] + 1 for one in before[box]), default=0)
        while filled[column] >= tallest and before[box]:
            column += 1
        found[box] = column
        filled[column] += 1
    return _pulled(order, found, before, after)


def _order(boxes: list[str], pairs: set[Pair]) -> list[str]:
    """An order in which few links lead back: sources first, sinks last, else who gives more than it takes."""
    out: dict[str, set[str]] = defaultdict(set)
    into: dict[str, set[str]] = defaultdict(set)
    for one, two in pairs:
        out[one].add(two)
        into[two].add(one)
    left = dict.fromkeys(boxes)
    head: list[str] = []
    tail: list[str] = []
    while left:
        sink = next((box for box in left if not out[box] & left.keys()), None)
        source = next((box for box in left if not into[box] & left.keys()), None)
        chosen = source or sink or max(left, key=_surplus(out, into, left))
        del left[chosen]
        if source is None and sink is not None:
            tail.append(chosen)
        else:
            head.append(chosen)
    return head + tail[::-1]


def _surplus(
    out: dict[str, set[str]], into: dict[str, set[str]], left: dict[str, None]
) -> Callable[[str], int]:
    return lambda box: len(out[box] & left.keys()) - len(into[box] & left.keys())


def _pulled(
    order: list[str], found: dict[str, int], before: dict[str, list[str]], after: dict[str, list[str]]
) -> dict[str, int]:
    """Boxes that nothing leads to stand right before what they lead to, which keeps their links short."""
    for box in reversed(order):
        if not before[box] and after[box]:
            found[box] = max(found[box], min(found[one] for one in after[box]) - 1)
    used = {column: place for place, column in enumerate(sorted(set(found.values())))}
    return {box: used[column] for box, column in found.items()}
