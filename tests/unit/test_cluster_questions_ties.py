"""Questions about what hangs together with a named object, in words that the grammar does not know."""

from __future__ import annotations

import re

import pytest

from answers.cluster.second.again import SecondReader
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop
from tests.unit.test_cluster_questions_again import Words

LIVE = LiveCluster(
    [
        *shop(),
        a_deployment(
            "api", "shop", 1,
            a_container("server", "registry.io/api:v1", env=[
                {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "api-keys", "key": "token"}}},
            ]),
            a_container("rbac-proxy", "quay.io/kube-rbac-proxy:v0.22"), a_container("second", "quay.io/log-ship:v1"),
        ),
        an_object("v1", "Secret", "api-keys", "shop"),
        an_object("v1", "PersistentVolumeClaim", "data", "shop", status={"phase": "Pending"}),
        an_object("v1", "PersistentVolumeClaim", "logs", "shop", status={"phase": "Bound"}),
        an_object("v1", "PersistentVolumeClaim", "temp", "shop", status={"phase": "Bound"}),
    ],
    second=SecondReader(lambda: Words()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("who acts under the service account cart", ["is the identity of Deployment shop/cart", "serviceAccountName: cart"]),
        ("which env variable is filled from the secret api-keys", ["is used by Deployment shop/api", "name: TOKEN"]),
        ("what breaks if the config map cart-config is deleted", ["is used by Deployment shop/cart", "name: config"]),
        ("what changes the number of replicas of the deployment frontend in shop", ["HorizontalPodAutoscaler shop/frontend"]),
        ("which service stands in front of the deployment redis", ["is selected by Service shop/redis", "app: redis"]),
    ],
)  # fmt: skip
def test_a_relation_is_found_by_what_its_words_are_like(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer
    assert all(words in answer for words in told), answer


@pytest.mark.parametrize(
    "question",
    [
        "who leaked the secret api-keys",
        "why is what breaks if the secret api-keys is deleted so expensive",
        "how often is the identity of the service account cart stolen",
    ],
)
def test_a_relation_tells_nothing_of_persons_and_reasons(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or not re.search(r"is (?:used by|the identity of)", answer.answer)


@pytest.mark.parametrize("named", ["rbac-proxy", "kube-rbac-proxy", "log-ship"])
def test_a_container_and_an_image_are_found_by_name(named: str) -> None:
    answer = LIVE.told(f"We have to patch {named}. What has it as a sidecar?").answer
    assert re.search(rf"1 workload (?:runs|of \d+ with containers) {named}", answer)
    assert "Deployment shop/api" in answer


def test_what_one_sentence_names_the_next_one_asks_about() -> None:
    answer = LIVE.told("Customers complain about shop. Is anything broken there?").answer
    assert "objects in shop are not as they should be" in answer


def test_each_of_several_states_is_counted() -> None:
    answer = LIVE.told("how many claims are bound and how many are still pending").answer
    assert "1 pending, 2 bound" in answer
