"""The way of each link: from side to side, through the gaps between columns and past the boxes in between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from cluster.picture.boxes import SetBox
from cluster.picture.scene import Link

PASSING = 8.0
"""The height that is kept free for a link which passes a column."""
Point = tuple[float, float]
_EDGE = 10.0


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box and its upper left corner."""

    set: SetBox
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Route:
    """A link's way: a curve between each two points that differ in height, else straight. It ends at the target."""

    link: Link
    points: tuple[Point, ...]


def routes(
    paths: list[tuple[Link, list[str]]],
    boxes: dict[str, PlacedBox],
    tops: dict[str, float],
    xs: list[float],
    column: dict[str, int],
    cell: float,
    spacing: float = 11.0,
) -> list[Route]:
    """Each link with its points; where several meet one side of a box, they spread in the order of their other ends.

    `xs` are the left sides of the columns, each `cell` wide; `spacing` is how far links at one side are apart.
    """
    ports = _ports(paths, boxes, tops, spacing)
    found = []
    for number, (link, way) in enumerate(paths):
        first, last = boxes[way[0]], boxes[way[-1]]
        start, end = ports[number, 0], ports[number, 1]
        points = [(first.x + first.set.width, start), (xs[column[way[0]]] + cell, start)]
        for slot in way[1:-1]:
            left = xs[int(slot.rsplit(":", 1)[1])]
            middle = tops[slot] + PASSING / 2
            points += [(left, middle), (left + cell, middle)]
        points.append((last.x, end))
        points = list(dict.fromkeys(points))
        found.append(Route(link, tuple(points if link.source == way[0] else points[::-1])))
    return found


def _ports(
    paths: list[tuple[Link, list[str]]], boxes: dict[str, PlacedBox], tops: dict[str, float], spacing: float
) -> dict[tuple[int, int], float]:
    """The height at which each link leaves its first box (0) and reaches its last (1)."""
    sides: dict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
    for number, (_, way) in enumerate(paths):
        sides[way[0], 0].append((_height(way[1], boxes, tops), number))
        sides[way[-1], 1].append((_height(way[-2], boxes, tops), number))
    found: dict[tuple[int, int], float] = {}
    for (ident, end), others in sides.items():
        box = boxes[ident]
        step = min(spacing, (box.set.height - 2 * _EDGE) / max(1, len(others) - 1))
        first = box.y + box.set.height / 2 - step * (len(others) - 1) / 2
        for place, (_, number) in enumerate(sorted(others)):
            found[number, end] = round(first + step * place, 1)
    return found


def _height(slot: str, boxes: dict[str, PlacedBox], tops: dict[str, float]) -> float:
    return boxes[slot].y + boxes[slot].set.height / 2 if slot in boxes else tops[slot]
