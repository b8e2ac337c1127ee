"""Who may read what the Confluence connector gives out: always exactly those who may read it in Confluence."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration import confluence_crawls
from tests.integration.confluence_crawls import LARGE, Mirror, connector, crawl, principals, truth
from tests.servers.confluence import (
    ConfluenceServer,
    ConfluenceSite,
    Fault,
    User,
    serving,
)


@pytest.fixture
def site() -> ConfluenceSite:
    made = ConfluenceSite()
    for name, groups in {"ben": ("money", "staff"), "eve": ("ops",), "zoe": ("ops", "staff")}.items():
        made.add_user(name, groups=groups)
    made.add_space("OPS", "Operations", groups=("staff", "ops"))
    return made


def person(site: ConfluenceSite, name: str) -> User:
    return next(user for user in site.users.values() if user.username == name)


def agrees(
    server: ConfluenceServer, mirror: Mirror, names: tuple[str, ...] = ("ada", "ben", "eve", "zoe")
) -> None:
    """Each reader finds what Confluence shows them, and nothing else."""
    site = server.site
    for user in (None, *(person(site, name) for name in names)):
        held = principals(user, cloud=server.cloud)
        assert mirror.readable(held) == truth(site, user), user.username if user else "anonymous"


def crawled(server: ConfluenceServer, **options: Any) -> Mirror:
    mirror = Mirror()
    mirror.take(crawl(server, **options))
    return mirror


def test_space_and_every_ancestor_and_the_page_itself_must_let_a_reader_in(server: ConfluenceServer) -> None:
    site = server.site
    ben, eve = person(site, "ben"), person(site, "eve")
    top = site.add_page("Top")
    site.restrict(top.id, users=(ben,), groups=("ops",))
    middle = site.add_page("Middle", parent=top.id)
    low = site.add_page("Low", parent=middle.id)
    site.restrict(low.id, groups=("staff",))
    other = site.add_page("Other", parent=top.id)
    site.restrict(other.id, users=(eve,))
    site.attach(low.id, "low.txt", b"words")
    mirror = crawled(server)
    agrees(server, mirror)
    names = {"ben": "ben", "zoe": "zoe"} if not server.cloud else {}
    if names:
        assert mirror.documents[low.id].access == {"user:ben", "user:zoe"}
    assert mirror.documents[middle.id].access != mirror.documents[low.id].access


def test_what_only_limits_edits_limits_no_reader(server: ConfluenceServer) -> None:
    page = server.site.add_page("Steady")
    server.site.restrict(page.id, users=(person(server.site, "eve"),), operation="update")
    mirror = crawled(server)
    assert mirror.documents[page.id].access == {"group:ops", "group:staff"}
    agrees(server, mirror)


def test_a_space_for_everybody_is_for_those_whom_the_source_names(server: ConfluenceServer) -> None:
    site = server.site
    site.permit("OPS", groups=("staff",), anonymous=True)
    page = site.add_page("Open")
    closed = site.add_page("Closed")
    site.restrict(closed.id, groups=("ops",))
    mirror = crawled(server, access=["team", "public"])
    assert mirror.documents[page.id].access == {"team", "public"}
    assert mirror.documents[closed.id].access == {"group:ops"}
    agrees(server, mirror)


def test_a_space_for_all_who_are_logged_in_is_not_public(site: ConfluenceSite) -> None:
    site.permit("OPS", groups=("ops",), licensed=True)
    page = site.add_page("Salaries")
    with serving(site) as server:
        for access in ([], ["public"], ["team", "public"]):
            options: dict[str, Any] = {"access": access} if access else {}
            found = crawl(server, **options)
            assert found.documents[page.id].access == {"group:ops"}
            assert "space OPS: all who are logged in" in found.reasons()
            assert "set `access`" in found.reasons()
            report = connector(server, **options).check()
            assert not report.ok
            assert "set `access`" in report.details[0]
        found = crawl(server, access=["team"])
        assert found.documents[page.id].access == {"team"}
        assert not found.failures
        assert connector(server, access=["team"]).check().ok


def test_changed_rights_hold_after_the_next_crawl_though_no_version_changed(server: ConfluenceServer) -> None:
    site = server.site
    top = site.add_page("Top")
    low = site.add_page("Low", parent=top.id)
    mirror = crawled(server)
    changes: tuple[Callable[[], None], ...] = (
        lambda: site.restrict(top.id, groups=("ops",)),
        lambda: site.leave(person(site, "zoe"), "ops"),
        lambda: site.restrict(low.id, users=(person(site, "zoe"), person(site, "eve"))),
        lambda: site.join(person(site, "zoe"), "ops"),
        lambda: site.permit("OPS", users=(person(site, "eve"),)),
        lambda: site.restrict(top.id),
    )
    for change in changes:
        change()
        mirror.take(crawl(server, mirror.checkpoint))
        agrees(server, mirror)


def _rights_above(site: ConfluenceSite, top: str, low: str) -> None:
    site.restrict(top, users=(person(site, "zoe"),))
    site.add_page("New", "<p>new</p>", parent=top)
    site.edit(low, "<p>edited</p>")
    site.attach(low, "new.txt", b"attached")


def _rights_and_comment(site: ConfluenceSite, top: str, low: str) -> None:
    site.restrict(top, users=(person(site, "zoe"),))
    site.comment(low, "<p>said</p>")


def _space(site: ConfluenceSite, top: str, low: str) -> None:
    site.permit("OPS", groups=("ops",))
    site.edit(low, "<p>edited</p>")


def _moved(site: ConfluenceSite, top: str, low: str) -> None:
    closed = site.add_page("Closed")
    site.restrict(closed.id, groups=("money",))
    site.move(top, parent=closed.id)
    site.edit(low, "<p>edited</p>")


@pytest.mark.parametrize("change", [_rights_above, _rights_and_comment, _space, _moved])
def test_nothing_new_comes_out_under_old_rights_between_two_sweeps(
    server: ConfluenceServer,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[ConfluenceSite, str, str], None],
) -> None:
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    top = site.add_page("Top")
    middle = site.add_page("Middle", parent=top.id)
    low = site.add_page("Low", parent=middle.id)
    mirror = crawled(server)
    site.time.at += 5 * 3_600
    change(site, top.id, low.id)
    mirror.take(crawl(server, mirror.checkpoint))
    agrees(server, mirror)


def test_where_rights_above_cannot_be_asked_for_again_nothing_new_comes_out(
    server: ConfluenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confluence_crawls, "PACE", LARGE)
    site = server.site
    top = site.add_page("Top")
    low = site.add_page("Low", parent=top.id)
    mirror = crawled(server)
    site.time.at += 5 * 3_600
    site.restrict(top.id, users=(person(site, "zoe"),))
    site.edit(low.id, "<p>edited</p>")
    asked = rf"id in \({top.id}\)|content/{top.id}/restriction"
    server.faults = [Fault(asked, status=403, times=99)]
    second = crawl(server, mirror.checkpoint)
    assert second.documents[low.id].access == set()
    assert "edited" in second.documents[low.id].text
    mirror.take(second)
    server.faults = []
    mirror.take(crawl(server, mirror.checkpoint))
    agrees(server, mirror)


@pytest.mark.parametrize("below", ["draft", "trashed"])
def test_a_lost_ancestor_fails_no_other_page(server: ConfluenceServer, below: str) -> None:
    site = server.site
    pages = [site.add_page(f"Page {number}", f"<p>{number}</p>") for number in range(30)]
    lost = site.add_page("Lost", status="draft" if below == "draft" else "current")
    child = site.add_page("Child", "<p>below</p>", parent=lost.id)
    site.restrict(lost.id, groups=("ops",))
    if below == "trashed":
        site.trash(lost.id, below="stays")
    first = crawl(server)
    assert {page.id for page in pages} < set(first.documents)
    document = first.documents[child.id]
    assert "below" in document.text
    # Data Center does not tell what is above such a page, so that nobody may read it; Cloud does.
    assert document.access == ({"group:ops"} if server.cloud else set())
    assert "Lost" not in document.breadcrumbs
    assert not first.documents[pages[3].id].access.isdisjoint({"group:staff"})


def test_who_cannot_be_looked_up_lets_nobody_in(server: ConfluenceServer) -> None:
    site = server.site
    page, other = site.add_page("Page"), site.add_page("Other")
    site.restrict(page.id, users=(person(site, "ben"), person(site, "zoe")))
    low = site.add_page("Low", parent=page.id)
    site.restrict(low.id, groups=("staff",))
    server.faults = [Fault("/group/.*member", status=403, times=99)]
    first = crawl(server)
    assert first.documents[low.id].access == set()
    assert "the members of group:staff" in first.reasons()
    server.faults = [Fault("permissions", status=403, times=99)]
    second = crawl(server)
    assert {name for name, d in second.documents.items() if d.access} == set()
    assert "its permissions are not known" in second.reasons()
    server.faults = []
    third = crawl(server, second.checkpoint)
    assert third.documents[other.id].access == {"group:ops", "group:staff"}


def test_a_check_tells_that_nobody_could_read(server: ConfluenceServer) -> None:
    assert connector(server).check().ok
    server.faults = [Fault("permissions", status=403, times=99)]
    report = connector(server).check()
    assert not report.ok
    assert "OPS" in report.details[0]


def test_older_data_centers_tell_permissions_in_their_own_way(site: ConfluenceSite) -> None:
    site.old_data_center = True
    site.permit("OPS", users=(person(site, "eve"),), groups=("money",))
    with serving(site, cloud=False, context="/confluence") as server:
        mirror = crawled(server)
        assert mirror.documents[site.spaces["OPS"].homepage].access == {"user:eve", "group:money"}
        agrees(server, mirror)
        site.permit("OPS", anonymous=True)
        assert crawled(server).documents[site.spaces["OPS"].homepage].access == {"public"}


@pytest.mark.parametrize("seed", range(6))
def test_readers_of_a_random_tree_find_what_confluence_shows_them(
    server: ConfluenceServer, seed: int
) -> None:
    site, chance = server.site, random.Random(seed)
    people = [person(site, name) for name in ("ada", "ben", "eve", "zoe")]
    groups = ["staff", "ops", "money"]
    pages = [site.spaces["OPS"].homepage]
    for number in range(25):
        page = site.add_page(f"Page {number}", "<p>x</p>", parent=chance.choice(pages))
        pages.append(page.id)
        if chance.random() < 0.4:
            some = tuple(chance.sample(people, chance.randrange(3)))
            site.restrict(page.id, users=some, groups=tuple(chance.sample(groups, chance.randrange(3))))
    if chance.random() < 0.5:
        site.permit("OPS", users=(people[1],), groups=("ops",), anonymous=chance.random() < 0.3)
    agrees(server, crawled(server))
