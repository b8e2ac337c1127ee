"""The shared HTTP behaviour below a `requests.Session`, which libraries such as atlassian-python-api take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from connectors.errors import TemporaryError
from connectors.http.errors import CutError, NoConnectionError, path_of
from connectors.http.exchange import Answer, Exchange, read_bounded
from connectors.http.unreachable import why_unreachable

_CHUNK = 65_536


def plain_session(url: str) -> requests.Session:
    """A session that goes through the environment's proxy, and trusts the authorities that the environment names."""
    made = requests.Session()
    made.proxies.update(get_environ_proxies(url))
    made.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
    return made


def session(exchange: Exchange, url: str) -> requests.Session:
    """Such a session that gives complete answers with a status below 400, or raises `connectors.http.errors`."""
    made = plain_session(url)
    for scheme in ("https://", "http://"):
        made.mount(scheme, PatientAdapter(exchange))
    return made


class PatientAdapter(HTTPAdapter):
    """Sends each request until its answer can be used."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: str | bytes | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer, however many attempts it takes; its body is read, whatever `stream` says."""
        options = {"verify": verify, "cert": cert, "proxies": proxies}
        return self._exchange.run(
            request.method or "GET",
            request.url or "",
            lambda authorization: self._attempt(request, authorization, options),
        ).native

    def _attempt(
        self, request: requests.PreparedRequest, authorization: str, options: dict[str, Any]
    ) -> Answer[requests.Response]:
        policy, url = self._exchange.policy, request.url or ""
        request.headers.pop("Authorization", None)
        if authorization:
            request.headers["Authorization"] = authorization
        timeout = (policy.connect_seconds, policy.read_seconds)
        try:
            response = super().send(request, stream=True, timeout=timeout, **options)
            try:
                # As they come: `iter_content` would wait for a whole piece, however slowly it drips.
                chunks = iter(lambda: response.raw.read1(_CHUNK, decode_content=True), b"")
                body = read_bounded(chunks, policy, self._exchange.clock.monotonic, url)
            finally:
                response.close()
        except (requests.RequestException, HTTPError) as error:
            raise problem_of(error, request.method or "GET", url) from error
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        return Answer(response.status_code, dict(response.headers), body, response)


def problem_of(error: Exception, method: str, url: str) -> TemporaryError:
    """What happened, without the library's words: they may hold the address with its query."""
    is_cut = isinstance(error, requests.ReadTimeout | requests.exceptions.ChunkedEncodingError)
    if isinstance(error, requests.ConnectionError) and not is_cut and not _was_connected(error):
        reason = why_unreachable(error, url)
        return NoConnectionError(f"no connection for {method} {path_of(url)}: {reason}")
    return CutError(f"{method} {path_of(url)}: no complete answer came ({type(error).__name__})")


def _was_connected(error: BaseException) -> bool:
    """Whether the server was there: `requests` calls a cut connection a failure to connect too."""
    reasons = (*error.args, getattr(error.args[0], "reason", None) if error.args else None)
    return any("ProtocolError" in type(reason).__name__ for reason in reasons)
