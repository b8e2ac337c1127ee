"""What every rule needs: the clusters, what speaks of them, what code declares, and the documents' exact texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cluster.declared import declared
from cluster.findings.clusters import Cluster, Scope
from cluster.findings.model import Tier
from cluster.findings.pages import Anchors, Page
from cluster.findings.quotes import Quotes
from connectors.documents import ANY, Document, ResourceRef


@dataclass(frozen=True)
class Context:
    """The clusters that run, the manifests of environments without one, and their documents."""

    live: list[Cluster]
    code: list[Cluster]
    anchors: Anchors
    quotes: Quotes
    pages: list[Page]
    documents: list[Document]
    usual: frozenset[str]
    _declared: Mapping[tuple[str, str], frozenset[tuple[str, str]]]

    def declared(self, ref: ResourceRef) -> frozenset[str]:
        """The environments for which manifests or Terraform declare the object ('' where they do not say it)."""
        found = self._declared.get((ref.kind, ref.name), frozenset())
        return frozenset(
            environment
            for environment, namespace in found
            if environment and (ANY in (namespace, ref.namespace) or namespace == ref.namespace)
        )


def declared_in(documents: Iterable[Document]) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """Kind and name to the pairs of environment and namespace for which code declares such an object."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for document in documents:
        if document.kind in ("manifest", "terraform", "template"):
            for ref in (*document.creates, *filter(None, (document.resource,))):
                found[ref.kind, ref.name].add((document.environment, ref.namespace))
                if ref.namespace != ANY:
                    found["Namespace", ref.namespace].add((document.environment, ANY))
    return {key: frozenset(places) for key, places in found.items()}


def is_default_of_chart(document: Document) -> bool:
    """Whether a manifest is what a chart makes without the values of any environment: nobody installs it so."""
    return "rendered" in document.labels and not document.environment


def manifest_clusters(documents: Iterable[Document], covered: frozenset[str]) -> list[Cluster]:
    """The manifests of each environment in which no cluster is known, as if they were a cluster."""
    found: dict[str, Cluster] = {}
    for document in documents:
        name = document.environment
        seen = None if name in covered or is_default_of_chart(document) else declared(document)
        if seen is None:
            continue
        if name not in found:
            found[name] = Cluster(name, Scope(environment=name), Tier.CODE, name)
        found[name].add(seen)
    return [found[name] for name in sorted(found)]
