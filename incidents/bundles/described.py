"""Objects from `kubectl describe`, in the form of the Kubernetes API: what the text shows and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from incidents.bundles import describe, described_network, described_others
from incidents.bundles.containers import pod_spec, statuses
from incidents.bundles.describe import Section
from incidents.bundles.described_others import conditions, selector
from incidents.bundles.kinds import by_name
from incidents.bundles.units import compact, moment, number, repeated

Object = dict[str, Any]

_REPLICAS = re.compile(r"(\d+) (desired|updated|total|available|unavailable)")
_REPLICA_FIELDS = {
    "updated": "updatedReplicas", "total": "replicas",
    "available": "availableReplicas", "unavailable": "unavailableReplicas",
}  # fmt: skip


def read(text: str, kind: str = "", namespace: str = "") -> tuple[Object, Section] | None:
    """The object of one `describe` output and its sections; the kind is recognised where it is not given.

    None for what is no such output.
    """
    root = describe.parse(text)
    name = root.text("Name")
    kind = kind or recognise(root)
    known = by_name(kind)
    if not name or known is None:
        return None
    found: Object = {"apiVersion": known.api_version, "kind": kind, "metadata": _metadata(root, name)}
    if known.namespaced and not found["metadata"].get("namespace") and namespace:
        found["metadata"]["namespace"] = namespace
    builder = _BUILDERS.get(kind)
    if builder is not None:
        found |= builder(root, text)
    return found, root


def events(root: Section) -> list[dict[str, Any]]:
    """The events at the end of a `describe`: reason, message, type, age in seconds, count, reporter."""
    found = []
    for row in root.table("Events"):
        age, count = repeated(row.get("AGE", ""))
        found.append(
            {
                "type": row.get("TYPE", ""), "reason": row.get("REASON", ""), "message": row.get("MESSAGE", ""),
                "age": age, "count": count, "reporter": row.get("FROM", ""),
            }
        )  # fmt: skip
    return found


_MARKS = (
    ("Node", ("Non-terminated Pods",)), ("Node", ("Allocatable",)), ("Endpoints", ("Subsets",)),
    ("Job", ("Completions", "Pod Template")), ("CronJob", ("Schedule",)),
    ("Deployment", ("StrategyType", "Pod Template")), ("StatefulSet", ("Update Strategy", "Pod Template")),
    ("DaemonSet", ("Desired Number of Nodes Scheduled",)), ("ReplicaSet", ("Pod Template", "Pods Status")),
    ("Pod", ("Containers",)), ("Service", ("Selector", "Type")), ("Service", ("Session Affinity",)),
    ("PersistentVolumeClaim", ("Used By",)), ("PersistentVolume", ("Reclaim Policy", "Claim")),
    ("StorageClass", ("Provisioner",)), ("ServiceAccount", ("Mountable secrets",)), ("Ingress", ("Default backend",)),
    ("NetworkPolicy", ("Spec",)), ("HorizontalPodAutoscaler", ("Reference", "Min replicas")),
)  # fmt: skip


def recognise(root: Section) -> str:
    """The kind of a described object by the sections that only it has; '' if unknown."""
    for kind, keys in _MARKS:
        if all(root.has(key) for key in keys):
            return kind
    lines = [child.value or child.key for child in root.children if not child.key]
    return "ConfigMap" if "====" in lines and not root.has("Type") else ""


def _metadata(root: Section, name: str) -> Object:
    annotations = root.pairs("Annotations", ": ")
    created = moment(root.text("CreationTimestamp"))
    found: Object = {
        "name": name,
        "namespace": root.text("Namespace"),
        "labels": root.pairs("Labels"),
        "annotations": annotations,
        "creationTimestamp": created.isoformat() if created else "",
    }
    kind, _, owner = root.text("Controlled By").partition("/")
    if owner:
        found["ownerReferences"] = [{"kind": kind, "name": owner, "controller": True}]
    return dict(compact(found))


def _pod(root: Section, _: str) -> Object:
    started = moment(root.text("Start Time"))
    status = {
        "phase": root.text("Status").partition(" ")[0],
        "reason": root.text("Reason"),
        "message": root.text("Message"),
        "podIP": root.text("IP"),
        "qosClass": root.text("QoS Class"),
        "startTime": started.isoformat() if started else "",
        "conditions": conditions(root),
        "containerStatuses": statuses(root.child("Containers")),
        "initContainerStatuses": statuses(root.child("Init Containers")),
    }
    return {"spec": pod_spec(root), "status": compact(status)}


def _template(root: Section) -> Object:
    section = root.child("Pod Template")
    metadata = {"labels": section.pairs("Labels"), "annotations": section.pairs("Annotations", ": ")}
    return {"metadata": compact(metadata), "spec": pod_spec(section)}


def _workload(root: Section, _: str) -> Object:
    counts = {word: int(value) for value, word in _REPLICAS.findall(root.text("Replicas"))}
    spec: Object = {"selector": {"matchLabels": selector(root)}, "template": _template(root)}
    status: Object = {_REPLICA_FIELDS[word]: n for word, n in counts.items() if word in _REPLICA_FIELDS}
    current = re.match(r"(\d+) current / (\d+) desired", root.text("Replicas"))
    if current:
        status["replicas"], spec["replicas"] = int(current[1]), int(current[2])
    elif "desired" in counts:
        spec["replicas"] = counts["desired"]
    told = conditions(root)
    return {"spec": spec, "status": status | ({"conditions": told} if told else {})}


def _daemon_set(root: Section, text: str) -> Object:
    found = _workload(root, text)
    fields = {
        "Desired Number of Nodes Scheduled": "desiredNumberScheduled",
        "Current Number of Nodes Scheduled": "currentNumberScheduled",
        "Number of Nodes Misscheduled": "numberMisscheduled",
    }
    found["status"] |= {name: number(root.text(key)) for key, name in fields.items() if root.text(key)}
    return found


_BUILDERS: dict[str, Callable[[Section, str], Object]] = described_others.BUILDERS | {
    "Pod": _pod, "Deployment": _workload, "ReplicaSet": _workload, "StatefulSet": _workload, "Job": _workload,
    "DaemonSet": _daemon_set, "Ingress": described_network.ingress, "NetworkPolicy": described_network.network_policy,
}  # fmt: skip
