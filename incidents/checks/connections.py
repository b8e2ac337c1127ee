"""Connections that time out although the Service and its pods are well: the way between them is at fault.

kube-proxy programs a node's kernel with the addresses of Services. Where it has stopped, pods of that node cannot
reach what was made since, while pods of other nodes can.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import text
from incidents.checks.base import described, finding, pieces
from incidents.checks.log_lines import Mark, search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready

_TIMEOUT = re.compile(
    r"dial tcp (?P<ip>[\d.]+):\d+: i/o timeout|ConnectTimeout|[Cc]onnect(?:ion)? timed out|connect timeout|ETIMEDOUT"
)
_MANY = 3


def check(s: Situation) -> Iterator[Finding]:
    """Nodes whose pods cannot reach healthy Services."""
    timed_out = _timed_out(s)
    if not timed_out:
        return
    coverage: dict[str, dict[str, tuple[Item, Mark]]] = defaultdict(dict)
    for service, callers, mark in timed_out:
        for caller in callers:
            for pod in s.pods_of(caller):
                coverage[text(pod.value, "spec.nodeName")].setdefault(service.id, (service, mark))
    nodes = {node.name: node for node in s.items("Node")}
    ranked = sorted(
        (name for name in coverage if name in nodes),
        key=lambda name: (-len(coverage[name]), _restarted(s, nodes[name]), name),
    )
    if not ranked or (len(coverage[ranked[0]]) < 2 and len({n for n in coverage if n}) > 1):
        return
    node = nodes[ranked[0]]
    reached = list(coverage[node.name].values())
    starts = s.events(node, "Starting")
    yield finding(
        "kube_proxy_unavailable", node,
        f"Pods on node {node.name} cannot reach "
        f"{', '.join(service.name for service, _ in reached[:_MANY])}, whose pods are "
        "ready: kube-proxy does not program the node.",
        0.85 if starts or len(reached) > 1 else 0.6, "Start kube-proxy on the node again and look at its log.",
        [*(mark.piece() for _, mark in reached[:2]), *pieces(starts[:1])],
        [service for service, _ in reached], described(node),
    )  # fmt: skip


def _restarted(s: Situation, node: Item) -> float:
    """Seconds since kube-proxy last started on a node; a late restart points to it."""
    ages = [event.age for event in s.events(node, "Starting") if event.age is not None]
    return min(ages, default=float("inf"))


def _timed_out(s: Situation) -> list[tuple[Item, list[Item], Mark]]:
    """Healthy Services that connections to time out, with the workloads that call them."""
    by_address = {text(service.value, "spec.clusterIP"): service for service in s.items("Service")}
    found: dict[str, tuple[Item, list[Item], Mark]] = {}
    for workload in s.workloads:
        for mark in search(s.logs(workload), _TIMEOUT, 200):
            match = _TIMEOUT.search(mark.line)
            service = by_address.get(match["ip"]) if match and match["ip"] else None
            if service is None:
                called = _called(s, workload)
                service = (
                    called[0]
                    if len(called) == 1
                    else next((one for one in called if one.name in mark.line), None)
                )
            if service is not None and service.id not in found and _well(s, service):
                found[service.id] = (service, _callers(s, service) or [workload], mark)
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
