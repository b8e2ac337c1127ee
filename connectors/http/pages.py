"""Reads a list that an API gives in pages, through every trap that servers set."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from connectors.errors import TemporaryError
from connectors.http.errors import CursorExpiredError, CutError, ServerFaultError, TooLargeError

T = TypeVar("T")

_MAX_EMPTY = 50
"""Pages in a row without an item: filters and permissions make some, endless ones are a fault."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor of the next page; None at the end of the list."""

    items: Sequence[T]
    next: str | None


class CursorLoopError(TemporaryError):
    """A list that leads back to a page that was read: it has no end."""


Fetch = Callable[[str | None, int], Page[T]]
"""Reads the page at a cursor (None: the first) with at most so many items."""


def every(
    fetch: Fetch[T],
    where: str,
    *,
    key: Callable[[T], Hashable],
    size: int = 100,
    restarts: int = 2,
    shrinks: bool = True,
) -> Iterator[T]:
    """Every item of a list, each `key` once.

    If the list `shrinks`, a page that the server fails on is asked for again with half as many items, down to one. A
    cursor that has expired makes the list be read anew, `restarts` times. A cursor that comes twice is a
    `CursorLoopError`; a page without items that names a next one is not the end.
    """
    seen: set[Hashable] = set()
    while True:
        try:
            for item in _once(fetch, where, size, shrinks):
                if (identity := key(item)) not in seen:
                    seen.add(identity)
                    yield item
        except CursorExpiredError:
            if restarts <= 0:
                raise
            restarts -= 1
        else:
            return


def _once(fetch: Fetch[T], where: str, size: int, shrinks: bool) -> Iterator[T]:
    cursor: str | None = None
    read: set[str] = set()
    empty = 0
    while True:
        page = smaller(fetch, cursor, size)[0] if shrinks else fetch(cursor, size)
        yield from page.items
        if page.next is None:
            return
        empty = 0 if page.items else empty + 1
        if page.next in read or empty > _MAX_EMPTY:
            raise CursorLoopError(f"{where}: the list goes round in circles after {len(read) + 1} pages")
        read.add(page.next)
        cursor = page.next


def smaller(fetch: Fetch[T], cursor: str | None, size: int) -> tuple[Page[T], int]:
    """The page at `cursor`, and the size with which the server could give it; raises if it fails even on one item."""
    while True:
        try:
            return fetch(cursor, size), size
        except (ServerFaultError, CutError, TooLargeError):
            if size <= 1:
                raise
            size //= 2
