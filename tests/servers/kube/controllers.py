"""What controllers would make of workloads: replica sets, revisions, pods, their status; for clusters of manifests."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from tests.servers.kube.ages import rfc3339
from tests.servers.kube.cluster import Cluster

Json = dict[str, Any]
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # of generated names


def reconcile(cluster: Cluster, nodes: int = 2) -> None:
    """Gives every workload that has none its pods, all of them well, on nodes of their own where there are none."""
    if not _all(cluster, "Node"):
        for index in range(nodes):
            cluster.put(_node(f"node-{index + 1}"))
    for deployment in _all(cluster, "Deployment"):
        _deployment(cluster, deployment)
    for kind in ("ReplicaSet", "StatefulSet", "DaemonSet"):
        for owner in _all(cluster, kind):
            if not _owned(cluster, "Pod", owner):
                _pods(cluster, owner)
    for number, service in enumerate(_all(cluster, "Service"), 10):
        _service(cluster, service, number)


def _all(cluster: Cluster, kind: str) -> list[Json]:
    return [copy.deepcopy(one.obj) for one in cluster.store.records(cluster.store.registry.named(kind))]


def _owned(cluster: Cluster, kind: str, owner: Json) -> list[Json]:
    uid = owner["metadata"]["uid"]
    return [
        one
        for one in _all(cluster, kind)
        if any(own["uid"] == uid for own in one["metadata"].get("ownerReferences", ()))
    ]


def _reference(owner: Json) -> list[Json]:
    named = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"]}
    return [{**named, "uid": owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True}]


def _letters(seed: str, length: int) -> str:
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in hashlib.sha256(seed.encode()).digest()[:length])


def _deployment(cluster: Cluster, owner: Json) -> None:
    name, namespace = owner["metadata"]["name"], owner["metadata"]["namespace"]
    template = owner["spec"]["template"]
    digest = _letters(json.dumps(template, sort_keys=True), 9)
    labels = {**template["metadata"].get("labels", {}), "pod-template-hash": digest}
    revision = {"deployment.kubernetes.io/revision": "1"}
    if not _owned(cluster, "ReplicaSet", owner):
        selector = owner["spec"]["selector"]
        matched = {**selector.get("matchLabels", {}), "pod-template-hash": digest}
        metadata = {
            "name": f"{name}-{digest}",
            "namespace": namespace,
            "labels": labels,
            "annotations": revision,
        }
        inner = {**template, "metadata": {**template["metadata"], "labels": labels}}
        spec = {
            "replicas": owner["spec"].get("replicas", 1),
            "selector": {**selector, "matchLabels": matched},
        }
        cluster.put(
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "metadata": {**metadata, "ownerReferences": _reference(owner)},
                "spec": {**spec, "template": inner},
            }
        )
    owner["metadata"].setdefault("annotations", {}).update(revision)
    if "status" not in owner:
        count = owner["spec"].setdefault("replicas", 1)
        conditions = [
            {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
        ]
        owner["status"] = {**_counts(count), "updatedReplicas": count, "conditions": conditions}
        _observed(cluster, owner)


def _counts(count: int) -> Json:
    return {"replicas": count, "readyReplicas": count, "availableReplicas": count}


def _observed(cluster: Cluster, owner: Json) -> None:
    owner["status"]["observedGeneration"] = cluster.put(owner)["metadata"]["generation"]
    cluster.put(owner)


def _pods(cluster: Cluster, owner: Json) -> None:
    name, kind = owner["metadata"]["name"], owner["kind"]
    nodes = [one["metadata"]["name"] for one in _all(cluster, "Node")]
    count = len(nodes) if kind == "DaemonSet" else owner["spec"].get("replicas", 1)
    for index in range(count):
        suffix = str(index) if kind == "StatefulSet" else _letters(f"{name}/{index}", 5)
        cluster.put(_pod(cluster, owner, f"{name}-{suffix}", nodes[index % len(nodes)]))
    if kind == "DaemonSet":
        names = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberAvailable")
        status = {**dict.fromkeys(names, count), "updatedNumberScheduled": count, "numberMisscheduled": 0}
    else:
        status = _counts(count)
    if kind == "StatefulSet":
        revision = _revision(cluster, owner)
        status |= {"updatedReplicas": count, "currentRevision": revision, "updateRevision": revision}
    if kind == "DaemonSet":
        _revision(cluster, owner)
    if "status" not in owner:
        owner["status"] = status
        _observed(cluster, owner)


def _revision(cluster: Cluster, owner: Json) -> str:
    name = f"{owner['metadata']['name']}-{_letters(json.dumps(owner['spec']['template'], sort_keys=True), 9)}"
    metadata = {
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "ownerReferences": _reference(owner),
    }
    labels = owner["spec"]["template"]["metadata"].get("labels", {})
    data = {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}
    kind = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1}
    cluster.put({**kind, "metadata": {**metadata, "labels": labels}, "data": data})
    return name


def _pod(cluster: Cluster, owner: Json, name: str, node: str) -> Json:
    template = copy.deepcopy(owner["spec"]["template"])
    began = rfc3339(cluster.now())
    statuses = [
        {
            "name": one["name"],
            "image": one.get("image", ""),
            "imageID": "",
            "ready": True,
            "started": True,
            "restartCount": 0,
            "state": {"running": {"startedAt": began}},
        }
        for one in template["spec"]["containers"]
    ]
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": began}
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    metadata = {**template["metadata"], "name": name, "namespace": owner["metadata"]["namespace"]}
    status = {"phase": "Running", "startTime": began, "conditions": conditions, "containerStatuses": statuses}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "ownerReferences": _reference(owner)},
        "spec": {"restartPolicy": "Always", **template["spec"], "nodeName": node},
        "status": {**status, "podIP": f"10.1.{len(name) % 250}.{sum(name.encode()) % 250}"},
    }


def _service(cluster: Cluster, service: Json, number: int) -> None:
    if service["spec"].get("type") == "ExternalName" or "clusterIP" in service["spec"]:
        return
    service["spec"]["clusterIP"] = f"10.96.{number // 250}.{number % 250}"
    cluster.put(service)


def _node(name: str) -> Json:
    info = {"kubeletVersion": "v1.36.3", "osImage": "Debian", "containerRuntimeVersion": "containerd://2.1"}
    sizes = {"cpu": "8", "memory": "32Gi", "pods": "110"}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    status = {"nodeInfo": info, "capacity": sizes, "allocatable": sizes, "conditions": [ready]}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {},
        "status": status,
    }
