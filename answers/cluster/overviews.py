"""Quotes of the overview documents, which count what a cluster and its namespaces hold."""

from __future__ import annotations

from collections.abc import Sequence

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
