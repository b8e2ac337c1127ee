"""Parts that no link joins: each stays together, and small ones stand beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

Pair = tuple[str, str]


def components(members: Iterable[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """The number of each member's part; the largest part is 0."""
    near: dict[str, list[str]] = {member: [] for member in members}
    for one, two in pairs:
        near[one].append(two)
        near[two].append(one)
    parts: list[list[str]] = []
    seen: set[str] = set()
    for member in near:
        if member in seen:
            continue
        seen.add(member)
        part = [member]
        for one in part:
            fresh = [other for other in dict.fromkeys(near[one]) if other not in seen]
            seen.update(fresh)
            part += fresh
        parts.append(part)
    parts.sort(key=len, reverse=True)
    return {member: number for number, part in enumerate(parts) for member in part}


def beside(
    column: dict[str, int], part: dict[str, int], height: Mapping[str, float], across: int
) -> dict[str, int]:
    """The columns with each part moved to the right where that keeps the whole low, within so many columns."""
    tall: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for box, number in part.items():
        tall[number][column[box]] += height[box]
    filled = [0.0] * max([across, *(max(some) + 1 for some in tall.values())])
    moved: dict[int, int] = {}
    for number in sorted(tall):
        needs = tall[number]
        offsets = range(len(filled) - max(needs))
        tops = [max(filled[offset + one] for one in needs) for offset in offsets]
        best = min(offsets, key=lambda offset: (tops[offset], offset))
        for one, high in needs.items():
            filled[best + one] = tops[best] + high
        moved[number] = best
    return {box: column[box] + moved[part[box]] for box in part}
