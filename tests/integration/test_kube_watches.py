"""The fake Kubernetes: watches, their bookmarks and their ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from queue import Queue
from typing import Any

import httpx
import pytest

from tests.integration.kube_cases import PARTIAL, TABLE, client, http, pod
from tests.servers.kube import Cluster, Fault, from_objects, serving

Json = dict[str, Any]


@contextmanager
def watching(session: httpx.Client, path: str, **headers: str) -> Iterator[Queue[Json]]:
    """The events of a watch as they come."""
    events: Queue[Json] = Queue()

    def read(response: httpx.Response) -> None:
        try:
            for line in response.iter_lines():
                events.put(json.loads(line))
        except (httpx.HTTPError, httpx.StreamError, ValueError):
            events.put({"type": "CUT"})
        events.put({"type": "END"})

    with session.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        reader = threading.Thread(target=read, args=(response,), daemon=True)
        reader.start()
        yield events


def following(events: Queue[Json], number: int) -> list[tuple[str, str]]:
    """The next events: type and name (of a table's row, or of the object)."""
    found = []
    for _ in range(number):
        event = events.get(timeout=60)
        shown = event["object"]["rows"][0]["object"] if "rows" in event["object"] else event["object"]
        found.append((event["type"], shown["metadata"].get("name", "")))
    return found


def version_of(session: httpx.Client) -> str:
    return str(session.get("/api/v1/pods").json()["metadata"]["resourceVersion"])


def test_changes_from_a_list_on_come_in_order_and_only_those() -> None:
    cluster = from_objects([pod("a"), pod("b")])
    with client(cluster) as session:
        cluster.put(pod("early"))
        since = version_of(session)
        cluster.put(pod("c"))
        with watching(session, f"/api/v1/pods?watch=1&resourceVersion={since}") as events:
            cluster.patch("Pod", "a", {"status": {"phase": "Failed"}}, "shop")
            cluster.put(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "shop"}}
            )
            cluster.delete("Pod", "b", "shop")
            assert following(events, 3) == [("ADDED", "c"), ("MODIFIED", "a"), ("DELETED", "b")]


def test_a_watch_without_a_version_begins_with_what_there_is() -> None:
    cluster = from_objects([pod("a"), pod("b", "other")])
    with client(cluster) as session, watching(session, "/api/v1/namespaces/shop/pods?watch=true") as events:
        assert following(events, 1) == [("ADDED", "a")]
        cluster.put(pod("c", "other"))
        cluster.put(pod("d"))
        assert following(events, 1) == [("ADDED", "d")]


def test_an_object_that_leaves_the_selection_is_deleted_from_the_watch() -> None:
    cluster = from_objects([pod("a", tier="web")])
    with client(cluster) as session:
        path = f"/api/v1/pods?watch=1&labelSelector=tier%3Dweb&resourceVersion={version_of(session)}"
        with watching(session, path) as events:
            cluster.patch("Pod", "a", {"metadata": {"labels": {"tier": "api"}}}, "shop")
            cluster.patch("Pod", "a", {"metadata": {"labels": {"tier": "web"}}}, "shop")
            assert following(events, 2) == [("DELETED", "a"), ("ADDED", "a")]


def test_bookmarks_carry_the_newest_version_and_end_a_timed_watch() -> None:
    cluster = from_objects([pod("a")])
    cluster.bookmark_seconds = 0.05
    with client(cluster) as session:
        path = f"/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={version_of(session)}"
        with watching(session, path) as events:
            cluster.put(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "shop"}}
            )
            received = []
            while (event := events.get(timeout=60))["type"] != "END":
                received.append(event)
        assert {event["type"] for event in received} == {"BOOKMARK"}
        last = received[-1]["object"]
        assert (last["kind"], last["metadata"]["resourceVersion"]) == ("Pod", str(cluster.store.version))


def test_a_streamed_list_ends_with_its_bookmark() -> None:
    with client(from_objects([pod("a"), pod("b")])) as session:
        query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan"
        with watching(session, f"/api/v1/pods?{query}") as events:
            assert following(events, 2) == [("ADDED", "a"), ("ADDED", "b")]
            mark = events.get(timeout=60)["object"]["metadata"]
            assert mark["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_forgotten_version_is_an_error_event_with_410() -> None:
    cluster = from_objects([pod("a")])
    with client(cluster) as session:
        since = version_of(session)
        cluster.put(pod("b"))
        cluster.store.compact()
        with watching(session, f"/api/v1/pods?watch=1&resourceVersion={since}") as events:
            error = events.get(timeout=60)
            assert (error["type"], error["object"]["code"], error["object"]["reason"]) == (
                "ERROR",
                410,
                "Expired",
            )
            assert events.get(timeout=60)["type"] == "END"


@pytest.mark.parametrize(("kind", "last"), [("cut", ["CUT", "END"]), ("expire", ["ERROR", "END"])])
def test_a_watch_breaks_in_the_middle(kind: str, last: list[str]) -> None:
    cluster = from_objects([pod("a")])
    cluster.faults = [Fault("watch=1", kind, seconds=1.0)]
    with client(cluster) as session, watching(session, "/api/v1/pods?watch=1") as events:
        assert events.get(timeout=60)["type"] == "ADDED"
        assert [events.get(timeout=60)["type"] for _ in last] == last


@pytest.mark.parametrize(("accept", "kind"), [(TABLE, "Table"), (PARTIAL, "PartialObjectMetadata")])
def test_watches_speak_the_form_that_is_accepted(accept: str, kind: str) -> None:
    cluster = from_objects([pod("a")])
    with client(cluster) as session, watching(session, "/api/v1/pods?watch=1", Accept=accept) as events:
        first = events.get(timeout=60)["object"]
        cluster.put(pod("b"))
        second = events.get(timeout=60)["object"]
    assert first["kind"] == second["kind"] == kind
    if kind == "Table":
        assert (len(first["columnDefinitions"]), second["columnDefinitions"]) == (9, None)
        assert second["rows"][0]["cells"][:3] == ["b", "1/1", "Running"]


def test_watches_end_when_the_server_does() -> None:
    with ExitStack() as stack:
        served = stack.enter_context(serving(Cluster()))
        with http(served) as session, watching(session, "/api/v1/pods?watch=1") as events:
            stack.close()
            assert events.get(timeout=60)["type"] == "END"
