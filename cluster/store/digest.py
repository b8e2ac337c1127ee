"""Whether an object has changed: a digest of what it says, without what moves by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from connectors.kubernetes.live.cleaning import quiet

_CACHES: dict[str, tuple[str, ...]] = {
    "HorizontalPodAutoscaler": ("currentCPUUtilizationPercentage",),
    "Node": ("images",),
}
"""Fields of `status` that are measurements or caches, not states."""
_REFERRING = {"Endpoints": "subsets", "EndpointSlice": "endpoints"}
"""Kinds whose references to pods hold the version that the pod had."""


def digest(value: Mapping[str, Any]) -> tuple[bytes, int]:
    """The digest of an object's value, equal where nothing but noise differs, and about how large the value is."""
    text = json.dumps(_still(value), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).digest(), len(text)


def _still(value: Mapping[str, Any]) -> dict[str, Any]:
    found = quiet(value)
    kind = str(found.get("kind"))
    # The version that a server lists a kind in may change without any object changing.
    found["apiVersion"] = str(found.get("apiVersion") or "").rpartition("/")[0]
    if not found["metadata"].get("annotations"):
        found["metadata"].pop("annotations", None)
    status = found.get("status")
    if isinstance(status, Mapping) and kind in _CACHES:
        found["status"] = {key: part for key, part in status.items() if key not in _CACHES[kind]}
    field = _REFERRING.get(kind)
    if field in found:
        found[field] = _without_versions(found[field])
    return found


def _without_versions(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_versions(part) for key, part in value.items() if key != "resourceVersion"}
    return [_without_versions(part) for part in value] if isinstance(value, list) else value
