"""Questions as people chat: greetings, names in other words, editions of namespaces, what no object tells."""

from __future__ import annotations

import pytest

from answers.cluster import chatter
from tests.unit.cluster_questions import (
    LiveCluster,
    a_container,
    a_deployment,
    a_pod,
    a_service,
    an_object,
    shop,
)

_GPU = {
    "requests": {"memory": "10Gi", "nvidia.com/gpu": "1"},
    "limits": {"memory": "10Gi", "nvidia.com/gpu": "1"},
}
_VALKEY = a_deployment("valkey-store", "toy-demo", 1, a_container("valkey", "valkey/valkey:8.1.3"))
_STORE = a_deployment("store", "toy-demo", 1, a_container("store", "toys/store:4"))
_ARGO = a_deployment("front", "toy-demo-argo", 1, a_container("front", "toys/front:9"))
_UI = a_service("front-ui", "toy-demo", 80, "NodePort", nodePort=30055)
_ROUTE = an_object(
    "networking.istio.io/v1", "VirtualService", "store", "toy-demo",
    spec={"hosts": ["store"], "http": [{"route": [{"destination": {"host": "store", "subset": "v1"}}]}]},
)  # fmt: skip
_CRD = an_object(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "virtualservices.networking.istio.io",
    spec={"group": "networking.istio.io", "scope": "Namespaced",
          "names": {"kind": "VirtualService", "plural": "virtualservices", "singular": "virtualservice", "shortNames": ["vs"]}},
)  # fmt: skip
LIVE = LiveCluster(
    [
        *shop(),
        *(an_object("v1", "Namespace", name, status={"phase": "Active"}) for name in ("toy-demo", "toy-demo-argo", "ml")),
        _VALKEY, *a_pod(_VALKEY, "node-b"), _STORE, *a_pod(_STORE, "node-a"), _ARGO, _UI, _ROUTE, _CRD,
        a_service("store", "toy-demo", 80),
        a_deployment("llm-server-deployment", "ml", 1, a_container("main", "llm:2", resources=_GPU)),
        a_deployment("spark-worker-controller", "ml", 3, a_container("main", "spark:1.5")),
        a_deployment("browser-node-chrome", "ml", 2, a_container("main", "chrome:4")),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("hi! could somebody tell me where cart runs?", "where cart runs?"),
        ("Morning all, quick question: which node is cart on, thanks!", "which node is cart on?"),
        ("sorry to bother you, does anyone happen to know who owns cart", "who owns cart"),
        ("hey team - was wondering how many pods redis has", "how many pods redis has"),
        ("any idea why cart is down", "why cart is down"),
        ("are all nodes ok this morning?", "are all nodes ok?"),
        ("was cart restarted this morning?", "was cart restarted this morning?"),
        ("tell me about cart", "tell me about cart"),
        ("Security audit: which pods run as root?", "which pods run as root?"),
        ("Pod hardening check - who is privileged?", "who is privileged?"),
        ("cart: which image?", "cart: which image?"),
        ("hello", "hello"),
        ("thanks", "thanks"),
    ],
)
def test_what_is_said_around_a_question_is_left_away(said: str, asked: str) -> None:
    assert chatter.asked(said) == asked


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "hi folks, could one of you tell me where store from the toy demo is scheduled?",
            ["on node node-a"],
        ),
        ("which box hosts store in the toy-demo app?", ["on node node-a"]),
        ("AZ of node-a", ["zone eu-1a"]),
        ("are all our nodes fine this morning?", ["All 2 Nodes are healthy"]),
        ("what valkey version backs the toy demo store", ["valkey/valkey:8.1.3"]),
        ("which image does front run in the argo flavour of toy demo", ["toys/front:9"]),
        ("on which node port can I reach the toy demo UI (ns toy-demo)", ["30055"]),
        ("how many spark workers are there", ["3/3 ready"]),
        ("how many browser chrome nodes do we run", ["2/2 ready"]),
        ("how many gpus does llm server ask for, and how much memory?", ["nvidia.com/gpu 1", "memory 10Gi"]),
        ("which workloads ask for a gpu", ["1 workload of", "ml/llm-server-deployment"]),
        ("what's the memory limit cart is using", ["memory 128Mi"]),
        ("does redis in shop request a gpu?", ["sets no gpu limits or requests"]),
    ],
)
def test_names_and_things_are_understood_in_other_words(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        ("how much cpu is redis burning right now", "kubectl top"),
        ("current memory usage of redis?", "kubectl top"),
        ("who ran the last rollout of redis", "audit log"),
        ("who kicked off the deployment of redis", "audit log"),
        ("which engineer triggered the rollout of redis", "audit log"),
    ],
)
def test_what_no_object_tells_is_declined_with_what_would_tell(question: str, hint: str) -> None:
    answer = LIVE.ask(question)
    assert answer is not None
    assert answer.abstained, answer.answer
    assert hint in answer.answer


def test_an_unknown_word_is_no_missing_namespace_where_one_that_exists_is_named() -> None:
    answer = LIVE.ask("which colours does the UI (ns toy-demo) have")
    assert answer is None or "no namespace" not in answer.answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("which pods of shop run on node-a", ["-n shop", "spec.nodeName=node-a"]),
        ("if I drain node-a, which shop pods have to move?", ["-n shop", "spec.nodeName=node-a"]),
        ("which version of store gets the traffic per the VirtualService?", ["describe virtualservice store -n toy-demo"]),
    ],
)  # fmt: skip
def test_commands_name_the_namespace_and_the_route_that_the_question_names(
    question: str, words: list[str]
) -> None:
    answer = LIVE.told(question)
    assert answer.script is not None
    assert not [word for word in words if word not in answer.script.text], answer.script.text


@pytest.mark.parametrize(
    "question", ["how do i get a GPU node for the training job", "any idea how we get a GPU for our training"]
)
def test_a_procedure_is_left_to_the_pages(question: str) -> None:
    assert LIVE.ask(question) is None
