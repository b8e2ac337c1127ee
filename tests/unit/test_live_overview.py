"""Counts of a cluster and its namespaces as documents."""

from __future__ import annotations

from typing import Any

from connectors.kubernetes.live.documents import Origin
from connectors.kubernetes.live.overview import Overview
from connectors.kubernetes.live.overview_lines import plural


def _object(kind: str, name: str, namespace: str = "", **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


def _overview() -> Overview:
    overview = Overview(Origin("prod", "prod-eu"))
    for number in range(12):
        phase = "Pending" if number == 0 else "Running"
        overview.put(_object("Pod", f"p{number}", "shop", status={"phase": phase}))
    overview.put(_object("Deployment", "cart", "shop", spec={"replicas": 3}, status={"readyReplicas": 3}))
    overview.put(_object("Deployment", "ad", "shop", spec={"replicas": 2}, status={"readyReplicas": 1}))
    overview.put(_object("Namespace", "shop", status={"phase": "Active"}))
    overview.put(_object("Namespace", "empty", status={"phase": "Active"}))
    overview.put(_object("Event", "e1", "shop", type="Normal"))
    overview.put(_object("Event", "e2", "shop", type="Warning"))
    return overview


def test_a_namespace_counts_by_kind_and_state() -> None:
    documents = {document.id: document for document in _overview().documents("v1.36.3")}
    shop = documents["kubernetes:prod/shop/Overview/shop"]

    assert shop.sections[0].text == (
        "Namespace shop: 12 Pods (11 Running, 1 Pending), 2 Deployments (1 not ready, 1 ready), 1 warning Event"
    )
    assert "Pods: 12 (11 Running, 1 Pending)" in shop.text
    assert "Deployment names: ad (1/2 ready), cart (3/3 ready)" in shop.text
    assert "Not well: Deployment shop/ad: not ready" in shop.text
    assert shop.breadcrumbs == ("prod-eu", "shop")
    assert all(shop.text[s.start : s.end] == s.text for s in shop.sections)


def test_the_cluster_counts_everything_and_names_every_namespace() -> None:
    documents = {document.id: document for document in _overview().documents("v1.36.3")}
    cluster = documents["kubernetes:prod/_/Overview/prod-eu"]

    assert cluster.text.startswith(
        "Cluster prod-eu: Kubernetes v1.36.3, 17 objects in 2 namespaces: 2 Namespaces"
    )
    assert "Namespace shop: 12 Pods" in cluster.text
    assert "Namespace empty: nothing that runs" in cluster.text
    assert documents["kubernetes:prod/empty/Overview/empty"].text.startswith("Namespace empty: no objects")


def test_many_names_are_counted_not_listed() -> None:
    overview = Overview(Origin("prod", "prod"))
    for number in range(100):
        overview.put(_object("ConfigMap", f"c{number:03}", "shop"))
    text = next(d.text for d in overview.documents("") if d.namespace == "shop")

    assert "and 60 more" in text
    assert "c000" in text


def test_plurals() -> None:
    assert [plural(kind, 2) for kind in ("Ingress", "NetworkPolicy", "Gateway", "Endpoints")] == [
        "2 Ingresses", "2 NetworkPolicies", "2 Gateways", "2 Endpoints",
    ]  # fmt: skip
