"""A scene with every box, group and link in its place."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field, replace

from cluster.picture.boxes import SetBox, set_box
from cluster.picture.layout.components import beside, components
from cluster.picture.layout.heights import settle
from cluster.picture.layout.layers import columns
from cluster.picture.layout.order import Slots, arranged
from cluster.picture.layout.routes import PASSING, PlacedBox, Route, routes
from cluster.picture.scene import ALARMING, Group, Link, Scene
from cluster.picture.text import width, wrap

PADDING, HEADER, NOTE = 18.0, 44.0, 18.0
_GAP, _LOOSE_GAP, _BAND_GAP, _PASSING_GAP = 18.0, 16.0, 20.0, 10.0
_NARROWEST, _WIDEST, _PER_LINK = 58.0, 132.0, 4.0
"""The gap between two columns, by the links in it."""
_COUNTED, _UNCOUNTED = 19.0, 11.0
"""How far links at one side of a box are apart, with and without numbers on them."""
_SQUARE = 1.7
_LONGEST_NOTE = 900.0
_NOTE_LINES = 3


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """A group's frame."""

    group: Group
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Placed:
    """Where everything is; the size is that of all groups together."""

    width: float = 0.0
    height: float = 0.0
    groups: list[PlacedGroup] = field(default_factory=list)
    boxes: dict[str, PlacedBox] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    """What is known before heights are: sizes, columns, their left sides, the order in them."""

    sized: dict[str, SetBox]
    column: dict[str, int]
    slots: Slots
    ordered: list[list[str]]
    xs: list[float]
    cell: float
    loose: dict[str, list[SetBox]]


def place(scene: Scene) -> Placed:
    """The layout: linked boxes in columns, the others in rows below them, in bands one group each.

    Boxes stand in columns only, links turn in the gaps between columns only: so none runs across a box.
    """
    sized = {box.id: set_box(box) for box in scene.boxes}
    links = [link for link in scene.links if link.source in sized and link.target in sized]
    column = _columns(sized, links)
    slots, paths = _slots(scene, column, links)
    ordered = arranged(slots)
    cell = max((one.width for one in sized.values()), default=0.0)
    loose = _loose(scene, sized, column)
    plan = _Plan(sized, column, slots, ordered, _lefts(ordered, slots, cell), cell, loose)
    _add_columns(plan)
    placed = Placed()
    tops: dict[str, float] = {}
    across = plan.xs[-1] + cell if plan.xs else 0.0
    wide = max([across, *(_heading(group) for group in scene.groups)])
    y = 0.0
    for band, full in enumerate(scene.groups):
        notes = (line for note in full.notes for line in wrap(note, 12.0, wide, _NOTE_LINES, prose=True))
        group = replace(full, notes=tuple(notes))
        bottom = _band(plan, placed, band, group, y, tops)
        placed.groups.append(PlacedGroup(group, 0.0, y, wide + 2 * PADDING, bottom - y))
        y = bottom + _BAND_GAP
    placed.width, placed.height = wide + 2 * PADDING, max(0.0, y - _BAND_GAP)
    spacing = _COUNTED if scene.counted else _UNCOUNTED
    placed.routes = routes(paths, placed.boxes, tops, [PADDING + x for x in plan.xs], column, cell, spacing)
    return placed


def _across(sized: dict[str, SetBox]) -> int:
    """How many columns make the whole somewhat wider than high."""
    cell = max((one.width for one in sized.values()), default=0.0) + _GAP
    area = sum((one.height + _GAP) * cell for one in sized.values())
    return max(1, round(math.sqrt(area * _SQUARE) / cell)) if sized else 1


def _columns(sized: dict[str, SetBox], links: list[Link]) -> dict[str, int]:
    """The column of each box that has a link."""
    pairs = [(link.source, link.target) for link in links]
    column = columns(list(sized), pairs)
    height = {box: sized[box].height + _GAP for box in column}
    return beside(column, components(column, pairs), height, _across(sized))


def _slots(
    scene: Scene, column: dict[str, int], links: list[Link]
) -> tuple[Slots, list[tuple[Link, list[str]]]]:
    """The boxes by column, with a slot for each link in each column that it passes; and the way of each link."""
    bands = {group.id: place for place, group in enumerate(scene.groups)}
    band = {box.id: bands[box.group] for box in scene.boxes}
    slots = Slots([[] for _ in range(max(column.values(), default=-1) + 1)], band)
    for box in scene.boxes:
        if box.id in column:
            slots.columns[column[box.id]].append(box.id)
    paths: list[tuple[Link, list[str]]] = []
    for number, link in enumerate(links):
        first, last = sorted((link.source, link.target), key=column.__getitem__)
        way = [first]
        for between in range(column[first] + 1, column[last]):
            slot = f"\0{number}:{between}"
            slots.columns[between].append(slot)
            band[slot] = band[last]
            way.append(slot)
        way.append(last)
        for one, two in itertools.pairwise(way):
            slots.join(one, two)
        paths.append((link, way))
    joined = [(one, two) for one, after in slots.after.items() for two in after if band[one] == band[two]]
    slots.part = components((slot for column in slots.columns for slot in column), joined)
    return slots, paths


