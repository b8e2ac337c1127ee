"""Finds what documents say and what the clusters do not bear out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cluster.findings import (
    contradictions,
    manifests,
    nodes,
    outdated_apis,
    platform,
    service_ports,
    stale,
    terraform,
    values_files,
)
from cluster.findings.clusters import Scope, clusters_of
from cluster.findings.context import Context, declared_in, manifest_clusters
from cluster.findings.model import Finding, in_order
from cluster.findings.pages import Anchors, Page, usual_environments
from cluster.findings.quotes import Fetch, Quotes
from cluster.graph import ResourceGraph
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject


def find(
    objects: Iterable[ObservedObject] | ResourceGraph,
    documents: Iterable[Document],
    *,
    scopes: Mapping[str, Scope] | None = None,
    fetch: Fetch = lambda document_id: None,
) -> list[Finding]:
    """Every disagreement between the documents and the objects, each once, in a fixed order.

    `scopes` says of a cluster what its objects do not: which environment it is, which sources speak of it, what its
    crawl covered. `fetch` gives documents of objects that are not among `documents`, to quote them. The order of
    objects and documents does not matter.
    """
    seen = objects_of(objects) if isinstance(objects, ResourceGraph) else objects
    context = _context(seen, documents, scopes or {}, fetch)
    return in_order(_all(context))


def objects_of(graph: ResourceGraph) -> list[ObservedObject]:
    """The objects that a graph holds; it does not keep when they were observed."""
    return [
        ObservedObject(
            node.cluster, node.document_id.partition(":")[2].partition("/")[0], node.document_id, node.value
        )
        for node in graph.nodes()
        if node.present and not node.is_document
    ]


def _context(
    objects: Iterable[ObservedObject],
    documents: Iterable[Document],
    scopes: Mapping[str, Scope],
    fetch: Fetch,
) -> Context:
    told = sorted(documents, key=lambda document: document.id)
    live = clusters_of(objects, scopes)
    code = manifest_clusters(told, frozenset(cluster.environment for cluster in live))
    pages = [Page(document) for document in told if document.kind == "page"]
    declaring = [document for document in told if document.kind in ("manifest", "terraform", "values")]
    every = [*live, *code]
    return Context(
        live, code, Anchors(every, pages, declaring), Quotes(told, fetch), pages, told,
        usual_environments(every, told), declared_in(told),
    )  # fmt: skip


def _all(context: Context) -> Iterator[Finding]:
    for page in context.pages:
        yield from stale.find(page, context)
        yield from outdated_apis.in_page(page, context)
        yield from contradictions.find(page, context)
        yield from platform.find(page, context)
        yield from service_ports.find(page, context)
    if not context.live:
        return
    transformed = manifests.transformed_folders(context.documents)
    for document in context.documents:
        if document.kind == "manifest":
            yield from outdated_apis.in_manifest(document, context)
            yield from manifests.find(document, context, transformed)
        elif document.kind == "values":
            yield from values_files.find(document, context)
        elif document.kind == "terraform":
            yield from terraform.find(document, context)
    yield from nodes.find(context.documents, context)
