"""Crawls of a large site between two sweeps: cheap, whatever fails for good, and right about what others show."""

from __future__ import annotations

import pytest

from tests.integration.confluence_crawls import Crawled, Mirror, crawl
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, Fault, serving

DAY = 86_400
INCLUDE = (
    '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
    '<ri:page ri:space-key="ENG" ri:content-title="{}"/></ac:link></ac:parameter></ac:structured-macro>'
)

pytestmark = pytest.mark.usefixtures("large")


def next_crawl(server: ConfluenceServer, before: Crawled) -> Crawled:
    server.requests.clear()
    server.site.time.at += 3_600
    return crawl(server, before.checkpoint)


def swept(server: ConfluenceServer) -> bool:
    """Whether everything was listed with its permissions since the requests were last cleared."""
    return bool(server.asked(r"type in \(.*restrictions"))


def test_a_draft_above_a_page_makes_no_later_crawl_a_sweep(site: ConfluenceSite) -> None:
    with serving(site, cloud=False) as server:
        draft = site.add_page("Draft", status="draft")
        children = [site.add_page(f"Child {n}", "<p>x</p>", parent=draft.id).id for n in range(8)]
        site.add_page("Free", "<p>x</p>")
        first = crawl(server)
        assert swept(server)
        lost = {f.item for f in first.failures}
        assert lost == {f"confluence:wiki/{page}" for page in children}
        second = next_crawl(server, first)
        third = next_crawl(server, second)
        assert not swept(server)
        assert {f.item for f in second.failures} == {f.item for f in third.failures} == lost
        assert len(third.unchanged) == len(first.named)
        assert len(server.asked(f"content/({'|'.join(children)})")) <= 4, "only two are asked for again"
        site.set_status(draft.id, "current")
        site.time.at += DAY
        last = next_crawl(server, third)
        assert swept(server)
        assert not last.failures
        assert {page for page in children if last.documents[page].access} == set(children)


def test_what_fails_for_good_is_asked_for_again_in_turn(site: ConfluenceSite) -> None:
    with serving(site, cloud=False) as server:
        draft = site.add_page("Draft", status="draft")
        children = [site.add_page(f"Child {n}", "<p>x</p>", parent=draft.id).id for n in range(5)]
        mirror = Mirror()
        mirror.take(crawled := crawl(server))
        site.set_status(draft.id, "current")
        for _ in range(3):
            mirror.take(crawled := next_crawl(server, crawled))
            assert not swept(server)
        assert all(mirror.documents[page].access for page in children)
        assert not crawled.failures


def test_members_that_may_not_be_asked_for_make_no_later_crawl_a_sweep(server: ConfluenceServer) -> None:
    site = server.site
    page = site.add_page("Both", "<p>x</p>")
    low = site.add_page("Low", "<p>x</p>", parent=page.id)
    ben = site.add_user("ben", groups=("money",))
    site.restrict(page.id, groups=("money",))
    site.restrict(low.id, users=(ben,))
    server.faults = [Fault("group/.*member", status=403, times=10**6)]
    first = crawl(server)
    assert first.documents[low.id].access == set()
    second = next_crawl(server, first)
    assert not swept(server)
    assert second.reasons() == first.reasons() != ""
    assert low.id in second.unchanged
    server.faults = []
    assert next_crawl(server, second).documents[low.id].access == {
        f"user:{ben.account_id if server.cloud else 'ben'}"
    }
    assert not swept(server)


def test_rights_to_a_space_that_may_not_be_asked_for_make_no_later_crawl_a_sweep(
    server: ConfluenceServer,
) -> None:
    server.faults = [Fault("permission", status=403, times=10**6)]
    first = crawl(server)
    second = next_crawl(server, first)
    assert not swept(server)
    assert second.reasons() == first.reasons() != ""
    assert second.unchanged == set(first.documents)


def test_many_look_ups_that_fail_for_now_make_the_next_crawl_a_sweep(server: ConfluenceServer) -> None:
    pages = [server.site.add_page(f"Page {n}", "<p>x</p>").id for n in range(6)]
    for page in pages:
        server.site.burdens[page] = "restrictions"
    server.faults = [Fault("byOperation", times=10**6)]
    first = crawl(server)
    assert sum(f.temporary for f in first.failures) == len(pages)
    server.faults = []
    second = next_crawl(server, first)
    assert swept(server)
    assert {page for page in pages if second.documents[page].access} == set(pages)


