"""The fake Kubernetes: users and RBAC, logs, dry runs, refused changes, faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.kube_cases import client, deployment, http, pod
from tests.servers.kube import Cluster, Fault, Rule, from_objects, serving, too_many

Json = dict[str, Any]


@pytest.fixture
def shop() -> Cluster:
    return from_objects([pod("web-0"), pod("web-1"), pod("db-0", "data"), deployment("web")])


@pytest.fixture
def session(shop: Cluster) -> Iterator[httpx.Client]:
    with client(shop) as one:
        yield one


def by(shop: Cluster, session: httpx.Client, user: str) -> httpx.Client:
    return httpx.Client(base_url=session.base_url, headers={"Authorization": f"Bearer {shop.token(user)}"})


def message(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["message"]


def test_refusals_have_the_real_servers_words(shop: Cluster, session: httpx.Client) -> None:
    shop.add_user("ann", rules=(Rule(resources=("pods",), namespaces=("shop",)),))
    with by(shop, session, "ann") as ann:
        assert ann.get("/api/v1/namespaces/shop/pods").status_code == 200
        assert message(ann.get("/api/v1/namespaces/data/pods")) == (
            403,
            'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "data"',
        )
        assert message(ann.get("/apis/apps/v1/deployments")) == (
            403,
            'deployments.apps is forbidden: User "ann" cannot list resource "deployments" in API group "apps" '
            "at the cluster scope",
        )
        log = ann.get("/api/v1/namespaces/shop/pods/web-0/log")
        assert message(log) == (
            403,
            'pods "web-0" is forbidden: User "ann" cannot get resource "pods/log" in API group "" '
            'in the namespace "shop"',
        )
        assert log.json()["reason"] == "Forbidden"
        assert ann.get("/apis").status_code == 200
    wrong = session.get("/api/v1/pods", headers={"Authorization": "Bearer nobody"})
    assert message(wrong) == (401, "Unauthorized")
    assert [request.user for request in shop.asked("deployments")] == ["ann"]


def test_without_credentials_over_https_only_health_and_version_answer(shop: Cluster) -> None:
    with serving(shop, tls=True) as served, http(served) as nobody:
        assert nobody.get("/healthz").text == "ok"
        assert nobody.get("/version").status_code == 200
        assert message(nobody.get("/api")) == (
            403,
            'forbidden: User "system:anonymous" cannot get path "/api"',
        )
        assert nobody.get("/api/v1/pods").status_code == 403


def test_the_clusters_own_roles_hold(shop: Cluster, session: httpx.Client) -> None:
    kind = "rbac.authorization.k8s.io"
    rules = [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]}]
    shop.put(
        {"apiVersion": f"{kind}/v1", "kind": "ClusterRole", "metadata": {"name": "reader"}, "rules": rules}
    )
    binding: Json = {"roleRef": {"apiGroup": kind, "kind": "ClusterRole", "name": "reader"}}
    binding["subjects"] = [{"kind": "Group", "name": "sre"}, {"kind": "ServiceAccount", "name": "bot"}]
    shop.put(
        {
            "apiVersion": f"{kind}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "r", "namespace": "shop"},
            **binding,
        }
    )
    shop.add_user("ben", groups=("sre",))
    shop.add_user("system:serviceaccount:shop:bot", token="bot")
    with by(shop, session, "ben") as ben:
        assert ben.get("/apis/apps/v1/namespaces/shop/deployments").status_code == 200
        assert ben.get("/apis/apps/v1/deployments").status_code == 403
        assert ben.get("/apis/apps/v1/namespaces/shop/deployments?watch=1").status_code == 403
    bot = session.get("/apis/apps/v1/namespaces/shop/deployments", headers={"Authorization": "Bearer bot"})
    assert bot.status_code == 200


def test_access_reviews_say_what_the_rules_do(shop: Cluster, session: httpx.Client) -> None:
    shop.add_user(
        "ann", rules=(Rule(("list",), ("pods",), namespaces=("shop",)),), denied=(Rule(("*",), ("secrets",)),)
    )
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

    def allowed(one: httpx.Client, **wanted: str) -> bool:
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "x", "spec": {"resourceAttributes": wanted}}
        answer = one.post(path, json=body)
        assert answer.status_code == 201
        return bool(answer.json()["status"]["allowed"])

    with by(shop, session, "ann") as ann:
        assert allowed(ann, verb="list", resource="pods", namespace="shop")
        assert not allowed(ann, verb="get", resource="pods", namespace="shop")
        assert not allowed(ann, verb="list", resource="pods")
        body = {"apiVersion": "authorization.k8s.io/v1", "spec": {"namespace": "shop"}}
        rules = ann.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", json=body).json()["status"]
        assert rules["resourceRules"] == [{"verbs": ["list"], "apiGroups": ["*"], "resources": ["pods"]}]
    assert allowed(session, verb="delete", resource="nodes")
    assert shop.violations == []


def test_logs_answer_to_every_parameter(shop: Cluster, session: httpx.Client) -> None:
    text = "\n".join(f"2026-11-25T10:00:0{second}Z line {second}" for second in range(5))
    shop.logs.set("shop", "web-0", "app", text)
    shop.logs.set("shop", "web-0", "app", "died", previous=True)
    shop.now = lambda: 1795600805.0  # 2026-11-25T10:00:05Z

    def log(**query: object) -> str:
        answer = session.get(
            "/api/v1/namespaces/shop/pods/web-0/log", params={k: str(v) for k, v in query.items()}
        )
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    assert log() == "line 0\nline 1\nline 2\nline 3\nline 4\n"
    assert log(tailLines=2, container="app") == "line 3\nline 4\n"
    assert log(tailLines=0) == ""
    assert log(sinceSeconds=2) == "line 3\nline 4\n"
    assert log(sinceTime="2026-11-25T10:00:04Z") == "line 4\n"
    assert log(limitBytes=8) == "line 0\nl"
    assert log(timestamps="true", tailLines=1) == "2026-11-25T10:00:04.000000Z line 4\n"
    assert log(previous="true") == "died\n"


def test_logs_that_are_not_there_are_explained(shop: Cluster, session: httpx.Client) -> None:
    def refused(name: str, query: str = "") -> tuple[int, str]:
        return message(session.get(f"/api/v1/namespaces/shop/pods/{name}/log{query}"))

    waiting = pod("new")
    waiting["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "ContainerCreating"}}
    two = pod("two")
    two["spec"]["containers"].append({"name": "proxy"})
    two["spec"]["initContainers"] = [{"name": "init"}]
    shop.put(waiting)
    shop.put(two)
    assert refused("web-0", "?container=nope") == (400, "container nope is not valid for pod web-0")
    assert refused("web-0", "?previous=true") == (
        400,
        'previous terminated container "app" in pod "web-0" not found',
    )
    assert refused("new") == (400, 'container "app" in pod "new" is waiting to start: ContainerCreating')
    assert refused("two") == (
        400,
        "a container name must be specified for pod two, choose one of: [app proxy] "
        "or one of the init containers: [init]",
    )
    assert refused("gone") == (404, 'pods "gone" not found')


def test_dry_runs_show_what_would_be_and_change_nothing(shop: Cluster, session: httpx.Client) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments"
    before = session.get(f"{path}/web").json()

    def patched(media_type: str, body: object) -> Json:
        answer = session.patch(f"{path}/web?dryRun=All", json=body, headers={"Content-Type": media_type})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    containers = [{"name": "proxy", "image": "proxy:1"}]
    change = {"spec": {"replicas": 3, "template": {"spec": {"containers": containers}}}}
    merged = patched("application/strategic-merge-patch+json", change)
    assert [one["name"] for one in merged["spec"]["template"]["spec"]["containers"]] == ["app", "proxy"]
    assert (merged["spec"]["replicas"], merged["metadata"]["generation"]) == (3, 2)
    replaced = patched("application/merge-patch+json", change)
    assert replaced["spec"]["template"]["spec"]["containers"] == containers
    operations = [
        {"op": "replace", "path": "/spec/replicas", "value": 5},
        {"op": "remove", "path": "/spec/selector"},
    ]
    edited = patched("application/json-patch+json", operations)
    assert (edited["spec"]["replicas"], "selector" in edited["spec"]) == (5, False)
    created = session.post(f"{path}?dryRun=All", json=deployment("new"))
    assert (created.status_code, created.json()["metadata"]["namespace"]) == (201, "shop")
    assert session.post(f"{path}?dryRun=All", json=deployment("web")).json()["reason"] == "AlreadyExists"
    assert session.delete(f"{path}/web?dryRun=All").status_code == 200
    scaled = session.patch(f"{path}/web/scale?dryRun=All", json={"spec": {"replicas": 9}})
    assert (scaled.json()["kind"], scaled.json()["spec"]["replicas"]) == ("Scale", 9)
    assert session.get(f"{path}/web").json() == before
    assert len(session.get(path).json()["items"]) == 1
    assert shop.violations == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/v1/namespaces/shop/pods/web-0"), ("DELETE", "/api/v1/namespaces/shop/pods"),
        ("POST", "/api/v1/namespaces/shop/pods"), ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale"),
        ("PUT", "/apis/apps/v1/namespaces/shop/deployments/web"),
        ("POST", "/api/v1/namespaces/shop/pods/web-0/eviction"),
        ("POST", "/api/v1/namespaces/shop/pods/web-0/exec?command=id&dryRun=All"),
        ("GET", "/api/v1/namespaces/shop/pods/web-0/exec?command=id"),
        ("GET", "/api/v1/namespaces/shop/pods/web-0/portforward"),
        ("GET", "/api/v1/namespaces/shop/pods/web-0/proxy/admin/stop"),
        ("POST", "/api/v1/namespaces/shop/serviceaccounts/default/token"),
    ],
)  # fmt: skip
def test_changes_are_refused_and_recorded(
    shop: Cluster, session: httpx.Client, method: str, path: str
) -> None:
    version = shop.store.version
    assert session.request(method, path, json={}).status_code == 403
    assert (shop.violations, shop.store.version) == ([f"{method} {path}"], version)


def test_faults_strike_as_they_are_told(shop: Cluster, session: httpx.Client) -> None:
    shop.faults = [too_many("/pods", seconds=3), Fault("/deployments", status=503, message="down")]
    limited = session.get("/api/v1/pods")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "3")
    assert limited.json()["details"] == {"retryAfterSeconds": 3}
    assert limited.json()["reason"] == "TooManyRequests"
    assert session.get("/api/v1/pods").status_code == 200
    assert message(session.get("/apis/apps/v1/deployments")) == (503, "down")
    shop.faults = [Fault("/pods", "cut"), Fault("/pods", "truncated"), Fault("/pods", "malformed")]
    with pytest.raises(httpx.RemoteProtocolError):
        session.get("/api/v1/pods")
    with pytest.raises(ValueError, match=r".+"):
        session.get("/api/v1/pods").json()
    assert session.get("/api/v1/pods").json()["items"][0] == {"metadata": None, "spec": "?"}
    token = session.get("/api/v1/pods?limit=1").json()["metadata"]["continue"]
    shop.faults = [Fault("continue=", "expire"), Fault("continue=", "loop"), Fault("continue=", "empty")]
    assert session.get(f"/api/v1/pods?limit=1&continue={token}").status_code == 410
    assert session.get(f"/api/v1/pods?limit=1&continue={token}").json()["metadata"]["continue"] == token
    assert session.get(f"/api/v1/pods?limit=1&continue={token}").json()["items"] == []


def test_an_aggregated_api_that_is_down_is_listed_but_does_not_answer() -> None:
    cluster = Cluster(metrics=True)
    cluster.broken.add("metrics.k8s.io/v1beta1")
    with client(cluster) as session:
        assert "metrics.k8s.io" in {one["name"] for one in session.get("/apis").json()["groups"]}
        assert session.get("/apis/metrics.k8s.io/v1beta1").status_code == 503
        assert session.get("/apis/metrics.k8s.io/v1beta1/pods").status_code == 503
        accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        found = session.get("/apis", headers={"Accept": accept}).json()["items"]
        versions = next(one["versions"] for one in found if one["metadata"]["name"] == "metrics.k8s.io")
        assert versions == [{"version": "v1beta1", "resources": [], "freshness": "Stale"}]


def test_requests_are_recorded_as_they_were_asked(shop: Cluster, session: httpx.Client) -> None:
    session.get("/api/v1/pods?labelSelector=a%20in%20(b)", headers={"Accept": "application/json"})
    (request,) = shop.asked(r"GET /api/v1/pods\?labelSelector=a in \(b\)")
    assert (request.accept, request.user, request.status) == ("application/json", "admin", 200)
    assert request.query == {"labelSelector": ["a in (b)"]}
