"""Facts of what runs: workloads, pods, jobs and what scales them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.kubernetes.live.containers import ended, template
from connectors.kubernetes.live.states import job_state, pod_state, replicas
from connectors.kubernetes.words import at, count, items, pairs, words

Value = Mapping[str, Any]
_SHOWN = 3


def workload(value: Value) -> list[str]:
    """Ready and wanted replicas, images, containers, resources, ports, why it does not come up."""
    ready, wanted = replicas(value)
    updated = at(value, "status", "updatedReplicas")
    behind = (
        isinstance(updated, int)
        and 0 < updated < wanted
        and value.get("kind") in ("Deployment", "StatefulSet")
    )
    return [
        f"{ready}/{wanted} ready",
        f"{updated} updated" if behind else "",
        "paused" if at(value, "spec", "paused") is True else "",
        *pod_facts(template(value)[1]),
        words(
            "strategy", [at(value, "spec", "strategy", "type") or at(value, "spec", "updateStrategy", "type")]
        ),
        _owned(value),
        *failures(value),
    ]


def pod_facts(pod: Value) -> list[str]:
    """Images, number of containers, ports, requests and limits, service account."""
    containers = items(pod.get("containers"))
    several = len(containers) > 1
    facts = [
        words("image" if not several else "images", [found.get("image") for found in containers]),
        f"{len(containers)} containers" if several else "1 container" if containers else "",
        words("ports", [port.get("containerPort") for c in containers for port in items(c.get("ports"))]),
    ]
    for container in containers[:_SHOWN]:
        of = f" of {container.get('name')}" if several else ""
        facts += [
            pairs(f"{field}{of}", at(container, "resources", field)) for field in ("requests", "limits")
        ]
    facts.append(words("service account", [pod.get("serviceAccountName")]))
    return facts


def failures(value: Value) -> Iterator[str]:
    """Why a workload is not as it should be, in its conditions' words."""
    bad = {"Available": "False", "Progressing": "False", "ReplicaFailure": "True"}
    for found in items(at(value, "status", "conditions")):
        if bad.get(str(found.get("type"))) == found.get("status"):
            yield f"{found.get('reason') or found.get('type')} since {found.get('lastTransitionTime')}"


def pod(value: Value) -> list[str]:
    """State, ready containers, restarts, why it fails, node, address, owner, images and resources."""
    status = value.get("status")
    found = items(at(status, "containerStatuses"))
    total = len(items(at(value, "spec", "containers")))
    restarts = sum(number for c in found if isinstance(number := c.get("restartCount"), int))
    return [
        pod_state(value),
        f"{sum(1 for c in found if c.get('ready') is True)}/{total} ready",
        f"{restarts} restart{'s' if restarts != 1 else ''}",
        *troubles(value),
        words("on node", [at(value, "spec", "nodeName")]),
        words("IP", [at(status, "podIP")]),
        _owned(value),
        *pod_facts(template(value)[1]),
        words("started", [at(status, "startTime")]),
    ]


def troubles(value: Value) -> Iterator[str]:
    """Why containers of a pod wait or ended, and why it is not scheduled."""
    status = value.get("status")
    for container in (*items(at(status, "initContainerStatuses")), *items(at(status, "containerStatuses"))):
        name = container.get("name")
        waiting, over = at(container, "state", "waiting"), at(container, "state", "terminated")
        last = at(container, "lastState", "terminated")
        if isinstance(waiting, Mapping) and waiting.get("reason") not in (None, "PodInitializing"):
            yield f"container {name} waits: {waiting['reason']}"
        if isinstance(over, Mapping) and over.get("exitCode") not in (None, 0):
            yield f"container {name} {ended(over)}"
        if isinstance(last, Mapping):
            yield f"container {name} last {ended(last)}"
    for found in items(at(status, "conditions")):
        if found.get("type") == "PodScheduled" and found.get("status") == "False":
            yield f"not scheduled: {found.get('message') or found.get('reason')}"[:300]


