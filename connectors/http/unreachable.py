"""Why no connection could be made, and what to change; of an address only its host is named."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

_DEPTH = 10


def why_unreachable(error: BaseException, url: str) -> str:
    """What is wrong and its remedy; `error` is what an HTTP library raised for `url`."""
    host = host_of(url)
    found = list(_causes(error))
    names = {type(cause).__name__ for cause in found}
    if names & {"ProxyError", "InvalidProxyURL"}:
        return "the proxy does not let it through; correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY"
    if any(isinstance(cause, socket.gaierror) for cause in found) or "NameResolutionError" in names:
        return f"the name {host} is not known; correct the host in the source's `url`, or the DNS"
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in found):
        return (
            f"the certificate of {host} is not trusted; name your authority's file in SSL_CERT_FILE,"
            " or correct the host in the source's `url`"
        )
    if any(isinstance(cause, ssl.SSLError) for cause in found):
        return f"{host} does not speak TLS as expected; correct the scheme or the port in the source's `url`"
    if any(isinstance(cause, ConnectionRefusedError) for cause in found):
        return (
            f"{host} refuses the connection; start the server, or correct host and port in the source's `url`"
        )
    if any(isinstance(cause, TimeoutError) for cause in found) or "ConnectTimeout" in names:
        return f"{host} does not answer; let the firewall allow it, set HTTPS_PROXY, or correct the source's `url`"
    return f"{host} cannot be reached ({type(error).__name__})"


def host_of(url: str) -> str:
    """Host and port of an address, without a user or password that stands before them."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or 'the host'}{port}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it came from, however the libraries tie them together."""
    waiting, seen = [error], 0
    while waiting and seen < _DEPTH:
        one = waiting.pop(0)
        seen += 1
        yield one
        tied = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [cause for cause in tied if isinstance(cause, BaseException)]
