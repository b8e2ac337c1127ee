"""The parts of the fake Kubernetes that are only thought: patches, ages, versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.kube.ages import duration
from tests.servers.kube.patches import json_patch, merge_patch, strategic_merge
from tests.servers.kube.protobuf import decoded
from tests.servers.kube.resources import Registry
from tests.servers.kube.status import ApiError
from tests.servers.kube.store import Store

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "<invalid>"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (600, "10m"), (3 * 3600, "3h"),
        (3 * 3600 + 60, "3h1m"), (9 * 3600 + 60, "9h"), (47 * 3600, "47h"), (48 * 3600, "2d"), (49 * 3600, "2d1h"),
        (9 * 86400, "9d"), (800 * 86400, "2y70d"), (3000 * 86400, "8y"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_shown_as_kubectl_shows_them(seconds: int, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_strategic_merge_knows_lists_by_their_names() -> None:
    known: Json = {
        "containers": [{"name": "a", "env": [{"name": "X", "value": "1"}]}, {"name": "b"}],
        "args": ["1"],
    }
    change: Json = {
        "containers": [
            {"name": "a", "env": [{"name": "Y", "value": "2"}], "$setElementOrder/env": [{"name": "X"}]},
            {"name": "b", "$patch": "delete"},
            {"name": "c"},
        ],
        "args": ["2"],
    }
    merged = strategic_merge(known, change)
    assert [one["name"] for one in merged["containers"]] == ["a", "c"]
    assert [one["name"] for one in merged["containers"][0]["env"]] == ["X", "Y"]
    assert merged["args"] == ["2"]
    assert strategic_merge(
        {"strategy": {"type": "R", "x": 1}}, {"strategy": {"$retainKeys": ["type"], "type": "S"}}
    ) == {"strategy": {"type": "S"}}
    assert known["containers"][0]["env"] == [{"name": "X", "value": "1"}]  # not changed in place


def test_merge_and_json_patches() -> None:
    assert merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"b": None}, "d": [1]}) == {"a": {"c": 2}, "d": [1]}
    operations: list[Json] = [
        {"op": "test", "path": "/a~1b", "value": 1},
        {"op": "move", "from": "/a~1b", "path": "/c"},
        {"op": "add", "path": "/list/-", "value": 3},
        {"op": "remove", "path": "/list/0"},
    ]
    assert json_patch({"a/b": 1, "list": [1, 2]}, operations) == {"c": 1, "list": [2, 3]}
    with pytest.raises(ValueError, match="testing value"):
        json_patch({"a": 1}, [{"op": "test", "path": "/a", "value": 2}])


def test_versions_are_ordered_as_the_server_prefers_them() -> None:
    registry = Registry()
    assert registry.versions("autoscaling") == ["v2", "v1"]
    assert registry.named("HorizontalPodAutoscaler").version == "v2"
    assert registry.named("Event").group == ""
    assert registry.named("Event", "events.k8s.io").group == "events.k8s.io"
    with pytest.raises(LookupError):
        registry.named("Nothing")


def test_what_is_no_access_review_is_refused_in_protobuf() -> None:
    pod = b"k8s\0\n\x09\n\x02v1\x12\x03Pod\x12\x00"
    with pytest.raises(ApiError) as refused:
        decoded(pod)
    assert refused.value.code == 415


def test_an_objects_identity_and_generation_are_kept() -> None:
    store = Store()
    given: Json = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"nodeName": "n"}}
    first = store.put(given)
    labelled = store.patch("Pod", "a", {"metadata": {"labels": {"x": "1"}}}, "default")
    changed = store.patch("Pod", "a", {"spec": {"nodeName": "m"}}, "default")
    assert first["metadata"]["uid"] == labelled["metadata"]["uid"] == changed["metadata"]["uid"]
    assert [one["metadata"]["generation"] for one in (first, labelled, changed)] == [1, 1, 2]
    versions = [int(one["metadata"]["resourceVersion"]) for one in (first, labelled, changed)]
    assert versions == sorted(set(versions))
    assert given["metadata"] == {"name": "a"}
    assert store.get("Pod", "a")["spec"] == {"nodeName": "m"}
