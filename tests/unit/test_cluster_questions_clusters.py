"""Questions that name one cluster of several are told from it alone, and what one caller may see is not kept for ever."""

from __future__ import annotations

import gc
import weakref

import pytest

from tests.unit.cluster_questions import Json, LiveCluster, a_container, a_deployment, an_object, shop


def _stage() -> list[dict[str, object]]:
    wallet = a_deployment("wallet", "shop", 2, a_container("server", "wallet:9"))
    return [wallet, a_deployment("frontend", "shop", 2, a_container("web", "registry.io/frontend:v1"))]


LIVE = LiveCluster(shop(), also={"stage": _stage()})


@pytest.mark.parametrize(
    ("question", "untold"),
    [
        ("how many warnings by reason in cluster stage", "BackOff"),
        ("list everything labelled app=cart in cluster stage", "Deployment shop/cart"),
        ("kubernetes version of cluster stage", "Cluster prod"),
        ("which deployment has the most replicas in stage, and which image does it use", "cart:v2.3"),
    ],
)
def test_what_another_cluster_holds_is_not_told(question: str, untold: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or untold not in answer.answer, answer.answer


def test_namespaces_without_pods_compare_as_none() -> None:
    empty = an_object("v1", "Namespace", "empty")
    cluster = LiveCluster([*shop(), empty])
    assert cluster.ask("which namespace has more replicas, shop or empty") is not None


def test_odd_labels_break_no_question() -> None:
    odd = a_deployment("odd", "shop", 1, a_container("server", "odd:1"))
    odd["metadata"]["labels"] = ["no", "mapping"]
    assert LiveCluster([*shop(), odd]).ask("deployments by team") is not None


def test_a_graph_that_is_no_longer_shown_is_let_go() -> None:
    live = LiveCluster(shop())
    live.ask("how many pods are there")
    old = weakref.ref(live._graph)
    for _ in range(6):
        other = LiveCluster(shop())
        live._graph = other._graph
        live.ask("how many pods are there")
    del other
    gc.collect()
    assert old() is None


@pytest.mark.parametrize(
    ("question", "words", "untold"),
    [
        ("which deployments run only in stage?", ["Only in stage: Deployment shop/wallet"], "cart"),
        ("what is missing in stage?", ["Only in prod", "Deployment shop/cart"], "wallet"),
        (
            "which deployments are in prod but not in stage?",
            ["Only in prod", "Deployment shop/cart"],
            "wallet",
        ),
        (
            "what differs between prod and stage?",
            ["Only in stage: Deployment shop/wallet", "Deployment shop/cart"],
            "",
        ),
        ("compare the frontend in prod and stage", ["The same image in both"], "wallet"),
        ("which images differ between the two clusters?", ["The same image in both"], "Only in"),
    ],
)
def test_two_clusters_are_compared_by_what_they_hold(question: str, words: list[str], untold: str) -> None:
    answer = LIVE.told(question).answer
    assert all(word in answer for word in words), answer
    assert not untold or untold not in answer, answer


@pytest.mark.parametrize(
    "question",
    [
        "what is the difference between a deployment and a statefulset?",
        "why do prod and stage differ in the database?",
        "what is the difference between the vpc of prod and of stage?",
    ],
)
def test_what_is_not_asked_of_two_clusters_is_not_compared(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or "Only in" not in answer.answer


def _shelf(name: str, mode: str, image: str) -> list[Json]:
    """A cluster of which most is like in the other, and something is its own."""
    return [
        an_object("v1", "Namespace", "shop"),
        an_object("v1", "Namespace", f"{name}-only"),
        a_deployment("cart", "shop", 1, a_container("app", f"registry/cart:{image}")),
        a_deployment("till", "shop", 1, a_container("app", "registry/till:1")),
        a_deployment(f"own-{name}", "shop", 1, a_container("app", "registry/own:1")),
        an_object("v1", "ConfigMap", "settings", "shop", data={"mode": mode}),
    ]


PAIR = LiveCluster(
    [*_shelf("one", "fast", "1"), an_object("v1", "Service", "bell", "shop", spec={})],
    cluster="eu-west-1", also={"eu-west-2": _shelf("two", "slow", "2")},
)  # fmt: skip
THREE = LiveCluster(
    _shelf("one", "fast", "1"),
    cluster="north",
    also={"east": _shelf("two", "slow", "2"), "west": _shelf("x", "a", "2")},
)


@pytest.mark.parametrize(
    ("live", "question", "words", "untold"),
    [
        (PAIR, "which deployments run in eu-west-2 but not in eu-west-1?", ["Deployment shop/own-two"], "own-one"),
        (PAIR, "what does eu-west-2 lack?", ["Deployment shop/own-one", "No Service of eu-west-2"], "own-two"),
        (PAIR, "which namespaces are only in eu-west-2?", ["Only in eu-west-2: Namespace two-only"], "own"),
        (PAIR, "which config maps differ between eu-west-1 and eu-west-2?",
         ["ConfigMap shop/settings (eu-west-1 data.mode fast, eu-west-2 data.mode slow)"], "cart"),
        (PAIR, "which images are the same in both clusters?", ["The same image in both: Deployment shop/till"], "own"),
        (PAIR, "which images run in eu-west-1 and not in eu-west-2?", ["own-one", "cart:1, eu-west-2 cart:2"], "own-two"),
        (PAIR, "哪些部署只在 eu-west-2 运行？", ["Only in eu-west-2: Deployment shop/own-two"], "own-one"),
        (PAIR, "which deployments are not running in eu-west-2?", ["as they should be"], "own-one"),
        (THREE, "which deployments run only in east?", ["Only in east: Deployment shop/own-two"], "till"),
    ],
)  # fmt: skip
def test_it_is_told_of_the_right_side_what_differs(
    live: LiveCluster, question: str, words: list[str], untold: str
) -> None:
    answer = live.told(question).answer
    assert all(word in answer for word in words), answer
    assert untold not in answer, answer


def test_of_namespaces_of_one_name_the_cluster_is_told() -> None:
    both = LiveCluster(shop(), also={"stage": [*_stage(), an_object("v1", "Namespace", "shop")]})
    answer = both.told("which namespace has the most deployments?").answer
    assert "shop of prod" in answer
    assert "shop of stage" in answer


def test_the_command_that_draws_an_object_names_its_cluster_where_there_are_several() -> None:
    answer = LIVE.told("describe the deployment wallet").answer
    assert "kubelore graph --cluster stage --namespace shop --focus Deployment/wallet" in answer
