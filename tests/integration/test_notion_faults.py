"""The Notion connector when the server misbehaves: no fault loses, doubles or invents a document."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest

from connectors.errors import KubeloreError, TemporaryError, UnreachableError
from connectors.http.policy import Policy
from tests.integration.notion_crawls import Mirror, connector, crawl, texts
from tests.servers.notion import Fault, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

SCHEDULES = int(os.environ.get("KUBELORE_NOTION_FAULTS", "40"))
PASSING = ["429", "429 for long", "429 until a date", "529", "500", "409", "cut", "slow", "garbage", "empty"]


@pytest.fixture
def workspace() -> NotionWorkspace:
    made = NotionWorkspace()
    home = made.add_page("Home", block("paragraph", "welcome"))
    for number in range(6):
        made.add_page(f"Page {number}", block("paragraph", f"text {number}"), parent=home)
    _, source = made.add_database("Services", parent=home)
    for number in range(4):
        made.add_page(f"Row {number}", block("toggle", "x", children=[block("divider")]), parent=source)
    made.time.at += 3_600
    return made


@pytest.fixture
def server(workspace: NotionWorkspace) -> Iterator[NotionServer]:
    with serving(workspace) as running:
        yield running


def fault(name: str, where: str, workspace: NotionWorkspace, times: int = 1, after: int = 0) -> Fault:
    """A fault by the name that this file gives it."""
    date = workspace.time.at + 300

    kinds: dict[str, dict[str, Any]] = {
        "429": {"status": 429, "headers": {"Retry-After": "2"}, "code": "rate_limited"},
        "429 for long": {"status": 429, "headers": {"Retry-After": "95"}, "code": "rate_limited"},
        "429 until a date": {
            "status": 429,
            "headers": {"Retry-After": formatdate(date, usegmt=True)},
            "code": "rate_limited",
        },
        "529": {"status": 529, "headers": {"Retry-After": "3"}, "code": "service_overload"},
        "500": {"status": 500},
        "409": {"status": 409, "code": "conflict_error"},
        "400": {"status": 400, "code": "validation_error"},
        "403": {"status": 403, "code": "restricted_resource"},
        "404": {"status": 404, "code": "object_not_found"},
    }
    given = kinds.get(name, {"kind": name})
    return Fault(where, times=times, after=after, **given)


def a_page(workspace: NotionWorkspace, title: str = "Page 3") -> str:
    return next(name for name in workspace.pages if workspace.title(name) == title)


@pytest.mark.parametrize(
    "where", ["/search", "/children", "/query", "/comments", "/users", "GET /v1/databases/"]
)
@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_leaves_no_trace(
    workspace: NotionWorkspace, server: NotionServer, name: str, where: str
) -> None:
    clean = crawl(server)
    server.faults = [fault(name, where, workspace)]
    crawled = crawl(server)
    assert server.faults[0].times == 0, "the fault did not happen"
    assert texts(crawled.documents.values()) == texts(clean.documents.values())
    assert not crawled.failures


def test_a_long_retry_after_is_waited_for_and_slows_the_rest_down(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    server.faults = [
        fault("429 for long", "/children", workspace),
        fault("429 until a date", "/comments", workspace),
    ]
    crawl(server)
    waits = [wait for wait in workspace.time.slept if wait > 60]
    assert waits[0] == 95
    assert len(waits) == 2


def test_a_server_that_allows_two_requests_a_second_is_not_flooded(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    """Like Notion it answers 429 when they come faster; the crawl finds its pace and ends whole."""
    tokens, last = 2.0, workspace.time.at
    refused = 0

    class Limit(Fault):
        def strikes(self, request: str) -> bool:
            nonlocal tokens, last, refused
            tokens, last = min(2.0, tokens + 2 * (workspace.time.at - last)), workspace.time.at
            if tokens >= 1:
                tokens -= 1
                return False
            refused += 1
            return True

    for number in range(60):
        workspace.add_page(f"More {number}", block("paragraph", "x"))
    server.faults = [Limit("", status=429, headers={"Retry-After": "1"}, code="rate_limited")]
    crawled = crawl(server)
    assert crawled.named == workspace.truth()
    assert not crawled.failures
    assert 0 < refused < len(server.requests) / 4


@pytest.mark.parametrize("name", ["500", "cut", "garbage", "429", "loop", "400", "empty"])
@pytest.mark.parametrize("part", ["children", "comments"])
def test_one_page_that_always_fails_costs_only_itself(
    workspace: NotionWorkspace, server: NotionServer, name: str, part: str
) -> None:
    page = a_page(workspace)
    mirror = Mirror()
    mirror.take(crawl(server))
    workspace.write(page, block("paragraph", "never seen"))
    workspace.write(a_page(workspace, "Page 4"), block("paragraph", "seen"))
    if part == "children":
        server.faults = [fault(name, f"/blocks/{page}/children", workspace, times=10_000)]
    else:
        count = workspace.comments

        class OfPage(Fault):
            def strikes(self, request: str) -> bool:
                asked = f"block_id={page}" in server.requests[-1]
                return asked and super().strikes(request)

        assert count == []
        made = fault(name, "/comments", workspace, times=10_000)
        server.faults = [OfPage(**vars(made))]
    crawled = crawl(server, mirror.checkpoint)
    mirror.take(crawled)
    assert [(f.item, f.temporary) for f in crawled.failures] == [(f"notion:wiki/{page}", True)]
    assert mirror.documents[f"notion:wiki/{page}"].text == "text 3"
    assert mirror.documents[f"notion:wiki/{a_page(workspace, 'Page 4')}"].text == "seen"
    assert len(mirror.documents) == len(workspace.truth())
    server.faults = []
    mirror.take(crawl(server, mirror.checkpoint))
    assert mirror.documents[f"notion:wiki/{page}"].text == "never seen"


def test_a_heavy_page_is_read_in_smaller_pieces(workspace: NotionWorkspace, server: NotionServer) -> None:
    class Heavy(Fault):
        def strikes(self, request: str) -> bool:
            return super().strikes(request) and "page_size=100" in server.requests[-1]

    page = a_page(workspace)
    workspace.write(page, *[block("paragraph", f"line {number}") for number in range(120)])
    server.faults = [Heavy(f"/blocks/{page}/children", times=10_000)]
    crawled = crawl(server)
    assert crawled.documents[page].text.split("\n\n") == [f"line {number}" for number in range(120)]
    assert not crawled.failures


def test_a_search_that_goes_in_circles_deletes_nothing(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    mirror = Mirror()
    mirror.take(crawl(server))
    before = dict(mirror.documents)
    lonely = a_page(workspace, "Page 2")
    workspace.move(lonely)  # to the top: only search would name it
    server.faults = [fault("loop", "/search", workspace, times=10_000)]
    crawled = crawl(server, mirror.checkpoint)
    mirror.take(crawled)
    assert "goes round in circles" in crawled.reasons()
    assert set(mirror.documents) == set(before)
    server.faults = []
    mirror.take(crawl(server, mirror.checkpoint))
    assert texts(mirror.documents.values()) == texts(crawl(server).documents.values())


def test_a_search_that_fails_altogether_deletes_nothing(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    mirror = Mirror()
    mirror.take(crawl(server))
    server.faults = [fault("500", "/search", workspace, times=10_000)]
    mirror.take(crawl(server, mirror.checkpoint))
    assert len(mirror.documents) == len(workspace.truth())
    server.faults = []
    assert not crawl(server, mirror.checkpoint).documents, "what was known before is still known"


def test_an_expired_cursor_begins_the_list_again(workspace: NotionWorkspace, server: NotionServer) -> None:
    page = a_page(workspace)
    lines = [f"line {number}" for number in range(250)]
    workspace.write(page, *[block("paragraph", line) for line in lines])
    for number in range(150):
        workspace.add_page(f"More {number}")
    server.faults = [
        fault("expire", f"/blocks/{page}/children", workspace, after=2),
        fault("expire", "/search", workspace, after=1),
    ]
    crawled = crawl(server)
    assert [f.times for f in server.faults] == [0, 0]
    assert crawled.documents[page].text.split("\n\n") == lines
    assert crawled.named == workspace.truth()
    assert not crawled.failures


def test_a_data_source_that_fails_loses_no_row(workspace: NotionWorkspace, server: NotionServer) -> None:
    mirror = Mirror()
    mirror.take(crawl(server))
    rows = {name for name in workspace.pages if workspace.title(name).startswith("Row")}
    workspace.unlisted = rows
    server.faults = [fault("500", "/query", workspace, times=10_000)]
    crawled = crawl(server, mirror.checkpoint)
    mirror.take(crawled)
    assert len(mirror.documents) == len(workspace.truth())
    assert rows <= crawled.named


@pytest.mark.parametrize("change", ["trash", "move", "rename", "edit"])
def test_changes_between_two_requests_end_well(
    workspace: NotionWorkspace, server: NotionServer, change: str
) -> None:
    page = a_page(workspace)
    actions: dict[str, Callable[[], None]] = {
        "trash": lambda: workspace.trash(page),
        "move": lambda: workspace.move(page, a_page(workspace, "Page 0")),
        "rename": lambda: workspace.rename(page, "Another"),
        "edit": lambda: workspace.write(page, block("paragraph", "another")),
    }
    for where in ("/search", "/children", "/comments", "/query"):
        mirror = Mirror()
        server.faults = [
            Fault(where, "action", action=actions[change], after=int(where in ("/children", "/comments")))
        ]
        mirror.take(crawl(server))
        workspace.time.at += 3_600
        mirror.take(crawl(server, mirror.checkpoint))
        assert texts(mirror.documents.values()) == texts(crawl(server).documents.values())
        if change == "trash":
            workspace.restore(page)
            workspace.time.at += 3_600


def test_nobody_there_ends_the_run_and_says_so(workspace: NotionWorkspace) -> None:
    with serving(workspace) as server:
        pass
    assert "no connection" in connector(server).check().message
    with pytest.raises(UnreachableError):
        crawl(server)


def test_a_server_that_dies_in_the_middle_ends_the_run(
    workspace: NotionWorkspace, server: NotionServer
) -> None:
    for number in range(60):
        workspace.add_page(f"More {number}")
    server.faults = [fault("500", "", workspace, times=1_000_000, after=12)]
    with pytest.raises(UnreachableError, match="requests in a row failed"):
        crawl(server)


def test_all_ids_or_an_error(workspace: NotionWorkspace, server: NotionServer) -> None:
    server.faults = [fault("500", f"/blocks/{a_page(workspace)}/children", workspace, times=10_000)]
    with pytest.raises(TemporaryError, match="not all documents are known"):
        list(connector(server).list_ids())


FAULTS = [*PASSING, "loop", "expire", "400", "403", "404", "429 for long"]
PLACES = [
    "",
    "/search",
    "/children",
    "/comments",
    "/users",
    "/query",
    "/pages/",
    "/databases/",
    "/data_sources/",
]


def random_change(chance: random.Random, workspace: NotionWorkspace) -> None:
    live = sorted(name for name in workspace.truth() if name in workspace.pages)
    if not live:
        workspace.unshared = set()
        workspace.add_page(f"First {chance.random()}")
        return
    page = chance.choice(live)
    source = next(iter(workspace.sources))
    match chance.randrange(10):
        case 0:
            workspace.write(page, block("paragraph", f"text {chance.random()}"))
        case 1:
            workspace.rename(page, f"Title {chance.random()}")
        case 2 if len(live) > 4:
            workspace.trash(page)
        case 3:
            trashed = sorted(n for n, p in workspace.pages.items() if p["in_trash"])
            if trashed:
                workspace.restore(chance.choice(trashed))
        case 4:
            workspace.add_page(
                f"New {chance.random()}", block("paragraph", "new"), parent=chance.choice(live)
            )
        case 5:
            workspace.add_page(f"Row {chance.random()}", parent=source)
        case 6:
            workspace.unlisted = set(chance.sample(live, min(len(live), chance.randrange(3))))
        case 7:
            workspace.unshared = set(chance.sample(live, chance.randrange(2)))
        case 8:
            workspace.comment(page, f"comment {chance.random()}")
            workspace.touch(page)
        case 9:
            workspace.capabilities ^= {chance.choice(["comments", "users"])}


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_any_schedule_of_faults_ends_with_the_truth(seed: int) -> None:
    """Changes, crawls that fail in any way, then one quiet crawl: the documents are those of a new reader.

    `KUBELORE_NOTION_FAULTS=1000` runs that many schedules.
    """
    chance = random.Random(seed)
    workspace = NotionWorkspace()
    home = workspace.add_page("Home", block("paragraph", "welcome"))
    for number in range(5):
        workspace.add_page(f"Page {number}", block("toggle", "x", children=[block("divider")]), parent=home)
    _, source = workspace.add_database("Services", parent=home)
    workspace.add_page("Row", block("paragraph", "row"), parent=source)
    mirror = Mirror()
    policy = Policy(read_seconds=0.2, answer_seconds=0.2)
    with serving(workspace) as server:
        for _ in range(chance.randrange(1, 5)):
            workspace.time.at += chance.choice([5, 50, 500])
            for _ in range(chance.randrange(4)):
                random_change(chance, workspace)
            server.faults = [
                fault(
                    chance.choice([f for f in FAULTS if f != "slow"]),
                    chance.choice(PLACES),
                    workspace,
                    times=chance.choice([1, 1, 2, 5, 40]),
                    after=chance.randrange(12),
                )
                for _ in range(chance.randrange(4))
            ]
            server.faults += [
                Fault(
                    "", "action", after=chance.randrange(20), action=lambda: random_change(chance, workspace)
                )
                for _ in range(chance.randrange(3))
            ]
            try:
                mirror.take(crawl(server, mirror.checkpoint, policy=policy))
            except KubeloreError:
                continue  # the run has failed: no checkpoint, nothing deleted
        server.faults = []
        workspace.unlisted = set()
        workspace.capabilities = {"content", "comments", "users"}
        workspace.time.at += 600
        mirror.take(crawl(server, mirror.checkpoint, policy=policy))
        assert set(mirror.documents) == {f"notion:wiki/{name}" for name in workspace.truth()}
        assert texts(mirror.documents.values()) == texts(crawl(server, policy=policy).documents.values())
