"""What changed is found in any order of the list, and the list is left early only where that is safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.client import ConfluenceApi
from connectors.confluence.node import Node
from connectors.confluence.recent import Recent
from connectors.confluence.state import Memory
from connectors.http.errors import RejectedError

SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Search:
    """Gives a list in the order it has; counts what was taken of it."""

    def __init__(self, changes: list[tuple[int, int, int]], refuses: int = 0) -> None:
        self.changes = changes
        self.taken = 0
        self.asked: list[str] = []
        self._refuses = refuses

    def search(self, cql: str, expand: Iterable[str] = (), *, size: int) -> Iterator[dict[str, Any]]:
        self.asked.append(cql)
        if len(self.asked) <= self._refuses:
            raise RejectedError("no such time", status=400)
        for name, version, minutes in self.changes:
            self.taken += 1
            when = (SEEN + timedelta(minutes=minutes)).isoformat()
            yield {"id": str(name), "type": "page", "version": {"number": version, "when": when}}


def changes(search: Search, known: int = 1_000) -> list[str]:
    nodes = {str(name): Node(str(name), "page", "", "OPS", 1) for name in range(known)}
    recent = Recent(cast(ConfluenceApi, search), Memory(seen=SEEN, nodes=nodes))
    return [str(content["id"]) for content in recent.changes("space = 1")]


@given(
    st.lists(
        st.tuples(st.integers(0, 1_100), st.integers(1, 2), st.integers(-600, 60)), unique_by=lambda c: c[0]
    ),
    st.booleans(),
)
def test_every_new_version_since_the_last_crawl_is_found(
    given_changes: list[tuple[int, int, int]], descending: bool
) -> None:
    if descending:
        given_changes.sort(key=lambda change: -change[2])
    found = changes(Search(given_changes))
    expected = {
        str(name)
        for name, version, minutes in given_changes
        if minutes >= 0 and (version == 2 or name >= 1_000)
    }
    assert expected <= set(found)


def test_a_list_in_order_is_left_where_nothing_new_can_follow() -> None:
    news = [(name, 2, 30) for name in range(10)]
    old = [(name, 1, -60 - name) for name in range(10, 900)]
    search = Search(news + old)
    assert len(changes(search)) == 10
    assert search.taken == 210


def test_a_list_of_equal_times_is_read_to_its_end() -> None:
    same = [(name, 1, 10) for name in range(500)]
    assert changes(Search([*same, (501, 2, 10)])) == ["501"]


def test_a_time_that_is_refused_is_asked_for_earlier_and_then_not_at_all() -> None:
    search = Search([(1, 2, 5)], refuses=4)
    assert changes(search) == ["1"]
    bounds = [cql.split('"')[1] for cql in search.asked if '"' in cql]
    assert bounds == sorted(bounds, reverse=True)
    assert len(set(bounds)) == 4
    assert "lastmodified >=" not in search.asked[4]
