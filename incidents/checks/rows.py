"""Pods without a node of which only the row of a table is known: what the other tables still tell of them."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at, entries, text
from incidents.checks.base import described, finding
from incidents.checks.placement import is_control_plane
from incidents.finding import Finding
from incidents.situation import Situation, statuses, waiting_reason


def unplaced(s: Situation) -> list[Item]:
    """Pending pods whose row shows no node, while rows of others do; what they ask for was not read."""
    placed = any(text(pod.value, "spec.nodeName") for pod in s.pods)
    return [pod for pod in s.pods if placed and _is_bare(pod)]


def _is_bare(pod: Item) -> bool:
    return (
        text(pod.value, "status.phase") == "Pending"
        and not text(pod.value, "spec.nodeName")
        and not at(pod.pod, "spec.containers")
        and not any(waiting_reason(status) for _, status in statuses(pod))
        and not any(one.get("type") == "PodScheduled" for _, one in entries(pod.value, "status.conditions"))
    )


def is_ignored(s: Situation, pod: Item) -> bool:
    """Whether the event of its making was read and none about the pod itself: no scheduler has said a word.

    Only where what a scheduler said of other pods was read: a list that is sorted and cut may have lost all of it.
    """
    if not any(event.reason in ("Scheduled", "FailedScheduling") for event in s.evidence.events):
        return False
    made = any(
        event.reason == "SuccessfulCreate" and event.message.endswith(f": {pod.name}")
        for event in s.evidence.events
    )
    return made and s.has_events(pod, cut=True) and not s.events(pod)


def by_the_tables(s: Situation, pod: Item) -> Iterator[Finding]:
    """That a pod finds no node, and a cordoned node as what may be the reason."""
    workload = s.workload(pod)
    said = s.quote(pod, "Pending", field="status.phase")
    closed = [
        node for node in s.items("Node")
        if at(node.value, "spec.unschedulable") is True and not is_control_plane(node)
    ]  # fmt: skip
    if closed:
        names = ", ".join(node.name for node in closed)
        yield finding(
            "node_cordoned", workload, f"{workload.kind} {workload.name} finds no node, and {names} is cordoned.", 0.65,
            f"See whether the pod needs that node; then `kubectl uncordon {closed[0].name}`.",
            [said, *(s.quote(node, "SchedulingDisabled", field="spec.unschedulable") for node in closed)], [pod],
            described(pod),
        )  # fmt: skip
    yield finding(
        "pod_unschedulable", workload, f"{workload.kind} {workload.name} finds no node.", 0.9,
        "The description of the pod tells why: it ends with what the scheduler says.", [said], [pod], described(pod),
    )  # fmt: skip
