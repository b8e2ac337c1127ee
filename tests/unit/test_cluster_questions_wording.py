"""Questions in the wording of colleagues: fields of kinds, several parts, comparisons, sums, slips of the pen."""

from __future__ import annotations

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop
from tests.unit.test_cluster_questions_again import Words

_HOST = a_deployment(
    "agent", "ops", 2,
    a_container("main", "agent:1.4", securityContext={"privileged": True}, resources={"limits": {"memory": "256Mi"}}),
    hostNetwork=True, priorityClassName="urgent", tolerations=[{"operator": "Exists"}],
)  # fmt: skip
_HOST["spec"]["strategy"] = {"type": "Recreate"}
_GUARD = a_deployment(
    "guard", "ops", 2,
    a_container("main", "agent:1.5", readinessProbe={"httpGet": {"path": "/alive", "port": 80}},
                resources={"limits": {"memory": "128Mi"}}),
)  # fmt: skip
_POLICY = an_object(
    "networking.k8s.io/v1", "NetworkPolicy", "closed", "ops",
    spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
)  # fmt: skip
_ROUTE = an_object(
    "networking.k8s.io/v1", "Ingress", "door", "shop",
    spec={"rules": [{"host": "shop.example.com", "http": {"paths": [
        {"path": "/basket", "pathType": "Prefix", "backend": {"service": {"name": "frontend", "port": {"number": 80}}}},
    ]}}]},
)  # fmt: skip
LIVE = LiveCluster(
    [
        *shop(),
        an_object("v1", "Namespace", "ops", status={"phase": "Active"}),
        an_object("v1", "Namespace", "web-gardens", status={"phase": "Active"}),
        a_deployment("fence", "web-gardens", 1, a_container("main", "fence:1")),
        _HOST,
        _GUARD,
        _POLICY,
        _ROUTE,
    ]
)

SLIPS = Words("replcias", "lsit", "deployemnts", "ndoe")
READ_TWICE = LiveCluster(second=SecondReader(lambda: SLIPS))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("any privileged containers around?", ["1 workload of", "ops/agent", "privileged: true"]),
        ("which deployments use the host network", ["1 Deployment of", "ops/agent"]),
        (
            "number of deployments with the Recreate strategy",
            ["1 Deployment of", "ops/agent", "type: Recreate"],
        ),
        ("are any nodes tainted?", ["No Node with taints"]),
        ("is there a default deny policy in ops?", ["ops/closed"]),
        ("what does agent tolerate?", ["operator: Exists"]),
        ("priority class of the agent pods?", ["priorityClassName: urgent"]),
        ("readiness probe path of guard", ["path: /alive"]),
        ("count services by type", ["2 Services by type: ClusterIP 1, NodePort 1"]),
        ("deployments without an app label", ["No Deployment without label app"]),
    ],
)
def test_objects_are_found_by_their_fields(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how many replicas does redis have and on which node does it run?", ["3/3 ready", "node-b"]),
        (
            "which has more replicas, redis or cart?",
            ["the most in Deployment shop/redis", "redis 3", "cart 1"],
        ),
        ("does agent or guard get more memory?", ["agent 256Mi and Deployment ops/guard 128Mi"]),
        ("do redis and cart run the same image?", ["Different images"]),
        (
            "more services or more deployments in shop?",
            ["2 Services, 3 Deployments in shop: more Deployments"],
        ),
        ("how many deployments and services are in shop", ["3 Deployments, 2 Services in shop"]),
        ("how many nodes have more than 1 pod", ["1 Node of 2 with more than 1 pods: Node node-a 2 pods"]),
        ("which namespaces have network policies?", ["1 of 5 Namespaces have NetworkPolicies: ops 1"]),
        ("how many containers are in shop", ["3 containers in 3 Pods"]),
        ("how many replicas in total does ops want", ["4 replicas wanted together"]),
        ("total capacity of the cluster", ["2 Nodes together: cpu 16"]),
        ("what zone is redis running in", ["zone eu-1a"]),
        ("which nodes run shop", ["Pods: node-a 2 and node-b 1"]),
        ("how many deployments are there outside of shop", ["4 Deployments together"]),
        ("what is behind path /basket", ["is routed by Ingress shop/door", "Service shop/frontend"]),
        ("does cart or redis have a warning event", ["Back-off restarting"]),
    ],
)
def test_parts_sums_and_comparisons_are_told(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer
    assert answer.script is not None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("deployments in gardens", "web-gardens/fence"),
        ("redis img", "redis:7.2"),
        ("pods on node a", "Node node-a"),
    ],
)
def test_what_is_said_in_short_is_understood(question: str, told: str) -> None:
    assert told in LIVE.told(question).answer


@pytest.mark.parametrize(
    "question",
    [
        "taints on node-c9",
        "how many pods are in namespace gardenias",
        "which deployments are without a frobnicator",
        "when does the certificate of cart expire",
        "error budget of cart",
        "how many frontends use the shop",
    ],
)
def test_what_is_not_there_is_declined(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


def test_another_number_is_another_object() -> None:
    answer = LIVE.ask("how many replicas does redis-7 have")
    assert answer is None or answer.abstained


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how many replcias does redis have", "3/3 ready"),
        ("lsit the deployemnts in shop", "Deployment shop/redis"),
        ("on which ndoe does redis run", "node-b"),
    ],
)
def test_slips_of_the_pen_are_mended(question: str, told: str) -> None:
    answer = READ_TWICE.told(question)
    assert "Read as" in answer.answer
    assert told in answer.answer
