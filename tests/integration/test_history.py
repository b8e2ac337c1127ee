"""What was asked is kept: private, bounded, masked; and feedback over HTTP."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from answers.history import FILE, History, Retention
from answers.model import Answer
from answers.questions import load_questions
from api.cli import main
from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from tests.integration.fakes import FakeServices, a_document, an_answer, write_config
from tests.integration.test_api import AUTH, PUBLIC_DOC, Api, problem

TOKEN = "ghp_" + "a1B2c3D4" * 4 + "e5F6"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def ask(history: History, ident: str, question: str = "how?", owner: str = "me", talk: str = "") -> None:
    history.record(Answer(ident, question, "…", True, 0.1), owner, talk)


def test_it_holds_the_question_and_what_answered_it(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.record(an_answer("how?", a_document("files:docs/a.md")), "me")
    (kept,) = history.all()
    assert (kept.id, kept.question, kept.abstained, kept.confidence) == ("a1", "how?", False, 0.87)
    assert (kept.cited, kept.helpful) == (("files:docs/a.md",), None)


def test_it_is_for_its_owner_alone_and_holds_no_credential(tmp_path: Path) -> None:
    history = History(tmp_path)
    ask(history, "1", f"why is {TOKEN} refused?")
    assert history.judge("1", "me", False, f"use {TOKEN}")
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert TOKEN.encode() not in file.read_bytes()
    assert "is" in history.all()[0].question


def test_it_is_bounded_by_number_and_by_age(tmp_path: Path) -> None:
    clock = Clock()
    history = History(tmp_path, Retention(days=2, most=3), clock)
    for number in range(5):
        ask(history, str(number))
    assert [one.id for one in history.all()] == ["2", "3", "4"]
    clock.now += timedelta(days=3)
    assert history.all() == []
    assert not history.judge("4", "me", True)
    ask(history, "5")
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM asked").fetchone() == (1,)


def test_a_conversation_is_its_owners_and_expires(tmp_path: Path) -> None:
    clock = Clock()
    history = History(tmp_path, now=clock)
    for number in range(4):
        ask(history, str(number), talk="c")
    ask(history, "x", owner="other", talk="c")
    hour = timedelta(hours=1)
    assert [one.id for one in history.turns("me", "c", 3, hour)] == ["1", "2", "3"]
    assert [one.id for one in history.turns("other", "c", 3, hour)] == ["x"]
    assert history.turns("me", "d", 3, hour) == history.turns("me", "", 3, hour) == []
    clock.now += 2 * hour
    assert history.turns("me", "c", 3, hour) == []


def test_reading_makes_no_file(tmp_path: Path) -> None:
    history = History(tmp_path / "state")
    assert (history.all(), history.latest("me")) == ([], None)
    assert not (tmp_path / "state").exists()


def test_a_file_that_cannot_be_used_is_a_clear_error(tmp_path: Path) -> None:
    history = History(tmp_path)
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(UnreachableError, match="only what was asked is forgotten"):
        history.all()
    (tmp_path / FILE).unlink()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(ConfigurationError, match="another version"):
        ask(history, "1")
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises((TemporaryError, OSError)):
        ask(history, "1")


# Over HTTP


def judge(api: Api, token: str = "", **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return api.client.post("/v1/feedback", json=body, headers=headers)


def test_feedback_on_an_answer_is_kept(tmp_path: Path) -> None:
    api = Api(tmp_path)
    answer = api.ask().json()
    response = judge(api, answer_id=answer["id"], helpful=True, comment="just right")
    assert (response.status_code, response.json()) == (200, {"answer_id": answer["id"], "helpful": True})
    (kept,) = api.services.questions.all()
    assert (kept.helpful, kept.comment, kept.cited) == (True, "just right", (PUBLIC_DOC.id,))
    judge(api, answer_id=answer["id"], helpful=False)
    assert api.services.questions.all()[0].helpful is False


def test_a_streamed_answer_can_be_judged_too(tmp_path: Path) -> None:
    api = Api(tmp_path)
    assert "event: answer" in api.ask(stream=True).text
    (kept,) = api.services.questions.all()
    assert judge(api, answer_id=kept.id, helpful=True).status_code == 200


def test_only_who_asked_may_judge(tmp_path: Path) -> None:
    api = Api(tmp_path, AUTH)
    ident = api.ask(token="t-ops").json()["id"]
    unknown = problem(judge(api, "t-ops", answer_id="nothing", helpful=True), 404)["detail"]
    assert problem(judge(api, "t-eng", answer_id=ident, helpful=True), 404)["detail"] == unknown
    problem(judge(api, answer_id=ident, helpful=True), 401)
    assert judge(api, "t-ops", answer_id=ident, helpful=True).status_code == 200
    assert b"t-ops" not in (tmp_path / "state" / FILE).read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answer_id": "a1"},
        {"answer_id": "a1", "helpful": "perhaps"},
        {"answer_id": "a1", "helpful": True, "comment": "x" * 2_001},
        {"answer_id": "", "helpful": True},
        {"answer_id": "a1", "helpful": True, "stars": 5},
    ],
)
def test_a_broken_word_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    problem(judge(Api(tmp_path), **body), 422)


def test_an_answer_is_given_where_it_cannot_be_kept(tmp_path: Path) -> None:
    api = Api(tmp_path)
    (tmp_path / "state" / FILE).mkdir(parents=True)
    assert api.ask().status_code == 200


# On the command line


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("api.services.opener", lambda s: FakeServices(s, [PUBLIC_DOC]))
    return write_config(tmp_path)


def test_feedback_is_exported_as_a_question_file(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def kubelore(*arguments: str) -> int:
        return main(["--config", str(config), *arguments])

    assert kubelore("feedback", "give", "--helpful") == 2
    assert "ask with `kubelore ask` first" in capsys.readouterr().err
    assert kubelore("ask", "how do I roll back checkout?") == 0
    assert kubelore("feedback", "give", "--helpful", "--comment", "yes") == 0
    file = tmp_path / "questions.jsonl"
    assert kubelore("feedback", "export", "-o", str(file)) == 0
    (question,) = load_questions(file)
    assert (question.question, question.gold[0].path) == (
        "how do I roll back checkout?",
        "docs/guides/checkout.md",
    )
    capsys.readouterr()
    assert kubelore("feedback", "export") == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["comment"] == "yes"
    assert "1 questions of 1" in captured.err


def test_an_export_into_nowhere_is_a_clear_error(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = os.path.join("nowhere", "x.jsonl")
    assert main(["--config", str(config), "feedback", "export", "-o", path]) == 1
    assert "No such file" in capsys.readouterr().err
