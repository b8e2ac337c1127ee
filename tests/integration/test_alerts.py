"""`POST /v1/alerts` and what is kept of investigations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.alerts import AlertQueue
from api.app import create_app
from api.incident_store import FILE, IncidentStore
from api.settings import load_settings
from connectors.errors import UnreachableError
from incidents.similar import likeness
from tests.integration.clusters import Live, a_page, write_clusters
from tests.integration.test_investigate import POD
from tests.unit.incident_outputs import deployment, pod

WAIT = 60.0
OPS = {"Authorization": "Bearer t-ops"}
ENG = {"Authorization": "Bearer t-eng"}
BOTH = {"Authorization": "Bearer t-both"}
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng], t-both: [ops, eng]}}}\n"
PUBLIC = frozenset({"public"})


def broken(name: str) -> list[dict[str, Any]]:
    """A Deployment whose image does not exist."""
    of = deployment(name)
    message = f'rpc error: failed to pull image "{name}:1": not found'
    return [of, pod(of, ready=False, state={"waiting": {"reason": "ImagePullBackOff", "message": message}})]


def group(*alerts: dict[str, Any], key: str = "{}:{}") -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": key,
        "status": "firing",
        "receiver": "kubelore",
        "alerts": list(alerts),
    }


def alert(name: str = "CartDown", status: str = "firing", **labels: str) -> dict[str, Any]:
    told = {"alertname": name, "namespace": "shop", **labels}
    return {"status": status, "labels": told, "annotations": {}, "startsAt": "2026-03-01T12:00:00Z",
            "generatorURL": "http://prometheus/graph"}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    page = a_page("cart.md")
    return write_clusters(tmp_path, Live("prod", broken("cart"), access="ops"), pages=[page], extra=AUTH)


@pytest.fixture
def api(config: Path) -> Iterator[TestClient]:
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as client:
        yield client


def queue_of(api: TestClient) -> AlertQueue:
    queue: AlertQueue = api.app.state.alerts  # type: ignore[attr-defined]
    return queue


def sent(api: TestClient, body: dict[str, Any], headers: dict[str, str] = OPS) -> list[str]:
    answer = api.post("/v1/alerts", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    assert queue_of(api).wait(WAIT)
    return [one["id"] for one in answer.json()["investigations"]]


def test_an_alert_is_investigated_in_the_background(api: TestClient) -> None:
    (ident,) = sent(api, group(alert()))

    report = api.get(f"/v1/investigations/{ident}", headers=OPS).json()

    assert (report["id"], report["status"], report["namespace"]) == (ident, "done", "shop")
    assert (report["causes"][0]["cause"], report["causes"][0]["object"]) == (
        "image_not_found",
        "Deployment/shop/cart",
    )


def test_repetitions_begin_nothing_new_and_another_alert_does(api: TestClient) -> None:
    (first,) = sent(api, group(alert()))

    assert sent(api, group(alert(), alert())) == [first]
    assert sent(api, group(alert(), alert("Other"))) != [first]
    assert sent(api, group(alert(), key="{}:{other}")) != [first]
    assert len(sent(api, group(alert(), alert(namespace="tools")))) == 2
    assert sent(api, group(alert(status="resolved"))) == []


def test_a_report_is_for_those_who_have_all_the_rights_of_the_sender(api: TestClient) -> None:
    (ident,) = sent(api, group(alert()))
    (other,) = sent(api, group(alert()), ENG)

    codes = [api.get(f"/v1/investigations/{ident}", headers=who).status_code for who in (OPS, ENG, BOTH, {})]
    assert codes == [200, 404, 200, 401]
    failed = api.get(f"/v1/investigations/{other}", headers=ENG).json()
    assert (failed["status"], failed["error"]) == ("failed", "nothing is kept of a live cluster")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**group(alert()), "version": "3"},
        {"version": "4", "groupKey": "", "alerts": []},
        group({"status": "firing"}),
    ],
)
def test_what_is_no_webhook_of_this_version_is_refused(api: TestClient, body: dict[str, Any]) -> None:
    assert api.post("/v1/alerts", json=body, headers=OPS).status_code == 422


def test_similar_incidents_are_found_by_what_was_found(api: TestClient) -> None:
    (first,) = sent(api, group(alert()))
    (second,) = sent(api, group(alert("Later")))

    report = api.get(f"/v1/investigations/{second}", headers=OPS).json()
    assert [(one["id"], one["score"], one["cause"]) for one in report["similar"]] == [
        (first, 1.0, "image_not_found")
    ]
    posted = api.post("/v1/investigations", json={"text": POD}, headers=ENG).json()
    assert posted["similar"] == []


def test_a_restart_loses_nothing(config: Path) -> None:
    settings = load_settings(config, {})
    store = IncidentStore(settings.index.path)
    store.queue("waiting", "m1", {"alerts": [alert()], "namespace": "shop"}, PUBLIC | {"ops"}, 10)
    store.queue("cut-off", "m2", {"alerts": [alert()], "namespace": "shop"}, PUBLIC | {"ops"}, 10)
    taken = store.take()
    assert taken is not None

    with TestClient(create_app(settings), base_url="http://localhost") as api:
        assert queue_of(api).wait(WAIT)
        for ident in ("waiting", "cut-off"):
            assert api.get(f"/v1/investigations/{ident}", headers=OPS).json()["status"] == "done"
    with TestClient(create_app(settings), base_url="http://localhost") as again:
        assert again.get("/v1/investigations/waiting", headers=OPS).json()["causes"]


def test_what_ends_the_process_each_time_fails_at_last(tmp_path: Path) -> None:
    store = IncidentStore(tmp_path)
    store.queue("deadly", "m", {}, PUBLIC, 10)
    for _ in range(3):
        assert store.take() is not None
        store.recover()

    assert store.take() is None
    found = store.get("deadly", PUBLIC)
    assert found is not None
    assert found.state == "failed"


def test_the_queue_and_the_store_are_bounded(api: TestClient, tmp_path: Path) -> None:
    store = IncidentStore(tmp_path / "small", most=3)
    assert store.queue("a", "1", {}, PUBLIC, 1) is not None
    assert store.queue("b", "2", {}, PUBLIC, 1) is None
    again = store.queue("c", "1", {}, PUBLIC, 1)
    assert again is not None
    assert again.id == "a"
    for number in range(5):
        cause = {"cause": "evicted", "object": f"Pod/shop/p{number}"}
        store.put_report({"id": str(number), "causes": [cause]}, PUBLIC)
    assert len(list(store.done(PUBLIC))) == 3


def test_a_full_queue_says_when_to_come_again(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, reached = threading.Event(), threading.Event()

    def held(*_: object) -> None:
        reached.set()
        hold.wait(WAIT)
        raise UnreachableError("gone")

    monkeypatch.setattr("api.alerts.kept_report", held)
    monkeypatch.setattr(queue_of(api), "_most", 1)
    assert api.post("/v1/alerts", json=group(alert()), headers=OPS).status_code == 202
    assert reached.wait(WAIT)

    full = api.post("/v1/alerts", json=group(alert("Other")), headers=OPS)
    hold.set()

    assert (full.status_code, full.headers["retry-after"]) == (503, "60")
    assert queue_of(api).wait(WAIT)


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)

    with pytest.raises(UnreachableError, match="delete it"):
        IncidentStore(tmp_path).get("x", PUBLIC)


def test_how_alike_incidents_are() -> None:
    one, other = ("out_of_memory", "Deployment/shop/cart"), ("out_of_memory", "Deployment/shop/web")

    assert likeness([one], [one]) == 1.0
    assert likeness([one], [other]) == 0.5
    assert likeness([one], [("evicted", "Pod/shop/a")]) == 0.0
    assert likeness([], []) == 0.0
