"""Why each node refuses a pod, by the filters of the scheduler: for pods of which nothing is left of what it said."""

from __future__ import annotations

from collections import Counter

from cluster.edges.base import Item
from cluster.selectors import Requirement, Selector
from cluster.values import Value, at, entries, mapping, text, words
from incidents.checks.quantities import quantity
from incidents.situation import Situation

CONTROL = ("master", "control-plane")
"""Roles of nodes that are closed to workloads."""
_NAMES = {"cpu_insufficient": "cpu", "memory_insufficient": "memory"}


def refusals(s: Situation, pod: Item) -> Counter[str]:
    """How many nodes refuse a pod for which reason; a node that would take it counts as ''. Each has one reason."""
    spec = mapping(pod.pod, "spec")
    return Counter(_refusal(s, pod, spec, node) for node in s.items("Node"))


def _refusal(s: Situation, pod: Item, spec: Value, node: Item) -> str:
    if at(node.value, "spec.unschedulable") is True:
        return "node_cordoned"
    if not all(_is_tolerated(spec, taint) for _, taint in entries(node.value, "spec.taints")):
        return "taint_not_tolerated"
    wanted = mapping(spec, "nodeSelector")
    if any(node.labels.get(str(key)) != str(value) for key, value in wanted.items()):
        return "node_affinity_unmatched"
    if not _is_liked(spec, node):
        return "node_affinity_unmatched"
    for term, name in _NAMES.items():
        if _asked(spec, name) > _free(s, node, name):
            return term
    return "pod_anti_affinity_unmatched" if _is_avoided(s, pod, spec, node) else ""


def _is_tolerated(spec: Value, taint: Value) -> bool:
    if taint.get("effect") not in ("NoSchedule", "NoExecute"):
        return True
    return any(
        (not text(one, "key") or text(one, "key") == text(taint, "key"))
        and (one.get("operator") == "Exists" or text(one, "value") == text(taint, "value"))
        and text(one, "effect") in ("", text(taint, "effect"))
        for _, one in entries(spec, "tolerations")
    )


def _is_liked(spec: Value, node: Item) -> bool:
    """Whether the node matches a term of the required node affinity, if there is one."""
    path = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    terms = [
        [
            Requirement(text(one, "key"), text(one, "operator"), tuple(words(one, "values")))
            for _, one in entries(term, "matchExpressions")
        ]
        for _, term in entries(spec, path)
    ]
    known = [term for term in terms if term and all(one.operator not in ("Gt", "Lt") for one in term)]
    return (
        len(known) < len(terms)
        or not terms
        or any(all(r.matches(node.labels) for r in term) for term in known)
    )


def _asked(spec: Value, name: str) -> float:
    total = 0.0
    for _, container in entries(spec, "containers"):
        limits, requests = mapping(container, "resources.limits"), mapping(container, "resources.requests")
        total += quantity(requests.get(name, limits.get(name))) or 0.0
    return total


def asks_too_much(s: Situation, pod: Item, term: str) -> bool:
    """Whether a pod asks for more of a resource than any node has, as far as nodes say what they have."""
    name = _NAMES.get(term, "")
    wholes = [quantity(mapping(node.value, "status.allocatable").get(name)) for node in s.items("Node")]
    known = [whole for whole in wholes if whole is not None]
    return bool(known) and _asked(mapping(pod.pod, "spec"), name) > max(known)


def _free(s: Situation, node: Item, name: str) -> float:
    """What a node has left, as far as its pods were read; all where it does not say what it has."""
    whole = quantity(mapping(node.value, "status.allocatable").get(name))
    if whole is None:
        return float("inf")
    taken = (
        _asked(mapping(other.pod, "spec"), name)
        for other in s.cluster.kind("Pod")
        if text(other.value, "spec.nodeName") == node.name
    )
    return whole - sum(taken)


def _is_avoided(s: Situation, pod: Item, spec: Value, node: Item) -> bool:
    """Whether a pod on the node is one that this one may not stand beside."""
    path = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"
    selectors = [Selector.parse(term.get("labelSelector")) for _, term in entries(spec, path)]
    here = [
        other
        for other in s.cluster.kind("Pod")
        if text(other.value, "spec.nodeName") == node.name and other.namespace == pod.namespace
    ]
    return any(
        selector is not None and selector.matches(one.labels) for selector in selectors for one in here
    )


def is_control_plane(node: Item) -> bool:
    """Whether a node runs the control plane, by its roles or labels."""
    roles = node.value.get("roles")
    names = [str(role) for role in roles] if isinstance(roles, list) else []
    names += [key.rpartition("/")[2] for key in node.labels if key.startswith("node-role.kubernetes.io/")]
    names.append(node.labels.get("kubernetes.io/role", ""))
    return any(name in CONTROL for name in names)
