"""Objects by the number, for measuring: each is made when it is sent and never kept."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.cluster import Cluster

Json = dict[str, Any]
BEGAN = "2026-11-20T08:00:00Z"


def many_pods(cluster: Cluster, number: int, *, namespaces: int = 20) -> None:
    """Adds `number` running pods of about 3 KB each, spread over namespaces `load-00`, `load-01`, ..."""
    each = -(-number // namespaces)
    cluster.store.generate("Pod", number, lambda index: pod(index, f"load-{index // each:02}"))


def pod(index: int, namespace: str) -> Json:
    """The pod of a number: the same whenever it is made."""
    service = f"service-{index // 10:05}"
    name = f"{service}-{index % 10}"
    labels = {
        "app": service,
        "pod-template-hash": f"{index // 10:08x}",
        "tier": ("web", "api", "batch")[index % 3],
    }
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": service, "uid": _uid(index // 10, 2)}
    image = f"registry.example.com/{service}:1.{index % 40}.0"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": _uid(index, 1),
            "resourceVersion": "1",
            "creationTimestamp": BEGAN,
            "labels": labels,
            "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
        },
        "spec": {
            "nodeName": f"node-{index % 400:03}",
            "serviceAccountName": "default",
            "restartPolicy": "Always",
            "containers": [_container("app", image), _container("proxy", "registry.example.com/proxy:2.1.0")],
        },
        "status": {
            "phase": "Running",
            "podIP": f"10.{index >> 16}.{index >> 8 & 255}.{index & 255}",
            "startTime": BEGAN,
            "conditions": [
                {"type": kind, "status": "True", "lastTransitionTime": BEGAN, "lastProbeTime": None}
                for kind in (
                    "PodReadyToStartContainers",
                    "Initialized",
                    "Ready",
                    "ContainersReady",
                    "PodScheduled",
                )
            ],
            "containerStatuses": [
                _status("app", image),
                _status("proxy", "registry.example.com/proxy:2.1.0"),
            ],
        },
    }


def _container(name: str, image: str) -> Json:
    probe = {
        "httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"},
        "periodSeconds": 10,
        "timeoutSeconds": 1,
    }
    return {
        "name": name,
        "image": image,
        "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
        "env": [{"name": f"SETTING_{number}", "value": f"value-{number}"} for number in range(8)],
        "resources": {"limits": {"memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        "readinessProbe": probe,
        "livenessProbe": probe,
        "imagePullPolicy": "IfNotPresent",
    }


def _status(name: str, image: str) -> Json:
    running = {"running": {"startedAt": BEGAN}}
    return {
        "name": name,
        "image": image,
        "imageID": "",
        "ready": True,
        "restartCount": 0,
        "started": True,
        "state": running,
    }


def _uid(index: int, kind: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{index:012x}"
