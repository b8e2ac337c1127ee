"""Servers that are not like the one in the book: what they lack is told, and everything else is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.kubernetes.live.selection import Scope, Selection
from connectors.kubernetes.live.watch import Pace
from index.ledger import Ledger
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration.live_clusters import Place, crawl, item, place, pod
from tests.servers.kube import Fault, Rule
from tests.unit.ingest_fakes import MemoryIndex

ALWAYS = 1_000_000
SHOP = Scope(namespaces=Selection(include=("shop",)))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        made.cluster.bookmark_seconds = 0.1
        yield made
    assert made.cluster.violations == []
    assert made.cluster.secret_reads == []


def refuses(where: str, status: int) -> Fault:
    """A server that never gives what is asked."""
    return Fault(where, "status", status=status, times=ALWAYS)


# ---- what it has -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 405, 406, 415])
def test_discovery_that_refuses_the_new_form_is_asked_in_the_old_one(shop: Place, status: int) -> None:
    whole = crawl(shop.connector())
    shop.cluster.faults = [refuse_once("/api$", status), refuse_once("/apis$", status)]
    found = crawl(shop.connector())
    assert found.failures == []
    assert found.named == whole.named
    assert [r.accept for r in shop.cluster.asked("GET /api$")][-1] == "application/json"


def test_a_server_that_counts_whole_objects_only_is_counted_too(shop: Place) -> None:
    for number in range(7):
        shop.cluster.put(pod(f"more-{number}"))
    counted = shop.connector()
    crawl(counted)
    shop.cluster.faults = [Fault("GET /api", "uncounted", times=ALWAYS)]
    uncounted = shop.connector()
    crawl(uncounted)
    assert counted.expected == uncounted.expected > 7


def refuse_once(where: str, status: int) -> Fault:
    """Refuses the first request."""
    return Fault(f"GET {where}", "status", status=status)


def test_a_server_without_the_core_api_is_read_and_calls_nothing_of_it_gone(shop: Place) -> None:
    first = crawl(shop.connector())
    shop.cluster.faults = [refuses("GET /api$", 404)]
    second = crawl(shop.connector(), first.checkpoint)
    assert "kubernetes:prod/shop/Deployment/cart" in second.named
    assert {failure.item for failure in second.failures} >= {"kubernetes:prod/*/Pod/"}
    assert all(failure.warning for failure in second.failures)
    assert set(second.checkpoint["kinds"]) == set(first.checkpoint["kinds"])
    shop.cluster.faults = []
    assert crawl(shop.connector(), second.checkpoint).named == first.named


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_server_that_does_not_tell_its_version_is_read(shop: Place, status: int) -> None:
    shop.cluster.faults = [refuses("GET /version", status)]
    report = shop.connector().check()
    assert report.ok
    assert "cluster prod answers; 59 of 59 kinds can be listed" in report.message
    found = crawl(shop.connector())
    assert found.failures == []
    assert "kubernetes:prod/_/Overview/prod" in found.named


def test_only_the_first_events_api_is_enough(shop: Place) -> None:
    shop.cluster.broken.add("events.k8s.io/v1")
    found = crawl(shop.connector())
    assert set(found.of("Event")) == {"news.2"}
    assert [failure.item for failure in found.failures if not failure.warning] == []


# ---- kinds that are not listed -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 405, 406])
def test_a_kind_that_discovery_names_and_nobody_lists_is_told_with_the_remedy(
    shop: Place, status: int, tmp_path: Path
) -> None:
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        index = MemoryIndex()
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        before = dict(index.texts)
        shop.cluster.faults = [refuses("GET /api/v1/pods", status)]
        report = ingest_source(shop.connector(), index, ledger, Runs(ledger))
    assert report.counts.deleted == 0
    assert index.texts.keys() == before.keys()
    (failure,) = crawl(shop.connector()).failures
    assert failure.reason.startswith("pods cannot be listed")
    assert "kinds.exclude" in failure.reason
    assert len(shop.cluster.asked("GET /api/v1/pods")) < 8, "what is refused is not tried again and again"


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_kind_that_is_listed_and_not_watched_is_listed_now_and_then(shop: Place, status: int) -> None:
    connector = shop.connector(pace=Pace(pause=0.02, hurried=0.01, retry=0.01, refused=0.05))
    checkpoint = crawl(connector).checkpoint
    shop.cluster.faults = [refuses(r"GET /api/v1/pods\?.*watch=", status)]
    stop = threading.Event()
    shop.cluster.put(pod("first"))
    told: list[str] = []
    texts: list[str] = []
    for news in connector.watch(checkpoint, stop):
        told += [document.id for document in news.documents]
        texts += [document.text for document in news.documents]
        if "kubernetes:prod/shop/Pod/first" in told:
            shop.cluster.put(pod("second"))
        if "kubernetes:prod/shop/Pod/second" in told:
            stop.set()
    assert "kubernetes:prod/shop/Pod/second" in told
    assert not any("could not be listed: Pod" in text for text in texts)


def test_a_watch_calls_nothing_gone_because_of_an_item_without_a_name(shop: Place) -> None:
    connector = shop.connector(pace=Pace(pause=0.02, hurried=0.01, retry=0.01))
    checkpoint = crawl(connector).checkpoint
    shop.cluster.faults = [Fault(r"GET /api/v1/pods\?limit", "malformed", times=ALWAYS)]
    shop.cluster.put(pod("new"))
    stop = threading.Event()
    told: set[str] = set()
    gone: set[str] = set()
    for news in connector.watch(checkpoint, stop):
        told |= {document.id for document in news.documents}
        gone |= set(news.gone)
        if {"kubernetes:prod/shop/Pod/new", "kubernetes:prod/shop/Overview/shop"} <= told:
            stop.set()
    assert gone == set()


# ---- narrow rights -----------------------------------------------------------------------------------


def test_who_may_list_in_one_namespace_only_is_told_to_name_it(shop: Place) -> None:
    shop.cluster.add_user("ann", rules=(Rule(namespaces=("shop",)),))
    report = shop.connector("ann").check()
    assert not report.ok
    assert "namespaces.include" in report.message
    narrow = shop.connector("ann", scope=SHOP)
    assert narrow.check().ok
    found = crawl(narrow)
    assert set(found.of("Pod")) == {f"cart-{number}" for number in range(5)}
    assert all(failure.skipped for failure in found.failures)
    assert "5 Pods (5 Running)" in found.documents["kubernetes:prod/shop/Overview/shop"].text


def test_one_namespace_that_may_not_be_read_is_not_all_of_them(shop: Place) -> None:
    shop.cluster.add_user("ann", rules=(Rule(namespaces=("shop",)),))
    both = Scope(namespaces=Selection(include=("other", "shop")))
    assert shop.connector("ann", scope=both).check().ok
    found = crawl(shop.connector("ann", scope=both))
    assert "kubernetes:prod/shop/Pod/cart-1" in found.named
    assert "kubernetes:prod/other/Pod/" in {failure.item for failure in found.failures}


# ---- odd objects -------------------------------------------------------------------------------------


def test_objects_with_odd_names_and_without_uid_come_change_and_go(shop: Place, tmp_path: Path) -> None:
    rbac = "rbac.authorization.k8s.io/v1"
    shop.cluster.put(item(rbac, "ClusterRole", "system:controller:a.b-c", rules=[]))
    shop.cluster.put(item("v1", "ConfigMap", "kube-root-ca.crt", "shop", data={"a": "b"}))
    for kind in ("Pod", "ConfigMap", "ClusterRole"):
        for record in shop.cluster.store.records(shop.cluster.store.registry.named(kind), ""):
            record.obj["metadata"].pop("uid", None)
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        index = MemoryIndex()
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        role = "kubernetes:prod/_/ClusterRole/system:controller:a.b-c"
        ca = "kubernetes:prod/shop/ConfigMap/kube-root-ca.crt"
        assert {role, ca} <= set(index.texts)
        assert ingest_source(shop.connector(), index, ledger, Runs(ledger)).nothing_new
        shop.cluster.patch("ConfigMap", "kube-root-ca.crt", {"data": {"a": "changed"}}, "shop")
        shop.cluster.delete("ClusterRole", "system:controller:a.b-c")
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        assert "changed" in index.texts[ca]
        assert role not in index.texts


def test_an_object_that_cannot_be_described_keeps_its_document(
    shop: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        index = MemoryIndex()
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        shop.cluster.patch("Pod", "cart-1", {"status": {"phase": "Failed"}}, "shop")
        with monkeypatch.context() as patch:
            patch.setattr("connectors.kubernetes.live.reader.document_of", _fails)
            report = ingest_source(shop.connector(), index, ledger, Runs(ledger))
        assert report.counts.failed == 1
        assert report.counts.deleted == 0
        ingest_source(shop.connector(), index, ledger, Runs(ledger))
        assert "Failed" in index.texts["kubernetes:prod/shop/Pod/cart-1"]


def _fails(*given: object, **named: object) -> None:
    raise ValueError("odd")
