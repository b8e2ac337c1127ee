"""The comparison of the resource graph with what KubeDiagrams draws of the same objects: pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node, ResourceGraph, build
from connectors.kubernetes.observed import ObservedObject

MADE = frozenset(
    {"Pod", "ReplicaSet", "Endpoints", "EndpointSlice", "ControllerRevision", "IPAddress", "Lease"}
)
"""Kinds that controllers make: no manifest holds them."""
MEANINGS: dict[str, frozenset[EdgeType]] = {
    "owner": frozenset({EdgeType.OWNS}),
    "controller": frozenset({EdgeType.SELECTS}),
    "selector": frozenset({EdgeType.SELECTS, EdgeType.OWNS}),
    "reference": frozenset(
        {
            EdgeType.REFERENCES,
            EdgeType.MOUNTS,
            EdgeType.ROUTES,
            EdgeType.SCALES,
            EdgeType.RUNS_ON,
            EdgeType.SELECTS,
            EdgeType.ALLOWS,
        }
    ),
    "communication": frozenset({EdgeType.ALLOWS}),
    "dependence": frozenset({EdgeType.CALLS}),
}
"""Their kinds of edges, and what ours are called. Theirs are told apart by colour and style in what they write.

A `selector` from a Service to its EndpointSlices is `owns` here, a `reference` from a slice to its pods is `selects`.
A `reference` of a ReferenceGrant is `allows`. `communication` joins pods where they run, here their workloads.
"""
_GROUPS = {"Lease": "coordination.k8s.io"}
Key = tuple[str, str, str]
"""Kind, API group, name: unique among one namespace and the whole cluster."""


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """An edge as KubeDiagrams draws it."""

    source: Key
    target: Key
    meaning: str


@dataclass(slots=True)
class Result:
    """What both tools found in the same objects."""

    application: str
    form: str
    objects: int
    theirs: int
    found: int
    otherwise: int
    ours: int
    calls: int
    kinds: dict[str, int]
    missing: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of their edges that we have, of the same meaning."""
        return self.found / self.theirs if self.theirs else 1.0

    def to_json(self) -> dict[str, Any]:
        """The result as JSON."""
        return {
            "application": self.application, "form": self.form, "objects": self.objects,
            "kubediagrams_edges": self.theirs, "of_these_in_kubelore": self.found, "share": round(self.share, 4),
            "in_kubelore_of_another_type": self.otherwise, "kubediagrams_edges_by_kind": self.kinds,
            "kubelore_edges": self.ours, "kubelore_service_calls": self.calls, "kubediagrams_service_calls": 0,
            "missing": self.missing,
        }  # fmt: skip


def application(objects: Iterable[ObservedObject], namespace: str) -> list[ObservedObject]:
    """The objects of a namespace and of the whole cluster, without events and definitions."""
    return [
        one
        for one in objects
        if one.kind not in ("Event", "CustomResourceDefinition")
        and one.namespace in (namespace, "")
        and (one.kind != "Namespace" or one.name == namespace)
    ]


def as_manifests(objects: Iterable[ObservedObject]) -> list[ObservedObject]:
    """The objects as somebody would have written them."""
    found = []
    for one in objects:
        if one.kind in MADE:
            continue
        value = {key: part for key, part in one.value.items() if key != "status"}
        value["metadata"] = {
            key: part
            for key, part in one.metadata.items()
            if key not in ("uid", "ownerReferences", "resourceVersion")
        }
        found.append(replace(one, value=value, declared=True))
    return found


def edges_of(graph: dict[str, Any]) -> list[Drawn]:
    """The visible edges in Graphviz's JSON, each once, in order."""
    keys = {
        one["_gvid"]: _key(one.get("tooltip", "")) for one in graph.get("objects", []) if "nodes" not in one
    }
    found = set()
    for edge in graph.get("edges", []):
        source, target = keys.get(edge["tail"]), keys.get(edge["head"])
        meaning = _meaning(edge)
        if source and target and meaning:
            found.add(Drawn(source, target, meaning))
    return sorted(found)