def test_a_look_up_that_failed_for_now_is_repeated_without_a_sweep(server: ConfluenceServer) -> None:
    page = server.site.add_page("Page", "<p>x</p>").id
    server.site.burdens[page] = "restrictions"
    server.faults = [Fault("byOperation", times=10**6)]
    first = crawl(server)
    assert first.documents[page].access == set()
    server.faults = []
    second = next_crawl(server, first)
    assert not swept(server)
    assert second.documents[page].access
    assert not second.failures


def test_what_is_open_now_never_meets_an_older_limit(server: ConfluenceServer) -> None:
    """Else a page would be open that was closed at every moment: first by its space, then by the page above it."""
    site = server.site
    site.permit("OPS", groups=("ops",))
    top = site.add_page("Top", "<p>x</p>")
    low = site.add_page("Low", "<p>x</p>", parent=top.id)
    other = site.add_page("Other", "<p>x</p>")
    first = crawl(server)
    site.restrict(top.id, groups=("money",))
    site.permit("OPS", anonymous=True)
    site.edit(other.id, "<p>new</p>")  # for this its space is asked for its readers
    second = next_crawl(server, first)
    assert not swept(server)
    assert second.documents[other.id].access == {"public"}
    assert second.documents[low.id].access == {"group:money"}


def test_a_nightly_run_that_begins_a_little_earlier_sweeps_all_the_same(server: ConfluenceServer) -> None:
    page = server.site.add_page("Page", "<p>x</p>")
    first = crawl(server)
    server.site.restrict(page.id, groups=("money",))
    server.site.time.at += DAY - 3_900
    assert next_crawl(server, first).documents[page.id].access == {"group:money"}


# ---- pages of other spaces that are shown inside the source's -----------------------------------------------


@pytest.fixture
def including(server: ConfluenceServer) -> str:
    """A page of OPS that shows the page Shared of ENG, which stands below Top there."""
    site = server.site
    site.add_space("ENG", "Engineering", anonymous=True)
    top = site.add_page("Top", space="ENG")
    site.add_page("Shared", "<p>old words</p>", parent=top.id)
    return site.add_page("Host", INCLUDE.format("Shared")).id


def shared(site: ConfluenceSite, title: str = "Shared") -> str:
    return next(page.id for page in site.contents.values() if page.title == title)


def test_a_change_of_an_included_page_of_another_space_is_found(
    server: ConfluenceServer, including: str
) -> None:
    site = server.site
    first = crawl(server)
    assert "old words" in first.documents[including].text
    second = next_crawl(server, first)
    assert including in second.unchanged
    site.edit(shared(site), "<p>new words</p>")
    third = next_crawl(server, second)
    assert not swept(server)
    assert "new words" in third.documents[including].text
    assert next_crawl(server, third).unchanged == first.named


def test_new_words_of_an_included_page_come_out_under_its_rights_of_now(
    server: ConfluenceServer, including: str
) -> None:
    """Also where they come from above it, and from its space."""
    site = server.site
    first = crawl(server)
    site.restrict(shared(site, "Top"), groups=("money",))
    site.edit(shared(site), "<p>new words</p>")
    second = next_crawl(server, first)
    assert second.documents[including].access == {"group:money"}
    site.restrict(shared(site, "Top"))
    site.permit("ENG", groups=("ops",))
    site.edit(shared(site), "<p>newer words</p>")
    third = next_crawl(server, second)
    assert third.documents[including].access == {"group:ops"}
    assert not swept(server)


def test_an_included_page_of_another_space_that_is_gone_is_shown_no_more(
    server: ConfluenceServer, including: str
) -> None:
    site = server.site
    first = crawl(server)
    site.trash(shared(site))
    second = next_crawl(server, first)
    assert "old words" not in second.documents[including].text
    site.add_page("Shared", "<p>another page</p>", space="ENG")
    third = next_crawl(server, second)
    assert "another page" in third.documents[including].text
    assert not swept(server)


def test_many_included_pages_of_other_spaces_cost_one_request(server: ConfluenceServer) -> None:
    site = server.site
    site.add_space("ENG", "Engineering", anonymous=True)
    for number in range(60):
        site.add_page(f"Shared {number}", "<p>x</p>", space="ENG")
        site.add_page(f"Host {number}", INCLUDE.format(f"Shared {number}"))
    first = crawl(server)
    second = next_crawl(server, first)
    assert second.unchanged == first.named
    assert second.requests <= 8
