"""What counts as a change of an object, and what does not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cluster.store.digest import digest

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "a",
        "namespace": "shop",
        "uid": "1",
        "resourceVersion": "5",
        "labels": {"app": "a"},
    },
    "spec": {"containers": [{"name": "a", "image": "a:1"}]},
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": None}],
    },
}
LEASE: dict[str, Any] = {
    "apiVersion": "coordination.k8s.io/v1",
    "kind": "Lease",
    "metadata": {"name": "node-1"},
    "spec": {"holderIdentity": "node-1", "renewTime": "2026-01-01T00:00:00Z"},
}
NODE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]
    },
}
SLICE: dict[str, Any] = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "a-1"},
    "endpoints": [
        {"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "a", "resourceVersion": "7"}}
    ],
}
APPLICATION: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "a"},
    "status": {"reconciledAt": "2026-01-01T00:00:00Z", "sync": {"status": "Synced"}},
}


def changed(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """A copy of an object with another value at a path; numbers are places in lists."""
    made = copy.deepcopy(value)
    at: Any = made
    *keys, last = path.split(".")
    for key in keys:
        at = at[int(key)] if isinstance(at, list) else at.setdefault(key, {})
    at[last] = new
    return made


@pytest.mark.parametrize(
    ("value", "path", "new"),
    [
        (POD, "metadata.resourceVersion", "6"),
        (POD, "metadata.managedFields", [{"manager": "kubelet"}]),
        (POD, "status.conditions.0.lastProbeTime", "2026-01-01T00:00:10Z"),
        (LEASE, "spec.renewTime", "2026-01-01T00:00:10Z"),
        (NODE, "status.conditions.0.lastHeartbeatTime", "2026-01-01T00:05:00Z"),
        (NODE, "status.images", [{"names": ["a:1"]}]),
        (SLICE, "endpoints.0.targetRef.resourceVersion", "8"),
        (APPLICATION, "status.reconciledAt", "2026-01-01T00:03:00Z"),
        (APPLICATION, "apiVersion", "argoproj.io/v1"),
        (POD, "metadata.annotations", {"control-plane.alpha.kubernetes.io/leader": "{}"}),
    ],
)
def test_what_moves_by_itself_is_no_change(value: dict[str, Any], path: str, new: Any) -> None:
    assert digest(changed(value, path, new))[0] == digest(value)[0]


@pytest.mark.parametrize(
    ("value", "path", "new"),
    [
        (POD, "spec.containers.0.image", "a:2"),
        (POD, "metadata.labels", {"app": "b"}),
        (POD, "metadata.uid", "2"),
        (POD, "metadata.annotations", {"team": "shop"}),
        (POD, "metadata.deletionTimestamp", "2026-01-01T00:00:00Z"),
        (POD, "status.phase", "Failed"),
        (POD, "status.conditions.0.status", "False"),
        (LEASE, "spec.holderIdentity", "node-2"),
        (SLICE, "endpoints.0.addresses", ["10.0.0.2"]),
        (APPLICATION, "status.sync.status", "OutOfSync"),
        (POD, "spec.renewTime", "in a spec it is somebody's wish"),
    ],
)
def test_what_somebody_changed_or_what_tells_a_state_is_a_change(
    value: dict[str, Any], path: str, new: Any
) -> None:
    assert digest(changed(value, path, new))[0] != digest(value)[0]


def test_the_order_of_keys_is_no_change() -> None:
    assert digest(dict(reversed(POD.items())))[0] == digest(POD)[0]


@pytest.mark.parametrize(
    "odd", [{}, {"metadata": [], "status": 3, "kind": None}, {"kind": "Lease", "spec": "x"}]
)
def test_objects_of_odd_shape_have_a_digest_too(odd: dict[str, Any]) -> None:
    assert len(digest(odd)[0]) == 16
