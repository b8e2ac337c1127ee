"""Host names that do not resolve: pods with their own DNS settings, and the cluster's DNS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at, mapping, text, words
from incidents.checks.base import described, finding
from incidents.checks.log_lines import Mark, search
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_NO_ANSWER = re.compile(
    r"lookup \S+ on \S+:53: .*(?:i/o timeout|connection refused|unreachable)|"
    r"Temporary failure in name resolution|EAI_AGAIN|could not resolve host|server misbehaving|"
    r"name resolution (?:failed|timed out)|DNS (?:lookup|query) (?:failed|timed out)"
)
_UNKNOWN = re.compile(
    r"UnknownHostException|Name or service not known|getaddrinfo|no such host|nodename nor servname"
)


def check(s: Situation) -> Iterator[Finding]:
    """Workloads that cannot resolve names."""
    without = {item.id: marks for item in s.workloads if (marks := list(search(s.logs(item), _NO_ANSWER, 2)))}
    failing = [item for item in s.workloads if item.id in without and not _well(s, item)]
    for workload in s.workloads:
        yield from _own_settings(s, workload, without.get(workload.id, []), failing)
    shared = [item for item in failing if not _has_own(item)]
    if len(shared) > max(2, len(s.workloads) // 3):
        dns = s.cluster.get("Service", "kube-dns", "kube-system") or s.cluster.get(
            "Deployment", "coredns", "kube-system"
        )
        at_fault = dns or shared[0]
        yield finding(
            "dns_unavailable", at_fault, f"{len(shared)} workloads get no answer from the cluster's DNS.", 0.85,
            "See whether the DNS pods run and answer.",
            [m.piece() for item in shared[:3] for m in without[item.id][:1]], shared,
            ("kubectl", "get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns"),
        )  # fmt: skip


def _well(s: Situation, workload: Item) -> bool:
    pods = s.pods_of(workload)
    return bool(pods) and all(map(is_ready, pods))


def _has_own(workload: Item) -> bool:
    return text(workload.pod, "spec.dnsPolicy") == "None" or bool(mapping(workload.pod, "spec.dnsConfig"))


def _own_settings(s: Situation, workload: Item, marks: list[Mark], failing: list[Item]) -> Iterator[Finding]:
    """A pod that asks servers of its own (`dnsPolicy: None`, `Default`), or the only one that gets no answer."""
    servers = words(at(workload.pod, "spec.dnsConfig.nameservers"))
    policy = text(workload.pod, "spec.dnsPolicy")
    unknown = list(search(s.logs(workload), _UNKNOWN, 2)) if policy in ("None", "Default") else []
    well = _well(s, workload)
    if policy == "None" and servers and (marks or unknown or not well):
        yield finding(
            "dns_settings_wrong", workload,
            f"{shown(workload)} asks the DNS server {', '.join(servers)} instead of the cluster's, and "
            f"names do not resolve.",
            0.95 if marks or unknown else 0.8,
            "Set dnsPolicy: ClusterFirst, or name a server that knows the cluster's names.",
            [s.quote(workload, "dnsPolicy"), s.quote(workload, servers[0]), *(m.piece() for m in [*marks,
            *unknown][:2])],
            s.pods_of(workload), described(workload),
        )  # fmt: skip
    elif policy == "Default" and (marks or unknown) and not well:
        yield finding("dns_settings_wrong", workload,
        f"{shown(workload)} uses its node's DNS, which does not know Services.",
                      0.85, "Set dnsPolicy: ClusterFirst.", [s.quote(workload, "dnsPolicy"),
                      marks[0].piece() if marks else unknown[0].piece()],
                      s.pods_of(workload), described(workload))  # fmt: skip
    elif marks and failing == [workload]:
        yield finding("dns_settings_wrong", workload,
        f"{shown(workload)} alone gets no answer from its DNS server.", 0.8,
                      "Look at dnsPolicy, dnsConfig and /etc/resolv.conf of the pod.", [m.piece() for m in marks],
                      s.pods_of(workload), described(workload))  # fmt: skip
