"""Pods that find no node: what the scheduler says, read against what the nodes are.

The scheduler names one reason for each node. A node that the pod does not want (selector, affinity) is not what
stops it as long as there are others; those that remain hold the reason. Control-plane nodes are closed to
workloads anyway and count only where nothing else is left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from cluster.edges.base import Item
from cluster.values import at, entries, mapping, moment, text
from incidents.checks.base import described, finding
from incidents.checks.placement import CONTROL, asks_too_much, is_control_plane, refusals
from incidents.checks.rows import by_the_tables, is_ignored, unplaced
from incidents.checks.scheduler_words import Reason, reasons
from incidents.evidence import Event, Piece
from incidents.finding import Finding
from incidents.situation import Situation

_TAINT = re.compile(r"(?:untolerated taint|had taint) \{(?P<key>[^:}]+)(?::\s*(?P<value>[^}]*))?\}")
_SHORT = ("cpu_insufficient", "memory_insufficient", "pod_slots_exhausted")
_MANY = 2
"""Other workloads that wait for the same, from which on it is not the one that asks for too much."""
_OWN_TAINTS = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


def check(s: Situation) -> Iterator[Finding]:
    """Pods without a node: why the scheduler finds none, or that no scheduler looks at them."""
    unseen: list[Item] = []
    bare = unplaced(s)
    waiting = _waiting(s)
    for pod in s.pods:
        if text(pod.value, "spec.nodeName") or text(pod.value, "status.phase") not in ("Pending", ""):
            continue
        said = _said(s, pod)
        if said is not None:
            yield from _unschedulable(s, pod, *said, waiting)
        elif _was_seen(pod):
            yield from _by_the_nodes(s, pod)
        elif (at(pod.pod, "spec.containers") and s.has_events(pod)) or (pod in bare and is_ignored(s, pod)):
            unseen.append(pod)
        elif pod in bare and s.workload(pod).pod and _is_told(s, pod):
            yield from _by_the_nodes(s, replace(pod, pod=s.workload(pod).pod))
        elif pod in bare:
            yield from by_the_tables(s, pod)
    if unseen:
        yield from _no_scheduler(s, unseen)


def _is_told(s: Situation, pod: Item) -> bool:
    """Whether the template that a pod was made from, and the nodes, explain why it was not placed."""
    template = s.workload(pod).pod
    if not at(template, "spec.containers") or not s.has_all("Node"):
        return False
    return not refusals(s, replace(pod, pod=template))[""]


def _said(s: Situation, pod: Item) -> tuple[str, Piece] | None:
    events = [event for event in s.events(pod, "FailedScheduling") if event.message]
    if events:
        latest: Event = events[0]
        return latest.message, latest.piece()
    for _, condition in entries(pod.value, "status.conditions"):
        if condition.get("type") == "PodScheduled" and text(condition, "message"):
            return text(condition, "message"), s.quote(pod, "PodScheduled")
    return None


def _was_seen(pod: Item) -> bool:
    """Whether a scheduler looked at a pod: it is the scheduler that sets this condition."""
    return any(
        condition.get("type") == "PodScheduled" for _, condition in entries(pod.value, "status.conditions")
    )


_COMPUTED = 0.8
"""How sure it is what nobody said and the objects show."""


def _by_the_nodes(s: Situation, pod: Item) -> Iterator[Finding]:
    """Why a pod finds no node, where what the scheduler said is not left: by its own filters."""
    workload = s.workload(pod)
    counts = refusals(s, pod)
    found = [Reason(term, nodes, _SAYS[term].format(nodes)) for term, nodes in counts.items() if term]
    evidence = s.quote(pod, "PodScheduled", "False", field="status.conditions")
    if counts[""] or not found:
        for term, confidence in _HIDDEN:
            yield finding(
                term, workload, f"{workload.kind} {workload.name} finds no node, though some have room and suit it; "
                f"it may be what was not read of it.", confidence, _fix(term, pod, Reason(term, 0, "")), [evidence],
                [pod], described(pod),
            )  # fmt: skip
        yield finding("pod_unschedulable", workload, f"{workload.kind} {workload.name} finds no node.", 0.8,
                      "Look at the nodes and at what the pod asks for.", [evidence], [pod], described(pod))  # fmt: skip
        return
    for place, reason in enumerate(_deciding(s, pod, found)):
        term = _of_the_pod(reason.term, pod, workload)
        yield finding(
            term, workload, f"{workload.kind} {workload.name} finds no node: {reason.text}.",
            _COMPUTED if place == 0 else 0.5, _fix(term, pod, reason), [evidence, *_because(s, pod, term, reason)],
            [pod], described(pod),
        )  # fmt: skip


_HIDDEN = (("node_affinity_unmatched", 0.5), ("pod_anti_affinity_unmatched", 0.48))
"""What `kubectl describe` does not show of a pod and the scheduler heeds."""
_SAYS = {
    "node_cordoned": "{} node(s) are cordoned",
    "taint_not_tolerated": "{} node(s) have a taint that it does not tolerate",
    "node_affinity_unmatched": "{} node(s) do not match its node selector or affinity",
    "cpu_insufficient": "{} node(s) have too little CPU left",
    "memory_insufficient": "{} node(s) have too little memory left",
    "pod_anti_affinity_unmatched": "{} node(s) run a pod that it may not stand beside",
}  # fmt: skip


def _waiting(s: Situation) -> dict[str, set[str]]:
    """Which workloads wait for room, by the resource that is short, though a node could hold one of their pods."""
    found: dict[str, set[str]] = defaultdict(set)
    for pod in s.pods:
        said = None if text(pod.value, "spec.nodeName") else _said(s, pod)
        deciding = _deciding(s, pod, _reasons(said[0])) if said else []
        if deciding and deciding[0].term in _SHORT and not asks_too_much(s, pod, deciding[0].term):
            found[deciding[0].term].add(s.workload(pod).id)
    return found


def _reasons(message: str) -> list[Reason]:
    return [reason for reason in reasons(message) if not _own_taint(reason)]


def _unschedulable(
    s: Situation, pod: Item, message: str, evidence: Piece, waiting: Mapping[str, set[str]]
) -> Iterator[Finding]:
    workload = s.workload(pod)
    deciding = _deciding(s, pod, _reasons(message))
    wanted = [reason for reason in deciding if reason.term != "node_affinity_unmatched"]
    if any(_is_lost(reason.text) for reason in reasons(message)) and not wanted:
        return
    for place, reason in enumerate(deciding):
        term = _of_the_pod(reason.term, pod, workload)
        if term == "claim_pending":
            continue
        held_up = waiting.get(term, set())
        others = len(held_up) - 1 if workload.id in held_up else 0
        full = f" So do {others} other workloads: the nodes are full." if others >= _MANY else ""
        fix = f"Add a node, or lower what the {others + 1} workloads that wait request." if full else ""
        found = finding(
            term, workload, f"{workload.kind} {workload.name} finds no node: {reason.text.rstrip('.')}.{full}",
            0.93 if place == 0 else 0.5, fix or _fix(term, pod, reason), [evidence, *_because(s, pod, term, reason)],
            [pod], described(pod),
        )  # fmt: skip
        yield replace(found, since=_held_since(s, workload))
    if not deciding:
        yield finding("pod_unschedulable", workload, f"{workload.kind} {workload.name} finds no node: {message}", 0.6,
                      "Look at the nodes and at what the pod asks for.", [evidence], [pod], described(pod))  # fmt: skip


def _held_since(s: Situation, workload: Item) -> datetime | None:
    """Since when one of a workload's pods has found no node: what changed later did not begin it."""
    times = [
        moment(condition, "lastTransitionTime")
        for pod in s.pods_of(workload)
        if not text(pod.value, "spec.nodeName")
        for _, condition in entries(pod.value, "status.conditions")
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False"
    ]
    return min((at for at in times if at is not None), default=None)


