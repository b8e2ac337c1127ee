"""Which Terraform block creates an object, and which pages speak of it: by identity, never by a part of a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from connectors.documents import ANY, Document, ResourceRef
from connectors.kinds import CLUSTER_SCOPED


class Identities:
    """The objects of all clusters by kind and name."""

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self._named: dict[tuple[str, str], list[tuple[str, Item]]] = defaultdict(list)
        for cluster in clusters:
            for item in cluster.items:
                self._named[item.kind, item.name].append((cluster.name, item))

    def find(self, ref: ResourceRef) -> list[Item]:
        """The objects that a reference means: at most one in each cluster, none where two may be meant."""
        by_cluster: dict[str, list[Item]] = defaultdict(list)
        for cluster, item in self._named.get((ref.kind, ref.name), ()):
            there = ref.namespace in (ANY, item.namespace) or ref.kind in CLUSTER_SCOPED
            if there and ref.cluster in (ANY, cluster):
                by_cluster[cluster].append(item)
        return [items[0] for items in by_cluster.values() if len(items) == 1]


def find(clusters: Iterable[Cluster], documents: Iterable[Document]) -> Iterator[tuple[Document, Found]]:
    """Object to document, with the document that it ends at."""
    identities = Identities(clusters)
    own = {item.seen.document_id for cluster in clusters for item in cluster.items}
    for document in documents:
        if document.id in own:
            continue
        made = set()
        for ref in document.creates:
            found = identities.find(ref)
            if len(found) == 1:
                made.add(found[0].id)
                said = f"{document.title} creates {ref}"
                yield document, Found(found[0].id, document.id, EdgeType.CREATED_BY, said)
        for ref in document.mentions:
            for item in identities.find(ref):
                if item.id not in made:
                    said = f"{document.title} names {ref}"
                    yield document, Found(item.id, document.id, EdgeType.DOCUMENTED_BY, said)
