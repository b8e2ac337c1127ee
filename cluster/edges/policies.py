"""Whom network policies let talk to whom.

Peers that are selected by their labels become edges between workloads. A whole namespace is one edge from or to
that `Namespace`; everybody, and blocks of addresses, are an edge between the policy itself and the workload.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.selectors import Selector
from cluster.values import Value, at, entries, text, words


def find(cluster: Cluster) -> Iterator[Found]:
    """From who may talk to whom he may talk to; from who may refer to a grant, and from that to what it opens."""
    for grant in cluster.kind("ReferenceGrant"):
        yield from _grant(cluster, grant)
    for policy in cluster.kind("NetworkPolicy"):
        if policy.group != "networking.k8s.io":
            continue
        selector = Selector.parse(at(policy.value, "spec.podSelector"))
        guarded = [item.id for item in cluster.selected(selector, [policy.namespace])]
        types = words(policy.value, "spec.policyTypes")
        for way, key in (("ingress", "from"), ("egress", "to")):
            if types and way.capitalize() not in types:
                continue
            for place, rule in entries(policy.value, f"spec.{way}"):
                yield from _rule(cluster, policy, guarded, f"spec.{way}[{place}]", rule, key)


def _grant(cluster: Cluster, grant: Item) -> Iterator[Found]:
    """The objects of one kind in another namespace, and those of one kind in its own, or one of them."""
    for place, entry in entries(grant.value, "spec.from"):
        said = f"spec.from[{place}] is {text(entry, 'kind')} of {text(entry, 'namespace')}"
        for item in _of(cluster, entry, text(entry, "namespace")):
            yield Found(item.id, grant.id, EdgeType.ALLOWS, said)
    for place, entry in entries(grant.value, "spec.to"):
        for item in _of(cluster, entry, grant.namespace):
            if text(entry, "name") in ("", item.name):
                said = f"spec.to[{place}] is {item.kind} {item.name}"
                yield Found(grant.id, item.id, EdgeType.ALLOWS, said)


def _of(cluster: Cluster, entry: Value, namespace: str) -> Iterator[Item]:
    for item in cluster.kind(text(entry, "kind")):
        if item.group == text(entry, "group") and item.namespace == namespace:
            yield item


def _rule(
    cluster: Cluster, policy: Item, guarded: list[str], path: str, rule: Value, key: str
) -> Iterator[Found]:
    ports = _ports(rule)
    peers = [(f"{path}.{key}[{place}]", peer) for place, peer in entries(rule, key)]
    sides = [(f"{path} names no peer: everybody", [policy.id])] if not rule.get(key) else []
    sides += [_peer(cluster, policy, where, peer) for where, peer in peers]
    for said, others in sides:
        for other in others:
            for own in guarded:
                if own != other:
                    ends = (other, own) if key == "from" else (own, other)
                    sentence = f"NetworkPolicy {policy.name} {said}{ports}"
                    yield Found(*ends, EdgeType.ALLOWS, sentence, through=policy.id)


def _peer(cluster: Cluster, policy: Item, path: str, peer: Value) -> tuple[str, list[str]]:
    block = text(peer, "ipBlock.cidr")
    if block:
        return f"{path}.ipBlock.cidr is {block}", [policy.id]
    pods, spaces = Selector.parse(at(peer, "podSelector")), Selector.parse(at(peer, "namespaceSelector"))
    if spaces is not None and spaces.everything and (pods is None or pods.everything):
        return f"{path}.namespaceSelector is empty: every namespace", [policy.id]
    if spaces is None:
        where, said = [policy.namespace], f"{path}.podSelector {pods}"
    else:
        where = [space.name for space in cluster.namespaces(spaces)]
        said = f"{path}.namespaceSelector {spaces}" + (f" and podSelector {pods}" if pods else "")
    if pods is None or pods.everything:
        found = [cluster.get("Namespace", name) for name in where]
        return said, [item.id for item in found if item is not None]
    return said, [item.id for item in cluster.selected(pods, where)]


def _ports(rule: Value) -> str:
    listed = []
    for _, port in entries(rule, "ports"):
        end = at(port, "endPort")
        number = at(port, "port")
        if number is not None:
            listed.append(f"{number}{f'-{end}' if end else ''}/{text(port, 'protocol') or 'TCP'}")
    return f", port {', '.join(listed)}" if listed else ""
