"""Small parts of the live source: what is chosen, who wrote which fields, what counts as a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ConfigurationError
from connectors.kubernetes.live import connection
from connectors.kubernetes.live.connection import Connection, Target
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.managers import managers_of
from connectors.kubernetes.live.masking import masked
from connectors.kubernetes.live.selection import Scope, Selection
from connectors.kubernetes.live.spool import Spool
from connectors.kubernetes.live.state import KindState, digest, dump, load
from connectors.kubernetes.live.states import state
from connectors.redaction import MASK

DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment", True, "deployment", ("deploy",))
NODES = Resource("", "v1", "nodes", "Node", False, "node", ("no",))
METRICS = Resource("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", True, watchable=False)


def test_a_resource_has_its_paths_and_names() -> None:
    assert DEPLOYMENTS.path() == "/apis/apps/v1/deployments"
    assert DEPLOYMENTS.path("shop") == "/apis/apps/v1/namespaces/shop/deployments"
    assert NODES.path() == "/api/v1/nodes"
    assert {"deploy", "deployments.apps", "deployment"} <= DEPLOYMENTS.names()


@pytest.mark.parametrize(
    ("include", "exclude", "chosen"),
    [
        ((), (), True),
        (("Deployment",), (), True),
        (("deploy",), (), True),
        (("deployments.apps",), (), True),
        (("*.apps",), (), True),
        (("pods",), (), False),
        ((), ("DEPLOYMENTS",), False),
        (("deploy",), ("*.apps",), False),
    ],
)
def test_kinds_go_by_all_their_names(
    include: tuple[str, ...], exclude: tuple[str, ...], chosen: bool
) -> None:
    assert Scope(kinds=Selection(include, exclude)).has_kind(DEPLOYMENTS) is chosen


def test_what_is_measured_and_not_stored_is_read_only_if_it_is_named() -> None:
    assert not Scope().has_kind(METRICS)
    assert Scope(kinds=Selection(("PodMetrics",))).has_kind(METRICS)


def test_namespaces_given_in_full_are_places_of_their_own() -> None:
    assert Scope(Selection(("a", "b", "a"), ("b",))).places(DEPLOYMENTS) == ("a",)
    assert Scope(Selection(("a", "b"))).places(NODES) == ("",)
    assert Scope(Selection(("a*", "b"))).places(DEPLOYMENTS) == ("",)
    assert not Scope(Selection(("a*",))).has_object("Pod", "b", "x")
    assert not Scope(Selection(("a*",))).has_object("Namespace", "", "b")
    assert Scope(Selection(("a*",))).has_object("Node", "", "b")


def test_field_managers_have_paths() -> None:
    entry = {
        "manager": "hpa",
        "operation": "Update",
        "subresource": "scale",
        "time": "2026-11-01T10:00:00Z",
        "fieldsV1": {
            "f:spec": {
                "f:replicas": {},
                "f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}, "f:name": {}}},
            },
            "f:metadata": {
                "f:labels": {".": {}, "f:app.kubernetes.io/name": {}},
                "f:finalizers": {'v:"x"': {}},
            },
        },
    }
    (manager,) = managers_of({"metadata": {"managedFields": [entry, "odd"]}})
    assert (manager.name, manager.operation, manager.subresource) == ("hpa", "Update", "scale")
    assert manager.fields == (
        "spec.replicas", "spec.ports[80,TCP].name", "metadata.labels.app.kubernetes.io/name", "metadata.finalizers[x]",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "leaks"),
    [
        ({"env": [{"name": "API_TOKEN", "value": "abc"}]}, "abc"),
        ({"parameters": [{"value": "hunter2hunter", "name": "db.password"}]}, "hunter2hunter"),
        ({"spec": {"auth": {"password": 83729102938}}}, "83729102938"),
        ({"args": ["--db-password", "s3cr3tw0rd"]}, "s3cr3tw0rd"),
        ({"command": ["sh", "-c", "x --token=s3cr3tw0rd9 y"]}, "s3cr3tw0rd9"),
        ({"status": {"message": "GET https://u:s3cr3tw0rd@host/"}}, "s3cr3tw0rd"),
        (
            {
                "data": {
                    "id_rsa": "-----BEGIN RSA PRIVATE KEY-----\nMIIabcd1234\n-----END RSA PRIVATE KEY-----"
                }
            },
            "MIIabcd",
        ),
    ],
)
def test_credentials_are_masked_wherever_they_stand(value: dict[str, Any], leaks: str) -> None:
    found = str(masked(value))
    assert leaks not in found
    assert MASK in found


@pytest.mark.parametrize(
    "value",
    [
        {"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]},
        {"env": [{"name": "DB_PASSWORD", "value": "$(FROM_ELSEWHERE)"}]},
        {"imagePullSecrets": [{"name": "registry"}], "secretName": "db-credentials"},
        {"args": ["--token-file", "/var/run/token", "--port", "80"]},
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    ],
)
def test_references_stay(value: dict[str, Any]) -> None:
    assert masked(value) == value


def test_a_digest_sees_content_and_no_versions() -> None:
    pod: dict[str, Any] = {
        "metadata": {"name": "a", "uid": "1", "resourceVersion": "5"},
        "status": {"phase": "Running"},
    }
    newer = {
        "metadata": {**pod["metadata"], "resourceVersion": "6", "managedFields": [1]},
        "status": pod["status"],
    }
    again = {"metadata": {**pod["metadata"], "uid": "2"}, "status": pod["status"]}
    assert digest(pod) == digest(newer)
    assert digest(pod) != digest(again)
    assert digest(pod) != digest(pod, "HPA 1–3")


def test_a_state_comes_back_from_its_checkpoint() -> None:
    found = {"Pod": KindState("v1", {"a/b": "x"}), "Empty": KindState("v1")}
    checkpoint = dump(found, "s")
    assert load(checkpoint, "s") == {"Pod": found["Pod"]}
    assert load(checkpoint, "other") == {}
    assert load(None, "s") == {}


def test_a_spool_gives_back_what_it_got() -> None:
    spool = Spool()
    values = [["a", {"x": "ü\ud800"}], [1, None]]
    for value in values:
        spool.add(value)
    assert (len(spool), list(spool.values())) == (2, values)
    spool.close()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"kind": "Pod", "status": {"phase": "Succeeded", "containerStatuses": [
            {"state": {"terminated": {"reason": "Completed"}}}]}}, "Succeeded"),
        ({"kind": "Pod", "status": {"phase": "Pending", "initContainerStatuses": [
            {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}}, "Init:CrashLoopBackOff"),
        ({"kind": "Pod", "metadata": {"deletionTimestamp": "x"}, "status": {"phase": "Running"}}, "Terminating"),
        ({"kind": "Deployment", "spec": {"replicas": 0}}, "scaled to 0"),
        ({"kind": "Job", "status": {"conditions": [{"type": "Complete", "status": "True"}]}}, "Complete"),
        ({"kind": "Application", "status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Degraded"}}},
         "OutOfSync, Degraded"),
        ({"kind": "Certificate", "status": {"conditions": [{"type": "Ready", "status": "False"}]}}, "NotReady"),
        ({"kind": "Role"}, ""),
    ],
)  # fmt: skip
def test_states(value: dict[str, Any], expected: str) -> None:
    assert state(value) == expected


def test_in_a_pod_the_service_account_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("t0ken-of-the-pod")
    (tmp_path / "ca.crt").write_text("ca")
    real = connection.load_incluster_config

    def load_from_here(client_configuration: Any) -> None:
        from kubernetes.config.incluster_config import InClusterConfigLoader

        InClusterConfigLoader(str(tmp_path / "token"), str(tmp_path / "ca.crt")).load_and_set(
            client_configuration
        )

    with pytest.raises(ConfigurationError, match="no service account"):
        Connection(Target())
    assert real is not None
    monkeypatch.setattr(connection, "load_incluster_config", load_from_here)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    monkeypatch.setattr(connection, "ApiClient", lambda configuration: object())
    found = Connection(Target())
    assert found.host == "https://10.0.0.1:443"
    assert found.header() == "bearer t0ken-of-the-pod"
    assert found.secrets() == ("t0ken-of-the-pod",)
