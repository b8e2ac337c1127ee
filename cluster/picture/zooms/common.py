"""What all zooms share: names of groups, counts in words, boxes that stand for several objects, links that matter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.picture import details
from cluster.picture.folding import Tie
from cluster.picture.scene import ALARMING, SEVERITY, Box, Category, Line, Link, Tone, worst
from cluster.picture.text import clean, plural
from cluster.status import Level

Space = tuple[str, str]
"""A cluster's name and a namespace ('' for what belongs to the whole cluster)."""
DOCUMENTS: Space = ("", "")
_LISTED = 40


def space_of(node: Node) -> Space:
    """Where an object is; documents are nowhere."""
    return (node.cluster, node.namespace)


def group_id(space: Space) -> str:
    """The id of the group that stands for a namespace."""
    return f"group:{space[0]}/{space[1] or '_'}"


def cluster_title(name: str) -> str:
    """The cluster's name as people see it; `*` is that of manifests of no known cluster."""
    return "manifests" if name == "*" else clean(name)


def space_title(space: Space) -> str:
    """The heading of a group."""
    if space == DOCUMENTS:
        return "Pages and Terraform"
    return clean(space[1]) if space[1] else "Whole cluster"


def is_api_server(node: Node) -> bool:
    """Whether it is the API server's own Service: half the cluster calls it, and it is no part of a namespace."""
    return (node.namespace, node.kind, node.name) == ("default", "Service", "kubernetes")


def counts_by_kind(nodes: Iterable[Node]) -> str:
    """`12 Deployments, 1 Job`, the most frequent first."""
    counts = Counter(node.kind for node in nodes)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(plural(count, clean(kind)) for kind, count in ordered)


def counts_by_level(levels: Iterable[Level]) -> str:
    """`1 failed, 11 healthy`, the worst first."""
    counts = Counter(levels)
    return ", ".join(f"{counts[level]} {level}" for level in SEVERITY if counts[level])


def said_of(what: str, levels: Iterable[Level]) -> str:
    """`12 workloads: 1 failed, 11 healthy`; without levels where none is known."""
    found = list(levels)
    count = plural(len(found), what) if found else f"no {what}s"
    known = any(level is not Level.UNKNOWN for level in found)
    return f"{count}: {counts_by_level(found)}" if known else count


def listed(names: Iterable[str]) -> str:
    """Names for a text that is shown on hovering, one a line."""
    all_names = [clean(name) for name in names]
    more = [f"and {len(all_names) - _LISTED} more"] if len(all_names) > _LISTED else []
    return "\n".join([*all_names[:_LISTED], *more])


def rank(node: Node) -> int:
    """The place of a node's health among the levels, the worst first."""
    return SEVERITY.index(node.health.level)


def stack(ident: str, group: str, nodes: list[Node]) -> Box:
    """A box that stands for several objects."""
    kinds = {node.kind for node in nodes}
    one = next(iter(kinds)) if len(kinds) == 1 else ""
    lines = [] if one else [Line(counts_by_kind(nodes), Tone.MUTED, most=3)]
    known = [node.health.level for node in nodes if node.health.level is not Level.UNKNOWN]
    if known:
        level = worst(known)
        tone = Tone.ALERT if level in ALARMING else Tone.MUTED
        lines.append(Line(counts_by_level(known), tone, level, most=2))
    names = listed(f"{node.kind} {node.name}" for node in nodes)
    what = plural(len(nodes), clean(one)).split(" ", 1)[1] if one else "of several kinds"
    category = details.category(nodes[0]) if one else Category.OTHER
    return Box(
        ident, group, what, f"+{len(nodes)} more", category, lines=tuple(lines), title=names, stack=True
    )


def links_of(ties: Iterable[Tie], home: Callable[[str], str]) -> list[Link]:
    """Links between the boxes in which the ties' ends are shown, one for each pair and type."""
    found: dict[tuple[str, str, EdgeType], list[Tie]] = defaultdict(list)
    for tie in ties:
        source, target = home(tie.source), home(tie.target)
        if source and target and source != target:
            found[source, target, tie.type].append(tie)
    return [
        Link(*key, sum(tie.count for tie in merged), "\n".join(tie.title for tie in merged[:3]))
        for key, merged in sorted(found.items())
    ]
