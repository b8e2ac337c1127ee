"""Questions about links and states in whatever words, and what people put before and behind a question."""

from __future__ import annotations

from typing import Any

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import SINCE, LiveCluster, a_container, a_deployment, a_pod, an_object, shop
from tests.unit.test_cluster_questions_again import Words

Json = dict[str, Any]


def a_condition(kind: str, status: str, reason: str, message: str = "") -> Json:
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": SINCE}


def a_budget(name: str, allowed: int, expected: int) -> Json:
    status = {
        "disruptionsAllowed": allowed, "expectedPods": expected,
        "conditions": [a_condition("DisruptionAllowed", "True" if allowed else "False", "SufficientPods")],
    }  # fmt: skip
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": name}}}
    return an_object("policy/v1", "PodDisruptionBudget", name, "shop", spec=spec, status=status)


def a_policy(name: str, spec: Json) -> Json:
    return an_object("networking.k8s.io/v1", "NetworkPolicy", name, "shop", spec=spec)


def a_role(name: str, verbs: list[str], resources: list[str], groups: list[str]) -> Json:
    rule = {"apiGroups": groups, "resources": resources, "verbs": verbs}
    return an_object("rbac.authorization.k8s.io/v1", "ClusterRole", name, rules=[rule])


def a_binding(role: str, name: str) -> Json:
    return an_object(
        "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", f"{role}-{name}",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        subjects=[{"kind": "ServiceAccount", "name": name, "namespace": "shop"}],
    )  # fmt: skip


def linked() -> list[Json]:
    """The shop with what guards it, who may do what in it, and what is wrong."""
    only_cart = {
        "podSelector": {"matchLabels": {"app": "redis"}}, "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "cart"}}}], "ports": [{"port": 6379, "protocol": "TCP"}]}],
    }  # fmt: skip
    waiting = an_object(
        "v1", "Pod", "trainer", "shop", metadata={"labels": {"tier": "gold"}}, spec={"containers": [a_container("t", "t:1")]},
        status={"phase": "Pending", "conditions": [
            a_condition("PodScheduled", "False", "Unschedulable", "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.")]},
    )  # fmt: skip
    api = an_object(
        "apiregistration.k8s.io/v1", "APIService", "v1.metrics.example.com",
        spec={"group": "metrics.example.com", "version": "v1", "service": {"name": "redis", "namespace": "shop"}},
        status={"conditions": [a_condition("Available", "False", "FailedDiscoveryCheck", "no response")]},
    )  # fmt: skip
    web = an_object(
        "v1", "Service", "storefront", "shop",
        spec={"type": "NodePort", "clusterIP": "10.0.0.9", "selector": {"app": "frontend"}, "ports": [{"port": 80, "nodePort": 30123}]},
    )  # fmt: skip
    lost = a_deployment(
        "mailer", "shop", 1, a_container("m", "m:1", env=[{"name": "SMTP_HOST", "value": "relay:25"}])
    )
    rule = {"alert": "CartBurnsDown", "expr": "up == 0", "for": "10m", "labels": {"severity": "critical"}}
    rules = an_object(
        "monitoring.coreos.com/v1",
        "PrometheusRule",
        "fires",
        "shop",
        spec={"groups": [{"name": "g", "rules": [rule]}]},
    )
    gateway = an_object(
        "networking.istio.io/v1", "Gateway", "edge", "shop",
        spec={"selector": {"istio": "in"}, "servers": [{"hosts": ["*"], "port": {"number": 8443, "protocol": "HTTPS"}}]},
    )  # fmt: skip
    return [
        *shop(), a_budget("redis", 0, 3), a_budget("cart", 1, 1), a_policy("only-cart", only_cart),
        a_policy("closed", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}), waiting, api, web, lost, *a_pod(lost, "node-b"),
        rules, gateway, an_object("v1", "ServiceAccount", "robot", "shop"), a_role("everything", ["*"], ["*"], ["*"]),
        a_role("looker", ["get", "list"], ["pods"], [""]), a_binding("everything", "robot"), a_binding("looker", "cart"),
        an_object("v1", "Namespace", "attic", status={"phase": "Active"}),
    ]  # fmt: skip


