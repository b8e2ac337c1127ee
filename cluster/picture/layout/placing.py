"""A scene with every box, group and link in its place."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from cluster.picture.boxes import SetBox, set_box
from cluster.picture.layout.heights import settle
from cluster.picture.layout.layers import columns as layers
from cluster.picture.layout.order import Slots, arranged
from cluster.picture.layout.routes import Route, routes
from cluster.picture.scene import Group, Link, Scene
from cluster.picture.text import width

PADDING, HEADER, NOTE, GAP, BAND_GAP = 18.0, 44.0, 18.0, 18.0, 20.0
_PASSING = 8.0
_NARROW, _WIDEST = 58.0, 132.0
_CELL_GAP = 16.0
_SQUARE = 1.7


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box and its upper left corner."""

    set: SetBox
    x: float
    y: float


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

    width: float
    height: float
    groups: list[PlacedGroup] = field(default_factory=list)
    boxes: dict[str, PlacedBox] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)


def place(scene: Scene) -> Placed:
    """The layout: linked boxes in columns, the others in a grid below them, in bands one group each."""
    sized = {box.id: set_box(box) for box in scene.boxes}
    links = [link for link in scene.links if link.source in sized and link.target in sized]
    column = _columns(scene, sized, links)
    slots, paths = _slots(scene, column, links)
    ordered = arranged(slots)
    xs, across = _across(ordered, sized, slots)
    placed = Placed(0.0, 0.0)
    tops: dict[str, float] = {}
    loose_boxes = _loose(scene, sized, column)
    wide = max([across, _loose_width(loose_boxes, list(sized.values()))])
    wide = max([wide, *(_heading(group) for group in scene.groups)])
    y = 0.0
    for band, group in enumerate(scene.groups):
        top = y + HEADER
        bottom = _band(slots, ordered, band, sized, top, tops)
        for slot in (slot for one in ordered for slot in one if slot in sized and slots.band[slot] == band):
            placed.boxes[slot] = PlacedBox(sized[slot], PADDING + xs[column[slot]], tops[slot])
        loose = loose_boxes.get(group.id, [])
        if loose:
            bottom = _grid(placed, loose, bottom + (GAP if bottom > top else 0.0), wide)
        bottom += NOTE * len(group.notes) + (6.0 if group.notes else 0.0)
        placed.groups.append(PlacedGroup(group, 0.0, y, wide + 2 * PADDING, bottom + PADDING - y))
        y = bottom + PADDING + BAND_GAP
    placed.width, placed.height = wide + 2 * PADDING, max(0.0, y - BAND_GAP)
    placed.routes = routes(paths, placed.boxes, tops, [PADDING + x for x in xs], column, _PASSING)
    return placed


def _columns(scene: Scene, sized: dict[str, SetBox], links: list[Link]) -> dict[str, int]:
    if scene.columns:
        used = {one: place for place, one in enumerate(sorted(set(scene.columns.values())))}
        return {ident: used[one] for ident, one in scene.columns.items() if ident in sized}
    return layers(list(sized), [(link.source, link.target) for link in links])


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
        if column[first] != column[last]:
            for one, two in zip(way, way[1:], strict=False):
                slots.join(one, two)
        paths.append((link, way))
    return slots, paths


def _across(ordered: list[list[str]], sized: dict[str, SetBox], slots: Slots) -> tuple[list[float], float]:
    """Where each column begins, and how wide they are together."""
    xs: list[float] = []
    x = 0.0
    for column in ordered:
        xs.append(x)
        pieces = sum(len(slots.after[slot]) for slot in column)
        gap = min(_WIDEST, _NARROW + 4.0 * pieces)
        x += max((sized[slot].width for slot in column if slot in sized), default=0.0) + gap
    return xs, max(0.0, x - (gap if ordered else 0.0))


def _band(
    slots: Slots, ordered: list[list[str]], band: int, sized: dict[str, SetBox], top: float, tops: dict[str, float]
) -> float:
    """Sets the tops of a band's slots, from `top` down; its bottom."""
    own = [[slot for slot in column if slots.band[slot] == band] for column in ordered]
    height = {slot: sized[slot].height if slot in sized else _PASSING for column in own for slot in column}
    if not height:
        return top
    found = settle(own, height, lambda one, two: GAP if one in sized and two in sized else 10.0, slots.before, slots.after)
    tops.update({slot: top + y for slot, y in found.items()})
    return max(tops[slot] + height[slot] for slot in height)


def _loose(scene: Scene, sized: dict[str, SetBox], column: dict[str, int]) -> dict[str, list[SetBox]]:
    """Boxes without links, by group: those that say more first, so that rows are even; stacks last."""
    found: dict[str, list[SetBox]] = defaultdict(list)
    for box in scene.boxes:
        if box.id not in column:
            found[box.group].append(sized[box.id])
    for some in found.values():
        some.sort(key=lambda one: (one.box.stack, -one.height, one.box.id))
    return found


def _loose_width(loose: dict[str, list[SetBox]], boxes: list[SetBox]) -> float:
    """A width at which the whole is somewhat wider than high, and that whole boxes fill."""
    if not loose:
        return 0.0
    cell = max(one.width for some in loose.values() for one in some) + _CELL_GAP
    area = sum((one.height + _CELL_GAP) * (one.width + _CELL_GAP) for one in boxes)
    most = max(len(some) for some in loose.values())
    return cell * max(1, min(most, round(math.sqrt(area * _SQUARE) / cell))) - _CELL_GAP


def _heading(group: Group) -> float:
    texts = [width(group.title, 15.0, bold=True) + width(group.subtitle, 12.0) + 24.0]
    texts += [min(900.0, width(note, 12.0)) for note in group.notes]
    return max(texts)


def _grid(placed: Placed, loose: list[SetBox], y: float, wide: float) -> float:
    """Places boxes in rows; returns where the last one ends."""
    x, tallest = 0.0, 0.0
    for one in loose:
        if x and x + one.width > wide + 0.5:
            x, y, tallest = 0.0, y + tallest + _CELL_GAP, 0.0
        placed.boxes[one.box.id] = PlacedBox(one, PADDING + x, y)
        x += one.width + _CELL_GAP
        tallest = max(tallest, one.height)
    return y + tallest
