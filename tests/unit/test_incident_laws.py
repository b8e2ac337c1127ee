"""Whatever somebody pastes or a server returns: reading and investigating ends in a report, never in an error."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidents.bundles import read_files, read_text
from incidents.investigate import investigate
from tests.unit.incident_outputs import deployment, event, node, pod, service

ANY_TEXT = st.text(st.characters(), max_size=400)
"""With halves of characters, which JSON may hold."""
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 99_999), st.text(st.characters(), max_size=12))
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip

CART = deployment(
    "cart", container={"env": [{"name": "PAY_ADDR", "value": "pay:80"}], "livenessProbe": {"grpc": {"port": 1}}},
    nodeSelector={"disk": "ssd"}, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
)  # fmt: skip
OBJECTS: list[dict[str, Any]] = [
    CART, pod(CART, ready=False, restartCount=2, state={"waiting": {"reason": "CrashLoopBackOff"}}), service("cart"),
    node("worker-1", unschedulable=True), event("Pod", "cart-1", "FailedScheduling", "0/1 nodes: 1 Insufficient cpu."),
    event("Pod", "cart-1", "Unhealthy", "Liveness probe failed: refused"),
    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "shop"},
     "spec": {"accessModes": ["ReadWriteOnce"]}, "status": {"phase": "Pending"}},
    {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": {}, "status": {}},
    {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "shop"},
     "status": {"hard": {"services": "1"}, "used": {"services": "1"}}},
    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}, "data": {"A_HOST": "QQ=="}},
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "n", "namespace": "shop"},
     "spec": {"podSelector": {}}},
]  # fmt: skip


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, one in inner for path in [(*here, key), *paths(one, (*here, key))]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_an_object_of_any_shape_is_investigated(data: st.DataObject) -> None:
    objects = copy.deepcopy(OBJECTS)
    for _ in range(data.draw(st.integers(1, 4))):
        *above, last = data.draw(st.sampled_from(paths(objects)))
        target: Any = objects
        for key in above:
            target = target[key]
        target[last] = data.draw(JSON)
        if not isinstance(objects, list) or not paths(objects):
            break

    report = investigate(read_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": objects})))

    json.dumps(report.to_json(), ensure_ascii=False).encode()


@settings(deadline=None)
@given(ANY_TEXT)
@example('{"kind": "Pod", "metadata": {"name": "a\\ud83d", "namespace": "b\\ud83d"}}')
@example('{"alerts": [{"labels": {"alertname": "a\\ud83d"}}]}')
@example('kind: Pod\nmetadata: {name: "a\\U0000d83d", namespace: b}\n')
def test_any_pasted_text_is_investigated(text: str) -> None:
    json.dumps(investigate(read_text(text)).to_json(), ensure_ascii=False).encode()


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a.json", "b.yaml", "c.csv", "d.txt", "e.log", "alert.json"]), ANY_TEXT)
)
def test_any_files_are_read(files: dict[str, str]) -> None:
    json.dumps(investigate(read_files(files)).to_json(), ensure_ascii=False).encode()


@settings(deadline=None)
@given(JSON)
def test_any_json_is_read(value: Any) -> None:
    files = {"a.json": json.dumps(value), "alert.json": json.dumps({"alerts": [value]})}

    json.dumps(investigate(read_files(files)).to_json(), ensure_ascii=False).encode()


LINES = st.sampled_from(
    """\
Name:             cart-1
Namespace:        shop
Containers:
  server:
    Port:           99999999999/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Restart Count:  x
    Liveness:       http-get http://:/ delay=
    Environment:
      A:  <set to the key 'a' in secret 'b'>
    Mounts:
Conditions:
Events:
  Type  Reason  Age  From  Message
  ----  ------  ---- ----  -------
  Warning  Failed  3s (x over )  kubelet
Data
====
k:
----
NAME   READY   STATUS
cart   1/      Running
kubectl get pods -n
kubectl describe pod 'x""".splitlines()
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=25))
def test_outputs_that_are_cut_or_mixed_are_read(lines: list[str]) -> None:
    json.dumps(investigate(read_text("\n".join(lines))).to_json())
