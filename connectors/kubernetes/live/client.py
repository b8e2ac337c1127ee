"""The Kubernetes API as the connector uses it: reading only, raw JSON, one kind of error.

The official client makes the connection. Its models are not used: they refuse objects that real servers give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from urllib3 import HTTPHeaderDict, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from connectors.errors import TemporaryError
from connectors.http import pages
from connectors.http.errors import (
    CursorExpiredError,
    CutError,
    ExpiredError,
    Hint,
    NoConnectionError,
    path_of,
)
from connectors.http.exchange import Answer, Exchange, read_bounded
from connectors.http.policy import Policy
from connectors.http.rate import AdaptiveRate, Time
from connectors.http.unreachable import why_unreachable
from connectors.kubernetes.live.connection import Connection
from connectors.kubernetes.words import mapping

Json = dict[str, Any]

JSON = "application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Objects without anything but their metadata, and nothing else: a server that cannot do so answers 406."""
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
"""The same for one object, as a watch gives it."""

_ANY = "*/*"
"""Logs are text; a server that were asked for JSON would refuse."""

POLICY = Policy(
    attempts=6, fault_attempts=4, budget=120.0, first_wait=0.5, longest_wait=30.0, max_bytes=128_000_000
)
PAGE = 500
_RESTARTS = 5
_REQUESTS_A_SECOND = 50.0
_CHUNK = 65_536
_DISCOVERY = re.compile(r"/version|/api(/[^/]+)?|/apis(/[^/]+){0,2}")
_NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, ProxyError, SSLError, LocationParseError)


