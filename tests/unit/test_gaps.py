"""Questions without an answer are put together, and the page that should exist gets a title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.gaps import Question, gaps, title_of, unanswered, unreached
from answers.history import Asked
from index.vectors import Vectors

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def asked(question: str, *cited: str, helpful: bool | None = None, comment: str = "") -> Asked:
    return Asked("1", NOW, question, question, not cited, 0.5, cited, helpful, comment)


def by_words(texts: Sequence[str]) -> Vectors:
    """A unit vector of hashed words a text."""
    rows = np.full((len(texts), 64), 1e-3, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split():
            row[sum(word.encode()) % 64] += 1
    normal: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normal


def test_what_was_declined_or_did_not_help_is_open() -> None:
    found = unanswered(
        [
            asked("how do I park?"),
            asked("How do I park"),
            asked("what is cart?", "files:a"),
            asked("where are logs?", "files:b", helpful=False, comment="old"),
            asked("what does she earn?", helpful=True),
        ]
    )
    assert [(q.text, q.times, q.unhelpful, q.cited, q.comments) for q in found] == [
        ("How do I park", 2, False, (), ()),
        ("where are logs?", 1, True, ("files:b",), ("old",)),
    ]


def test_what_was_answered_later_is_no_gap_any_more() -> None:
    assert unanswered([asked("how do I park?"), asked("how do I park?", "files:parking")]) == []


def test_like_questions_make_one_gap() -> None:
    questions = [
        Question(text, 1, False)
        for text in ("rotate the vault token", "how do I rotate the vault token", "holiday allowance")
    ]
    found = gaps(questions, by_words)
    assert [[q.text for q in gap.questions] for gap in found] == [
        ["rotate the vault token", "how do I rotate the vault token"],
        ["holiday allowance"],
    ]


def test_what_is_asked_most_comes_first() -> None:
    found = gaps(
        [Question("holiday allowance", 1, False), Question("vault token", 9, True, ("a",))], by_words
    )
    assert [(gap.times, gap.cited) for gap in found] == [(9, ("a",)), (1, ())]
    assert gaps([], by_words) == []


@given(st.lists(st.text(max_size=30), max_size=12, unique=True))
def test_every_question_is_in_exactly_one_gap(texts: list[str]) -> None:
    questions = [Question(text, 1, False) for text in texts]
    found = gaps(questions, by_words)
    assert sorted(q.text for gap in found for q in gap.questions) == sorted(texts)
    assert found == gaps(questions, by_words)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("how do I rotate the vault token?", "How to rotate the vault token"),
        ("ok, so how can we park", "How to park"),
        ("what is the holiday allowance?", "Holiday allowance"),
        ("where are the dashboards", "Dashboards"),
        ("who approves deploys?", "Who approves deploys"),
        ("why do we use argo", "Why we use argo"),
        ("why is cart slow?", "Why is cart slow"),
        ("怎么轮换令牌？", "如何轮换令牌"),
        ("vault", "Vault"),
        ("?", ""),
        ("x " * 80, ("X " + "x " * 44).rstrip() + "…"),
    ],
)
def test_a_title_is_proposed(question: str, title: str) -> None:
    assert title_of(question) == title


def test_pages_that_no_answer_cites_are_known() -> None:
    rest = unreached([asked("a", "files:a"), asked("b")], ["files:a", "files:b"])
    assert (rest.documents, rest.of) == (("files:b",), 2)
