"""Leaves out links where there are too many to follow: the busiest boxes say in words what they are linked with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from cluster.edges.base import EdgeType
from cluster.picture.scene import Box, Line, Link
from cluster.picture.zooms.common import listed

_HUB = 10
"""From so many links of one type on that are those of two fifths of all boxes, a box is a hub."""
_PER_BOX, _BASE, _FEWEST = 1.5, 12, 3
"""More links than `_PER_BOX` a box and `_BASE` cannot be followed; boxes with fewer than `_FEWEST` keep theirs."""
_WORDS = {
    EdgeType.CALLS: ("called by", "calls"),
    EdgeType.ROUTES: ("routed to by", "routes to"),
    EdgeType.SELECTS: ("selected by", "selects"),
    EdgeType.OWNS: ("owned by", "owns"),
    EdgeType.MOUNTS: ("used by", "uses"),
    EdgeType.REFERENCES: ("named by", "names"),
    EdgeType.SCALES: ("scaled by", "scales"),
}
End = tuple[str, EdgeType, bool]
"""A box, a type of links, whether they lead to it."""


def thinned(links: list[Link], boxes: list[Box]) -> tuple[list[Link], list[Box]]:
    """The links that are drawn, and the boxes with a line for those that are not."""
    names = {box.id: box.name for box in boxes}
    said: dict[str, list[Line]] = defaultdict(list)
    while True:
        (ident, kind, toward), many = _busiest(links)
        hub = len(many) >= _HUB and len(many) * 5 >= len(boxes) * 2
        crowded = len(links) > _PER_BOX * len(boxes) + _BASE and len(many) >= _FEWEST
        if not hub and not crowded:
            break
        others = sorted(names[link.source if toward else link.target] for link in many)
        words = f"{_WORDS[kind][0 if toward else 1]} {len(many)} of these (no lines)"
        said[ident].append(Line(words, title=listed(others)))
        left_out = set(map(id, many))
        links = [link for link in links if id(link) not in left_out]
    changed = [replace(box, lines=(*box.lines, *said[box.id])) if box.id in said else box for box in boxes]
    return links, changed


def _busiest(links: list[Link]) -> tuple[End, list[Link]]:
    ends: dict[End, list[Link]] = defaultdict(list)
    for link in links:
        if link.type in _WORDS:
            ends[link.target, link.type, True].append(link)
            ends[link.source, link.type, False].append(link)
    return max(ends.items(), key=lambda one: (len(one[1]), one[0]), default=(("", EdgeType.CALLS, True), []))
