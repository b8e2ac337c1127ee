"""The demo company's two clusters: its manifests applied to fake API servers, with nodes as its Terraform asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.kube import Cluster, Rule, from_manifests, reconcile

READER = "kubelore"
"""The account that the demo crawls with: it reads everything but Secrets."""

_ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


@dataclass(frozen=True, slots=True)
class _Workers:
    """The arm workers of a cluster; `version` is their kubelet's."""

    count: int
    instance_type: str
    cpu: str
    memory: str
    version: str


_WORKERS = {
    "production": _Workers(4, "m7g.2xlarge", "8", "32Gi", "v1.34.2-eks-2d5f260"),
    "staging": _Workers(2, "t4g.xlarge", "4", "16Gi", "v1.35.0-eks-5c1e4aa"),
}

BY_HAND = ("notifications", 3)
"""The one Deployment of production that somebody scaled without telling its manifest."""


def running(manifests: Path, environment: str) -> Cluster:
    """The cluster of `production` or `staging` at rest: every workload has its pods, all of them well."""
    cluster = from_manifests(manifests / environment, metrics=True)
    workers = _WORKERS[environment]
    for number in range(workers.count):
        cluster.put(_node(environment, number, workers))
    if environment == "production":
        name, replicas = BY_HAND
        cluster.patch("Deployment", name, {"spec": {"replicas": replicas}}, "shop")
    reconcile(cluster)
    cluster.add_user(READER, rules=(Rule(),), denied=(Rule(resources=("secrets",)),))
    return cluster


def _node(environment: str, number: int, workers: _Workers) -> Mapping[str, Any]:
    name = f"ip-10-{40 + number}-12-{17 + 3 * number}.eu-west-1.compute.internal"
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "arm64",
        "node.kubernetes.io/instance-type": workers.instance_type,
        "topology.kubernetes.io/region": _ZONES[0][:-1],
        "topology.kubernetes.io/zone": _ZONES[number % len(_ZONES)],
        "eks.amazonaws.com/nodegroup": f"acorn-{environment}-arm",
    }
    sizes = {"cpu": workers.cpu, "memory": workers.memory, "pods": "58"}
    info = {
        "kubeletVersion": workers.version,
        "osImage": "Amazon Linux 2023",
        "containerRuntimeVersion": "containerd://2.1.4",
        "architecture": "arm64",
    }
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {},
        "status": {"nodeInfo": info, "capacity": sizes, "allocatable": sizes, "conditions": [ready]},
    }
