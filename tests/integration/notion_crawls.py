"""What tests of the Notion connector share: crawls of a fake workspace, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.base import Item
from connectors.documents import Document, Failure, Unchanged
from connectors.http.policy import Policy
from connectors.notion.connector import NotionConnector
from connectors.notion.pace import Pace
from ingest.protection import protection
from tests.servers.notion import TOKEN, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

LARGE = Pace(sweep_requests=0)
"""Takes every workspace for one that is too large to be looked at whole in each crawl."""
PATIENT = Policy(budget=900)
"""Waits are the fake's; a machine that stops for a while must not make a request be given up and asked again."""
HASTY = Policy(read_seconds=0.3, answer_seconds=0.5, budget=900)
"""Gives an answer up that stops on its way: for the faults that are slow."""


@dataclass
class Crawled:
    """The items of a crawl and its checkpoint, as it comes back from a ledger."""

    items: list[Item] = field(default_factory=list)
    checkpoint: dict[str, Any] = field(default_factory=dict)

    @property
    def documents(self) -> dict[str, Document]:
        """The documents by their uuid."""
        found = [item for item in self.items if isinstance(item, Document)]
        assert len({document.id for document in found}) == len(found), "an id twice in one crawl"
        return {uuid(document.id): document for document in found}

    @property
    def unchanged(self) -> set[str]:
        """The uuids of what is only named."""
        return {uuid(name) for item in self.items if isinstance(item, Unchanged) for name in item.ids}

    @property
    def named(self) -> set[str]:
        """The uuids of all that exists."""
        return self.unchanged | set(self.documents)

    @property
    def failures(self) -> list[Failure]:
        """What could not be read."""
        return [item for item in self.items if isinstance(item, Failure)]

    def reasons(self) -> str:
        """All that failed, as one text."""
        return "\n".join(f"{f.item}: {f.reason}" for f in self.failures)


def uuid(document_id: str) -> str:
    """The last part of an id."""
    return document_id.removeprefix("notion:wiki/")


def connector(server: NotionServer, **options: Any) -> NotionConnector:
    """A connector to the fake, whose waits only move the fake's clock."""
    given: dict[str, Any] = {"url": server.url, "clock": server.workspace.time.clock, "policy": PATIENT}
    return NotionConnector("wiki", **{"token": TOKEN, **given, **options})


def crawl(server: NotionServer, checkpoint: Mapping[str, Any] | None = None, **options: Any) -> Crawled:
    """One whole crawl."""
    crawled = Crawled()
    crawling = connector(server, **options).crawl(checkpoint)
    while True:
        try:
            crawled.items.append(next(crawling))
        except StopIteration as end:
            crawled.checkpoint = json.loads(json.dumps(end.value))
            return crawled


class Mirror:
    """What a ledger would hold after each crawl: the newest documents, and none that has gone."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.checkpoint: dict[str, Any] | None = None

    def take(self, crawled: Crawled) -> None:
        """Apply a finished crawl as `ingest.run` does."""
        stored = {document.id: document for document in crawled.documents.values()}
        for name in crawled.unchanged:
            assert f"notion:wiki/{name}" in self.documents, "called unchanged, but never read"
        exact, is_hidden = protection(f.item for f in crawled.failures if f.temporary)
        kept = {f"notion:wiki/{name}" for name in crawled.unchanged}
        self.documents = {
            **{n: d for n, d in self.documents.items() if n in kept or n in exact or is_hidden(n)},
            **stored,
        }
        self.checkpoint = crawled.checkpoint


def texts(documents: Iterable[Document]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """What readers would see of documents."""
    return {document.id: (document.title, document.text, document.breadcrumbs) for document in documents}


def later(workspace: NotionWorkspace, seconds: float = 3_600) -> None:
    """Let time go by."""
    workspace.time.at += seconds


def relation(*pages: str) -> dict[str, object]:
    """The value of a property that names pages."""
    return {"id": "rel", "type": "relation", "relation": [{"id": page} for page in pages], "has_more": False}


def small_tree(workspace: NotionWorkspace) -> list[str]:
    """Home with two children, one of which has a child; and what else is in the workspace: an old page."""
    home = workspace.add_page("Home", block("paragraph", "welcome"))
    left = workspace.add_page("Left", block("paragraph", "left"), parent=home)
    right = workspace.add_page("Right", block("paragraph", "right"), parent=home)
    leaf = workspace.add_page("Leaf", block("paragraph", "leaf"), parent=left)
    later(workspace)
    return [home, left, right, leaf]


def between(notion: NotionServer, before: Crawled, **options: object) -> Crawled:
    """A crawl an hour later that need not look at everything; `requests` are its own."""
    later(notion.workspace)
    notion.requests.clear()
    return crawl(notion, before.checkpoint, pace=LARGE, **options)
