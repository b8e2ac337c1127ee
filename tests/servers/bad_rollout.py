"""An incident of the demo: a release of `checkout` whose containers crash, and what happens around it."""

from __future__ import annotations

import copy
from typing import Any

from tests.servers.kube import Cluster
from tests.servers.kube.ages import rfc3339

Json = dict[str, Any]
NAMESPACE, WORKLOAD, CALLER = "shop", "checkout", "storefront"
BAD_TAG = "2026.11.29-2"
_HASH = "6f7c9d8b5d"
_LOG = """\
INFO  c.a.checkout.Application - starting checkout {tag}
ERROR o.s.boot.SpringApplication - Application run failed
java.lang.IllegalStateException: no PaymentClient for profile 'production'
\tat com.acornmarket.checkout.payments.PaymentClients.pick(PaymentClients.java:41)
"""


def aged(cluster: Cluster, days: int = 30) -> None:
    """Makes all objects of the cluster so old: those of a fake are as old as the process."""
    made = rfc3339(cluster.now() - days * 86_400)
    for resource in cluster.store.registry.all():
        for record in cluster.store.records(resource):
            record.obj["metadata"]["creationTimestamp"] = made


def roll_out(cluster: Cluster) -> str:
    """Rolls the bad image out; gives its name. All pods of the old revision are gone, the new ones crash."""
    now = cluster.now()
    deployment = _named(cluster, "Deployment", WORKLOAD)
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    image = f"{container['image'].rpartition(':')[0]}:{BAD_TAG}"
    container["image"] = image
    wanted = deployment["spec"]["replicas"]
    metadata = deployment["metadata"]
    metadata["annotations"] = {**metadata.get("annotations", {}), "deployment.kubernetes.io/revision": "2"}
    fields: Json = {f'k:{{"name":"{container["name"]}"}}': {"f:image": {}}}
    for key in ("f:containers", "f:spec", "f:template", "f:spec"):
        fields = {key: fields}
    metadata["managedFields"] = [
        {"manager": "argocd-controller", "operation": "Apply", "apiVersion": "apps/v1", "time": rfc3339(now),
         "fieldsType": "FieldsV1", "fieldsV1": fields}
    ]  # fmt: skip
    status = {"replicas": wanted, "updatedReplicas": wanted, "unavailableReplicas": wanted}
    stuck = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}
    deployment["status"] = {**status, "conditions": [stuck]}
    cluster.put(deployment)
    _replace_pods(cluster, deployment, _replace_replica_set(cluster, deployment, now), now)
    _starve(cluster, now)
    return str(image)


def _named(cluster: Cluster, kind: str, name: str) -> Json:
    records = cluster.store.records(cluster.store.registry.named(kind))
    return next(
        copy.deepcopy(dict(one.obj)) for one in records
        if (one.obj["metadata"]["name"], one.obj["metadata"].get("namespace", NAMESPACE)) == (name, NAMESPACE)
    )  # fmt: skip


def _children(cluster: Cluster, kind: str, owner: Json) -> list[Json]:
    records = cluster.store.records(cluster.store.registry.named(kind))
    uid = owner["metadata"]["uid"]
    return [
        copy.deepcopy(dict(one.obj)) for one in records
        if any(own["uid"] == uid for own in one.obj["metadata"].get("ownerReferences", ()))
    ]  # fmt: skip


def _replace_replica_set(cluster: Cluster, deployment: Json, now: float) -> Json:
    old = _children(cluster, "ReplicaSet", deployment)[0]
    template = copy.deepcopy(deployment["spec"]["template"])
    template["metadata"]["labels"]["pod-template-hash"] = _HASH
    metadata = {
        "name": f"{WORKLOAD}-{_HASH}", "namespace": NAMESPACE, "labels": template["metadata"]["labels"],
        "annotations": {"deployment.kubernetes.io/revision": "2"}, "creationTimestamp": rfc3339(now),
        "ownerReferences": old["metadata"]["ownerReferences"],
    }  # fmt: skip
    selector = {"matchLabels": {**deployment["spec"]["selector"]["matchLabels"], "pod-template-hash": _HASH}}
    spec = {"replicas": deployment["spec"]["replicas"], "selector": selector, "template": template}
    made = cluster.put({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec})
    for pod in _children(cluster, "Pod", old):
        cluster.delete("Pod", pod["metadata"]["name"], NAMESPACE)
    old["spec"]["replicas"] = 0
    old["status"] = {"replicas": 0}
    cluster.put(old)
    return made


