"""The fake Confluence behaves as the real one where that hurts: permissions, pages of results, clocks, faults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.servers.confluence import (
    CLIENT_ID,
    CLIENT_SECRET,
    ConfluenceServer,
    ConfluenceSite,
    Fault,
    User,
    schedule,
    serving,
    too_many,
)

RESTRICTED = "restrictions.read.restrictions.user"


@pytest.fixture
def site() -> ConfluenceSite:
    made = ConfluenceSite()
    made.add_space("OPS", "Operations")
    return made


@pytest.fixture
def server(site: ConfluenceSite) -> Iterator[ConfluenceServer]:
    with serving(site) as running:
        yield running


def ask(server: ConfluenceServer, path: str, user: User | None = None, **query: str) -> requests.Response:
    user = user or server.site.service
    name = user.email if server.cloud else user.username
    query = {key.replace("_", "-"): value for key, value in query.items()}
    return requests.get(server.base + path, query, auth=(name, user.token), timeout=60)


def get(server: ConfluenceServer, path: str, user: User | None = None, **query: str) -> Any:
    answer = ask(server, path, user, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(server: ConfluenceServer, path: str, **query: str) -> list[str]:
    """The ids of a list, over all its pages, as `_links.next` says."""
    data, found = get(server, path, None, **query), []
    while True:
        found += [item["id"] for item in data["results"]]
        following = data["_links"].get("next")
        if not following:
            return found
        if "/api/v2/" in following:
            following = following.removeprefix(server.context)
        data = get(server, following)


def cursor(link: str) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0]


def found(server: ConfluenceServer, cql: str, user: User | None = None) -> list[str]:
    return [item["title"] for item in get(server, "/rest/api/content/search", user, cql=cql)["results"]]


# ---- who may read ---------------------------------------------------------------------------------------


def test_a_reader_must_satisfy_the_page_every_ancestor_and_the_space(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    eve, ben = (
        site.add_user("eve", groups=("guests", "money")),
        site.add_user("ben", groups=("staff", "money")),
    )
    top = site.add_page("Top", parent=site.spaces["OPS"].homepage)
    page = site.add_page("Page", parent=top.id)
    site.restrict(top.id, groups=("money",))
    assert [site.may_read(user, page.id) for user in (site.ada, ben, eve, None)] == [
        False,
        True,
        False,
        False,
    ]
    for user, status in ((site.ada, 404), (ben, 200), (eve, 404), (site.service, 200)):
        assert ask(server, f"/api/v2/pages/{page.id}", user).status_code == status
        assert (page.title in found(server, "space = OPS", user)) == (status == 200)
    site.restrict(page.id, users=(site.ada,))
    assert not site.may_read(ben, page.id)
    site.restrict(page.id)
    site.restrict(page.id, users=(site.ada,), operation="update")
    assert site.may_read(ben, page.id), "a restriction to edit hides nothing"


def test_everybody_sees_an_anonymous_space_and_wrong_credentials_see_nothing(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    site.permit("OPS", groups=("staff",), anonymous=True)
    secret = site.add_page("Secret")
    site.restrict(secret.id, groups=("staff",))
    anonymous = requests.get(f"{server.base}/api/v2/pages", timeout=60).json()["results"]
    assert [page["title"] for page in anonymous] == ["Operations Home"]
    wrong = requests.get(f"{server.base}/api/v2/pages", auth=(site.ada.email, "wrong"), timeout=60)
    assert wrong.status_code == 401


def test_the_truth_is_what_each_reader_finds(site: ConfluenceSite, server: ConfluenceServer) -> None:
    page = site.add_page("Page", kind="folder")
    for status in ("draft", "archived", "trashed"):
        site.add_page(status, status=status)
    inner = site.add_page("Inner", parent=page.id)
    site.restrict(page.id, groups=("money",))
    home = site.spaces["OPS"].homepage
    assert site.truth(site.service) == {home, page.id, inner.id}
    assert site.truth(site.ada) == {home}
    assert site.truth() == set()
    searched = get(server, "/rest/api/content/search", site.service, cql="space = OPS")["results"]
    assert {item["id"] for item in searched} == site.truth(site.service)


# ---- pages of results -----------------------------------------------------------------------------------


def test_both_versions_give_every_page_once_by_following_next(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    for number in range(30):
        site.add_page(f"P{number}")
    everything = sorted(site.contents)
    assert walk(server, "/api/v2/pages", limit="7") == everything
    assert walk(server, "/rest/api/content/search", cql="type = page", limit="7") == everything
    assert walk(server, "/rest/api/content", limit="7") == everything


def test_next_of_version_2_is_below_the_host_and_of_version_1_below_the_base(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    site.add_page("P")
    second = get(server, "/api/v2/pages", limit="1")["_links"]
    assert second["next"].startswith("/wiki/api/v2/pages?")
    first = get(server, "/rest/api/content/search", cql="type = page", limit="1")["_links"]
    assert first["next"].startswith("/rest/api/content/search?")
    assert first["base"] == second["base"] == server.base
    assert ask(server, "/api/v2/pages", limit="251").status_code == 400


def test_a_page_that_is_changed_during_a_search_shifts_the_rest(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    pages = [site.add_page(f"Row {number}") for number in range(4)]

    def touch() -> None:
        site.time.at += 60
        site.edit(pages[0].id, "new")

    server.faults = [Fault("cursor=", "action", action=touch)]
    query = "type = page and title ~ Row order by lastmodified"
    seen = walk(server, "/rest/api/content/search", cql=query, limit="2")
    assert len(seen) == 4
    assert seen.count(pages[0].id) == 2, "edited while it was read"
    assert pages[2].id not in seen, "the order moved up under the cursor"


def test_data_center_cuts_limits_silently_and_filters_after_cutting(
    site: ConfluenceSite, data_center: ConfluenceServer
) -> None:
    for number in range(300):
        page = site.add_page(f"P{number}")
        if number < 45:
            site.restrict(page.id, groups=("money",))
    limits = {
        expand: get(data_center, "/rest/api/content", limit="1000", expand=expand)["limit"]
        for expand in ("body.storage", "version", "")
    }
    assert limits == {"body.storage": 50, "version": 200, "": 1000}
    data = get(data_center, "/rest/api/content", site.ada, limit="50", expand="body.storage")
    assert data["size"] == 5
    assert data["_links"]["next"] == "/rest/api/content?limit=50&expand=body.storage&start=50"


# ---- clocks ---------------------------------------------------------------------------------------------


def test_a_search_goes_by_minutes_in_the_zone_of_who_asks(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    cork = site.add_user("cork", groups=("staff",), time_zone="Europe/Dublin")
    site.time.at = datetime(2026, 7, 1, 12, 30, 50, tzinfo=UTC).timestamp()
    site.add_page("Late")
    assert found(server, 'lastmodified >= "2026-07-01 12:30"') == ["Late"]
    assert found(server, 'lastmodified > "2026-07-01 12:30"') == []
    assert found(server, 'lastmodified >= "2026-07-01 13:30"', cork) == ["Late"]
    assert found(server, 'lastmodified >= "2026-07-01 13:31"', cork) == []
    assert get(server, "/rest/api/user/current", cork)["timeZone"] == "Europe/Dublin"


def test_a_time_that_the_clocks_skip_is_refused(site: ConfluenceSite, server: ConfluenceServer) -> None:
    cork = site.add_user("cork", groups=("staff",), time_zone="Europe/Dublin")
    query = 'lastmodified >= "2026-03-29 01:30"'
    assert ask(server, "/rest/api/content/search", cork, cql=query).status_code == 400
    assert ask(server, "/rest/api/content/search", cql=query).status_code == 200


@pytest.mark.parametrize(
    "cql", ["", "space", "space = ", "nonsense = 1", "lastmodified = yesterday", "type = page or"]
)
def test_a_query_that_is_wrong_answers_400(server: ConfluenceServer, cql: str) -> None:
    assert ask(server, "/rest/api/content/search", cql=cql).status_code == 400


def test_a_query_combines_fields(site: ConfluenceSite, server: ConfluenceServer) -> None:
    site.add_space("HR")
    site.time.at += 3600
    post = site.add_page("Post", space="HR", kind="blogpost", labels=("News",))
    site.comment(post.id, "<p>c</p>")
    assert found(server, "space in (HR, OPS) and type = blogpost") == ["Post"]
    assert found(server, 'label = news and not (space = "OPS")') == ["Post"]
    assert found(server, "type != page and space not in (OPS)") == ["Post", "Re: Post"]
    assert found(server, 'lastmodified >= now("-5m") and type = comment') == ["Re: Post"]
    assert found(server, "type = page order by title desc") == ["Operations Home", "HR Home"]


# ---- what changes, and what does not show it --------------------------------------------------------------


def test_a_move_a_restriction_and_the_trash_leave_version_and_date(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    page, other = site.add_page("Page"), site.add_page("Other")
    inner = site.add_page("Inner", parent=page.id)
    before = get(server, f"/api/v2/pages/{inner.id}")["version"]
    site.time.at += 3600
    site.move(inner.id, parent=other.id)
    site.restrict(inner.id, users=(site.ada,))
    site.trash(inner.id)
    assert get(server, f"/api/v2/pages/{inner.id}")["status"] == "trashed"
    assert found(server, "title = Inner") == []
    site.restore(inner.id)
    after = get(server, f"/api/v2/pages/{inner.id}")
    assert (after["version"], after["parentId"]) == (before, other.id)
    site.rename(inner.id, "Renamed")
    assert get(server, f"/api/v2/pages/{inner.id}")["version"]["number"] == 2


def test_what_is_below_a_trashed_page_moves_up_unless_told_otherwise(site: ConfluenceSite) -> None:
    names = {}
    for below in ("moves", "stays", "goes"):
        top = site.add_page("Top")
        inner = site.add_page("Inner", parent=top.id)
        site.trash(top.id, below=below)
        names[below] = (site.contents[inner.id].status, site.contents[inner.id].parent == top.id)
    assert names == {"moves": ("current", False), "stays": ("current", True), "goes": ("trashed", True)}


def test_version_2_lists_archived_pages_unless_asked_for_current_ones(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    page = site.add_page("Old")
    site.archive(page.id)
    assert page.id in walk(server, "/api/v2/pages")
    assert page.id not in walk(server, "/api/v2/pages", status="current")


# ---- faults ---------------------------------------------------------------------------------------------


def test_one_page_fails_with_its_storage_body_and_not_with_its_view(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    page = site.add_page("Heavy", "<p>text</p>")
    site.heavy.add(page.id)
    assert ask(server, "/api/v2/pages", body_format="storage").status_code == 500
    assert ask(server, f"/api/v2/pages/{page.id}", body_format="storage").status_code == 500
    view = get(server, f"/api/v2/pages/{page.id}", body_format="view")
    assert view["body"]["view"]["value"] == "<p>text</p>"
    assert ask(server, "/rest/api/content/search", cql="type=page", expand="body.storage").status_code == 500


@pytest.mark.parametrize("expand", ["ancestors", RESTRICTED])
def test_a_draft_above_one_page_makes_the_whole_batch_answer_404(
    site: ConfluenceSite, server: ConfluenceServer, expand: str
) -> None:
    draft = site.add_page("Draft", status="draft")
    page = site.add_page("Page", parent=draft.id)
    assert ask(server, "/rest/api/content/search", cql="type=page", expand=expand).status_code == 404
    assert ask(server, "/rest/api/content/search", cql="type=page", expand="version").status_code == 200
    assert get(server, f"/api/v2/pages/{page.id}/ancestors")["results"] == [{"id": draft.id, "type": "page"}]
    assert ask(server, f"/rest/api/content/{draft.id}/restriction/byOperation/read").status_code == 200


def test_requests_are_refused_with_long_and_with_dated_waits(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    server.faults = [too_many(seconds=90), too_many(seconds=120, dated=True), too_many(seconds=1, status=529)]
    first, second, third = (ask(server, "/api/v2/pages") for _ in range(3))
    assert (first.status_code, first.headers["Retry-After"]) == (429, "90")
    at = parsedate_to_datetime(second.headers["Retry-After"]) - parsedate_to_datetime(second.headers["Date"])
    assert at.total_seconds() == 120
    assert third.status_code == 529
    assert [request.status for request in server.requests] == [429, 429, 529]


@pytest.mark.parametrize("path", ["/api/v2/pages", "/rest/api/content/search?cql=type=page"])
def test_cursors_expire_run_in_circles_and_lead_over_empty_pages(
    site: ConfluenceSite, server: ConfluenceServer, path: str
) -> None:
    site.add_page("P")
    following = get(server, path, limit="1")["_links"]["next"]
    address = following.removeprefix(server.context)
    server.faults = [Fault("cursor=", kind) for kind in ("expire", "loop", "empty")]
    assert ask(server, address).status_code == 400
    assert cursor(get(server, address)["_links"]["next"]) == cursor(address)
    data = get(server, address)
    assert data["results"] == []
    assert data["_links"]["next"] != following
    assert len(get(server, data["_links"]["next"].removeprefix(server.context))["results"]) == 1


def test_a_loop_leads_to_the_same_page_again(site: ConfluenceSite, server: ConfluenceServer) -> None:
    site.add_page("P")
    server.faults = [Fault("/api/v2/pages", "loop", times=3)]
    first = get(server, "/api/v2/pages", limit="1")
    again = get(server, first["_links"]["next"].removeprefix(server.context))
    assert again["results"] == first["results"]
    assert again["_links"]["next"] == first["_links"]["next"]


@pytest.mark.parametrize("kind", ["cut", "slow"])
def test_a_connection_ends_in_the_middle(server: ConfluenceServer, kind: str) -> None:
    server.faults = [Fault("", kind, seconds=0.01)]
    with pytest.raises(requests.RequestException):
        ask(server, "/api/v2/pages")
    assert ask(server, "/api/v2/pages").status_code == 200


@pytest.mark.parametrize("kind", ["truncated", "garbage"])
def test_an_answer_is_no_json(server: ConfluenceServer, kind: str) -> None:
    server.faults = [Fault("", kind)]
    answer = ask(server, "/api/v2/pages")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_schedule_of_faults_is_the_same_for_a_seed() -> None:
    def told(seed: int) -> list[tuple[str, int, int]]:
        return [(fault.kind, fault.status, fault.after) for fault in schedule(seed, number=8)]

    assert told(7) == told(7)
    assert len({tuple(told(seed)) for seed in range(20)}) > 15


def test_more_requests_a_second_than_the_limit_are_refused(server: ConfluenceServer) -> None:
    server.limit.per_second = 3
    assert [ask(server, "/api/v2/spaces").status_code for _ in range(4)] == [200, 200, 200, 429]


# ---- OAuth, downloads, Data Center ------------------------------------------------------------------------


def grant(server: ConfluenceServer, refresh_token: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    secret = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return requests.post(server.token_url, json={**form, **secret}, timeout=60)


def test_oauth_tokens_hold_for_an_hour_at_the_gateway_and_refresh_tokens_once(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    first = server.oauth.refresh_token
    granted = grant(server, first).json()
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    address = f"{server.gateway}/wiki/api/v2/pages"
    assert requests.get(address, headers=headers, timeout=60).status_code == 200
    assert requests.get(f"{server.base}/api/v2/pages", headers=headers, timeout=60).status_code == 401
    site.time.at += 3600
    assert requests.get(address, headers=headers, timeout=60).status_code == 401
    assert grant(server, first).status_code == 403
    assert grant(server, granted["refresh_token"]).status_code == 200


def test_a_token_without_the_scope_is_told_so(server: ConfluenceServer) -> None:
    server.oauth.scopes.discard("read:page:confluence")
    token = grant(server, server.oauth.refresh_token).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    refused = requests.get(f"{server.gateway}/wiki/api/v2/pages", headers=headers, timeout=60)
    assert (refused.status_code, "scope does not match" in refused.text) == (401, True)
    assert (
        requests.get(f"{server.gateway}/wiki/api/v2/spaces", headers=headers, timeout=60).status_code == 200
    )


def test_a_download_from_cloud_leads_to_a_host_that_refuses_credentials(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    page = site.add_page("P")
    held = site.attach(page.id, "a b/ä.txt", b"bytes", media_type="text/plain")
    link = get(server, f"/api/v2/pages/{page.id}/attachments")["results"][0]["downloadLink"]
    auth = (site.service.email, site.service.token)
    for path in (link, f"/rest/api/content/{page.id}/child/attachment/{held.id}/download"):
        moved = requests.get(server.base + path, auth=auth, allow_redirects=False, timeout=60)
        assert moved.status_code == 302
        there = moved.headers["Location"]
        assert urlsplit(there).hostname != urlsplit(server.url).hostname
        assert requests.get(there, auth=auth, timeout=60).status_code == 400
        assert requests.get(there, timeout=60).content == b"bytes"


def test_data_center_speaks_its_own_dialect(site: ConfluenceSite, data_center: ConfluenceServer) -> None:
    page = site.add_page("P")
    held = site.attach(page.id, "a.txt", b"bytes")
    bearer = {"Authorization": f"Bearer {site.service.token}"}
    base = data_center.base
    assert base.endswith("/confluence")
    who = requests.get(f"{base}/rest/api/user/current", headers=bearer, timeout=60).json()
    assert (who["username"], "accountId" in who) == (site.service.username, False)
    link = get(data_center, f"/rest/api/content/{page.id}/child/attachment")["results"][0]["_links"][
        "download"
    ]
    assert requests.get(base + link, headers=bearer, timeout=60).content == held.data
    assert get(data_center, f"/rest/api/content/{page.id}", expand="version")["version"]["when"].endswith(
        "+01:00"
    )
    assert get(data_center, "/rest/api/space/OPS/permissions")[0]["subject"] == {
        "type": "group",
        "name": "staff",
    }
    assert ask(data_center, "/rest/api/space/OPS/permissions", site.ada).status_code == 403
    assert ask(data_center, "/api/v2/pages").status_code == 404
    site.old_data_center = True
    assert ask(data_center, "/rest/api/space/OPS/permissions").status_code == 404
    old = "/rpc/json-rpc/confluenceservice-v2/getSpacePermissionSets"
    sets = requests.post(base + old, json=["OPS"], headers=bearer, timeout=60).json()
    assert sets[0]["spacePermissions"][0]["groupName"] == "staff"


def test_endpoints_that_cloud_has_retired_can_be_switched_off(
    site: ConfluenceSite, server: ConfluenceServer
) -> None:
    server.deprecated_v1 = False
    home = site.spaces["OPS"].homepage
    for path in ("/content", f"/content/{home}", f"/content/{home}/child/comment", "/space", "/space/OPS"):
        assert ask(server, f"/rest/api{path}").status_code == 410
    for path in (
        "/content/search?cql=type=page",
        f"/content/{home}/restriction/byOperation",
        "/user/current",
    ):
        assert ask(server, f"/rest/api{path}").status_code == 200


@pytest.mark.timeout(120)
def test_ten_thousand_pages_are_served(site: ConfluenceSite, server: ConfluenceServer) -> None:
    top = site.add_page("Top")
    for number in range(10_000):
        site.add_page(f"P{number}", "<p>text</p>", parent=top.id)
    assert len(walk(server, "/api/v2/pages", limit="250", body_format="storage")) == 10_002
    assert len(server.requests) == 41
