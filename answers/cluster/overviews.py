"""Quotes of the overview documents, which count what a cluster and its namespaces hold."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.said import Draft, Spot, counted
from cluster.graph import Node


def overview_of(node: Node, namespace: str) -> str:
    """The id of the overview of a namespace of the node's cluster, or of the cluster where it is ''."""
    source = node.document_id.partition("/")[0]
    return (
        f"{source}/{namespace}/Overview/{namespace}" if namespace else f"{source}/_/Overview/{node.cluster}"
    )


def quote_count(draft: Draft, namespaces: Sequence[str], nodes: Sequence[Node], word: str) -> None:
    """Quotes the overviews' lines that hold the number of these objects, one a namespace or a cluster.

    A line with another number is not quoted: the overview may be older, or count what the caller may not read.
    """
    if not nodes or not word[:1].isupper():
        return
    name = counted(2, word).partition(" ")[2]
    for place in namespaces or ("",):
        for cluster in dict.fromkeys(node.cluster for node in nodes):
            within = [n for n in nodes if n.cluster == cluster and (not place or n.namespace == place)]
            if within:
                draft.quote(overview_of(within[0], place), Spot(needles=(f"{name}: {len(within)}",)))


def quote_whole(draft: Draft, namespaces: Sequence[str], catalog: Catalog) -> None:
    """Quotes the counts of all kinds in some namespaces, or in each cluster: to show that there is none of a kind."""
    for cluster in catalog.clusters:
        for place in namespaces or ("",):
            some = next(
                (
                    n
                    for nodes in catalog.by_kind.values()
                    for n in nodes
                    if n.cluster == cluster and (not place or n.namespace == place)
                ),
                None,
            )
            if some is not None:
                draft.quote(overview_of(some, place))


def quote_versions(draft: Draft, catalog: Catalog) -> None:
    """Quotes the version of each cluster of the question, or else of all, and of its nodes."""
    for cluster in draft.clusters or catalog.clusters:
        some = next((n for nodes in catalog.by_kind.values() for n in nodes if n.cluster == cluster), None)
        if some is not None:
            draft.quote(overview_of(some, ""))
            draft.quote(overview_of(some, ""), Spot(needles=("Nodes with kubelet",)))
