"""The Notion connector when the server misbehaves: no fault loses, doubles or invents a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.errors import TemporaryError, UnreachableError
from tests.integration.notion_crawls import HASTY, PATIENT, Mirror, connector, crawl, texts
from tests.integration.notion_faults import PASSING, fault
from tests.servers.notion import Fault, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block


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
    crawled = crawl(server, policy=HASTY if name == "slow" else PATIENT)
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
