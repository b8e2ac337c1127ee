"""The fake Kubernetes: lists, pages, selectors, forms of answers, discovery; over real HTTP."""

from __future__ import annotations

import json
import tarfile

import httpx
import pytest

from tests.integration.kube_cases import PARTIAL, TABLE, Json, client, deployment, http, pod
from tests.servers.kube import SNAPSHOT, Cluster, from_objects, from_snapshot, serving
from tests.servers.kube.synthetic import many_pods

recorded = pytest.mark.skipif(not SNAPSHOT.exists(), reason="the recorded lists are not here")


def shop(number: int = 7) -> Cluster:
    return from_objects([pod(f"web-{index}", tier="web" if index % 2 else "api") for index in range(number)])


def names(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["metadata"]["name"] for one in response.json()["items"]]


def test_pages_show_the_state_of_the_first_page_whatever_changes_meanwhile() -> None:
    cluster = shop()
    with client(cluster) as session:
        first = session.get("/api/v1/pods", params={"limit": 3})
        metadata = first.json()["metadata"]
        assert names(first) == ["web-0", "web-1", "web-2"]
        assert metadata["remainingItemCount"] == 4
        cluster.put(pod("web-00-new"))
        cluster.put(pod("web-9-new"))
        cluster.delete("Pod", "web-4", "shop")
        cluster.patch("Pod", "web-5", {"metadata": {"labels": {"tier": "new"}}}, "shop")
        second = session.get("/api/v1/pods", params={"limit": 3, "continue": metadata["continue"]})
        assert names(second) == ["web-3", "web-4", "web-5"]
        assert second.json()["metadata"]["resourceVersion"] == metadata["resourceVersion"]
        assert second.json()["metadata"]["remainingItemCount"] == 1
        assert second.json()["items"][2]["metadata"]["labels"] == {"tier": "web"}
        third = session.get(
            "/api/v1/pods", params={"limit": 3, "continue": second.json()["metadata"]["continue"]}
        )
        assert names(third) == ["web-6"]
        assert third.json()["metadata"].keys() == {"resourceVersion"}
        now = names(session.get("/api/v1/pods"))
        assert now == ["web-0", "web-00-new", "web-1", "web-2", "web-3", "web-5", "web-6", "web-9-new"]


def test_a_forgotten_page_answers_410_with_a_token_that_goes_on_inconsistently() -> None:
    cluster = shop()
    with client(cluster) as session:
        token = session.get("/api/v1/pods?limit=5").json()["metadata"]["continue"]
        cluster.put(pod("web-50"))
        cluster.store.compact()
        gone = session.get("/api/v1/pods", params={"limit": 5, "continue": token})
        status = gone.json()
        assert (gone.status_code, status["kind"], status["reason"], status["code"]) == (
            410,
            "Status",
            "Expired",
            410,
        )
        rest = session.get("/api/v1/pods", params={"limit": 5, "continue": status["metadata"]["continue"]})
        assert names(rest) == ["web-5", "web-50", "web-6"]
        assert session.get("/api/v1/pods", params={"continue": "nonsense"}).status_code == 400


def test_resource_version_decides_between_cache_snapshot_and_refusal() -> None:
    cluster = shop()
    with client(cluster) as session:
        before = session.get("/api/v1/pods").json()["metadata"]["resourceVersion"]
        cluster.delete("Pod", "web-0", "shop")
        assert (
            len(names(session.get("/api/v1/pods?limit=2&resourceVersion=0"))) == 6
        )  # the cache ignores the limit
        exact = {"resourceVersion": before, "resourceVersionMatch": "Exact"}
        assert len(names(session.get("/api/v1/pods", params=exact))) == 7
        newer = {**exact, "resourceVersionMatch": "NotOlderThan"}
        assert len(names(session.get("/api/v1/pods", params=newer))) == 6
        future = session.get("/api/v1/pods", params={"resourceVersion": "99999"})
        assert (future.status_code, future.json()["reason"]) == (504, "Timeout")
        cluster.store.compact()
        assert session.get("/api/v1/pods", params=exact).status_code == 410


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("tier=web", "bc"), ("tier==web,canary", "c"), ("tier!=web", "ad"), ("tier in (web, api)", "abc"),
        ("tier notin (web)", "ad"), ("!tier", "d"), ("tier", "abc"), ("canary=", ""), ("example.com/x=1", "d"),
        ("tier in (web),!canary", "b"), ("weight>3", "c"), ("", "abcd"),
    ],
)  # fmt: skip
def test_label_selectors(selector: str, found: str) -> None:
    pods = [
        pod("a", tier="api"),
        pod("b", tier="web", weight="3"),
        pod("c", tier="web", canary="yes", weight="20"),
    ]
    with client(from_objects([*pods, pod("d", **{"example.com/x": "1"})])) as session:
        assert "".join(names(session.get("/api/v1/pods", params={"labelSelector": selector}))) == found


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("spec.nodeName=n1", "ac"), ("spec.nodeName!=n1", "b"), ("status.phase=Pending", "b"),
        ("metadata.name=c,metadata.namespace=other", "c"), ("metadata.name==a", "a"), ("spec.hostNetwork=false", "abc"),
    ],
)  # fmt: skip
def test_field_selectors(selector: str, found: str) -> None:
    pods = [pod("a"), pod("b", node="n2", phase="Pending"), pod("c", "other")]
    with client(from_objects(pods)) as session:
        assert (
            "".join(sorted(names(session.get("/api/v1/pods", params={"fieldSelector": selector})))) == found
        )


