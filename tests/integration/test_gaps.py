"""`kubelore gaps` over what was asked through the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from tests.integration.fakes import FakeServices, a_document, write_config

PAGES = [a_document("files:docs/checkout.md"), a_document("files:docs/unused.md")]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("api.services.opener", lambda settings: FakeServices(settings, PAGES))
    return write_config(tmp_path)


def gaps(config: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["--config", str(config), "gaps", "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def ask(config: Path, *questions: str) -> TestClient:
    settings = load_settings(config, {})
    client = TestClient(create_app(settings, FakeServices(settings, PAGES)), base_url="http://localhost")
    for question in questions:
        assert client.post("/v1/ask", json={"question": question}).status_code == 200
    return client


def test_declined_questions_ask_for_a_page(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(config, "how do I change the weather?", "change the weather", "roll back checkout")
    report = gaps(config, capsys)
    assert (report["asked"], report["declined"], report["unhelpful"]) == (3, 2, 0)
    (gap,) = report["gaps"]
    assert (gap["action"], gap["times"], len(gap["questions"])) == ("write", 2, 2)
    assert "weather" in gap["title"].lower()
    assert gap["nearest"][0]["document_id"] == PAGES[0].id
    assert report["unreached"]["count"] == 1
    assert [page["path"] for page in report["unreached"]["documents"]] == ["unused.md"]
    assert report["contradictions"] == []


def test_an_answer_that_did_not_help_asks_for_a_better_page(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = ask(config)
    ident = client.post("/v1/ask", json={"question": "how do I roll back checkout?"}).json()["id"]
    body = {"answer_id": ident, "helpful": False, "comment": "this is for the old cluster"}
    assert client.post("/v1/feedback", json=body).status_code == 200
    (gap,) = gaps(config, capsys)["gaps"]
    assert (gap["title"], gap["action"]) == ("How to roll back checkout", "improve")
    assert gap["questions"][0]["comments"] == ["this is for the old cluster"]
    assert main(["--config", str(config), "gaps"]) == 0
    shown = capsys.readouterr().out
    assert "improve: How to roll back checkout  (1 time)" in shown
    assert "“this is for the old cluster”" in shown


def test_without_questions_nothing_is_missing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = gaps(config, capsys)
    assert (report["gaps"], report["since"], report["unreached"]["count"]) == ([], None, 2)
