"""What is checked, which rights Notion's integration may lack, and what never is in a log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from api.connectors import build_connector
from api.settings import load_settings
from connectors.documents import Document
from connectors.http.errors import CredentialsError
from tests.integration.notion_crawls import Mirror, connector, crawl, later
from tests.servers.notion import TOKEN, Fault, NotionServer
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block


def test_check_says_what_to_do(workspace: NotionWorkspace, notion: NotionServer) -> None:
    assert "nothing is shared" in connector(notion).check().message
    page = workspace.add_page("P")
    assert connector(notion).check().ok
    assert connector(notion, roots=[page]).check().ok
    assert not connector(notion, roots=["393abc1e-0000-0000-0000-00000000ffff"]).check().ok
    assert "neither a Notion id" in connector(notion, roots=["nonsense"]).check().message
    wrong = connector(notion, token="ntn_wrong_9999").check()
    assert "answered 401" in wrong.message
    assert "`token`" in wrong.message
    assert "ntn_wrong" not in wrong.message


def test_a_configured_source_is_built(
    workspace: NotionWorkspace, notion: NotionServer, tmp_path: Path
) -> None:
    page = workspace.add_page("P", block("paragraph", "text"))
    config = tmp_path / "config.yaml"
    config.write_text(
        f"sources:\n  - {{name: wiki, type: notion, token: '${{T}}', url: '{notion.url}', access: [team],"
        f" roots: [{page}]}}\n"
    )
    (source,) = load_settings(config, {"T": TOKEN}).sources
    built = build_connector(source, tmp_path)
    assert built.check().ok
    (document,) = built.crawl()
    assert isinstance(document, Document)
    assert (document.id, document.access) == (f"notion:wiki/{page}", {"team"})


def test_list_ids_names_all_that_exists(workspace: NotionWorkspace, notion: NotionServer) -> None:
    workspace.add_page("Child", parent=workspace.add_page("Home"))
    assert set(connector(notion).list_ids()) == {f"notion:wiki/{name}" for name in workspace.truth()}


def test_a_wrong_token_ends_the_crawl(workspace: NotionWorkspace, notion: NotionServer) -> None:
    workspace.add_page("P")
    with pytest.raises(CredentialsError, match="401"):
        crawl(notion, token="ntn_wrong_9999")


@pytest.mark.parametrize(
    ("capability", "words"),
    [("comments", "`Read comments`"), ("users", "`Read user information`")],
)
def test_a_missing_capability_is_named_once_and_the_rest_is_read(
    workspace: NotionWorkspace, notion: NotionServer, capability: str, words: str
) -> None:
    pages = {workspace.add_page(f"Page {number}", block("paragraph", "x")) for number in range(5)}
    workspace.capabilities.discard(capability)
    crawled = crawl(notion)
    assert set(crawled.documents) == pages
    assert len(crawled.failures) == 1
    assert words in crawled.reasons()
    assert len(notion.paths(f"/{capability}")) == 1


def test_a_capability_that_is_given_later_makes_all_be_read_again(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    """The pages themselves have not been edited."""
    page = workspace.add_page("P", block("paragraph", "text"))
    workspace.comment(page, "Is it true?")
    later(workspace)
    workspace.capabilities = {"content"}
    first = crawl(notion)
    assert "Is it true?" not in first.documents[page].text
    second = crawl(notion, first.checkpoint)
    assert second.unchanged == {page}
    assert second.checkpoint["lacks"] == first.checkpoint["lacks"]
    workspace.capabilities |= {"comments", "users"}
    third = crawl(notion, second.checkpoint)
    assert "Ada: Is it true?" in third.documents[page].text
    assert third.documents[page].author == "Ada"
    assert crawl(notion, third.checkpoint).unchanged == {page}


def test_without_the_capability_to_read_nothing_is_deleted(
    workspace: NotionWorkspace, notion: NotionServer
) -> None:
    workspace.add_page("P")
    first = crawl(notion)
    workspace.capabilities.discard("content")
    mirror = Mirror()
    mirror.take(first)
    second = crawl(notion, first.checkpoint)
    mirror.take(second)
    assert "`Read content`" in second.reasons()
    assert len(mirror.documents) == 1


def test_no_token_and_no_signature_is_logged(
    workspace: NotionWorkspace, notion: NotionServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    workspace.add_page("P", workspace.attach("a.txt", b"text"), workspace.attach("b.txt", b""))
    notion.faults = [Fault("/file/b.txt", status=403), Fault("/comments", status=400)]
    crawled = crawl(notion)
    assert caplog.records
    shown = caplog.text + crawled.reasons() + repr(connector(notion))
    assert TOKEN not in shown
    assert "s3cr3t" not in shown
