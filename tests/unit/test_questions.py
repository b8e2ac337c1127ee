"""Question files and what an answer must include."""

from __future__ import annotations

from pathlib import Path

import pytest

from answers.questions import Gold, includes_all, load_questions
from connectors.errors import ConfigurationError

FULL = (
    '{"id": "q1", "question": "How long?", "lang": "en", "kind": "fact", "need": "all",'
    ' "gold": [{"path": "a.md", "quote": "7 days"}], "answer": "7", "must_include": ["7 days|a week"]}'
)


def written(folder: Path, text: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_fields_are_read(tmp_path: Path) -> None:
    (question,) = load_questions(written(tmp_path, FULL + "\n\n"))
    assert question.gold == (Gold("a.md", "7 days"),)
    assert question.must_include == ("7 days|a week",)
    assert question.needs_all
    assert question.answerable


def test_a_question_without_gold_is_unanswerable(tmp_path: Path) -> None:
    (question,) = load_questions(written(tmp_path, '{"id": 1, "question": "Who?", "gold": []}'))
    assert not question.answerable
    assert (question.id, question.lang, question.kind, question.needs_all) == ("1", "en", "", False)


def test_odd_line_ends_inside_a_string_are_no_line_ends(tmp_path: Path) -> None:
    (question,) = load_questions(written(tmp_path, '\ufeff{"id": "1", "question": "a\u2028b\x85c"}\r\n'))
    assert question.question == "a\u2028b\x85c"


@pytest.mark.parametrize(
    "line",
    ["{", "3", '["id"]', '{"id": "1"}', '{"id": "1", "question": "?", "gold": [{"quote": "x"}]}',
     '{"id": "1", "question": "?", "must_include": ["a|"]}', '{"id": "1", "question": "?", "must_include": [" "]}',
     '{"id": "1", "question": "?", "must_include": "abc"}', '{"id": "1", "question": "?", "gold": "a.md"}'],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigurationError, match=r"questions\.jsonl:2: no valid question"):
        load_questions(written(tmp_path, f"{FULL}\n{line}\n"))


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the key 'question' is missing"):
        load_questions(written(tmp_path, '{"id": "1"}'))
    with pytest.raises(ConfigurationError, match="holds no question; write one JSON object a line"):
        load_questions(written(tmp_path, "\n"))


def test_an_unreadable_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_questions(tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_questions(tmp_path / "latin.jsonl")


@pytest.mark.parametrize(
    "answer", ["It is 3.", "3 pods", "(3)", "replicas=3", "a 3-node cluster", "ports 1,3"]
)
def test_a_number_that_stands_alone_is_found(answer: str) -> None:
    assert includes_all(answer, ["3"])


@pytest.mark.parametrize("answer", ["13", "3.5", "30", "v3", "1.3", "3rd", "3,000", ""])
def test_a_number_inside_another_is_not(answer: str) -> None:
    assert not includes_all(answer, ["3"])


def test_every_item_is_needed_in_any_of_its_forms() -> None:
    assert includes_all("Kept for A WEEK in S3", ["7 days|a week", "s3"])
    assert not includes_all("Kept for a week", ["7 days|a week", "s3"])
    assert includes_all("anything", [])
