"""Questions about a live cluster that the grammar alone does not understand, and demands to change something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from answers.cluster.second.again import SecondReader
from answers.cluster.second.nearest import Nearest
from answers.cluster.second.phrasings import phrasings
from answers.cluster.second.slots import STAND_IN
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, a_node, an_object, shop


class Words:
    """A model that knows texts by their words; `unknown` words are cut into pieces, as a name is."""

    def __init__(self, *unknown: str) -> None:
        self._unknown = set(unknown)
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [5 if text in self._unknown else 3 for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.embedded += len(texts)
        rows = np.zeros((len(texts), 4096), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"[\w-]+", text.lower()):
                row[sum(i * b for i, b in enumerate(word.encode(), 7)) % 4096] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


LIVE = LiveCluster(second=SecondReader(lambda: Words("paymentgateway")))


@pytest.mark.parametrize(
    ("question", "read", "told"),
    [
        ("who would be badly affected when I edit cart-config", "who uses the configmap cart-config", "Deployment shop/cart"),
        ("which fancy machine hosts redis", "on which node does redis run", "node-b"),
    ],
)  # fmt: skip
def test_what_the_grammar_does_not_read_is_read_by_what_it_is_like(
    question: str, read: str, told: str
) -> None:
    answer = LIVE.told(question)
    assert f"Read as `{read}`" in answer.answer.replace("\\", "")
    assert told in answer.answer
    assert answer.confidence <= 0.7


@pytest.mark.parametrize(
    "question",
    [
        "which database schema does redis use",  # like what no object tells
        "how much memory is cart eating right now",  # the grammar alone would tell the limit
        "which paymentgateway machine carries redis",  # a word that is no English, and no name
        "which machine hosts redis-9",
        "whose idea was redis",
        "how many carts were ordered",
        "how many deployments are there since tuesday",  # all of them would leave the day out
    ],
)
def test_likeness_does_not_make_an_answer_of_what_nobody_can_tell(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


def test_ways_to_ask_are_embedded_once_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "phrasings.npz"
    first, second = Words(), Words()
    SecondReader(lambda: first, kept)._nearest._known()
    assert first.embedded == len(phrasings())
    SecondReader(lambda: second, kept)._nearest._known()
    assert second.embedded == 0
    kept.write_bytes(b"broken")
    Nearest(second.embed, kept)._known()
    assert second.embedded == len(phrasings())


def test_every_way_to_ask_has_known_slots_and_a_question_that_they_fill() -> None:
    for one in phrasings():
        assert set(re.findall(r"\{(\w+)\}", one.text)) <= STAND_IN.keys(), one
        assert not one.is_told or set(one.slots) <= STAND_IN.keys(), one


@pytest.mark.parametrize(
    ("question", "command", "does"),
    [
        ("delete the pod cart-5d-x7k2p", "kubectl delete pod cart-5d-x7k2p -n shop", "deletes Pod cart-5d-x7k2p in shop"),
        ("please scale redis to five", "kubectl scale deployment/redis --replicas=5 -n shop", "replicas 5"),
        ("can you restart cart", "kubectl rollout restart deployment/cart -n shop", "starts all pods anew"),
        ("roll back cart in shop", "kubectl rollout undo deployment/cart -n shop", "goes back to an earlier revision"),
        ("upgrade redis to 7.4", "kubectl set image deployment/redis redis=redis:7.4 -n shop", "changes images"),
        ("drain node-a", "kubectl drain node-a --ignore-daemonsets", "evicts all pods"),
        ("edit the configmap cart-config", "kubectl edit configmap cart-config -n shop", "edits"),
    ],
)  # fmt: skip
def test_a_demand_to_change_something_is_shown_and_never_run(question: str, command: str, does: str) -> None:
    answer = LIVE.told(question)
    assert "Kubelore only reads and changes nothing" in answer.answer
    assert answer.script is not None
    assert command in answer.script.text.splitlines()
    assert "# changes the cluster, never run by Kubelore" in answer.script.text
    assert answer.script.explanation.startswith("Mutating: ")
    assert does in answer.script.explanation
    assert [step["argv"][1] for step in answer.script.steps] == ["get"]


def test_a_change_that_can_be_tried_is_shown_with_the_command_that_tries_it() -> None:
    script = LIVE.told("scale redis to 5").script
    assert script is not None
    assert "kubectl scale deployment/redis --replicas=5 -n shop --dry-run=server" in script.text.splitlines()


@pytest.mark.parametrize("question", ["restart count of cart", "scale of redis", "restarts of cart"])
def test_a_question_that_begins_like_a_demand_is_a_question(question: str) -> None:
    assert "changes nothing" not in LIVE.told(question).answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("describe the deployments in shopping", "there is no namespace `shopping`; the nearest: `shop`"),
        ("replicas of frobnicator", "no object that you may read is named `frobnicator`"),
        ("image of the deployment frontend-eu", "no object that you may read is named `frontend-eu`; the nearest: `frontend`"),
        ("is the namespace warehouse-7 active", "there is no namespace `warehouse-7`"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_said_with_the_nearest(question: str, said: str) -> None:
    answer = LIVE.ask(question)
    assert answer is not None
    assert answer.abstained
    assert answer.answer.startswith("In cluster prod, as of 2026-11-23 06:00 UTC")
    assert said in answer.answer


def test_a_namespace_that_does_not_exist_is_said_with_the_objects_of_that_name() -> None:
    answer = LIVE.ask("describe the deployments in redis")
    assert answer is not None
    assert "Deployment shop/redis" in answer.answer


@pytest.mark.parametrize(
    "form",
    [
        "which image does frontend run", "how many replicas does frontend have", "is frontend healthy", "where is frontend",
        "describe frontend", "why is frontend failing", "memory limit of frontend", "which ports does frontend have",
        "labels of frontend", "who calls frontend", "which services does frontend call", "does frontend have an autoscaler",
        "is there a pdb for frontend", "env variables of frontend", "show logs of frontend", "how old is frontend",
        "which probes does frontend have", "which service account does frontend use", "events of frontend",
        "which pods does frontend have", "what machine hosts frontend now", "scale frontend to 3", "is frontend exposed outside",
    ],
)  # fmt: skip
def test_what_was_assumed_of_a_name_in_two_places_is_said_in_every_form(form: str) -> None:
    other = [a_deployment("frontend", "blog", 5, a_container("web", "blog-frontend:v9"))]
    both = LiveCluster([*(one for one in shop() if one["metadata"]["name"] != "frontend"), *other,
                        a_deployment("frontend", "shop", 2, a_container("web", "frontend:v1"))],
                       second=SecondReader(lambda: Words()))  # fmt: skip
    answer = both.ask(form)
    assert answer is not None
    assert answer.abstained or "frontend is in 2 places; assumed blog, also in shop" in answer.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("are any nodes under memory pressure?", "node-c has MemoryPressure"),
        ("disk pressure anywhere?", "No Node of 3 has DiskPressure"),
        ("which nodes have PIDPressure", "None of 3 Nodes reports such a condition"),
        ("node conditions", "Condition MemoryPressure: True"),
        ("does node-c have memory pressure", "Condition MemoryPressure: True"),
    ],
)
def test_conditions_of_nodes_are_shown_by_describing_them(question: str, said: str) -> None:
    short = a_node("node-c")
    for kind, status in (("MemoryPressure", "True"), ("DiskPressure", "False")):
        short["status"]["conditions"].append({"type": kind, "status": status, "reason": "Kubelet"})
    answer = LiveCluster([*shop(), short]).told(question)
    assert said in answer.answer
    assert answer.script is not None
    assert "kubectl describe node" in answer.script.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("who listens on port 6379", "Deployment shop/redis"),
        ("any deployments with zero ready replicas", "1 Deployment of 4 with exactly zero ready replicas"),
        ("count of pods grouped by node", "Pods: "),
        ("pods with 5 restarts or more", "cart-5d-x7k2p"),
        ("which taints has node-a", "Node node-a has no taints"),
        ("redis: spec.template.spec.containers", "redis:7.2"),
        ("what of shop is running in node-a", "2 Pods run on node-a"),
    ],
)
def test_what_is_read_without_a_model(question: str, told: str) -> None:
    assert told in LiveCluster().told(question).answer


def test_a_plural_of_a_name_means_all_that_have_it_as_a_part() -> None:
    more = a_deployment("frontend-canary", "shop", 1, a_container("web", "registry.io/canary:v2"))
    answer = LiveCluster([*shop(), more]).told("we have several frontends, which versions?")
    assert [
        image for image in ("frontend:v1", "blog-frontend:v9", "canary:v2") if image not in answer.answer
    ] == []
    assert "assumed" not in answer.answer


def test_a_name_is_not_put_together_across_a_comma() -> None:
    joined = a_deployment("cart-redis", "shop", 1, a_container("web", "joined:v1"))
    answer = LiveCluster([*shop(), joined]).told("cart, redis: which images")
    assert "joined:v1" not in answer.answer


def test_a_word_that_stands_in_one_object_only_is_found_there() -> None:
    rules = {
        "groups": [{"rules": [{"alert": "CartIsSlow", "for": "10m", "labels": {"severity": "critical"}}]}]
    }
    monitored = an_object("monitoring.coreos.com/v1", "SlowRule", "carts", "shop", spec=rules)
    answer = LiveCluster([*shop(), monitored], second=SecondReader(lambda: Words("cartisslow"))).told(
        "CartIsSlow for= and severity"
    )
    assert "for: 10m" in answer.answer
    assert "severity: critical" in answer.answer
    assert answer.confidence < 0.75


def test_the_fields_most_like_the_question_are_shown_of_an_object_beside_its_kind() -> None:
    rule = an_object(
        "networking.istio.io/v1",
        "DestinationRule",
        "carts",
        "shop",
        spec={"outlierDetection": {"baseEjectionTime": "30s"}},
    )
    answer = LiveCluster([*shop(), rule], second=SecondReader(lambda: Words("qps"))).told(
        "destinationrule carts base time of ejection please"
    )
    assert "baseEjectionTime: 30s" in answer.answer
