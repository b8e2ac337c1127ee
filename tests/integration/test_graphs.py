"""`kubelore graph` and `GET /v1/graph` over stored objects and manifests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from connectors.documents import Document, ResourceRef
from connectors.kubernetes.connector import KubernetesManifestsConnector
from index.ledger import Ledger
from tests.integration.clusters import Live, a_page, objects_of, write_clusters
from tests.integration.kube_cases import deployment
from tests.servers.kube import from_objects, reconcile

ROOT = Path(__file__).parents[2]
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["--config", str(tmp_path / "config.yaml"), *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def shop() -> list[dict[str, Any]]:
    cluster = from_objects([deployment("cart", replicas=2), deployment("web"), deployment("mail", "tools")])
    reconcile(cluster)
    return objects_of(cluster, "Namespace", "Node", "Deployment", "ReplicaSet", "Pod")


def client(config: Path) -> TestClient:
    return TestClient(create_app(load_settings(config, {})), base_url="http://localhost")


def nodes(text: str, kind: str) -> set[str]:
    return {node["name"] for node in json.loads(text)["nodes"] if node["kind"] == kind}


def test_the_demo_is_drawn_without_a_live_cluster(tmp_path: Path, run: Run) -> None:
    manifests = ROOT / "data/demo/manifests"
    (tmp_path / "config.yaml").write_text(
        f"sources:\n  - {{name: shop, type: kubernetes, path: {manifests}}}\nindex: {{path: state}}\n",
        "utf-8",
    )
    crawl = KubernetesManifestsConnector("shop", manifests, access=("public",)).crawl()
    with Ledger.at(tmp_path / "state") as ledger:
        ledger.put([item for item in crawl if isinstance(item, Document)])
    code, out, _ = run("graph", "--format", "json")
    assert code == 0
    clusters = {node["cluster"] for node in json.loads(out)["nodes"]} - {None}
    assert clusters == {"production (manifests)", "staging (manifests)"}
    code, out, _ = run("graph", "--cluster", "production", "--focus", "deploy/cart", "--format", "json")
    assert code == 0
    assert {"cart", "checkout"} <= nodes(out, "Deployment") | nodes(out, "Service")
    assert {node["cluster"] for node in json.loads(out)["nodes"]} <= {"production (manifests)", None}
    code, _, err = run("graph", "--focus", "deploy/cart", "--format", "json")
    assert code == 2
    assert "may be any of" in err
    code, _, err = run("graph", "--at", "2026-01-01", "--format", "json")
    assert code == 2
    assert "nothing of the past" in err


def test_the_graph_joins_live_objects_and_pages(tmp_path: Path, run: Run) -> None:
    page = a_page("cart.md", ResourceRef("Deployment", "cart", "shop"))
    write_clusters(tmp_path, Live("prod", shop()), pages=[page])
    code, out, _ = run("graph", "--format", "json")
    assert code == 0
    graph = json.loads(out)
    types = {edge["type"] for edge in graph["edges"]}
    assert {"owns", "runs_on", "documented_by"} <= types
    assert nodes(out, "Pod")
    code, out, _ = run("graph", "--focus", "deploy/mail", "--format", "json")
    assert nodes(out, "Deployment") == {"mail"}
    assert not nodes(out, "Page")
    code, out, _ = run("graph", "--namespace", "tools", "--format", "json")
    assert nodes(out, "Deployment") == {"mail"}
    assert len(nodes(out, "Pod")) == 1


def test_the_graph_is_written_to_a_file_in_the_format_of_its_ending(tmp_path: Path, run: Run) -> None:
    write_clusters(tmp_path, Live("prod", shop()))
    file = tmp_path / "graph.json"
    code, out, err = run("graph", "-o", str(file))
    assert (code, out) == (0, "")
    assert "graph.json written" in err
    assert nodes(file.read_text("utf-8"), "Deployment") == {"cart", "web", "mail"}


@pytest.mark.parametrize(
    ("format", "media", "start"),
    [
        ("svg", "image/svg+xml", "<svg"),
        ("mermaid", "text/plain; charset=utf-8", "flowchart"),
        ("dot", "text/vnd.graphviz; charset=utf-8", "digraph"),
    ],
)
def test_pictures_come_in_several_formats(
    tmp_path: Path, run: Run, format: str, media: str, start: str
) -> None:
    config = write_clusters(tmp_path, Live("prod", shop()))
    code, out, _ = run("graph", "--format", format, "--namespace", "shop")
    assert code == 0
    assert start in out[:400]
    assert "cart" in out
    assert "mail" not in out
    with client(config) as api:
        answer = api.get("/v1/graph", params={"format": format, "namespace": "shop"})
        assert answer.headers["content-type"] == media
        assert answer.text == out
        assert "script-src" not in answer.headers["content-security-policy"]
    code, out, _ = run("graph", "--focus", "deploy/cart", "--format", format)
    assert (code, start in out[:400]) == (0, True)


def test_a_moment_that_nobody_has_seen_yet_is_drawn_as_of_the_last_one_that_was(
    tmp_path: Path, run: Run
) -> None:
    write_clusters(tmp_path, Live("prod", shop()))
    code, out, _ = run("graph", "--at", "2999-01-01", "--format", "mermaid")
    assert code == 0
    assert "as of 2999" not in out
    assert f"as of {datetime.now(UTC):%Y}" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--namespace", "shopp"], "there is no namespace `shopp`; the nearest is `shop`"),
        (["--focus", "deploy/kart"], "there is no Deployment `kart`; the nearest is `cart`"),
        (["--focus", "deploymint/cart"], "there is no kind `deploymint`; the nearest is `deploy`"),
        (
            ["--focus", "deploy/mail", "--namespace", "shop"],
            "there is no Deployment `mail` in namespace `shop`",
        ),
        (["--focus", "cart"], "is not KIND/NAME"),
        (["--focus", "a/b/c/d"], "is not KIND/NAME"),
        (["--focus", "shop/deploy/cart", "--namespace", "tools"], "is not KIND/NAME"),
        (["--cluster", "pord"], "there is no cluster `pord`; the nearest is `prod`"),
        (["--cluster", "xyz"], "there is no cluster `xyz`; there is `prod`"),
        (["-o", "no-such-folder/x.json"], "no-such-folder/x.json: No such file or directory"),
        (["--at", "2020-01-01T00:00Z"], "nothing is kept of that time; the oldest snapshot is of"),
        (["--at", "yesterday"], "is no time"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest_that_is(
    tmp_path: Path, run: Run, arguments: list[str], message: str
) -> None:
    write_clusters(tmp_path, Live("prod", shop()))
    code, out, err = run("graph", "--format", "json", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_before_the_first_run_it_says_what_to_run(tmp_path: Path, run: Run) -> None:
    (tmp_path / "config.yaml").write_text(
        "sources:\n  - {name: shop, type: kubernetes, path: .}\nindex: {path: state}\n", "utf-8"
    )
    code, _, err = run("graph", "--format", "json")
    assert code == 1
    assert "kubelore ingest" in err


def test_after_a_run_that_read_nothing_no_empty_picture_is_drawn(tmp_path: Path, run: Run) -> None:
    (tmp_path / "config.yaml").write_text(
        "sources:\n  - {name: prod, type: kubernetes, context: prod}\nindex: {path: state}\n", "utf-8"
    )
    assert run("ingest")[0] != 0
    code, out, err = run("graph", "-o", str(tmp_path / "x.svg"))
    assert (code, out) == (2, "")
    assert "there is nothing to draw" in err
    assert "`kubelore status` says why" in err
    assert not (tmp_path / "x.svg").exists()


def test_a_cluster_that_was_never_read_is_named_beside_the_picture(tmp_path: Path, run: Run) -> None:
    config = write_clusters(tmp_path, Live("prod", shop()))
    config.write_text(
        config.read_text().replace(
            "sources:\n", "sources:\n  - {name: dev, type: kubernetes, context: dev}\n"
        )
    )
    code, _, err = run("graph", "--format", "json")
    assert code == 0
    assert "cluster dev is not in the picture" in err
    assert "prod" not in err


def test_asking_makes_no_files(tmp_path: Path, run: Run) -> None:
    (tmp_path / "config.yaml").write_text(
        "sources:\n  - {name: prod, type: kubernetes, context: prod}\nindex: {path: state}\n", "utf-8"
    )
    assert json.loads(run("status", "--json")[1])["clusters"] == []
    assert run("graph", "--format", "json")[0] == 1
    assert not (tmp_path / "state").exists()


def test_status_tells_of_live_clusters(tmp_path: Path, run: Run) -> None:
    write_clusters(tmp_path, Live("prod", shop()))
    code, out, _ = run("status", "--json")
    (cluster,) = json.loads(out)["clusters"]
    assert code == 0
    assert (cluster["name"], cluster["objects"] > 10, cluster["snapshots"]) == ("prod", True, 1)
    assert datetime.now(UTC) - datetime.fromisoformat(cluster["observed_at"]) < timedelta(minutes=5)
    assert "prod" in run("status")[1]


# REST


def test_the_route_answers_the_contract(tmp_path: Path) -> None:
    config = write_clusters(tmp_path, Live("prod", shop()))
    with client(config) as api:
        whole = api.get("/v1/graph")
        assert whole.headers["content-type"] == "application/json"
        assert set(whole.json()["nodes"][0]) >= {
            "id",
            "kind",
            "name",
            "namespace",
            "cluster",
            "status",
            "documents",
        }
        assert set(whole.json()["edges"][0]) == {"source", "target", "type", "evidence"}
        focused = api.get("/v1/graph", params={"namespace": "", "focus": "Deployment/mail", "format": "json"})
        assert nodes(focused.text, "Deployment") == {"mail"}
        wrong = api.get("/v1/graph", params={"namespace": "shopp"})
        assert (wrong.status_code, wrong.headers["content-type"]) == (404, "application/problem+json")
        assert "the nearest is `shop`" in wrong.json()["detail"]
        assert api.get("/v1/graph", params={"format": "png"}).status_code == 422
        assert api.get("/v1/graph", params={"at": "soon"}).status_code == 422


def test_a_caller_sees_and_is_told_of_what_it_may_read_only(tmp_path: Path) -> None:
    page = a_page("cart.md", ResourceRef("Deployment", "cart"))
    sources = (
        Live("prod", [deployment("cart"), deployment("vault", "hidden-ns")], "ops"),
        Live("dev", [deployment("cart")], "eng"),
    )
    config = write_clusters(tmp_path, *sources, pages=[page], extra=AUTH)
    with client(config) as api:

        def ask(token: str, **params: str) -> Any:
            return api.get("/v1/graph", params=params, headers={"Authorization": f"Bearer {token}"})

        assert api.get("/v1/graph").status_code == 401
        assert {n["cluster"] for n in ask("t-ops").json()["nodes"]} == {"prod", None}
        assert {n["cluster"] for n in ask("t-eng").json()["nodes"]} == {"dev", None}
        for params in ({"namespace": "hidden-ms"}, {"focus": "deploy/vaults"}, {"cluster": "prod"}):
            answer = ask("t-eng", **params)
            assert answer.status_code == 404
            assert not any(word in answer.text for word in ("hidden-ns", "`vault`", "nearest is `prod`"))
        assert "hidden-ns" in ask("t-ops", namespace="hidden-ms").json()["detail"]
        # Ambiguous only to who may read both.
        assert ask("t-eng", focus="deploy/cart").status_code == 200


def test_a_services_health_rests_on_endpoints_of_its_own_source(tmp_path: Path) -> None:
    def of_shop(kind: str, **fields: Any) -> dict[str, Any]:
        labels = {"kubernetes.io/service-name": "cart"}
        version = "v1" if kind == "Service" else "discovery.k8s.io/v1"
        metadata = {"name": "cart", "namespace": "shop", "uid": f"{kind}-cart", "labels": labels}
        return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}

    found = of_shop("Service", spec={"selector": {"app": "cart"}})
    slices = of_shop("EndpointSlice", endpoints=[{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}])
    elsewhere = {**slices, "metadata": {**slices["metadata"], "namespace": "tools"}}

    def health(*sources: Live) -> set[str]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        config = write_clusters(folder, *sources, extra=AUTH)
        with client(config) as api:
            answer = api.get("/v1/graph", headers={"Authorization": "Bearer t-ops"})
        return {node["status"] for node in answer.json()["nodes"] if node["kind"] == "Service"}

    assert health(Live("all", [found, slices], "ops")) == {"healthy"}
    assert health(Live("all", [found, {**slices, "endpoints": []}], "ops")) == {"failed"}
    for others in (slices, elsewhere, {**slices, "endpoints": []}):
        hidden = Live("hidden", [others], "eng", context="prod")
        assert health(Live("prod", [found], "ops"), hidden) == {"unknown"}


def test_without_anything_to_read_the_graph_is_empty(tmp_path: Path) -> None:
    config = write_clusters(tmp_path, Live("prod", shop(), "ops"), extra=AUTH)
    with client(config) as api:
        answer = api.get("/v1/graph", headers={"Authorization": "Bearer t-eng"})
        assert answer.json() == {"nodes": [], "edges": []}


def test_before_the_first_run_the_route_answers_503(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "sources:\n  - {name: prod, type: kubernetes, context: prod}\nindex: {path: state}\n", "utf-8"
    )
    with client(config) as api:
        assert api.get("/v1/graph").status_code == 503
