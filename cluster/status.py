"""Says how well an object is, from its value alone: pure functions, no clock, no server."""

from __future__ import annotations

from collections.abc import Callable

from cluster.checks import others, pods, workloads
from cluster.checks.base import STATELESS, UNOBSERVED, Health, Level
from cluster.values import Value, at, text

__all__ = ["STATELESS", "UNOBSERVED", "Health", "Level", "health"]

_BUILT_IN: dict[tuple[str, str], Callable[[Value], Health]] = {
    ("apps", "Deployment"): workloads.deployment,
    ("apps", "StatefulSet"): workloads.replicated,
    ("apps", "ReplicaSet"): workloads.replicated,
    ("apps", "DaemonSet"): workloads.daemon_set,
    ("", "ReplicationController"): workloads.replicated,
    ("batch", "Job"): workloads.job,
    ("batch", "CronJob"): workloads.cron_job,
    ("autoscaling", "HorizontalPodAutoscaler"): workloads.autoscaler,
    ("policy", "PodDisruptionBudget"): workloads.disruption_budget,
    ("", "Pod"): pods.pod,
    ("", "Node"): others.node,
    ("", "PersistentVolumeClaim"): others.claim,
    ("", "PersistentVolume"): others.volume,
    ("", "Namespace"): others.namespace,
    ("networking.k8s.io", "Ingress"): others.ingress,
    ("apiregistration.k8s.io", "APIService"): lambda value: others.by_condition(value, "Available"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): others.definition,
}
"""By group and kind, so that a custom resource which shares a kind's name is not taken for it."""


def health(value: Value, endpoints: int | None = None) -> Health:
    """How well the object is. For a Service, `endpoints` is the number of its ready addresses where known.

    The level is `unknown` where the object does not say: for kinds without a state (`STATELESS`), and for a
    manifest that nobody has applied (`UNOBSERVED`).
    """
    group, kind = text(value, "apiVersion").rpartition("/")[0], text(value, "kind")
    if (group, kind) == ("", "Service"):
        return others.service(value, endpoints) if at(value, "metadata.uid") else UNOBSERVED
    check = _BUILT_IN.get((group, kind))
    if check is not None:
        return check(value)
    return others.custom(value) if "." in group else STATELESS
