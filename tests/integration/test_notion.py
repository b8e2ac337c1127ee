"""The Notion connector against a fake workspace over real HTTP: what it reads, and how it keeps up with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.connectors import build_connector
from api.settings import load_settings
from connectors.documents import Document, SectionKind
from connectors.errors import ConfigurationError
from connectors.http.errors import CredentialsError
from tests.integration.notion_crawls import Mirror, connector, crawl, texts
from tests.servers.notion import TOKEN, Fault, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block, piece, rich, table


@pytest.fixture
def workspace() -> NotionWorkspace:
    return NotionWorkspace()


@pytest.fixture
def server(workspace: NotionWorkspace) -> Iterator[NotionServer]:
    with serving(workspace) as running:
        yield running


def later(workspace: NotionWorkspace, seconds: float = 3_600) -> None:
    workspace.time.at += seconds


def relation(*pages: str) -> dict[str, object]:
    return {"id": "rel", "type": "relation", "relation": [{"id": page} for page in pages], "has_more": False}


# ---- what a document is ------------------------------------------------------------------------------


def test_a_page_becomes_a_document(workspace: NotionWorkspace, server: NotionServer) -> None:
    home = workspace.add_page("Handbook")
    page = workspace.add_page(
        "Restart the cart",
        block("heading_1", "When"),
        block("paragraph", "If ", piece("cart", code=True), " hangs."),
        block("code", "kubectl -n shop rollout restart deploy/cart\n  # wait", language="bash"),
        table(["Env", "Pods"], ["prod", "3"]),
        parent=home,
    )
    later(workspace)
    document = crawl(server).documents[page]
    assert document.id == f"notion:wiki/{page}"
    assert (document.title, document.kind, document.source) == ("Restart the cart", "page", "wiki")
    assert document.breadcrumbs == ("Handbook",)
    assert document.author == "Ada"
    assert document.access == {"public"}
    assert document.updated_at
    assert document.url == f"https://www.notion.so/{page.replace('-', '')}"
    assert [section.kind for section in document.sections] == ["heading", "paragraph", "code", "table"]
    assert document.sections[2].text == "kubectl -n shop rollout restart deploy/cart\n  # wait"
    assert [str(ref) for ref in document.mentions] == ["Deployment/shop/cart"]


def test_every_section_links_to_its_block(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P", block("paragraph", "one"), block("paragraph", "two"))
    anchors = [section.anchor for section in crawl(server).documents[page].sections]
    assert anchors == [name.replace("-", "") for name in workspace.below[page]]


def test_the_configured_principals_may_read_it(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P")
    assert crawl(server, access=["team-shop"]).documents[page].access == {"team-shop"}


def test_credentials_in_blocks_titles_and_properties_are_masked(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    secret = "AKIAIOSFODNN7EXAMPLQ"
    parent = workspace.add_page(f"Old {secret}")
    page = workspace.add_page(
        "P", block("code", f"aws_access_key_id = {secret}", language="ini"), parent=parent
    )
    workspace.set_property(page, "Key", {"id": "k", "type": "rich_text", "rich_text": rich(secret)})
    workspace.comment(page, f"the key is {secret}")
    documents = crawl(server).documents
    assert "aws_access_key_id" in documents[page].text
    assert secret not in str([document.to_json() for document in documents.values()])


def test_properties_are_a_section_and_lists_that_are_cut_short_are_read_whole(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    related = [workspace.add_page(f"Service {number}") for number in range(60)]
    _, source = workspace.add_database("Teams")
    tags = {"id": "t", "type": "multi_select", "multi_select": [{"name": "shop"}, {"name": "tier-1"}]}
    row = workspace.add_page(
        "Team A", block("paragraph", "x"), parent=source, Owns=relation(*related), Tags=tags
    )
    document = crawl(server).documents[row]
    assert document.sections[0].kind is SectionKind.KEY_VALUE
    assert "Service 0, Service 1" in document.text
    assert "Service 59" in document.text
    assert document.labels == ("shop", "tier-1")


def test_a_relation_to_hundreds_of_pages_arrives_whole(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    related = [workspace.add_page(f"Service {number}.") for number in range(300)]
    _, source = workspace.add_database("Teams")
    row = workspace.add_page("Team A", parent=source, Owns=relation(*related))
    text = crawl(server).documents[row].text
    assert [number for number in range(300) if f"Service {number}." not in text] == []


def test_comments_are_sections_with_their_authors(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P", block("paragraph", "text"))
    workspace.comment(page, "Is this still true?")
    workspace.comment(page, "Which one?", block=workspace.below[page][0])
    sections = crawl(server).documents[page].sections
    assert [section.text for section in sections] == ["text", "Ada: Is this still true?", "Ada: Which one?"]
    assert sections[1].heading_path == ("Comments",)
    assert sections[2].anchor == sections[0].anchor


def test_the_text_of_a_file_is_read_and_its_link_is_kept_nowhere(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    page = workspace.add_page("P", workspace.attach("runbook.txt", b"First drain the node.\n\nThen wait."))
    later(workspace, 7_200)
    crawled = crawl(server)
    document = crawled.documents[page]
    assert "First drain the node." in document.text
    section = document.sections[-1]
    assert section.heading_path == ("runbook.txt",)
    assert section.anchor == workspace.below[page][0].replace("-", "")
    assert "X-Amz" not in str(crawled.items) + str(crawled.checkpoint)


@pytest.mark.parametrize("where", ["/users", "/comments"])
def test_links_to_files_are_fresh_however_long_the_server_makes_us_wait(
    workspace: NotionWorkspace, server: NotionServer, where: str
) -> None:
    _, source = workspace.add_database("Docs")
    files = {"id": "f", "type": "files", "files": [workspace.attach("a.txt", b"inside")["file"]]}
    files["files"][0]["name"] = "a.txt"
    row = workspace.add_page("Row", workspace.attach("b.txt", b"below"), parent=source, Files=files)
    server.faults = [Fault(where, "action", action=lambda: later(workspace, 7_200))]
    crawled = crawl(server)
    assert not crawled.failures
    assert "inside" in crawled.documents[row].text
    assert "below" in crawled.documents[row].text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.exe", b"MZ", "files of this type are not read"),
        ("a.pdf", b"no pdf", "broken"),
        ("a.docx", b"PK\3\4 no", "no Office file"),
        ("big.txt", b"x" * 2_000, "is larger than 1000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_hurts_nothing(
    workspace: NotionWorkspace, server: NotionServer, name: str, data: bytes, reason: str
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"), workspace.attach(name, data))
    crawled = crawl(server, max_file_bytes=1_000)
    assert "text" in crawled.documents[page].text
    assert [(f.item, f.skipped) for f in crawled.failures] == [(f"notion:wiki/{page}", True)]
    assert reason in crawled.reasons()


def test_a_file_elsewhere_is_not_fetched(workspace: NotionWorkspace, server: NotionServer) -> None:
    """An author could make this machine ask any address inside the company's network."""
    url = f"{server.url}/file/secret.txt"
    page = workspace.add_page("P", block("file", type="external", external={"url": url}, name="secret.txt"))
    assert page in crawl(server).documents
    assert not server.paths("/file/")