LIVE = LiveCluster(linked(), second=SecondReader(lambda: Words("paymentgateway", "billing", "inventory")))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Before I drain: which disruption budgets permit zero evictions right now?", ["1 PodDisruptionBudget of 2 ", "shop/redis"]),
        ("which aggregated APIs are registered but not available", ["v1.metrics.example.com", "FailedDiscoveryCheck"]),
        ("who may open a connection to redis, and on which port?", ["may be reached by Deployment shop/cart (port 6379/TCP)"]),
        ("what may cart talk to under the network policies?", ["shop/cart may reach Deployment shop/redis"]),
        ("may frontend in shop reach redis on port 6379?", ["No rule of", "lets Deployment shop/frontend reach"]),
        ("is there a network policy which shuts everything off?", ["1 NetworkPolicy of 2 ", "shop/closed"]),
        ("is there a pod that no node will take for lack of a GPU?", ["shop/trainer", "Insufficient nvidia.com/gpu"]),
        ("which objects wear the label tier=gold?", ["1 Pod labelled tier=gold", "shop/trainer"]),
        ("on what port of the nodes can I open shop's storefront in my browser?", ["30123"]),
        ("who owns node port 30123?", ["shop/storefront"]),
        ("which workload is configured with the address of a service that doesn't exist?", ["relay", "Deployment shop/mailer"]),
        ("who holds the looker role?", ["ClusterRole looker is bound to ServiceAccount shop/cart"]),
        ("what can cart's service account read across the whole cluster?", ["ClusterRole looker", "pods"]),
        ("is there a ClusterRole with every verb on everything?", ["ClusterRole everything", "ServiceAccount shop/robot"]),
        ("in which rule does CartBurnsDown live, and how severe is it?", ["PrometheusRule shop/fires", "severity: critical"]),
        ("would losing a single node take out all pods of mailer?", ["1 pod on 1 node"]),
        ("what were the BackOff warnings on cart complaining about?", ["1 warning BackOff", "Back-off restarting"]),
        ("does the gateway edge terminate TLS?", ["protocol: HTTPS"]),
        ("Candidates for cleanup: which namespaces run no pods whatsoever?", ["Namespace attic"]),
    ],
)  # fmt: skip
def test_links_and_states_are_told_in_whatever_words(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    for words in told:
        assert words in answer.answer.replace("\\", "")


@pytest.mark.parametrize(
    "question",
    [
        "who may reach paymentgateway under the network policies?",
        "what may the service account billing-inventory do in the cluster?",
        "did CartBurnsDown go off last night, is it firing right now?",
        "how much do our load balancers without an external address cost?",
        "which team approved the network policy of redis?",
    ],
)
def test_what_is_not_there_or_not_told_is_not_made_up(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Cloud bill review: how many services are there over all namespaces?",
            "how many services are there?",
        ),
        (
            "I keep getting shouted at here, so what memory limit does cart have?",
            "what memory limit does cart have?",
        ),
        ("Hello, I started on Monday. What is in the namespace shop?", "What is in the namespace shop?"),
        ("Review of shop: list every deployment", "list every deployment in shop"),
        ("how many replicas does redis have? Need it for the audit.", "how many replicas does redis have?"),
    ],
)
def test_what_stands_around_a_question_and_names_nothing_is_left_away(question: str, asked: str) -> None:
    assert LIVE.told(question).answer == LIVE.told(asked).answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("cart and redis: which images do they run?", ["registry.io/cart:v2.3", "redis:7.2"]),
        ("In blog, which image does frontend run?", ["registry.io/blog-frontend:v9"]),
    ],
)
def test_what_names_something_is_kept(question: str, told: list[str]) -> None:
    for words in told:
        assert words in LIVE.told(question).answer
