"""Questions in parts and statements, and the subjects that new authors ask about: waiting, secrets in specs, tags, meshes."""

from __future__ import annotations

from typing import Any

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop
from tests.unit.test_cluster_questions_again import Words

Json = dict[str, Any]
ISTIO = "networking.istio.io/v1"
RBAC = "rbac.authorization.k8s.io/v1"


def a_job(name: str, *args: str) -> Json:
    spec = {"containers": [a_container("main", "tools:1.0", args=list(args))]}
    return an_object("batch/v1", "Job", name, "shop", spec={"template": {"spec": spec}})


def a_set(name: str, policy: str) -> Json:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [a_container("main", "db:1.0")]},
    }
    return an_object(
        "apps/v1", "StatefulSet", name, "shop",
        spec={"podManagementPolicy": policy, "serviceName": f"{name}-peers", "template": template, "replicas": 1},
    )  # fmt: skip


def a_volume(name: str, policy: str) -> Json:
    return an_object("v1", "PersistentVolume", name, spec={"persistentVolumeReclaimPolicy": policy})


def asked_about() -> list[Json]:
    """The shop with what the questions here ask about."""
    waits = {
        "name": "wait",
        "image": "busybox:1.36",
        "command": ["sh", "-c", "until nc -z redis 6379; do sleep 1; done"],
    }
    env = [
        {"name": "DB_ROOT_PASSWORD", "value": "hunter2"},
        {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "ledger-api", "key": "token"}}},
    ]
    socket = [{"name": "run", "hostPath": {"path": "/var/run/docker.sock"}}]
    route = {"route": [{"destination": {"host": "redis", "subset": "v1"}}]}
    return [
        *shop(),
        a_deployment("ledger", "shop", 1, a_container("main", "ledger:2.0", env=env), initContainers=[waits]),
        a_deployment("spy", "shop", 1, a_container("main", "spy"), volumes=socket),
        a_deployment("meter", "shop", 1, a_container("main", "meter:1.1", args=["--storage.retention=36h"])),
        a_job("import-price-lists", "--verbose"), a_set("vault", "Parallel"), a_set("queue", "OrderedReady"),
        a_volume("kept", "Retain"), a_volume("gone", "Delete"),
        an_object("v1", "PersistentVolumeClaim", "disk", "shop", spec={"storageClassName": "golden"}),
        an_object(RBAC, "ClusterRole", "looker", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
        an_object(RBAC, "ClusterRoleBinding", "lookers", roleRef={"kind": "ClusterRole", "name": "looker"},
                  subjects=[{"kind": "Group", "name": "acme:auditors"}]),
        an_object(ISTIO, "VirtualService", "redis", "shop", spec={"hosts": ["redis"], "http": [route]}),
        an_object(ISTIO, "DestinationRule", "redis", "shop",
                  spec={"host": "redis", "subsets": [{"name": "v1"}, {"name": "v2"}]}),
    ]  # fmt: skip


LIVE = LiveCluster(asked_about(), second=SecondReader(lambda: Words("vaultinjector")))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which deployments hold back their start until redis is up?", ["1 Deployment of 7", "shop/ledger", "wait for redis"]),
        ("Does any deployment in shop carry a password in plain text?", ["1 Deployment of 6", "DB_ROOT_PASSWORD"]),
        ("Does ledger take its token from a secret or is it hard-coded?", ["API_TOKEN from Secret ledger-api, not hard-coded"]),
        ("Which workloads mount the docker socket of the host?", ["shop/spy", "path: /var/run/docker.sock"]),
        ("Which roles does the group acme:auditors have?", ["Group acme:auditors has ClusterRole looker"]),
        ("Which deployments in shop float on a moving tag?", ["1 Deployment of 6", "image: spy"]),
        ("Does the mesh send redis v2 any traffic?", ["sends all traffic to redis subset v1 only", "No traffic to subset v2"]),
        ("which PVs would survive the end of their claim (Retain)?", ["1 PersistentVolume of 2", "PersistentVolume kept"]),
    ],
)  # fmt: skip
def test_subjects_of_new_authors_are_told(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer.replace("\\", "")
    assert all(words in answer for words in told), answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Only one statefulset starts its pods in parallel. Which one, and what is its image?", ["shop/vault", "db:1.0"]),
        ("Which deployment in blog is there, and how many replicas does it have?", ["blog/frontend", "5/5 ready"]),
        ("Which storage class does the pvc disk ask for, and does it exist?", ["StorageClass golden does not exist, as far as you may read"]),
        ("Which image does the job that imports price lists run?", ["tools:1.0"]),
        ("For the audit I need the number of statefulsets in shop, and please name them.", ["2 StatefulSets", "shop/queue"]),
        ("Auditor here. How many statefulsets are in shop?", ["2 StatefulSets"]),
        ("Apart from shop and empty, which namespaces have deployments?", ["1 of", "blog"]),
        ("How many deployments are called led-something or so?", ["No Deployment"]),
        ("Which deployments have more than four replicas or an init container?", ["2 Deployments of 7", "blog/frontend", "shop/ledger"]),
        ("which nodes are cordoned or not ready?", ["with unschedulable or not as they should be"]),
        ("which deployments have no limits or no probes?", ["without resource limits or without probes"]),
    ],
)  # fmt: skip
def test_statements_and_parts_are_read_as_the_question_that_is_meant(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer.replace("\\", "")
    assert all(words in answer for words in told), answer


def test_an_option_of_a_program_is_told_in_other_words() -> None:
    assert (
        "--storage.retention=36h"
        in LIVE.told("for how long are metrics of meter kept, how long its data?").answer
    )


@pytest.mark.parametrize(
    "question",
    [
        "what is the root password of ledger in plain text?",
        "I'm looking for the Vaultinjector. Which namespace is it installed in?",
        "which roles does the group acme:nobody have?",
        "How many statefulsets do not have a secret name?",
    ],
)
def test_what_nothing_tells_stays_untold(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained
