"""What changed since the last crawl of Notion, in a workspace that each crawl looks at whole."""

from __future__ import annotations

import pytest

from tests.integration.notion_crawls import Mirror, crawl, later, texts
from tests.servers.notion import Fault, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block


def test_nothing_is_read_again_without_news(workspace: NotionWorkspace, notion: NotionServer) -> None:
    home = workspace.add_page("Home", block("paragraph", "x"), block("ai_block"))
    for number in range(30):
        workspace.add_page(f"Page {number}", block("paragraph", "y"), parent=home)
    later(workspace)
    first = crawl(notion)
    notion.requests.clear()
    second = crawl(notion, first.checkpoint)
    assert second.named == first.named
    assert not second.documents
    assert second.failures == first.failures
    assert second.checkpoint["items"] == first.checkpoint["items"]
    assert notion.requests == ["POST /v1/search"]


def test_only_edited_pages_are_read(workspace: NotionWorkspace, notion: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}", block("paragraph", "y")) for number in range(30)]
    later(workspace)
    first = crawl(notion)
    workspace.write(pages[7], block("paragraph", "new"))
    later(workspace)
    notion.requests.clear()
    second = crawl(notion, first.checkpoint)
    assert set(second.documents) == {pages[7]}
    assert second.named == first.named
    assert len(notion.requests) <= 5


