"""How failure travels: from what fails to what depends on it, along the edges of the resource graph."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx

from cluster.graph import EdgeType
from incidents.finding import Finding
from incidents.situation import Situation

_TO_SOURCE = {
    EdgeType.RUNS_ON: "runs on it",
    EdgeType.CALLS: "calls it",
    EdgeType.SELECTS: "sends traffic to it",
    EdgeType.ROUTES: "routes traffic to it",
    EdgeType.MOUNTS: "mounts it",
    EdgeType.REFERENCES: "uses it",
    EdgeType.OWNS: "is made of it",
}
"""Edges against whose direction failure travels: a node's failure reaches the pod that runs on it."""
_TO_TARGET = {EdgeType.OWNS: "is made by it"}
"""Edges along which it travels: a Deployment's template reaches its pods."""

_NEAR = 3
"""Steps of a way that is shown rather than that one finding affects an object."""


@dataclass(frozen=True, slots=True)
class Step:
    """Failure at `source` reaches `target`; `why` is a sentence."""

    source: str
    target: str
    type: str
    why: str


class Travel:
    """The paths along which failure can travel in one situation."""

    def __init__(self, situation: Situation, findings: Iterable[Finding]) -> None:
        self.graph = networkx.DiGraph()
        self._situation = situation
        for edge in situation.graph.edges():
            why = _TO_SOURCE.get(edge.type)
            if why:
                self._add(
                    edge.target, edge.source, str(edge.type), f"{name_of(edge.source)} {why}: {edge.evidence}"
                )
            if edge.type in _TO_TARGET:
                said = f"{name_of(edge.target)} {_TO_TARGET[edge.type]}: {edge.evidence}"
                self._add(edge.source, edge.target, str(edge.type), said)
        for found in findings:
            known = self.reached(found.object, _NEAR)
            for affected in found.about:
                if affected in known:
                    continue  # the way that the topology shows says more
                self._add(
                    found.object, affected, "affects", f"{name_of(affected)} depends on it: {found.text}"
                )

    def _add(self, source: str, target: str, kind: str, why: str) -> None:
        if source != target and not self.graph.has_edge(source, target):
            self.graph.add_edge(source, target, step=Step(source, target, kind, why))

    def reached(self, source: str, most: int = 8) -> dict[str, int]:
        """Everything that failure at `source` can reach, with its distance; at most so many steps."""
        if source not in self.graph:
            return {source: 0}
        return dict(networkx.single_source_shortest_path_length(self.graph, source, cutoff=most))

    def path(self, source: str, target: str) -> list[Step]:
        """The shortest way from one to the other; [] where there is none."""
        if source not in self.graph or target not in self.graph:
            return []
        try:
            nodes = networkx.shortest_path(self.graph, source, target)
        except networkx.NetworkXNoPath:
            return []
        return [self.graph.edges[one, other]["step"] for one, other in itertools.pairwise(nodes)]

    def steps(self, nodes: set[str]) -> Iterator[Step]:
        """The steps between some nodes."""
        for source, target, step in self.graph.edges(data="step"):
            if source in nodes and target in nodes:
                yield step


def name_of(ident: str) -> str:
    """`Deployment cart` of a node id."""
    return " ".join(ident.split("/")[-2:])
