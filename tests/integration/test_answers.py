"""Answers over the whole demo: read, indexed, asked.

The embedding model is a stand-in that hashes words, so that these tests check that the parts hold together and
`kubelore eval` alone says how good the answers are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from answers.engine import Answerer
from answers.model import Answer
from connectors.documents import PUBLIC, Document
from connectors.files.connector import FilesConnector
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.terraform.connector import TerraformConnector
from index.index import Index
from index.ledger import Ledger
from index.retriever import Retriever
from index.search_types import Filters
from index.tokens import query_terms

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
RESTRICTED = "rollback-checkout.md"
ONCALL = frozenset({"group:oncall"})


class WordModel:
    """A vector of hashed terms with signs: texts are near where they share words that mean something."""

    dimension = 384
    window = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) * 3 // 2 + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in query_terms(text):
                code = sum(i * b for i, b in enumerate(term.encode(), 1))
                row[code % self.dimension] += 1 if code % 2 else -1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@dataclass(slots=True)
class Demo:
    """The demo as the parts hold it."""

    answerer: Answerer
    retriever: Retriever
    ledger: Ledger

    def ask(self, question: str, principals: frozenset[str] = ONCALL | {PUBLIC}) -> Answer:
        return self.answerer.ask(question, Filters(principals=principals))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo's three sources; one runbook may only be read by who is on call."""
    folder = tmp_path_factory.mktemp("state")
    index, ledger = Index.open(folder, embedder=WordModel()), Ledger.at(folder)
    connectors = (
        FilesConnector("runbooks", DEMO / "runbooks", url="https://github.com/acorn/runbooks/blob/main"),
        TerraformConnector("infra", DEMO / "infra"),
        KubernetesManifestsConnector("shop", DEMO / "manifests"),
    )
    for connector in connectors:
        documents = [item for item in connector.crawl(None) if isinstance(item, Document)]
        documents = [replace(d, access=ONCALL) if d.path == RESTRICTED else d for d in documents]
        index.apply(documents)
        ledger.put(documents)
    index.commit()
    retriever = Retriever(index, ledger.readable)
    yield Demo(Answerer(retriever, ledger.get_many), retriever, ledger)
    index.close()


