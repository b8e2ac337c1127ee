"""Counts what a cluster and its namespaces hold, so that a number can be cited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.documents import Document, Section, SectionKind, assemble
from connectors.kubernetes.live.documents import KIND, Origin, environment_of, lines_section
from connectors.kubernetes.live.states import is_well, replicas, state
from connectors.kubernetes.words import at

_FIRST = ("Node", "Namespace", "Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Ingress",
          "HorizontalPodAutoscaler", "PersistentVolumeClaim", "ConfigMap", "Secret")  # fmt: skip
_UNNAMED = frozenset(
    {"Pod", "ReplicaSet", "EndpointSlice", "Endpoints", "ControllerRevision", "Event", "Lease"}
)
"""Kinds that others make by the dozen: counted, not named."""
_COUNTED_ONLY_BY_WARNING = "Event"
_MOST_NAMES = 40
_MOST_TROUBLES = 30


@dataclass(slots=True)
class _Tally:
    """What was counted of one kind in one place."""

    states: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.states.total()


class Overview:
    """Counts objects one by one and makes a document for the cluster and for each of its namespaces."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._places: dict[str, dict[str, _Tally]] = defaultdict(lambda: defaultdict(_Tally))
        self._troubles: dict[str, list[str]] = defaultdict(list)
        self._versions: Counter[str] = Counter()
        self._missing: list[str] = []

    def not_listed(self, kind: str) -> None:
        """Says that not all objects of a kind could be counted."""
        self._missing.append(kind)

    def add(self, value: Mapping[str, Any]) -> None:
        """Counts one object."""
        kind, name = str(value.get("kind")), str(at(value, "metadata", "name"))
        namespace = str(at(value, "metadata", "namespace") or "")
        if kind == _COUNTED_ONLY_BY_WARNING and value.get("type") != "Warning":
            return
        found = state(value)
        tally = self._places[namespace][kind]
        tally.states[found] += 1
        if kind not in _UNNAMED and len(tally.names) < _MOST_NAMES:
            tally.names.append(_named(value, name, found))
        if not is_well(found) and len(self._troubles[namespace]) < _MOST_TROUBLES:
            title = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
            self._troubles[namespace].append(f"Not well: {title}: {found}")
        if kind == "Node":
            self._versions[str(at(value, "status", "nodeInfo", "kubeletVersion") or "")] += 1
        if kind == "Namespace":
            self._places[name]  # a namespace without objects has an overview too

    def documents(self, version: str, observed_at: datetime | None = None) -> Iterator[Document]:
        """The overviews: of the cluster, whose server is of `version`, then of its namespaces."""
        yield self._of_cluster(version, observed_at)
        for namespace in sorted(filter(None, self._places)):
            yield self._of_namespace(namespace, observed_at)

    def _of_namespace(self, namespace: str, observed_at: datetime | None) -> Document:
        kinds = self._places[namespace]
        counts = ", ".join(_count(kind, kinds[kind]) for kind in _ordered(kinds)) or "no objects"
        lead = [
            Section(SectionKind.PARAGRAPH, f"Namespace {namespace}: {counts}", "summary"),
            *self._details(namespace, kinds),
        ]
        return self._document(namespace, f"Overview of namespace {namespace}", namespace, lead, observed_at)

    def _of_cluster(self, version: str, observed_at: datetime | None) -> Document:
        kinds: dict[str, _Tally] = defaultdict(_Tally)
        for namespace, place in self._places.items():
            for kind, tally in place.items():
                kinds[kind].states.update(tally.states)
                kinds[kind].names += [] if namespace else tally.names
        cluster = self._origin.cluster
        total = sum(tally.total for tally in kinds.values())
        namespaces = sorted(filter(None, self._places))
        about = f"Kubernetes {version}, " if version else ""
        counts = ", ".join(_count(kind, kinds[kind]) for kind in _ordered(kinds))
        summary = f"Cluster {cluster}: {about}{total} objects in {len(namespaces)} namespaces: {counts}"
        troubles = [line for namespace in ("", *namespaces) for line in self._troubles.get(namespace, ())]
        lead = [
            Section(SectionKind.PARAGRAPH, summary, "summary"),
            *lines_section(self._node_versions(), "nodes", "nodes"),
            *lines_section(map(self._namespace_line, namespaces), "namespaces", "namespaces"),
            *lines_section(_count_lines(kinds), "counts", "counts"),
            *lines_section(_name_lines(self._places.get("", {})), "names", "names"),
            *lines_section(troubles[: 3 * _MOST_TROUBLES], "troubles", "not well"),
            *self._gaps(),
        ]
        return self._document("", f"Overview of cluster {cluster}", cluster, lead, observed_at)

    def _gaps(self) -> list[Section]:
        lines = (f"Not counted whole, as it could not be listed: {kind}" for kind in self._missing)
        return lines_section(lines, "gaps", "gaps")

    def _details(self, namespace: str, kinds: Mapping[str, _Tally]) -> Iterator[Section]:
        yield from lines_section(_count_lines(kinds), "counts", "counts")
        yield from lines_section(_name_lines(kinds), "names", "names")
        yield from lines_section(self._troubles.get(namespace, ()), "troubles", "not well")
        yield from self._gaps()

    def _namespace_line(self, namespace: str) -> str:
        kinds = self._places[namespace]
        counts = ", ".join(_count(kind, kinds[kind]) for kind in _ordered(kinds) if kind in _FIRST)
        return f"Namespace {namespace}: {counts or 'nothing that runs'}"

    def _node_versions(self) -> Iterator[str]:
        for version, number in sorted(self._versions.items()):
            yield f"Nodes with kubelet {version or 'of unknown version'}: {number}"

    def _document(
        self, namespace: str, title: str, name: str, lead: Iterable[Section], observed_at: datetime | None
    ) -> Document:
        origin = self._origin
        text, sections = assemble(lead)
        return Document(
            id=overview_id(origin.source, namespace, name),
            title=title,
            text=text,
            sections=sections,
            source=origin.source,
            kind=KIND,
            updated_at=observed_at,
            breadcrumbs=tuple(filter(None, (origin.cluster, namespace))),
            environment=environment_of(origin.cluster, namespace),
            namespace=namespace,
            access=origin.access,
        )


