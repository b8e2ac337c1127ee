"""A cluster over real HTTP or HTTPS."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.servers.faults import Fault
from tests.servers.kube.api import Api
from tests.servers.kube.certificates import self_signed
from tests.servers.kube.cluster import Cluster
from tests.servers.kube.requests import Reply, Request

_GZIP_FROM = 128 * 1024  # bytes: the real server leaves smaller answers as they are
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Served:
    """Where a cluster answers; `ca` is the certificate to trust, if it is HTTPS."""

    cluster: Cluster
    url: str
    ca: Path | None = None


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    wbufsize = _PIECE
    cluster: Cluster
    api: Api

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def do_HEAD(self) -> None:
        self._serve()

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request("GET" if self.command == "HEAD" else self.command, self.path, headers, content)
        self.cluster.record(request)
        fault = next((fault for fault in self.cluster.faults if fault.strikes(request.line)), None)
        wait = self.cluster.latency + (fault.seconds if fault and fault.kind == "late" else 0.0)
        if wait:
            time.sleep(wait)
        if fault and fault.kind == "action":
            fault.action()
        reply = self.api.reply(request, fault)
        request.status = reply.status
        if reply.live:
            self._stream(reply, fault)
        elif reply.pieces is None or fault:
            self._whole(reply, fault)
        else:
            self._pieces(reply, request)

    def _head(self, reply: Reply, **headers: str) -> None:
        self.send_response_only(reply.status)
        self.send_header("Date", self.date_time_string(self.cluster.now()))
        self.send_header("Content-Type", reply.media_type)
        for name, value in (*reply.headers.items(), *headers.items()):
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _whole(self, reply: Reply, fault: Fault | None) -> None:
        body = reply.body if reply.pieces is None else "".join(reply.pieces).encode()
        kind = fault.kind if fault else ""
        if kind == "garbage":
            body = b"<html>oops</html>"
        if kind == "truncated":
            body = body[: len(body) // 2]
        if self._zipped(len(body)):
            body = _gzip(iter([body]))
            self._head(reply, Content_Encoding="gzip", Content_Length=str(len(body)))
        else:
            self._head(reply, Content_Length=str(len(body)))
        if self.command == "HEAD":
            return
        if fault and kind in ("cut", "slow"):
            self.wfile.write(body[: len(body) // 2])
            self._break_off(fault.seconds if kind == "slow" else 0.0)
        else:
            self.wfile.write(body)

    def _zipped(self, length: int) -> bool:
        return length > _GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", "")

    def _pieces(self, reply: Reply, request: Request) -> None:
        """Sends a list: whole if it is small, else piece by piece, so that nobody ever holds all of it."""
        pieces = _gathered(reply.pieces or iter(()))
        first = next(pieces, b"")
        second = next(pieces, None)
        if second is None:
            self._whole(Reply(reply.status, first, reply.media_type, reply.headers), None)
            return
        chunks = _chain(first, second, pieces)
        headers = {"Transfer_Encoding": "chunked"}
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            headers["Content_Encoding"] = "gzip"
            chunks = _gzipped(chunks)
        self._head(reply, **headers)
        for chunk in chunks:
            self._chunk(chunk)
        self.wfile.write(b"0\r\n\r\n")

    def _stream(self, reply: Reply, fault: Fault | None) -> None:
        """Sends the lines of a watch as they happen."""
        self._head(reply, Transfer_Encoding="chunked")
        self.wfile.flush()
        for line in reply.pieces or ():
            self._chunk(line.encode())
            self.wfile.flush()
        if fault and fault.kind in ("cut", "slow"):
            self._break_off(0.0)
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _break_off(self, seconds: float) -> None:
        self.wfile.flush()
        time.sleep(seconds)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def _gathered(pieces: Iterator[str]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()


def _chain(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _gzip(chunks: Iterator[bytes]) -> bytes:
    return b"".join(_gzipped(chunks))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shakes hands in the connection's own thread, so that a slow client holds nobody up."""
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that go away in the middle: they are part of the tests."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(cluster: Cluster, *, tls: bool = False, port: int = 0) -> Iterator[Served]:
    """The cluster answers (on a free port, unless `port` names one) until the block ends."""
    closing: list[bool] = []
    server = _Server(("127.0.0.1", port), _Handler)
    address = f"127.0.0.1:{server.server_port}"
    pair = self_signed() if tls else None
    if pair:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(pair.certificate, pair.key)
    api = Api(cluster, address, closing, secure=tls)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"cluster": cluster, "api": api})
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Served(cluster, f"{'https' if tls else 'http'}://{address}", pair.certificate if pair else None)
    finally:
        closing.append(True)
        with cluster.store.changed:
            cluster.store.changed.notify_all()
        server.shutdown()
        server.server_close()
