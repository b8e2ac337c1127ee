"""Notion's API as the connector uses it: reading calls only, whole lists, one kind of error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import count
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from notion_client import Client
from notion_client.errors import NotionClientErrorBase

from connectors.errors import UnreadableError
from connectors.http import pages
from connectors.http.credentials import Token
from connectors.http.errors import CursorExpiredError, CutError, RejectedError
from connectors.http.exchange import Exchange
from connectors.http.httpx_transport import PatientTransport
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.notion.values import JsonObject, as_list, as_object, as_text

VERSION = "2026-03-11"
API = "https://api.notion.com"

_SILENT = logging.getLogger("kubelore.notion_client")
"""The library writes whole answers into its own log; what went wrong is in our errors."""
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class NotionApi:
    """What an integration may read. All methods raise the errors of `connectors.http.errors`."""

    def __init__(
        self,
        token: str,
        *,
        url: str = API,
        clock: Time | None = None,
        policy: Policy | None = None,
        max_file_bytes: int = 20_000_000,
    ) -> None:
        self.clock = clock or Time()
        policy = policy or Policy()
        self._server_lead = 0.0
        self._url = url
        self._exchange = Exchange(url, Token(token), hint=hint, policy=policy, clock=self.clock)
        transport = PatientTransport(self._exchange)
        http = httpx.Client(transport=transport, event_hooks={"response": [self._note_clock]})
        self._notion = Client(
            {
                "base_url": url,
                "notion_version": VERSION,
                "retry": False,  # the transport below it does that
                "logger": _SILENT,
                "log_level": logging.CRITICAL,
            },
            client=http,
        )
        files = Exchange("", policy=_with_limit(policy, max_file_bytes), clock=self.clock)
        self._files = PatientTransport(files)

    @property
    def requests(self) -> int:
        """How many requests have been sent to the API."""
        return self._exchange.sent

    def close(self) -> None:
        """Close the connections."""
        self._notion.close()
        self._files.close()

    def server_time(self, moment: float) -> datetime:
        """What Notion's clock, which its `last_edited_time` is written with, showed at a moment of this machine's."""
        return datetime.fromtimestamp(moment + self._server_lead, UTC)

    def me(self) -> JsonObject:
        """The integration itself."""
        return self._call(self._notion.users.me)

    def search(self, *, newest_first: bool = False) -> Iterator[JsonObject]:
        """Every page and data source that search knows: not all that exist, as search lags behind.

        With the newest last, what is edited meanwhile moves to where it is still to come.
        """
        direction = "descending" if newest_first else "ascending"
        sort = {"timestamp": "last_edited_time", "direction": direction}
        return self._every("search", self._notion.search, sort=sort)

    def page(self, page_id: str) -> JsonObject:
        """A page without its blocks."""
        return self._call(self._notion.pages.retrieve, page_id=page_id)

    def database(self, database_id: str) -> JsonObject:
        """A database with the list of its data sources."""
        return self._call(self._notion.databases.retrieve, database_id=database_id)

    def data_source(self, data_source_id: str) -> JsonObject:
        """A data source with its properties."""
        return self._call(self._notion.data_sources.retrieve, data_source_id=data_source_id)

    def rows(self, data_source_id: str) -> Iterator[JsonObject]:
        """The pages (in a wiki also data sources) that a data source holds."""
        where = f"the rows of {data_source_id}"
        return self._every(where, self._notion.data_sources.query, data_source_id=data_source_id)

    def block(self, block_id: str) -> JsonObject:
        """A block without its children."""
        return self._call(self._notion.blocks.retrieve, block_id=block_id)

    def children(self, block_id: str) -> Iterator[JsonObject]:
        """The blocks right below a page or block."""
        return self._every(f"the blocks of {block_id}", self._notion.blocks.children.list, block_id=block_id)

    def comments(self, identifier: str) -> Iterator[JsonObject]:
        """The open comments on a page or a block, without those on what is in it."""
        where = f"the comments on {identifier}"
        return self._every(where, self._notion.comments.list, block_id=identifier)

    def users(self) -> Iterator[JsonObject]:
        """The people and bots of the workspace."""
        return self._every("the users", self._notion.users.list)

    def property_items(self, page_id: str, property_id: str) -> Iterator[JsonObject]:
        """All values of a property whose list is cut short in the page."""
        call = self._notion.pages.properties.retrieve
        read = partial(self._read, call, {"page_id": page_id, "property_id": property_id})
        # Items have no ids of their own, and two may be equal: each counts.
        numbers = count()
        where = f"property {property_id} of {page_id}"
        return pages.every(read, where, key=lambda _: next(numbers), restarts=0)

    def download(self, url: str) -> bytes:
        """The bytes of a file that Notion keeps; the link's signature goes into no log and no error."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.netloc != urlsplit(self._url).netloc:
            raise UnreadableError("the file's link is not encrypted")
        response = self._files.handle_request(httpx.Request("GET", url))
        if response.status_code != 200:
            raise UnreadableError(f"the file's server answered {response.status_code}")
        return response.content

    def _every(self, where: str, call: Callable[..., Any], **arguments: object) -> Iterator[JsonObject]:
        return pages.every(partial(self._read, call, arguments), where, key=lambda item: item.get("id"))

    def _read(
        self, call: Callable[..., Any], arguments: dict[str, object], cursor: str | None, size: int
    ) -> pages.Page[JsonObject]:
        try:
            data = self._call(call, **arguments, start_cursor=cursor, page_size=size)
        except RejectedError as error:
            if cursor and "start_cursor" in error.said:
                raise CursorExpiredError(str(error)) from error
            raise
        following = as_text(data.get("next_cursor")) if data.get("has_more") is True else ""
        items = [as_object(item) for item in as_list(data.get("results"))]
        return pages.Page(items, following or None)

    def _call(self, call: Callable[..., Any], **arguments: object) -> JsonObject:
        try:
            data = call(**arguments)
        except ValueError as error:
            raise CutError(f"Notion's answer is no JSON ({type(error).__name__})") from error
        except NotionClientErrorBase as error:  # a redirect, or an id that is no part of an address
            raise RejectedError(
                f"notion-client refused a request or its answer ({type(error).__name__})"
            ) from error
        return cast(JsonObject, data) if isinstance(data, dict) else {}

    def _note_clock(self, response: httpx.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers.get("date", ""))
        except (ValueError, TypeError):
            return
        self._server_lead = date.timestamp() - self.clock.now()


def hint(status: int, method: str, path: str) -> str:
    """What somebody has to do in Notion so that a request is answered."""
    if status == 401:
        return (
            "set the source's `token` to that of an integration that exists (Notion: Settings, Connections)"
        )
    if status == 404:
        return "share the page with the integration in Notion (page menu, Connections)"
    capability = "Read content"
    if "/comments" in path:
        capability = "Read comments"
    elif "/users" in path:
        capability = "Read user information"
    return f"give the integration the capability `{capability}` in its settings in Notion"


def _with_limit(policy: Policy, max_bytes: int) -> Policy:
    return replace(policy, max_bytes=max_bytes, fault_attempts=2)
