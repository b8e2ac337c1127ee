"""What is known to go wrong with Notion, clause by clause, and the tests that hold it; here are the rest of them.

Files beside this one: C `test_notion_changes`, F `test_notion_finding`, N `test_notion`, S `_sweeps` and
`_between_sweeps`, T `_faults`, and `_schedules` for all together; unit tests: B `_blocks`, P `_properties`,
X `_rich_text`, W `_recorded`.

| Clause | Test |
|---|---|
| 1 search is no enumeration | F search_alone_is_not_trusted, what_only_search_knows…; C a_page_that_search_forgets… |
| 1 it lags | S an_edit_that_search_learns_late…, a_new_page_that_search_does_not_know…; C the_newer_of_two… |
| 1 roots, search and data sources reconciled | F roots_bound…; S …outside_the_roots…, …leaves_the_roots… |
| 2 data sources, several in a database | F a_database_with_several…, a_data_source_that_is_not_shared… |
| 2 the version is named, `in_trash`, `meeting_notes` | every_request_names…, …in_the_trash…; B each_type… |
| 3 `start_cursor` in the query, pages of 100 | F more_than_a_page… |
| 3 nested, cycles, depth | F blocks_nested_without_end…, blocks_that_lead_back…; B ten_thousand_levels… |
| 3 synced blocks, also from pages that are not shared | F a_synced_block…, blocks_from_pages… |
| 3 child pages and databases are documents | child_pages_and_databases…; S a_new_page… |
| 3 linked views, `unsupported`, `ai_block` counted | F blocks_that_the_api…, a_linked_view… |
| 4 equations and mentions, `plain_text` | X a_mention_is…, no_plain_text_is_lost; W every_recorded_block… |
| 4 to-dos, toggles, callouts, quotes, code, header rows, captions, bookmarks, columns | B each_type…, …column… |
| 4 properties of all types as key and value | P each_type_of_property; N properties_are_a_section… |
| 5 429 and 529 with `Retry-After` over a minute; adapt | T a_fault_that…, a_long_retry_after…, …two_requests… |
| 6 minutes | C …in_the_same_minute…, …in_the_minute_in_which…, a_clock_here… |
| 6 the watermark only when the crawl has finished | a_crawl_that_dies_moves…; S news_that_could_not… |
| 7 files: text and block, no link; deep links | N the_text_of_a_file…, links_to_files…, every_section_links… |
| 8 `access` from the configuration, and the docs say so | N the_configured_principals…; the_docs_say… |
| 9 400 for a cursor, 404, 409, 5xx | T an_expired_cursor…, a_fault_that…, one_page_that_always…; each_error… |
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.notion_crawls import LARGE, connector, crawl, later
from tests.integration.notion_faults import fault
from tests.servers.notion import NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.servers.web import Asked
from tests.unit.notion_blocks import block

HOW_TO = Path(__file__).parents[2] / "docs/how-to/connect-notion.md"


def test_every_request_names_the_version(
    workspace: NotionWorkspace, notion: NotionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, source = workspace.add_database("Rows")
    workspace.add_page("Row", block("paragraph", "text"), parent=source)
    versions: set[str] = set()
    arrived = notion.arrived

    def note(asked: Asked) -> None:
        versions.add(asked.headers.get("notion-version", ""))
        arrived(asked)

    monkeypatch.setattr(notion, "arrived", note)
    crawl(notion)
    connector(notion).check()
    assert versions == {"2026-03-11"}


@pytest.mark.parametrize("key", ["in_trash", "archived"])
def test_what_is_in_the_trash_is_no_content_by_either_name(
    workspace: NotionWorkspace, notion: NotionServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = workspace.add_page("Kept")
    gone = workspace.add_page("Gone")
    workspace.pages[gone][key] = True
    everything = [workspace.pages[kept], workspace.pages[gone]]
    monkeypatch.setattr(workspace, "listed", lambda: everything)  # even if search names it
    assert crawl(notion).named == {kept}


def test_child_pages_and_databases_are_documents_of_their_own(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", block("paragraph", "only here"), parent=home)
    database, _ = workspace.add_database("Rows", parent=home)
    documents = crawl(notion).documents
    assert set(documents) == {home, child, database}
    assert "only here" not in documents[home].text
    assert documents[database].breadcrumbs == documents[child].breadcrumbs == ("Home",)


def test_a_crawl_that_dies_moves_no_watermark(workspace: NotionWorkspace, notion: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}", block("paragraph", "text")) for number in range(5)]
    later(workspace)
    first = crawl(notion)
    for page in pages:
        workspace.write(page, block("paragraph", "news"))
    later(workspace)
    dying = connector(notion, pace=LARGE).crawl(first.checkpoint)
    next(dying)
    dying.close()
    for number in range(120):  # so that search names the older news on its second page
        workspace.add_page(f"More {number}")
    later(workspace)
    assert set(pages) <= set(crawl(notion, first.checkpoint, pace=LARGE).documents)


@pytest.mark.parametrize("name", ["400", "404", "409", "500"])
@pytest.mark.parametrize("where", ["/children", "/query", "GET /v1/pages/", "/databases/", "/data_sources/"])
def test_each_error_is_told_or_overcome_and_ends_no_run(
    workspace: NotionWorkspace, notion: NotionServer, name: str, where: str
) -> None:
    home = workspace.add_page("Home", block("paragraph", "welcome"))
    _, source = workspace.add_database("Rows", parent=home)
    workspace.add_page("Row", block("paragraph", "text"), parent=source)
    other = workspace.add_page("Other", block("paragraph", "other"))
    later(workspace)
    notion.faults = [fault(name, where, workspace, times=3)]
    crawled = crawl(notion)
    assert other in crawled.named or crawled.failures
    notion.faults = []
    later(workspace)
    healed = crawl(notion, crawled.checkpoint)
    assert healed.named == workspace.truth()
    assert not [failure for failure in healed.failures if failure.temporary]


def test_the_docs_say_that_notion_tells_of_no_readers() -> None:
    assert "Notion's API does not tell who may read a page" in HOW_TO.read_text()
