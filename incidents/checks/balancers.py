"""Ways in from outside that their cloud does not build: load balancers of Services and of Ingresses."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.values import entries, text
from incidents.checks.base import described, finding, pieces
from incidents.finding import Finding
from incidents.situation import Situation, shown

_REFUSED = ("SyncLoadBalancerFailed", "CreatingLoadBalancerFailed", "UpdateLoadBalancerFailed", "AllocationFailed",
            "FailedBuildModel", "FailedDeployModel")  # fmt: skip
"""Reasons of the events of cloud controllers and of MetalLB."""


def check(s: Situation) -> Iterator[Finding]:
    """Services of type LoadBalancer, and Ingresses."""
    for item in s.items("Service", "Ingress"):
        if item.kind == "Service" and text(item.value, "spec.type") != "LoadBalancer":
            continue
        refused = [event for event in s.events(item, *_REFUSED) if event.warning]
        given = list(entries(item.value, "status.loadBalancer.ingress"))
        faults = [
            text(port, "error")
            for _, one in given
            for _, port in entries(one, "ports")
            if text(port, "error")
        ]
        if (refused and not given) or faults:
            why = faults[0] if faults else refused[0].message
            yield finding(
                "load_balancer_failed", item, f"{shown(item)} gets no load balancer: {why}", 0.85,
                "Correct what the cloud's controller says: its quota, subnets, annotations, rights.",
                [*pieces(refused[:1]), s.quote(item, "LoadBalancer", field="spec.type")], command=described(item),
            )  # fmt: skip