def _key(tooltip: str) -> Key | None:
    try:
        told = yaml.safe_load(tooltip.removesuffix("..."))
        return (told["kind"], told["apiVersion"].rpartition("/")[0], str(told["metadata"]["name"]))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return None


def _meaning(edge: dict[str, Any]) -> str:
    """The kind of one of their edges, '' for those that are there for the layout only."""
    style, colour = edge.get("style", "solid"), edge.get("color", "")
    if style in ("invis", "invisible") or colour == "transparent":
        return ""
    if colour == "brown":
        return "communication"
    if colour == "darkgrey":
        return "dependence"
    if style == "dotted":
        return "controller" if edge.get("xlabel") == "controller" else "owner"
    return "selector" if style == "dashed" else "reference"


def compare(application: str, form: str, objects: list[ObservedObject], drawn: list[Drawn]) -> Result:
    """Looks for each of their edges in our graph of the same objects; which way an arrow points does not matter.

    Counted are edges that the application has a part in, not those between two objects of the whole cluster.
    """
    graph = build(objects)
    nodes = _by_key(graph)
    own = {(one.kind, one.api_version.rpartition("/")[0], one.name) for one in objects if one.namespace}
    spaces = {one.namespace for one in objects} - {""}
    drawn = [one for one in drawn if one.source in own or one.target in own]
    types: dict[frozenset[str], set[EdgeType]] = {}
    for edge in graph.edges():
        types.setdefault(frozenset((edge.source, edge.target)), set()).add(edge.type)
    result = Result(
        application, form, len(objects), len(drawn), 0, 0, sum(_touches(graph, edge, spaces) for edge in graph.edges()),
        sum(1 for _ in graph.edges(EdgeType.CALLS)), dict(Counter(one.meaning for one in drawn)),
    )  # fmt: skip
    for one in drawn:
        ends = [nodes.get(one.source), nodes.get(_claim(one.target, nodes))]
        found = set().union(*(types.get(pair, set()) for pair in _pairs(graph, ends, one.meaning)))
        if found & MEANINGS[one.meaning]:
            result.found += 1
            continue
        result.otherwise += bool(found)
        other = f" (we have {', '.join(sorted(found))})" if found else ""
        result.missing.append(f"{_said(one.source)} {one.meaning} {_said(one.target)}{other}")
    return result


def _by_key(graph: ResourceGraph) -> dict[Key, Node]:
    """Our nodes as theirs are told apart; names that were only pointed to have no group."""
    found = {(node.kind, node.group, node.name): node for node in graph.nodes() if node.present}
    for node in graph.nodes():
        group = next((key[1] for key in found if key[0] == node.kind), _GROUPS.get(node.kind, ""))
        found.setdefault((node.kind, group, node.name), node)
    return found


def _claim(key: Key, nodes: dict[Key, Node]) -> Key:
    """Of a claim that KubeDiagrams makes up of a template (`data-db`), the first that the set has (`data-db-0`)."""
    if key[0] != "PersistentVolumeClaim" or key in nodes:
        return key
    made = [one for one in nodes if one[0] == key[0] and re.fullmatch(re.escape(key[2]) + r"-\d+", one[2])]
    return min(made, default=key)


def _touches(graph: ResourceGraph, edge: Edge, spaces: set[str]) -> bool:
    return any(graph.node(end).namespace in spaces for end in (edge.source, edge.target))


def _pairs(graph: ResourceGraph, ends: list[Node | None], meaning: str) -> list[frozenset[str]]:
    known = [node.id for node in ends if node is not None]
    if len(known) < 2:
        return []
    pairs = [frozenset(known)]
    if meaning == "communication":
        pairs.append(frozenset(_workload(graph, ident) for ident in known))
    return pairs


def _workload(graph: ResourceGraph, ident: str) -> str:
    """The topmost owner of a pod."""
    for _ in range(5):
        above = graph.reaching(ident, EdgeType.OWNS)
        if not above:
            break
        ident = above[0].source
    return ident


def _said(key: Key) -> str:
    return f"{key[0]}/{key[2]}"
