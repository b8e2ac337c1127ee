"""A reranker in searches and answers: what it is given, and that nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from answers.engine import Answerer
from bench.hashing import HashingModel
from index.embedding.models import EmbeddingSettings
from index.index import Index
from index.reranking import Limits, Reranking
from index.retriever import Retriever
from index.search_types import Filters
from tests.integration.index_cases import write
from tests.unit.index_fakes import document

ROLLBACK = document(
    "rollback.md", "To roll back checkout, run argocd app rollback checkout.", title="Rollback"
)
HISTORY = document(
    "history.md", "Checkout was rolled back twice, and checkout was slow.", title="Roll back checkout"
)
SECRET = document(
    "secret.md", "To roll back checkout, call Ann; to roll back checkout, ask Bob.", title="Roll back"
)
REST = [
    document(f"r{i}.md", f"Service {i} and checkout are two services.", title=f"Service {i}")
    for i in range(8)
]
PAGES = (ROLLBACK, HISTORY, SECRET, *REST)
QUESTION = "how do I roll back checkout?"
STAFF = Filters(principals=frozenset({"public", "staff"}))


class Judge:
    """A reranker that likes one word, and keeps what it was asked."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[tuple[str, list[str]]] = []

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        self.asked.append((question, list(passages)))
        return [0.9 if self.word in passage else 0.1 for passage in passages]


def readable(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
    return {ident for ident in ids if ident != SECRET.id or "staff" in principals}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    opened = Index.open(tmp_path_factory.mktemp("state"), embedder=HashingModel())
    write(opened, *PAGES)
    yield opened
    opened.close()


def judged(index: Index, judge: Judge, **limits: float) -> Retriever:
    return Retriever(index, readable, reranking=Reranking(judge, replace(Limits(weight=2.0), **limits)))


def paths(retriever: Retriever, k: int = 10, filters: Filters | None = None) -> list[str | None]:
    return [r.path for r in retriever.search(QUESTION, k, filters)]


def test_the_model_decides_among_the_best_files_and_only_among_them(index: Index) -> None:
    plain = paths(Retriever(index, readable))
    judge = Judge("argocd")
    assert plain[0] == "history.md"
    assert paths(judged(index, judge, candidates=2)) == ["rollback.md", "history.md", *plain[2:]]
    [(question, passages)] = judge.asked
    assert (question, len(passages)) == (QUESTION, 2)
    assert passages[1].startswith("Rollback\nTo roll back")
    found = judged(index, Judge("argocd"), candidates=2).search(QUESTION)
    assert [r.scores.rerank for r in found] == [0.9, 0.1, *[None] * (len(found) - 2)]
    assert paths(judged(index, Judge("Service 7"), candidates=2)) == plain


def test_it_reads_only_what_the_caller_may_read(index: Index) -> None:
    judge = Judge("Ann")
    everybody = judged(index, judge)
    assert "secret.md" not in paths(everybody)
    assert not any("Ann" in passage for _, passages in judge.asked for passage in passages)
    assert paths(everybody, filters=STAFF)[0] == "secret.md"


def test_who_asks_for_more_gets_the_same_first_ones_and_an_answer_reads_no_more(index: Index) -> None:
    judge = Judge("argocd")
    retriever = judged(index, judge)
    assert paths(retriever, 3) == paths(retriever, 100)[:3]
    documents = {page.id: page for page in PAGES}
    engine = Answerer(retriever, lambda ids: {i: documents[i] for i in ids})
    for question in (QUESTION, f"{QUESTION[:-1]}, and what are the two services?"):
        before = len(judge.asked)
        answer = engine.ask(question)
        assert len(judge.asked) - before <= 1
        assert answer.related or answer.citations
    assert len(judge.asked) == 2


@pytest.mark.parametrize("multilingual", [False, True])
def test_a_chinese_question_is_read_as_the_index_reads_it(tmp_path: Path, multilingual: bool) -> None:
    settings = EmbeddingSettings(multilingual=multilingual)
    opened = Index.open(tmp_path, settings, embedder=HashingModel())
    write(opened, ROLLBACK, HISTORY)
    judge = Judge("argocd")
    assert judged(opened, judge).search("如何回滚 checkout？")[0].path == "rollback.md"
    opened.close()
    [(question, _)] = judge.asked
    assert ("回滚" in question) is multilingual
    assert ("roll" in question.lower()) is not multilingual
