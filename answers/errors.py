"""Which stage lost a question of `kubelore eval`: the search, the choice of the file or of its part, or the doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from answers.evaluate import DEPTH, Outcome
from answers.faithfulness import shown_text
from answers.questions import includes_all


class Stage(StrEnum):
    """Where the right answer was lost, in the order in which an answer is made."""

    NOT_RETRIEVED = "not retrieved"
    """No gold file is among the first places of the search."""
    DECLINED = "declined"
    """One is, and nothing was said."""
    OTHER_FILE_FIRST = "other file first"
    """The search has another file in the first place, and the answer is made of it."""
    HALF_MISSING = "half missing"
    """A gold file is first, and the answer says a part of what it must."""
    WRONG_PART = "wrong part"
    """A gold file is first, and the answer says nothing of what it must."""
    ANSWERED = "answered without evidence"
    """The documents hold no answer, and one was given."""


@dataclass(frozen=True, slots=True)
class Error:
    """A question that was answered wrongly; `missing` are the items of `must_include` that the answer lacks."""

    id: str
    kind: str
    question: str
    stage: Stage
    rank: int | None
    first: str
    gold: tuple[str, ...]
    missing: tuple[str, ...]
    confidence: float


def errors(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How many questions each stage lost, and every wrong question; stages in the order of an answer's making."""
    found = list(_errors(outcomes))
    counts = Counter(error.stage for error in found)
    return {
        "by_stage": {stage.value: counts[stage] for stage in Stage},
        "questions": [asdict(error) for error in found],
    }


def _errors(outcomes: Sequence[Outcome]) -> Iterator[Error]:
    for outcome in outcomes:
        question, answer = outcome.question, outcome.answer
        right = outcome.correct if question.answerable else answer.abstained
        if right:
            continue
        said = "" if answer.abstained else shown_text(answer)
        missing = tuple(item for item in question.must_include if not includes_all(said, [item]))
        yield Error(
            id=question.id,
            kind=question.kind,
            question=question.question,
            stage=_stage(outcome, missing),
            rank=outcome.rank,
            first=outcome.files[0] if outcome.files else "",
            gold=tuple(gold.path for gold in question.gold),
            missing=missing,
            confidence=answer.confidence,
        )


def _stage(outcome: Outcome, missing: Sequence[str]) -> Stage:
    if not outcome.question.answerable:
        return Stage.ANSWERED
    if outcome.rank is None or outcome.rank > DEPTH:
        return Stage.NOT_RETRIEVED
    if outcome.answer.abstained:
        return Stage.DECLINED
    if outcome.rank > 1:
        return Stage.OTHER_FILE_FIRST
    return Stage.HALF_MISSING if len(missing) < len(outcome.question.must_include) else Stage.WRONG_PART
