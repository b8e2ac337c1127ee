"""Confluence's REST API as the connector uses it: reading calls, whole lists, one kind of error."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from atlassian.rest_client import AtlassianRestAPI
from requests import Response

from connectors.confluence.hints import Account, hints
from connectors.confluence.values import JsonObject, as_list, as_object, as_text, at, one_line
from connectors.errors import UnreadableError
from connectors.http import pages
from connectors.http.credentials import Credentials
from connectors.http.errors import (
    CursorExpiredError,
    CutError,
    MissingError,
    RejectedError,
    ServerFaultError,
    TooLargeError,
    redacted,
)
from connectors.http.exchange import Exchange
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.http.requests_adapter import session
from connectors.http.unreachable import host_of

SEARCH = "rest/api/content/search"
_CLOUD_HOSTS = (".atlassian.net", ".jira.com", "api.atlassian.com")
_WITHOUT_404 = 10
"""A batch of so few that answers 404 is asked for without what makes it fail."""
_WEB_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})</title>", re.IGNORECASE)
_TOO_MUCH = (ServerFaultError, CutError, TooLargeError)
_FRAGILE = ("ancestors", "restrictions")

# The library writes whole answers into its log: pages that nobody but their readers may see.
logging.getLogger("atlassian").setLevel(logging.CRITICAL)
logging.getLogger("atlassian.rest_client").setLevel(logging.CRITICAL)


class ConfluenceApi:
    """What an account may read. All methods raise the errors of `connectors.http.errors`.

    `cloud` None finds out by the address, or by asking. `site` is the address that people open, where `url` is that
    of a gateway.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        cloud: bool | None = None,
        site: str = "",
        clock: Time | None = None,
        policy: Policy | None = None,
        max_file_bytes: int = 20_000_000,
    ) -> None:
        self.clock = clock or Time()
        self._url = with_context(url) if cloud is not False else url.rstrip("/")
        self._site = site
        self._cloud = True if cloud is None and is_cloud_host(url) else cloud
        self._landed = ""
        self.heavy: set[str] = set()
        """The ids of what the server failed on though nothing else was asked for with it."""
        self._server_lead = 0.0
        self._base = ""
        policy = policy or Policy()
        account = Account.of(credentials, url)
        hint = hints(account, lambda: self._cloud)
        self._exchange = Exchange(url, credentials, hint=hint, policy=policy, clock=self.clock)
        http = session(self._exchange, url)
        http.hooks["response"].append(self._note)
        self._rest = AtlassianRestAPI(self._url, session=http, backoff_and_retry=False)
        files = replace(policy, max_bytes=max_file_bytes, fault_attempts=2)
        self._file_exchange = Exchange(
            url, credentials, hint=hint, policy=files, clock=self.clock, rate=self._exchange.rate
        )
        self._files = session(self._file_exchange, url)

    @property
    def requests(self) -> int:
        """How many requests have been sent."""
        return self._exchange.sent + self._file_exchange.sent

    @property
    def cloud(self) -> bool:
        """Whether the site is on Cloud."""
        if self._cloud is None:
            self._cloud = self._answers_version_2()
        return self._cloud

    def close(self) -> None:
        """Close the connections."""
        self._rest.close()
        self._files.close()

    def server_time(self, here: float) -> datetime:
        """The time on the server's clock, which its dates are written with, when ours showed `here`."""
        return datetime.fromtimestamp(here + self._server_lead, UTC)

    def link(self, path: str) -> str:
        """The address that people open for a path that an answer names."""
        return f"{self._site or self._base or self._url}/{path.lstrip('/')}" if path else ""

    def post(self, path: str, arguments: list[str]) -> list[object]:
        """The list that a remote procedure call which only reads gives."""
        data = self._rest.post(path, json=cast(Any, arguments))
        if not isinstance(data, list):
            raise CutError(f"{path}: the answer is no list")
        return data

    def get(self, path: str, **params: object) -> JsonObject:
        """One answer; a list as it stands is under `results`."""
        data = self._rest.get(path, params=params or None)
        if isinstance(data, str):  # a proxy's page, or half an answer
            data = self._rest.get(path, params=params or None)
        if not isinstance(data, dict):
            if isinstance(data, list):
                return {"results": data}
            raise CutError(f"{path}: {self._no_json(data)}")
        base = as_text(at(data, "_links", "base"))
        if urlsplit(base).scheme in ("http", "https"):
            self._base = base.rstrip("/")
        return cast(JsonObject, data)

    def search(
        self,
        cql: str,
        expand: Iterable[str] = (),
        *,
        size: int,
        enough: int = _WITHOUT_404,
        may_be_bare: bool = False,
        shrinks: bool = True,
    ) -> Iterator[JsonObject]:
        """Everything current that a query finds.

        A batch that answers 404 is halved until it has no more than `enough`, and then read without ancestors and
        restrictions: the results lack them. If results `may_be_bare`, so is a single one on which the server
        fails, or with nothing expanded at all, so that the list goes on behind it. One that does not `shrink` is not
        asked for in smaller pages where the server fails on it.
        """
        wanted = list(expand)
        safe = [name for name in wanted if not name.startswith(_FRAGILE)]
        lighter = [names for names in (safe, []) if names != wanted] if may_be_bare else []

        def fetch(cursor: str | None, limit: int) -> pages.Page[JsonObject]:
            def ask(names: list[str]) -> pages.Page[JsonObject]:
                return self._page(SEARCH, cursor, limit, cql=cql, expand=",".join(names))

            try:
                return ask(wanted)
            except MissingError as error:
                if limit > enough:
                    raise ServerFaultError(str(error)) from error  # a smaller page may succeed
                if safe == wanted:
                    raise
                return ask(safe)
            except _TOO_MUCH as error:
                if limit > 1:
                    raise
                for names in lighter:
                    try:
                        page = ask(names)
                        self.heavy.update(as_text(item.get("id")) for item in page.items)
                        return page
                    except _TOO_MUCH:
                        continue
                raise error

        return pages.every(
            fetch, "the search for content", key=lambda item: item.get("id"), size=size, shrinks=shrinks
        )

    def every(self, path: str, *, size: int, **params: object) -> Iterator[JsonObject]:
        """Everything of another list."""
        return pages.every(
            lambda cursor, limit: self._page(path, cursor, limit, **params), path, key=repr, size=size
        )

    def download(self, path: str) -> bytes:
        """The bytes of a file, whose `path` is below the site's address."""
        url = urljoin(f"{self._url}/", path.lstrip("/"))
        if urlsplit(url)[:2] != urlsplit(self._url)[:2]:
            raise UnreadableError("the file is not on the site")
        content = self._files.get(url).content
        if not isinstance(content, bytes):
            raise UnreadableError("the file is empty")
        return content

    def _page(self, path: str, cursor: str | None, limit: int, **params: object) -> pages.Page[JsonObject]:
        """One page of a list; a cursor is the parameter of `_links.next` that leads there, by its name."""
        wanted = {name: value for name, value in params.items() if value}
        if cursor:
            name, _, value = cursor.partition("=")
            wanted[name] = value
        try:
            data = self.get(path, **wanted, limit=limit)
        except RejectedError as error:
            if cursor and ("cursor" in error.said.lower() or "start" in error.said.lower()):
                raise CursorExpiredError(str(error)) from error
            raise
        items = [as_object(item) for item in as_list(data.get("results"))]
        return pages.Page(items, _following(as_text(at(data, "_links", "next"))))

    def _answers_version_2(self) -> bool:
        try:
            self.get("api/v2/spaces", limit=1)
        except MissingError:
            return False
        return True

    def _no_json(self, data: object) -> str:
        """What came in the place of an API's answer, and what to do about it."""
        if not isinstance(data, str) or not _WEB_PAGE.match(data):
            return "the answer is no JSON object"
        found = _TITLE.search(data)
        title = f' called "{redacted(one_line(unescape(found[1])))[:80]}"' if found else ""
        return (
            f"{self._landed} answers with a web page{title} and not as Confluence's API; correct the source's `url`"
            " (the wiki's address with its path: Cloud /wiki, Data Center often /confluence or /wiki), and let the"
            " account past the proxy or single sign-on that shows this page"
        )

    def _note(self, response: Response, *args: object, **kwargs: object) -> None:
        self._landed = host_of(response.url)
        try:
            date = parsedate_to_datetime(response.headers.get("date", ""))
        except (ValueError, TypeError):
            return
        self._server_lead = date.timestamp() - self.clock.now()


def is_cloud_host(url: str) -> bool:
    """Whether an address is one that Atlassian gives to sites on Cloud."""
    return (urlsplit(url).hostname or "").endswith(_CLOUD_HOSTS)


def with_context(url: str) -> str:
    """The address of a wiki; on Cloud people leave `/wiki` away."""
    url = url.rstrip("/")
    return f"{url}/wiki" if is_cloud_host(url) and not urlsplit(url).path else url


def escaped(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def _following(link: str) -> str | None:
    """What leads to the next page: hosts and paths in `link` may be wrong behind a proxy or gateway."""
    query = parse_qs(urlsplit(link).query)
    for name in ("cursor", "start"):
        if query.get(name):
            return f"{name}={query[name][0]}"
    return None
