"""Pods that get no sandbox: no address is left, or the network plugin of the node fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidents.checks.base import described, finding
from incidents.checks.nodes import is_of_runtime
from incidents.finding import Finding
from incidents.situation import Situation, is_ready

_NO_ADDRESS = re.compile(
    r"(?i)no (?:more |free |available )*(?:IP|address)(?:es| addresses|s)?\b.*(?:available|left|in range|in pool)|"
    r"failed to (?:assign|allocate)[\w ]*(?:IP|address)|no (?:available|free) (?:IP|address)|IPAM.*exhausted|"
    r"InsufficientCidrBlocks|range is full"
)
_PLUGIN = re.compile(
    r"(?i)failed to find plugin|cni plugin not initialized|cni config uninitialized|nodename: no such file|"
    r"plugin type=\S+ .*failed|networkPlugin cni failed"
)


def check(s: Situation) -> Iterator[Finding]:
    """Pods that are not ready and of which the latest such event was read."""
    for pod in s.pods:
        events = [one for one in s.events(pod, "FailedCreatePodSandBox") if not is_of_runtime(one)]
        if not events or is_ready(pod):
            continue
        said, workload = events[0].message, s.workload(pod)
        node = s.cluster.get("Node", str(pod.pod.get("spec", {}).get("nodeName", ""))) or workload
        if _NO_ADDRESS.search(said):
            term, at_fault, fix = (
                "pod_addresses_exhausted",
                node,
                "Give the pods' network more addresses, or a larger range.",
            )
        elif _PLUGIN.search(said):
            term, at_fault, fix = (
                "network_plugin_failed",
                node,
                "See whether the CNI plugin's pod runs on the node, and its log.",
            )
        else:
            term, at_fault, fix = (
                "sandbox_failed",
                workload,
                "Look at the log of the kubelet of the pod's node.",
            )
        yield finding(
            term, at_fault, f"{workload.kind} {workload.name} gets no sandbox for its pod: {said}", 0.85, fix,
            [events[0].piece()], [pod], described(pod),
        )  # fmt: skip
