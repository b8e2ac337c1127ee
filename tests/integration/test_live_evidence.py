"""Investigations of a live cluster read logs from its API and metrics from Prometheus, over real HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from tests.integration.clusters import Live, write_clusters
from tests.servers.faults import Fault
from tests.servers.kube import Cluster, Context, Rule, from_objects, kubeconfig
from tests.servers.kube import serving as serve_cluster
from tests.servers.prometheus import Prometheus
from tests.servers.prometheus import serving as serve_prometheus
from tests.unit.incident_outputs import deployment, event, pod, service

OPS, ENG = {"Authorization": "Bearer t-ops"}, {"Authorization": "Bearer t-eng"}
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"
MINUTE = 60.0
CANARY = "hunter2-hunter2-hunter2"


def crashing() -> list[dict[str, Any]]:
    """A web front whose process ends, and a cart that is well."""
    web, cart = deployment("web"), deployment("cart")
    ended = {"exitCode": 1, "reason": "Error"}
    looping = {"waiting": {"reason": "CrashLoopBackOff"}}
    bad = pod(web, ready=False, restartCount=3, state=looping, lastState={"terminated": ended})
    back_off = event("Pod", "web-1", "BackOff", "Back-off restarting failed container server in pod web-1")
    back_off["lastTimestamp"] = datetime.now(UTC).isoformat()
    return [web, bad, service("web"), cart, pod(cart), back_off]


@dataclass
class World:
    """A cluster and a server of metrics that answer, and a configuration that names both."""

    folder: Path
    cluster: Cluster
    metrics: Prometheus
    stack: ExitStack
    options: str = ""
    of_metrics: str = ""
    user: str = "admin"
    tls: bool = False
    config: Path = field(init=False)

    def start(self) -> Path:
        """The configuration, with everything served."""
        served = self.stack.enter_context(serve_cluster(self.cluster, tls=True))
        file = kubeconfig(self.folder / "kubeconfig", Context("prod", served, self.user))
        running = self.stack.enter_context(serve_prometheus(self.metrics, tls=self.tls))
        live = Live("prod", crashing(), access="ops", options=f", kubeconfig: {file}{self.options}")
        self.config = write_clusters(self.folder, live, extra=AUTH)
        trust = f", ca: {running.ca}" if running.ca else ""
        source = f"  - {{name: metrics, type: prometheus, url: '{running.url}'{trust}{self.of_metrics}}}\n"
        self.config.write_text(self.config.read_text().replace("index:", f"{source}index:"))
        return self.config

    def report(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
        """What `kubelore investigate --json` prints."""
        code = main(
            ["--config", str(self.start()), "investigate", *(arguments or ("--namespace", "shop")), "--json"]
        )
        captured = capsys.readouterr()
        assert code == 0, captured.err
        found: dict[str, Any] = json.loads(captured.out)
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        cluster = from_objects(crashing())
        said = f"INFO starting with password={CANARY}\nERROR no such table: carts\n"
        cluster.logs.set("shop", "web-1", "server", said, at=cluster.now() - 30, previous=True)
        yield World(tmp_path, cluster, measured(), stack)


def measured(turns: float = 20 * MINUTE) -> Prometheus:
    """CPU and calls of the web front; its calls fail since some time."""
    server = Prometheus()
    now = server.now()
    times = [now - 3 * 3600 + 15 * place for place in range(720)]

    def bad(at: float) -> float:
        return 4.0 if at > now - turns else 0.02

    labels = {"namespace": "shop", "service": "web"}
    server.counter("http_requests_total", {**labels, "code": "200"}, times, lambda at: 5.0 - bad(at))
    server.counter("http_requests_total", {**labels, "code": "500"}, times, bad)
    cpu = {"namespace": "shop", "pod": "web-6f7c9d8b5d-b2x7z", "container": "server"}
    server.counter("container_cpu_usage_seconds_total", cpu, times, lambda at: 0.2)
    return server


def gaps(report: dict[str, Any], item: str) -> str:
    return "\n".join(one["reason"] for one in report["unread"] if one["item"] == item)


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


def test_a_workload_that_is_not_there_is_named_with_the_nearest(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--config", str(world.start()), "investigate", "--workload", "shop/webb"])

    assert code == 2
    assert "there is no workload `shop/webb`; the nearest is `shop/web`" in capsys.readouterr().err


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
