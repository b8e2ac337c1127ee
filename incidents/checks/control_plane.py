"""The control plane: its pods, and what is left undone where a controller does not work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at, entries, number, text
from incidents.checks.base import described, finding
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_SYSTEM = "kube-system"
_PARTS = {
    "kube-scheduler": ("scheduler_unavailable", "no pod gets a node"),
    "kube-controller-manager": ("controller_manager_unavailable", "no workload gets its pods"),
    "kube-apiserver": ("api_server_unavailable", "nothing can be asked or changed"),
    "etcd": ("etcd_unavailable", "the API server has nothing to read from"),
    "coredns": ("dns_unavailable", "names do not resolve"),
    "kube-dns": ("dns_unavailable", "names do not resolve"),
}
"""By what the names of the pods begin with."""


def check(s: Situation) -> Iterator[Finding]:
    """The pods of the control plane and of DNS, then workloads that nobody acts on."""
    for part, (term, effect) in _PARTS.items():
        pods = [pod for pod in s.cluster.kind("Pod") if pod.namespace == _SYSTEM and _is_of(pod, part)]
        if pods and not any(map(is_ready, pods)) and all(_says_so(pod) for pod in pods):
            waiting = [one for one in s.workloads if not all(map(is_ready, s.pods_of(one)))]
            yield finding(
                term, pods[0], f"No pod of {part} is ready: {effect}.", 0.85 if waiting else 0.65,
                f"See why the pods of {part} are not ready, and look at their logs.",
                [s.quote(pod, "Ready", field="status.phase") for pod in pods[:2]],
                waiting, described(pods[0]),
            )  # fmt: skip
    yield from _agents(s)
    for deployment in s.items("Deployment"):
        yield from _ignored(s, deployment)


_AGENTS = {
    "kube-proxy": ("kube_proxy_unavailable", "it does not reach Services"),
    **dict.fromkeys(
        ("calico-node", "cilium", "kube-flannel", "aws-node", "weave-net", "kindnet", "antrea-agent"),
        ("network_plugin_failed", "its pods get no network"),
    ),
}
"""By what the names of the pods begin with that every node has one of: the term, and what the node lacks without it."""


def _agents(s: Situation) -> Iterator[Finding]:
    """The pods of each node that connect it, one that does not run at a time; what runs on the node suffers."""
    for pod in s.cluster.kind("Pod"):
        part = next((one for one in _AGENTS if re.match(rf"{one}(?:-ds)?-[a-z0-9]+$", pod.name)), "")
        if not part or is_ready(pod) or not _says_so(pod) or pod.namespace == s.namespace:
            continue
        term, effect = _AGENTS[part]
        name = text(pod.value, "spec.nodeName")
        here = [
            one for one in s.workloads if any(text(p.value, "spec.nodeName") == name for p in s.pods_of(one))
        ]
        yield finding(
            term, s.cluster.get("Node", name) or pod, f"{part} does not run on node {name or '(unknown)'}: {effect}.",
            0.85 if here and name else 0.65, f"See why {pod.name} is not ready, and look at its log.",
            [s.quote(pod, pod.name, field="status.phase")], here if name else (), described(pod),
        )  # fmt: skip


def _is_of(pod: Item, part: str) -> bool:
    return text(pod.value, "metadata.labels.component") == part or pod.name.startswith(f"{part}-")


def _says_so(pod: Item) -> bool:
    """Whether anything was read of how the pod is, and it has not ended."""
    known = any(one.get("type") == "Ready" for _, one in entries(pod.value, "status.conditions"))
    return known and text(pod.value, "status.phase") != "Succeeded"


def _ignored(s: Situation, deployment: Item) -> Iterator[Finding]:
    """A Deployment that was changed and whose change no controller has seen, or that has got no ReplicaSet."""
    if at(deployment.value, "spec.paused") is True:
        return
    changed = number(deployment.value, "metadata.generation")
    seen = at(deployment.value, "status.observedGeneration")
    behind = isinstance(seen, int) and changed > seen
    bare = at(deployment.value, "spec.replicas") and not s.pods_of(deployment) and not s.events(deployment)
    bare = bare and s.has_events(deployment) and s.has_all("Pod", deployment.namespace)
    without = bool(bare) and _is_alone(s, deployment)
    if not behind and not without:
        return
    what = f"is at generation {changed}, of which {seen} was acted on" if behind else "has got no ReplicaSet"
    yield finding(
        "controller_manager_unavailable", deployment,
        f"{shown(deployment)} {what}: the controller manager may not work.",
        0.65, "See whether kube-controller-manager runs, and look at its log.",
        [s.quote(deployment, "observedGeneration" if behind else "Replicas", field="status.observedGeneration")], (),
        ("kubectl", "get", "pods", "-n", _SYSTEM, "-l", "component=kube-controller-manager"),
    )  # fmt: skip


def _is_alone(s: Situation, deployment: Item) -> bool:
    """Whether ReplicaSets of other Deployments were read, in the same namespace, and none of this one."""
    sets = [one for one in s.cluster.kind("ReplicaSet") if one.namespace == deployment.namespace]
    return (
        bool(sets)
        and s.has_all("ReplicaSet", deployment.namespace)
        and not any(s.workload(one) is deployment for one in sets)
    )