def test_selectors_that_the_server_does_not_know_are_refused_not_ignored() -> None:
    with client(shop()) as session:
        field = session.get("/api/v1/pods?fieldSelector=spec.containers=x")
        assert (field.status_code, field.json()["message"]) == (
            400,
            "field label not supported: spec.containers",
        )
        assert session.get("/api/v1/pods", params={"labelSelector": "tier in web"}).status_code == 400
        assert session.get("/api/v1/pods?limit=many").status_code == 400


def test_a_selective_page_is_full_and_says_nothing_of_what_remains() -> None:
    with client(shop(10)) as session:
        page = session.get("/api/v1/namespaces/shop/pods", params={"labelSelector": "tier=web", "limit": 4})
        assert names(page) == ["web-1", "web-3", "web-5", "web-7"]
        assert "remainingItemCount" not in page.json()["metadata"]
        assert names(session.get("/api/v1/namespaces/nowhere/pods")) == []


def test_items_of_built_in_kinds_do_not_say_what_they_are_but_custom_ones_do() -> None:
    probe = {"apiVersion": "acme.io/v1", "kind": "Probe", "metadata": {"name": "p", "namespace": "shop"}}
    with client(from_objects([pod("a"), probe])) as session:
        pods = session.get("/api/v1/pods").json()
        assert (pods["kind"], pods["apiVersion"]) == ("PodList", "v1")
        assert "kind" not in pods["items"][0]
        assert session.get("/api/v1/namespaces/shop/pods/a").json()["kind"] == "Pod"
        assert session.get("/apis/acme.io/v1/probes").json()["items"][0]["kind"] == "Probe"


def test_secrets_asked_as_metadata_come_without_data_and_full_reads_are_recorded() -> None:
    cluster = shop()
    cluster.plant_secret("db", "shop", password="canary-1")
    with client(cluster) as session:
        listed = session.get("/api/v1/secrets", headers={"Accept": PARTIAL})
        assert listed.json()["kind"] == "PartialObjectMetadataList"
        assert names(listed) == ["db"]
        one = session.get(
            "/api/v1/namespaces/shop/secrets/db",
            headers={"Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"},
        )
        assert one.json()["kind"] == "PartialObjectMetadata"
        table = session.get("/api/v1/secrets", headers={"Accept": TABLE})
        assert table.json()["rows"][0]["cells"][:3] == ["db", "Opaque", 1]
        assert not any(
            "Y2FuYXJ5" in answer.text or "canary" in answer.text for answer in (listed, one, table)
        )
        assert cluster.secret_reads == []
        assert "Y2FuYXJ5LTE=" in session.get("/api/v1/namespaces/shop/secrets").text
        assert cluster.secret_reads == ["GET /api/v1/namespaces/shop/secrets"]


def test_only_forms_that_are_served_are_answered() -> None:
    with client(shop()) as session:
        refused = session.get("/api/v1/pods", headers={"Accept": "application/vnd.kubernetes.protobuf"})
        assert refused.status_code == 406
        both = session.get(
            "/api/v1/pods", headers={"Accept": "application/vnd.kubernetes.protobuf,application/json"}
        )
        assert both.json()["kind"] == "PodList"


