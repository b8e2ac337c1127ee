"""One or two words for how an object is, to show and to count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.kubernetes.words import at, items

Value = Mapping[str, Any]

_WORKLOADS = frozenset(
    {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DaemonSet", "Rollout"}
)
_PHASES = frozenset({"PersistentVolumeClaim", "PersistentVolume", "Namespace"})


def state(value: Value) -> str:
    """`Running`, `CrashLoopBackOff`, `ready`, `not ready`, `Bound`, ...; '' for a kind that has no state."""
    kind = value.get("kind")
    if kind == "Pod":
        return pod_state(value)
    if kind == "Node":
        ready = "Ready" if condition(value, "Ready") == "True" else "NotReady"
        return f"{ready},SchedulingDisabled" if at(value, "spec", "unschedulable") is True else ready
    if kind in _WORKLOADS:
        return _workload(value)
    if kind == "Job":
        return job_state(value)
    if kind == "CronJob":
        return "suspended" if at(value, "spec", "suspend") is True else "active"
    if kind in _PHASES:
        return _text(at(value, "status", "phase"))
    return _other(value)


def is_well(found: str) -> bool:
    """Whether a state needs nobody's attention."""
    return found in _WELL or found.startswith("Synced")


_WELL = frozenset(
    {"", "Running", "Succeeded", "Completed", "ready", "scaled to 0", "Ready", "Bound", "Available", "Active", "active",
     "Complete", "Established", "Synced, Healthy", "Released", "suspended", "ContainerCreating"}
)  # fmt: skip


def replicas(value: Value) -> tuple[int, int]:
    """How many replicas of a workload are ready, and how many are wanted."""
    if value.get("kind") == "DaemonSet":
        return _number(at(value, "status", "numberReady")), _number(
            at(value, "status", "desiredNumberScheduled")
        )
    wanted = at(value, "spec", "replicas")
    return _number(at(value, "status", "readyReplicas")), 1 if wanted is None else _number(wanted)


def condition(value: Value, kind: str) -> str:
    """The status of a condition (`True`, `False`, `Unknown`), '' if it is not there."""
    for found in items(at(value, "status", "conditions")):
        if found.get("type") == kind:
            return _text(found.get("status"))
    return ""


def pod_state(value: Value) -> str:
    """What `kubectl get pods` shows as status: the phase, or the reason why a container does not run."""
    status = value.get("status")
    found = _text(at(status, "reason")) or _text(at(status, "phase"))
    for container in items(at(status, "initContainerStatuses")):
        ended = at(container, "state", "terminated")
        if ended and _number(at(ended, "exitCode")) == 0:
            continue
        reason = _text(at(ended, "reason")) or _text(at(container, "state", "waiting", "reason"))
        if reason and reason != "PodInitializing":
            return f"Init:{reason}"
        if ended or at(container, "state", "waiting") is not None:
            return "Init:Error" if ended else "Init"
    for container in items(at(status, "containerStatuses")):
        reason = _text(at(container, "state", "waiting", "reason"))
        ended = at(container, "state", "terminated")
        reason = reason or _text(at(ended, "reason"))
        if reason and not (found == "Succeeded" and reason == "Completed"):
            found = reason
    if at(value, "metadata", "deletionTimestamp"):
        return "Unknown" if at(status, "reason") == "NodeLost" else "Terminating"
    return found


def job_state(value: Value) -> str:
    """`Complete`, `Failed`, `Suspended` or `Running`."""
    for kind in ("Complete", "Failed", "Suspended"):
        if condition(value, kind) == "True":
            return kind
    return "Running"


def _workload(value: Value) -> str:
    ready, wanted = replicas(value)
    if not wanted:
        return "scaled to 0"
    return "ready" if ready >= wanted else "not ready"


def _other(value: Value) -> str:
    """The state of a custom resource or of a rarer kind, as most of them say it."""
    sync, health = at(value, "status", "sync", "status"), at(value, "status", "health", "status")
    if isinstance(sync, str) and isinstance(health, str):
        return f"{sync}, {health}"
    for kind, words in (
        ("Ready", ("Ready", "NotReady")),
        ("Available", ("Available", "not Available")),
        ("Established", ("Established", "not Established")),
    ):
        if found := condition(value, kind):
            return words[0] if found == "True" else words[1]
    return _text(at(value, "status", "phase"))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
