"""Comments on Notion pages and on their single blocks, which only the blocks themselves tell of."""

from __future__ import annotations

from connectors.notion.pace import Pace
from tests.integration.notion_crawls import LARGE, crawl, later
from tests.servers.notion import Fault, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

WEEK = 7 * 86_400


def asked(notion: NotionServer) -> int:
    """How often comments were asked for."""
    return len(notion.paths("/comments"))


def test_comments_are_sections_with_their_authors_and_what_they_are_about(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    page = workspace.add_page(
        "P", block("heading_2", "Restart"), block("paragraph", "Drain it first."), block("divider")
    )
    workspace.comment(page, "Is this still true?")
    workspace.comment(page, "Which one?", block=workspace.below[page][1])
    sections = crawl(notion).documents[page].sections
    assert [section.text for section in sections] == [
        "Restart",
        "Drain it first.",
        "Ada: Is this still true?",
        "On “Drain it first.”\n\nAda: Which one?",
    ]
    assert sections[2].heading_path == ("Comments",)
    assert sections[3].heading_path == ("Restart", "Comments")
    assert sections[3].anchor == sections[1].anchor
    assert asked(notion) == 3  # nobody can comment on a divider


def test_a_comment_on_an_item_of_a_list_names_the_item(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    inner = block("bulleted_list_item", "inner")
    page = workspace.add_page(
        "P",
        block("heading_2", "Steps"),
        block("bulleted_list_item", "one"),
        block("bulleted_list_item", "two", children=[inner]),
    )
    item = workspace.below[workspace.below[page][2]][0]
    workspace.comment(page, "Why?", block=item)
    said = crawl(notion).documents[page].sections[-1]
    assert said.text == "On “inner”\n\nAda: Why?"
    assert said.heading_path == ("Steps", "Comments")
    assert said.anchor == item.replace("-", "")


def test_a_resolved_comment_is_gone_when_its_page_is_read_again(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    """Notion's API gives open discussions only."""
    page = workspace.add_page("P", block("paragraph", "text"))
    workspace.comment(page, "Which one?", block=workspace.below[page][0])
    workspace.comment(page, "Who?", block=workspace.below[page][0])
    later(workspace)
    first = crawl(notion)
    workspace.resolve("Which one?")
    workspace.rewrite(page, "other")
    later(workspace)
    text = crawl(notion, first.checkpoint).documents[page].text
    assert "Who?" in text
    assert "Which one?" not in text


def test_an_edited_page_keeps_the_comments_on_its_blocks_between_two_sweeps(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    page = workspace.add_page("P", *[block("paragraph", f"line {number}") for number in range(20)])
    workspace.comment(page, "Which one?", block=workspace.below[page][7])
    later(workspace)
    first = crawl(notion)
    workspace.rewrite(page, "other")
    later(workspace)
    notion.requests.clear()
    second = crawl(notion, first.checkpoint, pace=LARGE)
    assert "Which one?" in second.documents[page].text
    assert asked(notion) == 2  # the page, and the one block that is known to have some


def test_a_crawl_asks_blocks_so_often_and_the_next_goes_on(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    pages = []
    for number in range(12):
        lines = [block("paragraph", f"line {line}") for line in range(8)]
        pages.append(workspace.add_page(f"Page {number}", *lines))
        workspace.comment(pages[-1], f"comment {number}", block=workspace.below[pages[-1]][3])
    later(workspace)
    crawled = crawl(notion, block_comments=25)
    documents = dict(crawled.documents)
    assert asked(notion) <= len(pages) + 25
    for _ in range(6):
        later(workspace)
        notion.requests.clear()
        crawled = crawl(notion, crawled.checkpoint, block_comments=25)
        documents.update(crawled.documents)
        assert asked(notion) <= 25 + 3
        assert crawled.named == set(pages)
    assert not crawled.documents, "everything was asked for"
    for number, page in enumerate(pages):
        assert f"comment {number}" in documents[page].text


def test_a_comment_on_a_page_that_nobody_edits_is_found_within_a_week(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"))
    later(workspace)
    first = crawl(notion)
    workspace.comment(page, "Which one?", block=workspace.below[page][0])
    workspace.comment(page, "Is it true?")
    later(workspace)
    assert crawl(notion, first.checkpoint).unchanged == {page}
    later(workspace, WEEK)
    found = crawl(notion, first.checkpoint)
    assert "Which one?" in found.documents[page].text
    assert "Is it true?" in found.documents[page].text
    later(workspace)
    assert crawl(notion, found.checkpoint).unchanged == {page}


def test_no_block_is_asked_where_the_source_says_so(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P", block("paragraph", "text"))
    workspace.comment(page, "Which one?", block=workspace.below[page][0])
    later(workspace)
    first = crawl(notion, block_comments=0)
    assert asked(notion) == 1
    later(workspace, WEEK)
    assert crawl(notion, first.checkpoint, block_comments=0).unchanged == {page}


def test_without_the_right_to_read_comments_no_block_is_asked(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    workspace.add_page("P", block("paragraph", "text"))
    later(workspace)
    workspace.capabilities.discard("comments")
    first = crawl(notion)
    assert asked(notion) == 1
    later(workspace, WEEK)
    assert not crawl(notion, first.checkpoint).documents


def test_a_block_that_has_gone_meanwhile_has_no_comments(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    page = workspace.add_page("P", block("paragraph", "one"), block("paragraph", "two"))
    first = workspace.below[page][0]
    notion.faults = [
        Fault(
            f"comments.*{first}", status=404, code="object_not_found", times=9, message="Could not find block"
        )
    ]
    crawled = crawl(notion)
    assert "two" in crawled.documents[page].text
    assert not crawled.failures


def test_what_a_synced_copy_shows_is_asked_where_it_belongs(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    original = "393abc1e-0000-0000-0000-00000000bbbb"
    words = block("paragraph", "shared words")
    origin = workspace.add_page(
        "Origin", block("synced_block", id=original, synced_from=None, children=[words])
    )
    copy = block("synced_block", synced_from={"block_id": original})
    copy["has_children"] = True
    page = workspace.add_page("Copy", copy)
    workspace.comment(origin, "Which one?", block=workspace.below[original][0])
    documents = crawl(notion, pace=Pace()).documents
    assert "Which one?" in documents[origin].text
    assert documents[page].text == "shared words"
