"""Quotas that are used up, told by their own figures: events that a refusal leaves are gone after an hour.

What a quota refused is missing: pods of a controller, a Service that others call, a claim that a pod names.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import entries, mapping, text
from incidents.checks.admission import quota_term
from incidents.checks.base import finding
from incidents.checks.quantities import quantity
from incidents.checks.settings import addresses
from incidents.finding import Finding
from incidents.situation import Situation

FEW_ASK_LESS = 2.0**30
"""Bytes that few claims stay below."""
_ROOM_LEFT = 0.34
"""Confidence that a quota of storage refused a claim of which nobody knows the size: too little to explain anything."""
_OF_PODS = ("cpu_quota_exceeded", "memory_quota_exceeded", "pod_quota_exceeded")


def check(s: Situation) -> Iterator[Finding]:
    """Each limit of each ResourceQuota in scope."""
    for quota in s.items("ResourceQuota"):
        used, hard = mapping(quota.value, "status.used"), mapping(quota.value, "status.hard")
        for resource, limit in hard.items():
            have, may = quantity(used.get(resource)), quantity(limit)
            if have is None or may is None:
                continue
            term = quota_term(resource)
            if term == "service_quota_exceeded":
                without = unserved(s) if have >= may else []
            elif term == "storage_quota_exceeded":
                without = (
                    _unclaimed(s, quota.namespace)
                    if have >= may or resource != "persistentvolumeclaims"
                    else []
                )
            elif term in _OF_PODS:
                without = [item for item in _short(s) if have + _asked(item, resource) > may]
            else:
                without = []
            if without:
                yield _exceeded(s, quota, term, resource, without, have >= may or may - have < _usual(s))


def _exceeded(
    s: Situation, quota: Item, term: str, resource: str, without: list[Item], full: bool
) -> Finding:
    used, hard = (mapping(quota.value, f"status.{key}").get(resource) for key in ("used", "hard"))
    names = ", ".join(item.name for item in without)
    sure = {"service_quota_exceeded": 0.9, "storage_quota_exceeded": 0.88 if full else _ROOM_LEFT}.get(
        term, 0.85
    )
    return finding(
        term, s.cluster.get("Namespace", quota.namespace) or quota,
        f"The quota {quota.name} allows {hard} {resource} and {used} are in use; {names} does not get what it needs.",
        sure, f"Raise {resource} in the ResourceQuota {quota.name}, or lower what its workloads ask for; "
        "then make what is missing.",
        [s.quote(quota, resource, str(hard), field=f"status.used.{resource}")], without,
        ("kubectl", "describe", "resourcequota", quota.name, "-n", quota.namespace),
    )  # fmt: skip


def _usual(s: Situation) -> float:
    """Bytes that a claim asks for at least, as a rule: as many as the free volumes have that wait for one."""
    free = (
        quantity(mapping(volume.value, "spec.capacity").get("storage"))
        for volume in s.items("PersistentVolume")
        if text(volume.value, "status.phase") == "Available"
    )
    return min((size for size in free if size), default=FEW_ASK_LESS)


def _short(s: Situation) -> list[Item]:
    """The workloads that have fewer pods than they want."""
    return [
        item
        for item in s.workloads
        if item.kind not in ("Pod", "Job", "CronJob")
        and (wanted := s.replicas(item)[0]) is not None
        and len(s.pods_of(item)) < wanted
        and mapping(item.value, "status")
    ]


def _asked(workload: Item, resource: str) -> float:
    """What one pod of a workload counts against a limit; a request that is not set is as large as its limit."""
    kind, _, name = resource.rpartition(".")
    if name in ("pods", "count/pods"):
        return 1.0
    total = 0.0
    for _, container in entries(workload.pod, "spec.containers"):
        limits, requests = mapping(container, "resources.limits"), mapping(container, "resources.requests")
        value = limits.get(name) if kind == "limits" else requests.get(name, limits.get(name))
        total += quantity(value) or 0.0
    return total


def _unclaimed(s: Situation, namespace: str) -> list[Item]:
    """The workloads that name a claim which does not exist, where claims were read or there is none."""
    if not s.has_all("PersistentVolumeClaim", namespace):
        return []
    return [
        item
        for item in s.workloads
        if item.namespace == namespace
        and any(not s.cluster.get("PersistentVolumeClaim", name, namespace) for name in claims_of(item))
    ]


def claims_of(workload: Item) -> list[str]:
    """The claims that a pod template names; those that a StatefulSet makes for each pod have other names."""
    made = {text(one, "metadata.name") for _, one in entries(workload.value, "spec.volumeClaimTemplates")}
    names = (
        text(volume, "persistentVolumeClaim.claimName") for _, volume in entries(workload.pod, "spec.volumes")
    )
    return [name for name in names if name and name not in made]


def unserved(s: Situation) -> list[Item]:
    """Workloads without a Service although others call their name, or they listen and most that do have one."""
    if not s.has_all("Service", s.namespace):
        return []
    serving = [item for item in s.workloads if item.kind in ("Deployment", "StatefulSet")]
    listening = [item for item in serving if _listens(item)] or serving  # tables show no ports
    without = [item for item in listening if not s.services_of(item)]
    called = {address.host.partition(".")[0] for _, address in addresses(s)}
    missed = [item for item in without if item.name in called]
    return missed or (without if len(without) * 4 <= len(listening) else [])


def _listens(workload: Item) -> bool:
    return any(
        True for _, container in entries(workload.pod, "spec.containers") for _ in entries(container, "ports")
    )
