"""The official Python client and its dynamic client against the fake Kubernetes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.kube_cases import PARTIAL, pod
from tests.servers.kube import (
    SNAPSHOT,
    Cluster,
    Context,
    Fault,
    Rule,
    from_objects,
    from_snapshot,
    kubeconfig,
    serving,
)

kubernetes = pytest.importorskip("kubernetes")
Json = dict[str, Any]


@contextmanager
def connected(cluster: Cluster, folder: Path, user: str = "admin") -> Iterator[Any]:
    """An ApiClient of the official client."""
    with serving(cluster, tls=True) as served:
        path = kubeconfig(folder / "kubeconfig", Context("fake", served, user))
        yield kubernetes.config.new_client_from_config(str(path))


@pytest.mark.skipif(not SNAPSHOT.exists(), reason="the recorded lists are not here")
def test_the_dynamic_client_finds_and_lists_every_kind(tmp_path: Path) -> None:
    cluster = from_snapshot()
    with connected(cluster, tmp_path) as api:
        dynamic = kubernetes.dynamic.DynamicClient(api)
        kinds = [
            one
            for one in dynamic.resources.search()
            if "list" in (getattr(one, "verbs", None) or ())
            and not one.kind.endswith("List")
            and one.preferred
        ]
        counts = {f"{one.group_version}/{one.kind}": len(dynamic.get(one).items) for one in kinds}
    assert counts["v1/Pod"] == 227
    assert counts["v1/Event"] == counts["events.k8s.io/v1/Event"] == 905
    assert counts["networking.istio.io/v1/VirtualService"] == 5
    assert counts["argoproj.io/v1alpha1/Application"] == 1
    assert sum(counts.values()) > 3300
    assert cluster.violations == []


def test_typed_pages_watches_and_logs(tmp_path: Path) -> None:
    cluster = from_objects([pod(f"web-{number}") for number in range(5)])
    cluster.logs.set("shop", "web-0", "app", "hello")
    with connected(cluster, tmp_path) as api:
        core = kubernetes.client.CoreV1Api(api)
        page = core.list_namespaced_pod("shop", limit=2)
        assert (len(page.items), page.metadata.remaining_item_count) == (2, 3)
        rest = core.list_namespaced_pod("shop", limit=9, _continue=page.metadata._continue)
        assert [one.metadata.name for one in rest.items] == ["web-2", "web-3", "web-4"]
        assert core.read_namespaced_pod_log("web-0", "shop") == "hello\n"
        threading.Timer(0.2, lambda: cluster.delete("Pod", "web-1", "shop")).start()
        since = {"resource_version": rest.metadata.resource_version, "timeout_seconds": 1}
        events = [
            (event["type"], event["object"].metadata.name)
            for event in kubernetes.watch.Watch().stream(core.list_namespaced_pod, "shop", **since)
        ]
        assert events == [("DELETED", "web-1")]


def test_expiry_and_refusal_are_the_clients_exceptions(tmp_path: Path) -> None:
    cluster = from_objects([pod("a"), pod("b")])
    cluster.add_user("ann", rules=(Rule(resources=("pods",)),))
    cluster.faults = [Fault("continue=", "expire")]
    with connected(cluster, tmp_path, "ann") as api:
        core = kubernetes.client.CoreV1Api(api)
        token = core.list_pod_for_all_namespaces(limit=1).metadata._continue
        with pytest.raises(kubernetes.client.ApiException) as gone:
            core.list_pod_for_all_namespaces(limit=1, _continue=token)
        assert gone.value.status == 410
        with pytest.raises(kubernetes.client.ApiException) as refused:
            core.list_secret_for_all_namespaces()
        assert refused.value.status == 403
        with pytest.raises(kubernetes.client.ApiException) as change:
            core.delete_namespaced_pod("a", "shop")
        assert change.value.status == 403


def test_metadata_alone_can_be_asked_for(tmp_path: Path) -> None:
    cluster = Cluster()
    cluster.plant_secret("db", password="canary")
    with connected(cluster, tmp_path) as api:
        dynamic = kubernetes.dynamic.DynamicClient(api)
        secrets = dynamic.resources.get(api_version="v1", kind="Secret")
        answer = dynamic.get(secrets, header_params={"Accept": PARTIAL}, serialize=False)
        answer = json.loads(answer.data)
    assert answer["kind"] == "PartialObjectMetadataList"
    assert "data" not in answer["items"][0]
    assert cluster.secret_reads == []
