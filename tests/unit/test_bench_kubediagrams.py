"""The comparison with KubeDiagrams: what it reads from their drawing, and what it counts as the same edge."""

from __future__ import annotations

from typing import Any

from bench.kubediagrams_compare import Drawn, application, as_manifests, compare, edges_of
from tests.unit.picture_graphs import deployment, observed, pods, service, thing

WEB = ("Deployment", "apps", "web")
FRONT = ("Service", "", "web")


def node(number: int, kind: str, api: str, name: str) -> dict[str, Any]:
    return {"_gvid": number, "tooltip": f"kind: {kind}\napiVersion: {api}\nmetadata:\n  name: {name}\n..."}


def test_their_edges_are_read_by_colour_and_style() -> None:
    styles: list[dict[str, str]] = [
        {"color": "black"}, {"color": "black", "style": "dashed"}, {"color": "black", "style": "dotted"},
        {"color": "brown"}, {"color": "darkgrey"}, {"color": "transparent", "style": "invisible"},
        {"color": "black", "style": "dotted", "xlabel": "controller"},
    ]  # fmt: skip
    graph = {
        "objects": [
            {"_gvid": 9, "nodes": [0, 1]}, node(0, "Deployment", "apps/v1", "web"), node(1, "Service", "v1", "web"),
        ],
        "edges": [{"tail": 1, "head": 0, **style} for style in styles] * 2,
    }  # fmt: skip

    assert [edge.meaning for edge in edges_of(graph)] == [
        "communication", "controller", "dependence", "owner", "reference", "selector",
    ]  # fmt: skip
    assert {(edge.source, edge.target) for edge in edges_of(graph)} == {(FRONT, WEB)}


def test_an_edge_counts_if_it_joins_the_same_objects_and_means_the_same() -> None:
    objects = observed([deployment("web"), service("web"), deployment("cart")])
    drawn = [
        Drawn(FRONT, WEB, "selector"),
        Drawn(WEB, FRONT, "selector"),
        Drawn(FRONT, WEB, "owner"),
        Drawn(FRONT, ("Deployment", "apps", "cart"), "selector"),
        Drawn(("Node", "", "one"), ("Node", "", "two"), "reference"),
    ]

    result = compare("shop", "live", objects, drawn)
    assert (result.theirs, result.found, result.otherwise) == (4, 2, 1)
    assert result.missing == [
        "Service/web owner Deployment/web (we have selects)",
        "Service/web selector Deployment/cart",
    ]
    assert result.share == 0.5


def test_talk_between_pods_is_that_of_their_workloads() -> None:
    policy = thing("NetworkPolicy", "web", api="networking.k8s.io/v1", spec={
        "podSelector": {"matchLabels": {"app": "web"}},
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "cart"}}}]}]})  # fmt: skip
    objects = observed([deployment("web"), *pods("web", 1), deployment("cart"), *pods("cart", 1), policy])
    drawn = [Drawn(("Pod", "", "cart-abc-0"), ("Pod", "", "web-abc-0"), "communication")]

    assert compare("shop", "live", objects, drawn).found == 1


def test_a_claim_made_up_of_a_template_is_the_first_of_the_set() -> None:
    spec = {
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        "template": {"spec": {"containers": []}},
    }
    objects = observed([thing("StatefulSet", "db", api="apps/v1", spec=spec)])
    drawn = [Drawn(("StatefulSet", "apps", "db"), ("PersistentVolumeClaim", "", "data-db"), "reference")]

    assert compare("shop", "manifests", objects, drawn).found == 1


def test_an_application_is_a_namespace_and_what_belongs_to_the_cluster() -> None:
    values = [
        deployment("web"), deployment("x", "back"), thing("Namespace", "shop", ""), thing("Namespace", "back", ""),
        thing("Node", "n", ""), thing("Event", "e"), thing("ServiceAccount", "shop", "back"),
    ]  # fmt: skip

    assert [one.name for one in application(observed(values), "shop")] == ["web", "shop", "n"]


def test_manifests_hold_nothing_that_the_cluster_adds() -> None:
    written = as_manifests(observed([deployment("web"), *pods("web", 2)]))

    assert [(one.kind, one.uid, "status" in one.value) for one in written] == [("Deployment", "", False)]
