"""What tests of the Confluence connector share: crawls of a fake site, what they say, and what readers then see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.base import Item
from connectors.confluence.connector import ConfluenceConnector
from connectors.confluence.pace import Pace
from connectors.documents import PUBLIC, Document, Failure, Unchanged
from connectors.http.policy import Policy
from ingest.protection import protection
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, User

PATIENT = Policy(budget=900)
"""Waits are the fake's; a machine that stops for a while must not make a request be given up and asked again."""
PACE = Pace()
LARGE = Pace(sweep_requests=0)
"""Takes every site for one that is too large to be listed with all permissions in each crawl."""
PREFIX = "confluence:wiki/"
CODE = (
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">yaml</ac:parameter>'
    "<ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>"
)


@dataclass
class Crawled:
    """The items of a crawl and its checkpoint, as it comes back from a ledger."""

    items: list[Item] = field(default_factory=list)
    checkpoint: dict[str, Any] = field(default_factory=dict)
    requests: int = 0

    @property
    def documents(self) -> dict[str, Document]:
        """The documents by Confluence's id."""
        found = [item for item in self.items if isinstance(item, Document)]
        assert len({document.id for document in found}) == len(found), "an id twice in one crawl"
        return {document.id.removeprefix(PREFIX): document for document in found}

    @property
    def unchanged(self) -> set[str]:
        """The ids of what is only named."""
        return {
            name.removeprefix(PREFIX)
            for item in self.items
            if isinstance(item, Unchanged)
            for name in item.ids
        }

    @property
    def named(self) -> set[str]:
        """The ids of all that exists."""
        return self.unchanged | set(self.documents)

    @property
    def failures(self) -> list[Failure]:
        """What could not be read."""
        return [item for item in self.items if isinstance(item, Failure)]

    def reasons(self) -> str:
        """All that failed, as one text."""
        return "\n".join(f"{f.item}: {f.reason}" for f in self.failures)


def connector(server: ConfluenceServer, **options: Any) -> ConfluenceConnector:
    """A connector to the fake as its service account, whose waits only move the fake's clock."""
    account = server.site.service
    given: dict[str, Any] = {
        "token": account.token,
        "user": account.email if server.cloud else "",
        "cloud": server.cloud,
        "spaces": ["OPS"],
        "clock": server.site.time.clock,
        "policy": PATIENT,
        "pace": PACE,
    }
    options = {"url": server.base, **given, **options}
    return ConfluenceConnector("wiki", options.pop("url"), **options)


def crawl(server: ConfluenceServer, checkpoint: Mapping[str, Any] | None = None, **options: Any) -> Crawled:
    """One whole crawl."""
    crawled = Crawled()
    made = connector(server, **options)
    crawling = made.crawl(checkpoint)
    while True:
        try:
            crawled.items.append(next(crawling))
        except StopIteration as end:
            crawled.checkpoint = json.loads(json.dumps(end.value))
            crawled.requests = made.requests
            return crawled


class Mirror:
    """What a ledger would hold after each crawl: the newest documents, and none that has gone."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.ahead: set[str] = set()
        """What a run wrote that did not reach its end."""
        self.checkpoint: dict[str, Any] | None = None

    def take(self, crawled: Crawled) -> None:
        """Apply a finished crawl as `ingest.run` does."""
        for name in crawled.unchanged:
            assert name in self.documents, f"{name} is called unchanged, but was never read"
        exact, is_hidden = protection(f.item for f in crawled.failures if f.temporary)
        kept = {
            name: document
            for name, document in self.documents.items()
            if name in crawled.unchanged or document.id in exact or is_hidden(document.id)
        }
        self.documents = {**kept, **crawled.documents}
        self.checkpoint = crawled.checkpoint

    def readable(self, principals: set[str]) -> set[str]:
        """The ids of what somebody with these principals may read."""
        return {name for name, document in self.documents.items() if document.access & principals}


def principals(user: User | None, *, cloud: bool = True) -> set[str]:
    """What a token of this user stands for."""
    if user is None:
        return {PUBLIC}
    return {
        PUBLIC,
        f"user:{user.account_id if cloud else user.username}",
        *(f"group:{name}" for name in user.groups),
    }


def shown(documents: Mapping[str, Document]) -> dict[str, tuple[Any, ...]]:
    """All of documents that anybody could see or be kept from."""
    return {
        name: (d.title, d.text, d.breadcrumbs, d.labels, d.url, d.version, d.author, sorted(d.access))
        for name, d in documents.items()
    }


def truth(site: ConfluenceSite, user: User | None) -> set[str]:
    """The pages of the space OPS that a user may read, and the text files on them."""
    pages = site.truth(user, ("OPS",))
    pages = {
        name for name in pages if site.contents[name].kind in ("page", "blogpost", "folder", "whiteboard")
    }
    files = {file.id for page in pages for file in site.files(page) if file.title.endswith(".txt")}
    return pages | files
