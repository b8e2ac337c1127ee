"""Which workload a metric is about, by the names that Kubernetes gives to pods and by those of Services."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cluster.edges.base import Item
from cluster.values import entries, text
from incidents.situation import Situation

_SUFFIXES = {
    "Deployment": r"-[a-z0-9]{5,10}-[a-z0-9]{5}",
    "ReplicaSet": r"-[a-z0-9]{5}",
    "StatefulSet": r"-\d+",
    "DaemonSet": r"-[a-z0-9]{5}",
    "Job": r"(?:-\d+)?-[a-z0-9]{5}",
    "CronJob": r"-\d+(?:-\d+)?-[a-z0-9]{5}",
    "Pod": "",
}
"""What is appended to the name of a workload for the names of its pods."""


class Names:
    """The workloads and nodes of a situation, by the names that metrics have for them."""

    def __init__(self, situation: Situation) -> None:
        self._workloads = {item.name: item for item in reversed(situation.workloads)}
        self._pods = {pod.name: situation.workload(pod) for pod in situation.pods}
        self._patterns = [
            (re.compile(re.escape(item.name) + _SUFFIXES[item.kind]), item)
            for item in sorted(situation.workloads, key=lambda one: -len(one.name))
            if item.kind in _SUFFIXES
        ]
        self._services = {
            service.name: workload
            for workload in situation.workloads
            for service in situation.services_of(workload)
        }
        self._nodes = dict(_nodes(situation))

    def workload(self, name: str) -> Item | None:
        """The workload that a pod (also one that is gone), a Service or itself is named like."""
        found = self._workloads.get(name) or self._pods.get(name) or self._services.get(name)
        return found or next((item for pattern, item in self._patterns if pattern.fullmatch(name)), None)

    def node(self, name: str) -> Item | None:
        """The node of a name or address, with or without a port."""
        return self._nodes.get(name) or self._nodes.get(name.rpartition(":")[0])


def _nodes(situation: Situation) -> Iterable[tuple[str, Item]]:
    for node in situation.cluster.kind("Node"):
        yield node.name, node
        for _, address in entries(node.value, "status.addresses"):
            yield text(address, "address"), node
