"""Pages with the objects that they name, and which clusters they speak of at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from cluster.findings import wording
from cluster.findings.clusters import Cluster
from cluster.findings.model import Tier
from connectors.documents import ANY, Document, ResourceRef, Section
from connectors.kubectl_lines import namespace_of
from connectors.mentions import Form, Sighting, WrittenCommand, commands, is_name, sightings

EPHEMERAL = frozenset(
    {"Pod", "ReplicaSet", "Job", "Node", "NodeClaim", "Endpoints", "EndpointSlice", "Event", "Lease",
     "ControllerRevision", "PersistentVolume", "ReplicationController", "Workflow"}
)  # fmt: skip
"""Kinds whose objects come and go by themselves: a page that names one is not outdated for that."""
_COMMON_NAMESPACES = frozenset(
    {"default", "kube-system", "kube-public", "kube-node-lease", "monitoring", "logging", "observability", "argocd",
     "argo-cd", "cert-manager", "istio-system", "ingress-nginx", "ingress", "flux-system", "external-secrets", "app",
     "apps", "application", "web", "api", "backend", "frontend", "prod", "production", "staging", "stage", "dev",
     "development", "test", "qa", "demo", "infra", "platform", "system", "tools", "services", "database", "db"}
)  # fmt: skip
"""Namespaces that many clusters have: sharing one proves nothing."""
_MADE_BY = frozenset({"create", "apply", "run", "expose", "autoscale", "replace", "delete"})
_PLACEHOLDER = re.compile(
    r"(?:^|[-.])(?:example|sample|dummy|placeholder|foo|bar|baz|foobar|changeme|todo|xyz|abc|hello|your|my|"
    r"some|app-?name|service-?name|name)(?:[-.]|$)"
)
_CONTEXT = re.compile(r"--(?:context|cluster|kubeconfig)(?:=|\s+)(\S+)")
_SHARE_OF_SOURCE = 1 / 3


def is_certain(name: str) -> bool:
    """Whether a name is one of a real object as far as can be told, no placeholder."""
    return is_name(name) and _PLACEHOLDER.search(name) is None


@dataclass(frozen=True)
class Page:
    """A page, and what it names."""

    document: Document

    @cached_property
    def sightings(self) -> list[tuple[Section, Sighting]]:
        """The places where it names objects that a reader would expect to find.

        What is named once with its namespace counts where that is said.
        """
        found = [pair for pair in sightings(self.document.sections) if is_certain(pair[1].ref.name)]
        # By the name alone: `kubectl expose deployment web` makes a Service of this name.
        made = {one.ref.name for _, one in found if one.verb in _MADE_BY}
        made |= wording.installed(self.document)
        if wording.makes_objects(self.document):
            made |= {one.ref.name for _, one in found if one.form is Form.MANIFEST}
        placed = {(one.ref.kind, one.ref.name) for _, one in found if one.ref.namespace != ANY}
        return [
            (section, one)
            for section, one in found
            if one.ref.name not in made
            and (one.ref.namespace != ANY or (one.ref.kind, one.ref.name) not in placed)
        ]

    @cached_property
    def made_namespaces(self) -> frozenset[str]:
        """Namespaces that the page tells its readers to create or remove."""
        found = sightings(self.document.sections)
        return frozenset(
            one.ref.name for _, one in found if one.ref.kind == "Namespace" and one.verb in _MADE_BY
        )

    @cached_property
    def commands(self) -> list[WrittenCommand]:
        """Its `kubectl` commands."""
        return list(commands(self.document.sections))

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that it names."""
        found = {one.ref.namespace for _, one in self.sightings} | {
            one.ref.name for _, one in self.sightings if one.ref.kind == "Namespace"
        }
        found |= {namespace_of(command.arguments) for command in self.commands}
        return frozenset(name for name in found if name != ANY and is_certain(name)) - self.made_namespaces

    @cached_property
    def refs(self) -> frozenset[ResourceRef]:
        """What it names besides namespaces, without what comes and goes."""
        return frozenset(
            one.ref
            for _, one in self.sightings
            if one.ref.kind not in EPHEMERAL and one.ref.kind != "Namespace"
        )

    def environment(self, words: str, section: Section) -> str | None:
        """The environment that a statement is about: the nearest that is named. '' for none, None for several."""
        levels = (words, *reversed(section.heading_path), self.document.title)
        for level in levels:
            named = wording.environments_in(level)
            if named:
                return next(iter(named)) if len(named) == 1 else None
        return self.document.environment


