"""What a running object becomes as a document: its line, its conditions, its YAML, and never a credential."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import yaml

from connectors.documents import Document, ResourceRef, SectionKind
from connectors.kubernetes.live.cleaning import MAX_TEXT, clean, quiet
from connectors.kubernetes.live.documents import document_of, id_of

Json = dict[str, Any]
NOW = datetime(2026, 11, 29, tzinfo=UTC)
CANARY = "Tr0ub4dor-Canary-77"


def _document(value: Json, **options: Any) -> Document:
    return document_of(clean(value), source="prod", cluster="prod-eu", observed_at=NOW, **options)


def _line(value: Json, **options: Any) -> str:
    return _document(value, **options).sections[0].text


DEPLOYMENT: Json = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {
        "name": "cart",
        "namespace": "shop",
        "uid": "1",
        "resourceVersion": "77",
        "creationTimestamp": "2026-11-01T00:00:00Z",
        "labels": {"app": "cart", "team": "payments"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": f'{{"password": "{CANARY}"}}'},
        "managedFields": [{"manager": "kubectl", "operation": "Apply"}],
    },
    "spec": {
        "replicas": 3,
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "cart",
                        "image": "cart:v2.3",
                        "ports": [{"containerPort": 8080, "name": "http"}],
                        "env": [
                            {"name": "DB_PASSWORD", "value": CANARY},
                            {"name": "DB_HOST", "value": "db.shop.svc"},
                        ],
                        "resources": {
                            "requests": {"cpu": "100m", "memory": "64Mi"},
                            "limits": {"memory": "128Mi"},
                        },
                    },
                    {
                        "name": "proxy",
                        "image": "envoy:1.30",
                        "args": ["--admin-password", CANARY, "--port=80"],
                    },
                ]
            }
        },
    },
    "status": {
        "replicas": 3,
        "readyReplicas": 2,
        "updatedReplicas": 3,
        "conditions": [
            {
                "type": "Available",
                "status": "False",
                "reason": "MinimumReplicasUnavailable",
                "message": "Deployment does not have minimum availability.",
                "lastTransitionTime": "2026-11-20T10:00:00Z",
            }
        ],
    },
}
AUTOSCALER: Json = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "cart", "namespace": "shop"},
    "spec": {
        "minReplicas": 3,
        "maxReplicas": 10,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"},
        "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}},
        ],
    },
    "status": {"currentReplicas": 4, "desiredReplicas": 5},
}


def test_a_deployment_says_replicas_images_autoscaler_and_team() -> None:
    line = _line(DEPLOYMENT, autoscaler=AUTOSCALER)

    assert line.startswith(
        "Deployment shop/cart: 2/3 ready, images cart:v2.3 envoy:1.30, 2 containers, ports 8080"
    )
    for fact in ("requests of cart cpu 100m memory 64Mi", "limits of cart memory 128Mi", "HPA 3–10 (now 4)",
                 "team payments", "MinimumReplicasUnavailable since 2026-11-20T10:00:00Z"):  # fmt: skip
        assert fact in line


def test_a_document_carries_its_identity() -> None:
    document = _document(DEPLOYMENT)

    assert document.id == "kubernetes:prod/shop/Deployment/cart"
    assert document.kind == "object"
    assert document.title == "Deployment shop/cart"
    assert document.resource == ResourceRef("Deployment", "cart", "shop", "prod-eu")
    assert document.breadcrumbs == ("prod-eu", "shop")
    assert document.environment == "production"
    assert "app=cart" in document.labels
    assert document.updated_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_an_id_names_the_group_where_two_have_the_kind() -> None:
    assert id_of("prod", DEPLOYMENT, group=True) == "kubernetes:prod/shop/Deployment.apps/cart"
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
    assert id_of("prod", node, group=True) == "kubernetes:prod/_/Node/n1"


def test_conditions_and_containers_are_lines() -> None:
    document = _document(DEPLOYMENT)
    lines = [s.text for s in document.sections if s.kind is SectionKind.KEY_VALUE]

    assert lines[0] == (
        "Condition Available: False since 2026-11-20T10:00:00Z (MinimumReplicasUnavailable) "
        "Deployment does not have minimum availability."
    )
    assert lines[1].split("\n") == [
        "Container cart: image cart:v2.3, requests cpu 100m memory 64Mi, limits memory 128Mi, ports http:8080",
        "Container proxy: image envoy:1.30",
    ]


def test_the_yaml_is_whole_and_its_anchors_are_field_paths() -> None:
    value = copy.deepcopy(DEPLOYMENT)
    value["spec"]["template"]["spec"]["containers"][0]["env"] += [
        {"name": f"SETTING_{number}", "value": "x" * 60} for number in range(30)
    ]
    document = _document(value)
    code = [section for section in document.sections if section.kind is SectionKind.CODE]

    assert all(document.text[s.start : s.end] == s.text for s in document.sections)
    assert {section.language for section in code} == {"yaml"}
    assert code[0].anchor == "metadata"
    assert any(s.anchor.startswith("spec.template.spec.containers[0].env") for s in code)
    assert "spec.template.spec.containers[1]" in {section.anchor for section in code}
    read = yaml.safe_load(document.text[code[0].start :])
    assert read["spec"]["replicas"] == 3
    assert "managedFields" not in read["metadata"]


def test_credentials_are_nowhere() -> None:
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "shop", "annotations": {"example.com/api-token": CANARY}},
        "data": {
            "DB_PASSWORD": CANARY,
            "password.txt": f"{CANARY}\n",
            "app.yaml": f"db:\n  password: {CANARY}\n  host: db\n",
            "url": f"postgres://app:{CANARY}@db/app",
            "nested.yaml": f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  any: {CANARY}\n",
            "app.json": f'{{"clientSecret": "{CANARY}", "host": "db"}}',
        },
        "binaryData": {"store.jks": CANARY},
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "s",
            "namespace": "shop",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": CANARY,
                            "tool.example.com/copy": f'{{"data": {{"a": "{CANARY}"}}}}'},
        },
        "data": {"a": CANARY},
        "stringData": {"a": CANARY},
    }  # fmt: skip
    for value in (DEPLOYMENT, config, secret):
        cleaned = clean(value)
        document = document_of(cleaned, source="prod", cluster="prod")
        assert CANARY not in str(cleaned), value["kind"]
        assert CANARY not in str(document.to_json()), value["kind"]
    assert "host: db" in _document(config).text
    assert "db.shop.svc" in _document(DEPLOYMENT).text


def test_cleaning_leaves_the_original_alone_and_is_stable() -> None:
    before = copy.deepcopy(DEPLOYMENT)
    cleaned = clean(DEPLOYMENT)

    assert before == DEPLOYMENT
    assert clean(cleaned) == cleaned


def test_long_texts_are_cut_and_schemas_left_out() -> None:
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "big"},
        "data": {"log": "a line\n" * 9000},
    }
    assert MAX_TEXT - 100 < len(clean(config)["data"]["log"]) < MAX_TEXT + 100
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "x.example.com"},
        "spec": {"names": {"kind": "X"}, "versions": [{"name": "v1", "schema": {"openAPIV3Schema": {}}}]},
    }
    assert clean(definition)["spec"]["versions"] == [{"name": "v1"}]


def test_heartbeats_are_no_change() -> None:
    def node(time: str) -> Json:
        ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": time}
        return {
            "kind": "Node",
            "metadata": {"name": "n", "resourceVersion": time},
            "status": {"conditions": [ready]},
        }

    assert quiet(node("1")) == quiet(node("2"))


def test_a_failing_pod_says_why() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "cart-1", "namespace": "shop",
                     "ownerReferences": [{"kind": "ReplicaSet", "name": "cart-6d", "controller": True}]},
        "spec": {"nodeName": "node-2", "containers": [{"name": "app", "image": "cart:v2.3"}]},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {
                    "name": "app",
                    "ready": False,
                    "restartCount": 7,
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s"}},
                    "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137,
                                                 "finishedAt": "2026-11-28T09:00:00Z"}},
                }
            ],
        },
    }  # fmt: skip
    document = _document(pod)

    assert document.sections[0].text.startswith(
        "Pod shop/cart-1: CrashLoopBackOff, 0/1 ready, 7 restarts, container app waits: CrashLoopBackOff, "
        "container app last ended OOMKilled (exit code 137) at 2026-11-28T09:00:00Z, on node node-2"
    )
    assert (
        "Container app: image cart:v2.3, waiting CrashLoopBackOff (back-off 5m0s), not ready, 7 restarts"
        in (document.text)
    )
    assert "owned by ReplicaSet cart-6d" in document.text


def test_lines_of_other_kinds() -> None:
    def line(kind: str, **fields: Any) -> str:
        value = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "namespace": "shop"}, **fields}
        return _line(value).partition(": ")[2]

    assert line("HorizontalPodAutoscaler", spec=AUTOSCALER["spec"], status=AUTOSCALER["status"]) == (
        "scales Deployment cart, 3–10 replicas, 4 now, 5 desired, on cpu 80%"
    )
    assert line(
        "Service",
        spec={"type": "ClusterIP", "clusterIP": "10.0.0.1", "selector": {"app": "cart"},
              "ports": [{"port": 80, "targetPort": 8080, "name": "http"}]},
    ) == "type ClusterIP, cluster IP 10.0.0.1, ports http:80→8080, selects app cart"  # fmt: skip
    assert (
        line(
            "PersistentVolumeClaim",
            spec={"storageClassName": "fast", "accessModes": ["ReadWriteOnce"]},
            status={"phase": "Bound", "capacity": {"storage": "8Gi"}},
        )
        == "Bound, size 8Gi, storage class fast, access ReadWriteOnce"
    )
    failed = {
        "failed": 2,
        "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}],
    }
    assert line("Job", spec={}, status=failed) == "Failed BackoffLimitExceeded, 0/1 succeeded, 2 failed"
    assert line(
        "Ingress",
        spec={"ingressClassName": "nginx", "rules": [
            {"host": "shop.example.com",
             "http": {"paths": [{"path": "/", "backend": {"service": {"name": "cart"}}}]}}]},
    ) == "class nginx, hosts shop.example.com, paths /→cart"  # fmt: skip


def test_a_node_says_state_version_type_and_capacity() -> None:
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n1", "labels": {"node.kubernetes.io/instance-type": "m6i.large"}},
        "spec": {"unschedulable": True},
        "status": {
            "capacity": {"cpu": "2", "memory": "8Gi", "pods": "29", "ephemeral-storage": "20Gi"},
            "nodeInfo": {"kubeletVersion": "v1.36.3"},
            "conditions": [
                {"type": "Ready", "status": "False", "reason": "KubeletNotReady"},
                {"type": "MemoryPressure", "status": "True"},
            ],
        },
    }
    assert _line(node) == (
        "Node n1: NotReady,SchedulingDisabled, KubeletNotReady, kubelet v1.36.3, instance type m6i.large, "
        "capacity cpu 2 memory 8Gi pods 29, problems MemoryPressure"
    )


def test_shapes_that_nobody_expects_are_survived() -> None:
    for odd in ([], "x", None, 7, [None], [[]], {"a": None}):
        for kind in ("Pod", "Deployment", "Node", "Service", "Ingress", "Event", "ResourceQuota", "ConfigMap",
                     "CustomResourceDefinition", "Secret", "Job", "HorizontalPodAutoscaler", "Whatever"):  # fmt: skip
            value = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "labels": odd, "annotations": odd},
                     "spec": odd, "status": odd, "data": odd}  # fmt: skip
            assert _document(value).text
            nested = {**value, "spec": {"template": odd, "rules": odd, "containers": odd, "ports": odd},
                      "status": {"conditions": odd, "containerStatuses": odd, "hard": odd}}  # fmt: skip
            assert _document(nested).text
