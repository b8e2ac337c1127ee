"""What was judged becomes a question file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from answers.feedback import question_lines
from answers.history import Asked
from connectors.documents import Document

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STORED = {
    "files:docs/a.md": Document("files:docs/a.md", "A", "x", (), "docs", "page", path="a.md"),
    "notion:wiki/1": Document("notion:wiki/1", "B", "x", (), "wiki", "page"),
}


def asked(question: str, helpful: bool | None, *cited: str, ident: str = "1") -> Asked:
    return Asked(ident, NOW, question, question, not cited, 0.5, cited, helpful)


def lines(*some: Asked, everything: bool = False) -> list[dict[str, Any]]:
    found = question_lines(
        some, lambda ids: {i: STORED[i] for i in ids if i in STORED}, everything=everything
    )
    return [json.loads(line) for line in found]


def test_the_documents_of_a_helpful_answer_are_gold() -> None:
    (line,) = lines(asked("how?", True, "files:docs/a.md", "notion:wiki/1"))
    assert [gold["path"] for gold in line["gold"]] == ["docs/a.md", "notion:wiki/1"]
    assert (line["question"], line["kind"], line["lang"]) == ("how?", "helpful", "en")


def test_a_helpful_abstention_is_unanswerable() -> None:
    (line,) = lines(asked("工资多少？", True))
    assert (line["gold"], line["kind"], line["lang"]) == ([], "unanswerable", "zh")


def test_what_is_right_instead_of_an_unhelpful_answer_is_not_known() -> None:
    some = (asked("how?", False, "files:docs/a.md"), asked("why?", None))
    assert lines(*some) == []
    (line,) = lines(*some, everything=True)
    assert (line["gold"], line["kind"]) == ([], "unhelpful")


def test_the_newest_verdict_counts() -> None:
    some = (asked("How?", False, "files:docs/a.md"), asked("how?", True, "notion:wiki/1", ident="2"))
    assert [line["id"] for line in lines(*some)] == ["2"]
    assert [line["id"] for line in lines(*some, everything=True)] == ["2"]


def test_a_helpful_answer_whose_documents_are_gone_is_no_question_any_more() -> None:
    assert lines(asked("how?", True, "files:docs/gone.md")) == []