@dataclass(slots=True)
class _Tally:
    strong: int = 0
    weak: int = 0
    named: int = 0

    def add(self, other: _Tally) -> None:
        self.strong += other.strong
        self.weak += other.weak
        self.named += other.named


class Anchors:
    """Which documents speak of which cluster: those that name what is there, and those of a source that mostly does."""

    def __init__(self, clusters: Sequence[Cluster], pages: Iterable[Page], code: Iterable[Document]) -> None:
        self._clusters = clusters
        self._environments: dict[str, set[str]] = defaultdict(set)
        self._pages: dict[tuple[str, str], _Tally] = {}
        self._sources: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
        for page in pages:
            for cluster in clusters:
                tally = _tally(cluster, page.refs, page.namespaces)
                self._pages[page.document.id, cluster.name] = tally
                if fits(page.document.environment, cluster):
                    self._sources[page.document.source, cluster.name].add(tally)
        for document in code:
            self._environments[document.source].add(document.environment)
            refs = [*document.creates, *filter(None, (document.resource,))]
            for cluster in clusters:
                if refs and fits(document.environment, cluster):
                    tally = _tally(cluster, refs, ())
                    self._sources[document.source, cluster.name].add(tally)

    def clusters(self, document: Document) -> list[Cluster]:
        """The clusters that a document may speak of."""
        return [cluster for cluster in self._clusters if self._speaks(document, cluster)]

    def _speaks(self, document: Document, cluster: Cluster) -> bool:
        if not fits(document.environment, cluster):
            return False
        if cluster.tier is Tier.CODE:
            return True
        if cluster.scope.sources:
            return document.source in cluster.scope.sources
        if any(document.source in other.scope.sources for other in self._clusters):
            return False
        page = self._pages.get((document.id, cluster.name), _Tally())
        if page.strong or (page.weak >= 2 and page.weak * 2 >= page.named):
            return True
        if document.kind != "page" and cluster.environment:
            # Code says itself which environments it is for.
            return cluster.environment in self._environments[document.source]
        source = self._sources.get((document.source, cluster.name), _Tally())
        known = source.strong + source.weak
        return (source.strong > 0 or known >= 3) and known >= _SHARE_OF_SOURCE * source.named


def fits(environment: str, cluster: Cluster) -> bool:
    """Whether what is about an environment ('' for any) can be about the cluster."""
    return not environment or environment == cluster.environment


def _tally(cluster: Cluster, refs: Iterable[ResourceRef], namespaces: Iterable[str]) -> _Tally:
    tally = _Tally()
    for ref in refs:
        there = cluster.has(ref) or (ref.kind == "HelmRelease" and bool(cluster.release(ref)))
        if ref.kind in EPHEMERAL or not (there or cluster.covers(ref.kind)):
            continue
        tally.named += 1
        if there:
            sure = ref.namespace != ANY and ref.namespace not in _COMMON_NAMESPACES
            tally.strong, tally.weak = tally.strong + sure, tally.weak + (not sure)
    for namespace in namespaces:
        tally.named += 1
        if namespace in cluster.namespaces:
            sure = namespace not in _COMMON_NAMESPACES
            tally.strong, tally.weak = tally.strong + sure, tally.weak + (not sure)
    return tally


def told_context(command: str) -> str:
    """The context or cluster that a command names, ''  where it names none."""
    match = _CONTEXT.search(command)
    return match[1].strip("\"'") if match else ""


def meant(
    clusters: Sequence[Cluster], environment: str | None, context: str, usual: frozenset[str]
) -> Iterator[Cluster]:
    """Of the clusters a document speaks of, those that one of its statements may be about.

    A statement that names no environment is about the usual ones. One that names several is about none for sure.
    """
    if environment is None:
        return
    for cluster in clusters:
        if context:
            named = context == cluster.name or (
                bool(cluster.environment) and wording.environments_in(context) == {cluster.environment}
            )
            if named:
                yield cluster
        elif environment == cluster.environment if environment else cluster.environment in usual:
            yield cluster


def usual_environments(clusters: Iterable[Cluster], documents: Iterable[Document]) -> frozenset[str]:
    """The environments that are meant where none is named: production, or all where nothing speaks of that."""
    named = {cluster.environment for cluster in clusters}
    if "production" in named or any(document.environment == "production" for document in documents):
        return frozenset({"", "production"})
    return frozenset({"", *named})
