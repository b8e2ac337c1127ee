"""Whether an object has changed: a digest of what it says, without what moves by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_METADATA = frozenset({"resourceVersion", "managedFields", "selfLink"})
_ANNOTATIONS = frozenset(
    {
        "control-plane.alpha.kubernetes.io/leader",
        "endpoints.kubernetes.io/last-change-trigger-time",
        "autoscaling.alpha.kubernetes.io/current-metrics",
        "kubectl.kubernetes.io/last-applied-configuration",
    }
)
_CLOCKS = frozenset(
    {
        "lastHeartbeatTime",
        "lastProbeTime",
        "lastUpdateTime",
        "reconciledAt",
        "refreshTime",
        "lastReconcileTime",
        "lastSyncTime",
        "observedAt",
    }
)
"""Fields below `status` that controllers set each time they look, whether anything is new or not."""
_MEASURED: dict[str, frozenset[str]] = {
    "HorizontalPodAutoscaler": frozenset({"currentMetrics", "currentCPUUtilizationPercentage"}),
    "Node": frozenset({"images"}),
}
"""Fields of `status` that are measurements or caches, not states."""
_LEASE = frozenset({"renewTime", "acquireTime"})


def digest(value: Mapping[str, Any]) -> tuple[bytes, int]:
    """The digest of an object's value, equal where nothing but noise differs, and about how large the value is."""
    text = json.dumps(_quiet(value), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).digest(), len(text)


def _quiet(value: Mapping[str, Any]) -> dict[str, Any]:
    kind = value.get("kind")
    quiet = dict(value)
    # The version that a server lists a kind in may change without any object changing.
    quiet["apiVersion"] = str(value.get("apiVersion") or "").rpartition("/")[0]
    metadata = value.get("metadata")
    if isinstance(metadata, Mapping):
        quiet["metadata"] = _quiet_metadata(metadata)
    status = value.get("status")
    if isinstance(status, Mapping):
        measured = _MEASURED.get(str(kind), frozenset())
        quiet["status"] = {
            key: _without_clocks(part)
            for key, part in status.items()
            if key not in measured and key not in _CLOCKS
        }
    if kind == "Lease" and isinstance(value.get("spec"), Mapping):
        quiet["spec"] = {key: part for key, part in value["spec"].items() if key not in _LEASE}
    if kind in ("Endpoints", "EndpointSlice"):
        for key in ("subsets", "endpoints"):
            if key in quiet:
                quiet[key] = _without_versions(quiet[key])
    return quiet


def _quiet_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    quiet = {key: part for key, part in metadata.items() if key not in _METADATA}
    annotations = metadata.get("annotations")
    if isinstance(annotations, Mapping):
        kept = {key: part for key, part in annotations.items() if key not in _ANNOTATIONS}
        quiet.pop("annotations")
        if kept:
            quiet["annotations"] = kept
    return quiet


def _without_clocks(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_clocks(part) for key, part in value.items() if key not in _CLOCKS}
    return [_without_clocks(part) for part in value] if isinstance(value, list) else value


def _without_versions(value: Any) -> Any:
    """References to pods without the `resourceVersion` that the pod had."""
    if isinstance(value, Mapping):
        return {key: _without_versions(part) for key, part in value.items() if key != "resourceVersion"}
    return [_without_versions(part) for part in value] if isinstance(value, list) else value
