"""From a live cluster to its picture: real runs over a fake API server, whatever happens in between."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.settings import load_settings
from api.watching import Watches
from cluster.store import ObjectStore
from connectors.documents import ResourceRef
from connectors.kubernetes.live.watch import Pace
from tests.integration.kube_cases import deployment
from tests.integration.test_wiring import HashingModel
from tests.servers.faults import Fault
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig, reconcile, serving

CANARY = "hunter2-canary-9f3"


class Place:
    """A served cluster, and the command line over a configuration that reads it."""

    def __init__(self, folder: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.cluster, self._capsys = folder, cluster, capsys
        (folder / "pages").mkdir()
        (folder / "pages/cart.md").write_text(
            "# Cart\n\nRestart it: `kubectl rollout restart deploy/cart -n shop`\n"
        )
        self.configure()

    def configure(
        self, source: str = "{name: prod, type: kubernetes, context: prod, kubeconfig: kubeconfig}"
    ) -> None:
        """Writes the configuration with this source beside the pages."""
        self.config = self.folder / "config.yaml"
        pages = "{name: docs, type: files, path: pages}"
        lines = "\n".join(f"  - {one}" for one in (pages, source) if one)
        self.config.write_text(f"sources:\n{lines}\nindex: {{path: state}}\n", "utf-8")

    def run(self, *arguments: str, code: int = 0) -> Any:
        """What a command prints as JSON."""
        wanted = ("--format", "json") if arguments[0] == "graph" else ("--json",)
        found = main(["--config", str(self.config), *arguments, *wanted])
        captured = self._capsys.readouterr()
        assert found == code, captured.err
        return json.loads(captured.out)

    def names(self, kind: str, *arguments: str) -> set[str]:
        """The names of a kind in the graph."""
        return {one["name"] for one in self.run("graph", *arguments)["nodes"] if one["kind"] == kind}

    @property
    def store(self) -> ObjectStore:
        return ObjectStore(self.folder / "state")


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Place]:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    cluster = from_objects([deployment("cart", replicas=2), deployment("web")])
    reconcile(cluster)
    with serving(cluster, tls=True) as served:
        kubeconfig(tmp_path / "kubeconfig", Context("prod", served))
        yield Place(tmp_path, cluster, capsys)
    assert not cluster.violations
    assert not cluster.secret_reads


def test_a_run_leads_to_a_picture_and_the_next_one_to_a_snapshot(place: Place) -> None:
    assert place.run("ingest")["failed"] == 0
    assert place.names("Deployment") == {"cart", "web"}
    assert place.names("Page", "--focus", "deploy/cart") == {"Cart"}
    (first,) = place.store.snapshots("prod")

    place.cluster.delete("Deployment", "web", "shop")
    place.cluster.put(deployment("mail"))
    assert place.run("ingest")["deleted"] >= 1
    assert place.names("Deployment") == {"cart", "mail"}
    assert place.names("Deployment", "--at", first.isoformat()) == {"cart", "web"}
    (gone,) = [
        one for one in place.store.versions(ResourceRef("Deployment", "web", "shop")) if one.found is None
    ]
    assert gone.at > first
    (cluster,) = place.run("status")["clusters"]
    assert (cluster["name"], cluster["snapshots"]) == ("prod", 2)


def test_an_unchanged_cluster_changes_nothing_but_as_of_when(place: Place) -> None:
    place.run("ingest")
    before, seen = place.store.object_stamp, place.store.observed_at("prod")
    assert place.run("ingest")["nothing_new"]
    after = place.store.observed_at("prod")
    assert place.store.object_stamp == before
    assert seen is not None
    assert after is not None
    assert after > seen


def test_a_dry_run_keeps_nothing(place: Place) -> None:
    place.run("ingest", "--dry-run")
    assert not (place.folder / "state/cluster.db").exists()


def test_a_crawl_that_fails_takes_nothing_away_and_is_no_snapshot(place: Place) -> None:
    place.run("ingest")
    place.cluster.faults = [Fault("/apis/apps/v1/deployments", "status", status=403)]
    place.run("ingest", code=0)
    assert place.names("Deployment") == {"cart", "web"}


def test_a_source_that_is_taken_out_loses_its_objects(place: Place) -> None:
    place.run("ingest")
    place.configure("")
    place.run("ingest", "docs")
    assert place.store.sources() == ["prod"]
    refused = place.run("ingest", code=1)
    assert refused["sources"][-1]["status"] == "refused"
    assert place.store.sources() == ["prod"]
    place.run("ingest", "--confirm-deletions")
    assert place.store.sources() == []
    assert main(["--config", str(place.config), "graph"]) == 2


def test_nothing_that_came_from_a_removed_source_is_left(place: Place) -> None:
    (place.folder / "pages/size.md").write_text("# Size\n\nNamespace `shop`.\n\n`cart` has 7 replicas.\n")
    place.run("ingest")
    assert [one["type"] for one in place.run("status", "--findings")["findings"]] == ["contradiction"]
    assert "prod" in {one["source"] for one in place.run("search", "deployment cart")["results"]}

    place.configure("")
    place.run("ingest", "--confirm-deletions")
    assert place.run("status", "--findings")["findings"] == []
    assert {one["source"] for one in place.run("search", "deployment cart")["results"]} == {"docs"}
    assert "kubernetes:prod" not in json.dumps(place.run("ask", "how many replicas has the deployment cart?"))
    assert [one["name"] for one in place.run("status")["sources"]] == ["docs"]
    assert place.run("status")["clusters"] == []


def test_a_source_that_got_another_name_has_its_objects_once(place: Place) -> None:
    place.run("ingest")
    place.configure("{name: live, type: kubernetes, context: prod, kubeconfig: kubeconfig}")
    place.run("ingest", "--confirm-deletions")
    assert place.store.sources() == ["live"]
    assert [found.name for found in place.store.objects(kinds=["Deployment"])] == ["cart", "web"]
    assert "kubernetes:prod" not in json.dumps(place.run("search", "deployment cart"))


def test_a_cluster_that_is_read_from_files_from_now_on_loses_its_objects(place: Place) -> None:
    place.run("ingest")
    place.configure("{name: prod, type: kubernetes, path: pages}")
    place.run("ingest", "--confirm-deletions")
    assert place.store.sources() == []


def test_a_watch_keeps_the_objects_fresh_between_runs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.kubernetes.live.connector.Pace", partial(Pace, pause=0.05, hurried=0.05))
    place.run("ingest")
    watches = Watches(load_settings(place.config, {}))
    watches.start()
    try:
        place.cluster.patch("Deployment", "cart", {"spec": {"replicas": 7}}, "shop")
        place.cluster.delete("Deployment", "web", "shop")
        cart = ResourceRef("Deployment", "cart", "shop", "prod")
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            newest = place.store.versions(cart)[-1].found
            if newest and newest.value["spec"]["replicas"] == 7 and place.names("Deployment") == {"cart"}:
                break
            time.sleep(0.1)
    finally:
        watches.stop()
    newest = place.store.versions(cart)[-1].found
    assert newest is not None
    assert newest.value["spec"]["replicas"] == 7
    assert place.names("Deployment") == {"cart"}
    assert place.run("ingest")["failed"] == 0
    assert place.names("Deployment") == {"cart"}


def test_no_credential_of_the_cluster_is_kept(place: Place) -> None:
    place.cluster.plant_secret("db", "shop", password=CANARY)
    loaded = deployment("loaded")
    container = loaded["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "DB_PASSWORD", "value": CANARY}]
    loaded["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps({"password": CANARY})
    }
    place.cluster.put(loaded)
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}}
    place.cluster.put({**config, "data": {"api-token": CANARY}})
    place.run("ingest")
    kept = json.dumps([found.value for found in place.store.objects()])
    assert '"loaded"' in kept
    assert CANARY not in kept
    assert {found.name for found in place.store.objects(kinds=["Secret"])} == {"db"}
    assert CANARY not in json.dumps(place.run("graph"))
