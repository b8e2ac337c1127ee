"""Connections that time out although the Service and its pods are well: the way between them is at fault.

kube-proxy programs a node's kernel with the addresses of Services. Where it has stopped, pods of that node cannot
reach what was made since, while pods of other nodes can.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import text
from incidents.checks.base import described, finding, pieces
from incidents.checks.log_lines import Mark, search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready

_TIMEOUT = re.compile(
    r"dial tcp (?P<ip>[\d.]+):\d+: (?:i/o timeout|connect: connection timed out)|"
    r"ipv4:(?P<peer>[\d.]+):\d+: [^;]*(?:[Tt]imed out|Timeout)|"
    r"ConnectTimeout|[Cc]onnect(?:ion)? timed out|connect timeout|ETIMEDOUT"
)
_MANY = 3


@dataclass(slots=True)
class Unreached:
    """A healthy Service that connections to time out: who calls it, the first line that says so, who said it."""

    service: Item
    callers: list[Item]
    mark: Mark
    said_by: dict[str, Item] = field(default_factory=dict)


def check(s: Situation) -> Iterator[Finding]:
    """Nodes whose pods cannot reach healthy Services: that from which most cannot be reached.

    Of nodes with as many, it is the one on which the pods run that say so themselves.
    """
    coverage: dict[str, list[Unreached]] = defaultdict(list)
    saying: Counter[str] = Counter()
    for one in _unreached(s):
        for name in _nodes_of(s, one.callers):
            coverage[name].append(one)
        saying.update(_nodes_of(s, [item for item in one.said_by.values() if item in one.callers]))
    nodes = {node.name: node for node in s.items("Node") if node.name in coverage}
    ranked = sorted(
        nodes,
        key=lambda name: (-len(coverage[name]), -saying[name], _restarted(s, nodes[name]), name),
    )
    if not ranked:
        return
    few = len(coverage[ranked[0]]) < 2
    if (
        few
        and len(coverage) > 1
        and saying[ranked[0]] <= max(saying[name] for name in coverage if name != ranked[0])
    ):
        return
    node, reached = nodes[ranked[0]], coverage[ranked[0]]
    starts = s.events(node, "Starting")
    yield finding(
        "kube_proxy_unavailable", node,
        f"Pods on node {node.name} cannot reach "
        f"{', '.join(one.service.name for one in reached[:_MANY])}, whose pods are "
        "ready: kube-proxy does not program the node.",
        0.85 if not few or (starts and len(coverage) == 1) else 0.65 if starts else 0.6,
        "Start kube-proxy on the node again and look at its log.",
        [*(one.mark.piece() for one in reached[:2]), *pieces(starts[:1])],
        [one.service for one in reached], described(node),
    )  # fmt: skip


def _nodes_of(s: Situation, workloads: Iterable[Item]) -> set[str]:
    names = (text(pod.value, "spec.nodeName") for workload in workloads for pod in s.pods_of(workload))
    return {name for name in names if name}


def _restarted(s: Situation, node: Item) -> float:
    """Seconds since kube-proxy last started on a node; a late restart points to it."""
    ages = [event.age for event in s.events(node, "Starting") if event.age is not None]
    return min(ages, default=float("inf"))


def _unreached(s: Situation) -> list[Unreached]:
    """Healthy Services that connections to time out."""
    by_address = {text(service.value, "spec.clusterIP"): service for service in s.items("Service")}
    found: dict[str, Unreached] = {}
    for workload in s.workloads:
        for mark in search(s.logs(workload), _TIMEOUT, 200):
            match = _TIMEOUT.search(mark.line)
            address = (match["ip"] or match["peer"]) if match else None
            service = by_address.get(address) if address else None
            if service is None:
                called = _called(s, workload)
                service = (
                    called[0]
                    if len(called) == 1
                    else next((one for one in called if one.name in mark.line), None)
                )
            if service is not None and _well(s, service):
                one = found.setdefault(
                    service.id, Unreached(service, _callers(s, service) or [workload], mark)
                )
                one.said_by[workload.id] = workload
    return list(found.values())


def _called(s: Situation, workload: Item) -> list[Item]:
    targets = {edge.target for edge in s.graph.leaving(workload.id, EdgeType.CALLS)}
    return [service for service in s.items("Service") if service.id in targets]


def _callers(s: Situation, service: Item) -> list[Item]:
    sources = {edge.source for edge in s.graph.reaching(service.id, EdgeType.CALLS)}
    return [workload for workload in s.workloads if workload.id in sources]


def _well(s: Situation, service: Item) -> bool:
    behind = {edge.target for edge in s.graph.leaving(service.id, EdgeType.SELECTS)}
    pods = [pod for pod in s.pods if pod.id in behind]
    pods = pods or [pod for w in s.workloads if w.id in behind for pod in s.pods_of(w)]
    return bool(pods) and all(map(is_ready, pods))
