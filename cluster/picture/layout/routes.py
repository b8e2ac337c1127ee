"""The way of each link: from side to side, through the gaps between columns and past the boxes in between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

from cluster.picture.boxes import SetBox
from cluster.picture.scene import Link

Point = tuple[float, float]
_SPACING = 11.0
_EDGE = 10.0
_BOW = 30.0


class _Placed(Protocol):
    @property
    def set(self) -> SetBox: ...
    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Route:
    """A link's way: curves between each two points, straight on where a column is passed. It ends at the target."""

    link: Link
    points: tuple[Point, ...]
    bow: bool = False


def routes(
    paths: list[tuple[Link, list[str]]],
    boxes: dict[str, _Placed],
    tops: dict[str, float],
    xs: list[float],
    column: dict[str, int],
    passing: float,
) -> list[Route]:
    """Each link with its points; where several meet one side of a box, they spread in the order of their other ends."""
    widths = _widths(boxes, column, len(xs))
    ports = _ports(paths, boxes, tops, column)
    found = []
    for number, (link, way) in enumerate(paths):
        first, last = boxes[way[0]], boxes[way[-1]]
        start = (first.x + first.set.width, ports[number, 0])
        if column[way[0]] == column[way[-1]]:
            end = (last.x + last.set.width, ports[number, 1])
            points = [start, end] if link.source == way[0] else [end, start]
            found.append(Route(link, tuple(points), bow=True))
            continue
        points = [start]
        for slot in way[1:-1]:
            place = int(slot.rsplit(":", 1)[1])
            middle = tops[slot] + passing / 2
            points += [(xs[place], middle), (xs[place] + widths[place], middle)]
        points.append((last.x, ports[number, 1]))
        found.append(Route(link, tuple(points if link.source == way[0] else points[::-1])))
    return found


def _widths(boxes: dict[str, _Placed], column: dict[str, int], count: int) -> list[float]:
    widths = [0.0] * count
    for ident, place in column.items():
        widths[place] = max(widths[place], boxes[ident].set.width)
    return widths


def _ports(
    paths: list[tuple[Link, list[str]]], boxes: dict[str, _Placed], tops: dict[str, float], column: dict[str, int]
) -> dict[tuple[int, int], float]:
    """The height at which each link leaves its first and reaches its last box."""
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = defaultdict(list)
    for number, (_, way) in enumerate(paths):
        level = column[way[0]] == column[way[-1]]
        sides[way[0], True].append((_height(way[1], boxes, tops), number, 0))
        sides[way[-1], level].append((_height(way[-2], boxes, tops), number, 1))
    found: dict[tuple[int, int], float] = {}
    for (ident, _), ends in sides.items():
        box = boxes[ident]
        step = min(_SPACING, (box.set.height - 2 * _EDGE) / max(1, len(ends) - 1))
        first = box.y + box.set.height / 2 - step * (len(ends) - 1) / 2
        for place, (_, number, end) in enumerate(sorted(ends)):
            found[number, end] = first + step * place
    return found


def _height(slot: str, boxes: dict[str, _Placed], tops: dict[str, float]) -> float:
    return boxes[slot].y + boxes[slot].set.height / 2 if slot in boxes else tops[slot]
