"""The Confluence connector against the fake: what it reads, line by line of what is known to go wrong."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.connectors import build_connector
from api.settings import load_settings
from connectors.documents import Document, Failure
from connectors.errors import TemporaryError
from tests.integration.confluence_crawls import CODE, Crawled, connector, crawl
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, Fault, too_many

DAY = 86_400


def home(site: ConfluenceSite) -> str:
    return site.spaces["OPS"].homepage


def macro(name: str, body: str) -> str:
    return (
        f'<ac:structured-macro ac:name="{name}"><ac:rich-text-body>{body}</ac:rich-text-body>'
        "</ac:structured-macro>"
    )


# ---- 1: storage format ------------------------------------------------------------------------------------


def test_code_is_byte_equal_and_headings_can_be_linked(server: ConfluenceServer) -> None:
    yaml = "apiVersion: v1\n  kind:\tPod\n\n# end  \n"
    page = server.site.add_page("Run it", f"<h2>Roll back</h2><p>So:</p>{CODE.format(yaml)}")
    document = crawl(server).documents[page.id]
    code = next(section for section in document.sections if section.kind == "code")
    assert (code.text, code.language) == (yaml, "yaml")
    assert document.text[code.start : code.end] == yaml
    assert code.anchor == ("Roll-back" if server.cloud else "Runit-Rollback")
    assert document.url.startswith(server.base + "/")
    assert page.id in document.url


def test_people_who_are_mentioned_have_names(server: ConfluenceServer) -> None:
    ben = server.site.add_user("ben", name="Ben Builder")
    key = f'ri:account-id="{ben.account_id}"' if server.cloud else f'ri:userkey="{ben.key}"'
    page = server.site.add_page("Who", f"<p>Ask <ac:link><ri:user {key}/></ac:link>.</p>")
    document = crawl(server).documents[page.id]
    assert "@Ben Builder" in document.text
    assert document.author == "Ada Author"


def test_people_who_are_mentioned_on_an_included_page_have_names_there_too(server: ConfluenceServer) -> None:
    ben = server.site.add_user("ben", name="Ben Builder")
    key = f'ri:account-id="{ben.account_id}"' if server.cloud else f'ri:userkey="{ben.key}"'
    mention = f"<p>Ask <ac:link><ri:user {key}/></ac:link>.</p>"
    server.site.add_page("Whole", mention + macro("excerpt", mention))
    page = server.site.add_page("Host", include("Whole") + include("Whole", name="excerpt-include"))
    assert crawl(server).documents[page.id].text.count("@Ben Builder") == 3


def test_an_unknown_macro_keeps_its_words_and_is_told_in_each_crawl(server: ConfluenceServer) -> None:
    page = server.site.add_page("Odd", macro("strange", "<p>Kept</p>"))
    first = crawl(server)
    second = crawl(server, first.checkpoint)
    assert "Kept" in first.documents[page.id].text
    for crawled in (first, second):
        assert "1 macro of unknown kind 'strange'" in crawled.reasons()
        assert all(failure.skipped for failure in crawled.failures)


def test_credentials_are_masked_wherever_they_stand(server: ConfluenceServer) -> None:
    secret = "q7Xv9LmZ2RtB8kWc4NfD"
    page = server.site.add_page("Keys", CODE.format(f"aws_secret_access_key: {secret}"))
    server.site.comment(page.id, f"<p>password: {secret}</p>")
    server.site.attach(page.id, "env.txt", f"API_TOKEN={secret}".encode())
    for document in crawl(server).documents.values():
        assert secret not in str(document.to_json())


# ---- includes ---------------------------------------------------------------------------------------------


def include(title: str, space: str = "", *, name: str = "include") -> str:
    key = f' ri:space-key="{space}"' if space else ""
    return (
        f'<ac:structured-macro ac:name="{name}"><ac:parameter ac:name=""><ac:link>'
        f'<ri:page{key} ri:content-title="{title}"/></ac:link></ac:parameter></ac:structured-macro>'
    )


def test_what_a_page_includes_is_part_of_it_and_of_who_may_read_it(server: ConfluenceServer) -> None:
    site = server.site
    site.add_space("SEC", "Secrets", groups=("money",))
    site.add_page("Shared", "<p>Wrong space</p>", space="OPS")
    shared = site.add_page("Shared", "<p>The vault</p>", space="SEC")
    page = site.add_page("Guide", f"<p>Before</p>{include('Shared', 'SEC')}<p>After</p>", space="OPS")
    first = crawl(server)
    document = first.documents[page.id]
    assert "Before" in document.text.split("The vault")[0]
    assert "After" in document.text.split("The vault")[1]
    assert "Wrong space" not in document.text
    assert document.access == {"group:money"}
    assert shared.id not in first.named
    site.edit(shared.id, "<p>The new vault</p>")
    second = crawl(server, first.checkpoint)
    assert set(second.documents) == {page.id}
    assert "The new vault" in second.documents[page.id].text


def test_includes_in_a_circle_end(server: ConfluenceServer) -> None:
    one = server.site.add_page("One", f"<p>first</p>{include('Two')}")
    server.site.add_page("Two", f"<p>second</p>{include('One')}")
    crawled = crawl(server)
    assert "second" in crawled.documents[one.id].text
    assert crawled.documents[one.id].text.count("first") == 1
    assert "includes itself" in crawled.reasons()


def test_an_excerpt_is_included_alone_and_one_that_is_not_there_is_told(server: ConfluenceServer) -> None:
    server.site.add_page("Whole", "<p>Around</p>" + macro("excerpt", "<p>Core</p>"))
    page = server.site.add_page("Part", include("Whole", name="excerpt-include") + include("Nowhere"))
    crawled = crawl(server)
    text = crawled.documents[page.id].text
    assert "Core" in text
    assert "Around" not in text
    assert "'Nowhere' of space OPS is not there" in crawled.reasons()
    server.site.add_page("Nowhere", "<p>Here now</p>")
    assert "Here now" in crawl(server, crawled.checkpoint).documents[page.id].text


# ---- 4: pages of results ----------------------------------------------------------------------------------


def test_lists_are_read_to_their_ends(server: ConfluenceServer) -> None:
    pages = {server.site.add_page(f"Page {number}", f"<p>{number}</p>").id for number in range(230)}
    crawled = crawl(server)
    assert pages < set(crawled.documents)
    assert not crawled.failures


def test_an_empty_page_of_results_is_not_the_end(server: ConfluenceServer) -> None:
    for number in range(230):
        server.site.add_page(f"Page {number}")
    server.faults = [Fault("content/search.*type in .*page", "empty", after=1)]
    crawled = crawl(server)
    assert len(crawled.documents) == 231
    assert not crawled.failures


def test_an_expired_cursor_begins_the_list_anew(server: ConfluenceServer) -> None:
    for number in range(230):
        server.site.add_page(f"Page {number}")
    server.faults = [Fault("content/search.*type in .*page.*(cursor|start)=", "expire")]
    assert len(crawl(server).documents) == 231


# ---- 5: failures ------------------------------------------------------------------------------------------


def test_a_body_that_only_its_view_gives_is_read_from_there(server: ConfluenceServer) -> None:
    pages = [server.site.add_page(f"Page {number}", f"<p>body {number}</p>") for number in range(60)]
    server.site.heavy.add(pages[30].id)
    crawled = crawl(server)
    assert not crawled.failures
    for number, page in enumerate(pages):
        assert f"body {number}" in crawled.documents[page.id].text


def test_a_page_that_cannot_be_read_fails_alone_and_is_kept(server: ConfluenceServer) -> None:
    site = server.site
    pages = [site.add_page(f"Page {number}", f"<p>body {number}</p>") for number in range(20)]
    first = crawl(server)
    site.edit(pages[7].id, "<p>new</p>")
    site.edit(pages[8].id, "<p>new</p>")
    site.heavy.add(pages[7].id)
    server.faults = [Fault(f"id in \\({pages[7].id}\\).*body.view", times=99)]
    second = crawl(server, first.checkpoint)
    assert set(second.documents) == {pages[8].id}
    assert [(f.item, f.temporary) for f in second.failures] == [(f"confluence:wiki/{pages[7].id}", True)]
    server.faults = []
    third = crawl(server, second.checkpoint)
    assert set(third.documents) == {pages[7].id}


@pytest.mark.parametrize("dated", [True, False])
def test_waits_of_more_than_a_minute_are_respected(server: ConfluenceServer, dated: bool) -> None:
    before = server.site.time.at
    server.faults = [too_many("content/search", seconds=90, dated=dated)]
    assert crawl(server).documents
    assert server.site.time.at - before >= 90


def test_nothing_there_is_an_error_of_the_whole_source(server: ConfluenceServer) -> None:
    server.faults = [Fault("", status=503, times=10**6)]
    with pytest.raises(TemporaryError, match="503"):
        crawl(server)
    server.faults = [Fault("", "cut", times=10**6)]
    assert not connector(server).check().ok


def test_a_token_is_named_nowhere(server: ConfluenceServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    report = connector(server, token="not-the-token-4711", user="nobody@acme.example").check()
    assert not report.ok
    assert "email" in report.message
    page = server.site.add_page("Private", "<p>words of the page</p>")
    crawl(server)
    everything = report.message + caplog.text
    assert "not-the-token-4711" not in everything
    assert server.site.service.token not in everything
    assert "words of the page" not in everything
    assert page.id


# ---- 6: identity ------------------------------------------------------------------------------------------


def test_everything_that_is_content_and_nothing_else(server: ConfluenceServer) -> None:
    site = server.site
    kinds = ["page", "blogpost"] + (["folder", "whiteboard"] if server.cloud else [])
    made = {kind: site.add_page(f"A {kind}", kind=kind, space="OPS") for kind in kinds}
    live = site.add_page("Live", "<p>doc</p>", subtype="live")
    for status in ("draft", "archived", "trashed"):
        site.add_page(f"Not {status}", status=status)
    site.add_page("Data", kind="database", space="OPS")
    crawled = crawl(server)
    assert set(crawled.documents) == {home(site), live.id, *(page.id for page in made.values())}
    for kind in ("folder", "whiteboard"):
        if kind in made:
            assert crawled.documents[made[kind].id].text == f"A {kind}"


def test_labels_dates_and_versions(server: ConfluenceServer) -> None:
    site = server.site
    page = site.add_page("Labelled", "<p>x</p>", labels=("runbook", "cart"))
    first = crawl(server)
    document = first.documents[page.id]
    assert document.labels == ("cart", "runbook")
    assert document.version == "1"
    assert document.updated_at == datetime.fromtimestamp(page.version.when, UTC)
    site.label(page.id, "cart")
    assert crawl(server, first.checkpoint).documents[page.id].labels == ("cart",)


def test_comments_tell_what_they_are_about_and_whether_that_is_resolved(server: ConfluenceServer) -> None:
    site = server.site
    marked = '<ac:inline-comment-marker ac:ref="m-1">ten minutes</ac:inline-comment-marker>'
    page = site.add_page("Steps", f"<h1>Restart</h1><p>Wait {marked}.</p>")
    inline = site.comment(page.id, "<p>Two are enough</p>", marker="m-1", selection="ten minutes")
    site.comment(page.id, f"<p>I run:</p>{CODE.format('kubectl get pods')}")
    first = crawl(server)
    sections = {section.text: section for section in first.documents[page.id].sections}
    about = sections["On “ten minutes”\n\nAda Author: Two are enough"]
    assert about.heading_path == ("Restart", "Comments")
    assert about.anchor == ("Restart" if server.cloud else "Steps-Restart")
    assert sections["kubectl get pods"].kind == "code"
    assert crawl(server, first.checkpoint).unchanged == first.named
    site.time.at += 600
    site.resolve(inline.id)
    second = crawl(server, first.checkpoint)
    assert "On “ten minutes” (resolved)" in second.documents[page.id].text
    site.remove_comment(inline.id)
    third = crawl(server, second.checkpoint)
    assert "Two are enough" not in third.documents[page.id].text
    site.comment(page.id, "<p>One more</p>")
    assert "One more" in crawl(server, third.checkpoint).documents[page.id].text


def test_attachments_are_documents_of_their_own(server: ConfluenceServer) -> None:
    site = server.site
    page = site.add_page("Files", "<p>see below</p>", parent=home(site))
    text = site.attach(page.id, "plan.txt", b"The plan", media_type="text/plain")
    drawing = b'<mxGraphModel><root><mxCell value="Cart service"/></root></mxGraphModel>'
    diagram = site.attach(page.id, "Overview", drawing, media_type="application/vnd.jgraph.mxfile")
    big = site.attach(page.id, "big.csv", b"a,b\n" * 1_000)
    packed = site.attach(page.id, "all.zip", b"PK")
    for number in range(3):
        site.attach(page.id, f"{number}.png", b"png", media_type="image/png")
    first = crawl(server, max_file_bytes=2_000)
    assert first.documents[text.id].text == "The plan"
    assert first.documents[text.id].breadcrumbs == ("Operations", "Operations Home", "Files")
    assert "Cart service" in first.documents[diagram.id].text
    reasons = {failure.item: failure for failure in first.failures}
    assert "larger than 2000 bytes" in reasons[f"confluence:wiki/{big.id}"].reason
    assert "this type" in reasons[f"confluence:wiki/{packed.id}"].reason
    assert "3 files of type .png" in reasons["confluence:wiki#png"].reason
    assert all(failure.skipped for failure in first.failures)
    site.attach(page.id, "plan.txt", b"The new plan")
    second = crawl(server, first.checkpoint, max_file_bytes=2_000)
    assert {name: d.text for name, d in second.documents.items()} == {text.id: "The new plan"}
    site.detach(text.id)
    assert crawl(server, second.checkpoint, max_file_bytes=2_000).named == first.named - {text.id}


def test_a_space_that_is_not_there_is_told(server: ConfluenceServer) -> None:
    crawled = crawl(server, spaces=["OPS", "NOPE"])
    assert crawled.documents
    assert "space NOPE does not exist" in crawled.reasons()
    report = connector(server, spaces=["NOPE"]).check()
    assert not report.ok
    assert "NOPE" in report.message


def test_without_spaces_all_that_can_be_viewed_are_read(server: ConfluenceServer) -> None:
    server.site.add_space("ENG", "Engineering")
    crawled: Crawled = crawl(server, spaces=[])
    assert {document.breadcrumbs[0] for document in crawled.documents.values()} == {
        "Operations",
        "Engineering",
    }


def test_a_file_without_text_is_told_in_each_crawl_and_loaded_once(server: ConfluenceServer) -> None:
    page = server.site.add_page("Files")
    file = server.site.attach(page.id, "empty.txt", b" \n")
    first = crawl(server)
    loaded = len(server.asked("download"))
    second = crawl(server, first.checkpoint)
    assert len(server.asked("download")) == loaded
    for crawled in (first, second):
        assert [(f.item, f.skipped) for f in crawled.failures] == [(f"confluence:wiki/{file.id}", True)]
        assert file.id not in crawled.named


def test_a_link_holds_no_credential_that_stands_in_a_title(server: ConfluenceServer) -> None:
    page = server.site.add_page("password=q7Xv9LmZ2RtB8kWc4NfD", "<p>x</p>")
    document = crawl(server).documents[page.id]
    assert "q7Xv9LmZ2RtB8kWc4NfD" not in str(document.to_json())
    assert document.url.endswith(f"/pages/viewpage.action?pageId={page.id}")


def test_requests_go_through_the_proxy_that_the_environment_names(
    cloud: ConfluenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", cloud.url)
    page = cloud.site.add_page("Behind", "<p>x</p>")
    assert page.id in crawl(cloud, url="http://confluence.invalid/wiki").documents


def test_a_configured_source_is_built(server: ConfluenceServer, tmp_path: Path) -> None:
    account = server.site.service
    who = account.email if server.cloud else account.username
    config = tmp_path / "config.yaml"
    config.write_text(
        f"sources:\n  - {{name: wiki, type: confluence, token: '${{T}}', url: '{server.base}', email: {who},"
        " spaces: [OPS], access: [team], max_attachment_bytes: 9}\n"
    )
    page = server.site.add_page("P", "<p>text</p>")
    server.site.attach(page.id, "large.txt", b"more than nine bytes")
    (source,) = load_settings(config, {"T": account.token}).sources
    built = build_connector(source, tmp_path)
    assert built.check().ok
    items = list(built.crawl())
    documents = {item.id: item for item in items if isinstance(item, Document)}
    assert documents[f"confluence:wiki/{page.id}"].access == {"team"}
    assert [item.reason for item in items if isinstance(item, Failure)] == [
        "the file large.txt is larger than 9 bytes"
    ]


def test_half_a_file_is_not_taken_for_the_whole(server: ConfluenceServer) -> None:
    page = server.site.add_page("Files")
    file = server.site.attach(page.id, "plan.txt", b"the first half, the second half")
    server.faults = [Fault("media" if server.cloud else "download", "truncated", times=99)]
    first = crawl(server)
    assert file.id not in first.documents
    assert "bytes of the file plan.txt came" in first.reasons()
    server.faults = []
    assert "second half" in crawl(server, first.checkpoint).documents[file.id].text
