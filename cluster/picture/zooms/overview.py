"""The zoom on everything: a box for each namespace with its workloads as signs, and who calls whom across."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture import details
from cluster.picture.folding import Folded
from cluster.picture.scene import ALARMING, Box, Category, Cell, Group, Line, Tone, worst
from cluster.picture.text import clean, plural
from cluster.picture.zooms.common import (
    Space,
    cluster_title,
    counts_by_kind,
    counts_by_level,
    is_api_server,
    links_of,
    listed,
    rank,
    said_of,
    space_of,
)
from cluster.picture.zooms.hubs import thinned
from cluster.picture.zooms.namespace import Content
from cluster.status import Level

_MOST = 60
_CELLS = 80
_NAMED = 3
"""How many of a namespace's workloads that are not well are named with their reason."""
_TYPES = (EdgeType.CALLS, EdgeType.ROUTES)


@dataclass(slots=True)
class Place:
    """What is in one namespace."""

    space: Space
    nodes: list[Node] = field(default_factory=list)

    @property
    def workloads(self) -> list[Node]:
        """Its workloads, the worst first."""
        return sorted(filter(details.is_workload, self.nodes), key=lambda node: (rank(node), node.id))


def content(folded: Folded) -> Content:
    """All clusters: groups are clusters, boxes are namespaces."""
    places = _places(folded)
    full = [place for place in places.values() if place.workloads]
    full.sort(
        key=lambda place: (-sum(node.health.level in ALARMING for node in place.workloads), place.space)
    )
    shown, rest = full[:_MOST], full[_MOST:]
    boxes = [_box(folded, place) for place in sorted(shown, key=lambda place: place.space)]
    clusters = sorted({node.cluster for node in folded.graph.nodes() if node.cluster and node.present})
    for cluster in clusters:
        more = [place for place in rest if place.space[0] == cluster]
        if more:
            boxes.append(_more(cluster, more))
    home = {place.space: _id(place.space) for place in shown}
    ties = [tie for tie in folded.ties if tie.type in _TYPES and not is_api_server(folded.node(tie.target))]
    links = links_of(ties, lambda ident: home.get(space_of(folded.node(ident)), ""))
    links, boxes = thinned(links, boxes)
    groups = [_group(folded, cluster, list(places.values())) for cluster in clusters]
    return Content(groups, boxes, links)


def _id(space: Space) -> str:
    return f"namespace:{space[0]}/{space[1]}"


def _places(folded: Folded) -> dict[Space, Place]:
    found: dict[Space, Place] = {}
    for node in folded.kept:
        if node.present and node.namespace:
            found.setdefault(space_of(node), Place(space_of(node))).nodes.append(node)
        elif node.present and node.kind == "Namespace":
            found.setdefault((node.cluster, node.name), Place((node.cluster, node.name)))
    return dict(sorted(found.items()))


def _box(folded: Folded, place: Place) -> Box:
    workloads = place.workloads
    pods = sum(len(folded.pods(node.id)) for node in workloads)
    services = sum(node.kind == "Service" for node in place.nodes)
    parts = [plural(len(workloads), "workload")]
    parts += [plural(pods, "Pod")] if pods else []
    parts += [plural(services, "Service")] if services else []
    lines = [Line(", ".join(parts), Tone.MUTED)]
    lines += [*_alerts(folded, workloads), *_others(place)]
    cells = [
        Cell(node.health.level, clean(f"{node.kind} {node.name}: {node.health.level} {node.health.reason}"))
        for node in workloads[:_CELLS]
    ]
    if len(workloads) > _CELLS:
        left = counts_by_level(node.health.level for node in workloads[_CELLS:])
        lines.append(Line(f"and {len(workloads) - _CELLS} workloads more: {left}", Tone.MUTED))
    levels = [node.health.level for node in workloads]
    return Box(
        _id(place.space), _cluster_id(place.space[0]), "", clean(place.space[1]), Category.NAMESPACE,
        worst(levels), lines=tuple(lines), cells=tuple(cells),
        title=f"Namespace {clean(place.space[1])}\n{counts_by_level(levels)}",
    )  # fmt: skip


def _alerts(folded: Folded, workloads: list[Node]) -> list[Line]:
    """What is not well, the worst first; workloads that say the same are one line."""
    alike: dict[tuple[Level, str], list[tuple[Node, Line]]] = defaultdict(list)
    for node in workloads:
        for line in details.alerts(node, folded.pods(node.id)):
            alike[node.health.level, line.text].append((node, line))
    lines = []
    for (level, reason), some in list(alike.items())[:_NAMED]:
        more = f" and {len(some) - 1} more" if len(some) > 1 else ""
        names = listed(f"{node.kind} {node.name}" for node, _ in some)
        since = min((line.since for _, line in some if line.since), default="")
        text = f"{clean(some[0][0].name)}{more}: {reason}"
        lines.append(Line(text, Tone.ALERT, level, f"{reason}\n{names}", since, 3))
    left = [node for some in list(alike.values())[_NAMED:] for node, _ in some]
    if left:
        others = listed(f"{node.kind} {node.name}: {node.health.reason}" for node in left)
        level = worst(node.health.level for node in left)
        lines.append(Line(f"and {len(left)} more that are not well", Tone.ALERT, level, others))
    return lines


def _others(place: Place) -> list[Line]:
    """How many objects besides the workloads are not well."""
    bad = [node for node in place.nodes if node.health.level in ALARMING and not details.is_workload(node)]
    if not bad:
        return []
    ranked = sorted(bad, key=lambda node: (rank(node), node.id))
    names = listed(f"{node.kind} {node.name}: {node.health.reason}" for node in ranked)
    said = f"Not well: {counts_by_kind(bad)}"
    return [Line(said, Tone.ALERT, worst(node.health.level for node in bad), names, most=2)]


def _cluster_id(name: str) -> str:
    return f"cluster:{name}"


def _more(cluster: str, places: list[Place]) -> Box:
    levels = [node.health.level for place in places for node in place.workloads]
    return Box(
        f"more:{cluster}", _cluster_id(cluster), "Namespaces", f"+{len(places)} more", Category.NAMESPACE,
        lines=(Line(said_of("workload", levels), Tone.MUTED),),
        title=listed(place.space[1] for place in places), stack=True,
    )  # fmt: skip


def _group(folded: Folded, cluster: str, places: list[Place]) -> Group:
    """A cluster with its nodes, what is empty in it, and what is not well that belongs to no namespace."""
    own = [place for place in places if place.space[0] == cluster]
    nodes = [node for node in folded.kept if node.cluster == cluster and node.present]
    machines = [node for node in nodes if node.kind == "Node"]
    parts = [plural(len(own), "namespace")]
    if machines:
        parts.append(said_of("node", (one.health.level for one in machines)))
    notes = []
    empty = [clean(place.space[1]) for place in own if not place.workloads]
    if empty:
        notes.append(f"Without workloads: {', '.join(empty[:12])}" + (" and more" if len(empty) > 12 else ""))
    bad = [node for node in nodes if not node.namespace and node.health.level in ALARMING]
    by_level: dict[Level, list[str]] = defaultdict(list)
    for node in sorted(bad, key=lambda node: (rank(node), node.id)):
        by_level[node.health.level].append(clean(f"{node.kind} {node.name}"))
    for level, names in by_level.items():
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        notes.append(f"{str(level).capitalize()}: {', '.join(names[:4])}{more}")
    return Group(_cluster_id(cluster), f"Cluster {cluster_title(cluster)}", ", ".join(parts), tuple(notes))
