"""`kubelore investigate` and `/v1/investigations`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import services
from api.app import create_app
from api.cli import main
from api.settings import load_settings
from cluster.store import ObjectStore
from connectors.kubernetes.observed import ObservedObject
from incidents.bundles import read_files
from incidents.collectors import kept as kept_evidence
from incidents.investigate import investigate
from incidents.sound import sound_workloads
from tests.integration.fakes import FakeServices, write_config
from tests.servers.demo_clusters import running
from tests.unit.incident_outputs import deployment, event, pod

POD = """\
$ kubectl describe pod cart-7d9-abcde -n shop
Name:             cart-7d9-abcde
Namespace:        shop
Node:             worker-1/10.0.0.5
Labels:           app=cart
Status:           Pending
Controlled By:    ReplicaSet/cart-7d9
Containers:
  server:
    Image:          registry.corp/cart:1.4x
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Restart Count:  0
Conditions:
  Type    Status
  Ready   False
Events:
  Type     Reason  Age  From     Message
  ----     ------  ---- ----     -------
  Warning  Failed  3s   kubelet  Failed to pull image "registry.corp/cart:1.4x": not found
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["investigate", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_bundle_is_investigated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.txt").write_text(POD)

    code, out, _ = run(capsys, "--bundle", str(tmp_path), "--json")

    report = json.loads(out)
    assert code == 0
    assert report["causes"][0]["cause"] == "image_not_found"
    assert report["evidence"][0]["text"] in POD
    assert report["namespace"] == "shop"


def test_the_report_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.txt").write_text(POD)

    code, out, _ = run(capsys, "--bundle", str(tmp_path))

    assert code == 0
    assert "Root cause" in out
    assert "[1] event Pod/shop/cart-7d9-abcde" in out


def test_a_broken_file_is_told_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pod.txt").write_text(POD)
    (tmp_path / "broken.json").write_text("{")

    code, out, err = run(capsys, "--bundle", str(tmp_path), "--json")

    assert code == 1
    assert "broken.json: not read" in err
    assert json.loads(out)["causes"]


@pytest.mark.parametrize("arguments", [(), ("--bundle", "/nowhere/at/all")])
def test_without_a_bundle_it_says_what_to_give(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A configuration of its own: the checkout's state may hold the demo's clusters.
    code = main(["--config", str(write_config(tmp_path)), "investigate", *arguments])

    assert code == 2
    assert "--bundle" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no evidence"),
        ("hello world", "Nothing of Kubernetes was recognised"),
        ('{"alerts": [{"labels": {"alertname": "CartDown"}}]}', "Alerts alone (`CartDown`)"),
        ("$ kubectl get pods -n shop\nNo resources found in shop namespace.", "There is no evidence"),
    ],
)
def test_without_evidence_nothing_is_called_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "a.txt").write_text(text)

    code, out, _ = run(capsys, "--bundle", str(tmp_path), "--json")

    report = json.loads(out)
    assert (code, report["healthy"], report["causes"]) == (1, False, [])
    assert report["summary"].startswith(said)


def test_a_namespace_that_is_not_there_is_told_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pod.txt").write_text(POD)

    code, _, err = run(capsys, "--bundle", str(tmp_path), "--namespace", "shpo")
    posted = client(tmp_path).post("/v1/investigations", json={"text": POD, "namespace": "shpo"})

    assert code == 2
    assert "there is no namespace `shpo`; the nearest is `shop`" in err
    assert (posted.status_code, posted.json()["detail"]) == (
        404,
        "there is no namespace `shpo`; the nearest is `shop`",
    )


@pytest.mark.parametrize("text", ["no JSON", "{}"])
def test_a_file_without_alerts_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "alert.json"
    file.write_text(text)

    code, _, err = run(capsys, "--bundle", str(tmp_path), "--alert", str(file))

    assert code == 2
    assert "holds no alert" in err


AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"


def client(folder: Path, extra: str = "") -> TestClient:
    settings = load_settings(write_config(folder, extra), {})
    return TestClient(create_app(settings, FakeServices(settings, [])), base_url="http://localhost")


@pytest.mark.parametrize("body", [{"text": POD}, {"files": {"pod.txt": POD}}])
def test_evidence_is_posted_and_the_report_fetched_again(tmp_path: Path, body: dict[str, Any]) -> None:
    api = client(tmp_path)

    posted = api.post("/v1/investigations", json=body)

    assert posted.status_code == 200
    report = posted.json()
    assert report["causes"][0]["object"] == "Pod/shop/cart-7d9-abcde"
    assert api.get(posted.headers["location"]).json() == report


def test_a_report_is_for_who_asked(tmp_path: Path) -> None:
    api = client(tmp_path, AUTH)
    posted = api.post("/v1/investigations", json={"text": POD}, headers={"Authorization": "Bearer t-ops"})

    where = posted.headers["location"]
    assert api.get(where, headers={"Authorization": "Bearer t-ops"}).status_code == 200
    assert api.get(where, headers={"Authorization": "Bearer t-eng"}).status_code == 404
    assert api.get(where).status_code == 401


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": "a", "files": {"b": "c"}}, {"wrong": 1}])
def test_a_request_without_evidence_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    assert client(tmp_path).post("/v1/investigations", json=body).status_code == 422


def test_evidence_may_be_longer_than_a_question(tmp_path: Path) -> None:
    text = POD + "\n".join(f"line {number}" for number in range(20_000))

    assert client(tmp_path).post("/v1/investigations", json={"text": text}).status_code == 200


@pytest.mark.parametrize("environment", ["production", "staging"])
def test_the_demo_at_rest_is_healthy(environment: str) -> None:
    cluster = running(Path(__file__).parents[2] / "data" / "demo" / "manifests", environment)
    items = [
        record.obj for resource in cluster.store.registry.all() for record in cluster.store.records(resource)
    ]
    evidence = read_files({"all.json": json.dumps({"kind": "List", "apiVersion": "v1", "items": items})})

    sound = sound_workloads(evidence)

    assert len(sound["shop"]) > 10
    for namespace in sound:
        assert investigate(evidence.within(namespace)).causes == ()


def kept(folder: Path, *values: dict[str, Any]) -> ObjectStore:
    """A store that a crawl of the cluster `prod` filled."""
    store = ObjectStore(folder)
    store.begin("prod")
    for value in values:
        metadata = value["metadata"]
        name = f"kubernetes:prod/{metadata.get('namespace', '_')}/{value['kind']}/{metadata['name']}"
        store.saw(ObservedObject("prod", "prod", name, value, datetime.now(UTC)))
    store.finish("prod")
    return store


def test_what_is_kept_of_a_cluster_is_investigated(tmp_path: Path) -> None:
    cart = deployment("cart")
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})
    failed = event("Pod", "cart-1", "Failed", 'Failed to pull image "cart:9": not found')
    failed["lastTimestamp"] = datetime.now(UTC).isoformat()

    report = investigate(kept_evidence.read(kept(tmp_path, cart, stuck, failed), "prod", "shop"))

    assert (report.causes[0].cause, report.causes[0].object) == ("image_not_found", "Deployment/shop/cart")


def test_the_command_takes_the_only_live_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(tmp_path)
    settings = load_settings(config, {})
    cart = deployment("cart")
    kept(settings.index.path, cart, pod(cart)).flush()
    fake = FakeServices(settings, [])
    monkeypatch.setattr(services, "opener", lambda _: fake)

    code = main(["--config", str(config), "investigate", "--namespace", "shop", "--json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["healthy"]
