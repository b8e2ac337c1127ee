"""What a later crawl of Confluence sees: changes, deletions, new rights, and what an earlier one could not tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.documents import Failure
from tests.integration import confluence_crawls
from tests.integration.confluence_crawls import LARGE, Mirror, crawl
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, Fault, render_v1

DAY = 86_400


def home(site: ConfluenceSite) -> str:
    return site.spaces["OPS"].homepage


# ---- facts 3 (time), 6 (identity), 7 (deletion) and 2 (rights that change without a version) -----------------


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Europe/Dublin"])
def test_changes_are_found_wherever_the_account_is(
    server: ConfluenceServer, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    site.service.time_zone = zone
    pages = [site.add_page(f"Page {number}") for number in range(4)]
    checkpoint = crawl(server).checkpoint
    for page in pages:
        site.edit(page.id, f"<p>news in {page.title}</p>")
        crawled = crawl(server, checkpoint)
        checkpoint = crawled.checkpoint
        assert set(crawled.documents) == {page.id}
        site.time.at += 61


def test_a_local_time_that_the_clocks_skip_is_asked_for_from_an_earlier_one(
    server: ConfluenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    site.service.time_zone = "Europe/Dublin"
    # 13 hours before this moment Dublin's clocks went from 01:00 to 02:00.
    site.time.at = datetime(2026, 3, 29, 14, 30, tzinfo=UTC).timestamp()
    page = site.add_page("Spring")
    checkpoint = crawl(server).checkpoint
    site.time.at += 60
    site.edit(page.id, "<p>news</p>")
    crawled = crawl(server, checkpoint)
    assert any(request.status == 400 for request in server.requests)
    assert set(crawled.documents) == {page.id}


def test_a_list_in_circles_deletes_nothing(server: ConfluenceServer) -> None:
    for number in range(230):
        server.site.add_page(f"Page {number}")
    first = crawl(server)
    server.faults = [Fault("content/search.*type in .*page", "loop", times=9)]
    second = crawl(server, first.checkpoint)
    assert "round in circles" in second.reasons()
    assert Failure("confluence:wiki/", second.failures[0].reason, temporary=True) in second.failures
    assert second.named == first.named


def test_a_title_and_a_move_change_what_is_shown_and_not_the_identity(server: ConfluenceServer) -> None:
    site = server.site
    top = site.add_page("Top", parent=home(site))
    page = site.add_page("Leaf", "<p>words</p>", parent=top.id)
    first = crawl(server)
    assert first.documents[page.id].breadcrumbs == ("Operations", "Operations Home", "Top")
    site.rename(top.id, "Summit")
    second = crawl(server, first.checkpoint)
    assert second.documents[page.id].breadcrumbs == ("Operations", "Operations Home", "Summit")
    version = site.contents[page.id].version.number
    site.move(page.id, parent=home(site))
    third = crawl(server, second.checkpoint)
    assert site.contents[page.id].version.number == version
    assert third.documents[page.id].breadcrumbs == ("Operations", "Operations Home")
    assert third.named == first.named


@pytest.mark.parametrize("sweeps", [True, False])
def test_what_went_is_no_longer_named_and_what_came_back_is(
    server: ConfluenceServer, sweeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sweeps:
        monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    pages = [site.add_page(f"Page {number}") for number in range(5)]
    first = crawl(server)
    site.trash(pages[0].id)
    site.archive(pages[1].id)
    site.purge(pages[2].id)
    second = crawl(server, first.checkpoint)
    assert second.named == first.named - {page.id for page in pages[:3]}
    assert not second.failures
    site.restore(pages[0].id)
    third = crawl(server, second.checkpoint)
    assert set(third.documents) == {pages[0].id}


@pytest.mark.parametrize("sweeps", [True, False])
def test_what_the_search_does_not_find_for_a_while_stays(
    server: ConfluenceServer, sweeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sweeps:
        monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    page = server.site.add_page("Hidden")
    first = crawl(server)
    server.site.unindexed.add(page.id)
    second = crawl(server, first.checkpoint)
    assert second.named == first.named
    server.site.unindexed.clear()
    assert crawl(server, second.checkpoint).named == first.named


def test_a_page_that_moved_to_another_space_is_gone(server: ConfluenceServer) -> None:
    site = server.site
    site.add_space("ENG", "Engineering", anonymous=True)
    page = site.add_page("Mover", space="OPS")
    first = crawl(server)
    site.move(page.id, space="ENG")
    assert crawl(server, first.checkpoint).named == first.named - {page.id}
    assert page.id in crawl(server, first.checkpoint, spaces=["OPS", "ENG"]).documents


def test_a_crawl_without_news_reads_no_body(server: ConfluenceServer) -> None:
    for number in range(120):
        server.site.add_page(f"Page {number}", "<p>x</p>")
    first = crawl(server)
    asked = len(server.requests)
    second = crawl(server, first.checkpoint)
    assert second.unchanged == first.named
    assert not second.documents
    assert not any("body" in str(request) for request in server.requests[asked:])


def test_a_large_site_is_asked_little_and_after_a_day_everything(
    server: ConfluenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    pages = [site.add_page(f"Page {number}", "<p>x</p>") for number in range(450)]
    site.time.at += 7_200
    first = crawl(server)
    site.time.at += 3_600
    for page in pages[:10]:
        site.edit(page.id, "<p>new</p>")
    site.restrict(pages[20].id, groups=("money",))
    second = crawl(server, first.checkpoint)
    assert set(second.documents) == {page.id for page in pages[:10]}
    assert second.requests <= 10  # two of them: who may view the space
    site.time.at += DAY
    third = crawl(server, second.checkpoint)
    assert set(third.documents) == {pages[20].id}
    assert third.documents[pages[20].id].access == {"group:money"}


@pytest.mark.usefixtures("large")
def test_a_draft_that_held_pages_is_found_when_it_is_published(server: ConfluenceServer) -> None:
    site = server.site
    draft = site.add_page("Draft", "<p>soon</p>", status="draft")
    site.add_page("Child", parent=draft.id)
    first = crawl(server)
    assert draft.id not in first.named
    site.set_status(draft.id, "current")
    assert draft.id in crawl(server, first.checkpoint).documents


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("where", ["lastmodified", "id in", "type in.*comment"])
def test_a_change_that_a_failing_list_hid_is_found_by_the_next_crawl(
    server: ConfluenceServer, where: str
) -> None:
    site = server.site
    pages = [site.add_page(f"Page {number}", "<p>x</p>") for number in range(3)]
    site.time.at += 3_600
    first = crawl(server)
    site.time.at += 3_600
    site.edit(pages[1].id, "<p>new</p>")
    server.faults = [Fault(f"content/search.*{where}", times=99)]
    second = crawl(server, first.checkpoint)
    assert second.failures
    assert second.named == first.named or any(failure.temporary for failure in second.failures)
    server.faults = []
    site.time.at += 3_600
    third = crawl(server, second.checkpoint)
    assert "new" in (third.documents | second.documents)[pages[1].id].text


@pytest.mark.usefixtures("large")
def test_rights_that_could_not_be_looked_up_are_asked_for_again(server: ConfluenceServer) -> None:
    server.faults = [Fault("permissions", status=403, times=99)]
    first = crawl(server)
    assert not any(document.access for document in first.documents.values())
    server.faults = []
    second = crawl(server, first.checkpoint)
    assert all(document.access for document in second.documents.values())
    assert second.documents


def test_a_page_whose_comments_failed_is_read_again(server: ConfluenceServer) -> None:
    page = server.site.add_page("Talk", "<p>x</p>")
    server.site.comment(page.id, "<p>said</p>")
    server.faults = [Fault("type = comment.*container", times=99)]
    first = crawl(server)
    assert "said" not in first.documents[page.id].text
    assert any(failure.temporary and page.id in failure.item for failure in first.failures)
    server.faults = []
    assert "said" in crawl(server, first.checkpoint).documents[page.id].text


def test_a_folder_keeps_out_whom_it_keeps_out_though_no_ancestor_names_it(cloud: ConfluenceServer) -> None:
    """What version 1 says of ancestors is not trusted on Cloud: see docs/decisions/0009-confluence.md."""
    site = cloud.site
    folder = site.add_page("Vault", kind="folder", space="OPS")
    site.restrict(folder.id, groups=("money",))
    page = site.add_page("Inside", "<p>x</p>", parent=folder.id)
    real = render_v1._ancestors
    hidden = {"folder"}

    def without_folders(*given: Any) -> list[dict[str, Any]]:
        return [above for above in real(*given) if above["type"] not in hidden]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render_v1, "_ancestors", without_folders)
        first = crawl(cloud)
        site.edit(page.id, "<p>edited</p>")
        second = crawl(cloud, first.checkpoint)
    for crawled in (first, second):
        assert crawled.documents[page.id].access == {"group:money"}
        assert crawled.documents[page.id].breadcrumbs == ("Operations", "Vault")


def test_a_page_that_cannot_be_read_and_got_other_readers_is_not_kept(server: ConfluenceServer) -> None:
    site = server.site
    page, other = site.add_page("Secret by now", "<p>x</p>"), site.add_page("Other")
    first = crawl(server)
    site.restrict(page.id, groups=("money",))
    site.edit(other.id, "<p>new</p>")
    server.faults = [Fault(f"id in .*{page.id}.*body", times=999)]
    second = crawl(server, first.checkpoint)
    failure = next(f for f in second.failures if page.id in f.item)
    assert not failure.temporary, "else the text stays readable for those who may not read it any more"
    assert page.id not in second.named
    assert other.id in second.documents
    server.faults = []
    assert crawl(server, second.checkpoint).documents[page.id].access == {"group:money"}


@pytest.mark.parametrize("sweeps", [True, False])
def test_rights_to_what_the_search_hides_are_asked_for(
    server: ConfluenceServer, sweeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sweeps:
        monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    page = server.site.add_page("Hidden")
    first = crawl(server)
    server.site.unindexed.add(page.id)
    server.site.restrict(page.id, groups=("money",))
    second = crawl(server, first.checkpoint)
    # Its body cannot be read, so that its readers cannot be changed: it must go.
    assert page.id not in second.named
    assert not any(f.temporary for f in second.failures)
    server.site.unindexed.clear()
    assert crawl(server, second.checkpoint).documents[page.id].access == {"group:money"}


@pytest.mark.usefixtures("large")
def test_a_restriction_that_could_not_be_looked_up_is_asked_for_again(cloud: ConfluenceServer) -> None:
    site = cloud.site
    draft = site.add_page("Draft", status="draft")
    child = site.add_page("Child", "<p>x</p>", parent=draft.id)
    cloud.faults = [Fault(f"/content/{draft.id}/restriction", times=99)]
    first = crawl(cloud)
    assert first.documents[child.id].access == set()
    cloud.faults = []
    assert crawl(cloud, first.checkpoint).documents[child.id].access == {"public"}


def test_names_that_could_not_be_looked_up_are_asked_for_again(server: ConfluenceServer) -> None:
    ben = server.site.add_user("ben", name="Ben Builder")
    key = f'ri:account-id="{ben.account_id}"' if server.cloud else f'ri:userkey="{ben.key}"'
    page = server.site.add_page("Who", f"<p>Ask <ac:link><ri:user {key}/></ac:link>.</p>")
    server.faults = [Fault("/rest/api/user", times=99)]
    first = crawl(server)
    assert "Ben Builder" not in first.documents[page.id].text
    server.faults = []
    assert "Ben Builder" in crawl(server, first.checkpoint).documents[page.id].text


@pytest.mark.parametrize("first", ["page", "blogpost"])
def test_an_include_of_a_page_is_no_blog_post_of_the_same_title(server: ConfluenceServer, first: str) -> None:
    site = server.site
    for kind in (first, "page" if first == "blogpost" else "blogpost"):
        site.add_page("Note", f"<p>words of the {kind}</p>", kind=kind)
    include = (
        '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
        '<ri:{} ri:content-title="Note"/></ac:link></ac:parameter></ac:structured-macro>'
    )
    page = site.add_page("Shows page", include.format("page"))
    blog = site.add_page("Shows post", include.format("blog-post"))
    found = crawl(server)
    assert "words of the page" in found.documents[page.id].text
    assert "words of the blogpost" in found.documents[blog.id].text


@pytest.mark.parametrize("burden", ["restrictions", "version"])
def test_a_page_that_a_list_fails_on_hides_none_behind_it(server: ConfluenceServer, burden: str) -> None:
    site = server.site
    pages = [site.add_page(f"Page {number}", "<p>words</p>").id for number in range(12)]
    site.restrict(pages[3], groups=("money",))
    site.time.at += 60
    before = crawl(server)
    site.burdens[pages[3]] = burden
    first = crawl(server)
    assert set(pages) - {pages[3]} < first.named
    if burden == "version":  # nothing tells how it stands in its space
        assert [(f.item, f.temporary) for f in first.failures] == [(f"confluence:wiki/{pages[3]}", True)]
        assert pages[3] not in first.named
        assert pages[3] in crawl(server, before.checkpoint).unchanged
    else:
        assert not first.failures
        assert first.documents[pages[3]].access == {"group:money"}
        server.faults = [Fault(f"content/{pages[3]}/restriction", status=500, times=99)]
        second = crawl(server)
        assert second.documents[pages[3]].access == set(), "nobody knows who may read it"
        assert [(f.item, f.temporary) for f in second.failures] == [(f"confluence:wiki/{pages[3]}", True)]
        server.faults = []
    site.burdens.clear()
    assert pages[3] in crawl(server, first.checkpoint).named


@pytest.mark.parametrize("where", [r"type in \(comment\)", "lastmodified"])
def test_a_list_of_comments_that_fails_keeps_no_deleted_page(server: ConfluenceServer, where: str) -> None:
    site = server.site
    doomed, talk = site.add_page("Doomed", "<p>secret</p>"), site.add_page("Talk", "<p>x</p>")
    said = site.comment(talk.id, "<p>said</p>")
    mirror = Mirror()
    mirror.take(crawl(server))
    site.trash(doomed.id)
    site.time.at += 7_200
    site.comments[said.id].body = "<p>corrected</p>"
    site.resolve(said.id, "reopened")
    site.time.at += 48 * 3_600
    server.faults = [Fault(f"content/search.*{where}", status=403, times=99)]
    second = crawl(server, mirror.checkpoint)
    mirror.take(second)
    assert doomed.id not in mirror.documents
    assert talk.id in mirror.documents
    assert "all pages" not in second.reasons()
    assert "is not complete" in second.reasons()
    server.faults = []
    mirror.take(crawl(server, mirror.checkpoint))
    assert "corrected" in mirror.documents[talk.id].text
