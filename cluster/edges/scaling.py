"""What changes the number or size of a workload's pods."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found
from cluster.values import at, mapping, text

_TARGETS = {
    "HorizontalPodAutoscaler": "spec.scaleTargetRef",
    "VerticalPodAutoscaler": "spec.targetRef",
    "ScaledObject": "spec.scaleTargetRef",
    "ScaledJob": "spec.jobTargetRef",
}
_BOUNDS = (("minReplicas", "maxReplicas"), ("minReplicaCount", "maxReplicaCount"))


def find(cluster: Cluster) -> Iterator[Found]:
    """Autoscaler to what it scales."""
    for kind, path in _TARGETS.items():
        for item in cluster.kind(kind):
            reference = mapping(item.value, path)
            name = text(reference, "name")
            if not name:
                continue
            target = cluster.name_of(text(reference, "kind") or "Deployment", name, item.namespace)
            said = f"{path} is {target.kind} {name}"
            for low, high in _BOUNDS:
                most = at(item.value, f"spec.{high}")
                if most is not None:
                    said += f", {at(item.value, f'spec.{low}') or 1} to {most} replicas"
            yield Found(item.id, target.id, EdgeType.SCALES, said)