# ---- which documents there are -----------------------------------------------------------------------


def test_search_alone_is_not_trusted(workspace: NotionWorkspace, server: NotionServer) -> None:
    """What search does not show yet is reached from the pages and data sources that it does show."""
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    grandchild = workspace.add_page("Grandchild", block("paragraph", "deep"), parent=child)
    _, source = workspace.add_database("Rows", parent=home)
    row = workspace.add_page("Row", parent=source)
    workspace.unlisted = {child, grandchild, row}
    crawled = crawl(server)
    assert crawled.named == workspace.truth()
    assert crawled.documents[grandchild].breadcrumbs == ("Home", "Child")


def test_what_only_search_knows_is_found_with_all_above_it(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    home = workspace.add_page("Home")
    middle = workspace.add_page("Middle", parent=home)
    leaf = workspace.add_page("Leaf", parent=middle)
    workspace.unlisted = {home, middle}
    crawled = crawl(server)
    assert crawled.documents[leaf].breadcrumbs == ("Home", "Middle")
    assert crawled.named == {home, middle, leaf}


def test_a_page_below_one_that_is_not_shared_stands_at_the_top(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    private = workspace.add_page("Board minutes")
    page = workspace.add_page("Public part", block("paragraph", "x"), parent=private)
    workspace.unshared = {private}
    crawled = crawl(server)
    assert crawled.named == {page}
    assert crawled.documents[page].breadcrumbs == ()
    assert "Board" not in str(crawled.items)


def test_a_database_with_several_data_sources(workspace: NotionWorkspace, server: NotionServer) -> None:
    database, first, second = workspace.add_database(
        "Inventory", "Services", "Hosts", description="What we run"
    )
    cart = workspace.add_page("cart", block("paragraph", "the cart"), parent=first)
    node = workspace.add_page("node-1", parent=second)
    documents = crawl(server).documents
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


def test_a_data_source_that_is_not_shared_is_told(workspace: NotionWorkspace, server: NotionServer) -> None:
    database, first, second = workspace.add_database("Inventory", "Services", "Hosts")
    row = workspace.add_page("cart", parent=first)
    workspace.unshared = {second}
    crawled = crawl(server)
    assert crawled.named == {database, row}
    assert "data source Hosts is not shared" in crawled.reasons()


def test_more_than_a_page_of_rows_blocks_and_results(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    _, source = workspace.add_database("Rows")
    for number in range(250):
        workspace.add_page(f"Row {number}", parent=source)
    long = workspace.add_page("Long", *[block("paragraph", f"line {number}") for number in range(230)])
    later(workspace)
    crawled = crawl(server)
    assert crawled.named == workspace.truth()
    assert crawled.documents[long].text.split("\n\n") == [f"line {number}" for number in range(230)]
    children = server.paths(f"GET /v1/blocks/{long}/children")
    assert len(children) == 3
    assert "start_cursor=" in children[1]  # in the query: a body on GET is ignored


def test_roots_bound_what_is_read(workspace: NotionWorkspace, server: NotionServer) -> None:
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
        assert crawl(server, roots=[link]).named == {root, below, database, row}
    assert crawl(server, roots=[database]).named == {database, row}


def test_a_root_that_is_not_shared_is_told(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P")
    missing = "393abc1e-0000-0000-0000-00000000ffff"
    crawled = crawl(server, roots=[page, missing])
    assert crawled.named == {page}
    assert "this root is not shared" in crawled.reasons()
    with pytest.raises(ConfigurationError, match="root 'nonsense' of source wiki"):
        crawl(server, roots=["nonsense"])


def test_blocks_from_pages_that_are_not_shared_are_counted(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    copy = block("synced_block", synced_from={"block_id": "393abc1e-0000-0000-0000-00000000bbbb"})
    copy["has_children"] = True
    page = workspace.add_page("P", block("paragraph", "mine"), copy)
    crawled = crawl(server)
    assert crawled.documents[page].text == "mine"
    assert "1 block not read: synced_block from a page that is not shared" in crawled.reasons()


def test_a_synced_block_shows_the_blocks_of_its_original(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    original = "393abc1e-0000-0000-0000-00000000bbbb"
    workspace.add_page(
        "Origin",
        block("synced_block", id=original, synced_from=None, children=[block("paragraph", "shared words")]),
    )
    copy = block("synced_block", synced_from={"block_id": original})
    copy["has_children"] = True
    page = workspace.add_page("Copy", copy)
    assert crawl(server).documents[page].text == "shared words"


@pytest.mark.parametrize("kind", ["ai_block", "unsupported", "hologram"])
def test_blocks_that_the_api_does_not_show_are_counted(
    workspace: NotionWorkspace, server: NotionServer, kind: str
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"), block(kind), block(kind))
    crawled = crawl(server)
    assert crawled.documents[page].text == "text"
    assert f"2 blocks not read: {kind}" in crawled.reasons()


def test_a_linked_view_is_told_and_skipped(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page(
        "P", block("child_database", id="393abc1e-0000-0000-0000-00000000cccc", title="View")
    )
    crawled = crawl(server)
    assert crawled.named == {page}
    assert [f.skipped for f in crawled.failures] == [True]
    assert "linked view" in crawled.reasons()


def test_blocks_nested_without_end_are_cut(workspace: NotionWorkspace, server: NotionServer) -> None:
    nested = block("paragraph", "bottom")
    for number in range(60):
        nested = block("toggle", f"level {number}", children=[nested])
    page = workspace.add_page("P", nested)
    crawled = crawl(server)
    assert "level 59" in crawled.documents[page].text
    assert "nested too deep" in crawled.reasons()
    assert len(server.requests) < 60


def test_blocks_that_lead_back_to_themselves_end(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P", block("toggle", "round", children=[block("paragraph", "and round")]))
    toggle = workspace.below[page][0]
    workspace.below[toggle].append(toggle)
    crawled = crawl(server)
    assert "and round" in crawled.documents[page].text
    assert "repeated" in crawled.reasons()


# ---- keeping up --------------------------------------------------------------------------------------


def test_nothing_is_read_again_without_news(workspace: NotionWorkspace, server: NotionServer) -> None:
    home = workspace.add_page("Home", block("paragraph", "x"), block("ai_block"))
    for number in range(30):
        workspace.add_page(f"Page {number}", block("paragraph", "y"), parent=home)
    later(workspace)
    first = crawl(server)
    server.requests.clear()
    second = crawl(server, first.checkpoint)
    assert second.named == first.named
    assert not second.documents
    assert second.failures == first.failures
    assert second.checkpoint == first.checkpoint
    assert server.requests == ["POST /v1/search"]


def test_only_edited_pages_are_read(workspace: NotionWorkspace, server: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}", block("paragraph", "y")) for number in range(30)]
    later(workspace)
    first = crawl(server)
    workspace.write(pages[7], block("paragraph", "new"))
    later(workspace)
    server.requests.clear()
    second = crawl(server, first.checkpoint)
    assert set(second.documents) == {pages[7]}
    assert second.named == first.named
    assert len(server.requests) <= 4


def test_an_edit_in_the_same_minute_as_the_last_crawl_is_seen(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    """`last_edited_time` is rounded to the minute: the time alone does not tell."""
    workspace.time.at -= workspace.time.at % 60
    page = workspace.add_page("P", block("paragraph", "first"))
    later(workspace, 10)
    first = crawl(server)
    later(workspace, 10)
    workspace.write(page, block("paragraph", "second"))
    later(workspace)
    second = crawl(server, first.checkpoint)
    assert second.documents[page].text == "second"
    assert not crawl(server, second.checkpoint).documents


def test_a_clock_here_that_goes_wrong_loses_no_edit(workspace: NotionWorkspace, server: NotionServer) -> None:
    """What counts is Notion's clock, which its answers tell."""
    page = workspace.add_page("P", block("paragraph", "first"))
    here = NotionWorkspace().time
    here.at += 86_400 * 30
    first = crawl(server, clock=here.clock)
    workspace.write(page, block("paragraph", "second"))
    assert crawl(server, first.checkpoint, clock=here.clock).documents[page].text == "second"


def test_a_deleted_page_is_gone_and_a_restored_one_is_back(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    grandchild = workspace.add_page("Grandchild", parent=child)
    later(workspace)
    first = crawl(server)
    workspace.trash(child)
    later(workspace)
    second = crawl(server, first.checkpoint)
    assert second.named == {home}
    assert not second.failures
    workspace.restore(child)
    later(workspace)
    assert crawl(server, second.checkpoint).named == {home, child, grandchild}


def test_a_page_that_search_forgets_is_not_gone(workspace: NotionWorkspace, server: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}") for number in range(5)]
    later(workspace)
    first = crawl(server)
    workspace.unlisted = {pages[2]}
    server.requests.clear()
    second = crawl(server, first.checkpoint)
    assert second.named == set(pages)
    assert server.paths("GET /v1/pages/") == [f"GET /v1/pages/{pages[2]}"]


def test_a_page_that_is_no_longer_shared_is_gone(workspace: NotionWorkspace, server: NotionServer) -> None:
    pages = [workspace.add_page(f"Page {number}") for number in range(3)]
    later(workspace)
    first = crawl(server)
    workspace.unshared = {pages[1]}
    assert crawl(server, first.checkpoint).named == {pages[0], pages[2]}


@pytest.mark.parametrize("change", ["rename", "move"])
def test_pages_below_one_that_is_renamed_or_moved_say_so(
    workspace: NotionWorkspace, server: NotionServer, change: str
) -> None:
    """Their own time of edit stays."""
    archive = workspace.add_page("Archive")
    home = workspace.add_page("Home")
    child = workspace.add_page("Child", parent=home)
    leaf = workspace.add_page("Leaf", parent=child)
    other = workspace.add_page("Other", block("paragraph", "x"))
    later(workspace)
    first = crawl(server)
    if change == "rename":
        workspace.rename(child, "Renamed")
    else:
        workspace.move(child, archive)
    later(workspace)
    second = crawl(server, first.checkpoint)
    expected = ("Home", "Renamed") if change == "rename" else ("Archive", "Child")
    assert second.documents[leaf].breadcrumbs == expected
    assert other in second.unchanged


def test_a_page_shows_the_new_title_of_one_that_it_links_to(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    target = workspace.add_page("Target")
    page = workspace.add_page("P", block("link_to_page", type="page_id", page_id=target))
    later(workspace)
    first = crawl(server)
    assert "[Target]" in first.documents[page].text
    workspace.rename(target, "New name")
    later(workspace)
    assert "[New name]" in crawl(server, first.checkpoint).documents[page].text


def test_a_database_is_read_again_when_a_row_changes(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    database, source = workspace.add_database("Rows")
    row = workspace.add_page("before", parent=source)
    still = workspace.add_page("still", parent=source)
    later(workspace)
    first = crawl(server)
    workspace.rename(row, "after")
    later(workspace)
    second = crawl(server, first.checkpoint)
    assert "| after |" in second.documents[database].text
    assert second.unchanged == {still}


def test_the_newer_of_two_answers_counts(
    workspace: NotionWorkspace, server: NotionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data source may lag behind search, as search may lag behind the pages."""
    _, source = workspace.add_database("Rows")
    row = workspace.add_page("Row", block("paragraph", "before"), parent=source)
    later(workspace)
    first = crawl(server)
    stale = [dict(held) for held in workspace.rows(source)]
    workspace.write(row, block("paragraph", "after"))
    later(workspace)
    monkeypatch.setattr(workspace, "rows", lambda _: stale)
    assert crawl(server, first.checkpoint).documents[row].text == "after"


def test_other_settings_make_all_be_read_again(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = workspace.add_page("P")
    later(workspace)
    checkpoint = crawl(server).checkpoint
    assert set(crawl(server, checkpoint, access=["team"]).documents) == {page}
    assert set(crawl(server, {"settings": "old", "items": {}}).documents) == {page}


def test_a_long_history_of_changes_ends_with_what_is_there(
    workspace: NotionWorkspace, server: NotionServer
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
        mirror.take(crawl(server, mirror.checkpoint))
        later(workspace, 20)
        step()
    mirror.take(crawl(server, mirror.checkpoint))
    assert texts(mirror.documents.values()) == texts(crawl(server).documents.values())


# ---- checking, rights, secrecy -----------------------------------------------------------------------


def test_check_says_what_to_do(workspace: NotionWorkspace, server: NotionServer) -> None:
    assert "nothing is shared" in connector(server).check().message
    page = workspace.add_page("P")
    assert connector(server).check().ok
    assert connector(server, roots=[page]).check().ok
    assert not connector(server, roots=["393abc1e-0000-0000-0000-00000000ffff"]).check().ok
    assert "neither a Notion id" in connector(server, roots=["nonsense"]).check().message
    wrong = connector(server, token="ntn_wrong_9999").check()
    assert "answered 401" in wrong.message
    assert "`token`" in wrong.message
    assert "ntn_wrong" not in wrong.message


def test_a_configured_source_is_built(
    workspace: NotionWorkspace, server: NotionServer, tmp_path: Path
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"))
    config = tmp_path / "config.yaml"
    config.write_text(
        f"sources:\n  - {{name: wiki, type: notion, token: '${{T}}', url: '{server.url}', access: [team],"
        f" roots: [{page}]}}\n"
    )
    (source,) = load_settings(config, {"T": TOKEN}).sources
    built = build_connector(source, tmp_path)
    assert built.check().ok
    (document,) = built.crawl()
    assert isinstance(document, Document)
    assert (document.id, document.access) == (f"notion:wiki/{page}", {"team"})


def test_list_ids_names_all_that_exists(workspace: NotionWorkspace, server: NotionServer) -> None:
    workspace.add_page("Child", parent=workspace.add_page("Home"))
    assert set(connector(server).list_ids()) == {f"notion:wiki/{name}" for name in workspace.truth()}


def test_a_wrong_token_ends_the_crawl(workspace: NotionWorkspace, server: NotionServer) -> None:
    workspace.add_page("P")
    with pytest.raises(CredentialsError, match="401"):
        crawl(server, token="ntn_wrong_9999")


@pytest.mark.parametrize(
    ("capability", "words"),
    [("comments", "`Read comments`"), ("users", "`Read user information`")],
)
def test_a_missing_capability_is_named_once_and_the_rest_is_read(
    workspace: NotionWorkspace, server: NotionServer, capability: str, words: str
) -> None:
    pages = {workspace.add_page(f"Page {number}", block("paragraph", "x")) for number in range(5)}
    workspace.capabilities.discard(capability)
    crawled = crawl(server)
    assert set(crawled.documents) == pages
    assert len(crawled.failures) == 1
    assert words in crawled.reasons()
    assert len(server.paths(f"/{capability}")) == 1


def test_a_capability_that_is_given_later_makes_all_be_read_again(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    """The pages themselves have not been edited."""
    page = workspace.add_page("P", block("paragraph", "text"))
    workspace.comment(page, "Is it true?")
    later(workspace)
    workspace.capabilities = {"content"}
    first = crawl(server)
    assert "Is it true?" not in first.documents[page].text
    second = crawl(server, first.checkpoint)
    assert second.unchanged == {page}
    assert second.checkpoint == first.checkpoint
    workspace.capabilities |= {"comments", "users"}
    third = crawl(server, second.checkpoint)
    assert "Ada: Is it true?" in third.documents[page].text
    assert third.documents[page].author == "Ada"
    assert crawl(server, third.checkpoint).unchanged == {page}


def test_without_the_capability_to_read_nothing_is_deleted(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    workspace.add_page("P")
    first = crawl(server)
    workspace.capabilities.discard("content")
    mirror = Mirror()
    mirror.take(first)
    second = crawl(server, first.checkpoint)
    mirror.take(second)
    assert "`Read content`" in second.reasons()
    assert len(mirror.documents) == 1


def test_no_token_and_no_signature_is_logged(
    workspace: NotionWorkspace, server: NotionServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    workspace.add_page("P", workspace.attach("a.txt", b"text"), workspace.attach("b.txt", b""))
    server.faults = [Fault("/file/b.txt", status=403), Fault("/comments", status=400)]
    crawled = crawl(server)
    assert caplog.records
    shown = caplog.text + crawled.reasons() + repr(connector(server))
    assert TOKEN not in shown
    assert "s3cr3t" not in shown
