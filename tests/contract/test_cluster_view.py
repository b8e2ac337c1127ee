"""What answers, pictures and routes rely on in the view of clusters."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cluster.declared import declared
from cluster.graph import EdgeType
from cluster.store import ObjectStore
from cluster.view import EVERYTHING, RENEWAL, ClusterView, Knowledge, Reader
from connectors.documents import Document, ResourceRef
from connectors.kubernetes.observed import ObservedObject

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLIC = frozenset({"public"})


def running(
    kind: str, name: str, cluster: str = "prod", namespace: str = "shop", **value: Any
) -> ObservedObject:
    metadata = {"name": name, "namespace": namespace, "uid": f"{kind}-{name}"}
    api_version = "apps/v1" if kind == "Deployment" else "v1"
    whole = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **value}
    return ObservedObject(cluster, cluster, f"kubernetes:{cluster}/{namespace}/{kind}/{name}", whole)


def page(name: str, *mentions: ResourceRef, environment: str = "", **fields: Any) -> Document:
    return Document(
        f"files:docs/{name}", name, "", (), "docs", "page", mentions=mentions, environment=environment,
        access=PUBLIC, **fields,
    )  # fmt: skip


def manifest(kind: str, name: str, environment: str = "", body: str = "") -> Document:
    text = f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: shop\n{body}"
    ident = f"kubernetes:files/shop/{kind}/{name}" + (f"@{environment}" if environment else "")
    return Document(
        ident, name, text, (), "files", "manifest", environment=environment, access=PUBLIC,
        resource=ResourceRef(kind, name, "shop"),
    )  # fmt: skip


class Written:
    """Knowledge that tests change."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self.asked = 0
        self.set(documents)

    def set(self, documents: Iterable[Document]) -> None:
        every = tuple(documents)
        objects = tuple(found for one in every if (found := declared(one)) is not None)
        self.knowledge = Knowledge(tuple(one.id for one in every), every, objects)

    def __call__(self) -> Knowledge:
        self.asked += 1
        return self.knowledge


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


SERVICE = running("Service", "cart", spec={"selector": {"app": "cart"}})
POD = running("Pod", "cart-1", spec={"containers": []})
POD.value["metadata"]["labels"] = {"app": "cart"}  # type: ignore[index]


def ids(view: ClusterView, may_read: Any = EVERYTHING, **choice: Any) -> set[str]:
    return {node.id for node in view.graph(may_read, **choice).nodes()}


def test_the_graph_joins_what_runs_with_what_is_written(store: ObjectStore) -> None:
    for one in (SERVICE, POD):
        store.saw(one)
    view = ClusterView(store, Written([page("runbook", ResourceRef("Service", "cart", "shop"))]))
    graph = view.graph(EVERYTHING)
    kinds = {(edge.source, edge.type, edge.target) for edge in graph.edges()}
    assert ("prod/shop/Service/cart", EdgeType.DOCUMENTED_BY, "files:docs/runbook") in kinds
    assert ("prod/shop/Service/cart", EdgeType.SELECTS, "prod/shop/Pod/cart-1") in kinds


def test_a_caller_sees_what_it_may_read_only(store: ObjectStore) -> None:
    for one in (SERVICE, POD, running("Service", "far", cluster="dev")):
        store.saw(one)
    view = ClusterView(store, Written())
    allowed = Reader("ann", lambda ident: ident == SERVICE.document_id)
    assert ids(view, allowed) == {"prod/shop/Service/cart"}
    assert ids(view, lambda ident: ident == POD.document_id) == {"prod/shop/Pod/cart-1"}
    assert view.clusters(allowed) == ["prod"]
    assert view.clusters(EVERYTHING) == ["dev", "prod"]
    assert view.clusters(Reader("nobody", lambda _: False)) == []
    assert set(view.inventory("prod", allowed).names("Pod", "")) == set()
    assert set(view.inventory("prod").names("Pod", "")) == {"cart-1"}


def test_what_was_made_for_one_reader_is_not_shown_to_another(store: ObjectStore) -> None:
    store.saw(SERVICE)
    store.saw(POD)
    view = ClusterView(store, Written())
    for _ in range(2):
        assert len(ids(view, Reader("ann", lambda ident: ident == POD.document_id))) == 1
        assert len(ids(view)) == 2
        assert ids(view, Reader("bob", lambda _: False)) == set()


