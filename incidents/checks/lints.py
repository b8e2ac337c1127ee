"""What is not broken and asks for trouble: told below all symptoms, and never what makes a cluster unwell."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import Value, at, entries, mapping, text
from incidents.checks.base import finding, got
from incidents.finding import Finding
from incidents.situation import Situation, shown

_SERVING = ("Deployment", "StatefulSet", "DaemonSet")
_IN_TABLES = {"name", "image"}
"""What the row of a table shows of a container: it does not tell what the container lacks."""


def check(s: Situation) -> Iterator[Finding]:
    """Workloads that have too few ready pods, policies and bindings in scope."""
    for workload in s.workloads:
        wanted, ready = s.replicas(workload)
        if not wanted or ready >= wanted:
            continue
        containers = [one for _, one in entries(workload.pod, "spec.containers")]
        yield from _images(s, workload, containers)
        if workload.kind in _SERVING and any(one.keys() - _IN_TABLES for one in containers):
            yield from _probes(s, workload, containers)
            yield from _resources(s, workload, containers)
    for policy in s.items("NetworkPolicy"):
        yield from _policy(s, policy)
    for binding in s.items("RoleBinding", "ClusterRoleBinding"):
        yield from _binding(s, binding)


def is_untagged(image: str) -> bool:
    """Whether an image is whatever its registry holds at the moment: no digest, and no tag but `latest`."""
    if "@" in image or not image:
        return False
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag in ("", "latest")


def _images(s: Situation, workload: Item, containers: list[Value]) -> Iterator[Finding]:
    for image in dict.fromkeys(text(one, "image") for one in containers):
        if is_untagged(image):
            yield finding(
                "image_untagged", workload, f"{shown(workload)} runs {image}: which one, its next start decides.", 0.35,
                "Name a version or a digest.", [s.quote(workload, image)], command=got(workload, "-o", "yaml"),
            )  # fmt: skip
            return


def _probes(s: Situation, workload: Item, containers: list[Value]) -> Iterator[Finding]:
    serving = [one for one in containers if at(one, "ports")]
    if serving and not any(at(one, "readinessProbe") for one in containers):
        yield finding(
            "probes_missing", workload,
            f"{shown(workload)} has no readiness probe: it gets traffic before it can answer.", 0.35,
            "Give the container a readinessProbe.", [s.quote(workload, text(serving[0], "name"))],
            command=got(workload, "-o", "yaml"),
        )  # fmt: skip


def _resources(s: Situation, workload: Item, containers: list[Value]) -> Iterator[Finding]:
    if not any(mapping(one, "resources.requests") or mapping(one, "resources.limits") for one in containers):
        yield finding(
            "resources_missing", workload,
            f"{shown(workload)} asks for no CPU or memory: it is the first to be evicted, and may take all of a node.",
            0.35, "Set resources.requests and a memory limit.", [s.quote(workload, text(containers[0], "name"))],
            command=got(workload, "-o", "yaml"),
        )  # fmt: skip


def _policy(s: Situation, policy: Item) -> Iterator[Finding]:
    selector = Selector.parse(at(policy.value, "spec.podSelector"))
    if (
        selector is not None
        and s.has_all("Pod", policy.namespace)
        and not s.cluster.selected(selector, [policy.namespace])
    ):
        yield finding(
            "network_policy_unmatched", policy,
            f"{shown(policy)} is in effect for no pod: its podSelector matches none.", 0.4,
            "Make spec.podSelector equal labels of the pods, or delete the policy.",
            [s.quote(policy, "podSelector", field="spec.podSelector")], command=got(policy, "-o", "yaml"),
        )  # fmt: skip


def _binding(s: Situation, binding: Item) -> Iterator[Finding]:
    """A binding whose role, or whose ServiceAccount, does not exist; kinds that were not read prove nothing."""
    kind, name = text(binding.value, "roleRef.kind"), text(binding.value, "roleRef.name")
    place = binding.namespace if kind == "Role" else ""
    missing: list[str] = []
    if binding.name.startswith("system:"):
        return  # Kubernetes makes them for controllers that a cluster may not have
    if name and _is_read(s, kind, place) and s.cluster.get(kind, name, place) is None:
        missing.append(f"{kind} {name}")
    for _, subject in entries(binding.value, "subjects"):
        account, where = text(subject, "name"), text(subject, "namespace") or binding.namespace
        known = subject.get("kind") != "ServiceAccount" or not _is_read(s, "ServiceAccount", where)
        if not known and s.cluster.get("ServiceAccount", account, where) is None:
            missing.append(f"ServiceAccount {where}/{account}")
    if missing:
        yield finding(
            "role_missing", binding, f"{shown(binding)} names what does not exist: {', '.join(missing)}.", 0.45,
            "Correct the name, or delete the binding.", [s.quote(binding, missing[0].rpartition("/")[2].split()[-1])],
            command=got(binding, "-o", "yaml"),
        )  # fmt: skip


def _is_read(s: Situation, kind: str, namespace: str) -> bool:
    return any(item.namespace == namespace for item in s.cluster.kind(kind)) and s.has_all(kind, namespace)
