"""Questions about the recorded cluster, with documents beside it, and scripts that the real `kubectl` takes."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from answers.engine import Answerer
from answers.evaluate import evaluate
from answers.model import Answer
from answers.questions import load_questions
from index.index import Index
from index.ledger import Ledger
from index.retriever import Retriever
from index.search_types import Filters, SearchResult
from tests.integration.test_answers import WordModel
from tests.servers.kube import SNAPSHOT, Context, from_objects, kubeconfig, serving
from tests.unit.cluster_questions import LiveCluster, shop
from tests.unit.test_cluster_questions import ANSWERED

QUESTIONS = Path(__file__).resolve().parents[2] / "data" / "questions"
DECLINED = Answer("", "", "", abstained=True, confidence=0.0)
recorded = pytest.mark.skipif(not SNAPSHOT.exists(), reason="the recorded cluster is not there")


class Recorded(LiveCluster):
    """The recorded cluster as `ClusterResponder` is given it."""

    def __init__(self) -> None:
        super().__init__(_listed(), cluster="rig")


def _listed() -> Iterator[dict[str, Any]]:
    with tarfile.open(SNAPSHOT) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or not member.name.endswith(".json") or "events.events" in member.name:
                continue
            for value in json.load(file)["items"]:
                if value.get("kind") != "Event" or value.get("type") == "Warning":
                    yield value


class Silent:
    """A search that finds nothing: only the objects are asked."""

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        return []


@pytest.fixture(scope="module")
def live() -> Recorded:
    return Recorded()


@recorded
@pytest.mark.parametrize("name", ["cluster.jsonl", "cluster-held-out.jsonl"])
def test_questions_over_the_recorded_cluster_reach_their_marks(live: Recorded, name: str) -> None:
    class Asked:
        def ask(self, question: str, filters: Filters) -> Any:
            return live.responder.respond(question, filters) or DECLINED

    figures = evaluate(load_questions(QUESTIONS / name), Silent(), Asked(), live.documents.get, {}).to_json()[
        "overall"
    ]
    assert figures["answer_accuracy"] >= 0.9
    assert figures["right_script"] >= 0.85
    assert figures["abstention_recall"] == 1.0
    assert figures["citation_precision"] >= 0.9
    assert (figures["quote_exactness"], figures["faithfulness"]) == (1.0, 1.0)


@recorded
def test_questions_as_colleagues_put_them_reach_their_marks(live: Recorded) -> None:
    class Asked:
        def ask(self, question: str, filters: Filters) -> Any:
            return live.responder.respond(question, filters) or DECLINED

    questions = load_questions(QUESTIONS / "cluster-colleagues.jsonl")
    figures = evaluate(questions, Silent(), Asked(), live.documents.get, {}).to_json()["overall"]
    assert figures["answer_accuracy"] >= 0.95
    assert figures["right_script"] >= 0.95
    assert figures["abstention_recall"] == 1.0
    assert (figures["quote_exactness"], figures["faithfulness"]) == (1.0, 1.0)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """Answers from a small live cluster and from a page about it, all in one index."""
    folder = tmp_path_factory.mktemp("state")
    shop_cluster = LiveCluster()
    index, ledger = Index.open(folder, embedder=WordModel()), Ledger.at(folder)
    documents = list(shop_cluster.documents.values())
    index.apply(documents)
    ledger.put(documents)
    index.commit()
    yield Answerer(Retriever(index, ledger.readable), ledger.get_many, shop_cluster.responder)
    index.close()
    ledger.close()


def test_objects_answer_what_is_asked_of_the_cluster(both: Answerer) -> None:
    answer = both.ask("which image does cart run?")
    assert "registry.io/cart:v2.3" in answer.answer
    assert answer.script is not None


def test_where_objects_do_not_tell_only_documents_may(both: Answerer) -> None:
    answer = both.ask("how many replicas does the inventory-service deployment have?")
    assert answer.abstained
    told = both.ask("how does the cart keep its baskets in redis, which crew runs it?")
    assert all(one.kind == "page" for one in told.citations)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_takes_every_suggested_command(tmp_path: Path) -> None:
    cluster = from_objects(one for one in shop() if one["kind"] != "Event")
    commands = {
        tuple(step["argv"])
        for question, _, _ in ANSWERED
        if (script := LiveCluster().told(question).script) is not None
        for step in script.steps
    }
    with serving(cluster, tls=True) as served:
        config = tmp_path / "config"
        kubeconfig(config, Context("prod", served))
        environment: Mapping[str, str] = {
            "KUBECONFIG": str(config),
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "HOME": str(tmp_path),
        }
        for argv in sorted(commands):
            done = subprocess.run(
                argv, capture_output=True, text=True, env=environment, timeout=30, check=False
            )
            assert done.returncode == 0, (argv, done.stderr)
    assert cluster.violations == []
