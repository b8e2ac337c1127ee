"""Nodes and what runs on them outside of pods: kubelet, container runtime, pressure, network."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import entries, text
from incidents.checks.base import described, finding, pieces
from incidents.checks.log_lines import search
from incidents.evidence import Event, Piece
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_RUNTIME = re.compile(
    r"(?:dial unix|unix://)\s*\S*(?:containerd|crio|cri-dockerd|docker)\S*\.sock|container runtime is down|"
    r"container runtime not ready|container runtime status check may not have completed|PLEG is not healthy"
)
_NO_NETWORK = re.compile(
    r"NetworkPluginNotReady|NetworkReady=false|cni plugin not initialized|network not ready"
)
_SOCKET_GONE = re.compile(
    r"\.sock: connect: (?:no such file or directory|connection refused)|container runtime is down|"
    r"Cannot connect to the Docker daemon"
)
_KUBELET_PORT = re.compile(
    r'https://(?P<node>[^:/"]+):10250/.*(?:connection refused|i/o timeout|no route to host)'
)
_PRESSURE = {
    "DiskPressure": ("node_disk_pressure", "Free disk space on the node."),
    "MemoryPressure": ("node_memory_pressure", "Free memory on the node, or move pods away."),
    "PIDPressure": ("node_pid_pressure", "Find what starts so many processes."),
    "NetworkUnavailable": ("node_network_unavailable", "See whether the CNI plugin runs on the node."),
}
_RECENT = 600.0
"""Seconds: an event about a node that is older says nothing of now unless pods still suffer."""


_NOW = 120.0
"""Seconds: the kubelet asks its runtime at least every minute, so what it said within two is so."""


def check(s: Situation) -> Iterator[Finding]:
    """Every node."""
    for node in s.items("Node"):
        runtime = list(_runtime(s, node))
        yield from runtime
        if not runtime:
            yield from _kubelet(s, node)
        yield from _pressure(s, node)


def pods_on(s: Situation, node: Item) -> list[Item]:
    """The pods in scope that run on a node."""
    return [pod for pod in s.pods if text(pod.value, "spec.nodeName") == node.name]


def is_of_runtime(event: Event) -> bool:
    """Whether an event tells that nobody answers on the runtime's socket."""
    return bool(_SOCKET_GONE.search(event.message))


def _condition(node: Item, kind: str) -> dict[str, object]:
    for _, condition in entries(node.value, "status.conditions"):
        if condition.get("type") == kind:
            return dict(condition)
    return {}


def _runtime(s: Situation, node: Item) -> Iterator[Finding]:
    """A node whose pods cannot get sandboxes because nobody answers on the runtime's socket."""
    stuck = [pod for pod in pods_on(s, node) if not is_ready(pod)]
    said: list[Event] = [
        event for pod in stuck for event in s.events(pod, "FailedCreatePodSandBox", "Failed", "FailedKillPod")
        if _SOCKET_GONE.search(event.message)
    ]  # fmt: skip
    own = [event for event in s.events(node) if event.warning and _RUNTIME.search(event.message)]
    recent = [event for event in own if event.age is None or event.age <= _RECENT]
    gone = [e for e in recent if e.age is not None and e.age <= _NOW and _SOCKET_GONE.search(e.message)]
    ready = _condition(node, "Ready")
    told = bool(_RUNTIME.search(text(ready, "message")))
    if not said and not told and not gone and not (recent and stuck):
        return
    evidence: list[Piece] = [*pieces(said[:2]), *pieces(recent[:1])]
    if told:
        evidence.append(s.quote(node, "Ready", text(ready, "message")[:40]))
    yield finding(
        "container_runtime_unavailable", node,
        f"The container runtime of node {node.name} does not answer on its socket.",
        0.95 if said or told else 0.75 if gone else 0.6,
        "Start the container runtime on the node again (`systemctl status containerd`) and look at its log.", evidence,
        stuck, described(node),
    )  # fmt: skip


def _kubelet(s: Situation, node: Item) -> Iterator[Finding]:
    """A node whose kubelet has stopped to report, or refuses connections."""
    ready = _condition(node, "Ready")
    status, reason = text(ready, "status"), text(ready, "reason")
    refused = [
        mark for mark in search(s.evidence.logs, _KUBELET_PORT, 20, own=False)
        if (match := _KUBELET_PORT.search(mark.line)) and match["node"] in (node.name, *_addresses(node))
    ]  # fmt: skip
    if status in ("True", "") and not refused:
        return
    message = text(ready, "message")
    if status == "False" and _NO_NETWORK.search(message) and not refused:
        yield finding(
            "node_network_unavailable", node, f"Node {node.name} is not ready: {message}", 0.9,
            "See whether the CNI plugin runs on the node and has written its configuration.",
            [s.quote(node, "Ready", message[:40])], pods_on(s, node), described(node),
        )  # fmt: skip
        return
    silent = status == "Unknown" or reason == "NodeStatusUnknown" or bool(refused)
    lost = [event for pod in pods_on(s, node) for event in s.events(pod, "NodeNotReady")]
    yield finding(
        "kubelet_unavailable", node,
        f"Node {node.name} is not ready: {text(ready, 'message') or 'its kubelet does not answer'}",
        0.95 if silent and (refused or status != "True") else 0.7,
        "Start the kubelet on the node again (`systemctl status kubelet`) and look at its log.",
        [s.quote(node, "Ready", reason or status), *(mark.piece() for mark in refused[:1]), *pieces(lost[:1])],
        pods_on(s, node), described(node),
    )  # fmt: skip


def _addresses(node: Item) -> list[str]:
    return [text(address, "address") for _, address in entries(node.value, "status.addresses")]


def _pressure(s: Situation, node: Item) -> Iterator[Finding]:
    for kind, (term, fix) in _PRESSURE.items():
        found = _condition(node, kind)
        if text(found, "status") == "True":
            yield finding(term, node, f"{shown(node)}: {kind}: {text(found, 'message')}", 0.85, fix,
                          [s.quote(node, kind, "True", field="status.conditions")], pods_on(s, node),
                          described(node))  # fmt: skip
