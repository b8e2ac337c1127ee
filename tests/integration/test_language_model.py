"""Answers with a language model over real HTTP: the client, the configuration, the stream, and what is kept secret."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from answers.llm import Endpoint, Llm, LlmError
from api.app import create_app
from api.cli import main
from api.settings import load_settings
from bench.hashing import HashingModel
from tests.servers.llm import FAILURES, LanguageModel, invents, loops, served, truthful

KEY = "sk-very-secret"
PAGE = """# Roll back checkout

Stop the automated sync of checkout first. Roll back checkout to the version before.

```bash
argocd app rollback checkout 214
```
"""
QUESTION = "how do I roll back checkout to the version before?"


@pytest.fixture
def model() -> Iterator[LanguageModel]:
    with served(LanguageModel(key=KEY)) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "rollback.md").write_text(PAGE)
    path = tmp_path / "config.yaml"
    path.write_text(
        "sources:\n  - {name: pages, type: files, path: pages}\nindex: {path: state}\n"
        f"answers: {{llm: {{base_url: '{model.url}', model: m, api_key: {KEY}, timeout: 30}}}}\n"
    )
    assert main(["--config", str(path), "ingest"]) == 0
    return path


def an_llm(model: LanguageModel, **more: Any) -> Llm:
    return Llm(Endpoint(model.url, "m", **{"api_key": KEY, "timeout": 30.0, **more}))


def ask(config: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["--config", str(config), "ask", QUESTION, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_the_client_sends_what_is_configured(model: LanguageModel) -> None:
    llm = an_llm(model, max_tokens=50)
    assert (
        "".join(llm.stream("be brief", "hello"))
        == "Nothing is known of this. [1]\nNothing is known of this. [1]"
    )
    (asked,) = model.asked
    assert (asked["model"], asked["stream"], asked["max_tokens"], asked["temperature"]) == (
        "m",
        True,
        50,
        0.0,
    )
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert model.keys == [KEY]


def test_no_key_of_the_environment_is_sent(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    model.key = ""
    list(an_llm(model, api_key=None).stream("s", "u"))
    assert model.keys == ["none"]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_one_error_without_a_second_try_or_a_secret(model: LanguageModel, failure: str) -> None:
    model.failure = failure
    with pytest.raises(LlmError) as caught:
        list(an_llm(model, timeout=1.0 if failure == "stalls" else 30.0).stream("s", "the prompt"))
    assert len(model.asked) == 1
    for secret in (KEY, "the prompt"):
        assert secret not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_error_names_the_models_that_the_server_has(model: LanguageModel) -> None:
    model.offers = ("qwen2.5:7b", "llama3.2", KEY, "two words", "x" * 300)
    with pytest.raises(LlmError) as caught:
        list(an_llm(model).stream("s", "u"))
    assert str(caught.value) == (
        "the model's server has no model `m`; set `answers.llm.model` to one that it has: qwen2.5:7b, llama3.2"
    )


@pytest.mark.parametrize(("offers", "says"), [((), "check `answers.llm.base_url`"), (("m",), "answered 429")])
def test_an_error_does_not_blame_a_model_that_is_there_or_a_server_without_a_list(
    model: LanguageModel, offers: tuple[str, ...], says: str
) -> None:
    model.offers, model.failure = offers, "status_429" if offers else "status_404"
    with pytest.raises(LlmError, match=says):
        list(an_llm(model).stream("s", "u"))


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    llm = Llm(Endpoint("http://127.0.0.1:9/v1", "m", timeout=30.0))
    with pytest.raises(LlmError, match=r"cannot be reached; check `answers\.llm\.base_url` and that it runs"):
        list(llm.stream("s", "u"))


def test_chunks_without_a_choice_or_content_are_passed_over(model: LanguageModel) -> None:
    model.failure = "odd_chunks"
    assert "".join(an_llm(model).stream("s", "u")).startswith("Nothing is known of this. [1]")


def test_a_reply_without_end_is_cut_off(model: LanguageModel) -> None:
    model.say = loops
    assert len("".join(an_llm(model, max_tokens=20).stream("s", "u"))) == 240


def test_an_answer_with_a_model_says_what_the_page_says(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(config, capsys)
    assert answer["mode"] == "llm"
    assert [c["number"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert all(c["quote"] in PAGE for c in answer["citations"])
    assert all(claim["text"] in PAGE and claim["citations"] for claim in answer["claims"])
    assert "argocd app rollback checkout 214" in answer["answer"]


@pytest.mark.parametrize("failure", ["status_429", "status_500", "status_503", "no_choice", "cut", "html"])
def test_the_extractive_answer_stays_where_the_model_fails(
    config: Path, model: LanguageModel, failure: str, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    model.say = invents
    before = ask(config, capsys)
    model.failure = failure
    with caplog.at_level(logging.DEBUG):
        answer = ask(config, capsys)
    assert answer["mode"] == before["mode"] == "extractive"
    assert answer["answer"] == before["answer"]
    assert "answered without the model" in caplog.text
    for secret in (KEY, QUESTION, "automated sync"):
        assert secret not in caplog.text


def events(config: Path) -> list[tuple[str, dict[str, Any]]]:
    settings = load_settings(config)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        text = client.post("/v1/ask", json={"question": QUESTION, "stream": True}).text
    found = [
        dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\r\n\r\n") if block
    ]
    return [(event["event"], json.loads(event["data"])) for event in found if "data" in event]


def test_a_stream_holds_the_verified_parts_and_then_the_answer(config: Path) -> None:
    found = events(config)
    assert [name for name, _ in found[:2]] == ["retrieved", "delta"]
    (name, answer) = found[-1]
    assert (name, answer["mode"]) == ("answer", "llm")
    assert "".join(data["text"] for name, data in found if name == "delta") == answer["answer"]


def test_a_stream_of_lies_is_the_extractive_answer(config: Path, model: LanguageModel) -> None:
    model.say = invents
    found = events(config)
    assert found[-1][1]["mode"] == "extractive"
    assert "".join(data["text"] for name, data in found if name == "delta") == found[-1][1]["answer"]


def test_doctor_asks_the_endpoint(
    config: Path, model: LanguageModel, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config), "doctor"]) == 0
    assert f"ok   language model: m at {model.url} answers" in capsys.readouterr().out
    model.key = "another"
    assert main(["--config", str(config), "doctor"]) == 3
    out = capsys.readouterr().out
    assert "FAIL language model" in out
    assert "check `answers.llm.api_key`" in out
    model.key, model.offers = "", ("another-model",)
    assert main(["--config", str(config), "doctor"]) == 3
    assert "to one that it has: another-model" in capsys.readouterr().out
    assert KEY not in out


def test_a_question_without_an_answer_is_not_sent(
    config: Path, model: LanguageModel, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["--config", str(config), "ask", "who won the world cup in 1998?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["abstained"] is True
    assert model.asked == []


def test_what_is_sent_are_the_readable_pages_alone(
    config: Path, model: LanguageModel, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = config.parent / "secret"
    pages.mkdir()
    (pages / "salaries.md").write_text(
        "# Roll back checkout salaries\n\nRoll back checkout salaries in May.\n"
    )
    config.write_text(
        config.read_text().replace(
            "index:", "  - {name: secret, type: files, path: secret, access: [ops]}\nindex:"
        )
    )
    assert main(["--config", str(config), "ingest"]) == 0
    model.say = truthful
    ask(config, capsys)
    assert "salaries" not in json.dumps(model.asked)


def test_replies_that_are_left_early_leave_nothing_behind(model: LanguageModel) -> None:
    model.say = loops
    llm = an_llm(model, max_tokens=500)
    for _ in range(30):
        reply = llm.stream("s", "u")
        next(reply)
        reply.close()
    model.say = truthful
    assert "".join(llm.stream("s", "u"))
    for thread in threading.enumerate():
        if thread.name == "llm":
            thread.join(10)
            assert not thread.is_alive()
