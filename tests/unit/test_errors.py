"""Which stage lost a question, from outcomes that are made by hand."""

from __future__ import annotations

import pytest

from answers.errors import Stage, errors
from answers.evaluate import Outcome
from answers.model import Answer
from answers.questions import Gold, Question


def an_outcome(
    said: str = "",
    *,
    gold: tuple[str, ...] = ("docs/cart.md",),
    must: tuple[str, ...] = ("3 copies", "7 days"),
    rank: int | None = 1,
    correct: bool = False,
) -> Outcome:
    """What a question got whose answer is `said`; one that says nothing has declined."""
    question = Question("q", "how many?", "en", "fact", tuple(Gold(g, "") for g in gold), must)
    answer = Answer("a", "how many?", said, abstained=not said, confidence=0.5)
    files = ["docs/cart.md" if rank == 1 else "docs/till.md"]
    return Outcome(question, files, rank, 1, 1, answer, correct, correct, 0, 0, 0, [], 0, 0, None, 1, 1)


@pytest.mark.parametrize(
    ("outcome", "stage", "missing"),
    [
        (an_outcome("Nine.", rank=None), Stage.NOT_RETRIEVED, ["3 copies", "7 days"]),
        (an_outcome("Nine.", rank=11), Stage.NOT_RETRIEVED, ["3 copies", "7 days"]),
        (an_outcome("", rank=2), Stage.DECLINED, ["3 copies", "7 days"]),
        (an_outcome("It keeps 3 copies.", rank=2), Stage.OTHER_FILE_FIRST, ["7 days"]),
        (an_outcome("It keeps 3 copies."), Stage.HALF_MISSING, ["7 days"]),
        (an_outcome("It is a cart."), Stage.WRONG_PART, ["3 copies", "7 days"]),
        (an_outcome("Nine.", gold=(), must=(), rank=None), Stage.ANSWERED, []),
    ],
)
def test_a_wrong_question_names_the_first_stage_that_lost_it(
    outcome: Outcome, stage: Stage, missing: list[str]
) -> None:
    found = errors([outcome])
    assert [(row["stage"], list(row["missing"])) for row in found["questions"]] == [(stage, missing)]
    assert found["by_stage"][stage] == sum(found["by_stage"].values()) == 1


def test_right_answers_and_right_abstentions_are_no_errors() -> None:
    right = [an_outcome("3 copies for 7 days.", correct=True), an_outcome("", gold=(), must=(), rank=None)]
    assert errors(right)["questions"] == []
