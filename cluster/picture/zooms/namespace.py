"""The zoom on one namespace, or a few small ones: workloads with what is theirs, what reaches them, what they call."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture import details
from cluster.picture.folding import Folded, Tie
from cluster.picture.scene import ALARMING, Box, Category, Group, Link
from cluster.picture.text import plural
from cluster.picture.zooms import cards
from cluster.picture.zooms.common import (
    Space,
    cluster_title,
    counts_by_kind,
    group_id,
    is_api_server,
    links_of,
    rank,
    space_of,
    space_title,
    stack,
)
from cluster.picture.zooms.hubs import thinned
from cluster.status import Level

MOST = 48
"""Boxes of one namespace; the others are in one that says how many they are."""
_OUTSIDE = 10
_SHARED = range(2, 7)
"""By how many workloads a ConfigMap is used that has a box of its own: one is a line, many are noise."""
_CONFIGS = frozenset({"ConfigMap", "Secret", "PersistentVolumeClaim"})
_TYPES = (EdgeType.CALLS, EdgeType.ROUTES, EdgeType.SELECTS, EdgeType.OWNS, EdgeType.MOUNTS, EdgeType.SCALES)
_ACROSS = (EdgeType.CALLS, EdgeType.ROUTES)
_FOLDED_INTO_CARDS = frozenset({"HorizontalPodAutoscaler", "PodDisruptionBudget", "ScaledObject"})


@dataclass(slots=True)
class Content:
    """Groups, boxes and links of a zoom."""

    groups: list[Group]
    boxes: list[Box]
    links: list[Link]


def content(folded: Folded, spaces: list[Space]) -> Content:
    """What is drawn of these namespaces."""
    inside = [node for node in folded.kept if space_of(node) in spaces and node.present]
    owner = _absorbed(folded, inside)
    shared = _shared(folded, inside, owner)
    drawn = [node for node in inside if node.id not in owner and _matters(folded, node, shared)]
    shown, rest = _chosen(folded, drawn, owner, MOST)
    home = {node.id: node.id for node in shown}
    home |= {ident: into for ident, into in owner.items() if into in home}
    outside = _outside(folded, home, spaces)
    ties = _drawn_ties(folded, home, {node.id for node in outside})
    home |= {node.id: node.id for node in outside}
    links = links_of(ties, lambda ident: home.get(ident, ""))
    services = _services(folded, owner)
    boxes = [
        cards.card(folded, node, services.get(node.id, []), shared)
        if details.is_workload(node)
        else cards.plain(folded, node)
        for node in [*shown, *outside]
    ]
    boxes += [stack(f"more:{group_id(space)}", group_id(space), some) for space, some in rest.items()]
    links, boxes = thinned(links, boxes)
    drawn_ids = {node.id for node in drawn} | set(owner)
    groups = [_group(folded, space, inside, drawn_ids, len(spaces)) for space in spaces]
    places = dict.fromkeys(space_of(node) for node in outside)
    groups += [Group(group_id(place), space_title(place), _where(place)) for place in places]
    return Content(groups, boxes, links)


def _drawn_ties(folded: Folded, home: dict[str, str], outside: set[str]) -> list[Tie]:
    """The ties that this zoom draws: of what is inside with each other, and with what is outside."""
    return [
        tie
        for tie in folded.ties
        if (tie.source in home and tie.target in home and (tie.type in _TYPES or _of_custom(folded, tie)))
        or (tie.type in _ACROSS and tie.source in home and tie.target in outside)
        or (tie.type in _ACROSS and tie.source in outside and tie.target in home)
    ]


def _of_custom(folded: Folded, tie: Tie) -> bool:
    source = folded.node(tie.source)
    return tie.type is EdgeType.REFERENCES and details.category(source) is Category.OTHER


def _absorbed(folded: Folded, inside: list[Node]) -> dict[str, str]:
    """Services in front of one workload, and autoscalers and budgets of one: by whose card they are shown."""
    owner: dict[str, str] = {}
    for node in inside:
        if node.kind == "Service":
            ties = folded.leaving(node.id, EdgeType.SELECTS)
        elif node.kind in _FOLDED_INTO_CARDS:
            ties = folded.leaving(node.id, EdgeType.SELECTS, EdgeType.SCALES)
        else:
            continue
        targets = [tie.target for tie in ties if details.is_workload(folded.node(tie.target))]
        if len(targets) == 1 and (node.kind != "Service" or not node.group):
            owner[node.id] = targets[0]
    return owner


def _services(folded: Folded, owner: dict[str, str]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    for ident, into in owner.items():
        if folded.node(ident).kind == "Service":
            found[into].append(folded.node(ident))
    return found


def _shared(folded: Folded, inside: list[Node], owner: dict[str, str]) -> frozenset[str]:
    """Configuration that a few workloads share: what a change of it would touch is worth lines."""
    found = set()
    for node in inside:
        if node.kind in _CONFIGS:
            users = {
                tie.source
                for tie in folded.reaching(node.id, EdgeType.MOUNTS)
                if details.is_workload(folded.node(tie.source))
            }
            if len(users) in _SHARED:
                found.add(node.id)
    return frozenset(found)


def _matters(folded: Folded, node: Node, shared: frozenset[str]) -> bool:
    """Whether an object has a box of its own at this zoom."""
    if (
        details.is_workload(node)
        or node.kind == "Service"
        or node.kind in details.ROUTES
        or node.id in shared
    ):
        return True
    kind = details.category(node)
    if node.kind in _CONFIGS and folded.reaching(node.id, EdgeType.MOUNTS):
        return False  # a line in the card of who uses it, with its reason if it is not well
    if node.health.level in ALARMING:
        return True
    owns = any(details.is_workload(folded.node(tie.target)) for tie in folded.leaving(node.id, EdgeType.OWNS))
    return kind is Category.OTHER and (owns or node.health.level is not Level.UNKNOWN)


def _chosen(
    folded: Folded, drawn: list[Node], owner: dict[str, str], most: int
) -> tuple[list[Node], dict[Space, list[Node]]]:
    """The boxes that are drawn, the worst and the best connected first, and what is left, by namespace."""
    degree: dict[str, int] = defaultdict(int)
    for tie in folded.ties:
        if tie.type in (EdgeType.CALLS, EdgeType.ROUTES, EdgeType.OWNS):
            for end in (tie.source, tie.target):
                degree[owner.get(end, end)] += 1

    def order(node: Node) -> tuple[int, int, bool, str]:
        alarming = rank(node) if node.health.level in ALARMING else 9
        return (alarming, -min(degree[node.id], 9), node.kind == "Pod", node.id)

    ranked = sorted(drawn, key=order)
    if len(ranked) <= most + 1:
        return sorted(ranked, key=lambda node: node.id), {}
    rest: dict[Space, list[Node]] = defaultdict(list)
    for node in ranked[most:]:
        rest[space_of(node)].append(node)
    return sorted(ranked[:most], key=lambda node: node.id), rest


def _outside(folded: Folded, home: dict[str, str], spaces: list[Space]) -> list[Node]:
    """What calls into or is called from the namespaces, most often first."""
    counts: dict[str, int] = defaultdict(int)
    for tie in folded.ties:
        if tie.type not in _ACROSS or (tie.source in home) == (tie.target in home):
            continue
        other = folded.node(tie.target if tie.source in home else tie.source)
        if space_of(other) not in spaces and not is_api_server(other):
            counts[other.id] += 1
    ranked = sorted(counts, key=lambda ident: (-counts[ident], ident))
    return [folded.node(ident) for ident in ranked[:_OUTSIDE]]


def _group(folded: Folded, space: Space, inside: list[Node], drawn: set[str], groups: int) -> Group:
    own = [node for node in inside if space_of(node) == space]
    left = [node for node in own if node.id not in drawn and not _in_a_card(folded, node)]
    pods = sum(len(folded.pods(node.id)) for node in own if details.is_workload(node))
    workloads = sum(details.is_workload(node) for node in own)
    parts = [plural(workloads, "workload")] if workloads else ["no workloads"]
    parts += [plural(pods, "Pod")] if pods else []
    if groups > 1:
        parts.insert(0, _where(space))
    notes = (f"Not drawn: {counts_by_kind(left)}",) if left else ()
    return Group(group_id(space), space_title(space), ", ".join(parts), notes)


def _where(space: Space) -> str:
    return f"cluster {cluster_title(space[0])}" if space[0] else ""


def _in_a_card(folded: Folded, node: Node) -> bool:
    """Whether a workload's card counts it."""
    return node.kind in _CONFIGS and any(
        details.is_workload(folded.node(tie.source)) for tie in folded.reaching(node.id, EdgeType.MOUNTS)
    )