QUESTIONS = (
    "roll back checkout when Argo CD is down",
    "how do i promote a service from staging to production",
    "rebuild the whole search index",
    "how long are snapshots of orders and payments kept in production?",
    "what does severity page mean for the secondary on call?",
    "which slack channel gets alerts of money?",
    "why does payments run on its own nodes?",
    "max size of the carts redis in production",
    "what is the waf rate limit in production?",
    "restart a stuck worker",
    "checkout 新版本出问题了，怎么回滚？",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_is_said_is_exact_and_resolves(demo: Demo, question: str) -> None:
    answer = demo.ask(question)
    numbers = [c.number for c in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in answer.citations:
        document = demo.ledger.get(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.answer
        lines = re.fullmatch(r"L(\d+)(?:-L(\d+))?", citation.anchor)
        if citation.source == "runbooks":
            assert lines
            shown = (DEMO / "runbooks" / str(citation.path)).read_text().splitlines()
            first, last = int(lines[1]), int(lines[2] or lines[1])
            assert citation.quote.splitlines()[0].strip() in shown[first - 1]
            assert citation.quote.splitlines()[-1].strip() in shown[last - 1]
            assert citation.url.endswith(f"{citation.path}?plain=1#{citation.anchor}")
    for claim in answer.claims:
        assert all(n in numbers for n in claim.citations)
        assert any(claim.text in answer.citations[n - 1].quote for n in claim.citations)
    assert answer.abstained == (not answer.claims)


def test_most_of_these_questions_are_answered(demo: Demo) -> None:
    answered = [question for question in QUESTIONS if not demo.ask(question).abstained]
    assert len(answered) >= 8


def test_a_question_of_two_parts_is_answered_from_a_file_each(demo: Demo) -> None:
    answer = demo.ask(
        "how do I rotate the signing key of payments and what retention does loki have on production?"
    )
    assert {c.path for c in answer.citations} >= {"secrets-rotation.md"}
    assert "loki_retention" in answer.answer


def test_a_question_that_names_no_environment_is_told_the_value_of_each(demo: Demo) -> None:
    answer = demo.ask("which instance class has the orders database?")
    assert {"environments/production/databases.tfvars", "environments/staging/databases.tfvars"} <= {
        c.path for c in answer.citations
    }
    assert '- production: `instance_class        = "db.r7g.xlarge"`' in answer.answer
    assert '- staging: `instance_class        = "db.t4g.medium"`' in answer.answer


def test_a_source_that_a_question_names_is_the_one_that_answers(demo: Demo) -> None:
    question = "how long are snapshots of orders and payments kept in production?"
    assert {c.path for c in demo.ask(question).citations} == {"backup-restore.md"}
    told = demo.ask(f"in terraform, {question}")
    assert told.question == f"in terraform, {question}"
    assert {c.document_id.partition(":")[0] for c in told.citations} == {"terraform"}
    elsewhere = demo.ask(f"according to the chart, {question}")
    assert elsewhere.answer.startswith(
        "*The source “chart” has no answer to this; elsewhere stands what follows.*"
    )
    assert "backup-restore.md" in {c.path for c in elsewhere.citations}


class Guess:
    """A responder that takes every question for one about what runs, and is never sure."""

    def __init__(self, sure: float) -> None:
        self._sure = sure

    def respond(self, question: str, filters: Filters) -> Answer | None:
        return Answer("live", question, "All nodes are ready.", abstained=False, confidence=self._sure)

    def now(self, answer: Answer, filters: Filters) -> Answer:
        return answer


@pytest.mark.parametrize(
    ("question", "live"),
    [("what is the reason for a pod that is killed at night?", False), ("what is scaled at night?", True)],
)
def test_a_reason_is_read_in_documents_where_objects_are_not_sure(
    demo: Demo, question: str, live: bool
) -> None:
    written = demo.ask(question)
    assert not written.abstained
    guess = Guess(written.confidence + 0.01)
    both = replace(demo, answerer=Answerer(demo.retriever, demo.ledger.get_many, guess))
    assert (both.ask(question).id == "live") is live


def test_an_environment_that_nobody_has_is_the_one_beside_production(demo: Demo) -> None:
    query = demo.retriever.read("which image does cart run in the test environment", frozenset({PUBLIC}))
    assert query.environments == {"staging"}


def test_the_chinese_question_is_answered(demo: Demo) -> None:
    answer = demo.ask(QUESTIONS[-1])
    assert not answer.abstained
    assert RESTRICTED in {c.path for c in answer.citations}


@pytest.mark.parametrize(
    "question",
    [
        "which istio version do we run?",
        "how do I get a GPU node for model training?",
        "who approves parental leave?",
    ],
)
def test_what_nobody_wrote_down_is_declined(demo: Demo, question: str) -> None:
    answer = demo.ask(question)
    assert answer.abstained
    assert (answer.claims, answer.citations, answer.followups) == ((), (), ())
    assert answer.confidence < 0.5
    assert answer.answer.startswith("I found no answer")
    assert 0 < len(answer.related) <= 3


@pytest.mark.parametrize(
    "question", ["what is the recovery time objective?", "who decides to fail over to Frankfurt?"]
)
def test_a_page_that_says_tbd_is_no_answer(demo: Demo, question: str) -> None:
    answer = demo.ask(question)
    assert answer.abstained
    assert "TBD" not in answer.answer


SECRETS = (
    "roll back checkout when Argo CD is down",
    "argocd app rollback checkout",
    "kubectl -n shop rollout undo deployment/checkout",
    "what does rollback-checkout.md say?",
    "how do I get the old checkout back?",
)


def test_who_is_on_call_sees_the_runbook(demo: Demo) -> None:
    assert RESTRICTED in {c.path for c in demo.ask(SECRETS[0]).citations}


@pytest.mark.parametrize("question", SECRETS)
@pytest.mark.parametrize("principals", [frozenset({PUBLIC}), frozenset(), frozenset({"group:sales"})])
def test_nothing_of_an_unreadable_document_shows_in_any_field(
    demo: Demo, question: str, principals: frozenset[str]
) -> None:
    answer = replace(demo.ask(question, principals), question="")
    secret = next(d for d in (demo.ledger.get(f"files:runbooks/{RESTRICTED}"),) if d)
    headings = {s.text.lstrip("# ") for s in secret.sections if s.kind == "heading"} - {"Check"}
    everything = json.dumps(answer.to_json(), ensure_ascii=False)
    cited = {c.document_id for c in answer.citations} | {r.document_id for r in answer.related}
    assert secret.id not in cited
    assert not [
        heading for heading in headings if f"“{heading}”" in everything or f"**{heading}" in everything
    ]
    assert "--to-revision=41" not in everything
    assert f"({secret.title})" not in everything
    if not principals & {PUBLIC}:
        assert answer.abstained
        assert answer.related == ()


def test_followups_ask_about_places_that_were_not_cited(demo: Demo) -> None:
    answers = [demo.ask(question) for question in QUESTIONS[:-1]]
    assert any(answer.followups for answer in answers)
    for answer in answers:
        assert len(set(answer.followups)) == len(answer.followups) <= 3
        assert all(
            re.fullmatch(r"(?:What|How|When|Where|Why|Who)\b.+\?(?: \(.+\))?", f) for f in answer.followups
        )
