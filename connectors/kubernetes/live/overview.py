"""Counts what a cluster and its namespaces hold, so that a number can be cited."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.documents import OBJECT, Document, Section, SectionKind, assemble
from connectors.kubernetes.live.documents import Origin, environment_of, lines_section
from connectors.kubernetes.live.overview_lines import (
    EVENT,
    FIRST,
    UNNAMED,
    Row,
    Tally,
    count,
    count_lines,
    name_lines,
    ordered,
)
from connectors.kubernetes.live.states import is_well, replicas, state
from connectors.kubernetes.words import at

_MOST_TROUBLES = 30
_MOST_TROUBLES_OF_A_CLUSTER = 90

Kinds = Mapping[str, Tally]


class Overview:
    """Keeps how each object is, in a few bytes, and makes a document for the cluster and each of its namespaces."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._rows: dict[str, dict[str, dict[str, Row]]] = {}
        self._missing: set[str] = set()

    def not_listed(self, kind: str) -> None:
        """Says that not all objects of a kind could be counted."""
        self._missing.add(kind)

    def listed(self, kind: str) -> None:
        """Says that all objects of a kind are counted."""
        self._missing.discard(kind)

    def put(self, value: Mapping[str, Any], kind: str = "") -> None:
        """Notes how an object is now; `kind` is how its kind is called, where that is not the object's word."""
        kind, name = kind or str(value.get("kind")), str(at(value, "metadata", "name"))
        namespace = str(at(value, "metadata", "namespace") or "")
        if kind == EVENT and value.get("type") != "Warning":
            return
        found = sys.intern(state(value))
        shown = "" if kind in UNNAMED else _named(value, name, found)
        version = str(at(value, "status", "nodeInfo", "kubeletVersion") or "") if kind == "Node" else ""
        row = Row(found, shown, is_well(found), version)
        self._rows.setdefault(namespace, {}).setdefault(kind, {})[name] = row

    def remove(self, kind: str, namespace: str, name: str) -> None:
        """Notes that an object is gone."""
        self._rows.get(namespace, {}).get(kind, {}).pop(name, None)

    def documents(self, version: str, observed_at: datetime | None = None) -> Iterator[Document]:
        """The overviews: of the cluster, whose server is of `version`, then of its namespaces."""
        places = self._places()
        yield self._of_cluster(places, version, observed_at)
        for namespace in sorted(filter(None, places)):
            yield self._of_namespace(namespace, places[namespace], observed_at)

    def _places(self) -> dict[str, dict[str, Tally]]:
        """The counts by namespace and kind; a namespace without objects has an overview too."""
        places: dict[str, dict[str, Tally]] = {
            name: {} for name in self._rows.get("", {}).get("Namespace", {})
        }
        for namespace, kinds in self._rows.items():
            for kind, rows in kinds.items():
                if rows:
                    tally = places.setdefault(namespace, {}).setdefault(kind, Tally())
                    for row in rows.values():
                        tally.add(row)
        return places

    def _of_namespace(self, namespace: str, kinds: Kinds, observed_at: datetime | None) -> Document:
        counts = ", ".join(count(kind, kinds[kind]) for kind in ordered(kinds)) or "no objects"
        troubles = list(self._troubles(namespace))[:_MOST_TROUBLES]
        lead = [
            Section(SectionKind.PARAGRAPH, f"Namespace {namespace}: {counts}", "summary"),
            *lines_section(count_lines(kinds), "counts", "counts"),
            *lines_section(name_lines(kinds), "names", "names"),
            *lines_section(troubles, "troubles", "not well"),
            *self._gaps(),
        ]
        return self._document(namespace, f"Overview of namespace {namespace}", namespace, lead, observed_at)

    def _of_cluster(
        self, places: Mapping[str, Kinds], version: str, observed_at: datetime | None
    ) -> Document:
        kinds: dict[str, Tally] = defaultdict(Tally)
        for place in places.values():
            for kind, tally in place.items():
                kinds[kind].states.update(tally.states)
        cluster, namespaces = self._origin.cluster, sorted(filter(None, places))
        about = f"Kubernetes {version}, " if version else ""
        counts = ", ".join(count(kind, kinds[kind]) for kind in ordered(kinds))
        total = sum(tally.total for tally in kinds.values())
        summary = f"Cluster {cluster}: {about}{total} objects in {len(namespaces)} namespaces: {counts}"
        troubles = [line for namespace in ("", *namespaces) for line in self._troubles(namespace)]
        lead = [
            Section(SectionKind.PARAGRAPH, summary, "summary"),
            *lines_section(self._node_versions(), "nodes", "nodes"),
            *lines_section((_line(name, places[name]) for name in namespaces), "namespaces", "namespaces"),
            *lines_section(count_lines(kinds), "counts", "counts"),
            *lines_section(name_lines(places.get("", {})), "names", "names"),
            *lines_section(troubles[:_MOST_TROUBLES_OF_A_CLUSTER], "troubles", "not well"),
            *self._gaps(),
        ]
        return self._document("", f"Overview of cluster {cluster}", cluster, lead, observed_at)

    def _troubles(self, namespace: str) -> Iterator[str]:
        for kind, rows in sorted(self._rows.get(namespace, {}).items()):
            for name, row in sorted(rows.items()):
                if not row.well:
                    yield f"Not well: {kind} {namespace}/{name}: {row.state}".replace(" /", " ")

    def _gaps(self) -> list[Section]:
        lines = (f"Not counted whole, as it could not be listed: {kind}" for kind in sorted(self._missing))
        return lines_section(lines, "gaps", "gaps")

    def _node_versions(self) -> Iterator[str]:
        nodes = self._rows.get("", {}).get("Node", {}).values()
        for version, number in sorted(Counter(row.version for row in nodes).items()):
            yield f"Nodes with kubelet {version or 'of unknown version'}: {number}"

    def _document(
        self, namespace: str, title: str, name: str, lead: Iterable[Section], observed_at: datetime | None
    ) -> Document:
        origin = self._origin
        text, sections = assemble(lead)
        return Document(
            id=f"kubernetes:{origin.source}/{namespace or '_'}/Overview/{name}",
            title=title,
            text=text,
            sections=sections,
            source=origin.source,
            kind=OBJECT,
            updated_at=observed_at,
            breadcrumbs=tuple(filter(None, (origin.cluster, namespace))),
            environment=environment_of(origin.cluster, namespace),
            namespace=namespace,
            access=origin.access,
        )


def overview_key(document: Document) -> str:
    """What the state calls an overview: `shop/shop`, `/prod` for the cluster's."""
    return f"{document.namespace}/{document.id.rpartition('/')[2]}"


def _line(namespace: str, kinds: Kinds) -> str:
    counts = ", ".join(count(kind, kinds[kind]) for kind in ordered(kinds) if kind in FIRST)
    return f"Namespace {namespace}: {counts or 'nothing that runs'}"


def _named(value: Mapping[str, Any], name: str, found: str) -> str:
    """`cart (3/3 ready)` for a workload, `data (Bound)` for what has a state, else the name."""
    if found in ("ready", "not ready", "scaled to 0"):
        ready, wanted = replicas(value)
        return f"{name} ({ready}/{wanted} ready)"
    return f"{name} ({found})" if found else name