def overview_id(source: str, namespace: str, name: str) -> str:
    """`kubernetes:<source>/<namespace or _>/Overview/<namespace or cluster>`."""
    return f"kubernetes:{source}/{namespace or '_'}/Overview/{name}"


def overview_key(document: Document) -> str:
    """What the state calls an overview: `shop/shop`, `/prod` for the cluster's."""
    return f"{document.namespace}/{document.id.rpartition('/')[2]}"


def plural(kind: str, number: int) -> str:
    """`12 Pods`, `1 Ingress`, `2 Ingresses`, `3 NetworkPolicies`."""
    if number == 1 or kind == "Endpoints":
        return f"{number} {kind}"
    if kind.endswith(("s", "x", "ch")):
        return f"{number} {kind}es"
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return f"{number} {kind[:-1]}ies"
    return f"{number} {kind}s"


def _ordered(kinds: Mapping[str, _Tally]) -> list[str]:
    return [
        *(kind for kind in _FIRST if kind in kinds),
        *sorted(kind for kind in kinds if kind not in _FIRST),
    ]


def _count(kind: str, tally: _Tally) -> str:
    """`12 Pods (11 Running, 1 Pending)`."""
    named = "warning Event" if kind == _COUNTED_ONLY_BY_WARNING else kind
    return plural(named, tally.total) + _in_states(tally)


def _in_states(tally: _Tally) -> str:
    """` (11 Running, 1 Pending)`, the most frequent first; '' where the kind has no states."""
    ordered = sorted(tally.states.items(), key=lambda pair: (-pair[1], pair[0]))
    states = ", ".join(f"{number} {word}" for word, number in ordered if word)
    return f" ({states})" if states else ""


def _count_lines(kinds: Mapping[str, _Tally]) -> Iterator[str]:
    for kind in _ordered(kinds):
        named = "warning Event" if kind == _COUNTED_ONLY_BY_WARNING else kind
        words = plural(named, 2).partition(" ")[2]
        yield f"{words}: {kinds[kind].total}{_in_states(kinds[kind])}"


def _name_lines(kinds: Mapping[str, _Tally]) -> Iterator[str]:
    for kind in _ordered(kinds):
        tally = kinds[kind]
        if tally.names:
            more = f" and {tally.total - len(tally.names)} more" if tally.total > len(tally.names) else ""
            yield f"{kind} names: {', '.join(sorted(tally.names))}{more}"


def _named(value: Mapping[str, Any], name: str, found: str) -> str:
    """`cart (3/3 ready)` for a workload, `data (Bound)` for what has a state, else the name."""
    if found in ("ready", "not ready", "scaled to 0") and value.get("kind") != "ReplicaSet":
        ready, wanted = replicas(value)
        return f"{name} ({ready}/{wanted} ready)"
    return f"{name} ({found})" if found else name
