"""metrics.k8s.io: usage of pods and nodes, made up from their names."""

from __future__ import annotations

import zlib
from typing import Any

from tests.servers.kube.ages import rfc3339
from tests.servers.kube.resources import Resource

Json = dict[str, Any]
GROUP = "metrics.k8s.io"
VERBS = ("get", "list")
RESOURCES = [
    Resource(GROUP, "v1beta1", "NodeMetrics", "nodes", False, verbs=VERBS),
    Resource(GROUP, "v1beta1", "PodMetrics", "pods", True, verbs=VERBS),
]


def usage_of(obj: Json, now: float) -> Json | None:
    """The metrics of a running pod or a node."""
    kind, metadata = obj["kind"], obj["metadata"]
    if kind == "Pod" and obj.get("status", {}).get("phase") != "Running":
        return None
    shown: Json = {"kind": f"{kind}Metrics", "apiVersion": f"{GROUP}/v1beta1"}
    kept = {key: metadata[key] for key in ("name", "namespace", "labels") if key in metadata}
    shown |= {
        "metadata": {**kept, "creationTimestamp": rfc3339(now)},
        "timestamp": rfc3339(now),
        "window": "15s",
    }
    if kind == "Node":
        return {**shown, "usage": _usage(metadata["name"], 40)}
    names = [one["name"] for one in obj["spec"]["containers"]]
    containers = [{"name": name, "usage": _usage(f"{metadata['name']}/{name}", 1)} for name in names]
    return {**shown, "containers": containers}


def _usage(seed: str, scale: int) -> Json:
    number = zlib.crc32(seed.encode())
    return {"cpu": f"{(number % 200 + 1) * scale}m", "memory": f"{(number % 500 + 10) * scale}Mi"}
