"""Lists that come in pages: whole, each item once, and never without end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.http.errors import CursorExpiredError, MissingError, ServerFaultError
from connectors.http.pages import CursorLoopError, Fetch, Page, every

ITEMS = list(range(25))


def listing(
    items: list[int], trouble: Callable[[int, int], None] = lambda at, size: None, most: int = 10
) -> Fetch[int]:
    def fetch(cursor: str | None, size: int) -> Page[int]:
        at, size = int(cursor or 0), min(size, most)
        trouble(at, size)
        end = at + size
        return Page(items[at:end], str(end) if end < len(items) else None)

    return fetch


def read(fetch: Fetch[int], **options: int) -> list[int]:
    return list(every(fetch, "numbers", key=lambda item: item, **options))


def test_all_pages_are_read() -> None:
    assert read(listing(ITEMS)) == ITEMS


def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    pages = {None: Page([1], "a"), "a": Page([], "b"), "b": Page([2], None)}
    assert read(lambda cursor, size: pages[cursor]) == [1, 2]


@pytest.mark.parametrize("following", ["a", "b"])
def test_a_cursor_that_comes_again_is_an_error(following: str) -> None:
    pages = {None: Page([1], "a"), "a": Page([2], "b"), "b": Page([3], following)}
    with pytest.raises(CursorLoopError, match="numbers: the list goes round in circles after 3 pages"):
        read(lambda cursor, size: pages[cursor])


def test_new_cursors_without_items_end_too() -> None:
    with pytest.raises(CursorLoopError):
        read(lambda cursor, size: Page([], str(int(cursor or 0) + 1)))


def test_an_expired_cursor_begins_the_list_again_and_gives_no_item_twice() -> None:
    left = [10, 20]

    def expire(at: int, size: int) -> None:
        if at in left:
            left.remove(at)
            raise CursorExpiredError("start_cursor provided is invalid")

    assert read(listing(ITEMS, expire)) == ITEMS
    assert not left


def test_a_cursor_that_always_expires_is_an_error() -> None:
    def expire(at: int, size: int) -> None:
        if at:
            raise CursorExpiredError("start_cursor provided is invalid")

    with pytest.raises(CursorExpiredError):
        read(listing(ITEMS, expire))


def test_a_page_that_is_too_heavy_is_read_in_halves() -> None:
    sizes: list[int] = []

    def heavy(at: int, size: int) -> None:
        sizes.append(size)
        if at <= 13 < at + size and size > 2:
            raise ServerFaultError("500")

    assert read(listing(ITEMS, heavy), size=10) == ITEMS
    assert min(sizes) <= 2


def test_one_item_that_the_server_never_gives_is_an_error_in_bounded_time() -> None:
    calls: list[int] = []

    def broken(at: int, size: int) -> None:
        calls.append(size)
        if at <= 13 < at + size:
            raise ServerFaultError("500")

    with pytest.raises(ServerFaultError):
        read(listing(ITEMS, broken, most=100))
    assert len(calls) < 40


def test_other_errors_are_not_halved() -> None:
    def gone(at: int, size: int) -> None:
        raise MissingError("404")

    with pytest.raises(MissingError):
        read(listing(ITEMS, gone))
