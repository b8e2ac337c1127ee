"""Questions in free words about a field of a named object, of what belongs to it, or of all objects of a kind."""

from __future__ import annotations

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, a_node, an_object, shop
from tests.unit.test_cluster_questions_again import Words

_JOB = an_object(
    "batch/v1", "Job", "import-rates", "shop",
    spec={"backoffLimit": 4, "completions": 1, "ttlSecondsAfterFinished": 90},
    status={
        "completionTime": "2026-11-23T05:41:12Z",
        "conditions": [
            {"type": "Complete", "status": "True", "reason": "CompletionsReached"},
            {"type": "SuccessCriteriaMet", "status": "True", "reason": "AllDone"},
        ],
    },
)  # fmt: skip
_SCALER = an_object(
    "autoscaling/v2", "HorizontalPodAutoscaler", "front", "shop",
    spec={
        "minReplicas": 2, "maxReplicas": 9,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "redis"},
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 420}},
    },
)  # fmt: skip
_REDIS_USER = a_deployment(
    "billing", "shop", 1,
    a_container("api", "billing:1", env=[
        {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "redis", "key": "password"}}}]),
)  # fmt: skip
_ARM = a_node("node-c")
_ARM["metadata"]["labels"]["topology.kubernetes.io/zone"] = "eu-1b"
_ARM["status"]["nodeInfo"]["containerRuntimeVersion"] = "containerd://2.1"
LIVE = LiveCluster([*shop(), _JOB, _SCALER, _REDIS_USER, _ARM], second=SecondReader(lambda: Words("zzyzx")))


@pytest.mark.parametrize(
    ("question", "told", "command"),
    [
        ("retries of import-rates before it is dropped", "backoffLimit: 4", "import-rates"),
        ("AllDone reason of import-rates, its successCriteria", "reason: AllDone", "import-rates"),
        ("stabilization window of redis's autoscaler in shop", "stabilizationWindowSeconds: 420", "front"),
    ],
)
def test_a_field_asked_for_in_free_words_is_quoted_from_the_object(
    question: str, told: str, command: str
) -> None:
    answer = LIVE.told(question)
    assert told in answer.answer
    assert answer.script is not None
    assert command in answer.script.text


def test_objects_of_a_kind_are_told_with_the_value_that_the_question_names() -> None:
    answer = LIVE.told("machines in zone eu-1b")
    assert "node-c" in answer.answer
    assert "node-a" not in answer.answer


def test_a_kind_beside_a_name_decides_even_where_only_its_users_tell_of_the_object() -> None:
    answer = LIVE.told("if the secret redis rotates, who has to restart")
    assert "who uses the secret redis" in answer.answer
    assert "Deployment shop/billing" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "what is the zzyzx of import-rates",  # a word that is no English and stands in no line
        "image of the deployment frontend-eu",
        "what is the api key of import-rates",
        "salary of import-rates",
    ],
)
def test_what_no_line_tells_is_declined(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


@pytest.mark.parametrize(
    "question", ["show me the yaml of deployment cart in shop", "显示 shop 中 deployment cart 的 yaml"]
)
def test_the_yaml_of_an_object_is_quoted_as_a_whole_without_its_status(question: str) -> None:
    answer = LIVE.told(question)
    quote = answer.claims[0].text
    assert len(answer.claims) == 1
    assert quote.startswith("apiVersion: apps/v1\nkind: Deployment\n")
    assert "image: " in quote
    assert "status:" not in quote
    assert answer.script is not None
    assert answer.script.text == "kubectl get deployment cart -n shop -o yaml"


def test_since_when_something_runs_is_told_where_no_condition_says_it() -> None:
    quiet = a_deployment("quiet", "shop", 1, a_container("app", "quiet:1"))
    del quiet["status"]["conditions"][0]["lastTransitionTime"]
    told = LiveCluster([*shop(), quiet]).told("since when is quiet running?")
    assert "creationTimestamp: '2026-11-23T05:00:00Z'" in told.answer


@pytest.mark.parametrize(
    "question", ["when was cart last deployed?", "when was the last rollout of cart in shop?"]
)
def test_when_something_was_rolled_out_is_told_by_the_set_of_its_pods(question: str) -> None:
    told = LIVE.told(question).answer
    assert "ReplicaSet shop/cart-" in told
    assert "creationTimestamp: '2026-11-23T05:00:00Z'" in told


@pytest.mark.parametrize(
    "question", ["who may deploy cart and when?", "who raised the memory limit of cart?"]
)
def test_who_may_or_did_do_something_no_object_tells(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


def test_a_claim_names_its_class_by_the_old_annotation_too() -> None:
    old = an_object(
        "v1", "PersistentVolumeClaim", "archive", "shop", spec={}, status={"phase": "Bound"},
        metadata={"annotations": {"volume.beta.kubernetes.io/storage-class": "tape"}},
    )  # fmt: skip
    cluster = LiveCluster(
        [an_object("storage.k8s.io/v1", "StorageClass", "tape", provisioner="x.io/tape"), old]
    )
    assert "storage class tape" in cluster.told("describe the pvc archive").answer
    assert "PersistentVolumeClaim shop/archive" in cluster.told("who uses the storage class tape?").answer