def _lefts(ordered: list[list[str]], slots: Slots, cell: float) -> list[float]:
    """Where each column begins."""
    xs: list[float] = []
    x = 0.0
    for column in ordered:
        xs.append(x)
        pieces = sum(len(slots.after[slot]) for slot in column)
        x += cell + min(_WIDEST, _NARROWEST + _PER_LINK * pieces)
    return xs


def _add_columns(plan: _Plan) -> None:
    """More columns for boxes without links."""
    if not plan.loose:
        return
    wanted = min(_across(plan.sized), max(len(some) for some in plan.loose.values()))
    while len(plan.xs) < wanted:
        plan.xs.append(plan.xs[-1] + plan.cell + _LOOSE_GAP if plan.xs else 0.0)


def _loose(scene: Scene, sized: dict[str, SetBox], column: dict[str, int]) -> dict[str, list[SetBox]]:
    """Boxes without links, by group: those that are not well first, then those that say more; stacks last."""
    found: dict[str, list[SetBox]] = defaultdict(list)
    for box in scene.boxes:
        if box.id not in column:
            found[box.group].append(sized[box.id])
    for some in found.values():
        some.sort(key=lambda one: (one.box.stack, one.box.level not in ALARMING, -one.height, one.box.id))
    return found


def _heading(group: Group) -> float:
    title = width(group.title, 15.0, bold=True) + width(group.subtitle, 12.0) + 24.0
    return max([title, *(min(_LONGEST_NOTE, width(note, 12.0)) for note in group.notes)])


def _band(plan: _Plan, placed: Placed, band: int, group: Group, y: float, tops: dict[str, float]) -> float:
    """Places what is in one group, from `y` down; where its frame ends."""
    top = y + HEADER
    bottom = _linked(plan, placed, band, top, tops)
    loose = plan.loose.get(group.id, [])
    if loose:
        bottom = _rows(plan, placed, loose, bottom + (_GAP if bottom > top else 0.0))
    if group.notes:
        bottom += NOTE * len(group.notes) + 6.0
    return bottom + PADDING


def _linked(plan: _Plan, placed: Placed, band: int, top: float, tops: dict[str, float]) -> float:
    """Places a group's boxes that have links, and the slots of links that pass; where they end."""
    parts: dict[int, list[list[str]]] = defaultdict(lambda: [[] for _ in plan.ordered])
    for place, column in enumerate(plan.ordered):
        for slot in column:
            if plan.slots.band[slot] == band:
                parts[plan.slots.part[slot]][place].append(slot)
    filled = [top] * len(plan.ordered)
    for number in sorted(parts):
        _part(plan, parts[number], filled, tops)
    for slot in (slot for some in parts.values() for column in some for slot in column):
        if slot in plan.sized:
            x = PADDING + plan.xs[plan.column[slot]]
            placed.boxes[slot] = PlacedBox(plan.sized[slot], x, tops[slot])
    return max([top, *(y - _GAP for y in filled if y > top)])


def _part(plan: _Plan, own: list[list[str]], filled: list[float], tops: dict[str, float]) -> None:
    """Sets what is linked together as high as what is above it in its columns allows."""
    height = {
        slot: plan.sized[slot].height if slot in plan.sized else PASSING for column in own for slot in column
    }

    def gap(one: str, two: str) -> float:
        return _GAP if one in plan.sized and two in plan.sized else _PASSING_GAP

    found = settle(own, height, gap, plan.slots.before, plan.slots.after)
    down = max(filled[place] - found[column[0]] for place, column in enumerate(own) if column)
    for place, column in enumerate(own):
        for slot in column:
            tops[slot] = round(down + found[slot], 1)
            filled[place] = tops[slot] + height[slot] + _GAP


def _rows(plan: _Plan, placed: Placed, loose: list[SetBox], y: float) -> float:
    """Places boxes without links in rows, in the same columns as the others; where the last row ends."""
    across = len(plan.xs)
    bottom = y
    for start in range(0, len(loose), across):
        row = loose[start : start + across]
        for x, one in zip(plan.xs, row, strict=False):
            placed.boxes[one.box.id] = PlacedBox(one, PADDING + x, y)
        bottom = y + max(one.height for one in row)
        y = bottom + _LOOSE_GAP
    return bottom
