"""A page that the server fails on costs many requests once, and few as long as it stays the same."""

from __future__ import annotations

import pytest

from tests.integration.confluence_crawls import Crawled, crawl
from tests.servers.confluence import ConfluenceServer, Fault

DAY = 86_400

pytestmark = pytest.mark.usefixtures("large")


@pytest.fixture
def pages(server: ConfluenceServer) -> list[str]:
    made = [server.site.add_page(f"Page {number}", "<p>words</p>").id for number in range(60)]
    server.site.time.at += DAY
    return made


def later(server: ConfluenceServer, before: Crawled, seconds: int) -> Crawled:
    server.requests.clear()
    server.site.time.at += seconds
    return crawl(server, before.checkpoint)


@pytest.mark.parametrize("burden", ["restrictions", "version"])
def test_a_page_that_lists_fail_on_is_asked_for_alone_the_next_time(
    server: ConfluenceServer, pages: list[str], burden: str
) -> None:
    site, broken = server.site, pages[31]
    healthy = later(server, crawl(server), DAY)
    site.burdens[broken] = burden
    first = later(server, healthy, DAY)
    assert first.requests > healthy.requests + 30
    between = later(server, first, 3_600)
    assert not server.asked(r"type in \(.*restrictions"), "it makes no later crawl a sweep"
    sweep = later(server, between, DAY)
    assert server.asked(r"type in \(.*restrictions")
    assert max(between.requests, sweep.requests) <= healthy.requests + 8
    assert first.named == between.named == sweep.named == set(pages) | {site.spaces["OPS"].homepage}
    assert bool(sweep.failures) == (burden == "version"), "its version is not known"
    site.burdens.clear()
    site.edit(broken, "<p>healed</p>")
    healed = later(server, sweep, 3_600)
    assert "healed" in healed.documents[broken].text
    assert not healed.failures
    assert later(server, healed, DAY).requests <= healthy.requests
    assert not server.asked("not in")


def test_restrictions_of_a_page_that_lists_fail_on_are_seen_by_each_sweep(
    server: ConfluenceServer, pages: list[str]
) -> None:
    site, broken = server.site, pages[31]
    site.burdens[broken] = "restrictions"
    first = crawl(server)
    site.restrict(broken, groups=("money",))
    assert later(server, first, DAY).documents[broken].access == {"group:money"}
    site.trash(broken)
    assert broken not in later(server, first, DAY).named
    assert broken not in later(server, first, 3_600).named


def test_a_new_page_that_lists_fail_on_is_read_when_the_server_can(
    server: ConfluenceServer, pages: list[str]
) -> None:
    first = crawl(server)
    new = server.site.add_page("New", "<p>new</p>").id
    server.site.burdens[new] = "version"
    second = later(server, first, 3_600)
    assert [(f.item, f.temporary) for f in second.failures][-1] == (f"confluence:wiki/{new}", True)
    assert new not in second.named
    third = later(server, second, 3_600)
    assert third.requests <= first.requests + 8
    server.site.burdens.clear()
    assert new in later(server, third, 3_600).documents


def test_a_body_that_cannot_be_read_is_asked_for_alone_the_next_time(
    server: ConfluenceServer, pages: list[str]
) -> None:
    broken = pages[31]
    server.faults = [Fault(rf"id in \([^)]*{broken}.*body", times=10**6)]
    first = crawl(server)
    assert set(pages) - {broken} <= set(first.documents)
    second = later(server, first, 3_600)
    assert [f.item for f in second.failures] == [f"confluence:wiki/{broken}"]
    assert second.requests <= 25
    server.faults = []
    assert broken in later(server, second, 3_600).documents
