"""Workloads as a whole: scaled to nothing, too few ready pods, ports that two containers want, evictions, Jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import Value, at, entries, mapping, text
from incidents.checks.base import described, finding, got, pieces, port_of
from incidents.checks.log_lines import search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses, waiting_reason

_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
_IN_USE = re.compile(
    r"(?i)port (?P<port>\d+) (?:was|is) already in use|address already in use.*?:(?P<two>\d+)|listening on "
    r"port (?P<three>\d+)\.|"
    r"EADDRINUSE.*?:(?P<four>\d+)|bind\(\) to \S*:(?P<five>\d+) failed|address already in use|Address in use"
)
_MISSED = re.compile(r"(?i)no (?:servers|instances) available|unavailable|refused|\b503\b")
_FULL = re.compile(r"(?i)no space left on device|disk quota exceeded")


def check(s: Situation) -> Iterator[Finding]:
    """For each workload in scope: whether it runs as it should."""
    for workload in s.workloads:
        yield from _zero(s, workload)
        yield from _unready(s, workload)
        yield from _port_conflict(s, workload)
        yield from _evicted(s, workload)
        yield from _full(s, workload)
        yield from _job(s, workload)


def _zero(s: Situation, workload: Item) -> Iterator[Finding]:
    """A workload with no replicas that others count on."""
    wanted, _ = s.replicas(workload)
    if wanted != 0 or workload.kind not in _SCALED:
        return
    services = s.services_of(workload)
    callers = [
        s.graph.node(edge.source).name
        for service in services
        for edge in s.graph.reaching(service.id, EdgeType.CALLS, EdgeType.ROUTES)
    ]
    others = (log for log in s.evidence.logs if log.owner != workload.name)
    said = list(search(others, _MISSED, 2, naming=[workload.name]))
    yield finding(
        "scaled_to_zero", workload, f"{shown(workload)} is scaled to zero"
        + (f", and {len(callers)} others call it." if callers else "."),
        0.93 if said or callers else 0.85 if services else 0.3,
        f"Scale it up: `kubectl scale {workload.kind.lower()} {workload.name} --replicas=1`.",
        [s.quote(workload, "Replicas:", "0 desired", field="spec.replicas"),
        *(mark.piece() for mark in said)], services,
        got(workload),
    )  # fmt: skip


def _unready(s: Situation, workload: Item) -> Iterator[Finding]:
    """A workload with fewer ready pods than it wants: what every failure of its pods looks like."""
    wanted, ready = s.replicas(workload)
    declared = not s.pods_of(workload) and not mapping(workload.value, "status")
    if workload.kind in ("Job", "CronJob") or not wanted or ready >= wanted or declared:
        return
    bad = [pod for pod in s.pods_of(workload) if not is_ready(pod)]
    yield finding(
        "not_ready", workload, f"{shown(workload)} has {ready} of {wanted} ready pods.", 0.9,
        "See what keeps its pods from being ready.",
        [s.quote(workload, "Replicas:", field="status.readyReplicas"), *(s.quote(pod, "Ready",
        "False") for pod in bad[:2])],
        bad, described(workload),
    )  # fmt: skip


def _port_conflict(s: Situation, workload: Item) -> Iterator[Finding]:
    """A process that cannot listen because another container of its pod already does."""
    if not any(
        waiting_reason(status) or not status.get("ready")
        for pod in s.pods_of(workload)
        for _, status in statuses(pod)
    ):
        return
    containers = [c for _, c in entries(workload.pod, "spec.containers")]
    pod_containers = [c for pod in s.pods_of(workload) for _, c in entries(pod.value, "spec.containers")]
    twice = _declared_twice(containers)
    if twice is not None:
        yield finding(
            "sidecar_port_conflict", workload,
            f"Two containers of {shown(workload)} declare port {twice}; only one can listen.",
            0.7, "Give the containers of the pod different ports.", [s.quote(workload, str(twice))],
            s.pods_of(workload),
            described(workload),
        )  # fmt: skip
    for mark in search(s.logs(workload), _IN_USE, 1):
        several = len(containers) > 1 or len({text(c, "name") for c in pod_containers}) > 1
        yield finding(
            "sidecar_port_conflict", workload,
            f"{shown(workload)} cannot listen on its port: another process of the pod does "
            f"({mark.line.strip()[-160:]}).",
            0.93 if several else 0.8, "Give the containers of the pod different ports.",
            [mark.piece(), *(s.quote(workload, text(c, "name")) for c in containers[:3])], s.pods_of(workload),
            described(workload),
        )  # fmt: skip


def _declared_twice(containers: list[Value]) -> object:
    """A port that two containers of a pod declare, or None."""
    seen: dict[object, int] = {}
    for place, container in enumerate(containers):
        for _, port in entries(container, "ports"):
            key = (port_of(port.get("containerPort")), str(port.get("protocol") or "TCP"))
            if key[0] is not None and seen.setdefault(key, place) != place:
                return key[0]
    return None


def _evicted(s: Situation, workload: Item) -> Iterator[Finding]:
    for pod in s.pods_of(workload):
        events = s.events(pod, "Evicted", "Preempted")
        if text(pod.value, "status.reason") == "Evicted" or (events and not is_ready(pod)):
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
