"""Questions with what people say beside them: places left out, purposes, complaints, shortened names, second parts."""

from __future__ import annotations

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop
from tests.unit.test_cluster_questions_again import Words

_WEB = [
    an_object(
        "v1", "Pod", f"web-{number}", "blog", status={"phase": "Running"},
        spec={"containers": [a_container("web", "web:1", resources={"requests": {"cpu": str(number + 1)}})]},
    )
    for number in range(3)
]  # fmt: skip
_LEDGER = a_deployment(
    "ledger", "shop-canary", 1,
    a_container("main", "registry.io/acme/ledger:v2", env=[{"name": "KAFKA_URL", "value": "kafka:9092"}],
                volumeMounts=[{"name": "rules", "mountPath": "/etc/rules"}]),
    volumes=[{"name": "rules", "configMap": {"name": "ledger-rules"}}],
    tolerations=[{"key": "disk", "operator": "Exists", "effect": "NoExecute"}],
)  # fmt: skip
_IMPORT = an_object(
    "batch/v1", "Job", "prices-import-nightly", "blog",
    spec={"template": {"spec": {"containers": [a_container("main", "tools:4")]}}},
    status={"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]},
)  # fmt: skip
LIVE = LiveCluster(
    [
        *shop(),
        *_WEB,
        _LEDGER,
        _IMPORT,
        an_object("v1", "Namespace", "shop-canary", status={"phase": "Active"}),
        an_object("v1", "ConfigMap", "ledger-rules", "shop-canary", data={"a": "b"}),
        a_deployment("kafka", "blog", 1, a_container("kafka", "kafka:3")),
        an_object("storage.k8s.io/v1", "StorageClass", "tape", provisioner="x.io/tape"),
        an_object("v1", "PersistentVolumeClaim", "disk", "blog", spec={"storageClassName": "tape"}, status={"phase": "Bound"}),
    ],
    second=SecondReader(Words),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Apart from the stuff in shop, which deployments are there?", ["blog has 2", "shop-canary has 1"]),
        ("except for what's in blog, are there any jobs?", ["No Job"]),
        ("how many deployments are in shop (the plain one, not canary)?", ["3 Deployments in shop"]),
        ("In blog, not shop: which image does frontend run?", ["blog-frontend:v9"]),
        ("who uses the cm ledger-rules? want to edit it and not break anything", ["Deployment shop-canary/ledger"]),
        ("configmap ledger-rules - what's mounting it?", ["Deployment shop-canary/ledger"]),
        ("under which path does ledger see its rules configmap", ["at /etc/rules"]),
        ("which directory is the configmap ledger-rules mounted into?", ["at /etc/rules"]),
        ("any deployment with a KAFKA env var?", ["1 Deployment of", "KAFKA_URL"]),
        ("which versions of the acme/ledger image do we run and where?", ["registry.io/acme/ledger:v2"]),
        ("if you add up the cpu requests of web-0 to web-2, what do you get?", ["3 Pods together: cpu requests 6"]),
        ("how many more pods run on node-a than on node-b?", ["by 1 pod"]),
        ("did the nightly prices import job go through?", ["Job blog/prices-import-nightly", "completed"]),
        ("any pods with restarts? which ones and how often", ["1 Pod of", "7 restarts"]),
        ("Which provisioner has storageclass tape, and is there a claim that uses it?", ["x.io/tape", "blog/disk"]),
        ("which deployments would still run on a node with a custom NoSchedule taint?", ["No Deployment that tolerate"]),
        ("if I taint a node with disk=full:NoExecute, which deployments would stay?", ["1 Deployment of", "ledger"]),
        ("cart is down again. what was the exit code?", ["OOMKilled", "137"]),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_question_does_not_hide_it(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer
    assert not [words for words in told if words not in answer], answer


@pytest.mark.parametrize(
    "question",
    [
        "billing-api in shop is broken. what was the exit code?",
        "add up the cpu requests of db-0 to db-3",
        "customers complain about the vaultinjector pod. what was the exit code?",
    ],
)
def test_what_is_not_there_is_declined(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained
