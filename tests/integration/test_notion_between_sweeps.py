"""Crawls of a Notion workspace that is too large to be looked at whole each time: what they tell, and what it costs."""

from __future__ import annotations

import pytest

from connectors.notion.pace import Pace
from tests.integration.notion_crawls import LARGE, between, crawl, later, small_tree
from tests.servers.notion import NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

DAY = 86_400


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


@pytest.mark.parametrize("is_edited", [False, True])
def test_a_page_that_leaves_the_roots_is_gone(
    workspace: NotionWorkspace, notion: NotionServer, is_edited: bool
) -> None:
    home, left, right, leaf = small_tree(workspace)
    other = workspace.add_page("Outside")
    later(workspace)
    first = crawl(notion, roots=[home])
    workspace.move(left, other)
    if is_edited:
        workspace.write(left, block("paragraph", "none of yours"))
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
