"""When everything in a Notion workspace is looked at again, what news cost until then, and news that come late."""

from __future__ import annotations

import pytest

from bench.notion_volume import large
from tests.integration.notion_crawls import LARGE, Mirror, between, crawl, later, small_tree, texts
from tests.servers.notion import Fault, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

DAY = 86_400


def test_ten_changes_in_a_large_workspace_cost_few_requests() -> None:
    workspace = large(1_000)
    pages = list(workspace.pages)
    rows = [name for name in pages if "data_source_id" in workspace.pages[name]["parent"]]
    changed = [*pages[100:1_000:100], rows[7]]
    with serving(workspace) as notion:
        first = crawl(notion)
        for page in changed:
            workspace.write(page, block("paragraph", "changed"))
        second = between(notion, first)
        assert len(changed) == 10
        assert set(changed) <= set(second.documents)
        assert second.named == workspace.truth()
        assert len(notion.requests) <= 25
        notion.requests.clear()
        later(workspace, DAY)
        third = crawl(notion, second.checkpoint)
        assert third.named == workspace.truth()
        # 31 of search, 2 databases with 600 rows in all, and the pages that are asked for comments on their blocks.
        assert len(notion.requests) <= 45 + 60


def test_without_news_one_request_is_enough(workspace: NotionWorkspace, notion: NotionServer) -> None:
    small_tree(workspace)
    first = crawl(notion)
    second = between(notion, first)
    assert notion.requests == ["POST /v1/search"]
    assert second.unchanged == workspace.truth()
    assert second.checkpoint["items"] == first.checkpoint["items"]


def test_after_a_day_everything_is_looked_at(workspace: NotionWorkspace, notion: NotionServer) -> None:
    """A page at the top that went to the trash is named by nothing."""
    *_, leaf = small_tree(workspace)
    lonely = workspace.add_page("Lonely")
    later(workspace)
    first = crawl(notion)
    workspace.trash(lonely)
    assert lonely in between(notion, first).named
    later(workspace, DAY)
    assert crawl(notion, first.checkpoint, pace=LARGE).named == workspace.truth()
    assert leaf in workspace.truth()


@pytest.mark.parametrize("lead", [-40 * DAY, 40 * DAY])
def test_a_clock_here_that_goes_wrong_delays_no_sweep(
    workspace: NotionWorkspace, notion: NotionServer, lead: int
) -> None:
    small_tree(workspace)
    lonely = workspace.add_page("Lonely")
    first = crawl(notion)
    workspace.trash(lonely)
    later(workspace, DAY)
    here = NotionWorkspace().time
    here.at = workspace.time.at + lead
    assert lonely not in crawl(notion, first.checkpoint, pace=LARGE, clock=here.clock).named


def test_news_that_could_not_be_heard_are_heard_later(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    _, left, *_ = small_tree(workspace)
    first = crawl(notion)
    workspace.write(left, block("paragraph", "news"))
    notion.faults = [Fault("/search", times=1_000)]
    second = between(notion, first)
    assert "search" in second.reasons()
    assert second.named == first.named
    notion.faults = []
    assert "news" in between(notion, second).documents[left].text


def test_a_page_that_failed_is_read_by_the_next_crawl(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    _, left, *_ = small_tree(workspace)
    first = crawl(notion)
    workspace.write(left, block("paragraph", "news"))
    new = workspace.add_page("New", block("paragraph", "new"))
    notion.faults = [Fault(f"/blocks/({left}|{new})/children", times=1_000)]
    second = between(notion, first)
    assert {f.item for f in second.failures} == {f"notion:wiki/{left}", f"notion:wiki/{new}"}
    notion.faults = []
    later(workspace)
    third = between(notion, second)
    assert "news" in third.documents[left].text
    assert new in third.documents


def test_a_search_in_another_order_is_read_to_its_end(
    workspace: NotionWorkspace, notion: NotionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []
    for number in range(250):
        pages.append(workspace.add_page(f"Page {number}"))
        later(workspace, 60)
    later(workspace)
    first = crawl(notion)
    workspace.write(pages[0], block("paragraph", "news"))
    ascending = workspace.listed
    monkeypatch.setattr(workspace, "listed", lambda: ascending()[::-1])  # the fake turns it round
    assert set(between(notion, first).documents) == {pages[0]}
    assert len(notion.paths("/search")) == 3


@pytest.mark.parametrize("lag", [600, DAY])
def test_an_edit_that_search_learns_late_is_found(
    workspace: NotionWorkspace, notion: NotionServer, lag: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within minutes by the next crawl, later by the next sweep."""
    _, left, *_ = small_tree(workspace)
    for number in range(120):
        workspace.add_page(f"Page {number}")
    later(workspace, DAY)
    first = crawl(notion)
    workspace.write(left, block("paragraph", "news"))
    later(workspace, 60)
    workspace.unlisted = {left}
    second = crawl(notion, first.checkpoint, pace=LARGE)
    assert left in second.unchanged
    workspace.unlisted = set()
    later(workspace, lag)
    for number in range(120):
        workspace.add_page(f"More {number}")
    assert left in crawl(notion, second.checkpoint, pace=LARGE).documents


def test_a_history_of_changes_ends_with_what_is_there(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home, left, right, leaf = small_tree(workspace)
    mirror = Mirror()
    steps = [
        lambda: workspace.write(left, block("paragraph", "a")),
        lambda: workspace.move(leaf, right),
        lambda: workspace.rename(home, "House"),
        lambda: workspace.trash(left),
        lambda: workspace.restore(left),
        lambda: workspace.move(right, left),
        lambda: workspace.trash(left),
    ]
    for step in steps:
        mirror.take(crawl(notion, mirror.checkpoint, pace=LARGE))
        later(workspace, 20)
        step()
    mirror.take(crawl(notion, mirror.checkpoint, pace=LARGE))
    assert texts(mirror.documents.values()) == texts(crawl(notion).documents.values())
