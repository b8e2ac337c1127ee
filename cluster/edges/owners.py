"""Who made what: owner references, and what Argo CD says it manages."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found
from cluster.values import entries, mapping, text

_TRACKING = "argocd.argoproj.io/tracking-id"


def find(cluster: Cluster) -> Iterator[Found]:
    """Owner to owned."""
    for item in cluster.items:
        for place, reference in entries(item.value, "metadata.ownerReferences"):
            uid, kind, name = (text(reference, key) for key in ("uid", "kind", "name"))
            owner = cluster.by_uid(uid) or cluster.get(kind, name, item.namespace) or cluster.get(kind, name)
            if owner is not None and (not uid or not owner.seen.uid or owner.seen.uid == uid):
                evidence = f"metadata.ownerReferences[{place}] names {kind} {name}"
                yield Found(owner.id, item.id, EdgeType.OWNS, evidence)
    yield from _argo(cluster)


def _argo(cluster: Cluster) -> Iterator[Found]:
    for app in cluster.kind("Application"):
        for place, resource in entries(app.value, "status.resources"):
            kind, name = text(resource, "kind"), text(resource, "name")
            target = cluster.get(kind, name, text(resource, "namespace"))
            if target is not None:
                evidence = f"status.resources[{place}] lists {kind} {name}"
                yield Found(app.id, target.id, EdgeType.OWNS, evidence)
    applications = {app.name: app for app in cluster.kind("Application")}
    for item in cluster.items if applications else ():
        tracked = mapping(item.value, "metadata.annotations").get(_TRACKING)
        found = applications.get(str(tracked).split(":", 1)[0]) if tracked else None
        if found is not None:
            evidence = f"metadata.annotations[{_TRACKING}] is {tracked}"
            yield Found(found.id, item.id, EdgeType.OWNS, evidence)