def _deciding(s: Situation, pod: Item, found: list[Reason]) -> list[Reason]:
    """The reasons that hold a pod up, that of most nodes first; nodes that it does not want count if all are such.

    Of two resources that are short on as many nodes, one of which no node has as much comes first.
    """
    kept: list[Reason] = []
    for reason in found:
        nodes = reason.nodes - _closed(s, reason)
        if nodes > 0 or reason.nodes == 0:
            kept.append(Reason(reason.term, nodes, reason.text))
    wanted = [reason for reason in kept if reason.term != "node_affinity_unmatched"]
    return sorted(wanted, key=lambda one: (-one.nodes, not asks_too_much(s, pod, one.term))) or kept


def _closed(s: Situation, reason: Reason) -> int:
    """How many nodes of a reason are closed by Kubernetes itself or as control plane, and hold nobody up."""
    if reason.term == "node_cordoned":
        return _closed_control_plane(s)
    if "untolerated taint" in reason.text and not _TAINT.search(reason.text):
        taints = (
            [text(one, "key") for _, one in entries(node.value, "spec.taints")]
            for node in s.items("Node")
            if at(node.value, "spec.unschedulable") is not True
        )
        return sum(bool(keys) and all(map(_is_own_key, keys)) for keys in taints)
    return 0


