"""The connector asks, and the fake server answers, in Notion's own wire format."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.notion_crawls import LARGE, connector, crawl
from tests.servers.notion import NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

SHARED = Path(__file__).resolve().parents[2] / "../shared"
Json = dict[str, Any]
OURS = {"on"}
"""Keys that only the fake needs."""


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


class Recorder(NotionServer):
    """Keeps what was asked and answered."""

    def __init__(self, workspace: NotionWorkspace) -> None:
        super().__init__(workspace)
        self.asked: list[tuple[str, str, dict[str, str], Json]] = []
        self.answered: list[Json] = []

    def answer(self, method: str, path: str, query: dict[str, str], body: Json) -> Json:
        self.asked.append((method, path, query, body))
        data = super().answer(method, path, query, body)
        self.answered += [data, *data.get("results", [])]
        return data


def conversation() -> Recorder:
    """A crawl of a workspace with something of everything."""
    workspace = NotionWorkspace()
    home = workspace.add_page("Home", *[block("paragraph", f"line {number}") for number in range(120)])
    workspace.comment(home, "Is it right?")
    workspace.comment(home, "And this?", block=workspace.below[home][0])
    database, source = workspace.add_database("Services", parent=home)
    many = [{"id": home}] * 30
    workspace.add_page("cart", parent=source, Owns={"id": "rel", "type": "relation", "relation": many})
    workspace.unlisted = {home}
    with serving(workspace) as running:
        recorder = Recorder(workspace)
        recorder.url = running.url
        running.answer = recorder.answer  # type: ignore[method-assign]
        assert connector(running).check().ok
        checkpoint = crawl(running).checkpoint
        workspace.trash(database)
        crawl(running, checkpoint, pace=LARGE)
        crawl(running, checkpoint)
    return recorder


def test_every_request_is_one_that_the_api_documents() -> None:
    paths = json.loads(shared("openapi/notion-openapi.json").read_text())["paths"]
    asked = conversation().asked
    used: set[str] = set()
    for method, path, query, body in asked:
        template = next(
            (t for t in paths if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", t), path) and method.lower() in paths[t]
             and (path == t or "{" in t)),
            None,
        )  # fmt: skip
        assert template, f"{method} {path} is in no document"
        used.add(template)
        operation = paths[template][method.lower()]
        assert set(query) <= {parameter.get("name") for parameter in operation.get("parameters", [])}
        schema = (
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        assert set(body) <= set(schema.get("properties", {}))
    assert len(used) >= 9


def test_the_fake_sends_no_key_that_notion_does_not_send() -> None:
    real: dict[str, set[str]] = {}

    def learn(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("object"), str):
                real.setdefault(value["object"], set()).update(value)
            for held in value.values():
                learn(held)
        elif isinstance(value, list):
            for held in value:
                learn(held)

    with gzip.open(shared("payloads/notion-responses.jsonl.gz"), "rt") as lines:
        for line in lines:
            learn(json.loads(line)["response"])
    sent = conversation().answered
    kinds = {item["object"] for item in sent}
    assert {"page", "database", "data_source", "block", "comment", "user", "list"} <= kinds
    for item in sent:
        # What an object of some type holds stands under the name of that type.
        assert set(item) - OURS - {item.get("type")} <= real[item["object"]], item["object"]


def test_a_page_in_the_trash_stands_on_no_page_however_often_it_was_brought_back() -> None:
    workspace = NotionWorkspace()
    home = workspace.add_page("Home")
    page = workspace.add_page("Child", parent=home)
    workspace.restore(page)
    assert workspace.below[home] == [page]
    workspace.trash(page)
    workspace.trash(page)
    assert workspace.below[home] == []
    workspace.restore(page)
    assert workspace.below[home] == [page]
