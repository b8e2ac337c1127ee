"""Real kubectl against the fake Kubernetes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.kube_cases import KUBECTL, Kubectl, deployment, kubectl, pod
from tests.servers.kube import SNAPSHOT, Cluster, Rule, from_manifests, from_objects, from_snapshot, too_many
from tests.servers.kube.controllers import reconcile

pytestmark = pytest.mark.skipif(not KUBECTL.exists(), reason="kubectl is not here")
recorded = pytest.mark.skipif(not SNAPSHOT.exists(), reason="the recorded lists are not here")
DEMO = Path(__file__).resolve().parents[2] / "data/demo/manifests"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, Kubectl]]:
    """The recorded cluster and kubectl as its administrator; nobody changes it."""
    cluster = from_snapshot(metrics=True)
    cluster.now = lambda: 1795586400.0  # 2026-11-25T06:00:00Z
    with kubectl(cluster, tmp_path_factory.mktemp("kubectl")) as run:
        yield cluster, run


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Cluster, Kubectl]]:
    """A small cluster with running workloads."""
    cluster = from_objects([deployment("web", replicas=2), deployment("db")])
    reconcile(cluster)
    with kubectl(cluster, tmp_path, namespace="shop") as run:
        yield cluster, run


def table(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.splitlines()]


@recorded
@pytest.mark.parametrize(
    ("arguments", "header", "row"),
    [
        (
            "pods -n sock-shop -l name=carts -o wide",
            "NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES",
            "carts-65c7845c68-n29h9 1/1 Running 0 2d 10.244.3.1 rig-node-4 <none> <none>",
        ),
        ("deploy -n sock-shop carts", "NAME READY UP-TO-DATE AVAILABLE AGE", "carts 1/1 1 1 2d"),
        (
            "sts -n argocd -o wide",
            "NAME READY AGE CONTAINERS IMAGES",
            "argocd-application-controller 1/1 2d argocd-application-controller quay.io/argoproj/argocd:",
        ),
        ("svc -n sock-shop front-end", "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE", "front-end NodePort"),
        ("nodes rig-node-1", "NAME STATUS ROLES AGE VERSION", "rig-node-1 Ready agent 2d v1.36.3"),
        (
            "hpa -n sock-shop cart", "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE",
            "cart Deployment/cart cpu: <unknown>/50% 1 10 0 2d",
        ),
        ("pdb -n otel-demo", "NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE", "opensearch-pdb N/A 1 1 2d"),
        ("vs -n bookinfo reviews", "NAME GATEWAYS HOSTS AGE", 'reviews ["reviews"] 2d'),
        ("prom -n monitoring", "NAME VERSION DESIRED READY RECONCILED AVAILABLE AGE", "k8s 3.13.2 2"),
        ("ns sock-shop", "NAME STATUS AGE", "sock-shop Active 2d"),
        ("crd applications.argoproj.io", "NAME CREATED AT", "applications.argoproj.io 2026-11-23T05:52:42Z"),
        ("sa -n sock-shop default", "NAME SECRETS AGE", "default 0 2d"),
        (
            "pv pv0001", "NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS "
            "REASON AGE", "pv0001 2Gi RWO Retain Available <unset> 2d",
        ),
        ("cm -n sock-shop kube-root-ca.crt", "NAME DATA AGE", "kube-root-ca.crt 1 2d"),
    ],
)  # fmt: skip
def test_get_prints_the_columns_of_each_kind(
    snapshot: tuple[Cluster, Kubectl], arguments: str, header: str, row: str
) -> None:
    lines = snapshot[1]("get", *arguments.split()).splitlines()
    assert " ".join(lines[0].split()) == header
    assert " ".join(lines[1].split()).startswith(row)


@recorded
def test_every_kind_can_be_listed_and_described(snapshot: tuple[Cluster, Kubectl]) -> None:
    _, run = snapshot
    kinds = run("api-resources", "--verbs=list", "-o", "name").split()
    assert len(kinds) > 70
    assert len(table(run("get", ",".join(kinds), "-A", "--ignore-not-found", "-o", "name"))) > 3300
    for kind in ("pods", "deploy", "svc", "sts", "ds", "jobs", "ing", "hpa", "pvc", "cm", "vs", "apps"):
        assert "Name:" in run("describe", kind, "-A")
    described = " ".join(run("describe", "pod", "-n", "sock-shop", "-l", "name=carts").split())
    assert "Image: weaveworksdemos/carts" in described
    assert "Successfully assigned sock-shop/carts-65c7845c68-n29h9" in described  # its events


@recorded
def test_the_forms_of_output(snapshot: tuple[Cluster, Kubectl]) -> None:
    _, run = snapshot
    place = ("get", "pods", "-n", "sock-shop", "-l", "name=carts")
    assert run(*place, "-o", "name") == "pod/carts-65c7845c68-n29h9\n"
    assert run(*place, "-o", "jsonpath={.items[*].spec.nodeName}") == "rig-node-4"
    listed = json.loads(run(*place, "-o", "json"))
    assert (listed["kind"], listed["items"][0]["kind"]) == ("List", "Pod")
    assert "kind: Pod\n" in run(*place, "-o", "yaml")
    columns = run(*place, "-o", "custom-columns=N:.metadata.name,P:.status.phase")
    assert table(columns)[1] == ["carts-65c7845c68-n29h9", "Running"]
    assert run("get", "--raw", "/healthz") == "ok"
    assert json.loads(run("get", "--raw", "/api/v1/nodes?limit=1"))["metadata"]["remainingItemCount"] == 3
    assert len(table(run("get", "pods", "-A", "--chunk-size=50", "-o", "name"))) == 227


@recorded
def test_version_explain_top_and_events(snapshot: tuple[Cluster, Kubectl]) -> None:
    cluster, run = snapshot
    assert "Server Version: v1.36.3" in run("version")
    assert "Kubernetes control plane is running" in run("cluster-info")
    assert "networking.istio.io/v1beta1" in run("api-versions").split()
    assert "replicas\t<integer>" in run("explain", "deploy.spec")
    assert "HTTP traffic" in run("explain", "virtualservices.spec.http")
    assert table(run("top", "pods", "-n", "sock-shop", "--no-headers"))[0][0].startswith("carts-")
    assert len(table(run("top", "nodes"))) == 5
    assert "FailedScheduling" in run("events", "-A", "--types=Warning")
    assert "FailedScheduling" in run("get", "events", "-A", "--field-selector", "reason=FailedScheduling")
    assert cluster.violations == []


@recorded
def test_rollouts_are_read_from_revisions(snapshot: tuple[Cluster, Kubectl]) -> None:
    _, run = snapshot
    assert table(run("rollout", "history", "deploy/front-end", "-n", "sock-shop"))[2] == ["1", "<none>"]
    detail = run("rollout", "history", "sts/argocd-application-controller", "-n", "argocd", "--revision=1")
    assert "argocd-application-controller" in detail
    assert "successfully rolled out" in run("rollout", "status", "deploy/front-end", "-n", "sock-shop")


def test_a_cluster_of_manifests_runs_after_its_controllers(shop: tuple[Cluster, Kubectl]) -> None:
    cluster, run = shop
    pods = table(run("get", "pods", "--no-headers"))
    assert [line[1:4] for line in pods] == [["1/1", "Running", "0"]] * 3
    assert "successfully rolled out" in run("rollout", "status", "deploy/web", "--timeout=5s")
    assert "level=info msg=starting container=app image=web:1" in run("logs", "deploy/web")
    cluster.logs.set("shop", pods[0][0], "app", "boom", previous=True)
    assert run("logs", pods[0][0], "--previous") == "boom\n"
    refused = run.run("logs", pods[1][0], "-c", "nope")
    assert "container nope is not valid for pod" in refused.stderr
    assert (
        run("wait", "--for=condition=Available", "deploy/web", "--timeout=5s")
        == "deployment.apps/web condition met\n"
    )


def test_the_demos_manifests_can_be_served(tmp_path: Path) -> None:
    cluster = from_manifests(DEMO)
    reconcile(cluster)
    with kubectl(cluster, tmp_path) as run:
        listed = table(run("get", "deploy,pods,svc", "-A", "--no-headers"))
        assert len(listed) > 5
        assert {line[2] for line in listed if line[1].startswith("deployment.apps/")} <= {
            "1/1",
            "2/2",
            "3/3",
            "4/4",
        }


def test_diff_and_dry_runs_on_the_server(shop: tuple[Cluster, Kubectl], tmp_path: Path) -> None:
    cluster, run = shop
    wanted = {**deployment("web", replicas=4), "metadata": {"name": "web", "namespace": "shop"}}
    text = json.dumps(wanted)
    changed = run.run("diff", "-f", "-", stdin=text)
    assert changed.returncode == 1, changed.stderr
    assert "-  replicas: 2\n+  replicas: 4\n" in changed.stdout
    assert "deployment.apps/web configured (server dry run)" in run(
        "apply", "--dry-run=server", "-f", "-", stdin=text
    )
    applied = run(
        "apply", "--server-side", "--dry-run=server", "-o", "jsonpath={.spec.replicas}", "-f", "-", stdin=text
    )
    assert applied == "4"
    fresh = json.dumps(deployment("new"))
    assert "deployment.apps/new created (server dry run)" in run(
        "apply", "--dry-run=server", "-f", "-", stdin=fresh
    )
    assert "deployment.apps/web scaled (server dry run)" in run(
        "scale", "deploy/web", "--replicas=9", "--dry-run=server"
    )
    assert cluster.store.get("Deployment", "web", "shop")["spec"]["replicas"] == 2
    assert cluster.violations == []
    refused = run.run("scale", "deploy/web", "--replicas=9")
    assert (refused.returncode, "refuses every change" in refused.stderr) == (1, True)
    assert cluster.violations == ["PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale"]


def test_a_restricted_user_is_told_what_is_forbidden(tmp_path: Path) -> None:
    cluster = from_objects([pod("web")])
    cluster.plant_secret("db", "shop", password="canary")
    cluster.add_user("ann", rules=(Rule(resources=("pods",), namespaces=("shop",)),))
    with kubectl(cluster, tmp_path, "ann", "shop") as run:
        assert run("get", "pods", "-o", "name") == "pod/web\n"
        refused = run.run("get", "secrets")
        assert refused.stderr == (
            'Error from server (Forbidden): secrets is forbidden: User "ann" cannot list resource "secrets" '
            'in API group "" in the namespace "shop"\n'
        )
        assert run("auth", "can-i", "list", "pods") == "yes\n"
        assert run.run("auth", "can-i", "list", "pods", "-n", "data").stdout == "no\n"
        assert "pods.*" in run("auth", "can-i", "--list")
        assert "ann" in run("auth", "whoami")


def test_kubectl_waits_where_it_is_told_to_and_copes_with_a_broken_group(tmp_path: Path) -> None:
    cluster = Cluster(metrics=True)
    cluster.put(pod("web"))
    cluster.faults = [too_many("/api/v1/namespaces/shop/pods", seconds=1)]
    cluster.broken.add("metrics.k8s.io/v1beta1")
    with kubectl(cluster, tmp_path, namespace="shop") as run:
        assert run("get", "pods", "-o", "name") == "pod/web\n"
        assert [request.status for request in cluster.asked("/namespaces/shop/pods")] == [429, 200]
        kinds = run("api-resources")
        assert "apps/v1" in kinds
        assert "metrics.k8s.io" not in kinds  # kubectl leaves stale groups out
        assert run.run("top", "pods").stderr == "error: Metrics API not available\n"


def test_changes_flow_into_a_watching_kubectl(shop: tuple[Cluster, Kubectl]) -> None:
    cluster, run = shop
    arguments = ("get", "deploy", "web", "-w", "--request-timeout=3s", "-o", "jsonpath={.spec.replicas},")
    with ThreadPoolExecutor() as pool:
        watched = pool.submit(run.run, *arguments)
        while not cluster.asked("deployments.*watch=true"):
            time.sleep(0.02)
        cluster.patch("Deployment", "web", {"spec": {"replicas": 5}}, "shop")
        assert watched.result().stdout == "2,5,"
