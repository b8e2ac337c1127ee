"""Small outputs of kubectl from which the tests of checks make their evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from incidents import checks
from incidents.bundles import read_text
from incidents.evidence import Evidence, Log
from incidents.finding import Finding
from incidents.situation import Situation

NAMESPACE = "shop"


def deployment(
    name: str, replicas: int = 1, container: dict[str, Any] | None = None, **spec: Any
) -> dict[str, Any]:
    """A Deployment of one container that listens on port 8080, with whatever its pod spec has besides."""
    inner = {"name": "server", "image": f"{name}:1", "ports": [{"containerPort": 8080}]} | (container or {})
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": f"d-{name}"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [inner], **spec}},
        },
    }  # fmt: skip


def pod(of: dict[str, Any], ready: bool = True, node: str = "worker-1", **status: Any) -> dict[str, Any]:
    """A pod that a Deployment made; `status` is that of its container."""
    name = of["metadata"]["name"]
    template = of["spec"]["template"]
    running = {"state": {"running": {}}} if ready else {}
    container = {"name": "server", "ready": ready, "restartCount": 0, **running, **status}
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": f"{name}-1", "namespace": NAMESPACE, "uid": f"p-{name}", "labels": template["metadata"]["labels"],
            "ownerReferences": [{"kind": "Deployment", "name": name, "uid": f"d-{name}", "controller": True}],
        },
        "spec": {**template["spec"], **({"nodeName": node} if node else {})},
        "status": {
            "phase": "Running" if node else "Pending", "containerStatuses": [container] if node else [],
            "conditions": [{"type": "Ready", "status": str(ready)}],
        },
    }  # fmt: skip


def service(name: str, port: int = 80, target: int | str = 8080, **spec: Any) -> dict[str, Any]:
    """A Service in front of the pods with this app label."""
    ports = [{"port": port, "targetPort": target, "protocol": "TCP"}]
    inner = {"selector": {"app": name}, "clusterIP": "10.0.0.9", "ports": ports, **spec}
    metadata = {"name": name, "namespace": NAMESPACE, "uid": f"s-{name}"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": inner}


def event(kind: str, name: str, reason: str, message: str, warning: bool = True) -> dict[str, Any]:
    """An event about an object."""
    return {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": f"{name}.{reason}", "namespace": NAMESPACE},
        "involvedObject": {"kind": kind, "name": name, "namespace": NAMESPACE}, "reason": reason, "message": message,
        "type": "Warning" if warning else "Normal", "lastTimestamp": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def node(name: str, **spec: Any) -> dict[str, Any]:
    """A node that is ready."""
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "uid": f"n-{name}", "labels": {}}, "spec": spec,
        "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]},
    }  # fmt: skip


def evidence(*objects: dict[str, Any], logs: Iterable[Log] = ()) -> Evidence:
    """The evidence of some objects, as if `kubectl get -o json` had printed them."""
    found = read_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}), NAMESPACE)
    return Evidence(
        found.objects, found.events, tuple(logs), (), (), found.texts, (), NAMESPACE, found.taken_at
    )


def found(*objects: dict[str, Any], logs: Iterable[Log] = ()) -> list[Finding]:
    """What the checks find in some objects."""
    return checks.run(Situation(evidence(*objects, logs=logs)))


def terms(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """Term and object of the findings that count."""
    return {(one.term, one.shown) for one in findings if one.confidence >= 0.6}
