"""Plain ASGI middleware: the limit of a body, the headers of every response, the request metrics."""

from __future__ import annotations

import time
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import problem

MAX_BODY_BYTES = 65_536
"""A question of 2,000 characters with filters needs less than 20 KB."""
MAX_EVIDENCE_BYTES = 8 * 1024 * 1024
EVIDENCE_PATHS = frozenset({"/v1/investigations", "/v1/alerts"})


class BodyLimit:
    """Answers 413 to a request body over `MAX_BODY_BYTES`, whatever its Content-Length says.

    Where evidence of an incident is posted, a body may be as long as `MAX_EVIDENCE_BYTES`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MAX_EVIDENCE_BYTES if scope["path"] in EVIDENCE_PATHS else MAX_BODY_BYTES
        declared = Headers(scope=scope).get("content-length", "0")
        body = None if declared.isdigit() and int(declared) > most else await _read(receive, most)
        if body is None:
            detail = f"a request body may have at most {most:,} bytes"
            await problem(413, detail, scope["path"])(scope, receive, send)
            return
        pending = [body]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


async def _read(receive: Receive, most: int) -> Message | None:
    """The whole body as one message; None if it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return message
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not message.get("more_body", False):
            return {"type": "http.request", "body": b"".join(parts), "more_body": False}


class HostCheck:
    """Answers 421 to a request whose `Host` is no name of this server.

    Else any web page could have its own name resolve to this server's address, and read what its visitor's
    browser may (DNS rebinding). That takes a name: an address in `Host` is always let through.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = {name.lower() for name in (*names, "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._serves(Headers(scope=scope).get("host", "")):
            detail = "this server does not go by that name; whoever runs it can add it to `api.hosts`"
            await problem(421, detail, scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _serves(self, host: str) -> bool:
        name = _without_port(host).lower().removesuffix(".")
        return bool("*" in self._names or name in self._names or _is_address(name))


def _without_port(host: str) -> str:
    if host.startswith("["):
        address, _, port = host[1:].partition("]")
        return address if port[:1] in ("", ":") else ""
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class ResponseHeaders:
    """Sets the security headers that a route has not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                headers.setdefault("Referrer-Policy", "no-referrer")
                # Answers depend on who asks: no cache in between may keep them.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestMetrics:
    """Counts requests and their seconds by route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            # The route's pattern, never the path: ids would make endless label values.
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(_method(scope["method"]), route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)


def _method(name: str) -> str:
    return name if name in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