def _replace_pods(cluster: Cluster, deployment: Json, owner: Json, now: float) -> None:
    nodes = [
        one.obj["metadata"]["name"] for one in cluster.store.records(cluster.store.registry.named("Node"))
    ]
    for number in range(deployment["spec"]["replicas"]):
        name = f"{WORKLOAD}-{_HASH}-{'bdfkq'[number % 5]}{number}x7z"
        cluster.put(_crashing(owner, name, nodes[number % len(nodes)], now))
        _event(
            cluster,
            "Pod",
            name,
            "BackOff",
            f"Back-off restarting failed container {WORKLOAD} in pod {name}",
            now,
        )
        log = _LOG.format(tag=BAD_TAG)
        cluster.logs.set(NAMESPACE, name, WORKLOAD, log, at=now, previous=True)


def _crashing(owner: Json, name: str, node: str, now: float) -> Json:
    template = owner["spec"]["template"]
    container = template["spec"]["containers"][0]
    ended = {"exitCode": 1, "reason": "Error", "startedAt": rfc3339(now), "finishedAt": rfc3339(now + 1)}
    waiting = {
        "reason": "CrashLoopBackOff",
        "message": f"back-off 20s restarting failed container={WORKLOAD}",
    }
    status = {
        "name": container["name"], "image": container["image"], "imageID": "", "ready": False, "started": False,
        "restartCount": 3, "state": {"waiting": waiting}, "lastState": {"terminated": ended},
    }  # fmt: skip
    conditions = [
        {
            "type": kind,
            "status": str(kind in ("Initialized", "PodScheduled")),
            "lastTransitionTime": rfc3339(now),
        }
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner["metadata"]["name"]}
    metadata = {
        "name": name, "namespace": NAMESPACE, "labels": template["metadata"]["labels"],
        "creationTimestamp": rfc3339(now),
        "ownerReferences": [{**reference, "uid": owner["metadata"]["uid"], "controller": True}],
    }  # fmt: skip
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
        "spec": {"restartPolicy": "Always", **template["spec"], "nodeName": node},
        "status": {"phase": "Running", "conditions": conditions, "containerStatuses": [status]},
    }  # fmt: skip


def _starve(cluster: Cluster, now: float) -> None:
    """The caller's pods are no longer ready: what they call does not answer."""
    deployment = _named(cluster, "Deployment", CALLER)
    for replica_set in _children(cluster, "ReplicaSet", deployment):
        for pod in _children(cluster, "Pod", replica_set):
            for condition in pod["status"]["conditions"]:
                if condition["type"] in ("Ready", "ContainersReady"):
                    condition["status"] = "False"
            for status in pod["status"]["containerStatuses"]:
                status["ready"] = False
            cluster.put(pod)
            message = "Readiness probe failed: HTTP probe failed with statuscode: 503"
            _event(cluster, "Pod", pod["metadata"]["name"], "Unhealthy", message, now + 5)


def _event(cluster: Cluster, kind: str, name: str, reason: str, message: str, at: float) -> None:
    about = {"kind": kind, "name": name, "namespace": NAMESPACE, "apiVersion": "v1"}
    cluster.put({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": f"{name}.{reason.lower()}", "namespace": NAMESPACE},
        "involvedObject": about, "reason": reason, "message": message, "type": "Warning", "count": 4,
        "firstTimestamp": rfc3339(at), "lastTimestamp": rfc3339(at + 30), "source": {"component": "kubelet"},
    })  # fmt: skip