def test_the_same_graph_is_given_until_something_changes(store: ObjectStore) -> None:
    store.saw(SERVICE)
    written = Written()
    view = ClusterView(store, written)
    first = view.graph(EVERYTHING)
    assert view.graph(EVERYTHING) is first
    store.saw(POD)
    second = view.graph(EVERYTHING)
    assert len(second) == 2
    written.set([page("runbook", ResourceRef("Pod", "cart-1", "shop"))])
    assert len(view.graph(EVERYTHING)) == 3
    assert len(second) == 2


def test_nobody_waits_for_a_graph_that_takes_long_to_make_anew(store: ObjectStore) -> None:
    store.saw(SERVICE)
    seconds = iter(range(0, 1_000, 10))
    view = ClusterView(store, Written(), clock=lambda: float(next(seconds)))
    first = view.graph(EVERYTHING)
    store.saw(POD)
    assert view.graph(EVERYTHING) is first
    # What the caller may read is as of now all the same.
    assert ids(view, Reader("nobody", lambda _: False)) == set()
    for thread in threading.enumerate():
        if thread.name == RENEWAL:
            thread.join()
    assert len(view.graph(EVERYTHING)) == 2


def test_a_plain_function_is_asked_each_time(store: ObjectStore) -> None:
    store.saw(SERVICE)
    allowed: set[str] = set()
    view = ClusterView(store, Written())
    assert ids(view, allowed.__contains__, clusters=["prod"]) == set()
    allowed.add(SERVICE.document_id)
    assert ids(view, allowed.__contains__, clusters=["prod"]) == {"prod/shop/Service/cart"}


def test_the_graph_of_a_snapshot_is_that_of_its_time(tmp_path: Path) -> None:
    moments = [NOON]
    store = ObjectStore(tmp_path, clock=lambda: moments[-1])
    for objects in ((SERVICE, POD), (SERVICE,)):
        store.begin("prod")
        for one in objects:
            store.saw(one)
        store.complete("prod", "v1", "Service")
        store.complete("prod", "v1", "Pod")
        store.finish("prod")
        moments.append(moments[-1] + timedelta(days=1))
    view = ClusterView(store, Written())
    first, second = view.snapshots("prod")
    assert len(ids(view, at=first)) == 2
    assert len(ids(view, at=second)) == len(ids(view)) == 1
    assert view.observed_at("prod") == second


def test_without_a_live_cluster_manifests_are_drawn(tmp_path: Path) -> None:
    written = Written(
        [
            manifest("Service", "cart", body="spec:\n  selector: {app: cart}\n"),
            manifest("ConfigMap", "cart"),
            page("runbook", ResourceRef("Service", "cart", "shop")),
        ]
    )
    for store in (None, ObjectStore(tmp_path)):
        view = ClusterView(store, written)
        assert view.clusters(EVERYTHING) == []
        assert ids(view) == {"*/shop/Service/cart", "*/shop/ConfigMap/cart", "files:docs/runbook"}
        assert set(view.inventory("*").names("Service", "shop")) == {"cart"}
        assert view.observed_at("*") is None


def test_manifests_of_different_environments_do_not_mix() -> None:
    written = Written(
        [
            manifest("Service", "cart", "production"),
            manifest("Service", "cart", "staging"),
            page("vars", ResourceRef("Service", "cart"), environment="staging"),
        ]
    )
    view = ClusterView(None, written)
    graph = view.graph(EVERYTHING)
    assert view.all_clusters(EVERYTHING) == ["production (manifests)", "staging (manifests)"]
    assert [edge.source for edge in graph.edges()] == ["staging (manifests)/shop/Service/cart"]
    assert ids(view, clusters=["production (manifests)"]) == {"production (manifests)/shop/Service/cart"}


def test_what_runs_leads_to_the_file_that_declares_it(store: ObjectStore) -> None:
    store.saw(SERVICE)
    file = manifest("Service", "cart")
    view = ClusterView(store, Written([replace(file, mentions=(ResourceRef("Service", "cart", "shop"),))]))
    (node,) = (node for node in view.graph(EVERYTHING).nodes() if node.kind == "Service")
    assert node.documents == (SERVICE.document_id, file.id)
    assert view.all_clusters(EVERYTHING) == ["prod"]
    assert ids(view, clusters=["*"]) == {"*/shop/Service/cart"}


def test_a_manifest_that_cannot_be_read_or_is_of_no_object_is_left_out() -> None:
    broken = replace(manifest("Service", "cart"), text="kind: [")
    stand_in = replace(manifest("Service", "release-name-x"), resource=None)
    assert [declared(one) for one in (broken, stand_in, page("p"))] == [None, None, None]
