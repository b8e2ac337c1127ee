"""The zoom on one object: its neighbours two steps away, with the ties that lead to them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture import details
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
"""Up to so many neighbours of one kind that hang on the same object in the same way have boxes of their own."""
_OF_MANY = 4
"""How many of more have one, the worst first."""
_HUB = 10
"""Behind a neighbour with more ties than this lies only what leads on in the same direction.

So who calls the callers is shown and not what else they call; behind a node, an account or a policy there is nothing.
"""
_MOST = 40
_TRAFFIC = frozenset({EdgeType.CALLS, EdgeType.ROUTES})


@dataclass(slots=True)
class _Stack:
    via: str
    outward: bool
    type: EdgeType
    nodes: list[Node]


@dataclass(slots=True)
class _Around:
    """What was found so far: each object's distance and the way to it, what is drawn as one, what is left out where."""

    folded: Folded
    distance: dict[str, int]
    stacks: list[_Stack] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    hubs: set[str] = field(default_factory=set)
    outward: dict[str, bool] = field(default_factory=dict)
    ways: set[frozenset[str]] = field(default_factory=set)

    @property
    def room(self) -> int:
        """How many boxes may still be drawn."""
        return max(0, _MOST - len(self.distance) - len(self.stacks))


def content(folded: Folded, focus: Node) -> Content:
    """What is drawn around an object."""
    found = _Around(folded, {focus.id: 0})
    edge = [focus.id]
    for step in (1, 2):
        edge = [near for ident in edge for near in _neighbours(found, ident, step)]
    ties = [tie for tie in folded.ties if _on_the_way(found, tie)]
    links = links_of(ties, lambda ident: ident)
    boxes = [_box(found, folded.node(ident), focus) for ident in sorted(found.distance)]
    for place, some in enumerate(found.stacks):
        ident, space = f"more:{place}", _space(folded, some)
        boxes.append(stack(ident, group_id(space), some.nodes))
        ends = (some.via, ident) if some.outward else (ident, some.via)
        links.append(Link(*ends, some.type, len(some.nodes)))
    spaces = {space_of(folded.node(ident)) for ident in found.distance}
    spaces |= {_space(folded, some) for some in found.stacks}
    return Content(_groups(spaces, space_of(focus)), boxes, links)


def _space(folded: Folded, some: _Stack) -> Space:
    """Where a stack stands: in the namespace of its objects, or with what they hang on if they are in several."""
    spaces = {space_of(node) for node in some.nodes}
    return spaces.pop() if len(spaces) == 1 else space_of(folded.node(some.via))


def _groups(spaces: set[Space], first: Space) -> list[Group]:
    """The namespace of the focus, the other namespaces, what belongs to the whole cluster, the documents."""
    ordered = sorted(spaces, key=lambda space: (space != first, not space[0], not space[1], space))
    return [Group(group_id(space), space_title(space), _where(space)) for space in ordered]


def _where(space: Space) -> str:
    if not space[0]:
        return ""
    return f"cluster {cluster_title(space[0])}" if space[1] else cluster_title(space[0])


def _box(found: _Around, node: Node, focus: Node) -> Box:
    box = cards.plain(found.folded, node, focus=node.id == focus.id)
    if not found.left_out.get(node.id):
        return box
    more = f"{plural(found.left_out[node.id], 'other tie')} not drawn"
    return replace(box, lines=(*box.lines, Line(more, Tone.MUTED)))


def _on_the_way(found: _Around, tie: Tie) -> bool:
    """Whether a tie leads to the focus or from a neighbour to its own; ties among the farthest are left out."""
    ends = {tie.source, tie.target}
    if not ends <= found.distance.keys():
        return False
    near, far = sorted(found.distance[end] for end in ends)
    if near == 0 or frozenset(ends) in found.ways or (near == 1 and not ends & found.hubs):
        return True
    # Of a hub, only how traffic reaches another neighbour: its other ties are those that are left out.
    return near == 1 and far == 1 and tie.type in _TRAFFIC


def _neighbours(found: _Around, ident: str, step: int) -> list[str]:
    """The objects that are one step further and were not found before; many alike become one box."""
    into, out = found.folded.reaching(ident), found.folded.leaving(ident)
    sides = {False: into, True: out}
    if step > 1 and len(into) + len(out) > _HUB:
        found.hubs.add(ident)
        other_side = sides.pop(not found.outward[ident])
        ends = {_other(tie, ident) for tie in other_side} - found.distance.keys()
        found.left_out[ident] = len(ends)
    alike: dict[tuple[bool, str, EdgeType], list[Node]] = defaultdict(list)
    new: set[str] = set()
    for outward, ties in sides.items():
        for tie in ties:
            other = _other(tie, ident)
            if other not in found.distance and other not in new:
                new.add(other)
                node = found.folded.node(other)
                kind = "" if details.is_workload(node) else node.kind
                alike[outward, kind, tie.type].append(node)
    reached: list[str] = []
    for (outward, _, kind), nodes in sorted(alike.items()):
        reached += _taken(found, _Stack(ident, outward, kind, nodes), step)
    return reached


def _other(tie: Tie, ident: str) -> str:
    return tie.target if tie.source == ident else tie.source


def _taken(found: _Around, some: _Stack, step: int) -> list[str]:
    """Gives boxes to the worst of several alike, one to all others, as far as there is room."""
    if not found.room:
        found.left_out[some.via] = found.left_out.get(some.via, 0) + len(some.nodes)
        return []
    ranked = sorted(some.nodes, key=lambda node: (rank(node), node.id))
    most = len(ranked) if len(ranked) <= min(_ALIKE, found.room) else min(_OF_MANY, found.room - 1)
    for node in ranked[:most]:
        found.distance[node.id] = step
        found.outward[node.id] = some.outward
        found.ways.add(frozenset((some.via, node.id)))
    if ranked[most:]:
        found.stacks.append(replace(some, nodes=ranked[most:]))
    return [node.id for node in ranked[:most]]
