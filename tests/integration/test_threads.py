"""Requests beside each other: nobody waits for somebody else's question, and nobody gets another's answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from answers.model import Answer
from api.cli import main
from api.engines import Engines
from api.settings import load_settings
from api.wiring import Wiring
from index.search_types import Filters
from tests.integration.test_wiring import HashingModel

ANSWER = Answer("1", "slow", "It is told.", False, 0.9)
QUESTIONS = [f"how do I restart the {name} deployment?" for name in ("cart", "till", "stock", "mail")]


@pytest.fixture
def wiring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    (tmp_path / "pages").mkdir()
    for name in ("cart", "till", "stock", "mail"):
        text = f"# Restart {name}\n\nRun `kubectl rollout restart deployment {name}`, then watch {name}.\n"
        (tmp_path / "pages" / f"{name}.md").write_text(text)
    config = tmp_path / "config.yaml"
    config.write_text("sources: [{name: pages, type: files, path: pages}]\nindex: {path: state}\n")
    assert main(["--config", str(config), "ingest", "--json"]) == 0
    return Wiring(load_settings(config, {}))


def test_eight_threads_get_what_one_gets(wiring: Wiring) -> None:
    def told(question: str) -> Any:
        answer = replace(wiring.answerer.ask(question, Filters()), id="", took_ms=0)
        return answer, wiring.searcher.search(question, 5, Filters())

    with ThreadPoolExecutor(8) as pool:  # first, so that the parts are opened by eight threads at once
        beside = list(pool.map(told, QUESTIONS * 20))
    alone = [told(question) for question in QUESTIONS]
    assert len({answer.answer for answer, _ in alone}) == len(QUESTIONS)
    assert beside == alone * 20
    wiring.close()


class _Slow:
    """An engine whose answer takes until it is released."""

    def __init__(self) -> None:
        self.begun, self.released = threading.Event(), threading.Event()

    def ask_with_study(self, question: str, filters: Filters) -> tuple[Answer, None]:
        self.begun.set()
        assert self.released.wait(60)
        return ANSWER, None

    def search(self, query: str, k: int, filters: Filters) -> list[str]:
        return ["found"]


@pytest.mark.parametrize("one_at_a_time", [False, True])
def test_a_slow_question_holds_up_others_only_where_the_model_cannot_be_shared(one_at_a_time: bool) -> None:
    slow = cast(Any, _Slow())
    engines = Engines(slow, slow, one_at_a_time=one_at_a_time, add=lambda answer, _: answer)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(engines.ask, "slow", Filters())
        assert slow.begun.wait(60)
        searched = pool.submit(engines.search, "quick", 1, Filters())
        if one_at_a_time:
            with pytest.raises(TimeoutError):
                searched.result(0.2)
        else:
            assert cast(Any, searched.result(10)) == ["found"]
        slow.released.set()
        assert (asked.result(10), searched.result(10)) == (ANSWER, ["found"])
