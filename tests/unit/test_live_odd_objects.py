"""Objects that no documentation shows: whatever a server gives, a document is made of it, and of a sensible size."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import Document
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.documents import MAX_FIELD, Origin
from connectors.kubernetes.live.overview import Overview
from connectors.kubernetes.live.reader import ObjectReader
from tests.integration.live_clusters import SHOP

Json = dict[str, Any]
NOW = datetime(2026, 11, 29, tzinfo=UTC)
ORIGIN = Origin("prod", "prod")
CONTAINER = {
    "name": "app", "image": "cart:v2", "args": ["--port", "80"], "ports": [{"containerPort": 80}],
    "env": [{"name": "A", "value": "b"}, {"name": "C", "valueFrom": {"secretKeyRef": {"name": "db", "key": "c"}}}],
    "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}},
}  # fmt: skip
CONDITION = {
    "type": "Ready",
    "status": "True",
    "reason": "Fine",
    "lastTransitionTime": "2026-11-01T10:00:00Z",
}
STATUS = {
    "phase": "Running", "conditions": [CONDITION],
    "containerStatuses": [{"name": "app", "ready": True, "restartCount": 1, "state": {"running": {}}}],
}  # fmt: skip


def an_object(kind: str, **fields: Any) -> Json:
    metadata = {"name": "odd.name:1", "namespace": "shop", "uid": "1", "labels": {"app": "odd"}}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


OBJECTS: list[Json] = [
    *SHOP,
    an_object("Pod", spec={"nodeName": "n", "containers": [CONTAINER], "initContainers": [CONTAINER]}, status=STATUS),
    an_object("StatefulSet", spec={"replicas": 1, "template": {"spec": {"containers": [CONTAINER]}}}, status=STATUS),
    an_object("Role", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    an_object("RoleBinding", roleRef={"kind": "Role", "name": "r"}, subjects=[{"kind": "User", "name": "ann"}]),
    an_object("Node", status={"conditions": [CONDITION], "nodeInfo": {"kubeletVersion": "v1.36"},
                              "capacity": {"cpu": "4"}, "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}),
    an_object("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": "1Gi"}}}, status={"phase": "Bound"}),
    an_object("CronJob", spec={"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {}}}}}),
    an_object("Secret", type="Opaque", data={"a": "Yg=="}),
    an_object("EndpointSlice", endpoints=[{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}]),
    an_object("NetworkPolicy", spec={"podSelector": {"matchLabels": {"a": "b"}}, "ingress": [{"from": []}]}),
    an_object("Shop", spec={"deep": [{"er": {"value": 1}}]}, status={"conditions": [CONDITION]}),
]  # fmt: skip
ODD = st.sampled_from(
    [None, "", 0, -1, True, 1e300, 10**30, [], {}, [None], ["x"], [{}], {"a": None}, [[[]]], {"": ""}, {"name": None},
     "2026-13-45T99:99:99Z", "a\x00b", "half \ud83d of a smile", "50%", "x: |\n  y", "---"]
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping with each of its keys, every list with each of its positions."""
    found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in found:
        yield value, key
        yield from places(part)


def documented(value: Json) -> Document:
    """The document of an object, checked for what all documents promise."""
    group, _, version = value["apiVersion"].rpartition("/")
    resource = Resource(group, version, f"{value['kind'].lower()}s", value["kind"], True)
    reader = ObjectReader(ORIGIN)
    read = reader.read(resource, value, NOW)
    document = reader.document(resource, read.value, NOW)
    for section in document.sections:
        assert document.text[section.start : section.end] == section.text
    overview = Overview(ORIGIN)
    overview.put(read.value, resource.id_kind)
    for one in (document, *overview.documents("v1.36", NOW)):
        json.dumps(one.to_json()).encode()
        one.text.encode()
    return document


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_document_is_made_whatever_an_object_holds(data: st.DataObject) -> None:
    value = copy.deepcopy(data.draw(st.sampled_from(OBJECTS)))
    identity = {key: value[key] for key in ("apiVersion", "kind")}
    metadata = dict(value["metadata"])
    for _ in range(data.draw(st.integers(1, 4))):
        spots = [spot for spot in places(value) if spot[0] is not value or spot[1] not in identity]
        inside, key = data.draw(st.sampled_from(spots))
        inside[key] = copy.deepcopy(data.draw(ODD))
    found = value["metadata"] if isinstance(value["metadata"], dict) else {}
    named = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
    document = documented({**value, "metadata": {**found, **named}})
    assert document.id.endswith(f"/{value['kind']}/{metadata['name']}")


@pytest.mark.parametrize(
    "fields",
    [
        {"report": {"vulnerabilities": [{"id": f"CVE-{n}", "title": "long " * 10} for n in range(8_000)]}},
        {"data": {f"key-{n}": "value " * 20 for n in range(6_000)}},
        {"data": {f"file-{n}": "a line of text\n" * 1_000 for n in range(60)}},
    ],
)
def test_a_huge_object_is_cut_field_by_field_and_says_so(fields: Json) -> None:
    value = an_object("Report", **fields, status={"phase": "Complete"})
    document = documented(value)
    assert len(document.text) < MAX_FIELD + 10_000
    assert "more lines left out" in document.text
    assert "phase: Complete" in document.text
    assert document.text.count("\n") > 1_000


def test_half_a_character_does_not_hide_an_object() -> None:
    document = documented(an_object("ConfigMap", data={"smile": "half \ud83d of it", "color": "blue"}))
    assert "half ? of it" in document.text
    assert "color: blue" in document.text
