"""Puts the objects of a recorded cluster into a running one, as far as its version knows them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.real.plane import Plane

Json = dict[str, Any]
_ORDER = (
    "namespaces", "customresourcedefinitions.apiextensions.k8s.io", "storageclasses.storage.k8s.io",
    "persistentvolumes", "serviceaccounts", "configmaps", "clusterroles.rbac.authorization.k8s.io",
    "clusterrolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io",
    "rolebindings.rbac.authorization.k8s.io", "persistentvolumeclaims", "services", "networkpolicies.networking.k8s.io",
    "ingresses.networking.k8s.io", "poddisruptionbudgets.policy", "deployments.apps", "statefulsets.apps",
    "daemonsets.apps", "replicationcontrollers", "jobs.batch", "horizontalpodautoscalers.autoscaling",
)  # fmt: skip
_OLDER = {"PodDisruptionBudget": "policy/v1beta1", "HorizontalPodAutoscaler": "autoscaling/v2beta2"}
_OF_SERVER = (
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "managedFields",
    "selfLink",
    "ownerReferences",
)
_NOT_OURS = {"ServiceAccount": "default", "ConfigMap": "kube-root-ca.crt"}


def load(plane: Plane, snapshot: Path) -> tuple[int, int]:
    """Creates the objects of a folder of lists; how many there are, and how many were made or are there already."""
    given = made = 0
    custom = sorted(
        path.stem for path in snapshot.glob("*.json")
        if path.stem not in _ORDER and path.stem.partition(".")[2].endswith((".io", ".com"))
        and not path.stem.endswith("k8s.io")
    )  # fmt: skip
    for name in (*_ORDER, *custom):
        path = snapshot / f"{name}.json"
        items = list(_items(path)) if path.exists() else []
        if items:
            whole = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
            plane.kubectl("create", "--validate=false", "-f", "-", given=whole, check=False)
            there = plane.kubectl("get", name, "-A", "-o", "name").split()
            given, made = given + len(items), made + min(len(items), len(there))
    return given, made


def _items(path: Path) -> Iterator[Json]:
    for found in json.loads(path.read_text())["items"]:
        metadata = found["metadata"]
        owned = bool(metadata.get("ownerReferences")) and found["kind"] in ("Deployment", "Job")
        if (
            not owned
            and not metadata["name"].startswith("system:")
            and metadata["name"] != _NOT_OURS.get(found["kind"])
        ):
            yield _older(copy.deepcopy(found))


def _older(found: Json) -> Json:
    """An object without what the server adds, in the form that Kubernetes 1.20 reads."""
    for key in _OF_SERVER:
        found["metadata"].pop(key, None)
    found.pop("status", None)
    kind, spec = found["kind"], _mapping(found, "spec")
    found["apiVersion"] = _OLDER.get(kind, found["apiVersion"])
    drop = {"Service": ("clusterIPs", "ipFamilies", "ipFamilyPolicy"), "PersistentVolume": ("claimRef",),
            "PersistentVolumeClaim": ("volumeName",), "Job": ("selector",)}  # fmt: skip
    for key in drop.get(kind, ()):
        spec.pop(key, None)
    if kind == "Service":
        if spec.get("clusterIP") != "None":
            spec.pop("clusterIP", None)
        for port in spec.get("ports", ()):
            port.pop("nodePort", None)
    if kind == "CustomResourceDefinition":
        for version in spec["versions"]:
            version["schema"] = {
                "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
            }
    template = _mapping(spec, "template")
    labels = template.get("metadata", {}).get("labels") or {}
    for key in [key for key in labels if kind == "Job" and ("controller-uid" in key or "job-name" in key)]:
        labels.pop(key)
    for container in template.get("spec", {}).get("containers", ()):
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if "grpc" in container.get(probe, {}):  # 1.20 has no such probes
                container[probe]["tcpSocket"] = {"port": container[probe].pop("grpc")["port"]}
    return found


def _mapping(value: Json, key: str) -> Json:
    found = value.get(key)
    return found if isinstance(found, dict) else {}
