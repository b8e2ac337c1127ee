"""What a picture shows: groups, folding, health, neighbours, the legend, its limits."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cluster.graph import build
from cluster.picture import PictureError, draw
from connectors.documents import ResourceRef
from tests.unit.picture_graphs import (
    Picture,
    Value,
    boutique,
    deployment,
    graph_of,
    observed,
    page,
    pods,
    service,
    thing,
)


def drawn(*values: Value, **asked: Any) -> Picture:
    return Picture(draw(graph_of(*values), "svg", **asked))


def many(count: int, namespace: str = "shop") -> list[Value]:
    return [deployment(f"app-{number:03}", namespace) for number in range(count)]


def test_a_namespace_shows_its_workloads_in_its_group() -> None:
    picture = drawn(*boutique(), namespace="shop")

    assert picture.names == {"web", "cart", "pay", "redis", "shop"}
    (group,) = picture.groups.values()
    assert all(box.group == group.id and box.inside(group) for box in picture.boxes.values())
    assert "shop" in picture.texts
    assert "4 workloads, 2 Pods" in picture.texts


def test_pods_and_replica_sets_are_folded_into_their_workload() -> None:
    picture = drawn(deployment("web", ready=200, want=200), *pods("web", 200), namespace="shop")

    assert picture.names == {"web"}
    assert "200/200" in picture.box("web").text
    assert "1 workload, 200 Pods" in picture.texts


def test_a_service_in_front_of_one_workload_is_a_line_in_its_card() -> None:
    picture = drawn(
        deployment("web"), service("web"), service("public", app="web", type="LoadBalancer"), namespace="shop"
    )

    assert picture.names == {"web"}
    assert "Service :8080" in picture.box("web").text
    assert "LoadBalancer public :8080" in picture.box("web").text


def test_of_many_ports_the_first_are_named() -> None:
    ports = [{"port": number} for number in (80, 443, 8080, 9090)]
    picture = drawn(deployment("web"), service("web", ports=ports), namespace="shop")

    assert "Service :80, :443 +2" in picture.box("web").text


def test_what_is_not_drawn_is_counted_below_in_full() -> None:
    kinds = [f"{letter * 8}Kind" for letter in "abcdefgh"]
    picture = drawn(
        deployment("web"), *(thing(kind, "x", api="example.com/v1") for kind in kinds), namespace="shop"
    )

    notes = " ".join(picture.texts)
    assert "Not drawn: 1 aaaaaaaaKind" in notes
    assert all(f"1 {kind}" in notes for kind in kinds)


def test_a_service_without_pods_has_a_box_of_its_own() -> None:
    picture = drawn(deployment("web"), service("lost"), namespace="shop")

    assert picture.names == {"web", "lost"}


def test_calls_and_routes_lead_to_the_workload_behind_the_service() -> None:
    picture = drawn(*boutique(), namespace="shop")

    ids = {name: picture.box(name).id for name in picture.names}
    assert picture.links == {
        (ids["shop"], ids["web"], "routes"),
        (ids["web"], ids["cart"], "calls"),
        (ids["web"], ids["pay"], "calls"),
        (ids["cart"], ids["redis"], "calls"),
    }


def test_what_is_not_well_stands_out_with_the_reason_of_its_pods() -> None:
    cart = drawn(*boutique(), namespace="shop").box("cart")

    assert "t-failed" in cart.classes
    assert "0/1" in cart.text
    assert any("CrashLoopBackOff" in line for line in cart.text)


def test_the_legend_explains_what_occurs_and_nothing_else() -> None:
    picture = drawn(*boutique(), namespace="shop")

    assert picture.legend == ["healthy", "failed", "routes traffic to", "calls"]
    assert drawn(deployment("web"), namespace="shop").legend == ["healthy"]


def test_configuration_of_one_workload_is_a_line_and_what_a_few_share_is_a_box() -> None:
    def uses(*names: str) -> list[Value]:
        return [{"name": name, "configMap": {"name": name}} for name in names]

    picture = drawn(
        deployment("web", volumes=uses("web", "shared")), deployment("cart", volumes=uses("shared")),
        thing("ConfigMap", "web", data={"a": "b"}), thing("ConfigMap", "shared", data={"a": "b"}), namespace="shop",
    )  # fmt: skip

    assert picture.names == {"web", "cart", "shared"}
    assert "ConfigMap web" in picture.box("web").text
    shared = picture.box("shared").id
    assert {source for source, target, kind in picture.links if target == shared and kind == "mounts"} == {
        picture.box("web").id, picture.box("cart").id,
    }  # fmt: skip


def test_the_volume_of_the_accounts_token_is_no_configuration_of_the_workload() -> None:
    token = {
        "name": "kube-api-access-x1",
        "projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]},
    }
    bare = thing("Pod", "job", spec={"containers": [{"name": "a", "image": "a"}], "volumes": [token]})

    picture = drawn(bare, thing("ConfigMap", "kube-root-ca.crt", data={"ca.crt": "x"}), namespace="shop")

    assert not any("kube-root-ca" in line for line in picture.box("job").text)


def test_an_autoscaler_and_a_budget_are_lines_with_what_is_wrong_with_them() -> None:
    target = {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"}
    failing = [{"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}]
    picture = drawn(
        deployment("web"),
        thing("HorizontalPodAutoscaler", "web", api="autoscaling/v2",
              spec={"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 10}, status={"conditions": failing}),
        thing("PodDisruptionBudget", "web", api="policy/v1",
              spec={"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}),
        namespace="shop",
    )  # fmt: skip

    web = picture.box("web")
    assert picture.names == {"web"}
    assert "PDB min 2" in web.text
    assert any(line.startswith("HPA 3 to 10: FailedGet") for line in web.text)
    assert "degraded" in picture.legend


def test_pages_and_terraform_are_counted_in_the_card_and_drawn_in_focus() -> None:
    cart = ResourceRef("Deployment", "cart", "shop", "prod")
    told = [
        page("wiki:1", cart, title="Restart the cart"),
        page("tf:1", cart, title="kubernetes_deployment.cart", kind="terraform"),
    ]
    graph = graph_of(*boutique(), documents=told)

    assert "1 page, Terraform" in Picture(draw(graph, namespace="shop")).box("cart").text
    focus = Picture(draw(graph, focus="Deployment/cart"))
    assert focus.box("Restart the cart").group == focus.box("kubernetes_deployment.").group
    assert {"documented by", "created by"} <= set(focus.legend)


def test_everything_shows_namespaces_with_their_workloads_as_signs() -> None:
    values = [
        *many(20),
        *many(5, "back"),
        deployment("bad", "back", ready=0),
        thing("Namespace", "empty", ""),
    ]
    picture = drawn(*values)

    assert picture.names == {"shop", "back"}
    assert "6 workloads" in picture.box("back").text
    assert any(line.startswith("bad: 0 of 1 ready") for line in picture.box("back").text)
    assert sum(title.startswith("Deployment app-") for title in picture.box("back").titles) == 5
    assert "Without workloads: empty" in picture.texts


def test_a_namespace_says_what_besides_its_workloads_is_not_well() -> None:
    claim = thing("PersistentVolumeClaim", "data", status={"phase": "Pending"})

    assert "Not well: 1 PersistentVolumeClaim" in drawn(*many(20), claim).box("shop").text


def test_calls_between_namespaces_are_counted() -> None:
    values = [*many(20), service("api", "back", app="app-000"), *many(2, "back")]
    callers = [deployment(f"caller-{number}", calls=["api.back"]) for number in range(3)]
    picture = drawn(*values, *callers)

    assert picture.links == {(picture.box("shop").id, picture.box("back").id, "calls")}
    assert "3" in picture.texts


def test_a_small_cluster_is_shown_with_its_workloads_at_once() -> None:
    picture = drawn(*boutique(), deployment("batch", "jobs"))

    assert {"web", "batch"} <= picture.names
    assert len(picture.groups) == 2
    assert picture.box("batch").group != picture.box("web").group


def test_several_clusters_are_several_groups() -> None:
    objects = [*observed(many(20), "prod"), *observed(many(20), "staging")]
    when = {"prod": datetime(2026, 11, 25, 9, 30, tzinfo=UTC)}

    picture = Picture(draw(build(objects), as_of=when))

    assert len(picture.groups) == 2
    assert any("prod as of 2026-11-25 09:30 UTC, cluster staging" in text for text in picture.texts)
    both = Picture(draw(build(objects), as_of={**when, "staging": when["prod"]}))
    line = (
        "cluster prod as of 2026-11-25 09:30 UTC, cluster staging as of 2026-11-25 09:30 UTC · 40 workloads"
    )
    assert any(text.startswith(line) for text in both.texts)


def test_callers_of_other_namespaces_stand_in_their_own_group() -> None:
    values = [deployment("web", calls=["db.back"]), deployment("db", "back"), service("db", "back")]
    picture = drawn(*values, namespace="shop")

    assert picture.names == {"web", "db"}
    assert len(picture.groups) == 2
    assert picture.box("db").group != picture.box("web").group


def test_focus_shows_two_steps_and_no_more() -> None:
    chain = [
        value
        for name, nxt in ("ab", "bc", "cd", "de")
        for value in (deployment(name, calls=[nxt]), service(name))
    ]
    picture = drawn(*chain, deployment("e"), service("e"), focus="deployment/c")

    shown = {(box.text[1].split(" ")[0], box.text[0]) for box in picture.boxes.values()}
    assert shown == {
        ("Deployment", "c"), ("Service", "c"), ("Deployment", "b"), ("Service", "d"), ("Deployment", "d"),
    }  # fmt: skip
    assert [box.text[0] for box in picture.boxes.values() if "focus" in box.classes] == ["c"]
    assert "in focus" in picture.legend


def test_a_busy_neighbour_is_not_looked_behind_and_says_so() -> None:
    account = {"serviceAccountName": "default"}
    values = [deployment(f"app-{number}", **account) for number in range(30)]
    picture = drawn(*values, thing("ServiceAccount", "default"), focus="deploy/app-3")

    assert picture.names == {"app-3", "default"}
    assert "29 other ties not drawn" in picture.box("default").text


def test_a_busy_neighbour_is_still_shown_calling_another_neighbour() -> None:
    secrets = [{"name": f"s{number}", "secret": {"secretName": f"s{number}"}} for number in range(12)]
    policy = thing("NetworkPolicy", "web", api="networking.k8s.io/v1", spec={
        "podSelector": {"matchLabels": {"app": "web"}},
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "busy"}}}]}]})  # fmt: skip
    values = [deployment("web"), service("web"), deployment("busy", calls=["web"], volumes=secrets), policy]
    picture = drawn(*values, focus="deploy/web")

    kinds = {(box.text[1].split(" ")[0], box.text[0]): box.id for box in picture.boxes.values()}
    assert (kinds["Deployment", "busy"], kinds["Service", "web"], "calls") in picture.links
    assert "12 other ties not drawn" in picture.boxes[kinds["Deployment", "busy"]].text


def test_behind_a_busy_neighbour_lies_what_leads_on_in_the_same_direction() -> None:
    names = [f"app-{number}" for number in range(5)]
    values = [one for name in names for one in (deployment(name), service(name))]
    web = deployment("web", calls=names)
    callers = [deployment(f"caller-{number}", calls=["web"]) for number in range(6)]
    policies = [thing("NetworkPolicy", f"policy-{number}", api="networking.k8s.io/v1",
                      spec={"podSelector": {"matchLabels": {"app": "web"}}}) for number in range(6)]  # fmt: skip
    picture = drawn(web, service("web"), *values, *callers, *policies, focus="svc/web")

    shown = {(box.text[1].split(" ")[0], box.text[0]) for box in picture.boxes.values()}
    assert {("Service", name) for name in names} <= shown
    assert ("NetworkPolicy", "policy-1") not in shown
    assert any("6 other ties not drawn" in box.text for box in picture.boxes.values())


def test_a_focus_with_hundreds_of_neighbours_folds_them_the_worst_first() -> None:
    account = {"serviceAccountName": "default"}
    values = [deployment(f"app-{number:03}", ready=int(number != 77), **account) for number in range(300)]
    picture = drawn(*values, thing("ServiceAccount", "default"), focus="sa/default")

    assert len(picture.boxes) <= 41
    assert "app-077" in picture.names
    assert any(name.startswith("+29") and name.endswith(" more") for name in picture.names)
    assert "several objects" in picture.legend


def test_a_pod_in_focus_has_a_box_of_its_own() -> None:
    picture = drawn(deployment("web"), *pods("web", 5), focus="pod/web-abc-2")

    assert {"web", "web-abc-2"} <= picture.names
    assert "web-abc-1" not in picture.names


def test_a_namespace_in_focus_is_its_picture() -> None:
    values = [*boutique(), thing("Namespace", "shop", "")]

    assert draw(graph_of(*values), focus="ns/shop") == draw(graph_of(*values), namespace="shop")


def test_a_large_namespace_keeps_the_worst_and_says_how_many_are_left() -> None:
    values = [*many(500), deployment("zzz", ready=0)]
    picture = drawn(*values, namespace="shop")

    assert len(picture.boxes) <= 50
    assert "zzz" in picture.names
    assert "+453 more" in picture.names


def test_a_whole_cluster_of_thousands_of_objects_stays_small() -> None:
    values = [value for number in range(120) for value in many(30, f"team-{number:03}")]
    picture = drawn(*values)

    assert len(picture.boxes) == 61
    assert "+60 more" in picture.names


def test_a_service_that_everybody_calls_says_so_instead_of_drawing_it() -> None:
    values = [deployment(f"app-{number}", calls=["log"]) for number in range(20)]
    picture = drawn(*values, deployment("log"), service("log"), namespace="shop")

    assert picture.links == set()
    assert any(line.startswith("called by 20") for line in picture.box("log").text)


def test_where_too_many_call_each_other_the_busiest_say_so_in_words() -> None:
    names = [f"app-{number}" for number in range(16)]
    values = [one for name in names for one in (deployment(name, calls=names), service(name))]
    picture = drawn(*values, namespace="shop")

    assert len(picture.links) <= 1.5 * len(names) + 12
    told = [line for box in picture.boxes.values() for line in box.text if line.endswith("(no lines)")]
    assert sum(int(line.split(" ")[-5]) for line in told) + len(picture.links) == 16 * 15


def test_names_and_reasons_are_only_ever_text() -> None:
    evil = '</text><script>alert(1)</script>&"\u202e\x00'
    condition = {"type": "Available", "status": "False", "reason": evil, "message": "]]>"}
    value = deployment(evil, ready=0)
    value["status"]["conditions"] = [condition]

    for text in (draw(graph_of(value), namespace="shop"), draw(graph_of(value), title=evil)):
        picture = Picture(text)
        assert "<script" not in text
        assert "\u202e" not in text
        assert any("<script>" in name for name in picture.names)


def test_a_long_name_is_cut_and_shown_whole_on_hovering() -> None:
    name = "a" * 40 + "-" + "b" * 80
    box = next(iter(drawn(deployment(name), namespace="shop").boxes.values()))

    assert any("…" in line for line in box.text)
    assert any(name in title for title in box.titles)


def test_the_same_graph_gives_the_same_picture_whatever_the_order() -> None:
    values = [*boutique(), *many(10, "back")]

    for asked in ({}, {"namespace": "shop"}, {"focus": "deploy/cart"}):
        assert draw(graph_of(*values), **asked) == draw(graph_of(*reversed(values)), **asked)


def test_the_picture_says_where_and_when() -> None:
    when = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    picture = drawn(*boutique(), namespace="shop", as_of=when, title="The shop")

    assert "The shop" in picture.texts
    assert "cluster prod as of 2026-11-25 09:30 UTC · 4 workloads: 1 failed, 3 healthy" in picture.texts


def test_the_picture_can_be_heard() -> None:
    svg = draw(graph_of(*boutique()), namespace="shop")

    assert 'role="img" aria-labelledby=' in svg
    assert "Deployment cart is failed: CrashLoopBackOff" in svg.split("<desc", 1)[1].split("</desc>")[0]


def test_manifests_that_nobody_has_applied_show_what_they_ask_for() -> None:
    value = deployment("web", want=3)
    del value["status"]
    picture = Picture(draw(graph_of(value, cluster="*"), namespace="shop"))

    assert "×3" in picture.box("web").text
    assert "manifests · 1 workload" in picture.texts


def test_an_empty_graph_is_still_a_picture() -> None:
    assert Picture(draw(graph_of())).boxes == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"namespace": "nowhere"}, "there is no namespace 'nowhere'"),
        ({"focus": "deploy/none"}, "there is no Deployment none"),
        ({"focus": "cart"}, "is not KIND/NAME"),
        ({"focus": "deploy/cart"}, "back/Deployment/cart in prod, shop/Deployment/cart in prod"),
    ],
)
def test_what_is_not_there_or_not_clear_is_said(asked: dict[str, str], said: str) -> None:
    graph = graph_of(deployment("cart"), deployment("cart", "back"))

    with pytest.raises(PictureError, match=said):
        draw(graph, **asked)


def test_a_focus_is_found_by_namespace_short_kind_and_id() -> None:
    graph = graph_of(deployment("cart"), deployment("cart", "back"))

    one = draw(graph, focus="deploy/cart", namespace="back")
    assert one == draw(graph, focus="back/Deployment/cart")
    assert one == draw(graph, focus="prod/back/Deployment/cart")


def test_json_holds_the_objects_of_that_part_in_the_contracts_form() -> None:
    values = [*boutique(), deployment("other", "back")]
    whole = json.loads(draw(graph_of(*values), "json"))
    shop = json.loads(draw(graph_of(*values), "json", namespace="shop"))

    assert set(whole) == {"nodes", "edges"}
    assert {node["namespace"] for node in shop["nodes"]} == {"shop", None}
    ids = {node["id"] for node in shop["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in shop["edges"])
    assert any(node["kind"] == "Pod" for node in shop["nodes"])


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown format 'png'"):
        draw(graph_of(), "png")
