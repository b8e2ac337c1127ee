"""One line that says what a running object is and how it is: what people ask for, in the words they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.kubernetes import summary as declared
from connectors.kubernetes.live import summary_of_others as others
from connectors.kubernetes.live import summary_of_workloads as workloads
from connectors.kubernetes.live.states import state
from connectors.kubernetes.words import at, words

Value = Mapping[str, Any]

_MAX = 700
_OWNERS = frozenset(
    {"team", "owner", "squad", "owned-by", "owner-team", "team-name", "maintainer", "contact"}
)


def summarise(title: str, value: Value, autoscaler: Value | None = None) -> str:
    """`Deployment shop/cart: 3/3 ready, image cart:v2.3, 2 containers, HPA 3–10`; the title where nothing is known.

    `autoscaler` is the HorizontalPodAutoscaler that scales the object, if there is one.
    """
    kind = str(value.get("kind") or "")
    describe = _DESCRIPTIONS.get(kind)
    facts = describe(value) if describe else _declared(kind, value)
    if autoscaler is not None:
        facts.append(workloads.scaled_by(autoscaler))
    if at(value, "metadata", "deletionTimestamp") and kind != "Pod":
        facts.append(f"being deleted since {at(value, 'metadata', 'deletionTimestamp')}")
    facts.append(_owner(value))
    said = ", ".join(" ".join(fact.split()) for fact in facts if fact)
    return f"{title}: {said}"[:_MAX] if said else title


def _declared(kind: str, value: Value) -> list[str]:
    """What a manifest of this kind would say, with the state that the object reports."""
    return [state(value), declared.summarise(kind, "", value).removeprefix(": ")]


def _owner(value: Value) -> str:
    """`team payments`, from the labels and annotations by which teams say what is theirs."""
    for field in ("labels", "annotations"):
        named = at(value, "metadata", field)
        for key, owner in named.items() if isinstance(named, Mapping) else ():
            word = key.rpartition("/")[2].lower()
            if word in _OWNERS and isinstance(owner, str) and 0 < len(owner) <= 100:
                return words(word, [owner])
    return ""


_DESCRIPTIONS: dict[str, Callable[[Value], list[str]]] = {
    "Deployment": workloads.workload,
    "StatefulSet": workloads.workload,
    "DaemonSet": workloads.workload,
    "ReplicaSet": workloads.workload,
    "ReplicationController": workloads.workload,
    "Rollout": workloads.workload,
    "Pod": workloads.pod,
    "Job": workloads.job,
    "CronJob": workloads.cron_job,
    "HorizontalPodAutoscaler": workloads.autoscaler,
    "PodDisruptionBudget": workloads.disruption_budget,
    "Service": others.service,
    "Ingress": others.ingress,
    "Node": others.node,
    "PersistentVolumeClaim": others.claim,
    "PersistentVolume": others.volume,
    "StorageClass": others.storage_class,
    "Event": others.event,
    "NetworkPolicy": others.network_policy,
    "ResourceQuota": others.quota,
    "Endpoints": others.endpoints,
    "EndpointSlice": others.endpoint_slice,
    "Lease": others.lease,
    "VirtualService": others.virtual_service,
    "Gateway": others.gateway,
    "HTTPRoute": others.http_route,
    "ConfigMap": others.config_map,
}
