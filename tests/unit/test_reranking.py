"""What a reranker changes: the order of the best files, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors.errors import ConfigurationError
from index.reranking import Limits, Reranking
from tests.unit.answer_fakes import a_candidate, a_page

A, B, C = (a_page(f"# {name}\n\nfirst {name}\n\nsecond {name}\n", f"{name}.md") for name in "abc")


class Judge:
    """A reranker that knows its answers, and what it was asked."""

    def __init__(self, **scores: float) -> None:
        self.scores = scores
        self.asked: list[tuple[str, ...]] = []

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        self.asked.append((question, *passages))
        return [self.scores[passage[-1]] for passage in passages]


def reranked(judge: Judge, most: int, weight: float = 1.0, times: int = 1) -> list[tuple[str, float]]:
    """The chunks of three files after the judge's word on the best `most`."""
    again = Reranking(judge, Limits(most, weight))
    for _ in range(times):
        ranked = [
            a_candidate(A, "first a", 3.0), a_candidate(B, "first b", 2.9), a_candidate(A, "second a", 2.8),
            a_candidate(B, "second b", 2.0), a_candidate(C, "first c", 1.9),
        ]  # fmt: skip
        firsts = [ranked[0], ranked[1], ranked[4]][:most]
        found = again.again("which?", ranked, firsts, [c.chunk.text for c in firsts])
    return [(c.chunk.text, round(c.score, 2)) for c in found]


@pytest.mark.parametrize(
    ("scores", "weight", "expected"),
    [
        ({"a": 0.1, "b": 0.9}, 1.0, ["first b 3.8", "first a 3.1", "second a 2.9", "second b 2.9", "first c 1.9"]),
        ({"a": 0.9, "b": 0.9}, 1.0, ["first a 3.9", "first b 3.8", "second a 3.7", "second b 2.9", "first c 1.9"]),
        ({"a": 0.0, "b": 1.0}, 0.05, ["first a 3.0", "first b 2.95", "second a 2.8", "second b 2.05", "first c 1.9"]),
    ],
)  # fmt: skip
def test_the_models_word_counts_beside_the_other_signals(
    scores: dict[str, float], weight: float, expected: list[str]
) -> None:
    assert [f"{text} {score}" for text, score in reranked(Judge(**scores), 2, weight)] == expected


def test_one_question_asks_the_model_once() -> None:
    judge = Judge(a=0.5, b=0.5, c=1.0)
    assert reranked(judge, 3, times=3) == reranked(Judge(a=0.5, b=0.5, c=1.0), 3)
    assert judge.asked == [("which?", "first a", "first b", "first c")]


@pytest.mark.parametrize("error", [ConfigurationError("cannot be loaded"), RuntimeError("out of memory")])
def test_without_its_model_the_order_stays_and_one_warning_says_so(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
            raise error

    again = Reranking(Broken())
    ranked = [a_candidate(A, "first a", 3.0), a_candidate(B, "first b", 2.9)]
    for _ in range(2):
        assert again.again("which?", ranked, ranked, ["first a", "first b"]) == ranked
    assert [record.getMessage().endswith(str(error)) for record in caplog.records] == [True]
