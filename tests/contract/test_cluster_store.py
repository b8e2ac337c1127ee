"""What callers rely on in the store of objects."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cluster.store import ObjectStore, Retention
from cluster.store.database import FILE
from connectors.documents import ResourceRef
from connectors.errors import ConfigurationError, UnreachableError
from connectors.kubernetes.observed import FieldManager, ObservedObject

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANAGER = FieldManager("kubectl", "Apply", NOON, "", ("spec.replicas",))
CART = ResourceRef("Deployment", "cart", "shop", "prod")


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> ObjectStore:
    return ObjectStore(tmp_path, clock=clock)


def seen(name: str, kind: str = "Deployment", *, source: str = "live", **value: Any) -> ObservedObject:
    """An object of namespace shop, seen when the clock says; `uid` and `api_version` may be given."""
    metadata = {
        "name": name,
        "namespace": value.pop("namespace", "shop"),
        "uid": value.pop("uid", f"uid-{name}"),
    }
    metadata |= value.pop("metadata", {})
    api_version = value.pop("api_version", "apps/v1" if kind == "Deployment" else "v1")
    whole = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **value}
    ident = f"kubernetes:{source}/{metadata['namespace'] or '_'}/{kind}/{name}"
    return ObservedObject("prod", source, ident, whole, managers=(MANAGER,))


def crawl(store: ObjectStore, *objects: ObservedObject, source: str = "live", end: bool = True) -> None:
    """A crawl that lists Deployments, Pods and Events whole."""
    store.begin(source)
    for one in objects:
        store.saw(one)
    for api_version, kind in (("apps/v1", "Deployment"), ("v1", "Pod"), ("v1", "Event")):
        store.complete(source, api_version, kind)
    if end:
        store.finish(source)


def names(store: ObjectStore, **choice: Any) -> list[str]:
    return [found.name for found in store.objects(**choice)]


# What is there


def test_an_object_comes_back_as_it_was_seen(store: ObjectStore) -> None:
    told = seen("cart", spec={"replicas": 3}, status={"text": "é \ud800 \0"})
    crawl(store, told)
    (found,) = store.objects()
    assert (found.value, found.managers) == (told.value, told.managers)
    assert (found.cluster, found.source, found.document_id) == ("prod", "live", told.document_id)
    assert found.observed_at == NOON
    assert not found.declared


def test_objects_are_chosen_by_cluster_namespace_and_kind(store: ObjectStore) -> None:
    other = replace(seen("far", source="second"), cluster="dev")
    crawl(store, seen("cart"), seen("cart-1", "Pod"), seen("dns", "Pod", namespace="kube-system"))
    crawl(store, other, source="second")
    assert names(store, clusters=["dev"]) == ["far"]
    assert names(store, clusters=["prod"], kinds=["Pod"]) == ["cart-1", "dns"]
    assert names(store, namespaces=["kube-system"]) == ["dns"]
    assert names(store, kinds=[]) == []
    assert store.clusters() == ["dev", "prod"]
    assert store.counts("prod") == {"Deployment": 1, "Pod": 2}
    assert [one.name for one in store.names(clusters=["prod"])] == ["cart", "cart-1", "dns"]


def test_two_groups_may_have_a_kind_of_the_same_name(store: ObjectStore) -> None:
    store.saw(seen("web", "Gateway", api_version="networking.istio.io/v1"))
    store.saw(seen("web", "Gateway", api_version="gateway.networking.k8s.io/v1", uid="2"))
    store.saw(seen("web", "Gateway", api_version="networking.istio.io/v1beta1"))
    assert names(store) == ["web", "web"]


def test_what_a_whole_list_no_longer_names_is_gone(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart"), seen("old"), seen("cart-1", "Pod"))
    clock.forward(days=1)
    store.begin("live")
    store.saw(seen("cart"))
    store.complete("live", "apps/v1", "Deployment")
    assert names(store) == ["cart", "cart-1"]


def test_a_crawl_that_is_cut_off_deletes_nothing(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart"), seen("old"))
    clock.forward(days=1)
    store.begin("live")
    store.saw(seen("cart", spec={"replicas": 2}))
    store.begin("live")
    assert names(store) == ["cart", "old"]


def test_each_source_deletes_its_own_only(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart"))
    crawl(store, replace(seen("far", source="second"), cluster="dev"), source="second")
    clock.forward(days=1)
    crawl(store, source="second")
    assert names(store) == ["cart"]


def test_what_a_watch_saw_after_a_list_began_is_not_taken_for_gone(store: ObjectStore, clock: Clock) -> None:
    store.begin("live")
    clock.forward(seconds=1)
    watch = threading.Thread(target=store.saw, args=(seen("new"),))
    watch.start()
    watch.join()
    clock.forward(seconds=1)
    store.complete("live", "apps/v1", "Deployment")
    assert names(store) == ["new"]


def test_a_list_that_is_older_than_a_deletion_does_not_bring_the_object_back(
    store: ObjectStore, clock: Clock
) -> None:
    crawl(store, seen("cart"))
    before = clock.forward(minutes=1)
    store.gone("live", CART, clock.forward(seconds=5))
    store.saw(replace(seen("cart"), observed_at=before))
    assert names(store) == []
    clock.forward(seconds=5)
    store.saw(seen("cart", uid="uid-2"))
    assert names(store) == ["cart"]


def test_a_watch_deletes_nothing_that_was_made_after(store: ObjectStore, clock: Clock) -> None:
    store.saw(seen("cart"))
    store.gone("live", CART, NOON - timedelta(seconds=1))
    store.gone("live", replace(CART, name="unknown"), NOON)
    assert names(store) == ["cart"]


def test_of_two_objects_that_a_deletion_may_mean_both_stay_until_the_next_list(store: ObjectStore) -> None:
    store.saw(seen("web", "Gateway", api_version="networking.istio.io/v1"))
    store.saw(seen("web", "Gateway", api_version="gateway.networking.k8s.io/v1", uid="2"))
    store.gone("live", ResourceRef("Gateway", "web", "shop", "prod"), NOON)
    assert len(names(store)) == 2


def test_custom_resources_go_with_their_definition(store: ObjectStore) -> None:
    definition = seen(
        "widgets.acme.io", "CustomResourceDefinition", namespace="", api_version="apiextensions.k8s.io/v1",
        spec={"group": "acme.io", "names": {"kind": "Widget", "plural": "widgets"}},
    )  # fmt: skip
    store.saw(definition)
    store.saw(seen("w", "Widget", api_version="acme.io/v1"))
    store.gone("live", definition.ref, NOON)
    assert names(store) == []


def test_kinds_that_are_no_longer_read_go_with_their_documents(store: ObjectStore, clock: Clock) -> None:
    lease, node = (
        seen("a", "Lease", api_version="coordination.k8s.io/v1"),
        seen("n", "Node", namespace=""),
    )
    crawl(store, seen("cart"), lease, node)
    clock.forward(days=1)
    crawl(store, seen("cart"), end=False)
    # Nodes could not be listed this time; Leases were taken out of the configuration.
    store.finish("live", {node.document_id})
    assert names(store) == ["cart", "n"]


def test_a_source_is_forgotten_with_all_that_is_its(store: ObjectStore) -> None:
    crawl(store, seen("cart"), an_event(1))
    crawl(store, replace(seen("far", source="second"), cluster="dev"), source="second")
    assert store.sources() == ["live", "second"]
    store.forget("live")
    assert store.sources() == ["second"]
    assert names(store) == ["far"]
    assert store.versions(CART) == []
    assert store.events() == []
    assert store.snapshots("prod") == []


def test_a_cluster_that_gets_another_name_keeps_its_history(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart"))
    clock.forward(days=1)
    crawl(store, replace(seen("cart"), cluster="production"))
    assert store.clusters() == ["production"]
    assert len(store.versions(replace(CART, cluster="production"))) == 1


def test_complete_without_a_crawl_is_a_mistake_that_deletes_nothing(store: ObjectStore) -> None:
    store.saw(seen("cart"))
    with pytest.raises(ValueError, match="no crawl of live"):
        store.complete("live", "apps/v1", "Deployment")
    assert names(store) == ["cart"]


# As of when


def test_an_unchanged_object_is_as_fresh_as_the_last_list_of_its_kind(
    store: ObjectStore, clock: Clock
) -> None:
    crawl(store, seen("cart"))
    later = clock.forward(hours=3)
    crawl(store, seen("cart"))
    assert [found.observed_at for found in store.objects()] == [later]
    assert store.observed_at("prod") == later
    assert store.observed_at("elsewhere") is None


def test_a_change_that_a_watch_saw_is_newer_than_the_list(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart"))
    later = clock.forward(minutes=3)
    store.saw(seen("cart", spec={"replicas": 5}))
    assert [found.observed_at for found in store.objects()] == [later]
    assert store.observed_at("prod") == later


# Change


def test_unchanged_objects_are_not_written(store: ObjectStore, tmp_path: Path) -> None:
    crawl(store, seen("cart", metadata={"resourceVersion": "1"}))
    stamp = store.stamp
    crawl(store, seen("cart", metadata={"resourceVersion": "2"}))
    assert store.stamp == stamp
    assert len(store.versions(CART)) == 1


def test_the_stamp_tells_of_every_change(store: ObjectStore, clock: Clock) -> None:
    stamps = [store.stamp]
    for change in (
        lambda: store.saw(seen("cart")),
        lambda: store.saw(seen("cart", spec={})),
        lambda: store.saw(replace(seen("cart", spec={}), document_id="other")),
        lambda: store.saw(an_event(1)),
        lambda: store.gone("live", CART, clock.forward(seconds=1)),
        lambda: store.forget("live"),
    ):
        change()
        stamps.append(store.stamp)
    assert stamps == sorted(set(stamps))


def test_events_do_not_change_the_stamp_of_objects(store: ObjectStore) -> None:
    before = store.object_stamp
    store.saw(an_event(1))
    assert store.object_stamp == before
    store.saw(seen("cart"))
    assert store.object_stamp > before


def test_versions_tell_what_was_when_and_who_wrote_it(store: ObjectStore, clock: Clock) -> None:
    scaler = FieldManager("hpa", "Update", clock.forward(hours=1), "scale", ("spec.replicas",))
    store.saw(seen("cart", spec={"replicas": 1}))
    at = clock.forward(hours=1)
    store.saw(replace(seen("cart", spec={"replicas": 4}), managers=(scaler,)))
    gone = clock.forward(hours=1)
    store.gone("live", CART, gone)
    first, second, third = store.versions(CART)
    assert first.found is not None
    assert first.found.managers == (MANAGER,)
    assert second.found is not None
    assert (second.at, second.found.value["spec"], second.found.managers) == (at, {"replicas": 4}, (scaler,))
    assert (third.at, third.found) == (gone, None)
    assert store.versions(ResourceRef("Deployment", "cart")) == [first, second, third]
    assert store.versions(replace(CART, namespace="other")) == []


def test_an_object_made_anew_under_its_old_name_was_gone_in_between(store: ObjectStore, clock: Clock) -> None:
    store.saw(seen("cart-1", "Pod", uid="a"))
    made = NOON + timedelta(minutes=4)
    clock.forward(minutes=10)
    store.saw(seen("cart-1", "Pod", uid="b", metadata={"creationTimestamp": made.isoformat()}))
    history = store.versions(ResourceRef("Pod", "cart-1", "shop", "prod"))
    assert [(one.at, one.found and one.found.uid) for one in history] == [
        (NOON, "a"), (made, None), (NOON + timedelta(minutes=10), "b"),
    ]  # fmt: skip


# Snapshots


def test_snapshots_give_the_objects_as_they_were(store: ObjectStore, clock: Clock) -> None:
    crawl(store, seen("cart", spec={"replicas": 1}), seen("old"))
    clock.forward(days=1)
    crawl(store, seen("cart", spec={"replicas": 2}), seen("new"))
    clock.forward(days=1)
    crawl(store, seen("old", uid="again"))
    first, second, third = store.snapshots("prod")
    assert first == NOON
    assert names(store, at=first) == ["cart", "old"]
    assert [found.value["spec"] for found in store.objects(at=second, kinds=["Deployment"], namespaces=["shop"])
            if found.name == "cart"] == [{"replicas": 2}]  # fmt: skip
    assert names(store, at=second) == ["cart", "new"]
    assert names(store, at=third) == names(store) == ["old"]
    assert names(store, at=first - timedelta(seconds=1)) == []
    assert {found.observed_at for found in store.objects(at=second)} == {second}


def test_a_crawl_that_did_not_end_is_no_snapshot(store: ObjectStore) -> None:
    crawl(store, seen("cart"), end=False)
    assert store.snapshots("prod") == []


# What is kept


def test_versions_are_kept_up_to_a_number(tmp_path: Path, clock: Clock) -> None:
    store = ObjectStore(tmp_path, retention=Retention(versions=3), clock=clock)
    for replicas in range(10):
        store.saw(seen("cart", spec={"replicas": replicas}))
        clock.forward(minutes=1)
    kept = store.versions(CART)
    assert [one.found and one.found.value["spec"]["replicas"] for one in kept] == [7, 8, 9]
    # It was there at noon, only how is no longer known.
    assert names(store, at=NOON) == ["cart"]


def test_old_versions_deletions_events_and_snapshots_are_forgotten(tmp_path: Path, clock: Clock) -> None:
    store = ObjectStore(tmp_path, retention=Retention(age=timedelta(days=10)), clock=clock)
    crawl(store, seen("cart", spec={"replicas": 1}), seen("still"), seen("old"), an_event(1))
    clock.forward(days=4)
    crawl(store, seen("cart", spec={"replicas": 2}), seen("still"))
    middle = clock.now
    clock.forward(days=9)
    crawl(store, seen("cart", spec={"replicas": 3}), seen("still"))
    assert store.snapshots("prod") == [middle, clock.now]
    # The first version ended less than ten days ago.
    assert len(store.versions(CART)) == 3
    assert names(store, at=middle) == ["cart", "still"]
    assert store.events() == []
    clock.forward(days=9)
    crawl(store, seen("cart", spec={"replicas": 3}), seen("still"))
    assert [one.at for one in store.versions(CART)] == [middle, middle + timedelta(days=9)]
    assert store.versions(replace(CART, name="old")) == []
    assert names(store) == ["cart", "still"]


def test_events_are_kept_up_to_a_number(tmp_path: Path, clock: Clock) -> None:
    store = ObjectStore(tmp_path, retention=Retention(events=3), clock=clock)
    crawl(store, *(an_event(number) for number in range(8)))
    assert [event.uid for event in store.events()] == ["event-5", "event-6", "event-7"]


# Events


def an_event(number: int, **value: Any) -> ObservedObject:
    """A warning about the pod `cart-1`, of `number` minutes after noon."""
    last = (NOON + timedelta(minutes=number)).isoformat()
    about = {"involvedObject": {"kind": "Pod", "name": "cart-1", "namespace": "shop"}}
    told = {"type": "Warning", "reason": "BackOff", "message": "back-off", "count": number + 1}
    times = {"firstTimestamp": NOON.isoformat(), "lastTimestamp": last, "reportingComponent": "kubelet"}
    return seen(f"cart-1.{number}", "Event", uid=f"event-{number}", **{**about, **told, **times, **value})


def test_events_are_collected_and_no_objects(store: ObjectStore, clock: Clock) -> None:
    crawl(store, an_event(1), an_event(2))
    clock.forward(days=1)
    crawl(store)
    first, second = store.events()
    assert names(store) == []
    assert (first.about, first.type, first.reason) == (
        ResourceRef("Pod", "cart-1", "shop", "prod"), "Warning", "BackOff",
    )  # fmt: skip
    assert (first.message, first.count, first.reporter) == ("back-off", 2, "kubelet")
    assert (first.first_at, second.last_at) == (NOON, NOON + timedelta(minutes=2))


def test_both_event_apis_tell_of_one_event(store: ObjectStore) -> None:
    store.saw(an_event(1))
    regarding = {"kind": "Pod", "name": "cart-1", "namespace": "shop"}
    store.saw(
        seen(
            "cart-1.1", "Event", uid="event-1", api_version="events.k8s.io/v1", regarding=regarding, note="back-off",
            type="Warning", reason="BackOff", deprecatedCount=2,
            deprecatedLastTimestamp=(NOON + timedelta(minutes=1)).isoformat(),
        )
    )  # fmt: skip
    store.saw(
        seen(
            "new", "Event", uid="event-9", api_version="events.k8s.io/v1", regarding=regarding, note="said",
            series={"count": 7, "lastObservedTime": (NOON + timedelta(minutes=9)).isoformat()},
            eventTime=NOON.isoformat(), reportingController="kubelet",
        )
    )  # fmt: skip
    first, second = store.events()
    assert first.uid == "event-1"
    assert (second.message, second.count, second.last_at) == ("said", 7, NOON + timedelta(minutes=9))


def test_an_event_that_came_again_counts_on(store: ObjectStore) -> None:
    store.saw(an_event(3))
    store.saw(an_event(3, count=40, lastTimestamp=(NOON + timedelta(hours=1)).isoformat()))
    store.saw(an_event(3))
    (event,) = store.events()
    assert (event.count, event.last_at) == (40, NOON + timedelta(hours=1))


def test_events_are_chosen_by_object_namespace_and_time(store: ObjectStore) -> None:
    crawl(store, *(an_event(number) for number in range(5)))
    pod = ResourceRef("Pod", "cart-1", "shop", "prod")
    since, until = NOON + timedelta(minutes=2), NOON + timedelta(minutes=3)
    assert [event.uid for event in store.events(about=pod, since=since, until=until)] == [
        "event-2",
        "event-3",
    ]
    assert store.events(about=replace(pod, name="other")) == []
    assert store.events(namespaces=["other"]) == []
    assert len(store.events(namespaces=["shop"], clusters=["prod"])) == 5


def test_an_event_without_times_was_when_it_was_seen(store: ObjectStore) -> None:
    store.saw(seen("odd", "Event", uid="e"))
    (event,) = store.events()
    assert event.last_at == event.first_at == NOON


# Processes, threads, crashes


@pytest.fixture
def two(tmp_path: Path, clock: Clock) -> tuple[ObjectStore, ObjectStore]:
    return ObjectStore(tmp_path, clock=clock), ObjectStore(tmp_path, clock=clock)


def test_another_process_sees_what_was_written(two: tuple[ObjectStore, ObjectStore]) -> None:
    writer, reader = two
    before = reader.stamp
    writer.saw(seen("cart"))
    assert reader.stamp > before
    assert names(reader) == ["cart"]


def test_a_reader_sees_one_state_while_another_writes(two: tuple[ObjectStore, ObjectStore]) -> None:
    writer, reader = two
    for number in range(5):
        writer.saw(seen(f"a{number}"))
    found = reader.objects()
    first = next(found)
    writer.forget("live")
    writer.saw(seen("later"))
    assert [first.name, *(one.name for one in found)] == [f"a{number}" for number in range(5)]
    assert names(reader) == ["later"]


def test_threads_write_at_the_same_time(store: ObjectStore) -> None:
    def work(number: int) -> None:
        source = f"s{number}"
        store.begin(source)
        for each in range(30):
            store.saw(seen(f"{source}-{each}", source=source))
        store.complete(source, "apps/v1", "Deployment")
        store.finish(source)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 120


_WRITER = """
import sys
from pathlib import Path
from cluster.store import ObjectStore
from connectors.kubernetes.observed import ObservedObject
store = ObjectStore(Path(sys.argv[1]))
store.begin("live")
number = 0
while True:
    value = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}", "uid": str(number)}}
    store.saw(ObservedObject("prod", "live", f"d{number}", value))
    store.flush()
    print(number, flush=True)
    number += 1
"""


def test_a_killed_process_loses_nothing_that_it_had_written(
    tmp_path: Path, store: ObjectStore, clock: Clock
) -> None:
    store.saw(seen("before"))
    home = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=home
    )
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(25)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    kept = names(store)
    written = {f"p{line.strip()}" for line in told if line.endswith("\n")}
    assert len(written) >= 25
    assert {"before", *written} <= set(kept)
    # The next crawl goes on as ever; the other process looked at a clock of its own.
    clock.now = datetime.now(UTC)
    crawl(store, seen("before"))
    assert names(store) == ["before"]


# The file


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    ObjectStore(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(ConfigurationError, match="another version of Kubelore"):
        ObjectStore(tmp_path)


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nothing of the kind" * 1_000)
    with pytest.raises(UnreachableError, match=r"cannot be opened.*delete cluster\.db\* and ingest again"):
        ObjectStore(tmp_path)
