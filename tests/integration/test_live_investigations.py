"""Investigations of a live cluster: of one workload, over REST, with rights, and as the cluster is now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.incident_store import IncidentStore
from api.settings import load_settings
from tests.integration.live_world import ENG, OPS, World, a_world, gaps
from tests.servers.kube import Rule
from tests.unit.incident_outputs import deployment, pod


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "workload", ["shop/web", "deployment/web", "web", "Deployment/shop/web", "shop/web-1"]
)
def test_one_workload_is_asked_about(world: World, capsys: pytest.CaptureFixture[str], workload: str) -> None:
    report = world.report(capsys, "--workload", workload)

    assert report["namespace"] == "shop"
    assert report["causes"][0]["object"] == "Deployment/shop/web"


def test_a_workload_that_is_well_is_healthy_although_its_neighbour_is_not(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    report = world.report(capsys, "--workload", "shop/cart")

    assert report["healthy"]
    assert {request.path for request in world.cluster.asked("/log")} >= {
        "/api/v1/namespaces/shop/pods/cart-1/log"
    }


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--workload", "shop/webb"), "there is no workload `shop/webb`; the nearest is `shop/web`"),
        (("--namespace", "shpo"), "there is no namespace `shpo`; the nearest is `shop`"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "`from` (2026-03-02T00:00Z) is not before `to`"),
        (("--bundle", "/", "--from", "2026-03-02", "--to", "2026-03-01"), "is not before `to`"),
    ],
)
def test_a_place_or_time_that_is_not_there_is_told_with_the_nearest(
    world: World, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], said: str
) -> None:
    code = main(["--config", str(world.start()), "investigate", *asked])

    assert code == 2
    assert said in capsys.readouterr().err


@pytest.fixture
def api(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(load_settings(world.start(), {})), base_url="http://localhost") as client:
        yield client


def test_a_live_workload_is_investigated_over_rest_and_listed(api: TestClient) -> None:
    posted = api.post("/v1/investigations", json={"workload": "shop/web"}, headers=OPS)

    assert posted.status_code == 200, posted.text
    report = posted.json()
    assert report["causes"][0]["object"] == "Deployment/shop/web"
    assert api.get(posted.headers["location"], headers=OPS).json() == report
    listed = api.get("/v1/investigations", headers=OPS).json()["investigations"]
    assert [(one["id"], one["status"], one["object"]) for one in listed] == [
        (report["id"], "done", "Deployment/shop/web")
    ]
    assert api.get("/v1/investigations", headers=ENG).json() == {"investigations": []}
    drawn = api.get(f"{posted.headers['location']}?format=svg", headers=OPS)
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in drawn.headers["content-security-policy"]
    assert "web · error ratio" in drawn.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"workload": "shop/nothing-like-it"}, 404),
        ({"namespace": "shpo"}, 404),
        ({"namespace": "shop", "from": "2026-03-01T12:00:00Z", "to": "2026-03-01T11:00:00Z"}, 422),
        ({"namespace": "shop", "from": "2999-03-01T12:00:00Z"}, 422),
        ({"namespace": "shop", "cluster": "other"}, 404),
        ({"from": "2026-03-01T12:00:00Z"}, 422),
        ({"text": "x", "cluster": "prod"}, 422),
    ],
)
def test_what_cannot_be_investigated_is_refused(api: TestClient, body: dict[str, Any], status: int) -> None:
    assert api.post("/v1/investigations", json=body, headers=OPS).status_code == status


def test_who_may_not_read_the_cluster_is_told_nothing_of_it(api: TestClient) -> None:
    answer = api.post("/v1/investigations", json={"workload": "shop/web"}, headers=ENG)

    assert answer.status_code == 404
    assert "web" not in answer.json()["detail"]


def test_metrics_are_for_those_who_may_read_their_source(world: World) -> None:
    world.of_metrics = ", access: [metrics]"
    with TestClient(create_app(load_settings(world.start(), {})), base_url="http://localhost") as client:
        report = client.post("/v1/investigations", json={"namespace": "shop"}, headers=OPS).json()

    assert report["panels"] == []
    assert world.metrics.asked == []


def test_callers_read_logs_as_themselves_where_commands_run_as_them(world: World) -> None:
    world.options = ", scripts: {identity: caller}"
    with TestClient(create_app(load_settings(world.start(), {})), base_url="http://localhost") as client:
        report = client.post("/v1/investigations", json={"namespace": "shop"}, headers=OPS).json()

    asked = world.cluster.asked("/log")
    assert {(one.headers.get("impersonate-user"), one.headers.get("impersonate-group")) for one in asked} == {
        ("kubelore", "ops")
    }
    assert "pods/log" in gaps(report, "logs")


def test_the_cluster_is_looked_at_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    config = world.start()
    web = deployment("web", container={"image": "web:2"})
    web["metadata"]["managedFields"] = [
        {"manager": "argocd", "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
         "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
         "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"server"}': {"f:image": {}}}}}}}}
    ]  # fmt: skip
    world.cluster.put(web)
    world.cluster.delete("Pod", "web-1", "shop")
    message = 'Failed to pull image "web:2": not found'
    stuck = pod(web, ready=False, state={"waiting": {"reason": "ImagePullBackOff", "message": message}})
    stuck["metadata"]["name"] = "web-2"
    world.cluster.put(stuck)

    assert main(["--config", str(config), "investigate", "--namespace", "shop", "--json"]) == 0

    cause = json.loads(capsys.readouterr().out)["causes"][0]
    assert (cause["object"], cause["cause"]) == ("Deployment/shop/web", "image_not_found")
    assert "image from web:1 to web:2, by argocd" in cause["text"]


def test_a_workload_that_is_new_is_found(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    config = world.start()
    late = deployment("late")
    world.cluster.put(late)
    world.cluster.put(pod(late))

    assert main(["--config", str(config), "investigate", "--workload", "shop/late", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["healthy"]


def test_a_cluster_that_does_not_answer_is_a_gap_and_is_as_it_was_kept(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    config = world.start()
    file = world.folder / "kubeconfig"
    file.write_text(re.sub(r"https://127.0.0.1:\d+", "https://127.0.0.1:9", file.read_text()))

    assert main(["--config", str(config), "investigate", "--namespace", "shop", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert report["causes"][0]["object"] == "Deployment/shop/web"
    assert "no connection" in gaps(report, "cluster prod")
    assert "objects are as of" in gaps(report, "cluster prod")


def test_the_past_is_as_it_was_kept(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)

    world.report(capsys, "--namespace", "shop", "--to", later.isoformat())

    assert world.cluster.asked("/api/v1/namespaces/shop/pods[?]") == []


def test_kinds_that_may_not_be_listed_stay_as_they_were_kept(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.cluster.add_user("reader", rules=(Rule(),), denied=(Rule(resources=("pods",)),))
    world.user = "reader"

    report = world.report(capsys)

    assert report["causes"][0]["object"] == "Deployment/shop/web"


def test_similar_incidents_of_the_past_are_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    report = world.report(capsys)
    store = IncidentStore(load_settings(world.config, {}).index.path)
    store.put_report({**report, "id": "older"}, frozenset({"public", "ops"}), cluster="prod")

    assert main(["--config", str(world.config), "investigate", "--namespace", "shop"]) == 0

    said = capsys.readouterr().out.partition("Similar incidents")[2]
    assert "Deployment/shop/web: " in said.splitlines()[1]


def test_what_the_command_line_finds_is_kept_for_who_may_read_all_sources(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    report = world.report(capsys)
    settings = load_settings(world.config, {})

    (kept,) = IncidentStore(settings.index.path).newest(settings.readers)
    assert (kept.id, kept.cluster, kept.principals) == (report["id"], "prod", settings.readers)
    with TestClient(create_app(settings), base_url="http://localhost") as api:
        listed = api.get("/v1/investigations", headers=OPS).json()["investigations"]
        assert [one["id"] for one in listed] == [report["id"]]
        assert api.get("/v1/investigations", headers=ENG).json() == {"investigations": []}
