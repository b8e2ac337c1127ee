"""The zoom on one object: its neighbours two steps away, on its left what points to it, on its right what it uses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture.folding import Folded, Tie
from cluster.picture.scene import Box, Group, Line, Link, Tone
from cluster.picture.text import plural
from cluster.picture.zooms import cards
from cluster.picture.zooms.common import (
    Space,
    cluster_title,
    group_id,
    links_of,
    rank,
    space_of,
    space_title,
    stack,
)
from cluster.picture.zooms.namespace import Content

_ALIKE = 6
"""How many neighbours of one kind that hang on the same object in the same way have boxes of their own."""
_HUB = 14
"""A neighbour with more ties than this is not looked behind: a node, the default account, a class."""
_MOST = 48


@dataclass(slots=True)
class _Found:
    column: dict[str, int]
    folded: Folded
    stacks: list[tuple[str, str, int, EdgeType, list[Node]]] = field(default_factory=list)
    hubs: dict[str, int] = field(default_factory=dict)


def content(folded: Folded, focus: Node) -> tuple[Content, dict[str, int]]:
    """What is drawn around an object, and the column of each box."""
    found = _Found({focus.id: 0}, folded)
    edge = [focus.id]
    for step in (1, 2):
        edge = [near for ident in edge for near in _neighbours(found, ident, step)]
    columns = dict(found.column)
    home = {ident: ident for ident in columns}
    ties = [tie for tie in folded.ties if tie.source in home and tie.target in home]
    links = links_of(ties, lambda ident: home.get(ident, ""))
    boxes = [_box(found, folded.node(ident), focus) for ident in sorted(columns)]
    spaces: dict[Space, None] = dict.fromkeys([space_of(focus)])
    spaces |= dict.fromkeys(sorted(space_of(folded.node(ident)) for ident in columns))
    for place, (via, way, column, kind, nodes) in enumerate(found.stacks):
        ident = f"more:{place}"
        space = space_of(nodes[0])
        spaces.setdefault(space)
        boxes.append(stack(ident, group_id(space), nodes))
        columns[ident] = column
        ends = (via, ident) if way == "out" else (ident, via)
        links.append(Link(*ends, kind, len(nodes)))
    groups = [Group(group_id(space), space_title(space), _where(space)) for space in _ordered(spaces)]
    return Content(groups, boxes, links), columns


def _ordered(spaces: dict[Space, None]) -> list[Space]:
    """The namespace of the focus, the other namespaces, what belongs to the whole cluster, the documents."""
    first, *others = spaces
    return [first, *sorted(others, key=lambda space: (not space[0], not space[1], space))]


def _where(space: Space) -> str:
    if not space[0]:
        return ""
    return f"cluster {cluster_title(space[0])}" if space[1] else cluster_title(space[0])


def _box(found: _Found, node: Node, focus: Node) -> Box:
    box = cards.plain(found.folded, node, focus=node.id == focus.id)
    if node.id not in found.hubs:
        return box
    more = f"{plural(found.hubs[node.id], 'other tie')} not drawn"
    return Box(
        box.id, box.group, box.kind, box.name, box.category, box.level, box.badge,
        (*box.lines, Line(more, Tone.MUTED)), box.cells, box.title, box.focus, box.stack, box.absent,
    )  # fmt: skip


def _neighbours(found: _Found, ident: str, step: int) -> list[str]:
    """The objects that are one step further and were not found before; many alike become one box."""
    folded = found.folded
    out, into = folded.leaving(ident), folded.reaching(ident)
    if step > 1 and len(out) + len(into) > _HUB:
        ends = [tie.target for tie in out] + [tie.source for tie in into]
        left = sum(end not in found.column for end in ends)
        if left:
            found.hubs[ident] = left
        return []
    reached: list[str] = []
    for way, ties, shift in (("in", into, -1), ("out", out, 1)):
        column = found.column[ident] + shift
        alike: dict[tuple[str, EdgeType, Space], list[Node]] = defaultdict(list)
        for tie in ties:
            other = folded.node(_other(tie, way))
            if other.id not in found.column and other.id not in reached:
                alike[other.kind, tie.type, space_of(other)].append(other)
        for (_, kind, _), nodes in sorted(alike.items()):
            unique = {node.id: node for node in nodes if node.id not in found.column}
            ranked = sorted(unique.values(), key=lambda node: (rank(node), node.id))
            room = max(0, _MOST - len(found.column))
            most = min(room, _ALIKE + 1 if len(ranked) <= _ALIKE + 1 else _ALIKE)
            for node in ranked[:most]:
                found.column[node.id] = column
                reached.append(node.id)
            if ranked[most:]:
                found.stacks.append((ident, way, column, kind, ranked[most:]))
    return reached


def _other(tie: Tie, way: str) -> str:
    return tie.source if way == "in" else tie.target
