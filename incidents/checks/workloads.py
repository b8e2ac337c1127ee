"""Workloads as a whole: scaled to nothing, too few ready pods, evictions, Jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import at, entries, mapping, text
from incidents.bundles.units import moment
from incidents.checks.base import described, finding, got, pieces
from incidents.checks.gateways import hosts
from incidents.checks.log_lines import search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses, waiting_reason

_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
_MISSED = re.compile(r"(?i)no (?:servers|instances) available|unavailable|refused|\b503\b")
_FULL = re.compile(r"(?i)no space left on device|disk quota exceeded")


def check(s: Situation) -> Iterator[Finding]:
    """For each workload in scope: whether it runs as it should."""
    for workload in s.workloads:
        yield from _zero(s, workload)
        yield from _unready(s, workload)
        yield from _evicted(s, workload)
        yield from _full(s, workload)
        yield from _job(s, workload)


def _zero(s: Situation, workload: Item) -> Iterator[Finding]:
    """A workload with no replicas that others count on."""
    wanted, _ = s.replicas(workload)
    if wanted != 0 or workload.kind not in _SCALED:
        return
    services = s.services_of(workload) or _named_alike(s, workload)
    callers = [
        s.graph.node(edge.source).name
        for service in services
        for edge in s.graph.reaching(service.id, EdgeType.CALLS, EdgeType.ROUTES)
    ]
    others = (log for log in s.evidence.logs if log.owner != workload.name)
    said = list(search(others, _MISSED, 2, naming=[workload.name]))
    place = f" -n {workload.namespace}" if workload.namespace else ""
    yield finding(
        "scaled_to_zero", workload, f"{shown(workload)} is scaled to zero"
        + (f", and {', '.join(sorted(set(callers))[:3])} call it." if len(callers) > 1 else
           f", and {callers[0]} calls it." if callers else "."),
        0.93 if said or callers else 0.85 if services or workload.name in hosts(s) else 0.3,
        f"Scale it up: `kubectl scale {workload.kind.lower()} {workload.name}{place} --replicas=1`.",
        [s.quote(workload, "Replicas:", "0 desired", field="spec.replicas"),
        *(mark.piece() for mark in said)], services,
        got(workload),
    )  # fmt: skip


def _named_alike(s: Situation, workload: Item) -> list[Item]:
    """The Service of a workload's name, where rows showed no selector: most Services are named for their workload."""
    service = s.cluster.get("Service", workload.name, workload.namespace)
    return [service] if service is not None and at(service.value, "spec.selector") is None else []


def _unready(s: Situation, workload: Item) -> Iterator[Finding]:
    """A workload with fewer ready pods than it wants: what every failure of its pods looks like."""
    wanted, ready = s.replicas(workload)
    declared = not s.pods_of(workload) and not mapping(workload.value, "status")
    if workload.kind in ("Job", "CronJob") or not wanted or ready >= wanted or declared:
        return
    bad = [pod for pod in s.pods_of(workload) if not is_ready(pod) and not _may_be_ready(pod)]
    may_be = [pod for pod in s.pods_of(workload) if _may_be_ready(pod) or (pod in bad and _is_new(s, pod))]
    if ready + len(may_be) >= wanted:
        return
    if not mapping(workload.value, "status") and not any(map(_has_state, bad)):
        return  # `kubectl top` and the like show that a pod exists, and not how it is
    why = {waiting_reason(status) for pod in bad for _, status in statuses(pod)} - {""}
    yield finding(
        "not_ready", workload,
        f"{shown(workload)} has {ready} of {wanted} ready pods" + (f" ({', '.join(sorted(why))})." if why else "."),
        0.78,
        "See what keeps its pods from being ready.",
        [s.quote(workload, "Replicas:", field="status.readyReplicas"), *(s.quote(pod, "Ready",
        "False") for pod in bad[:2])],
        bad, described(workload),
    )  # fmt: skip


def _may_be_ready(pod: Item) -> bool:
    """Whether a pod runs and nothing was read of its readiness."""
    known = any(one.get("type") == "Ready" for _, one in entries(pod.value, "status.conditions"))
    return not known and text(pod.value, "status.phase") == "Running" and not any(True for _ in statuses(pod))


_NEW = 20.0
"""Seconds that a pod may take to start before that is worth a word."""


def _is_new(s: Situation, pod: Item) -> bool:
    made, now, age = (
        moment(text(pod.value, "metadata.creationTimestamp")),
        s.evidence.taken_at,
        at(pod.value, "status.age"),
    )
    if made is not None and now is not None:
        age = (now - made).total_seconds()
    waits = {waiting_reason(status) for _, status in statuses(pod)}
    warned = any(event.warning for event in s.events(pod))
    return (
        isinstance(age, float)
        and age < _NEW
        and waits <= {"", "ContainerCreating", "PodInitializing"}
        and not warned
    )


def _has_state(pod: Item) -> bool:
    return bool(mapping(pod.value, "status"))


def _evicted(s: Situation, workload: Item) -> Iterator[Finding]:
    wanted, ready = s.replicas(workload)
    short = wanted is not None and ready < wanted
    for pod in (one for one in s.items("Pod") if s.workload(one) is workload and not is_ready(one)):
        events = s.events(pod, "Evicted", "Preempted")
        evicted = text(pod.value, "status.reason") == "Evicted"
        if (evicted or events) and (short or not s.is_over(pod)):
            why = text(pod.value, "status.message") or (events[0].message if events else "")
            yield finding("evicted", workload, f"A pod of {shown(workload)} was evicted: {why}", 0.85,
                          "Free the node's resource, or raise the pod's requests.",
                          [*pieces(events[:1]), s.quote(pod, "Evicted")], [pod], described(pod))  # fmt: skip
            return


def _full(s: Situation, workload: Item) -> Iterator[Finding]:
    marks = list(search(s.logs(workload), _FULL, 1))
    if marks and not all(is_ready(pod) for pod in s.pods_of(workload)):
        yield finding("disk_full", workload,
        f"{shown(workload)} has no space left: {marks[0].line.strip()[-200:]}", 0.85,
                      "Enlarge the volume, or delete what fills it.", [mark.piece() for mark in marks],
                      s.pods_of(workload), described(workload))  # fmt: skip


def _job(s: Situation, workload: Item) -> Iterator[Finding]:
    if workload.kind != "Job":
        return
    for _, condition in entries(workload.value, "status.conditions"):
        if condition.get("type") == "Failed" and condition.get("status") == "True":
            yield finding("job_failed", workload, f"{shown(workload)} has failed: {text(condition, 'message')}", 0.9,
                          "Read the log of its last pod.",
                          [s.quote(workload, text(condition, "reason"), field="status.conditions")],
                          s.pods_of(workload),
                          ("kubectl", "logs", f"job/{workload.name}", "-n", workload.namespace))  # fmt: skip
    if at(workload.value, "metadata.deletionTimestamp") and at(workload.value, "metadata.finalizers"):
        yield finding("stuck_terminating", workload, f"{shown(workload)} waits for its finalizers.", 0.6,
                      "See who should remove the finalizer.", [s.quote(workload, "finalizers")])  # fmt: skip
