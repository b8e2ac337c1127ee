"""What the answers of an API mean, in Kubelore's error tree, without any credential in a message."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from connectors.errors import ConfigurationError, TemporaryError, UnreachableError, UnreadableError
from connectors.redaction import MASK, redact

Hint = Callable[[int, str, str], str]
"""From a status (401, 403 or 404), a method and a path: what the reader has to grant, as a sentence."""

_MAX_SAID = 300
_PARAMETER = re.compile(
    r"(?i)([?&;](?:[\w.-]*(?:token|secret|password|signature|credential|key|jwt|code)|sig|X-(?:Amz|Goog)-[\w-]+)=)"
    r"[^&\s\"'<>]+"
)
_SCHEME = re.compile(r"(?i)\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/=:-]{6,}")


class MissingError(UnreadableError):
    """The item does not exist, or the credentials may not see it (404, 410)."""


class ExpiredError(MissingError):
    """What a request refers to is no longer kept (410): a list or a watch has to begin anew."""


class ForbiddenError(UnreadableError):
    """The credentials may not do this (403); the message names the scope or capability that is missing."""


class RejectedError(UnreadableError):
    """The server calls the request wrong (other 4xx); `code` and `said` are the server's own words."""

    def __init__(self, message: str, *, status: int = 400, code: str = "", said: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.said = said


class TooLargeError(UnreadableError):
    """The answer is longer than what may be read."""


class CredentialsError(ConfigurationError):
    """The credentials are not accepted (401)."""


class BusyError(TemporaryError):
    """The server went on asking to wait, longer than is sensible (429, 503, 529)."""


class ServerFaultError(TemporaryError):
    """The server fails on this request (5xx): a smaller page, or the next run, may succeed."""


class CutError(TemporaryError):
    """The connection was cut or too slow before the answer was complete."""


class NoConnectionError(UnreachableError):
    """No connection could be made."""


class CursorExpiredError(RejectedError):
    """The server no longer knows the cursor: the list has to be read from its beginning."""


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with every credential masked: the known `secrets`, and what headers and addresses carry."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, MASK)
    text = _PARAMETER.sub(rf"\g<1>{MASK}", text)
    return redact(_SCHEME.sub(rf"\g<1>{MASK}", text))[0]


def path_of(url: str) -> str:
    """The path of `url`: what a message may show of it, as hosts and queries may hold credentials."""
    return urlsplit(url).path or "/"


def error_for(
    status: int,
    method: str,
    url: str,
    body: bytes,
    *,
    hint: Hint,
    secrets: Iterable[str] = (),
    asked: float | None = None,
) -> Exception:
    """The error that an answer without success stands for; `asked` is how long the server asked to wait."""
    path = path_of(url)
    code, said = (redacted(words, secrets) for words in _said(body))
    words = ": ".join(filter(None, (code, said)))
    what = redacted(f"{method} {path}", secrets) + f" answered {status}" + (f" ({words})" if words else "")
    advice = hint(status, method, path) if status in (401, 403, 404) else ""
    message = f"{what}; {advice}" if advice else what
    if status == 401:
        return CredentialsError(message if advice else f"{what}; give the source valid credentials")
    if status == 403:
        return ForbiddenError(message)
    if status in (404, 410):
        return ExpiredError(message) if status == 410 else MissingError(message)
    if status in (429, 503, 529):
        return BusyError(f"{message} and asks to wait {asked:.0f} seconds" if asked else message)
    if status >= 500 or status in (408, 409, 425):
        return ServerFaultError(message)
    return RejectedError(message, status=status, code=code, said=said)


def no_hint(status: int, method: str, path: str) -> str:
    """No advice."""
    return ""


def _said(body: bytes) -> tuple[str, str]:
    """The code and message that the server put into its answer, short and on one line."""
    try:
        data = json.loads(body[:100_000])
    except ValueError:
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    errors = data.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):  # Confluence Cloud, version 2
        data = {**data, **errors[0]}
    code = data.get("code")
    said = data.get("message") or data.get("title") or data.get("error_description") or data.get("error")
    return _short(code), _short(said)


def _short(value: object) -> str:
    return " ".join(value.split())[:_MAX_SAID] if isinstance(value, str) else ""
