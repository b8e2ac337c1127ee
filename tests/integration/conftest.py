"""What the tests of the wikis' connectors and of the index are given; a module may have its own of the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.hashing import HashingModel
from index.index import Index
from tests.integration import confluence_crawls
from tests.integration.confluence_crawls import LARGE
from tests.servers import notion as notion_fake
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, serving
from tests.servers.notion import NotionServer
from tests.servers.notion_model import NotionWorkspace


@pytest.fixture
def site() -> ConfluenceSite:
    """A Confluence with one space, OPS, that everybody may view."""
    made = ConfluenceSite()
    made.add_space("OPS", "Operations", anonymous=True)
    return made


@pytest.fixture(params=["cloud", "data center"])
def server(site: ConfluenceSite, request: pytest.FixtureRequest) -> Iterator[ConfluenceServer]:
    """`site` served, once as Cloud and once as Data Center."""
    with serving(site, cloud=request.param == "cloud") as running:
        running.deprecated_v1 = False
        yield running


@pytest.fixture
def cloud(site: ConfluenceSite) -> Iterator[ConfluenceServer]:
    """`site` served as Cloud."""
    with serving(site) as running:
        running.deprecated_v1 = False
        yield running


@pytest.fixture
def data_center(site: ConfluenceSite) -> Iterator[ConfluenceServer]:
    """`site` served as Data Center, below a path as most are."""
    with serving(site, cloud=False, context="/confluence") as running:
        yield running


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every site for one that is too large to be listed with all permissions in each crawl."""
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)


@pytest.fixture
def workspace() -> NotionWorkspace:
    """A Notion workspace without any page."""
    return NotionWorkspace()


@pytest.fixture
def notion(workspace: NotionWorkspace) -> Iterator[NotionServer]:
    """`workspace` served."""
    with notion_fake.serving(workspace) as running:
        yield running


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Opens the index of the test (another time), and closes it at the end."""
    indexes: list[Index] = []

    def open_one(folder: str = "state", model: Any = None) -> Index:
        indexes.append(Index.open(tmp_path / folder, embedder=model or HashingModel()))
        return indexes[-1]

    yield open_one
    for index in indexes:
        index.close()


@pytest.fixture
def index(opened: Callable[..., Index]) -> Index:
    return opened()
