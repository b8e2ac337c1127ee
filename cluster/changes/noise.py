"""What differs from one version to the next without anybody having changed anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cluster.values import entries, mapping, text
from connectors.kubernetes.observed import ObservedObject

UNTOLD_KINDS = frozenset({
    "Pod", "Endpoints", "EndpointSlice", "Lease", "Event", "CSIStorageCapacity", "CSINode", "PodMetrics",
    "NodeMetrics", "VolumeAttachment", "CertificateSigningRequest", "ComponentStatus", "CiliumEndpoint",
})  # fmt: skip
"""Kinds that controllers make and change all the time, as an effect of other changes."""
HISTORY_KINDS = frozenset({"ReplicaSet", "ControllerRevision"})
"""Kinds that hold the history of their owners."""
_METADATA = frozenset({
    "resourceVersion", "generation", "uid", "creationTimestamp", "managedFields", "selfLink", "deletionTimestamp",
    "deletionGracePeriodSeconds", "name", "namespace", "generateName", "ownerReferences", "finalizers",
})  # fmt: skip
_ANNOTATIONS = re.compile(
    r"deployment\.kubernetes\.io/.*|deprecated\.daemonset\.template\.generation|pv\.kubernetes\.io/.*"
    r"|volume(?:\.beta)?\.kubernetes\.io/.*|autoscaling\.alpha\.kubernetes\.io/.*|node\.alpha\.kubernetes\.io/.*"
    r"|csi\.volume\.kubernetes\.io/.*|control-plane\.alpha\.kubernetes\.io/leader|.*last-applied.*"
    r"|endpoints\.kubernetes\.io/.*|.*/last-updated|.*/(?:heartbeat|last-heartbeat.*)"
)
_LABELS = frozenset({"pod-template-hash", "controller-revision-hash", "pod-template-generation"})
_UPDATED = "cluster-autoscaler.kubernetes.io/last-updated"
_BOUND = {"PersistentVolumeClaim": ("volumeName",), "PersistentVolume": ("claimRef",),
          "Service": ("clusterIP", "clusterIPs", "healthCheckNodePort"), "Node": ("podCIDR", "podCIDRs")}  # fmt: skip
"""Fields of `spec` that the cluster fills in."""


def is_told(found: ObservedObject) -> bool:
    """Whether a change of the object is somebody's doing: not of what controllers make, nor of a state in disguise."""
    if found.kind in UNTOLD_KINDS | HISTORY_KINDS or _UPDATED in mapping(found.metadata, "annotations"):
        return False
    controlled = any(one.get("controller") is True for _, one in entries(found.metadata, "ownerReferences"))
    return not (controlled and found.kind == "Job")


def essence(found: ObservedObject) -> dict[str, Any]:
    """The value without noise: what somebody wrote, and of nodes whether they are ready."""
    value = {
        key: part for key, part in found.value.items() if key not in ("status", "metadata", "apiVersion")
    }
    value["metadata"] = _metadata(found.metadata)
    spec = value.get("spec")
    if isinstance(spec, Mapping):
        left_out = _BOUND.get(found.kind, ())
        value["spec"] = {key: part for key, part in spec.items() if key not in left_out}
        template = mapping(spec, "template")
        if template:
            value["spec"]["template"] = without_hashes(template)
    if found.kind == "Node":
        value["status"] = {"ready": _readiness(found)}
    return value


def without_hashes(template: Mapping[str, Any]) -> dict[str, Any]:
    """A pod template without the labels that controllers add to it."""
    kept = {key: part for key, part in template.items() if key != "$patch"}
    kept["metadata"] = _metadata(mapping(template, "metadata"))
    return kept


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: part for key, part in metadata.items() if key not in _METADATA}
    for key, noise in (("annotations", _ANNOTATIONS.fullmatch), ("labels", _LABELS.__contains__)):
        if isinstance(kept.get(key), Mapping):
            kept[key] = {name: part for name, part in kept[key].items() if not noise(str(name))}
    return kept


def _readiness(node: ObservedObject) -> str | None:
    for _, one in entries(node.value, "status.conditions"):
        if one.get("type") == "Ready":
            return text(one, "status") or None
    return None
