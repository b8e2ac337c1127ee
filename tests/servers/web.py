"""Real HTTP for the fakes: starting, stopping, and answers that break off."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote_plus, urlsplit

from tests.servers.faults import Fault

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request as it came; `query` holds every value of each parameter, `line` is `METHOD /path?query`."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Json
    line: str = ""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        """All values of a parameter, repeated or separated by commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]


@dataclass
class Reply:
    """An answer."""

    status: int = 200
    data: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def body(self) -> bytes:
        """Its bytes."""
        return json.dumps(self.data).encode() if self.raw is None else self.raw


class Fake(Protocol):
    """What a fake server has to offer to be served."""

    faults: list[Fault]
    url: str
    latency: float

    def now(self) -> float:
        """Its clock."""
        ...

    def arrived(self, asked: Asked) -> None:
        """Told of each request before it is decided whether a fault strikes it."""
        ...

    def reply(self, asked: Asked, fault: Fault | None) -> Reply:
        """The answer to a request; never raises. What a `fault` does to the connection is done elsewhere."""
        ...


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # else each small answer waits 40 ms
    protocol_version = "HTTP/1.1"
    fake: Fake

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        asked = self._asked(method)
        self.fake.arrived(asked)
        request = unquote_plus(asked.line)
        fault = next((fault for fault in self.fake.faults if fault.strikes(request)), None)
        wait = self.fake.latency + (fault.seconds if fault and fault.kind == "late" else 0.0)
        if wait:
            time.sleep(wait)
        self._send(self.fake.reply(asked, fault), fault)

    def _asked(self, method: str) -> Asked:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        body: Any
        try:
            body = json.loads(content or b"{}")
        except ValueError:
            body = {name: values[0] for name, values in parse_qs(content.decode("utf-8", "replace")).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        whole = body if isinstance(body, dict) else {"": body}
        return Asked(method, parts.path, query, headers, whole, f"{method} {self.path}")

    def _send(self, reply: Reply, fault: Fault | None) -> None:
        body = reply.body()
        kind = fault.kind if fault else ""
        if kind == "garbage":
            body = b"<html>oops</html>"
        if kind == "truncated":
            body = body[: len(body) // 2]
        self.send_response_only(reply.status)
        headers = {
            "Date": formatdate(self.fake.now(), usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **reply.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault and kind in ("cut", "slow"):
            self._break_off(body, fault)
        else:
            self.wfile.write(body)

    def _break_off(self, body: bytes, fault: Fault) -> None:
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that go away in the middle: they are part of the tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(fake: Fake, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """The fake answers at its `url` (on a free port, unless `port` names one) until the block ends."""
    server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"fake": fake}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
