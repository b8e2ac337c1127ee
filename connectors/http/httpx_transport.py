"""The shared HTTP behaviour below an `httpx.Client`, where libraries such as notion-client take one."""

from __future__ import annotations

import ssl
from urllib.request import getproxies, proxy_bypass

import httpx

from connectors.errors import TemporaryError
from connectors.http.errors import CutError, NoConnectionError, path_of
from connectors.http.exchange import Answer, Exchange, read_bounded
from connectors.http.unreachable import why_unreachable


class PatientTransport(httpx.BaseTransport):
    """Answers with a status below 400 and a complete body, or one of the errors of `connectors.http.errors`."""

    def __init__(self, exchange: Exchange, *, verify: ssl.SSLContext | bool = True) -> None:
        self._exchange = exchange
        self._verify = verify
        self._inner: dict[tuple[str, str], httpx.HTTPTransport] = {}
        policy = exchange.policy
        self._timeout = httpx.Timeout(policy.read_seconds, connect=policy.connect_seconds).as_dict()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, however many attempts it takes."""
        url = str(request.url)
        return self._exchange.run(request.method, url, lambda header: self._send(request, header)).native

    def close(self) -> None:
        """Close the connections."""
        for inner in self._inner.values():
            inner.close()

    def _towards(self, url: httpx.URL) -> httpx.BaseTransport:
        """What sends a request to `url`: directly, or through the proxy that the environment names."""
        place = (url.scheme, url.host)
        if place not in self._inner:
            proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
            # To load the authorities takes longer than a request; without encryption there is nobody to trust.
            verify = self._verify if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._inner[place] = httpx.HTTPTransport(proxy=proxy, verify=verify)
        return self._inner[place]

    def _send(self, request: httpx.Request, authorization: str) -> Answer[httpx.Response]:
        request.headers.pop("Authorization", None)
        if authorization:
            request.headers["Authorization"] = authorization
        request.extensions = {**request.extensions, "timeout": self._timeout}
        try:
            response = self._towards(request.url).handle_request(request)
            try:
                body = self._body(response, request)
            finally:
                response.close()
        except httpx.RequestError as error:
            raise _problem(error, request) from error
        headers = [
            (name, value) for name, value in response.headers.multi_items() if name not in _OF_TRANSFER
        ]
        whole = httpx.Response(response.status_code, headers=headers, content=body, request=request)
        return Answer(response.status_code, dict(response.headers), body, whole)

    def _body(self, response: httpx.Response, request: httpx.Request) -> bytes:
        clock = self._exchange.clock.monotonic
        return read_bounded(response.iter_bytes(), self._exchange.policy, clock, str(request.url))


_OF_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def _problem(error: httpx.RequestError, request: httpx.Request) -> TemporaryError:
    """What happened, without the library's words: they may hold the address with its query."""
    url = str(request.url)
    if isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol | httpx.ProxyError
    ):
        return NoConnectionError(f"no connection: {why_unreachable(error, url)}")
    path = path_of(url)
    return CutError(f"{request.method} {path}: no complete answer came ({type(error).__name__})")
