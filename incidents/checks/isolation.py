"""NetworkPolicies that keep a caller from what it calls, or from DNS: told where the caller gets no answer.

Policies add up: a pod that any policy selects for a way is closed for it but for what some rule of some policy allows.
Blocks of addresses may hold anything, and count as allowing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.selectors import Selector
from cluster.values import Value, at, entries, mapping, words
from incidents.checks.base import finding, got
from incidents.checks.log_lines import Mark, search
from incidents.finding import Finding
from incidents.situation import Situation, shown

_NO_WAY = re.compile(r"(?i)i/o timeout|timed? ?out|deadline exceeded|no route to host")
_NO_NAME = re.compile(
    r"(?i)lookup \S+.*(?:i/o timeout|timed? out)|EAI_AGAIN|Temporary failure in name resolution|"
    r"DNS (?:lookup|query) (?:failed|timed out)|could not resolve host"
)
_DNS = 53
_PEER = {"Ingress": "from", "Egress": "to"}


def check(s: Situation) -> Iterator[Finding]:
    """Each workload that gets no answer, and the policies between it and what it calls."""
    policies = s.items("NetworkPolicy")
    for caller in s.workloads if policies else ():
        leaving = _guarding(policies, caller, "Egress")
        marks = list(search(s.logs(caller), _NO_NAME, 2)) if leaving else []
        if marks and not any(_opens_dns(rule) for _, rule in _rules(leaving, "Egress")):
            yield _blocks(s, leaving[0], caller, "lets no DNS queries out of", "Allow egress to port 53 (UDP and TCP).",
                          marks)  # fmt: skip
            continue
        yield from _calls(s, policies, caller, leaving)


def _calls(s: Situation, policies: list[Item], caller: Item, leaving: list[Item]) -> Iterator[Finding]:
    for service, callee in _called(s, caller):
        marks = list(search(s.logs(caller), _NO_WAY, 2, naming=[service.name]))
        if not marks:
            continue
        entering = _guarding(policies, callee, "Ingress")
        for way, guards, other in (("Egress", leaving, callee), ("Ingress", entering, caller)):
            rules = list(_rules(guards, way))
            if guards and rules and not any(_allows(s, policy, rule, way, other) for policy, rule in rules):
                said = "does not let" if way == "Ingress" else "keeps"
                yield _blocks(s, guards[0], callee if way == "Ingress" else caller,
                              f"{said} {shown(other)} {'in to' if way == 'Ingress' else 'out of reach of'}",
                              f"Allow {shown(other)} in spec.{way.lower()}.", marks)  # fmt: skip
                return


def _blocks(s: Situation, policy: Item, workload: Item, what: str, fix: str, marks: list[Mark]) -> Finding:
    return finding(
        "network_policy_blocks", policy, f"{shown(policy)} {what} {shown(workload)}.", 0.88, fix,
        [s.quote(policy, "podSelector", field="spec.podSelector"), *(mark.piece() for mark in marks)], [workload],
        got(policy, "-o", "yaml"),
    )  # fmt: skip


def _called(s: Situation, caller: Item) -> Iterator[tuple[Item, Item]]:
    """The Services that a workload calls, each with a workload behind it."""
    known = {item.id: item for item in s.cluster.items}
    for edge in s.graph.leaving(caller.id, EdgeType.CALLS):
        for behind in s.graph.leaving(edge.target, EdgeType.SELECTS):
            if edge.target in known and behind.target in known:
                yield known[edge.target], known[behind.target]


def _guarding(policies: list[Item], workload: Item, way: str) -> list[Item]:
    """The policies that close a workload for a way; `policyTypes` has both only where there are rules for egress."""
    found = []
    for policy in policies:
        types = words(policy.value, "spec.policyTypes") or [
            "Ingress",
            *(["Egress"] if at(policy.value, "spec.egress") else []),
        ]
        selector = Selector.parse(at(policy.value, "spec.podSelector"))
        if way in types and policy.namespace == workload.namespace and _matches(selector, workload):
            found.append(policy)
    return found


def _matches(selector: Selector | None, workload: Item) -> bool:
    return selector is not None and selector.matches(workload.pod_labels or workload.labels)


def _rules(policies: list[Item], way: str) -> Iterator[tuple[Item, Value]]:
    for policy in policies:
        for _, rule in entries(policy.value, f"spec.{way.lower()}"):
            yield policy, rule


def _allows(s: Situation, policy: Item, rule: Value, way: str, other: Item) -> bool:
    """Whether a rule lets a workload through, whatever the port."""
    peers = [peer for _, peer in entries(rule, _PEER[way])]
    return not peers or any(_is_peer(s, policy, peer, other) for peer in peers)


def _is_peer(s: Situation, policy: Item, peer: Value, other: Item) -> bool:
    if mapping(peer, "ipBlock"):
        return True
    spaces, pods = at(peer, "namespaceSelector"), at(peer, "podSelector")
    if spaces is None and other.namespace != policy.namespace:
        return False
    if spaces is not None:
        chosen = Selector.parse(spaces)
        space = s.cluster.get("Namespace", other.namespace)
        labels = {"kubernetes.io/metadata.name": other.namespace, **(space.labels if space else {})}
        if chosen is None or not chosen.matches(labels):
            return False
    return pods is None or _matches(Selector.parse(pods), other)


def _opens_dns(rule: Value) -> bool:
    ports = [port for _, port in entries(rule, "ports")]
    return not ports or any(port.get("port") in (_DNS, "dns", None) for port in ports)