class KubernetesApi:
    """What an account may read of one cluster. All methods raise the errors of `connectors.http.errors`."""

    def __init__(
        self,
        connection: Connection,
        *,
        impersonate: str = "",
        groups: Sequence[str] = (),
        clock: Time | None = None,
        policy: Policy | None = None,
        page: int = PAGE,
    ) -> None:
        """`impersonate` is the user to act as, `groups` are those that it acts in."""
        self.clock = clock or Time()
        self._connection = connection
        self._impersonate = impersonate
        self._groups = tuple(groups)
        self._page = page
        self._streams: set[Any] = set()
        rate = AdaptiveRate(self.clock, start=_REQUESTS_A_SECOND)
        self._exchange = Exchange(
            connection.host,
            connection,
            hint=_hints(connection),
            policy=policy or POLICY,
            clock=self.clock,
            rate=rate,
        )

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = JSON) -> Json:
        """The JSON object at a path."""
        url = f"{self._connection.host}{path}" + (f"?{urlencode(query)}" if query else "")
        return self._exchange.run("GET", url, lambda header: self._attempt(url, accept, header)).native

    def text(self, path: str, query: Mapping[str, str]) -> str:
        """The plain text at a path: the log of a container."""
        url = f"{self._connection.host}{path}?{urlencode(query)}"
        answer = self._exchange.run("GET", url, lambda header: self._whole(url, _ANY, header))
        return answer.body.decode("utf-8", "replace")

    def every(
        self,
        path: str,
        *,
        accept: str = JSON,
        expect: str = "",
        restarts: int = _RESTARTS,
        told_version: Callable[[str], None] | None = None,
    ) -> Iterator[Json]:
        """Every item of a list, page by page, each once; a list whose state has expired is read anew.

        With `expect`, an answer of another kind is refused before its items are looked at. What is no object comes
        in a mapping without metadata. `told_version` is called with the list's resourceVersion, page by page.
        """

        def fetch(cursor: str | None, size: int) -> pages.Page[Json]:
            query = {"limit": str(size), **({"continue": cursor} if cursor else {})}
            try:
                found = self.get(path, query, accept=accept)
            except ExpiredError as error:
                raise CursorExpiredError(str(error), status=410) from error
            if expect and found.get("kind") != expect:
                raise CutError(f"GET {path}: the server did not answer with a {expect}")
            page = _page(path, found)
            if told_version:
                told_version(str(mapping(found, "metadata").get("resourceVersion") or ""))
            return page

        return pages.every(fetch, path, key=_identity, size=self._page, restarts=restarts)

    def stream(
        self, path: str, query: Mapping[str, str], *, accept: str = JSON, seconds: float
    ) -> Iterator[Json]:
        """The events of a watch until the server ends it; one cut, or silent for `seconds`, raises `CutError`."""
        url = f"{self._connection.host}{path}?{urlencode(query)}"
        response = self._open(url, accept, self._connection.header(), read_seconds=seconds)
        self._streams.add(response)
        try:
            if response.status >= 400:
                answer = Answer(response.status, dict(response.headers), response.read(100_000), None)
                raise self._exchange.error(answer, "GET", url)
            yield from _lines(response, url)
        except (HTTPError, OSError) as error:
            raise _problem(error, url) from error
        finally:
            self._streams.discard(response)
            response.close()

    def interrupt(self) -> None:
        """End every watch that goes on, from another thread."""
        for response in tuple(self._streams):
            # It may just have ended by itself.
            with suppress(OSError, ValueError, RuntimeError):
                response.shutdown()

    def _attempt(self, url: str, accept: str, header: str) -> Answer[Json]:
        answer = self._whole(url, accept, header)
        value = _parsed(answer.body, url) if answer.status < 400 else {}
        return Answer(answer.status, answer.headers, answer.body, value)

    def _whole(self, url: str, accept: str, header: str) -> Answer[None]:
        response = self._open(url, accept, header, read_seconds=self._exchange.policy.read_seconds)
        try:
            chunks = iter(lambda: response.read1(_CHUNK, decode_content=True), b"")
            body = read_bounded(chunks, self._exchange.policy, self.clock.monotonic, url)
        except (HTTPError, OSError) as error:
            raise _problem(error, url) from error
        finally:
            response.close()
        return Answer(response.status, dict(response.headers), body, None)

    def _open(self, url: str, accept: str, header: str, *, read_seconds: float) -> Any:
        headers = HTTPHeaderDict({"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "kubelore"})
        if header:
            headers["Authorization"] = header
        if self._impersonate:
            headers["Impersonate-User"] = self._impersonate
        for group in self._groups:
            headers.add("Impersonate-Group", group)
        timeout = Timeout(connect=self._exchange.policy.connect_seconds, read=read_seconds)
        try:
            return self._connection.pool.request(
                "GET", url, headers=headers, timeout=timeout, preload_content=False, retries=False
            )
        except (HTTPError, OSError) as error:
            raise _problem(error, url) from error


def _hints(connection: Connection) -> Hint:
    """What to grant, or how to log in again, in the words of the context that is asked."""

    def hint(status: int, method: str, path: str) -> str:
        place, how = connection.place, connection.command
        if status == 401:
            return f"{place} does not accept the login: log in again or renew the token or certificate{how}"
        if status != 403:
            return ""
        if _DISCOVERY.fullmatch(path):
            return f"grant the account the role `system:discovery` in {place}"
        return (
            f"grant the account `list` (and `watch`) on it in {place}, or leave it out with `kinds.exclude`"
        )

    return hint


def _page(path: str, found: Json) -> pages.Page[Json]:
    items, metadata = found.get("items"), found.get("metadata")
    if not isinstance(items, list):
        if "items" in found and items is None:
            items = []  # what Go writes for an empty list
        else:
            raise CutError(f"GET {path}: the answer is no list")
    kind = str(found.get("kind") or "").removesuffix("List")
    version = found.get("apiVersion")
    following = metadata.get("continue") if isinstance(metadata, Mapping) else None
    return pages.Page([_item(item, kind, version) for item in items], following or None)


def _item(item: Any, kind: str, version: Any) -> Json:
    """The items of lists of built-in kinds do not say what they are."""
    if not isinstance(item, Mapping):
        return {"kind": kind, "apiVersion": version}
    return {**item, "kind": item.get("kind") or kind, "apiVersion": item.get("apiVersion") or version}


def _identity(item: Json) -> tuple[object, ...] | int:
    metadata = item.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("name"):
        return (str(metadata.get("namespace") or ""), str(metadata["name"]))
    return id(item)


def _lines(response: Any, url: str) -> Iterator[Json]:
    waiting = b""
    while chunk := response.read1(_CHUNK, decode_content=True):
        *lines, waiting = (waiting + chunk).split(b"\n")
        yield from (_parsed(line, url) for line in lines if line.strip())
    if waiting.strip():
        raise CutError(f"GET {path_of(url)}: the watch ended in the middle of an event")


def _parsed(body: bytes, url: str) -> Json:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise CutError(f"GET {path_of(url)}: the answer is no JSON object")
    return value


def _problem(error: Exception, url: str) -> TemporaryError:
    """What happened, without the library's words: they may hold the address with its query."""
    reasons: Sequence[object] = (error, getattr(error, "reason", None), *error.args)
    if any(isinstance(reason, _NOT_CONNECTED) for reason in reasons):
        why = why_unreachable(error, url).replace("the source's `url`", "`server` of the kubeconfig")
        return NoConnectionError(f"no connection: {why}")
    return CutError(f"GET {path_of(url)}: no complete answer came ({type(error).__name__})")
