"""A first crawl of Notion that is killed goes on where it was: a real process, a real `kill -9`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.documents import Milestone
from connectors.notion.connector import NotionConnector
from connectors.notion.pace import Pace
from index.ledger import Ledger
from ingest.report import RunReport
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.integration.notion_crawls import connector, crawl, later
from tests.servers.notion import TOKEN, Fault, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.ingest_fakes import MemoryIndex, contents
from tests.unit.notion_blocks import block

ROOT = Path(__file__).parents[2]
PAGES = 120
EVERY = Pace(milestone_documents=10)


@pytest.fixture
def workspace() -> NotionWorkspace:
    """Pages below a home page, and some rows."""
    made = NotionWorkspace()
    home = made.add_page("Home")
    _, source = made.add_database("Services", parent=home)
    for number in range(PAGES):
        parent = source if number % 10 == 0 else home
        made.add_page(f"Page {number}", block("paragraph", f"text {number}"), parent=parent)
    later(made)
    return made


def ingest(source: NotionConnector, state: Path) -> RunReport:
    with Ledger.at(state) as ledger:
        return ingest_source(source, MemoryIndex(), ledger, Runs(ledger))


def killed(notion: NotionServer, state: Path, after: int) -> int:
    """Ingest in a process that is killed after so many pages; how many requests it had sent."""
    command = [sys.executable, "-m", "tests.integration.test_notion_resume", notion.url, str(state)]
    with subprocess.Popen(command, cwd=ROOT) as child:
        notion.faults = [Fault("/children", "action", after=after, action=child.kill)]
        assert child.wait(60) == -9
    notion.faults = []
    sent = len(notion.requests)
    notion.requests.clear()
    return sent


@pytest.mark.parametrize("after", [3, 45, 100])
def test_a_killed_first_crawl_goes_on(notion: NotionServer, tmp_path: Path, after: int) -> None:
    killed(notion, tmp_path, after)
    report = ingest(connector(notion, pace=EVERY, block_comments=0), tmp_path)
    # At most what came behind the last milestone is read twice.
    assert len(notion.paths("/children")) <= PAGES + 2 - 10 * max(0, after // 10 - 1)
    fresh = crawl(notion, block_comments=0).documents
    with Ledger.at(tmp_path) as ledger:
        assert contents(ledger) == {document.id: document for document in fresh.values()}
        assert ledger.ahead("wiki") == ledger.begun("wiki") == set()
    assert report.counts.seen == len(fresh)
    assert not report.problems


def test_it_is_killed_again_and_again_and_ends(notion: NotionServer, tmp_path: Path) -> None:
    asked = 0
    for _ in range(3):
        asked += killed(notion, tmp_path, 35)
    asked += len(notion.requests)
    report = ingest(connector(notion, pace=EVERY, block_comments=0), tmp_path)
    asked += len(notion.requests)
    assert report.counts.seen == len(notion.workspace.truth())
    notion.requests.clear()
    crawl(notion, block_comments=0)
    # Each death costs a list and what came behind the last milestone.
    assert asked <= len(notion.requests) + 4 * (6 + 2 * 12)


def test_a_milestone_holds_what_was_read_and_what_was_known(notion: NotionServer) -> None:
    first = crawl(notion, pace=EVERY, block_comments=0)
    told = [item for item in first.items if isinstance(item, Milestone)]
    assert len(told) == len(notion.workspace.truth()) // 10
    half = told[5].checkpoint
    assert len(half["items"]) == 60
    assert half["swept"] is None
    page = next(iter(first.documents))
    notion.workspace.write(page, block("paragraph", "edited"))
    later(notion.workspace)
    second = crawl(notion, half, block_comments=0)
    assert second.named == notion.workspace.truth()
    assert len(second.documents) <= len(first.documents) - 60 + 2
    assert page in second.documents


if __name__ == "__main__":
    ingest(NotionConnector("wiki", TOKEN, url=sys.argv[1], pace=EVERY, block_comments=0), Path(sys.argv[2]))
