"""The objects of one cluster by name, and what its crawl covers: only what was looked for can be gone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from cluster.findings.model import Tier
from cluster.values import entries, mapping, text
from connectors import environments
from connectors.documents import ANY, ResourceRef
from connectors.kinds import CLUSTER_SCOPED
from connectors.kubernetes.observed import ObservedObject

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Rollout")
"""Kinds that a name in prose may mean, whatever it is called there."""

_ENVIRONMENT_LABELS = frozenset({"environment", "env"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of a cluster besides its objects.

    `environment` is which one it is ('': by its objects' labels or its name). `sources` are those whose documents
    speak of it (empty: those that name what is in it). `kinds` were read whole (None: those with objects).
    Of namespaces those were read that `include` names (empty: all) and `exclude` does not; `*` stands for any
    characters. `version` is the server's, '' where it did not tell.
    """

    environment: str = ""
    sources: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    version: str = ""

    def reads(self, namespace: str) -> bool:
        """Whether the namespace was read; of any namespace (`*`) only where all were."""
        if namespace == ANY:
            return not self.include and not self.exclude
        named = not self.include or any(fnmatchcase(namespace, one) for one in self.include)
        return named and not any(fnmatchcase(namespace, one) for one in self.exclude)


@dataclass(slots=True)
class Cluster:
    """One cluster, last `observed_at`, or where none is known an environment's manifests (`tier` is then `CODE`)."""

    name: str
    scope: Scope
    tier: Tier = Tier.LIVE
    environment: str = ""
    objects: list[ObservedObject] = field(default_factory=list)
    observed_at: datetime | None = None
    namespaces: set[str] = field(default_factory=set)
    _named: dict[tuple[str, str], list[ObservedObject]] = field(default_factory=lambda: defaultdict(list))
    _scaled: dict[tuple[str, str, str], ObservedObject] = field(default_factory=dict)
    _kinds: dict[str, list[ObservedObject]] = field(default_factory=lambda: defaultdict(list))
    _releases: dict[str, list[ObservedObject]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: ObservedObject) -> None:
        """Takes an object in."""
        self.objects.append(seen)
        if seen.observed_at and (self.observed_at is None or seen.observed_at > self.observed_at):
            self.observed_at = seen.observed_at
        self._named[seen.kind, seen.name].append(seen)
        self._kinds[seen.kind].append(seen)
        release = mapping(seen.metadata, "labels").get("app.kubernetes.io/instance")
        if isinstance(release, str):
            self._releases[release].append(seen)
        if seen.kind == "Namespace":
            self.namespaces.add(seen.name)
        elif seen.namespace:
            self.namespaces.add(seen.namespace)
        if seen.kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            target = mapping(seen.value, "spec.scaleTargetRef")
            kind = text(target, "kind") or "Deployment"
            self._scaled.setdefault((kind, seen.namespace, text(target, "name")), seen)

    def kind(self, kind: str) -> list[ObservedObject]:
        """All objects of a kind."""
        return self._kinds.get(kind, [])

    def find(self, kind: str, name: str, namespace: str = ANY) -> list[ObservedObject]:
        """The objects of this kind and name, in any namespace for `*`."""
        everywhere = namespace == ANY or kind in CLUSTER_SCOPED
        return [
            seen for seen in self._named.get((kind, name), ()) if everywhere or seen.namespace == namespace
        ]

    def has(self, ref: ResourceRef) -> bool:
        """Whether the object is there."""
        return bool(self.find(ref.kind, ref.name, ref.namespace))

    def named(self, name: str, kinds: Iterable[str], namespace: str = ANY) -> list[ObservedObject]:
        """The objects of this name of any of the kinds."""
        return [seen for kind in kinds for seen in self.find(kind, name, namespace)]

    def scaler(self, seen: ObservedObject) -> ObservedObject | None:
        """The autoscaler that sets the object's replicas."""
        return self._scaled.get((seen.kind, seen.namespace, seen.name))

    def release(self, ref: ResourceRef) -> list[ObservedObject]:
        """What a Helm release has installed, by its label."""
        return [seen for seen in self._releases.get(ref.name, ()) if ref.namespace in (ANY, seen.namespace)]

    def covers(self, kind: str, namespace: str = ANY) -> bool:
        """Whether an object of the kind that is not among these is not there."""
        listed = kind in (self._kinds if self.scope.kinds is None else self.scope.kinds)
        return listed and (kind in CLUSTER_SCOPED or self.scope.reads(namespace))

    def covers_namespace(self, name: str) -> bool:
        """Whether the namespace, if it is not among these, is not there."""
        return self.covers("Namespace") and self.scope.reads(name)


def clusters_of(objects: Iterable[ObservedObject], scopes: Mapping[str, Scope]) -> list[Cluster]:
    """The clusters that run, by name; manifests are none."""
    found: dict[str, Cluster] = {}
    for seen in sorted(objects, key=lambda one: (one.cluster, one.document_id)):
        if seen.declared or seen.cluster == ANY or not seen.name or seen.kind == "Event":
            continue
        if seen.cluster not in found:
            found[seen.cluster] = Cluster(seen.cluster, scopes.get(seen.cluster, Scope()))
        found[seen.cluster].add(seen)
    for cluster in found.values():
        cluster.environment = cluster.scope.environment or _labelled(cluster) or environment_of(cluster.name)
    return list(found.values())


def environment_of(name: str) -> str:
    """The environment that a cluster's name speaks of: `acorn-production`, `prod`."""
    return environments.of_path(f"clusters/{name.replace('/', '-')}/x")


def _labelled(cluster: Cluster) -> str:
    """What labels of namespaces and nodes call the environment, if all of them agree."""
    named = {environments.canonical(value) for value in _environment_labels(cluster)} - {""}
    return named.pop() if len(named) == 1 else ""


def _environment_labels(cluster: Cluster) -> Iterator[str]:
    for seen in (*cluster.kind("Namespace"), *cluster.kind("Node")):
        for key, value in mapping(seen.metadata, "labels").items():
            if str(key).rpartition("/")[2] in _ENVIRONMENT_LABELS and isinstance(value, str):
                yield value


def node_version(cluster: Cluster) -> tuple[int, ObservedObject | None]:
    """The lowest minor version of Kubernetes that a node runs, and that node; the server is never older."""
    found = []
    for node in cluster.kind("Node"):
        match = re.match(r"v?1\.(\d+)", text(node.value, "status.nodeInfo.kubeletVersion"))
        if match:
            found.append((int(match[1]), node.document_id, node))
    if not found:
        return 0, None
    minor, _, node = min(found, key=lambda one: one[:2])
    return minor, node


def served_by_definitions(cluster: Cluster) -> dict[str, dict[str, set[str]]]:
    """Of custom resources: group to kind to the versions that are served."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for definition in cluster.kind("CustomResourceDefinition"):
        kind = text(definition.value, "spec.names.kind")
        versions = {
            text(one, "name") for _, one in entries(definition.value, "spec.versions") if one.get("served")
        }
        if kind and versions:
            found[text(definition.value, "spec.group")][kind] = versions
    return found
