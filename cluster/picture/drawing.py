"""Draws the resource graph, or a part of it, in the format that is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from cluster.graph import Node, ResourceGraph
from cluster.picture import details, dot, mermaid, svg
from cluster.picture.folding import Folded, fold
from cluster.picture.scene import Scene
from cluster.picture.scope import find_focus, find_spaces, part
from cluster.picture.text import clean
from cluster.picture.zooms import focus as focus_zoom
from cluster.picture.zooms import namespace as namespace_zoom
from cluster.picture.zooms import overview
from cluster.picture.zooms.common import Space, cluster_title, said_of, space_of

FORMATS = ("svg", "mermaid", "dot", "json")
AsOf = datetime | Mapping[str, datetime] | None
_SMALL = 16
"""Up to so many workloads in all, the picture of everything shows them one by one."""
_FEW = 6


def draw(
    graph: ResourceGraph,
    format: str = "svg",
    *,
    namespace: str | None = None,
    focus: str | None = None,
    title: str = "",
    as_of: AsOf = None,
) -> str:
    """The picture of everything, of one namespace, or of one object with its neighbours two steps away.

    `graph` is what the caller may read (`ResourceGraph.readable`). `focus` is `KIND/NAME`, `NAMESPACE/KIND/NAME`
    or a node's id. `as_of` is when the clusters were observed, one time or one for each. `json` holds the objects
    of that part without folding them, in the public contract's form. What is asked for and is not there, or could
    be several objects, is a `PictureError`. The same graph always gives the same text.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}: svg, mermaid, dot or json")
    chosen = find_focus(graph, focus, namespace) if focus else None
    if chosen is not None and chosen.kind == "Namespace" and chosen.present:
        namespace, chosen = chosen.name, None
    spaces = find_spaces(graph, namespace) if namespace is not None and chosen is None else None
    if format == "json":
        return json.dumps(part(graph, spaces, chosen).to_json(), indent=2, ensure_ascii=False) + "\n"
    made = _scene(graph, spaces, chosen, title, as_of)
    return {"svg": svg.render, "mermaid": mermaid.render, "dot": dot.render}[format](made)


def _scene(
    graph: ResourceGraph, spaces: list[Space] | None, focus: Node | None, title: str, as_of: AsOf
) -> Scene:
    folded = fold(graph, focus.id if focus is not None else "")
    counted = False
    if focus is not None:
        name = f"{focus.kind} {focus.namespace + '/' if focus.namespace else ''}{focus.name}"
        content = focus_zoom.content(folded, focus)
        spaces = [space_of(focus)]
    elif spaces is not None:
        name = f"Namespace {spaces[0][1]}"
        content = namespace_zoom.content(folded, spaces)
    else:
        name = "All namespaces"
        few = _few(folded)
        content = namespace_zoom.content(folded, few) if few else overview.content(folded)
        counted = not few
    return Scene(
        clean(title or name), _subtitle(graph, spaces, as_of, short=focus is not None),
        tuple(content.groups), tuple(content.boxes), tuple(content.links), counted,
    )  # fmt: skip


def _few(folded: Folded) -> list[Space]:
    """The namespaces with workloads, where there is so little that all of it can be shown at once; else none."""
    workloads = [node for node in folded.kept if details.is_workload(node)]
    spaces = sorted({space_of(node) for node in workloads})
    return spaces if 0 < len(workloads) <= _SMALL and len(spaces) <= _FEW else []


def _subtitle(graph: ResourceGraph, spaces: list[Space] | None, as_of: AsOf, short: bool = False) -> str:
    """The clusters, when they were observed, and how the workloads are."""
    clusters = sorted(
        {space[0] for space in spaces} if spaces is not None else {node.cluster for node in graph.nodes()}
    )
    parts = []
    for cluster in filter(None, clusters):
        when = as_of.get(cluster) if isinstance(as_of, Mapping) else as_of
        seen = f" as of {when.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if when is not None else ""
        parts.append(("" if cluster == "*" else "cluster ") + cluster_title(cluster) + seen)
    if len(parts) > 4:
        parts = [*parts[:4], f"{len(parts) - 4} more"]
    said = ", ".join(parts)
    if short:
        return said
    levels = [
        node.health.level
        for node in fold(graph).kept
        if details.is_workload(node) and (spaces is None or space_of(node) in spaces)
    ]
    return " · ".join(filter(None, (said, said_of("workload", levels))))
