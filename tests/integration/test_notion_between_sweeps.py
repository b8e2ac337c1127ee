"""Crawls of a Notion workspace that is too large to be looked at whole each time: what they tell, and what it costs."""

from __future__ import annotations

import pytest

from bench.notion_volume import large
from connectors.notion.pace import Pace
from tests.integration.notion_crawls import LARGE, Crawled, Mirror, crawl, later, texts
from tests.servers.notion import Fault, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

DAY = 86_400


def small_tree(workspace: NotionWorkspace) -> list[str]:
    """Home with two children, one of which has a child; and what else is in the workspace: an old page."""
    home = workspace.add_page("Home", block("paragraph", "welcome"))
    left = workspace.add_page("Left", block("paragraph", "left"), parent=home)
    right = workspace.add_page("Right", block("paragraph", "right"), parent=home)
    leaf = workspace.add_page("Leaf", block("paragraph", "leaf"), parent=left)
    later(workspace)
    return [home, left, right, leaf]


def between(notion: NotionServer, before: Crawled, **options: object) -> Crawled:
    """A crawl that need not look at everything."""
    later(notion.workspace)
    notion.requests.clear()
    return crawl(notion, before.checkpoint, pace=LARGE, **options)


# ---- requests ----------------------------------------------------------------------------------------


def test_ten_changes_in_a_large_workspace_cost_few_requests() -> None:
    workspace = large(3_000)
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


# ---- what is told ------------------------------------------------------------------------------------


def test_new_edited_and_renamed_pages_are_told(workspace: NotionWorkspace, notion: NotionServer) -> None:
    home, left, right, leaf = small_tree(workspace)
    first = crawl(notion)
    workspace.write(right, block("paragraph", "other words"))
    workspace.rename(left, "Links")
    new = workspace.add_page("New", block("paragraph", "new"), parent=right)
    second = between(notion, first)
    assert second.documents[right].text.startswith("other words")
    assert second.documents[leaf].breadcrumbs == ("Home", "Links")
    assert second.documents[new].breadcrumbs == ("Home", "Right")
    assert second.named == {home, left, right, leaf, new}


def test_a_new_page_that_search_does_not_know_is_found_on_the_page_it_stands_on(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    _, left, *_ = small_tree(workspace)
    first = crawl(notion)
    new = workspace.add_page("New", block("paragraph", "new"), parent=left)
    below = workspace.add_page("Below", parent=new)
    workspace.unlisted = {new, below}
    assert {new, below} <= set(between(notion, first).documents)


def test_a_page_that_went_from_its_parent_is_gone_with_all_below_it(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home, left, right, leaf = small_tree(workspace)
    first = crawl(notion)
    workspace.trash(left)
    second = between(notion, first)
    assert second.named == {home, right}
    workspace.restore(left)
    assert between(notion, second).named == {home, left, right, leaf}


def test_what_was_moved_away_before_the_page_above_went_is_not_gone(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home, left, right, leaf = small_tree(workspace)
    first = crawl(notion)
    workspace.move(leaf)
    workspace.trash(left)
    second = between(notion, first)
    assert second.named == {home, right, leaf}
    assert second.documents[leaf].breadcrumbs == ()


def test_a_moved_page_stands_elsewhere_with_all_below_it(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    _, left, right, leaf = small_tree(workspace)
    first = crawl(notion)
    workspace.move(left, right)
    second = between(notion, first)
    assert second.documents[left].breadcrumbs == ("Home", "Right")
    assert second.documents[leaf].breadcrumbs == ("Home", "Right", "Left")


def test_a_page_that_is_no_longer_shared_is_gone_when_its_parent_is_read(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home, left, right, leaf = small_tree(workspace)
    first = crawl(notion)
    workspace.unshared = {left, leaf}
    workspace.trash(right)
    assert between(notion, first).named >= {home}
    later(workspace, DAY)
    assert crawl(notion, first.checkpoint, pace=LARGE).named == {home}


def test_the_title_of_a_page_outside_the_roots_is_followed(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home, left, *_ = small_tree(workspace)
    other = workspace.add_page("Outside")
    workspace.write(left, block("link_to_page", type="page_id", page_id=other))
    later(workspace)
    first = crawl(notion, roots=[home])
    assert between(notion, first, roots=[home]).named == first.named
    assert notion.requests == ["POST /v1/search"]
    workspace.rename(other, "Out there")
    stranger = workspace.add_page("Stranger", parent=other)
    second = between(notion, first, roots=[home])
    assert "Out there" in second.documents[left].text
    assert stranger not in second.named
    assert len(notion.requests) <= 6


def test_a_page_that_leaves_the_roots_is_gone(workspace: NotionWorkspace, notion: NotionServer) -> None:
    home, left, right, leaf = small_tree(workspace)
    other = workspace.add_page("Outside")
    later(workspace)
    first = crawl(notion, roots=[home])
    workspace.move(left, other)
    second = between(notion, first, roots=[home])
    assert second.named == {home, right}
    assert leaf not in second.named


def test_rows_that_come_change_and_go(workspace: NotionWorkspace, notion: NotionServer) -> None:
    database, source = workspace.add_database("Services")
    cart = workspace.add_page("cart", block("paragraph", "the cart"), parent=source)
    node = workspace.add_page("node", parent=source)
    later(workspace)
    first = crawl(notion)
    workspace.rename(cart, "basket")
    workspace.trash(node)
    new = workspace.add_page("pay", parent=source)
    second = between(notion, first)
    assert second.named == {database, cart, new}
    assert "| basket |" in second.documents[database].text
    assert "node" not in second.documents[database].text


def test_tables_wait_for_the_sweep_where_they_cost_too_much(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    made = [workspace.add_database(f"Services {number}") for number in range(6)]
    rows = [workspace.add_page("before", parent=source) for _, source in made]
    later(workspace)
    first = crawl(notion)
    for row in rows:
        workspace.rename(row, "after")
    pace = Pace(sweep_requests=0, few_requests=20)
    later(workspace)
    notion.requests.clear()
    second = crawl(notion, first.checkpoint, pace=pace)
    assert set(rows) <= set(second.documents)
    assert 0 < len(set(second.documents) - set(rows)) < 6
    assert second.named == workspace.truth()
    assert len(notion.requests) <= 20
    third = between(notion, second)
    assert {database for database, _ in made} <= set(second.documents) | set(third.documents)


# ---- faults ------------------------------------------------------------------------------------------


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
