"""The resource graph: objects and documents as nodes, how they hang together as edges with their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import networkx

from cluster import edges
from cluster.edges import documents as document_edges
from cluster.edges.base import Cluster, EdgeType, Found, item_of
from cluster.endpoints import endpoints_of, ready_addresses
from cluster.memory import collector_paused
from cluster.status import Health, Level, health
from cluster.values import Value
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject

__all__ = ["Edge", "EdgeType", "Node", "ResourceGraph", "build"]

_EVENTS = frozenset({"Event"})
"""Kinds that are news about objects, not objects that hang together."""
_SENTENCES = 4
"""How many reasons of one edge are kept."""


@dataclass(frozen=True, slots=True)
class Node:
    """An object, or a document about objects (`kind` is then `Terraform` or `Page`).

    `document_id` is the document that shows it, which decides who may see the node; '' for a name that something
    points to and that was not seen (`present` is false). `documents` also holds what creates and describes it.
    """

    id: str
    kind: str
    name: str
    namespace: str = ""
    cluster: str = ""
    health: Health = field(default_factory=lambda: Health(Level.UNKNOWN))
    present: bool = True
    document_id: str = ""
    documents: tuple[str, ...] = ()
    url: str = ""
    group: str = ""
    value: Value = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_document(self) -> bool:
        """Whether it is a page or a Terraform block."""
        return not self.cluster

    def to_json(self) -> dict[str, Any]:
        """The node in the public contract's form."""
        return {
            "id": self.id, "kind": self.kind, "name": self.name, "namespace": self.namespace or None,
            "cluster": self.cluster or None, "status": str(self.health.level), "reason": self.health.reason,
            "since": self.health.since.isoformat() if self.health.since else None,
            "documents": list(self.documents),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """Why one node hangs together with another. Each reason is a sentence and the third object it speaks of, if any."""

    source: str
    target: str
    type: EdgeType
    reasons: tuple[tuple[str, str], ...]

    @property
    def evidence(self) -> str:
        """The sentences, joined."""
        return "; ".join(sentence for sentence, _ in self.reasons)

    def to_json(self) -> dict[str, Any]:
        """The edge in the public contract's form."""
        return {
            "source": self.source,
            "target": self.target,
            "type": str(self.type),
            "evidence": self.evidence,
        }


class ResourceGraph:
    """Nodes and typed edges, in a fixed order. `networkx` is inside (`graph`): each edge's key is its type."""

    def __init__(self, graph: networkx.MultiDiGraph | None = None) -> None:
        self.graph = networkx.MultiDiGraph() if graph is None else graph

    def __len__(self) -> int:
        return int(self.graph.number_of_nodes())

    def __contains__(self, ident: object) -> bool:
        return ident in self.graph

    def node(self, ident: str) -> Node:
        """The node with this id; KeyError where there is none."""
        return cast(Node, self.graph.nodes[ident]["node"])

    def nodes(self) -> Iterator[Node]:
        """All nodes: objects by cluster and id, then names that were not seen, then documents."""
        for _, node in self.graph.nodes(data="node"):
            yield node

    def edges(self, *types: EdgeType) -> Iterator[Edge]:
        """All edges, or those of the given types."""
        for _, _, edge in self.graph.edges(data="edge"):
            if not types or edge.type in types:
                yield edge

    def leaving(self, ident: str, *types: EdgeType) -> list[Edge]:
        """Edges from a node."""
        found = (edge for _, _, edge in self.graph.out_edges(ident, data="edge"))
        return [edge for edge in found if not types or edge.type in types]

    def reaching(self, ident: str, *types: EdgeType) -> list[Edge]:
        """Edges to a node."""
        found = (edge for _, _, edge in self.graph.in_edges(ident, data="edge"))
        return [edge for edge in found if not types or edge.type in types]

    def find(
        self, kind: str, name: str, namespace: str | None = None, cluster: str | None = None
    ) -> list[Node]:
        """The nodes of this kind and name; kind regardless of case."""
        return [
            node
            for node in self.nodes()
            if node.name == name
            and node.kind.lower() == kind.lower()
            and namespace in (None, node.namespace)
            and cluster in (None, node.cluster)
        ]

    def around(self, ident: str, steps: int) -> ResourceGraph:
        """The part of the graph within so many steps of a node, in either direction."""
        reached = networkx.single_source_shortest_path_length(
            self.graph.to_undirected(as_view=True), ident, steps
        )
        return self.only(set(reached).__contains__)

    def only(self, wanted: Callable[[str], bool]) -> ResourceGraph:
        """The part of the graph that holds the wanted node ids and the edges between them."""
        kept = networkx.MultiDiGraph()
        for ident, data in self.graph.nodes(data=True):
            if wanted(ident):
                kept.add_node(ident, **data)
        for source, target, key, data in self.graph.edges(keys=True, data=True):
            if source in kept and target in kept:
                kept.add_edge(source, target, key=key, **data)
        return ResourceGraph(kept)

    def readable(self, may_read: Callable[[str], bool]) -> ResourceGraph:
        """The graph as somebody sees it who may read these documents: no node, edge or reason rests on another one.

        Names that were not seen stay only where a readable object points to them.
        """
        seen = {node.id for node in self.nodes() if node.document_id and may_read(node.document_id)}
        kept = networkx.MultiDiGraph()
        for node in self.nodes():
            pointed = not node.present and any(edge.source in seen for edge in self.reaching(node.id))
            if node.id in seen or pointed:
                shown = tuple(ident for ident in node.documents if may_read(ident))
                url = node.url if node.document_id in shown else ""
                kept.add_node(node.id, node=replace(node, documents=shown, url=url))
        for edge in self.edges():
            reasons = tuple(reason for reason in edge.reasons if not reason[1] or reason[1] in seen)
            if reasons and edge.source in kept and edge.target in kept:
                shown_edge = Edge(edge.source, edge.target, edge.type, reasons)
                kept.add_edge(edge.source, edge.target, key=edge.type, edge=shown_edge)
        return ResourceGraph(kept)

    def to_json(self) -> dict[str, Any]:
        """`{"nodes": […], "edges": […]}` of the public contract."""
        return {
            "nodes": [node.to_json() for node in self.nodes()],
            "edges": [edge.to_json() for edge in self.edges()],
        }


def build(objects: Iterable[ObservedObject], documents: Iterable[Document] = ()) -> ResourceGraph:
    """The graph of these objects and of the documents that create or name them. The order of both does not matter.

    Objects hang together within their cluster only. One that was both declared and seen running counts as seen.
    """
    with collector_paused():
        return _built(objects, sorted(documents, key=lambda document: document.id))


def _built(objects: Iterable[ObservedObject], told: list[Document]) -> ResourceGraph:
    clusters, twins = _clusters(objects)
    found: dict[tuple[str, str, EdgeType], dict[str, str]] = defaultdict(dict)
    for cluster in clusters:
        for edge in edges.find(cluster):
            _note(found, edge)
    about: dict[str, Document] = {}
    for document, edge in document_edges.find(clusters, told):
        about[document.id] = document
        _note(found, edge)
    linked: dict[str, list[str]] = defaultdict(list)
    for source, target, kind in found:
        if kind in (EdgeType.CREATED_BY, EdgeType.DOCUMENTED_BY):
            linked[source].append(target)
    graph = networkx.MultiDiGraph()
    urls = {document.id: document.url for document in told}
    for node in _nodes(clusters, twins, linked, urls):
        graph.add_node(node.id, node=node)
    for document in sorted(about.values(), key=lambda one: one.id):
        graph.add_node(document.id, node=_document_node(document))
    for (source, target, kind), reasons in sorted(found.items()):
        if source in graph and target in graph:
            edge_found = Edge(source, target, kind, tuple(reasons.items())[:_SENTENCES])
            graph.add_edge(source, target, key=kind, edge=edge_found)
    return ResourceGraph(graph)


def _note(found: dict[tuple[str, str, EdgeType], dict[str, str]], edge: Found) -> None:
    if edge.source != edge.target:
        found[edge.source, edge.target, edge.type].setdefault(edge.evidence, edge.through)


def _clusters(objects: Iterable[ObservedObject]) -> tuple[list[Cluster], dict[str, list[str]]]:
    """The objects by cluster, and by node id the documents of those that are the same object twice."""
    chosen: dict[tuple[str, str, str, str, str], ObservedObject] = {}
    documents: dict[tuple[str, str, str, str, str], list[str]] = defaultdict(list)
    ordered = sorted(objects, key=lambda one: (one.cluster, one.declared, one.document_id))
    for seen in ordered:
        if seen.kind in _EVENTS or not seen.name:
            continue
        group = seen.api_version.rpartition("/")[0]
        key = (seen.cluster, seen.namespace, seen.kind, seen.name, group)
        chosen.setdefault(key, seen)
        documents[key].append(seen.document_id)
    clusters: dict[str, Cluster] = {}
    twins: dict[str, list[str]] = {}
    taken: set[str] = set()
    for key in sorted(chosen):
        cluster = clusters.setdefault(key[0], Cluster(key[0]))
        item = item_of(chosen[key], key[0])
        if item.id in taken:
            item = item_of(chosen[key], key[0], qualified=True)
        taken.add(item.id)
        cluster.add(item)
        twins[item.id] = documents[key]
    for cluster in clusters.values():
        cluster.settle()
    return list(clusters.values()), twins


def _nodes(
    clusters: list[Cluster], twins: dict[str, list[str]], linked: dict[str, list[str]], urls: dict[str, str]
) -> Iterator[Node]:
    for cluster in clusters:
        ready = ready_addresses(cluster)
        for item in cluster.items:
            listed = dict.fromkeys([*filter(None, twins[item.id]), *sorted(linked.get(item.id, ()))])
            yield Node(
                item.id, item.kind, item.name, item.namespace, cluster.name,
                health(item.value, endpoints_of(item, ready)), True, item.seen.document_id, tuple(listed),
                next((urls[one] for one in listed if urls.get(one)), ""), item.group, item.value,
            )  # fmt: skip
    for cluster in clusters:
        kinds = {item.kind for item in cluster.items}
        for _, name in sorted(cluster.absent.items()):
            why = (
                "named, and not among the objects that were read"
                if name.kind in kinds
                else "its kind was not read"
            )
            state = Health(Level.UNKNOWN, why)
            yield Node(name.id, name.kind, name.name, name.namespace, cluster.name, state, present=False)


def _document_node(document: Document) -> Node:
    kind = "Terraform" if document.kind == "terraform" else "Page"
    return Node(
        document.id, kind, document.title, document_id=document.id, documents=(document.id,), url=document.url
    )
