"""The watch of a live cluster: what it tells, how it survives, how its news are written between runs."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.base import News, Watchable
from connectors.documents import Document
from connectors.kubernetes.live.connector import KubernetesLiveConnector
from connectors.kubernetes.live.watch import Pace
from index.ledger import Ledger
from ingest.lock import AlreadyRunningError, exclusive
from ingest.runner import ingest_source
from ingest.runs import Runs
from ingest.watching import write
from tests.integration.live_clusters import Observer, Place, crawl, item, place, pod
from tests.servers.kube import Fault, Rule
from tests.unit.ingest_fakes import MemoryIndex, contents

QUICK = Pace(documents=64, pause=0.02, hurried=0.01, retry=0.01)
POD = "kubernetes:prod/shop/Pod/"


class Told:
    """What a watch has told so far."""

    def __init__(self, batches: queue.Queue[News]) -> None:
        self._batches = batches
        self.news: list[News] = []
        self.documents: dict[str, Document] = {}
        self.gone: set[str] = set()

    def until(self, true: Callable[[], bool]) -> None:
        """Waits for news until the condition holds."""
        while not true():
            news = self._batches.get(timeout=60)
            self.news.append(news)
            self.documents |= {document.id: document for document in news.documents}
            self.gone |= set(news.gone)

    def has(self, document_id: str, text: str = "") -> Callable[[], bool]:
        return lambda: document_id in self.documents and text in self.documents[document_id].text


@contextmanager
def watching(connector: KubernetesLiveConnector, checkpoint: Mapping[str, Any]) -> Iterator[Told]:
    """A watch that goes on in a thread, and ends with the block."""
    batches: queue.Queue[News] = queue.Queue()
    stop = threading.Event()

    def work() -> None:
        for news in connector.watch(checkpoint, stop):
            batches.put(news)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield Told(batches)
    finally:
        stop.set()
        thread.join(8)
        assert not thread.is_alive()
        assert [one for one in threading.enumerate() if one.name == "watch"] == []


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as made:
        made.cluster.bookmark_seconds = 0.1
        yield made
    assert made.cluster.violations == []
    assert made.cluster.secret_reads == []


def ready(told: Told, shop: Place) -> None:
    """Waits until the watch follows every kind: a new object of a kind that is listed late is told of."""
    shop.cluster.put(pod("first"))
    told.until(told.has(POD + "first"))


def test_it_tells_of_what_comes_changes_and_goes(shop: Place) -> None:
    connector = shop.connector(pace=QUICK)
    assert isinstance(connector, Watchable)
    with watching(connector, crawl(connector).checkpoint) as told:
        ready(told, shop)
        shop.cluster.put(pod("new"))
        shop.cluster.patch("Pod", "cart-1", {"status": {"phase": "Failed"}}, "shop")
        shop.cluster.delete("Pod", "cart-2", "shop")
        told.until(
            lambda: {POD + "new", POD + "cart-1"} <= told.documents.keys() and POD + "cart-2" in told.gone
        )
        told.until(told.has("kubernetes:prod/shop/Overview/shop", "6 Pods (5 Running, 1 Failed)"))
    assert "Failed" in told.documents[POD + "cart-1"].text
    assert POD + "cart-3" not in told.documents


def test_it_tells_of_what_happened_since_the_checkpoint_and_of_nothing_else(shop: Place) -> None:
    connector = shop.connector(pace=QUICK)
    checkpoint = crawl(connector).checkpoint
    shop.cluster.delete("Pod", "cart-2", "shop")
    shop.cluster.put(pod("new"))
    shop.cluster.put(pod("newer"))
    with watching(connector, checkpoint) as told:
        told.until(lambda: POD + "newer" in told.documents and POD + "cart-2" in told.gone)
        told.until(told.has("kubernetes:prod/_/Overview/prod"))
    assert set(told.documents) == {
        POD + "new", POD + "newer", "kubernetes:prod/shop/Overview/shop", "kubernetes:prod/_/Overview/prod",
    }  # fmt: skip


WIDGETS = item(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.acme.example.com",
    spec={"group": "acme.example.com", "scope": "Namespaced",
          "names": {"kind": "Widget", "plural": "widgets", "singular": "widget"},
          "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {}}}]},
)  # fmt: skip
WIDGET = "kubernetes:prod/shop/Widget/"


def test_a_kind_that_is_defined_while_it_watches_is_followed(shop: Place) -> None:
    connector = shop.connector(pace=QUICK)
    with watching(connector, crawl(connector).checkpoint) as told:
        ready(told, shop)
        shop.cluster.put(WIDGETS)
        shop.cluster.put(item("acme.example.com/v1", "Widget", "first", "shop", spec={"size": 1}))
        told.until(told.has(WIDGET + "first"))
        shop.cluster.put(item("acme.example.com/v1", "Widget", "second", "shop", spec={"size": 2}))
        told.until(told.has(WIDGET + "second"))

        # Gone and defined again, it is followed again.
        for name in ("first", "second"):
            shop.cluster.delete("Widget", name, "shop")
        shop.cluster.delete("CustomResourceDefinition", "widgets.acme.example.com")
        told.until(lambda: "kubernetes:prod/_/CustomResourceDefinition/widgets.acme.example.com" in told.gone)
        told.until(lambda: WIDGET + "second" in told.gone)
        shop.cluster.put(WIDGETS)
        shop.cluster.put(item("acme.example.com/v1", "Widget", "third", "shop", spec={"size": 3}))
        told.until(told.has(WIDGET + "third"))


def test_a_kind_is_found_though_definitions_may_not_be_listed(shop: Place) -> None:
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("customresourcedefinitions",)),))
    connector = shop.connector("ann", pace=replace(QUICK, kinds=0.1))
    with watching(connector, crawl(connector).checkpoint) as told:
        ready(told, shop)
        shop.cluster.put(WIDGETS)
        shop.cluster.put(item("acme.example.com/v1", "Widget", "first", "shop", spec={"size": 1}))
        told.until(told.has(WIDGET + "first"))


def test_a_workload_follows_its_autoscaler(shop: Place) -> None:
    connector = shop.connector(pace=QUICK)
    with watching(connector, crawl(connector).checkpoint) as told:
        ready(told, shop)
        assert "kubernetes:prod/shop/Deployment/cart" not in told.documents
        shop.cluster.patch("HorizontalPodAutoscaler", "cart", {"spec": {"maxReplicas": 9}}, "shop")
        told.until(told.has("kubernetes:prod/shop/Deployment/cart", "HPA 2–9"))


@pytest.mark.parametrize("kind", ["cut", "garbage"])
def test_a_watch_that_is_cut_goes_on_where_it_was(shop: Place, kind: str) -> None:
    connector = shop.connector(pace=QUICK)
    checkpoint = crawl(connector).checkpoint
    lists = len(shop.cluster.asked(r"GET /api/v1/pods\?limit"))
    shop.cluster.faults = [Fault(r"/api/v1/pods.*watch=1", kind, times=3, seconds=0.05)]
    with watching(connector, checkpoint) as told:
        for number in range(5):
            shop.cluster.put(pod(f"new-{number}"))
            told.until(told.has(POD + f"new-{number}"))
    assert len(shop.cluster.asked(r"GET /api/v1/pods\?limit")) == lists + 1


def test_a_watch_whose_past_is_forgotten_lists_again_and_sees_what_it_missed(shop: Place) -> None:
    connector = shop.connector(pace=QUICK)
    checkpoint = crawl(connector).checkpoint

    def meanwhile() -> None:
        shop.cluster.delete("Pod", "cart-2", "shop")
        shop.cluster.put(pod("missed"))
        shop.cluster.store.compact()

    shop.cluster.faults = [
        Fault(r"/api/v1/pods.*watch=1", "expire", seconds=0.05),
        Fault(r"/api/v1/pods.*watch=1", "action", action=meanwhile),
    ]
    with watching(connector, checkpoint) as told:
        told.until(lambda: POD + "missed" in told.documents and POD + "cart-2" in told.gone)
    assert told.gone == {POD + "cart-2"}


def test_a_kind_that_may_not_be_watched_stops_no_other(shop: Place) -> None:
    shop.cluster.add_user("ann", rules=(Rule(),), denied=(Rule(resources=("secrets", "configmaps")),))
    connector = shop.connector("ann", pace=QUICK)
    with watching(connector, crawl(connector).checkpoint) as told:
        ready(told, shop)


def test_secrets_are_watched_without_their_data(shop: Place) -> None:
    observer = Observer()
    connector = shop.connector(pace=QUICK, observer=observer)
    checkpoint: Any = crawl(connector).checkpoint
    with watching(connector, checkpoint) as told:
        ready(told, shop)
        shop.cluster.plant_secret("db", "shop", password="Canary-Tr0ub4dor")
        told.until(told.has("kubernetes:prod/shop/Secret/db"))
        for news in told.news:
            checkpoint = connector.note(checkpoint, news)
    assert "Canary" not in str(told.documents)
    assert "Canary" not in str(observer.seen)
    watched = shop.cluster.asked(r"GET /api/v1/secrets.*watch=1")
    assert watched
    assert all("PartialObjectMetadata" in request.accept for request in watched)


def test_the_observer_hears_of_the_news_when_they_are_noted(shop: Place) -> None:
    observer = Observer()
    connector = shop.connector(pace=QUICK, observer=observer)
    checkpoint: Any = crawl(connector).checkpoint
    observer.calls.clear()
    with watching(connector, checkpoint) as told:
        ready(told, shop)
        shop.cluster.put(
            item("v1", "Event", "news.9", "shop", type="Normal", reason="Pulled",
                 involvedObject={"kind": "Pod", "name": "cart-1", "namespace": "shop"})
        )  # fmt: skip
        shop.cluster.delete("Pod", "cart-2", "shop")
        told.until(lambda: POD + "cart-2" in told.gone)
        assert observer.calls == []

        def noted() -> bool:
            nonlocal checkpoint
            while told.news:
                checkpoint = connector.note(checkpoint, told.news.pop(0))
            return ("saw", "Event", "news.9") in observer.calls

        told.until(noted)
    assert {("saw", "Pod", "first"), ("saw", "Event", "news.9"), ("gone", "Pod", "cart-2")} <= set(
        observer.calls
    )
    assert "shop/first" in checkpoint["kinds"]["Pod"]["digests"]
    assert "shop/cart-2" not in checkpoint["kinds"]["Pod"]["digests"]


def test_a_checkpoint_of_another_configuration_gives_nothing(shop: Place) -> None:
    checkpoint = crawl(shop.connector(access=["x"])).checkpoint
    assert list(shop.connector(pace=QUICK).watch(checkpoint, threading.Event())) == []


def test_it_ends_at_once_though_the_server_is_silent(tmp_path: Path) -> None:
    with place(tmp_path) as quiet:  # no bookmark for a minute
        connector = quiet.connector(pace=QUICK)
        with watching(connector, crawl(connector).checkpoint) as told:
            ready(told, quiet)


# ---- writing -----------------------------------------------------------------------------------------


def test_news_are_written_and_the_next_run_finds_nothing_to_do(shop: Place, tmp_path: Path) -> None:
    connector, index = shop.connector(pace=QUICK), MemoryIndex()
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        ingest_source(connector, index, ledger, Runs(ledger))
        with watching(connector, ledger.checkpoint("prod") or {}) as told:
            ready(told, shop)
            for name in ("cart-2", "cart-3"):
                shop.cluster.delete("Pod", name, "shop")
            told.until(lambda: {POD + "cart-2", POD + "cart-3"} <= told.gone)
            told.until(told.has("kubernetes:prod/shop/Overview/shop", "4 Pods"))
            for news in told.news:
                assert write(connector, news, index, ledger, tmp_path)
        assert POD + "first" in contents(ledger)
        assert POD + "cart-2" not in index.texts
        assert ledger.ahead("prod") == set()
        index.applied.clear()
        report = ingest_source(connector, index, ledger, Runs(ledger))
        assert report.counts.indexed + report.counts.deleted == 0
        assert index.applied == []


def test_an_object_that_turns_back_is_not_called_unchanged(shop: Place, tmp_path: Path) -> None:
    """The run's checkpoint knows the object as it is again; the index holds what a watch wrote between."""
    connector, index = shop.connector(pace=QUICK), MemoryIndex()
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        ingest_source(connector, index, ledger, Runs(ledger))
        with watching(connector, ledger.checkpoint("prod") or {}) as told:
            shop.cluster.patch("ConfigMap", "settings", {"data": {"color": "red"}}, "shop")
            told.until(told.has("kubernetes:prod/shop/ConfigMap/settings", "red"))
            for news in told.news:
                write(connector, news, index, ledger, tmp_path)
        assert "red" in index.texts["kubernetes:prod/shop/ConfigMap/settings"]
        shop.cluster.patch("ConfigMap", "settings", {"data": {"color": "blue"}}, "shop")
        ingest_source(connector, index, ledger, Runs(ledger))
        assert "blue" in index.texts["kubernetes:prod/shop/ConfigMap/settings"]


def test_nothing_is_written_beside_a_run_or_before_the_first(shop: Place, tmp_path: Path) -> None:
    connector, index = shop.connector(pace=QUICK), MemoryIndex()
    with closing(Ledger.at(tmp_path / "state")) as ledger:
        assert not write(connector, News((), ()), index, ledger, tmp_path)
        with exclusive(tmp_path), pytest.raises(AlreadyRunningError):
            write(connector, News((), ()), index, ledger, tmp_path)


def test_a_run_waits_for_who_holds_the_lock_only_for_a_moment(tmp_path: Path) -> None:
    held, end = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(tmp_path, brief=True):
            held.set()
            end.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    threading.Timer(0.1, end.set).start()
    with exclusive(tmp_path):
        assert end.is_set()
    thread.join()
