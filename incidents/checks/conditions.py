"""What objects say of themselves: conditions of custom resources, API services, and problems of nodes.

Operators report by convention: a condition `Ready` (or one of its like) that is not true, one that is named for a
failure and is true, a phase that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.builtin_kinds import BUILTIN
from cluster.edges.base import Item
from cluster.values import entries, text
from incidents.checks.base import described, finding, got
from incidents.checks.nodes import pods_on
from incidents.finding import Finding
from incidents.situation import Situation, shown

_OWN_CHECKS = {"Certificate", "Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"}
_KNOWN = {one.kind for one in BUILTIN} - {"APIService", "CustomResourceDefinition"} | _OWN_CHECKS
_GOOD = {
    "Ready",
    "Available",
    "Healthy",
    "Synced",
    "Reconciled",
    "Established",
    "Installed",
    "Serving",
    "Valid",
}
_BAD = ("Failed", "Failure", "Error", "Degraded", "Stalled", "Unhealthy")
_BUSY = ("progress", "pending", "reconciling", "creating", "initializ", "waiting", "suspend", "paused")
"""Reasons of what is not ready yet, or is not meant to be."""
_FAILED = {"failed", "error", "degraded", "missing", "transient_failure"}
_STATES = ("status.phase", "status.state", "status.health.status", "status.connectionState.lastObservedState")
_NODE_PROBLEMS = ("Deadlock", "ReadonlyFilesystem", "Problem", "Unhealthy", "Restart")
"""Ends of the conditions that the node problem detector sets."""


def check(s: Situation) -> Iterator[Finding]:
    """Custom resources and API services, then nodes."""
    for item in s.cluster.items:
        if item.kind not in _KNOWN and s.in_scope(item):
            yield from _unwell(s, item)
    for node in s.items("Node"):
        yield from _problem(s, node)


def complaint(item: Item) -> tuple[str, str] | None:
    """What an object says is wrong with itself: the word that shows it, and a sentence; None where nothing is."""
    for _, condition in entries(item.value, "status.conditions"):
        kind, status, reason = (text(condition, key) for key in ("type", "status", "reason"))
        busy = any(word in reason.lower() for word in _BUSY)
        if (kind in _GOOD and status == "False" and not busy) or (kind.endswith(_BAD) and status == "True"):
            message = text(condition, "message")
            return reason or kind, f"{kind} is {status}" + (f" ({reason})" if reason else "") + f": {message}"
    for path in _STATES:
        state = text(item.value, path)
        if state.lower() in _FAILED:
            message = text(item.value, "status.message") or text(item.value, "status.reason")
            return state, f"{path} is {state}" + (f": {message}" if message else "")
    return None


def of_maker(s: Situation, kind: str, name: str, namespace: str) -> str:
    """What the custom resource says that should make a missing Secret or the like; '' where none is unwell."""
    for item in s.cluster.items:
        if item.namespace != namespace or item.kind in _KNOWN - {"Certificate"} or item.kind == kind:
            continue
        made = (text(item.value, "spec.target.name"), text(item.value, "spec.secretName"), item.name)
        if name == next(filter(None, made)) and (said := complaint(item)) is not None:
            return f" {shown(item)} should make it and says: {said[1]}"
    return ""


def _unwell(s: Situation, item: Item) -> Iterator[Finding]:
    said = complaint(item)
    if said is None:
        return
    word, sentence = said
    if item.kind == "APIService":
        yield _api(s, item, word, sentence)
        return
    yield finding(
        "resource_not_ready", item, f"{shown(item)}: {sentence}", 0.65 if item.namespace else 0.5,
        "See what its controller says.", [s.quote(item, word, field="status.conditions")], (),
        got(item, "-o", "yaml"),
    )  # fmt: skip


def _api(s: Situation, item: Item, word: str, sentence: str) -> Finding:
    """An aggregated API without an answer; it disturbs who scales by its metrics, and may be so for long."""
    asks = [one for one in s.items("HorizontalPodAutoscaler") if "metrics.k8s.io" in item.name]
    return finding(
        "api_service_unavailable", item, f"{shown(item)}: {sentence}", 0.75 if asks else 0.4,
        "See whether the Service behind it has ready pods.", [s.quote(item, word, field="status.conditions")], asks,
        got(item, "-o", "yaml"),
    )  # fmt: skip


def _problem(s: Situation, node: Item) -> Iterator[Finding]:
    pods = pods_on(s, node)
    for _, condition in entries(node.value, "status.conditions"):
        kind = text(condition, "type")
        if kind.endswith(_NODE_PROBLEMS) and text(condition, "status") == "True":
            yield finding(
                "node_problem", node, f"{shown(node)}: {kind}: {text(condition, 'message')}",
                0.8 if pods else 0.5,
                "Look at the kernel's log on the node; drain it and start it again.",
                [s.quote(node, kind, "True", field="status.conditions")], pods, described(node),
            )  # fmt: skip