def _of_the_pod(term: str, pod: Item, workload: Item) -> str:
    return _selector_or_affinity(pod, workload) if term == "node_affinity_unmatched" else term


def _own_taint(reason: Reason) -> bool:
    """A taint that Kubernetes sets by itself: the node's state is the cause, and other checks tell it."""
    if _is_lost(reason.text):
        return True
    match = _TAINT.search(reason.text)
    if match is None or reason.term != "taint_not_tolerated":
        return False
    return _is_own_key(match["key"].strip())


def _is_own_key(key: str) -> bool:
    return key.startswith(_OWN_TAINTS) or key.rpartition("/")[2] in CONTROL


def _is_lost(said: str) -> bool:
    """Whether a node is out because it is not ready or not reachable."""
    return bool(re.search(r"node\.kubernetes\.io/(unreachable|not-ready)|were not ready", said))


def _closed_control_plane(s: Situation) -> int:
    return sum(
        is_control_plane(node) and at(node.value, "spec.unschedulable") is True for node in s.items("Node")
    )


def _selector_or_affinity(pod: Item, workload: Item) -> str:
    """Which of the two the pod uses: they share a message."""
    for one in (pod, workload):
        if mapping(one.pod, "spec.affinity.nodeAffinity"):
            return "node_affinity_unmatched"
    selects = mapping(pod.pod, "spec.nodeSelector") or mapping(workload.pod, "spec.nodeSelector")
    return "node_selector_unmatched" if selects else "node_affinity_unmatched"


def _because(s: Situation, pod: Item, term: str, reason: Reason) -> Iterator[Piece]:
    if term == "node_cordoned":
        for node in s.items("Node"):
            if at(node.value, "spec.unschedulable") is True and not is_control_plane(node):
                yield s.quote(node, "Unschedulable", "true", field="spec.unschedulable")
    elif term == "node_selector_unmatched":
        yield s.quote(pod, "Node-Selectors", field="spec.nodeSelector")
    elif term == "taint_not_tolerated" and (match := _TAINT.search(reason.text)):
        for node in s.items("Node"):
            if any(
                text(taint, "key") == match["key"].strip() for _, taint in entries(node.value, "spec.taints")
            ):
                yield s.quote(node, match["key"].strip(), field="spec.taints")
    elif term in ("cpu_insufficient", "memory_insufficient"):
        yield s.quote(pod, term.partition("_")[0] + ":")


def _fix(term: str, pod: Item, reason: Reason) -> str:
    taint = _TAINT.search(reason.text)
    return {
        "node_cordoned": "Make a node that fits schedulable again: `kubectl uncordon NODE`.",
        "node_selector_unmatched": "Correct spec.template.spec.nodeSelector, or label a node as it asks.",
        "node_affinity_unmatched": "Correct the required node affinity, or label a node as it asks.",
        "pod_anti_affinity_unmatched": "Relax the required pod anti-affinity, or add a node.",
        "taint_not_tolerated": f"Remove the taint {taint['key'] if taint else ''} or add a toleration for it.",
        "cpu_insufficient": "Lower resources.requests.cpu to what a node has, or add a node.",
        "memory_insufficient": "Lower resources.requests.memory to what a node has, or add a node.",
        "resource_claim_unallocated": "Ask for what a node's devices offer, or see whether their driver runs.",
        "claim_missing": "Create the PersistentVolumeClaim that the pod names.",
    }.get(term, f"Change what the pod asks for, or the nodes: {reason.text}.")


def _no_scheduler(s: Situation, pods: list[Item]) -> Iterator[Finding]:
    """Pods that are pending, have no node, and of which no scheduler has said anything."""
    masters = [node for node in s.items("Node") if is_control_plane(node)]
    for workload in {s.workload(pod).id: s.workload(pod) for pod in pods}.values():
        if not masters:
            yield finding("scheduler_unavailable", workload, _UNSEEN.format(workload.name), 0.6, _START,
                          [s.quote(pod, "Status:", "Pending") for pod in pods], pods)  # fmt: skip
            return
    yield finding(
        "scheduler_unavailable", masters[0], _UNSEEN.format(", ".join(pod.name for pod in pods)), 0.85, _START,
        [s.quote(pod, "Status:", "Pending", field="status.phase") for pod in pods], pods,
        ("kubectl", "get", "pods", "-n", "kube-system", "-l", "component=kube-scheduler"),
    )  # fmt: skip


_UNSEEN = "{} is pending without a node, and no scheduler has said why: kube-scheduler does not work."
_START = "Start kube-scheduler on the control plane again and look at its logs."
