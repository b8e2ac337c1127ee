"""What label selectors select, and the endpoints that stand for it."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.selectors import Selector
from cluster.values import at, entries, mapping, text, words

_MONITORS = {"ServiceMonitor": "Service", "PodMonitor": "Pod"}
_PICKED = {
    "serviceMonitor": "ServiceMonitor", "podMonitor": "PodMonitor", "rule": "PrometheusRule",
    "probe": "Probe", "scrapeConfig": "ScrapeConfig", "alertmanagerConfig": "AlertmanagerConfig",
}  # fmt: skip
"""Of a Prometheus or Alertmanager: the field before `Selector`, and what it selects."""


def find(cluster: Cluster) -> Iterator[Found]:
    """Selecting object to selected: workloads by their template's labels, pods by their own."""
    for item in cluster.kind("Service"):
        if not item.group:
            selector = Selector.flat(at(item.value, "spec.selector"))
            yield from _pods(cluster, item, "spec.selector", selector, [item.namespace])
    for item in cluster.kind("PodDisruptionBudget"):
        selector = Selector.parse(at(item.value, "spec.selector"))
        yield from _pods(cluster, item, "spec.selector", selector, [item.namespace])
    for item in cluster.kind("NetworkPolicy"):
        selector = Selector.parse(at(item.value, "spec.podSelector"))
        yield from _pods(cluster, item, "spec.podSelector", selector, [item.namespace])
    for item in cluster.kind("Gateway"):
        if item.group == "networking.istio.io":
            selector = Selector.flat(at(item.value, "spec.selector"))
            yield from _pods(cluster, item, "spec.selector", selector, None)
    yield from _monitors(cluster)
    yield from _prometheus(cluster)
    yield from _aggregated(cluster)
    yield from _endpoints(cluster)
    yield from _ingress_controllers(cluster)


def _pods(
    cluster: Cluster, item: Item, path: str, selector: Selector | None, namespaces: list[str] | None
) -> Iterator[Found]:
    for maker in cluster.makers.find(selector, namespaces):
        said = f"{path} {selector} matches the pod template's labels"
        yield Found(item.id, maker.id, EdgeType.SELECTS, said)
    for pod in cluster.pods.find(selector, namespaces):
        yield Found(item.id, pod.id, EdgeType.SELECTS, f"{path} {selector} matches the pod labels")


def _monitors(cluster: Cluster) -> Iterator[Found]:
    for kind, selected in _MONITORS.items():
        for item in cluster.kind(kind):
            selector = Selector.parse(at(item.value, "spec.selector"))
            anywhere = at(item.value, "spec.namespaceSelector.any") is True
            named = words(item.value, "spec.namespaceSelector.matchNames") or [item.namespace]
            if selected == "Pod":
                yield from _pods(cluster, item, "spec.selector", selector, None if anywhere else named)
                continue
            for service in cluster.labelled["Service"].find(selector, None if anywhere else named):
                said = f"spec.selector {selector} matches the service's labels"
                yield Found(item.id, service.id, EdgeType.SELECTS, said)


def _prometheus(cluster: Cluster) -> Iterator[Found]:
    for item in cluster.kind("Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"):
        for stem, kind in _PICKED.items():
            selector = Selector.parse(at(item.value, f"spec.{stem}Selector"))
            spaces = Selector.parse(at(item.value, f"spec.{stem}NamespaceSelector"))
            where = [space.name for space in cluster.namespaces(spaces)] if spaces else [item.namespace]
            for found in cluster.labelled[kind].find(selector, where):
                said = f"spec.{stem}Selector {selector} matches its labels"
                yield Found(item.id, found.id, EdgeType.SELECTS, said)


def _aggregated(cluster: Cluster) -> Iterator[Found]:
    for item in cluster.kind("ClusterRole"):
        for place, entry in entries(item.value, "aggregationRule.clusterRoleSelectors"):
            selector = Selector.parse(entry)
            for found in cluster.labelled["ClusterRole"].find(selector):
                said = f"aggregationRule.clusterRoleSelectors[{place}] {selector} matches its labels"
                yield Found(item.id, found.id, EdgeType.SELECTS, said)


def _endpoints(cluster: Cluster) -> Iterator[Found]:
    """Service to its endpoints, and those to the pods that they name."""
    for item in cluster.kind("EndpointSlice"):
        label = "kubernetes.io/service-name"
        service = cluster.get("Service", item.labels.get(label, ""), item.namespace)
        if service is not None:
            said = f"metadata.labels[{label}] is {service.name}"
            yield Found(service.id, item.id, EdgeType.OWNS, said)
        for place, endpoint in entries(item.value, "endpoints"):
            yield from _target(cluster, item, f"endpoints[{place}].targetRef", mapping(endpoint, "targetRef"))
    for item in cluster.kind("Endpoints"):
        service = cluster.get("Service", item.name, item.namespace)
        if service is not None:
            yield Found(service.id, item.id, EdgeType.OWNS, f"metadata.name is that of Service {item.name}")
        for first, subset in entries(item.value, "subsets"):
            for second, address in entries(subset, "addresses"):
                path = f"subsets[{first}].addresses[{second}].targetRef"
                yield from _target(cluster, item, path, mapping(address, "targetRef"))


def _target(cluster: Cluster, item: Item, path: str, reference: object) -> Iterator[Found]:
    kind, name = text(reference, "kind"), text(reference, "name")
    target = cluster.get(kind, name, text(reference, "namespace") or item.namespace) or cluster.get(
        kind, name
    )
    if target is not None:
        yield Found(item.id, target.id, EdgeType.SELECTS, f"{path} names {kind} {name}")


def _ingress_controllers(cluster: Cluster) -> Iterator[Found]:
    """An IngressClass and the controller's pods, where both carry the same labels, as the known charts set them."""
    keys = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component")
    for item in cluster.kind("IngressClass"):
        wanted = tuple((key, item.labels[key]) for key in keys if key in item.labels)
        if len(wanted) == len(keys):
            selector = Selector(wanted)
            for maker in cluster.makers.find(selector):
                said = f"metadata.labels {selector} are those of the pod template"
                yield Found(item.id, maker.id, EdgeType.SELECTS, said)
            for pod in cluster.pods.find(selector):
                yield Found(
                    item.id, pod.id, EdgeType.SELECTS, f"metadata.labels {selector} are those of the pod"
                )
