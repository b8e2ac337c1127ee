"""What every connector that reads a wiki over HTTP must do, through a real ledger; one entry in `WIKIS` adds one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from connectors.base import Connector, Crawl, Item
from connectors.confluence.pace import Pace as ConfluencePace
from connectors.documents import Checkpoint, CheckReport, Document, Milestone
from connectors.notion.pace import Pace as NotionPace
from index.ledger import Ledger
from ingest.report import RunReport
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration.confluence_crawls import connector as confluence_connector
from tests.integration.notion_crawls import connector as notion_connector
from tests.servers.confluence import ConfluenceServer, ConfluenceSite
from tests.servers.confluence import serving as serving_confluence
from tests.servers.faults import Fault
from tests.servers.notion import NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.ingest_fakes import Died, MemoryIndex, Tripwire, contents
from tests.unit.notion_blocks import block


class Wiki(Protocol):
    """A fake wiki as a test changes it; pages are named by the ids of their documents."""

    def connector(self) -> Connector: ...

    def add(self, title: str, text: str) -> str: ...

    def edit(self, page: str, text: str) -> None: ...

    def delete(self, page: str) -> None: ...

    def hide(self, page: str) -> None:
        """Take away the right to read the page."""
        ...

    def break_(self, page: str) -> None:
        """Let the server fail on this page until `heal`."""
        ...

    def heal(self) -> None: ...

    def later(self) -> None:
        """Let time go by, as between two nights."""
        ...

    def reads(self) -> int:
        """The requests so far that read what a page says."""
        ...


class NotionWiki:
    """The fake Notion."""

    def __init__(self, server: NotionServer) -> None:
        self._server = server
        self._workspace = server.workspace

    def connector(self) -> Connector:
        return notion_connector(self._server, pace=NotionPace(milestone_documents=2))

    def add(self, title: str, text: str) -> str:
        return f"notion:wiki/{self._workspace.add_page(title, block('paragraph', text))}"

    def edit(self, page: str, text: str) -> None:
        self._workspace.rewrite(self._id(page), text)

    def delete(self, page: str) -> None:
        self._workspace.trash(self._id(page))

    def hide(self, page: str) -> None:
        self._workspace.unshared.add(self._id(page))

    def break_(self, page: str) -> None:
        self._server.faults = [Fault(f"/blocks/{self._id(page)}/children", times=1_000_000)]

    def heal(self) -> None:
        self._server.faults = []

    def later(self) -> None:
        self._workspace.time.at += 3_600

    def reads(self) -> int:
        return len(self._server.paths("/children"))

    def _id(self, page: str) -> str:
        return page.removeprefix("notion:wiki/")


@contextmanager
def notion() -> Iterator[Wiki]:
    with serving(NotionWorkspace()) as server:
        yield NotionWiki(server)


class ConfluenceWiki:
    """The fake Confluence: one space that everybody may view."""

    def __init__(self, server: ConfluenceServer) -> None:
        self._server = server
        self._site = server.site

    def connector(self) -> Connector:
        return confluence_connector(self._server, pace=ConfluencePace(milestone_documents=2))

    def add(self, title: str, text: str) -> str:
        return f"confluence:wiki/{self._site.add_page(title, f'<p>{text}</p>', space='OPS').id}"

    def edit(self, page: str, text: str) -> None:
        self._site.edit(self._id(page), f"<p>{text}</p>")

    def delete(self, page: str) -> None:
        self._site.trash(self._id(page))

    def hide(self, page: str) -> None:
        self._site.set_status(self._id(page), "draft")

    def break_(self, page: str) -> None:
        self._server.faults = [Fault(rf"id in \([^)]*{self._id(page)}.*body", times=1_000_000)]

    def heal(self) -> None:
        self._server.faults = []

    def later(self) -> None:
        self._site.time.at += 3_600

    def reads(self) -> int:
        return len(self._server.asked("body"))

    def _id(self, page: str) -> str:
        return page.removeprefix("confluence:wiki/")


@contextmanager
def confluence(*, cloud: bool) -> Iterator[Wiki]:
    site = ConfluenceSite()
    space = site.add_space("OPS", "Operations", anonymous=True)
    site.purge(space.homepage)
    with serving_confluence(site, cloud=cloud) as server:
        yield ConfluenceWiki(server)


WIKIS: dict[str, Callable[[], AbstractContextManager[Wiki]]] = {
    "notion": notion,
    "confluence cloud": partial(confluence, cloud=True),
    "confluence data center": partial(confluence, cloud=False),
}


@pytest.fixture(params=WIKIS)
def wiki(request: pytest.FixtureRequest) -> Iterator[Wiki]:
    with WIKIS[request.param]() as running:
        yield running


@pytest.fixture
def pages(wiki: Wiki) -> list[str]:
    made = [wiki.add(f"Page {number}", f"text {number}") for number in range(8)]
    wiki.later()
    return made


class Watched:
    """A connector that keeps what its crawls yielded; with `dies_at` the process dies instead of that item."""

    def __init__(self, connector: Connector, dies_at: int | None = None) -> None:
        self.name = connector.name
        self.items: list[Item] = []
        self._connector = connector
        self._dies_at = dies_at

    def check(self) -> CheckReport:
        return self._connector.check()

    def list_ids(self) -> Iterator[str]:
        return self._connector.list_ids()

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        crawl = self._connector.crawl(checkpoint)
        while True:
            if len(self.items) == self._dies_at:
                crawl.close()
                raise Died
            try:
                item = next(crawl)
            except StopIteration as end:
                after: Checkpoint = end.value
                return after
            self.items.append(item)
            yield item

    @property
    def documents(self) -> set[str]:
        return {item.id for item in self.items if isinstance(item, Document)}

    @property
    def safe(self) -> set[str]:
        """The documents before the last milestone."""
        last = max((n for n, item in enumerate(self.items) if isinstance(item, Milestone)), default=0)
        return {item.id for item in self.items[:last] if isinstance(item, Document)}


def run(
    folder: Path,
    index: MemoryIndex,
    wiki: Wiki,
    wire: Tripwire | None = None,
    *,
    connector: Connector | None = None,
    full: bool = False,
) -> RunReport | None:
    """One process: opens the ledger, runs, and perhaps dies."""
    with Ledger.at(folder) as ledger:
        if wire:
            wire.watch(index, "apply", "commit", "remove")
            wire.watch(ledger, "begin", "put", "touch", "remove", "save_checkpoint")
        try:
            return ingest_source(connector or wiki.connector(), index, ledger, Runs(ledger), full=full)
        except Died:
            index.die()
            return None
        finally:
            for step in ("apply", "commit", "remove"):
                vars(index).pop(step, None)


def stored(folder: Path) -> dict[str, Document]:
    with Ledger.at(folder) as ledger:
        return contents(ledger)


def assert_equals_a_first_crawl(folder: Path, index: MemoryIndex, wiki: Wiki) -> None:
    fresh = {item.id: item for item in wiki.connector().crawl() if isinstance(item, Document)}
    assert stored(folder) == fresh
    assert index.texts == {document.id: document.text for document in fresh.values()}


def test_it_is_a_connector_and_says_that_it_can_read(wiki: Wiki, pages: list[str]) -> None:
    connector = wiki.connector()
    assert isinstance(connector, Connector)
    assert connector.name == "wiki"
    assert connector.check().ok
    assert set(connector.list_ids()) == set(pages)


def test_documents_are_complete_with_exact_spans_and_survive_json(wiki: Wiki, pages: list[str]) -> None:
    found = [item for item in wiki.connector().crawl() if isinstance(item, Document)]
    assert {document.id for document in found} == set(pages)
    for document in found:
        assert document.source == "wiki"
        assert document.title
        assert document.url.startswith("http")
        assert document.updated_at
        assert document.access
        position = 0
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.start >= position
            assert section.anchor
            position = section.end
        assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_incremental_runs_end_as_a_first_one(wiki: Wiki, pages: list[str], tmp_path: Path) -> None:
    index = MemoryIndex()
    run(tmp_path, index, wiki)
    wiki.edit(pages[1], "edited")
    new = wiki.add("New", "new")
    wiki.delete(pages[2])
    wiki.later()
    report = run(tmp_path, index, wiki)
    assert report
    assert report.counts.deleted == 1
    assert {new, pages[1]} <= set(index.texts)
    assert pages[2] not in index.texts
    assert_equals_a_first_crawl(tmp_path, index, wiki)


def test_without_news_no_page_is_read_and_nothing_is_embedded(
    wiki: Wiki, pages: list[str], tmp_path: Path
) -> None:
    index = MemoryIndex()
    run(tmp_path, index, wiki)
    reads = wiki.reads()
    index.applied.clear()
    wiki.later()
    report = run(tmp_path, index, wiki)
    assert report
    assert report.counts.unchanged == len(pages)
    assert index.applied == []
    assert wiki.reads() == reads


def test_a_page_read_again_with_the_same_words_is_not_embedded_again(
    wiki: Wiki, pages: list[str], tmp_path: Path
) -> None:
    index = MemoryIndex()
    run(tmp_path, index, wiki)
    index.applied.clear()
    wiki.edit(pages[3], "text 3")
    run(tmp_path, index, wiki)
    assert index.applied == []


def test_what_may_no_longer_be_read_is_invisible(wiki: Wiki, pages: list[str], tmp_path: Path) -> None:
    index = MemoryIndex()
    run(tmp_path, index, wiki)
    wiki.hide(pages[4])
    report = run(tmp_path, index, wiki)
    assert report
    assert pages[4] not in stored(tmp_path)
    assert pages[4] not in index.texts
    assert "text 4" not in str(index.texts)


def test_a_page_that_the_server_fails_on_keeps_its_last_state(
    wiki: Wiki, pages: list[str], tmp_path: Path
) -> None:
    index = MemoryIndex()
    run(tmp_path, index, wiki)
    wiki.edit(pages[5], "edited")
    wiki.break_(pages[5])
    report = run(tmp_path, index, wiki)
    assert report
    assert report.counts.failed == 1
    assert index.texts[pages[5]] == "text 5"
    wiki.heal()
    run(tmp_path, index, wiki)
    assert index.texts[pages[5]] == "edited"
    assert_equals_a_first_crawl(tmp_path, index, wiki)


@pytest.mark.parametrize("dies_after", [False, True])
def test_a_death_at_any_step_loses_and_doubles_nothing(
    wiki: Wiki, pages: list[str], tmp_path: Path, dies_after: bool
) -> None:
    for step in range(1 + dies_after, 15, 4):
        folder, index = tmp_path / str(step), MemoryIndex()
        folder.mkdir()
        run(folder, index, wiki)
        wiki.edit(pages[0], f"edited {step}")
        extra = wiki.add("Extra", "extra")
        wiki.later()
        run(folder, index, wiki, Tripwire(step, after=dies_after))
        wiki.delete(extra)
        wiki.later()
        run(folder, index, wiki)
        assert_equals_a_first_crawl(folder, index, wiki)


@pytest.mark.parametrize("full", [False, True])
def test_a_run_that_was_killed_goes_on_behind_its_last_milestone(
    wiki: Wiki, pages: list[str], tmp_path: Path, full: bool
) -> None:
    whole = Watched(wiki.connector())
    run(tmp_path / "whole", MemoryIndex(), wiki, connector=whole)
    for dies_at in range(0, len(whole.items) + 1, 2 if full else 1):
        folder, index = tmp_path / str(dies_at), MemoryIndex()
        if full:
            run(folder, index, wiki)  # a killed one is as full when it goes on
        killed, second = Watched(wiki.connector(), dies_at), Watched(wiki.connector())
        assert run(folder, index, wiki, connector=killed, full=full) is None
        assert run(folder, index, wiki, connector=second)
        assert second.documents == whole.documents - killed.safe
        assert_equals_a_first_crawl(folder, index, wiki)


def test_what_happens_after_a_milestone_of_a_killed_run_is_found(
    wiki: Wiki, pages: list[str], tmp_path: Path
) -> None:
    first, index = Watched(wiki.connector(), len(pages)), MemoryIndex()
    run(tmp_path, index, wiki, connector=first)
    wiki.later()
    wiki.edit(pages[0], "edited")
    wiki.delete(pages[1])
    wiki.hide(pages[2])
    wiki.add("New", "new")
    wiki.later()
    run(tmp_path, index, wiki)
    assert_equals_a_first_crawl(tmp_path, index, wiki)
    assert index.texts[pages[0]] == "edited"


def test_a_milestone_speaks_only_of_what_was_written(wiki: Wiki, pages: list[str], tmp_path: Path) -> None:
    index = MemoryIndex()
    index.refuses = lambda document: document.id == pages[1]
    run(tmp_path, index, wiki, connector=Watched(wiki.connector(), len(pages)))
    index.refuses = lambda _: False
    run(tmp_path, index, wiki)
    assert_equals_a_first_crawl(tmp_path, index, wiki)
