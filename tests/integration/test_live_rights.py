"""The account of `deploy/` against a server that keeps to its rights, from inside a pod as the client sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.connectors import build_connector
from api.settings import KubernetesSource, Settings
from connectors.kubernetes.live.connector import KubernetesLiveConnector
from tests.integration.live_clusters import SHOP, crawl
from tests.servers.kube import Cluster, Served, from_objects, serving
from tests.unit.markdown_docs import ROOT

MANIFESTS = ROOT / "deploy" / "kubernetes"
ACCOUNT = "system:serviceaccount:kubelore:kubelore"
TOKEN = "token-of-the-pod"


@pytest.fixture
def cluster() -> Cluster:
    made = from_objects(SHOP)
    for manifest in yaml.safe_load_all((MANIFESTS / "rbac.yaml").read_text()):
        made.put(manifest)
    made.add_user(ACCOUNT, token=TOKEN)
    return made


@pytest.fixture
def served(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The cluster as a pod finds it: an address in variables, a token and a certificate in files."""
    with serving(cluster, tls=True) as made:
        host, _, port = made.url.removeprefix("https://").partition(":")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
        (tmp_path / "token").write_text(TOKEN)
        place = "kubernetes.config.incluster_config"
        monkeypatch.setattr(f"{place}.SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
        monkeypatch.setattr(f"{place}.SERVICE_CERT_FILENAME", str(made.ca))
        yield made
    assert not cluster.violations
    assert not cluster.secret_reads


def deployed(tmp_path: Path, **options: Any) -> KubernetesLiveConnector:
    """The connector of the deployed configuration's live source."""
    config = yaml.safe_load(yaml.safe_load((MANIFESTS / "configmap.yaml").read_text())["data"]["config.yaml"])
    (source,) = [one for one in config["sources"] if one.get("in_cluster")]
    settings = Settings.model_validate(
        {"sources": [{**source, **options}], "index": {"path": str(tmp_path / "state")}}
    )
    (live,) = settings.sources
    assert isinstance(live, KubernetesSource)
    connector = build_connector(live, tmp_path)
    assert isinstance(connector, KubernetesLiveConnector)
    return connector


def test_the_deployed_source_reads_every_built_in_kind(
    cluster: Cluster, served: Served, tmp_path: Path
) -> None:
    report = deployed(tmp_path).check()
    assert report.ok
    assert [line for line in report.details if "shop.example.com" not in line] == []
    found = crawl(deployed(tmp_path))
    assert "kubernetes:cluster/shop/Deployment/cart" in found.named
    assert {request.user for request in cluster.asked("GET /api/v1/pods")} == {ACCOUNT}
    assert not cluster.asked("secrets")


def test_secrets_that_may_not_be_listed_are_skipped_and_nothing_else(
    cluster: Cluster, served: Served, tmp_path: Path
) -> None:
    cluster.plant_secret("db", "shop", password="canary")
    found = crawl(deployed(tmp_path, kinds={}))
    refused = [failure for failure in found.failures if "shop.example.com" not in failure.reason]
    assert [(one.item, one.skipped) for one in refused] == [("kubernetes:cluster/*/Secret/", True)]
    assert not found.of("Secret")
