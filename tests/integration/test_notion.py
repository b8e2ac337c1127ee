"""Notion pages as documents: their words, properties, comments and files; where each section links to."""

from __future__ import annotations

import pytest

from connectors.documents import SectionKind
from tests.integration.notion_crawls import crawl, later, relation
from tests.servers.notion import Fault, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block, piece, rich, table


def test_a_page_becomes_a_document(workspace: NotionWorkspace, notion: NotionServer) -> None:
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
    document = crawl(notion).documents[page]
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


def test_every_section_links_to_its_block(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P", block("paragraph", "one"), block("paragraph", "two"))
    anchors = [section.anchor for section in crawl(notion).documents[page].sections]
    assert anchors == [name.replace("-", "") for name in workspace.below[page]]


def test_the_configured_principals_may_read_it(workspace: NotionWorkspace, notion: NotionServer) -> None:
    page = workspace.add_page("P")
    assert crawl(notion, access=["team-shop"]).documents[page].access == {"team-shop"}


def test_credentials_in_blocks_titles_and_properties_are_masked(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    secret = "AKIAIOSFODNN7EXAMPLQ"
    parent = workspace.add_page(f"Old {secret}")
    page = workspace.add_page(
        "P", block("code", f"aws_access_key_id = {secret}", language="ini"), parent=parent
    )
    workspace.set_property(page, "Key", {"id": "k", "type": "rich_text", "rich_text": rich(secret)})
    workspace.comment(page, f"the key is {secret}")
    documents = crawl(notion).documents
    assert "aws_access_key_id" in documents[page].text
    assert secret not in str([document.to_json() for document in documents.values()])


def test_properties_are_a_section_and_lists_that_are_cut_short_are_read_whole(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    related = [workspace.add_page(f"Service {number}") for number in range(60)]
    _, source = workspace.add_database("Teams")
    tags = {"id": "t", "type": "multi_select", "multi_select": [{"name": "shop"}, {"name": "tier-1"}]}
    row = workspace.add_page(
        "Team A", block("paragraph", "x"), parent=source, Owns=relation(*related), Tags=tags
    )
    document = crawl(notion).documents[row]
    assert document.sections[0].kind is SectionKind.KEY_VALUE
    assert "Service 0, Service 1" in document.text
    assert "Service 59" in document.text
    assert document.labels == ("shop", "tier-1")


def test_a_relation_to_hundreds_of_pages_arrives_whole(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    related = [workspace.add_page(f"Service {number}.") for number in range(300)]
    _, source = workspace.add_database("Teams")
    row = workspace.add_page("Team A", parent=source, Owns=relation(*related))
    text = crawl(notion).documents[row].text
    assert [number for number in range(300) if f"Service {number}." not in text] == []


def test_the_text_of_a_file_is_read_and_its_link_is_kept_nowhere(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    page = workspace.add_page("P", workspace.attach("runbook.txt", b"First drain the node.\n\nThen wait."))
    later(workspace, 7_200)
    crawled = crawl(notion)
    document = crawled.documents[page]
    assert "First drain the node." in document.text
    section = document.sections[-1]
    assert section.heading_path == ("runbook.txt",)
    assert section.anchor == workspace.below[page][0].replace("-", "")
    assert "X-Amz" not in str(crawled.items) + str(crawled.checkpoint)


@pytest.mark.parametrize("where", ["/users", "/comments"])
def test_links_to_files_are_fresh_however_long_the_server_makes_us_wait(
    workspace: NotionWorkspace, notion: NotionServer, where: str
) -> None:
    _, source = workspace.add_database("Docs")
    files = {"id": "f", "type": "files", "files": [workspace.attach("a.txt", b"inside")["file"]]}
    files["files"][0]["name"] = "a.txt"
    row = workspace.add_page("Row", workspace.attach("b.txt", b"below"), parent=source, Files=files)
    notion.faults = [Fault(where, "action", action=lambda: later(workspace, 7_200))]
    crawled = crawl(notion)
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
    workspace: NotionWorkspace, notion: NotionServer, name: str, data: bytes, reason: str
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"), workspace.attach(name, data))
    crawled = crawl(notion, max_file_bytes=1_000)
    assert "text" in crawled.documents[page].text
    assert [(f.item, f.skipped) for f in crawled.failures] == [(f"notion:wiki/{page}", True)]
    assert reason in crawled.reasons()


def test_a_file_elsewhere_is_not_fetched(workspace: NotionWorkspace, notion: NotionServer) -> None:
    """An author could make this machine ask any address inside the company's network."""
    url = f"{notion.url}/file/secret.txt"
    page = workspace.add_page("P", block("file", type="external", external={"url": url}, name="secret.txt"))
    assert page in crawl(notion).documents
    assert not notion.paths("/file/")
