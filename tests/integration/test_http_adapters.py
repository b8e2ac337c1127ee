"""Both HTTP libraries against a real server: the same answers, the same errors."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from connectors.http.credentials import Token
from connectors.http.errors import CutError, MissingError, NoConnectionError, TooLargeError
from connectors.http.exchange import Exchange
from connectors.http.httpx_transport import PatientTransport
from connectors.http.policy import Policy
from connectors.http.rate import AdaptiveRate, Time
from connectors.http.requests_adapter import session

Get = Callable[[str], bytes]
Open = Callable[[Exchange], Get]


class Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    asked: dict[str, int]

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        count = self.asked[path] = self.asked.get(path, 0) + 1
        if path == "/cut" or (path == "/cut-once" and count == 1):
            self._head(200, b"x" * 100)
            self.wfile.write(b"half")
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif path == "/slow":
            self._head(200, b"x" * 40)
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        elif path == "/silent":
            time.sleep(1)
            self.close_connection = True
        elif path == "/busy" and count == 1:
            self._answer(429, b"{}", {"Retry-After": "61"})
        elif path == "/zip":
            self._answer(200, gzip.compress(b"unpacked"), {"Content-Encoding": "gzip"})
        elif path == "/bomb":
            self._answer(200, gzip.compress(bytes(5_000_000)), {"Content-Encoding": "gzip"})
        elif path == "/missing":
            self._answer(404, b'{"code": "object_not_found", "message": "no"}')
        else:
            self._answer(200, f"{self.headers.get('Authorization')} {query}".encode())

    def _head(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(status, body, headers)
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    handler = type("Fresh", (Handler,), {"asked": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def with_httpx(exchange: Exchange) -> Get:
    client = httpx.Client(transport=PatientTransport(exchange))
    return lambda url: client.get(url).content


def with_requests(exchange: Exchange) -> Get:
    client = session(exchange, "http://wiki.example")
    return lambda url: client.get(url).content


@pytest.fixture(params=[with_httpx, with_requests], ids=["httpx", "requests"])
def library(request: pytest.FixtureRequest) -> Open:
    opened: Open = request.param
    return opened


POLICY = Policy(max_bytes=1_000_000)
HASTY = Policy(read_seconds=0.3, answer_seconds=0.5, fault_attempts=2)


def exchange(url: str, slept: list[float] | None = None, policy: Policy = POLICY) -> Exchange:
    waits = slept if slept is not None else []
    clock = replace(Time(), sleep=waits.append, random=lambda: 0.0)
    return Exchange(url, Token("the-token"), policy=policy, clock=clock, rate=AdaptiveRate(clock, start=1e6))


def test_an_answer_with_its_query_and_credentials(library: Open, url: str) -> None:
    assert library(exchange(url))(f"{url}/page?size=3") == b"Bearer the-token size=3"


def test_other_hosts_get_no_credentials(library: Open, url: str) -> None:
    assert library(exchange("https://api.example"))(f"{url}/page") == b"None "


def test_the_proxy_of_the_environment_is_used(
    library: Open, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", url)
    get = library(exchange("http://wiki.example"))
    assert get("http://wiki.example/page?size=3") == b"Bearer the-token size=3"


def test_a_busy_server_is_waited_for(library: Open, url: str) -> None:
    slept: list[float] = []
    assert library(exchange(url, slept))(f"{url}/busy").startswith(b"Bearer")
    assert 61 in slept


def test_a_cut_answer_is_asked_for_again(library: Open, url: str) -> None:
    assert library(exchange(url))(f"{url}/cut-once").startswith(b"Bearer")


@pytest.mark.parametrize("path", ["/cut?token=hidden", "/slow?token=hidden", "/silent?token=hidden"])
def test_what_never_comes_whole_is_a_temporary_error(library: Open, url: str, path: str) -> None:
    with pytest.raises(CutError, match=path.partition("?")[0]) as raised:
        library(exchange(url, policy=HASTY))(f"{url}{path}")
    assert "hidden" not in str(raised.value)


def test_nobody_there_is_unreachable(library: Open) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NoConnectionError, match="no connection"):
            library(exchange(address))(f"{address}/x?token=hidden")


def test_a_compressed_answer_is_unpacked_within_bounds(library: Open, url: str) -> None:
    assert library(exchange(url))(f"{url}/zip") == b"unpacked"
    with pytest.raises(TooLargeError, match="/bomb is larger than 1000000 bytes"):
        library(exchange(url))(f"{url}/bomb")


def test_a_missing_item_is_the_mapped_error(library: Open, url: str) -> None:
    with pytest.raises(MissingError, match=r"GET /missing answered 404 \(object_not_found: no\)"):
        library(exchange(url))(f"{url}/missing")
