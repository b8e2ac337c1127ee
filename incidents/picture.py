"""The causal graph of a report: what is affected, how failure travelled, and which path is that of the root cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cluster.graph import ResourceGraph
from connectors.redaction import redact
from incidents.causes import Ranked
from incidents.situation import Situation
from incidents.travel import Step, Travel

_MOST_NODES = 80


def graph_of(situation: Situation, travel: Travel, ranked: Sequence[Ranked]) -> dict[str, Any]:
    """`{"nodes": […], "edges": […]}`: objects with findings and those between them.

    A node's `role` is `cause`, `affected` or `between`; an edge that lies on the way from the root cause has
    `path: true`, and its `evidence` says why failure travels along it.
    """
    if not ranked:
        return {"nodes": [], "edges": []}
    root = ranked[0].finding
    roles = {root.object: "cause"}
    steps: dict[tuple[str, str], Step] = {}
    on_path: set[tuple[str, str]] = set()
    for one in ranked:
        roles.setdefault(one.finding.object, "affected")
        way = travel.path(root.object, one.finding.object)
        for step in way:
            steps[step.source, step.target] = step
            on_path.add((step.source, step.target))
            roles.setdefault(step.target, "between")
        for step in one.path:
            steps.setdefault((step.source, step.target), step)
            roles.setdefault(step.source, "between")
            roles.setdefault(step.target, "between")
    kept = set(list(roles)[:_MOST_NODES])
    return {
        "nodes": [_node(situation.graph, ident, role, ranked) for ident, role in roles.items() if ident in kept],
        "edges": [
            {"source": step.source, "target": step.target, "type": step.type, "evidence": redact(step.why)[0],
             "path": (step.source, step.target) in on_path}
            for step in steps.values() if step.source in kept and step.target in kept
        ],
    }  # fmt: skip


def on_path(graph: Mapping[str, Any]) -> set[str]:
    """The ids of the objects on the way from the root cause."""
    return {edge[end] for edge in graph["edges"] if edge["path"] for end in ("source", "target")}


def _node(graph: ResourceGraph, ident: str, role: str, ranked: Sequence[Ranked]) -> dict[str, Any]:
    terms = [one.finding.term for one in ranked if one.finding.object == ident]
    if ident in graph:
        return {**graph.node(ident).to_json(), "role": role, "findings": terms}
    cluster, namespace, kind, name = [*ident.split("/"), "", "", "", ""][:4]
    return {"id": ident, "kind": kind, "name": name, "namespace": namespace if namespace != "_" else None,
            "cluster": cluster, "status": "unknown", "role": role, "findings": terms}  # fmt: skip
