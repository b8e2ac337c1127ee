"""Investigations of a live cluster read logs from its API and metrics from Prometheus, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.cli import main
from tests.integration.live_world import CANARY, World, a_world, gaps
from tests.servers.faults import Fault
from tests.servers.kube import Rule
from tests.servers.prometheus import Prometheus


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


def test_logs_and_metrics_are_evidence_of_the_cause(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    report = world.report(capsys)

    cause = report["causes"][0]
    cited = [one for one in report["evidence"] if one["number"] in cause["evidence"]]
    assert cause["object"] == "Deployment/shop/web"
    assert any(one["type"] == "log" and "no such table: carts" in one["text"] for one in cited)
    assert any(one["type"] == "metric" and "web error ratio" in one["text"] for one in cited)
    assert {"log", "metric"} <= {one["type"] for one in report["timeline"]}
    turned = next(one for one in report["panels"] if one["metric"] == "error ratio")
    assert turned["turned_at"] is not None
    assert report["unread"] == []
    assert CANARY not in json.dumps(report)
    assert world.cluster.violations == []
    assert world.cluster.secret_reads == []


def test_the_picture_is_written_beside_the_report(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = world.report(capsys, "--namespace", "shop", "--svg", str(tmp_path / "incident.svg"))

    assert report["panels"]
    assert "root cause" in (tmp_path / "incident.svg").read_text()


def test_only_logs_of_what_is_in_trouble_are_read_and_they_are_bounded(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.report(capsys)

    asked = world.cluster.asked("/log")
    assert {request.path for request in asked} == {"/api/v1/namespaces/shop/pods/web-1/log"}
    assert all(request.get("tailLines") and request.get("limitBytes") for request in asked)


def test_a_log_that_is_too_long_is_read_at_its_end(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    long = "".join(f"INFO {number} {'x' * 1_000}\n" for number in range(1_900)) + "FATAL the very end\n"
    world.cluster.logs.set("shop", "web-1", "server", long, at=world.cluster.now() - 2_000, previous=True)

    report = world.report(capsys)

    assert any("FATAL the very end" in one["text"] for one in report["evidence"])


def test_who_may_not_read_logs_gets_a_gap(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.cluster.add_user("reader", rules=(Rule(),), denied=(Rule(resources=("pods/log",)),))
    world.user = "reader"

    report = world.report(capsys)

    assert report["causes"]
    assert "grant the account `get` on `pods/log`" in gaps(report, "logs")


def test_logs_can_be_switched_off(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.options = ", logs: false"

    report = world.report(capsys)

    assert world.cluster.asked("/log") == []
    assert gaps(report, "logs") == ""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("query_range", times=99, status=503, headers={"Retry-After": "30"}), "answered 503"),
        (Fault("query_range", times=99, status=500), "answered 500"),
        (Fault("query_range", "cut", times=99), "no complete answer"),
        (Fault("query_range", "truncated", times=99), "not an answer of Prometheus"),
        (Fault("query_range", "garbage", times=99), "not an answer of Prometheus"),
        (Fault("query_range", "late", times=99, seconds=1.5), "no complete answer"),
    ],
)
def test_metrics_that_fail_are_a_gap_and_stop_nothing(
    world: World, capsys: pytest.CaptureFixture[str], fault: Fault, said: str
) -> None:
    world.metrics.faults = [fault]
    world.of_metrics = ", timeout: 0.5"

    report = world.report(capsys)

    assert report["causes"][0]["object"] == "Deployment/shop/web"
    assert said in gaps(report, "metrics of metrics")


def test_a_server_of_metrics_that_is_not_there_is_a_gap(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    config = world.start()
    config.write_text(config.read_text().replace(world.metrics.url, "http://127.0.0.1:9"))

    code = main(["--config", str(config), "investigate", "--namespace", "shop"])

    captured = capsys.readouterr()
    assert code == 0
    assert "metrics of metrics: not read: no connection: 127.0.0.1:9 refuses the connection" in captured.err
    assert "Root cause" in captured.out


def test_what_can_be_measured_is_although_labels_cannot_be_listed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.metrics.faults = [Fault("/api/v1/series", times=99, status=403)]

    report = world.report(capsys)

    assert [one["metric"] for one in report["panels"]] == ["cpu cores"]
    assert "let the account of the source query metrics" in gaps(report, "metrics of metrics")


def test_answers_that_are_not_whole_are_said_to_be_so(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.metrics.warnings = ["fetch series: store 10.0.0.7 is unavailable"]

    report = world.report(capsys)

    assert "store 10.0.0.7 is unavailable" in gaps(report, "metrics of metrics")
    assert report["panels"]


def test_too_many_samples_are_a_gap_where_longer_steps_do_not_help(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.metrics.max_samples = 50

    report = world.report(capsys)

    assert "too many samples" in gaps(report, "metrics of metrics")
    assert any(request.get("step") == "120" for request in world.metrics.asked)


def _token(metrics: Prometheus) -> str:
    metrics.token = CANARY
    return f", token: {CANARY}"


def _login(metrics: Prometheus) -> str:
    metrics.login = ("reader", CANARY)
    return f", user: reader, password: {CANARY}"


@pytest.mark.parametrize("login", [_token, _login])
def test_credentials_are_sent_over_tls(
    world: World, capsys: pytest.CaptureFixture[str], login: Callable[[Prometheus], str]
) -> None:
    world.tls = True
    world.of_metrics = login(world.metrics)

    report = world.report(capsys)

    assert report["unread"] == []
    assert report["panels"]


def test_wrong_credentials_are_a_gap_that_does_not_show_them(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.metrics.token = "another"
    world.of_metrics = f", token: {CANARY}"

    report = world.report(capsys)

    assert "set the source's `token`" in gaps(report, "metrics of metrics")
    assert CANARY not in json.dumps(report)


def test_metrics_of_another_cluster_are_not_asked_for(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.of_metrics = ", cluster: elsewhere"

    report = world.report(capsys)

    assert world.metrics.asked == []
    assert report["panels"] == []


def test_the_labels_of_the_cluster_choose_its_series(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.of_metrics = ", labels: {cluster: prod-eu}"

    report = world.report(capsys)

    assert "the server measures nothing in namespace shop" in gaps(report, "metrics of metrics")
    assert all('cluster="prod-eu"' in request.line or "cluster%3D%22prod-eu%22" in request.line
               for request in world.metrics.asked)  # fmt: skip
