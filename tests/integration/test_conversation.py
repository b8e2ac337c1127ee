"""Conversations over HTTP and on the command line: stored, private to their owner, expiring."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from answers.history import History
from answers.model import Answer
from api.cli import main
from index.search_types import Filters
from tests.integration.fakes import FakeServices, write_config
from tests.integration.test_api import AUTH, PUBLIC_DOC, Api, events, problem

FIRST = "how do I roll back checkout in production?"
NEXT = "and in staging?"
MEANT = "how do I roll back checkout in staging?"


def asked(api: Api) -> str:
    return api.services.asked[-1][0]


def test_a_follow_up_is_answered_as_it_is_meant_and_says_so(tmp_path: Path) -> None:
    api = Api(tmp_path)
    first = api.ask(FIRST).json()
    assert (first["understood"], asked(api)) == (None, FIRST)
    second = api.ask(NEXT, conversation_id=first["conversation_id"]).json()
    assert asked(api) == MEANT
    assert (second["question"], second["understood"]) == (NEXT, MEANT)
    assert second["answer"].startswith(f"*Understood as: {MEANT}*\n\n")
    assert second["conversation_id"] == first["conversation_id"]
    api.ask("what about payments?", conversation_id=first["conversation_id"])
    assert asked(api) == "how do I roll back payments in staging?"


def test_a_streamed_follow_up_is_understood_too(tmp_path: Path) -> None:
    api = Api(tmp_path)
    api.ask(FIRST, conversation_id="mine")
    assert MEANT in api.ask(NEXT, conversation_id="mine", stream=True).text
    assert [text for text, _ in api.services.asked] == [FIRST, MEANT, MEANT]


def test_what_a_model_writes_begins_with_how_it_was_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(tmp_path)
    api.ask(FIRST, conversation_id="mine")
    answer = api.services.ask

    def telling(question: str, filters: Filters, tell: Callable[[str], None] | None = None) -> Answer:
        if tell is not None:
            tell("A part. ")
            tell("Another.")
        return answer(question, filters)

    monkeypatch.setattr(api.services, "ask", telling)
    told = [
        data["text"]
        for name, data in events(api.ask(NEXT, conversation_id="mine", stream=True))
        if name == "delta"
    ]
    assert told == [f"*Understood as: {MEANT}*\n\n", "A part. ", "Another."]


def test_without_its_conversation_a_question_is_taken_by_itself(tmp_path: Path) -> None:
    api = Api(tmp_path)
    api.ask(FIRST, conversation_id="mine")
    api.ask(NEXT)
    assert asked(api) == NEXT
    api.ask(NEXT, conversation_id="another")
    assert asked(api) == NEXT
    problem(api.ask(NEXT, conversation_id=""), 422)
    problem(api.ask(NEXT, conversation_id="x" * 201), 422)


def test_a_conversation_is_private_to_its_owner(tmp_path: Path) -> None:
    api = Api(tmp_path, AUTH)
    api.ask(FIRST, "t-ops", conversation_id="shared")
    body = api.ask(NEXT, "t-eng", conversation_id="shared").json()
    assert (asked(api), body["understood"]) == (NEXT, None)
    api.ask(NEXT, "t-ops", conversation_id="shared")
    assert asked(api) == MEANT


def test_a_conversation_outlives_the_server_and_expires(tmp_path: Path) -> None:
    Api(tmp_path).ask(FIRST, conversation_id="mine")
    api = Api(tmp_path)
    now = datetime.now(UTC)
    api.services.questions = History(tmp_path / "state", now=lambda: now + timedelta(hours=23))
    api.ask(NEXT, conversation_id="mine")
    assert asked(api) == MEANT
    api.services.questions = History(tmp_path / "state", now=lambda: now + timedelta(hours=48))
    api.ask(NEXT, conversation_id="mine")
    assert asked(api) == NEXT


def test_a_broken_store_only_costs_the_conversation(tmp_path: Path) -> None:
    api = Api(tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "asked.db").write_bytes(b"no database" * 100)
    assert api.ask(NEXT, conversation_id="mine").status_code == 200
    assert asked(api) == NEXT


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[FakeServices]:
    opened: list[FakeServices] = []

    def opener(settings: object) -> FakeServices:
        opened.append(FakeServices(settings, [PUBLIC_DOC]))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr("api.services.opener", opener)
    write_config(tmp_path)
    return opened


def test_the_command_line_follows(
    tmp_path: Path, services: list[FakeServices], capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*arguments: str) -> int:
        return main(["--config", str(tmp_path / "config.yaml"), "ask", *arguments])

    assert ask(NEXT, "--follow") == 2
    assert "nothing was asked yet" in capsys.readouterr().err
    ask(FIRST)
    capsys.readouterr()
    assert ask("--follow", NEXT, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["understood"] == MEANT
    ask("--conversation", answer["conversation_id"], "what about weather?")
    assert services[-1].asked[-1][0] == "how do I roll back weather in staging?"
    assert "Understood as: how do I roll back weather in staging?" in capsys.readouterr().out
