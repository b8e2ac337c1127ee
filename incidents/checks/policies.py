"""What the cluster forbids: RBAC, NetworkPolicies that let nothing in, rollouts that have given up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import at, entries, text, words
from incidents.checks.base import described, finding, got
from incidents.checks.log_lines import search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_FORBIDDEN = re.compile(
    r'(?P<what>\S+) is forbidden: User "system:serviceaccount:(?P<account>[^"]+)" cannot (?P<verb>\w+) resource'
)
_NO_WAY = re.compile(r"(?i)i/o timeout|timed? ?out|deadline exceeded|no route to host")


def check(s: Situation) -> Iterator[Finding]:
    """Workloads that are forbidden something, policies, rollouts."""
    for workload in s.workloads:
        yield from _rbac(s, workload)
        yield from _stuck(s, workload)
    for policy in s.items("NetworkPolicy"):
        yield from _blocks(s, policy)


def _rbac(s: Situation, workload: Item) -> Iterator[Finding]:
    for mark in search(s.logs(workload), _FORBIDDEN, 1, naming=["forbidden"]):
        match = _FORBIDDEN.search(mark.line)
        if match:
            well = bool(s.pods_of(workload)) and all(map(is_ready, s.pods_of(workload)))
            yield finding(
                "permission_denied", workload,
                f"{shown(workload)} may not {match['verb']} {match['what']}: its ServiceAccount "
                f"{match['account']} lacks the right.",
                0.55 if well else 0.85, "Bind a Role with this right to the ServiceAccount.", [mark.piece()],
                s.pods_of(workload), ("kubectl", "get", "rolebindings", "-n", workload.namespace),
            )  # fmt: skip


def _stuck(s: Situation, workload: Item) -> Iterator[Finding]:
    for _, condition in entries(workload.value, "status.conditions"):
        if text(condition, "reason") == "ProgressDeadlineExceeded":
            yield finding("rollout_stuck", workload,
            f"The rollout of {shown(workload)} does not go on: {text(condition, 'message')}",
                          0.85, "See why its new pods are not ready; `kubectl rollout undo` goes back.",
                          [s.quote(workload, "ProgressDeadlineExceeded")], s.pods_of(workload),
                          described(workload))  # fmt: skip


def _blocks(s: Situation, policy: Item) -> Iterator[Finding]:
    """A policy that lets nothing in, to pods that others call and cannot reach."""
    selector = Selector.parse(at(policy.value, "spec.podSelector"))
    types = words(policy.value, "spec.policyTypes") or ["Ingress"]
    if selector is None or "Ingress" not in types or at(policy.value, "spec.ingress"):
        return
    for workload in s.cluster.selected(selector, [policy.namespace]):
        names = [workload.name, *(service.name for service in s.services_of(workload))]
        others = (log for log in s.evidence.logs if log.owner != workload.name)
        said = list(search(others, _NO_WAY, 2, naming=names))
        if said:
            yield finding(
                "network_policy_blocks", policy,
                f"{shown(policy)} lets nothing in to {shown(workload)}, and others cannot reach it.",
                0.88, "Allow the callers in spec.ingress.", [s.quote(policy, "podSelector"),
                *(mark.piece() for mark in said)],
                [workload], got(policy, "-o", "yaml"),
            )  # fmt: skip