def job(value: Value) -> list[str]:
    """State with its reason, successes, failures, times, images."""
    status = value.get("status")
    reason = next(
        (
            str(c["reason"])
            for c in items(at(status, "conditions"))
            if c.get("type") == "Failed" and c.get("reason")
        ),
        "",
    )
    wanted = at(value, "spec", "completions")
    return [
        f"{job_state(value)} {reason}".strip(),
        f"{at(status, 'succeeded') or 0}/{wanted if isinstance(wanted, int) else 1} succeeded",
        count(at(status, "failed"), "failed"),
        count(at(status, "active"), "active"),
        words("started", [at(status, "startTime")]),
        words("finished", [at(status, "completionTime")]),
        _owned(value),
        *pod_facts(template(value)[1]),
    ]


def cron_job(value: Value) -> list[str]:
    """Schedule, last run, what runs now, images."""
    return [
        words("schedule", [at(value, "spec", "schedule")]),
        words("time zone", [at(value, "spec", "timeZone")]),
        "suspended" if at(value, "spec", "suspend") is True else "",
        words("last run", [at(value, "status", "lastScheduleTime")]),
        words("last success", [at(value, "status", "lastSuccessfulTime")]),
        count(len(items(at(value, "status", "active"))) or None, "running"),
        *pod_facts(template(value)[1]),
    ]


def scaled_by(value: Value) -> str:
    """`HPA 3–10`, with what it scales to now."""
    least, most = _bounds(value)
    now = at(value, "status", "currentReplicas")
    return f"HPA {least}–{most}" + (f" (now {now})" if isinstance(now, int) else "")


def autoscaler(value: Value) -> list[str]:
    """What it scales, between which numbers, on what, and how many there are now."""
    target = at(value, "spec", "scaleTargetRef")
    least, most = _bounds(value)
    status = value.get("status")
    broken = [
        f"{c.get('type')} False ({c.get('reason')})"
        for c in items(at(status, "conditions"))
        if c.get("status") == "False" and c.get("type") in ("AbleToScale", "ScalingActive")
    ]
    return [
        words("scales", [f"{at(target, 'kind')} {at(target, 'name')}"] if target else []),
        f"{least}–{most} replicas",
        count(at(status, "currentReplicas"), "now"),
        count(at(status, "desiredReplicas"), "desired"),
        words("on", [metric for metric in map(_metric, items(at(value, "spec", "metrics"))) if metric]),
        *broken,
    ]


def _bounds(value: Value) -> tuple[Any, Any]:
    least = at(value, "spec", "minReplicas")
    return 1 if least is None else least, at(value, "spec", "maxReplicas")


def _metric(metric: Value) -> str:
    """`cpu 80%`, `requests-per-second 100`."""
    kind = str(metric.get("type") or "")
    found = metric.get(kind[:1].lower() + kind[1:])
    name = at(found, "name") or at(found, "metric", "name")
    target = at(found, "target")
    if (share := at(target, "averageUtilization")) is not None:
        return f"{name} {share}%"
    amount = at(target, "averageValue") or at(target, "value")
    return f"{name} {amount}" if name and amount is not None else ""


def disruption_budget(value: Value) -> list[str]:
    """How many must stay, how many are well, how many may go now."""
    status = value.get("status")
    healthy, desired = at(status, "currentHealthy"), at(status, "desiredHealthy")
    return [
        words("min available", [at(value, "spec", "minAvailable")]),
        words("max unavailable", [at(value, "spec", "maxUnavailable")]),
        f"{healthy} healthy of {desired} required" if isinstance(healthy, int) else "",
        count(at(status, "disruptionsAllowed"), "disruptions allowed"),
        pairs("selects", at(value, "spec", "selector", "matchLabels")),
    ]


def _owned(value: Value) -> str:
    for owner in items(at(value, "metadata", "ownerReferences")):
        if owner.get("controller") is True:
            return f"owned by {owner.get('kind')} {owner.get('name')}"
    return ""