def test_an_edit_in_the_same_minute_as_the_last_crawl_is_seen(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    """`last_edited_time` is rounded to the minute: the time alone does not tell."""
    workspace.time.at -= workspace.time.at % 60
    page = workspace.add_page("P", block("paragraph", "first"))
    later(workspace, 10)
    first = crawl(notion)
    later(workspace, 10)
    workspace.write(page, block("paragraph", "second"))
    later(workspace)
    second = crawl(notion, first.checkpoint)
    assert second.documents[page].text == "second"
    assert not crawl(notion, second.checkpoint).documents


def test_an_edit_in_the_minute_in_which_search_told_of_the_page_is_seen(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    """What is read of a page minutes later is partly what search said of it."""
    workspace.time.at -= workspace.time.at % 60
    page = workspace.add_page("P", block("paragraph", "text"))
    tier = {"id": "t", "type": "number", "number": 1}
    workspace.set_property(page, "Tier", tier)

    def edit() -> None:
        later(workspace, 20)
        workspace.set_property(page, "Tier", {**tier, "number": 2})
        later(workspace, 300)

    notion.faults = [Fault("/users", "action", action=edit)]
    first = crawl(notion)
    assert "Tier: 1" in first.documents[page].text
    later(workspace)
    assert "Tier: 2" in crawl(notion, first.checkpoint).documents[page].text


def test_a_clock_here_that_goes_wrong_loses_no_edit(workspace: NotionWorkspace, notion: NotionServer) -> None:
    """What counts is Notion's clock, which its answers tell."""
    page = workspace.add_page("P", block("paragraph", "first"))
    here = NotionWorkspace().time
    here.at += 86_400 * 30
    first = crawl(notion, clock=here.clock)
    workspace.write(page, block("paragraph", "second"))
    assert crawl(notion, first.checkpoint, clock=here.clock).documents[page].text == "second"


def test_a_deleted_page_is_gone_and_a_restored_one_is_back(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    grandchild = workspace.add_page("Grandchild", parent=child)
    later(workspace)
    first = crawl(notion)
    workspace.trash(child)
    later(workspace)
    second = crawl(notion, first.checkpoint)
    assert second.named == {home}
    assert not second.failures
    workspace.restore(child)
    later(workspace)
    assert crawl(notion, second.checkpoint).named == {home, child, grandchild}


def test_a_page_that_search_forgets_is_not_gone(workspace: NotionWorkspace, notion: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}") for number in range(5)]
    later(workspace)
    first = crawl(notion)
    workspace.unlisted = {pages[2]}
    notion.requests.clear()
    second = crawl(notion, first.checkpoint)
    assert second.named == set(pages)
    assert notion.paths("GET /v1/pages/") == [f"GET /v1/pages/{pages[2]}"]


def test_a_page_that_is_no_longer_shared_is_gone(workspace: NotionWorkspace, notion: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}") for number in range(3)]
    later(workspace)
    first = crawl(notion)
    workspace.unshared = {pages[1]}
    assert crawl(notion, first.checkpoint).named == {pages[0], pages[2]}


@pytest.mark.parametrize("change", ["rename", "move"])
def test_pages_below_one_that_is_renamed_or_moved_say_so(
    workspace: NotionWorkspace, notion: NotionServer, change: str
) -> None:
    """Their own time of edit stays."""
    archive = workspace.add_page("Archive")
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    leaf = workspace.add_page("Leaf", parent=child)
    other = workspace.add_page("Other", block("paragraph", "x"))
    later(workspace)
    first = crawl(notion)
    if change == "rename":
        workspace.rename(child, "Renamed")
    else:
        workspace.move(child, archive)
    later(workspace)
    second = crawl(notion, first.checkpoint)
    expected = ("Home", "Renamed") if change == "rename" else ("Archive", "Child")
    assert second.documents[leaf].breadcrumbs == expected
    assert other in second.unchanged


def test_a_page_shows_the_new_title_of_one_that_it_links_to(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    target = workspace.add_page("Target")
    page = workspace.add_page("P", block("link_to_page", type="page_id", page_id=target))
    later(workspace)
    first = crawl(notion)
    assert "[Target]" in first.documents[page].text
    workspace.rename(target, "New name")
    later(workspace)
    assert "[New name]" in crawl(notion, first.checkpoint).documents[page].text


def test_a_database_is_read_again_when_a_row_changes(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    database, source = workspace.add_database("Rows")
    row = workspace.add_page("before", parent=source)
    still = workspace.add_page("still", parent=source)
    later(workspace)
    first = crawl(notion)
    workspace.rename(row, "after")
    later(workspace)
    second = crawl(notion, first.checkpoint)
    assert "| after |" in second.documents[database].text
    assert second.unchanged == {still}


def test_the_newer_of_two_answers_counts(
    workspace: NotionWorkspace, notion: NotionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data source may lag behind search, as search may lag behind the pages."""
    _, source = workspace.add_database("Rows")
    row = workspace.add_page("Row", block("paragraph", "before"), parent=source)
    later(workspace)
    first = crawl(notion)
    stale = [dict(held) for held in workspace.rows(source)]
    workspace.write(row, block("paragraph", "after"))
    later(workspace)
    monkeypatch.setattr(workspace, "rows", lambda _: stale)
    assert crawl(notion, first.checkpoint).documents[row].text == "after"


def test_other_settings_make_all_be_read_again(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P")
    later(workspace)
    checkpoint = crawl(notion).checkpoint
    assert set(crawl(notion, checkpoint, access=["team"]).documents) == {page}
    assert set(crawl(notion, {"settings": "old", "items": {}}).documents) == {page}


def test_a_long_history_of_changes_ends_with_what_is_there(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    mirror = Mirror()
    home = workspace.add_page("Home")
    children = [workspace.add_page(f"Child {number}", parent=home) for number in range(6)]
    steps = [
        lambda: workspace.write(children[0], block("paragraph", "a")),
        lambda: workspace.trash(children[1]),
        lambda: workspace.rename(home, "House"),
        lambda: workspace.restore(children[1]),
        lambda: workspace.move(children[2], children[3]),
        lambda: workspace.trash(children[3]),
    ]
    for step in steps:
        mirror.take(crawl(notion, mirror.checkpoint))
        later(workspace, 20)
        step()
    mirror.take(crawl(notion, mirror.checkpoint))
    assert texts(mirror.documents.values()) == texts(crawl(notion).documents.values())
