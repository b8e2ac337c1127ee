"""`kubelore changes` and `GET /v1/changes` over a crawled cluster, and what an investigation makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mcp import Client

from api.app import create_app
from api.cli import main
from api.mcp.server import make_server
from api.services import open_services
from api.settings import load_settings
from tests.integration.kube_cases import deployment
from tests.integration.mcp_client import talk, text
from tests.integration.test_live_runs import Place
from tests.integration.test_wiring import HashingModel
from tests.servers.kube import Context, from_objects, kubeconfig, reconcile, serving

PROD = "name: prod, type: kubernetes, context: prod, kubeconfig: kubeconfig"
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Place]:
    """A cluster that was crawled before and after the image of `cart` was changed and `web` was deleted."""
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    cluster = from_objects([deployment("cart", replicas=2), deployment("web")])
    reconcile(cluster)
    with serving(cluster, tls=True) as served:
        kubeconfig(tmp_path / "kubeconfig", Context("prod", served))
        found = Place(tmp_path, cluster, capsys)
        found.configure(f"{{{PROD}, access: [ops]}}")
        found.run("ingest")
        changed = deployment("cart", replicas=2)
        changed["spec"]["template"]["spec"]["containers"][0]["image"] = "cart:bad"
        cluster.put(changed)
        cluster.delete("Deployment", "web", "shop")
        found.run("ingest")
        yield found


def told(body: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["type"], one["action"], one["object"]) for one in body["changes"]}


def test_two_crawls_tell_what_changed(place: Place) -> None:
    body = place.run("changes", "--namespace", "shop")

    found = told(body)
    assert ("image", "changed", "Deployment/shop/cart") in found
    assert ("other", "removed", "Deployment/shop/web") in found
    assert not {one for one in found if one[2].startswith("Pod/")}
    (image,) = [one for one in body["changes"] if one["type"] == "image"]
    assert image["fields"][0]["new"] == "cart:bad"
    assert place.run("changes", "--namespace", "elsewhere")["changes"] == []
    assert place.run("changes", "--to", "2020-01-01")["changes"] == []


def test_an_assistant_is_told_the_newest_and_how_many_there_are_more(place: Place) -> None:
    services = open_services(load_settings(place.config, {}))

    async def said(client: Client) -> None:
        newest = await client.call_tool("changes", {"namespace": "shop", "limit": 1})
        body = newest.structured_content
        assert len(body["changes"]) == 1
        assert body["omitted"] == len(place.run("changes", "--namespace", "shop")["changes"]) - 1
        assert f"{body['omitted']} older ones are left out" in text(newest)
        assert body["changes"][0]["text"] in text(newest)

    talk(make_server(services, frozenset({"ops"})), said)
    services.close()


def test_in_words(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(place.config), "changes"]) == 0

    assert "shop Deployment cart: image changed: containers[" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--since", "soon"],
        ["--from", "x"],
        ["--since", "1h", "--from", "2020-01-01"],
        ["--to", "0001-01-01T00:00+14:00"],
    ],
)
def test_what_is_no_time_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["--config", str(place.config), "changes", *arguments]) == 2
    assert "error:" in capsys.readouterr().err


def test_over_rest_only_those_who_may_read_the_source_see_its_changes(place: Place) -> None:
    place.config.write_text(place.config.read_text() + AUTH)
    with TestClient(create_app(load_settings(place.config, {})), base_url="http://localhost") as api:
        ops = api.get("/v1/changes?since=1h&namespace=shop", headers={"Authorization": "Bearer t-ops"})
        asked = {
            who: api.post(
                "/v1/ask", json={"question": question}, headers={"Authorization": f"Bearer {who}"}
            ).json()
            for who, question in (("t-ops", "what changed in shop today?"), ("t-eng", "what changed today?"))
        }
        eng = api.get("/v1/changes?since=1h", headers={"Authorization": "Bearer t-eng"})
        wrong = api.get("/v1/changes?since=soon", headers={"Authorization": "Bearer t-ops"})
        nowhere = api.get("/v1/changes?cluster=prod", headers={"Authorization": "Bearer t-eng"})
        never = api.get(
            "/v1/changes?from=0001-01-01T00:00:00%2B14:00", headers={"Authorization": "Bearer t-ops"}
        )

    assert ("image", "changed", "Deployment/shop/cart") in told(ops.json())
    assert ("other", "removed", "Deployment/shop/web") in told(ops.json())
    assert eng.json()["changes"] == []
    assert "cart:bad" in asked["t-ops"]["answer"]
    assert asked["t-eng"]["abstained"]
    assert "cart:bad" not in json.dumps(asked["t-eng"])
    assert (wrong.status_code, nowhere.status_code, never.status_code) == (422, 404, 422)
    assert "prod" not in nowhere.json()["detail"].replace("`prod`", "")


def test_before_the_first_run_nothing_is_told_and_no_file_is_made(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"sources:\n  - {{{PROD}}}\nindex: {{path: state}}\n")
    with TestClient(
        create_app(load_settings(tmp_path / "config.yaml", {})), base_url="http://localhost"
    ) as api:
        assert api.get("/v1/changes").json()["changes"] == []
        assert api.get("/v1/changes?cluster=prod").status_code == 404
        assert api.get("/v1/investigations/none").status_code == 404

    assert not (tmp_path / "state").exists()
