"""Finds what changed since the last crawl, whatever clocks, time zones and orders the server has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.confluence import cql
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.state import Memory
from connectors.confluence.values import JsonObject, as_number, as_text, at
from connectors.dates import to_date
from connectors.http.errors import RejectedError

_SIZE = 200
_OVERLAP = timedelta(minutes=5)
"""Clocks differ, and what changes while a crawl goes on may be seen by it or not."""
_EARLIER = (timedelta(), timedelta(minutes=90), timedelta(days=1), timedelta(days=3))


class Recent:
    """What changed since a crawl."""

    def __init__(self, api: ConfluenceApi, memory: Memory) -> None:
        self._api = api
        self._memory = memory
        self._comments = {name for record in memory.records.values() for name in record.comments}

    def changes(self, where: str) -> Iterator[JsonObject]:
        """What holds `where` and has another version than the last crawl saw.

        The list is asked for newest first and left when a whole page of it is known and lies in the past. If the
        server gives it in another order, it is read to its end.
        """
        since = self._memory.seen
        if since is None:
            return
        known_in_a_row, order = 0, _Order()
        for content in self._listed(where, since):
            when = to_date(as_text(at(content, "version", "when")))
            order.note(when)
            if self._is_known(content):
                known_in_a_row += 1
            else:
                known_in_a_row = 0
                yield content
            is_past = when is not None and when < since - _OVERLAP
            if is_past and order.is_descending and known_in_a_row >= _SIZE:
                return

    def _listed(self, where: str, since: datetime) -> Iterator[JsonObject]:
        for earlier in _EARLIER:
            condition = cql.both(where, cql.modified_since(since, earlier))
            begun = False
            try:
                found = self._api.search(
                    f"{condition} order by lastmodified desc", ("version", "container"), size=_SIZE
                )
                for content in found:
                    begun = True
                    yield content
                return
            except RejectedError as error:
                # A local time that a change of clocks skips is none: ask from an earlier one.
                if begun or error.status != 400:
                    raise
        yield from self._api.search(
            f"{where} order by lastmodified desc", ("version", "container"), size=_SIZE
        )

    def _is_known(self, content: JsonObject) -> bool:
        name, version = as_text(content.get("id")), as_number(at(content, "version", "number"))
        if content.get("type") == "comment":
            return f"{name}.{version}" in self._comments
        node = self._memory.nodes.get(name)
        return node is not None and node.version == version


class _Order:
    """Whether a list of times is in descending order, for which equal times are no evidence."""

    def __init__(self) -> None:
        self._last: datetime | None = None
        self._fell = False
        self._rose = False

    def note(self, when: datetime | None) -> None:
        """The next time of the list."""
        if when is None:
            self._rose = True
        elif self._last is not None:
            self._fell |= when < self._last
            self._rose |= when > self._last
        self._last = when or self._last

    @property
    def is_descending(self) -> bool:
        """Whether it has fallen and never risen."""
        return self._fell and not self._rose
