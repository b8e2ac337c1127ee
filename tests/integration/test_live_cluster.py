"""The live `kubernetes` source against a fake API server over real HTTP: what it reads, and how it keeps up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.connectors import build_connector
from api.settings import load_settings
from cluster.store import ObjectStore
from connectors.documents import PUBLIC, Document
from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from connectors.http.rate import Time
from connectors.kubernetes.live.connection import Target
from connectors.kubernetes.live.connector import KubernetesLiveConnector
from connectors.kubernetes.live.selection import Scope, Selection
from index.ledger import Ledger
from ingest.report import RunStatus
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration.live_clusters import QUICK, SHOP, Observer, Place, crawl, item, place, pod
from tests.servers.kube import (
    SNAPSHOT,
    Context,
    Fault,
    Rule,
    from_objects,
    from_snapshot,
    kubeconfig,
    serving,
    too_many,
)
from tests.unit.ingest_fakes import MemoryIndex


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        yield made
    assert made.cluster.violations == []
    assert made.cluster.secret_reads == []


# ---- what there is -----------------------------------------------------------------------------------


def test_every_object_is_a_document_with_its_line(shop: Place) -> None:
    found = crawl(shop.connector(cluster="prod-eu", access=["team-shop"]))

    assert found.failures == []
    document = found.documents["kubernetes:prod/shop/Deployment/cart"]
    assert document.text.startswith(
        "Deployment shop/cart: 2/2 ready, image cart:v2.3, 1 container, HPA 2–6 (now 2)"
    )
    assert document.access == {"team-shop"}
    assert document.breadcrumbs == ("prod-eu", "shop")
    assert set(found.of("Pod")) == {"lonely", *(f"cart-{number}" for number in range(5))}
    overview = found.documents["kubernetes:prod/shop/Overview/shop"]
    assert "5 Pods (5 Running), 1 Deployment (1 ready)" in overview.text
    assert "kubernetes:prod/_/Overview/prod-eu" in found.documents


def test_of_two_groups_with_the_same_kind_the_second_names_its_group(shop: Place) -> None:
    found = crawl(shop.connector())
    assert "hosts shop.example.com" in found.documents["kubernetes:prod/shop/Ingress/door"].text
    assert "open: true" in found.documents["kubernetes:prod/shop/Ingress.shop.example.com/door"].text


def test_only_warnings_become_documents_and_all_news_are_observed(shop: Place) -> None:
    observer = Observer()
    found = crawl(shop.connector(observer=observer))

    assert set(found.of("Event")) == {"news.2"}
    events = [seen for seen in observer.seen if seen.kind == "Event"]
    assert {(seen.name, seen.document_id) for seen in events} == {
        ("news.1", "kubernetes:prod/shop/Pod/cart-1"),
        ("news.2", "kubernetes:prod/shop/Event/news.2"),
    }
    assert len(shop.cluster.asked("GET /apis/events.k8s.io.*/events")) == 0


def test_the_observer_is_told_of_each_object_and_of_each_complete_kind(shop: Place) -> None:
    shop.cluster.put(
        {
            **pod("managed"),
            "metadata": {
                "name": "managed",
                "namespace": "shop",
                "managedFields": [
                    {
                        "manager": "kubectl",
                        "operation": "Apply",
                        "time": "2026-11-01T10:00:00Z",
                        "fieldsV1": {
                            "f:spec": {"f:containers": {'k:{"name":"app"}': {".": {}, "f:image": {}}}},
                        },
                    }
                ],
            },
        }
    )
    first, second = Observer(), Observer()
    checkpoint = crawl(shop.connector(observer=first)).checkpoint
    crawl(shop.connector(observer=second), checkpoint)

    assert first.calls[0] == ("begin", "prod")
    assert first.calls == second.calls
    assert {"Pod", "Deployment", "Event", "Secret", "Namespace"} <= first.completed()
    seen = next(one for one in first.seen if one.name == "managed")
    assert "managedFields" not in seen.metadata
    assert seen.observed_at is not None
    assert seen.observed_at.tzinfo is UTC
    (manager,) = seen.managers
    assert (manager.name, manager.operation, manager.fields) == (
        "kubectl", "Apply", ("spec.containers[app].image",),
    )  # fmt: skip


def test_secrets_are_asked_for_without_their_data(shop: Place) -> None:
    shop.cluster.plant_secret("db", "shop", password="Canary-Tr0ub4dor")
    observer = Observer()
    found = crawl(shop.connector(observer=observer))

    document = found.documents["kubernetes:prod/shop/Secret/db"]
    assert document.text.startswith("Secret shop/db")
    assert "Canary" not in json.dumps([d.to_json() for d in found.documents.values()])
    assert "Canary" not in str(observer.seen)
    assert all(
        "PartialObjectMetadataList" in request.accept for request in shop.cluster.asked("GET .*/secrets")
    )


def test_a_crawl_reads_pages_and_sees_each_object_once(tmp_path: Path) -> None:
    with place(
        tmp_path, from_objects([*SHOP, *(pod(f"many-{number:04}") for number in range(1_200))])
    ) as shop:
        assert len(crawl(shop.connector()).of("Pod")) == 1_206
        assert len(shop.cluster.asked("GET /api/v1/pods.*continue=")) == 2


@pytest.mark.skipif(not SNAPSHOT.exists(), reason="needs the recorded cluster")
def test_of_a_recorded_cluster_every_object_is_there_and_none_twice(tmp_path: Path) -> None:
    cluster = from_snapshot()
    with place(tmp_path, cluster, tls=True) as recorded:
        observer = Observer()
        found = crawl(recorded.connector(observer=observer))
    stored = Counter(
        (o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]) for o in _recorded()
    )
    assert Counter((o.kind, o.namespace, o.name) for o in observer.seen) == stored
    assert found.failures == []
    assert cluster.secret_reads == []


def _recorded() -> Iterator[dict[str, object]]:
    import tarfile

    with tarfile.open(SNAPSHOT) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is not None and not member.name.endswith("/events.events.k8s.io.json"):
                yield from json.load(file)["items"]


# ---- what changes ------------------------------------------------------------------------------------


def test_what_did_not_change_is_only_named(shop: Place) -> None:
    first = crawl(shop.connector())
    shop.cluster.patch("Pod", "cart-1", {"metadata": {"resourceVersion": "9999"}}, "shop")
    second = crawl(shop.connector(), first.checkpoint)

    assert second.documents == {}
    assert second.named == first.named
    assert second.checkpoint == first.checkpoint


def test_what_changed_comes_again_with_the_counts(shop: Place) -> None:
    first = crawl(shop.connector())
    shop.cluster.patch("Pod", "cart-1", {"status": {"phase": "Failed"}}, "shop")
    shop.cluster.patch("HorizontalPodAutoscaler", "cart", {"spec": {"maxReplicas": 9}}, "shop")
    shop.cluster.delete("Pod", "cart-2", "shop")
    shop.cluster.put(pod("cart-9"))
    second = crawl(shop.connector(), first.checkpoint)

    assert {name.partition("/")[2] for name in second.documents} == {
        "shop/Pod/cart-1", "shop/Pod/cart-9", "shop/HorizontalPodAutoscaler/cart", "shop/Deployment/cart",
        "shop/Overview/shop", "_/Overview/prod",
    }  # fmt: skip
    assert "HPA 2–9" in second.documents["kubernetes:prod/shop/Deployment/cart"].text
    assert first.named - second.named == {"kubernetes:prod/shop/Pod/cart-2"}
    assert crawl(shop.connector()).named == set(shop.connector().list_ids()) == second.named


def test_an_event_that_comes_again_is_news_when_its_count_doubles(shop: Place) -> None:
    checkpoint = crawl(shop.connector()).checkpoint

    def after(times: int) -> set[str]:
        shop.cluster.patch(
            "Event", "news.2", {"count": times, "lastTimestamp": f"2026-11-29T10:0{times}:00Z"}, "shop"
        )
        return set(crawl(shop.connector(), checkpoint).of("Event"))

    checkpoint = crawl(shop.connector(), checkpoint).checkpoint
    assert after(4) == {"news.2"}
    checkpoint = crawl(shop.connector(), checkpoint).checkpoint
    assert after(5) == set()
    assert after(8) == {"news.2"}


def test_other_settings_make_all_be_read_again(shop: Place) -> None:
    checkpoint = crawl(shop.connector()).checkpoint
    assert crawl(shop.connector(access=["x"]), checkpoint).unchanged == set()


def test_a_milestone_goes_on_where_the_crawl_was(tmp_path: Path) -> None:
    with place(
        tmp_path, from_objects([*SHOP, *(pod(f"many-{number:04}") for number in range(1_500))])
    ) as shop:
        whole = crawl(shop.connector())
        (milestone,) = whole.milestones
        again = crawl(shop.connector(), milestone.checkpoint)
        assert again.named == whole.named
        assert len(again.unchanged) == 1_000


# ---- which part of it --------------------------------------------------------------------------------


def test_namespaces_that_are_named_are_asked_for_alone(shop: Place) -> None:
    scope = Scope(namespaces=Selection(include=("shop",)))
    shop.cluster.add_user("ann", rules=(Rule(namespaces=("shop",)),))
    found = crawl(shop.connector("ann", scope=scope))

    assert len(found.of("Pod")) == 5
    assert "kubernetes:prod/other/Pod/lonely" not in found.named
    assert shop.cluster.asked("GET /api/v1/pods$") == []


def test_patterns_leave_namespaces_and_kinds_out(shop: Place) -> None:
    scope = Scope(Selection(exclude=("oth*",)), Selection(exclude=("cm", "ingresses.shop.example.com")))
    found = crawl(shop.connector(scope=scope))

    assert "kubernetes:prod/other/Pod/lonely" not in found.named
    assert "kubernetes:prod/_/Namespace/other" not in found.named
    assert found.of("ConfigMap") == {}
    assert set(found.of("Ingress")) == {"door"}
    assert "kubernetes:prod/shop/Ingress.shop.example.com/door" not in found.named


def test_only_the_kinds_that_are_named_are_read(shop: Place) -> None:
    found = crawl(shop.connector(scope=Scope(kinds=Selection(include=("Deployment", "po")))))
    assert {document.id.split("/")[2] for document in found.documents.values()} == {
        "Deployment",
        "Pod",
        "Overview",
    }


def test_several_clusters_are_read_side_by_side(shop: Place, tmp_path: Path) -> None:
    other = from_objects([item("v1", "Namespace", "b"), pod("b-1", "b")])
    with serving(other) as served:
        path = kubeconfig(tmp_path / "both", Context("a", shop.served), Context("b", served))
        first = KubernetesLiveConnector("one", Target("a", str(path)))
        second = KubernetesLiveConnector("two", Target("b", str(path)))
        with ThreadPoolExecutor(2) as pool:
            one, two = pool.map(crawl, (first, second))
    assert "kubernetes:one/shop/Pod/cart-1" in one.named
    assert two.named >= {"kubernetes:two/b/Pod/b-1", "kubernetes:two/_/Overview/b"}
    assert not any("/b/" in name for name in one.named)


def test_a_first_run_knows_about_how_much_there_is(shop: Place, tmp_path: Path) -> None:
    totals: list[int] = []
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        for _ in range(2):
            report = ingest_source(
                shop.connector(),
                MemoryIndex(),
                ledger,
                Runs(ledger),
                progress=lambda event: totals.append(event.total),
            )
    first, later = set(totals[: report.counts.seen]), set(totals[report.counts.seen :])
    assert len(first) == 1
    # Beside the objects and overviews of namespaces: that of the cluster, and one warning.
    assert first == {report.counts.seen - 2}
    assert later == {0}


# ---- what goes wrong ---------------------------------------------------------------------------------


def test_a_kind_that_may_not_be_listed_is_reported_and_keeps_its_documents(shop: Place) -> None:
    checkpoint = crawl(shop.connector()).checkpoint
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("pods",)),))
    observer = Observer()
    found = crawl(shop.connector("ann", observer=observer), checkpoint)

    (failure,) = found.failures
    assert (failure.item, failure.skipped, failure.temporary) == ("kubernetes:prod/*/Pod/", True, True)
    assert "pods cannot be listed" in failure.reason
    assert (
        f"grant the account `list` (and `watch`) on it in context prod ({shop.served.url})" in failure.reason
    )
    assert "Pod" not in observer.completed()
    assert "Deployment" in observer.completed()
    assert "could not be listed: Pod" in found.documents["kubernetes:prod/_/Overview/prod"].text
    again = crawl(shop.connector(), found.checkpoint)
    assert "kubernetes:prod/shop/Pod/cart-1" in again.unchanged


@pytest.mark.parametrize("kind", ["expire", "cut", "truncated", "garbage", "status"])
def test_a_list_survives_a_fault_in_its_middle(tmp_path: Path, kind: str) -> None:
    with place(tmp_path, from_objects([*SHOP, *(pod(f"many-{number:04}") for number in range(550))])) as shop:
        shop.cluster.faults = [Fault("/api/v1/pods.*continue=", kind)]
        found = crawl(shop.connector())
        assert found.failures == []
        assert len(found.of("Pod")) == 556


def test_a_server_that_is_busy_is_waited_for(shop: Place) -> None:
    shop.cluster.faults = [too_many("/api/v1/pods", seconds=1), too_many("/apis", seconds=1)]
    found = crawl(shop.connector())
    assert found.failures == []
    assert len(found.of("Pod")) == 6


@pytest.mark.parametrize("kind", ["status", "expire", "garbage", "truncated", "loop"])
def test_a_list_that_never_ends_well_is_one_failure_and_loses_nothing(tmp_path: Path, kind: str) -> None:
    many = 1_000 if kind == "loop" else 550  # three pages, or two
    with place(
        tmp_path, from_objects([*SHOP, *(pod(f"many-{number:04}") for number in range(many))])
    ) as shop:
        first = crawl(shop.connector())
        shop.cluster.faults = [Fault("/api/v1/pods.*continue=", kind, times=1_000)]
        second = crawl(shop.connector(), first.checkpoint)

        assert [failure.item for failure in second.failures] == ["kubernetes:prod/*/Pod/"]
        assert second.failures[0].temporary
        assert len(second.checkpoint["kinds"]["Pod"]["digests"]) == many + 6
        with pytest.raises(TemporaryError, match="not all documents are known"):
            list(shop.connector().list_ids())
        shop.cluster.faults = []
        assert crawl(shop.connector(), second.checkpoint).named == first.named


def test_a_malformed_item_is_a_failure_and_calls_nothing_gone(shop: Place) -> None:
    first = crawl(shop.connector())
    shop.cluster.faults = [Fault("/api/v1/pods", "malformed")]
    observer = Observer()
    second = crawl(shop.connector(observer=observer), first.checkpoint)

    (failure,) = second.failures
    assert "no name" in failure.reason
    assert failure.temporary
    assert "Pod" not in observer.completed()
    assert len(second.checkpoint["kinds"]["Pod"]["digests"]) == 6


def test_an_aggregated_api_that_is_down_is_a_warning(shop: Place) -> None:
    first = crawl(shop.connector())
    shop.cluster.broken.add("shop.example.com/v1")
    second = crawl(shop.connector(), first.checkpoint)

    (failure,) = second.failures
    assert failure.warning
    assert failure.temporary
    assert failure.item == "kubernetes:prod/*/Ingress.shop.example.com/"
    assert "Ingress.shop.example.com" in second.checkpoint["kinds"]
    shop.cluster.broken.clear()
    assert (
        "kubernetes:prod/shop/Ingress.shop.example.com/door"
        in crawl(shop.connector(), second.checkpoint).named
    )


def test_what_stays_refused_is_kept_for_some_days_and_then_given_up(shop: Place) -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    days = [0.0]
    clock = Time(sleep=lambda seconds: None, now=lambda: (began + timedelta(days=days[0])).timestamp())
    known = crawl(shop.connector(clock=clock)).checkpoint
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("pods",)),))
    for day in (1.0, 2.0, 3.9):
        days[0] = day
        kept = crawl(shop.connector("ann", clock=clock), known)
        assert kept.failures[0].temporary
        known = kept.checkpoint
    days[0] = 4.0
    given_up = crawl(shop.connector("ann", clock=clock), known)
    (failure,) = given_up.failures
    assert (failure.item, failure.skipped, failure.temporary) == ("kubernetes:prod/*/Pod/", True, False)
    assert "refused since 2026-11-02, so what was known of it is no longer kept" in failure.reason
    days[0] = 5.0  # the brake may have held the deletions back: it goes on saying so
    assert not crawl(shop.connector("ann", clock=clock), given_up.checkpoint).failures[0].temporary

    back = crawl(shop.connector(clock=clock), given_up.checkpoint)
    assert "kubernetes:prod/shop/Pod/cart-1" in back.documents
    assert "refused" not in json.dumps(back.checkpoint)


def test_pods_that_may_no_longer_be_read_leave_the_index_and_the_objects(shop: Place, tmp_path: Path) -> None:
    days = [0.0]
    began = datetime.now(UTC)
    clock = Time(sleep=lambda seconds: None, now=lambda: (began + timedelta(days=days[0])).timestamp())
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("pods",)),))
    objects, index = ObjectStore(tmp_path / "state"), MemoryIndex()
    with Ledger.at(tmp_path / "state") as ledger:

        def ingest(user: str) -> set[str]:
            connector = shop.connector(user, clock=clock, observer=objects)
            ingest_source(connector, index, ledger, Runs(ledger))
            objects.finish("prod", ledger.ids("prod"))
            return {one.name for one in objects.objects(clusters=["prod"], kinds=["Pod"])}

        assert "cart-1" in ingest("admin")
        assert "cart-1" in ingest("ann")
        assert any("/Pod/" in ident for ident in ledger.ids("prod"))
        days[0] = 3.0
        assert ingest("ann") == set()
        assert not any("/Pod/" in ident for ident in ledger.ids("prod"))


def test_a_token_that_is_not_accepted_says_what_to_do(shop: Place) -> None:
    target = shop.target()
    path = Path(target.kubeconfig)
    path.write_text(path.read_text().replace(shop.cluster.token("admin"), "wr0ng-t0ken-canary"))
    connector = KubernetesLiveConnector("prod", target)

    report = connector.check()
    assert not report.ok
    assert f"context prod ({shop.served.url}) does not accept the login: log in again" in report.message
    assert "then try `kubectl --context prod get namespaces`" in report.message
    assert "wr0ng" not in report.message
    with pytest.raises(ConfigurationError, match=r"context prod .* does not accept the login"):
        crawl(connector)


def test_discovery_that_is_refused_says_which_role_to_grant(shop: Place) -> None:
    shop.cluster.faults = [Fault("/api", "status", status=403, times=99)]
    report = shop.connector().check()
    assert (
        f"grant the account the role `system:discovery` in context prod ({shop.served.url})" in report.message
    )


def test_no_server_is_unreachable(tmp_path: Path) -> None:
    with place(tmp_path) as shop:
        connector = shop.connector()
        list(connector.list_ids())
    report = connector.check()
    assert (report.ok, report.unreachable) == (False, True)
    assert "refuses the connection" in report.message
    with pytest.raises(UnreachableError):
        crawl(connector)


def test_a_context_or_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = KubernetesLiveConnector("prod", Target("prod", str(tmp_path / "none"))).check()
    assert "there is no kubeconfig" in missing.message
    with place(tmp_path) as shop:
        target = shop.target()
    wrong = KubernetesLiveConnector("prod", Target("other", target.kubeconfig)).check()
    assert "has no context other" in wrong.message
    target_path = Path(target.kubeconfig)
    target_path.write_text(
        target_path.read_text().replace("http:", "https:").replace('"token"', '"tokenless"')
    )
    assert "gives no credentials" in KubernetesLiveConnector("prod", target).check().message
    outside = KubernetesLiveConnector("prod", Target()).check()
    assert "name a `context`" in outside.message


def test_check_tells_what_may_not_be_listed(shop: Place) -> None:
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("secrets",)),))
    report = shop.connector("ann").check()
    assert report.ok
    assert "runs Kubernetes v1.36.3" in report.message
    assert "secrets may not be listed" in report.details


def test_it_can_act_as_somebody_else(shop: Place) -> None:
    connector = KubernetesLiveConnector("prod", shop.target(impersonate="ann"), clock=QUICK)
    connector.check()
    assert {r.headers.get("impersonate-user") for r in shop.cluster.requests} == {"ann"}


def test_a_new_token_is_taken_up_in_the_middle_of_a_crawl(shop: Place) -> None:
    target = shop.target()
    path = Path(target.kubeconfig)
    good = path.read_text()
    path.write_text(good.replace(shop.cluster.token("admin"), "expired"))
    crawling = KubernetesLiveConnector("prod", target, clock=QUICK)
    shop.cluster.faults = [Fault("/api", "action", action=lambda: path.write_text(good) and None)]
    assert crawl(crawling).failures == []


# ---- through a ledger --------------------------------------------------------------------------------


def test_a_full_run_keeps_what_could_not_be_listed(shop: Place, tmp_path: Path) -> None:
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        index = MemoryIndex()
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("pods",)),))
        shop.cluster.delete("ConfigMap", "settings", "shop")
        for full in (True, False):
            report = ingest_source(shop.connector("ann"), index, ledger, Runs(ledger), full=full)
            assert report.status is RunStatus.DONE
            assert report.counts.skipped == 1
            assert "kubernetes:prod/shop/Pod/cart-1" in index.texts
            assert "kubernetes:prod/shop/ConfigMap/settings" not in index.texts


def test_runs_end_as_a_first_one_whatever_happened_between(shop: Place, tmp_path: Path) -> None:
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        index = MemoryIndex()
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        shop.cluster.delete("Pod", "cart-2", "shop")
        shop.cluster.put(pod("new"))
        shop.cluster.patch("HorizontalPodAutoscaler", "cart", {"spec": {"maxReplicas": 9}}, "shop")
        report = ingest_source(shop.connector(), index, ledger, Runs(ledger))
        assert report.counts.deleted == 1
        fresh = crawl(shop.connector()).documents
        assert index.texts == {document.id: document.text for document in fresh.values()}
        nothing = ingest_source(shop.connector(), index, ledger, Runs(ledger))
        assert nothing.nothing_new


def test_documents_have_exact_spans_and_survive_json(shop: Place) -> None:
    for document in crawl(shop.connector()).documents.values():
        position = 0
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.start >= position
            assert section.anchor
            position = section.end
        assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_the_configuration_makes_it(shop: Place, tmp_path: Path) -> None:
    target = shop.target()
    (tmp_path / "config.yaml").write_text(
        f"sources:\n  - {{name: prod, type: kubernetes, context: prod, kubeconfig: {target.kubeconfig},"
        " cluster: eu, kinds: {include: [Pod]}, namespaces: {exclude: [other]}}\n"
    )
    (source,) = load_settings(tmp_path / "config.yaml").sources
    connector = build_connector(source, tmp_path)
    assert isinstance(connector, KubernetesLiveConnector)
    found = crawl(connector)
    assert len(found.of("Pod")) == 5
    assert {document.access for document in found.documents.values()} == {frozenset({PUBLIC})}
    assert connector.cluster == "eu"
