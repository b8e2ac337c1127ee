"""Which documents a crawl of Notion finds: search, roots, data sources and blocks, reconciled."""

from __future__ import annotations

import pytest

from connectors.documents import SectionKind
from connectors.errors import ConfigurationError
from tests.integration.notion_crawls import crawl, later
from tests.servers.notion import NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block


def test_search_alone_is_not_trusted(workspace: NotionWorkspace, notion: NotionServer) -> None:
    """What search does not show yet is reached from the pages and data sources that it does show."""
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    grandchild = workspace.add_page("Grandchild", block("paragraph", "deep"), parent=child)
    _, source = workspace.add_database("Rows", parent=home)
    row = workspace.add_page("Row", parent=source)
    workspace.unlisted = {child, grandchild, row}
    crawled = crawl(notion)
    assert crawled.named == workspace.truth()
    assert crawled.documents[grandchild].breadcrumbs == ("Home", "Child")


def test_what_only_search_knows_is_found_with_all_above_it(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    home = workspace.add_page("Home")
    middle = workspace.add_page("Middle", parent=home)
    leaf = workspace.add_page("Leaf", parent=middle)
    workspace.unlisted = {home, middle}
    crawled = crawl(notion)
    assert crawled.documents[leaf].breadcrumbs == ("Home", "Middle")
    assert crawled.named == {home, middle, leaf}


def test_a_page_below_one_that_is_not_shared_stands_at_the_top(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    private = workspace.add_page("Board minutes")
    page = workspace.add_page("Public part", block("paragraph", "x"), parent=private)
    workspace.unshared = {private}
    crawled = crawl(notion)
    assert crawled.named == {page}
    assert crawled.documents[page].breadcrumbs == ()
    assert "Board" not in str(crawled.items)


def test_a_database_with_several_data_sources(workspace: NotionWorkspace, notion: NotionServer) -> None:
    database, first, second = workspace.add_database(
        "Inventory", "Services", "Hosts", description="What we run"
    )
    cart = workspace.add_page("cart", block("paragraph", "the cart"), parent=first)
    node = workspace.add_page("node-1", parent=second)
    documents = crawl(notion).documents
    assert set(documents) == {database, cart, node}
    text = documents[database].text
    assert "What we run" in text
    assert [s.heading_path for s in documents[database].sections if s.kind is SectionKind.TABLE] == [
        ("Services",),
        ("Hosts",),
    ]
    assert "| cart |" in text
    assert "| node-1 |" in text
    assert documents[cart].breadcrumbs == ("Inventory",)
    assert documents[database].author == "Ada"


def test_a_data_source_that_is_not_shared_is_told(workspace: NotionWorkspace, notion: NotionServer) -> None:
    database, first, second = workspace.add_database("Inventory", "Services", "Hosts")
    row = workspace.add_page("cart", parent=first)
    workspace.unshared = {second}
    crawled = crawl(notion)
    assert crawled.named == {database, row}
    assert "data source Hosts is not shared" in crawled.reasons()


def test_more_than_a_page_of_rows_blocks_and_results(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    _, source = workspace.add_database("Rows")
    for number in range(250):
        workspace.add_page(f"Row {number}", parent=source)
    long = workspace.add_page("Long", *[block("paragraph", f"line {number}") for number in range(230)])
    later(workspace)
    crawled = crawl(notion)
    assert crawled.named == workspace.truth()
    assert crawled.documents[long].text.split("\n\n") == [f"line {number}" for number in range(230)]
    children = notion.paths(f"GET /v1/blocks/{long}/children")
    assert len(children) == 3
    assert "start_cursor=" in children[1]  # in the query: a body on GET is ignored


def test_roots_bound_what_is_read(workspace: NotionWorkspace, notion: NotionServer) -> None:
    root = workspace.add_page("Platform")
    toggle = block("toggle", "more", id="393abc1e-0000-0000-0000-00000000aaaa", children=[block("divider")])
    workspace.write(root, toggle)
    below = workspace.add_page("Below", parent="393abc1e-0000-0000-0000-00000000aaaa")
    database, source = workspace.add_database("Services", parent=root)
    row = workspace.add_page("cart", parent=source)
    other = workspace.add_page("Human resources")
    workspace.add_page("Salaries", parent=other)
    link = f"https://www.notion.so/acme/Platform-{root.replace('-', '')}?pvs=4"
    for unlisted in (set[str](), {below, row}, {root, database}):
        workspace.unlisted = unlisted
        assert crawl(notion, roots=[link]).named == {root, below, database, row}
    assert crawl(notion, roots=[database]).named == {database, row}


def test_a_root_that_is_not_shared_is_told(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P")
    missing = "393abc1e-0000-0000-0000-00000000ffff"
    crawled = crawl(notion, roots=[page, missing])
    assert crawled.named == {page}
    assert "this root is not shared" in crawled.reasons()
    with pytest.raises(ConfigurationError, match="root 'nonsense' of source wiki"):
        crawl(notion, roots=["nonsense"])


def test_blocks_from_pages_that_are_not_shared_are_counted(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    copy = block("synced_block", synced_from={"block_id": "393abc1e-0000-0000-0000-00000000bbbb"})
    copy["has_children"] = True
    page = workspace.add_page("P", block("paragraph", "mine"), copy)
    crawled = crawl(notion)
    assert crawled.documents[page].text == "mine"
    assert "1 block not read: synced_block from a page that is not shared" in crawled.reasons()


def test_a_synced_block_shows_the_blocks_of_its_original(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    original = "393abc1e-0000-0000-0000-00000000bbbb"
    workspace.add_page(
        "Origin",
        block("synced_block", id=original, synced_from=None, children=[block("paragraph", "shared words")]),
    )
    copy = block("synced_block", synced_from={"block_id": original})
    copy["has_children"] = True
    page = workspace.add_page("Copy", copy)
    assert crawl(notion).documents[page].text == "shared words"


@pytest.mark.parametrize("kind", ["ai_block", "unsupported", "hologram"])
def test_blocks_that_the_api_does_not_show_are_counted(
    workspace: NotionWorkspace, notion: NotionServer, kind: str
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"), block(kind), block(kind))
    crawled = crawl(notion)
    assert crawled.documents[page].text == "text"
    assert f"2 blocks not read: {kind}" in crawled.reasons()


def test_a_linked_view_is_told_and_skipped(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page(
        "P", block("child_database", id="393abc1e-0000-0000-0000-00000000cccc", title="View")
    )
    crawled = crawl(notion)
    assert crawled.named == {page}
    assert [f.skipped for f in crawled.failures] == [True]
    assert "linked view" in crawled.reasons()


def test_blocks_nested_without_end_are_cut(workspace: NotionWorkspace, notion: NotionServer) -> None:
    nested = block("paragraph", "bottom")
    for number in range(60):
        nested = block("toggle", f"level {number}", children=[nested])
    page = workspace.add_page("P", nested)
    crawled = crawl(notion, block_comments=0)
    assert "level 59" in crawled.documents[page].text
    assert "nested too deep" in crawled.reasons()
    assert len(notion.requests) < 60


def test_blocks_that_lead_back_to_themselves_end(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P", block("toggle", "round", children=[block("paragraph", "and round")]))
    toggle = workspace.below[page][0]
    workspace.below[toggle].append(toggle)
    crawled = crawl(notion)
    assert "and round" in crawled.documents[page].text
    assert "repeated" in crawled.reasons()
