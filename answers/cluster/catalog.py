"""The objects that a caller may read, findable by what questions name: kind, namespace, name, workload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from cluster.edges.base import EdgeType
from cluster.graph import Node, ResourceGraph
from cluster.store import EventRecord
from cluster.values import at, entries, mapping, text

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicationController", "CronJob", "Job", "Rollout")
"""What people mean by a workload, most common first."""
_TEMPLATES = ("spec.template.spec", "spec.jobTemplate.spec.template.spec")


class Catalog:
    """Indexes over the objects of a graph, without its documents; `absent` are names that were not seen.

    `warnings` gives the events of some namespaces (of all where there is none) that the caller may read.
    """

    def __init__(
        self,
        graph: ResourceGraph,
        warnings: Callable[[Collection[str]], Iterable[EventRecord]] = lambda _: (),
    ) -> None:
        self.graph = graph
        self._warnings = warnings
        self.by_kind: dict[str, list[Node]] = defaultdict(list)
        self.by_name: dict[str, list[Node]] = defaultdict(list)
        self._by_namespace: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self.absent: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes():
            if not node.present:
                self.absent[node.name.lower()].append(node)
            elif not node.is_document:
                self.by_kind[node.kind].append(node)
                self.by_name[node.name.lower()].append(node)
                self._by_namespace[node.namespace][node.kind].append(node)
        self.clusters = sorted({node.cluster for nodes in self.by_kind.values() for node in nodes})
        named = {node.name for node in self.by_kind.get("Namespace", ())}
        self.namespaces = sorted(named | {name for name in self._by_namespace if name})

    def of(
        self, kinds: Iterable[str], namespaces: Collection[str] = (), clusters: Collection[str] = ()
    ) -> list[Node]:
        """The objects of these kinds, in these namespaces and clusters where any are given."""
        if namespaces:
            found = [node for kind in kinds for name in namespaces for node in self._in(name).get(kind, ())]
        else:
            found = [node for kind in kinds for node in self.by_kind.get(kind, ())]
        return [node for node in found if not clusters or node.cluster in clusters]

    def all(self) -> Iterator[Node]:
        """Every object."""
        return (node for nodes in self.by_kind.values() for node in nodes)

    def is_namespaced(self, kind: str) -> bool:
        """Whether objects of the kind stand in namespaces, as far as any were seen."""
        return any(node.namespace for node in self.by_kind.get(kind, ())[:1])

    def workloads(self, namespaces: Collection[str] = (), clusters: Collection[str] = ()) -> list[Node]:
        """What keeps pods running and was made by nothing else."""
        return [node for node in self.of(WORKLOADS, namespaces, clusters) if not self.owner(node)]

    def owner(self, node: Node) -> Node | None:
        """The object that made this one."""
        return next((self.graph.node(e.source) for e in self.graph.reaching(node.id, EdgeType.OWNS)), None)

    def top(self, node: Node) -> Node:
        """The topmost owner: of a pod its Deployment, of a Deployment itself."""
        for _ in range(5):
            above = self.owner(node)
            if above is None or above.kind not in self.by_kind:
                break
            node = above
        return node

    def pods(self, node: Node) -> list[Node]:
        """The pods that an object made, at any depth, or that run on a node."""
        if node.kind == "Node":
            return self._sources(node, "Pod", EdgeType.RUNS_ON)
        found: list[Node] = []
        level = [node]
        for _ in range(4):
            level = [
                self.graph.node(e.target) for one in level for e in self.graph.leaving(one.id, EdgeType.OWNS)
            ]
            found += [one for one in level if one.kind == "Pod" and one.present]
        return found

    def users(self, node: Node, *types: EdgeType) -> list[Node]:
        """The topmost workloads and other objects from which edges of these types lead to an object, each once."""
        found: dict[str, Node] = {}
        for edge in self.graph.reaching(node.id, *types):
            source = self.graph.node(edge.source)
            if source.present:
                top = self.top(source)
                found.setdefault(top.id, top)
        return sorted(found.values(), key=lambda one: (one.kind != "Deployment", one.kind, one.name))

    def targets(self, node: Node, *types: EdgeType) -> list[Node]:
        """The objects to which edges of these types lead from an object."""
        return [
            target
            for e in self.graph.leaving(node.id, *types)
            if (target := self.graph.node(e.target)).present
        ]

    def warnings(self, namespaces: Collection[str] = (), clusters: Collection[str] = ()) -> list[EventRecord]:
        """The warning events that have documents, newest first; they are read anew each time."""
        found = [e for e in self._warnings(namespaces) if e.type == "Warning" and e.document_id]
        found = [e for e in found if not clusters or e.about.cluster in clusters]
        return sorted(found, key=lambda event: (event.last_at, event.document_id), reverse=True)

    def warnings_about(self, nodes: Sequence[Node]) -> list[EventRecord]:
        """The warning events about any of these objects, newest first."""
        about = {(node.cluster, node.namespace, node.kind, node.name) for node in nodes}
        return [
            event
            for event in self.warnings({node.namespace for node in nodes if node.namespace})
            if (event.about.cluster, event.about.namespace.strip("*"), event.about.kind, event.about.name)
            in about
        ]

    def _sources(self, node: Node, kind: str, *types: EdgeType) -> list[Node]:
        found = (self.graph.node(e.source) for e in self.graph.reaching(node.id, *types))
        return [one for one in found if one.kind == kind and one.present]

    def _in(self, namespace: str) -> dict[str, list[Node]]:
        return self._by_namespace.get(namespace, {})


def pod_path(node: Node) -> str:
    """Where the spec of the pod stands that an object is or makes, '' where it makes none."""
    if node.kind == "Pod":
        return "spec"
    return next((path for path in _TEMPLATES if at(node.value, f"{path}.containers")), "")


def containers(node: Node) -> Iterator[tuple[str, int, dict[str, object]]]:
    """Field, place and value of each container of the pod that an object is or makes, init containers last."""
    path = pod_path(node)
    for group in ("containers", "initContainers") if path else ():
        for place, container in entries(node.value, f"{path}.{group}"):
            yield f"{path}.{group}", place, dict(container)


def images(node: Node, *, main: bool = False) -> list[str]:
    """The images of an object's containers, those of init containers too unless only the `main` ones are asked for."""
    found = [c for group, _, c in containers(node) if not main or group.endswith(".containers")]
    return [image for container in found if (image := text(container, "image"))]


def labels(node: Node) -> dict[str, str]:
    """The labels of an object, and those of the pods it makes where it has none of that name."""
    template = pod_path(node).removesuffix(".spec")
    made = mapping(node.value, f"{template}.metadata.labels") if node.kind != "Pod" and template else {}
    own = mapping(node.value, "metadata.labels")
    return {str(key): str(value) for key, value in {**made, **own}.items()}