def test_a_large_answer_is_compressed_for_those_who_accept_it() -> None:
    cluster = Cluster()
    many_pods(cluster, 200)
    with client(cluster) as session:
        packed = session.get("/api/v1/pods", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        plain = session.get("/api/v1/pods", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert len(packed.json()["items"]) == 200
        assert packed.json() == plain.json()
        small = session.get("/api/v1/pods?limit=1", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in small.headers


def test_discovery_classic_and_aggregated_agree() -> None:
    with client(from_objects([deployment("web")])) as session:
        classic = session.get("/apis/apps/v1").json()
        resources = {one["name"]: one for one in classic["resources"]}
        assert resources["deployments"]["shortNames"] == ["deploy"]
        assert resources["deployments"]["categories"] == ["all"]
        assert resources["deployments/scale"]["kind"] == "Scale"
        accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
        answer = session.get("/apis", headers={"Accept": accept})
        assert "as=APIGroupDiscoveryList" in answer.headers["content-type"]
        apps = next(one for one in answer.json()["items"] if one["metadata"]["name"] == "apps")
        assert {one["resource"] for one in apps["versions"][0]["resources"]} == {
            name for name in resources if "/" not in name
        }
        groups = {one["name"] for one in session.get("/apis").json()["groups"]}
        assert groups == {one["metadata"]["name"] for one in answer.json()["items"]}
        assert session.get("/api").json()["versions"] == ["v1"]
        assert session.get("/apis/autoscaling").json()["preferredVersion"]["version"] == "v2"
        assert session.get("/version").json()["minor"] == "36"
        assert [session.get(path).text for path in ("/healthz", "/livez", "/readyz")] == ["ok"] * 3
        assert session.get("/apis/nowhere.io/v1").status_code == 404


def test_a_definition_brings_its_kinds_columns_and_schema_and_takes_them_away() -> None:
    column = {"name": "Size", "type": "integer", "jsonPath": ".spec.size"}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "description": "What is wanted."}}}
    version = {"name": "v1", "served": True, "storage": True, "additionalPrinterColumns": [column]}
    names_ = {
        "kind": "Cache",
        "plural": "caches",
        "singular": "cache",
        "shortNames": ["ca"],
        "listKind": "CacheList",
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "caches.acme.io"},
        "spec": {
            "group": "acme.io", "scope": "Namespaced", "names": names_,
            "versions": [
                {**version, "schema": {"openAPIV3Schema": schema}}, {**version, "name": "v1beta1", "storage": False},
            ],
        },
    }  # fmt: skip
    cache = {
        "apiVersion": "acme.io/v1",
        "kind": "Cache",
        "metadata": {"name": "c", "namespace": "shop"},
        "spec": {"size": 3},
    }
    cluster = from_objects([cache, definition])
    with client(cluster) as session:
        rows = session.get("/apis/acme.io/v1/caches", headers={"Accept": TABLE}).json()["rows"]
        assert rows[0]["cells"] == ["c", 3]
        old = session.get("/apis/acme.io/v1beta1/namespaces/shop/caches/c").json()
        assert old["apiVersion"] == "acme.io/v1beta1"
        documents = session.get("/openapi/v3").json()["paths"]
        document = session.get(documents["apis/acme.io/v1"]["serverRelativeURL"]).json()
        spec = document["components"]["schemas"]["io.acme.v1.Cache"]["properties"]["spec"]
        assert spec["description"] == "What is wanted."
        cluster.delete("CustomResourceDefinition", "caches.acme.io")
        assert session.get("/apis/acme.io/v1/caches").status_code == 404


@recorded
def test_every_recorded_object_is_served_as_it_was_recorded() -> None:
    cluster = from_snapshot()
    counted = 0
    with client(cluster) as session:
        for resource in cluster.store.registry.all():
            if "list" not in resource.verbs:
                continue
            place = f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.version}"
            items = session.get(f"{place}/{resource.plural}").json()["items"]
            kept = [record.obj for record in cluster.store.records(resource)]
            assert len(items) == len(kept)
            if kept and kept[0]["apiVersion"] == resource.api_version:
                head = {"apiVersion": resource.api_version, "kind": resource.kind}
                assert [{**head, **item} for item in items] == kept
                counted += len(items)
        assert counted > 2400


@recorded
def test_events_of_the_other_group_equal_the_recorded_ones() -> None:
    with tarfile.open(SNAPSHOT) as archive:
        file = archive.extractfile("snapshot/events.events.k8s.io.json")
        assert file is not None
        recorded_events = json.load(file)["items"]
    with serving(from_snapshot()) as served, http(served) as session:
        shown = session.get("/apis/events.k8s.io/v1/events").json()["items"]
        head = {"apiVersion": "events.k8s.io/v1", "kind": "Event"}
        ours = {_version(one): _cleared({**head, **one}) for one in shown}
        theirs = {_version(one): _cleared(one) for one in recorded_events}
        same = theirs.keys() & ours.keys()  # a few events changed between the two recordings
        assert len(same) > 850
        assert [ours[key] for key in same] == [theirs[key] for key in same]


def _version(event: Json) -> tuple[str, str]:
    return (event["metadata"]["uid"], event["metadata"]["resourceVersion"])


def _cleared(event: Json) -> Json:
    return {key: value for key, value in event.items() if value not in (None, {}, "")}
