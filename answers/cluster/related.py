"""Answers about objects of a kind that hang together with a named one: its pods, the Services in front of it."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster.candidates import kind_word
from answers.cluster.catalog import WORKLOADS, Catalog, pod_path
from answers.cluster.conditions import Filter
from answers.cluster.said import SUMMARY, Draft, Spot, counted, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import text

TIES = (
    EdgeType.MOUNTS,
    EdgeType.REFERENCES,
    EdgeType.SELECTS,
    EdgeType.ROUTES,
    EdgeType.SCALES,
    EdgeType.OWNS,
)
"""The edges by which objects hang together, beside where they run and whom they call."""
_SHOWN = 30


def related(node: Node, kinds: Sequence[str], catalog: Catalog) -> list[Node]:
    """The objects of these kinds that hang together with one, in either direction."""
    if "Pod" in kinds and (node.kind == "Node" or (pod_path(node) and node.kind != "Pod")):
        return catalog.pods(node)
    if "Node" in kinds:
        pods = [node] if node.kind == "Pod" else catalog.pods(node)
        return _unique(n for pod in pods for n in catalog.targets(pod, EdgeType.RUNS_ON))
    near = [*catalog.targets(node, *TIES)]
    if "PersistentVolume" in kinds:  # of the claims that its pods mount
        claims = [one for pod in catalog.pods(node) for one in catalog.targets(pod, EdgeType.MOUNTS)]
        near += [one for claim in claims for one in catalog.targets(claim, EdgeType.REFERENCES)]
    for edge in catalog.graph.reaching(node.id, *TIES):
        source = catalog.graph.node(edge.source)
        near += [source, catalog.top(source)] if source.present else []
    if pod_path(node) and node.kind != "Pod":
        near += [
            t
            for pod in catalog.pods(node)
            for t in catalog.targets(pod, EdgeType.MOUNTS, EdgeType.REFERENCES)
        ]
    if set(WORKLOADS) & set(kinds) and node.kind == "Node":
        near += [catalog.top(pod) for pod in catalog.pods(node)]
    return _unique(one for one in near if one.kind in kinds and one.id != node.id)


def answer(
    draft: Draft, node: Node, kinds: Sequence[str], catalog: Catalog, namespaces: Sequence[str] = (),
    *, placed: bool = False, keep: Sequence[Filter] = (),
) -> bool:  # fmt: skip
    """Adds the related objects and how many they are; False where there are none and nothing says so.

    `placed`: with the nodes of pods; `keep`: only those that meet these conditions.
    """
    found = [n for n in related(node, kinds, catalog) if not namespaces or n.namespace in ("", *namespaces)]
    word = kind_word(kinds)
    makes_pods = node.kind in ("Node", "Service") or bool(pod_path(node))
    if not found and not (word == "Pod" and makes_pods):
        return False
    draft.shown = tuple(kinds)
    every = len(found)
    found = [one for one in found if all(condition.test(one) for condition in keep)]
    verb = "run on" if node.kind == "Node" and word == "Pod" else "belong to"
    met = "".join(f" {condition.words}" for condition in keep)
    of = f" of {every}" if keep else ""
    draft.lead.append(f"{counted(len(found), word)}{of} {verb} {titled(node)}{met}")
    draft.say(node)
    spot = SUMMARY if len(found) <= 3 else Spot(short=2)
    for one in found[:_SHOWN]:
        host = node.name if node.kind == "Node" else text(one.value, "spec.nodeName") if placed else ""
        on = (f"on node {host}",) if host else ("storage class ",) if "StorageClass" in kinds else ()
        draft.say(one, Spot(short=spot.short, needles=on) if spot.short else spot)
    draft.left_out += max(0, len(found) - _SHOWN)
    return True


def _unique(nodes: object) -> list[Node]:
    found: dict[str, Node] = {}
    for node in nodes:  # type: ignore[attr-defined]
        found.setdefault(node.id, node)
    return list(found.values())
