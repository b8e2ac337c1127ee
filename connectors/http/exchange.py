"""One request, sent as often as it takes: at the server's pace, with fresh credentials, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from connectors.errors import KubeloreError, TemporaryError, UnreachableError
from connectors.http.credentials import Credentials
from connectors.http.errors import CutError, Hint, TooLargeError, error_for, no_hint, path_of
from connectors.http.policy import RATE_STATUSES, Policy, decide, retry_after
from connectors.http.rate import AdaptiveRate, Time

Native = TypeVar("Native")

_HOPELESS = 25
"""After so many requests in a row that failed for the server's sake, it is asked for what it gave before."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Native]):
    """A complete answer, and the same as the HTTP library's own object."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    native: Native


class Exchange:
    """Sends the requests of one source. Only for requests that read: each may be sent more than once.

    Credentials go to `origin` (`https://host`) alone, whatever address a request or a redirect names.
    """

    def __init__(
        self,
        origin: str,
        credentials: Credentials | None = None,
        *,
        hint: Hint = no_hint,
        policy: Policy | None = None,
        clock: Time | None = None,
        rate: AdaptiveRate | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.clock = clock or Time()
        self.rate = rate or AdaptiveRate(self.clock)
        self.sent = 0
        self._origin = _origin(origin)
        self._credentials = credentials
        self._hint = hint
        self._failed_in_a_row = 0
        self._probe: Callable[[], bool] | None = None

    def run(self, method: str, url: str, send: Callable[[str], Answer[Native]]) -> Answer[Native]:
        """The answer to a request, with a status below 400.

        `send` makes one attempt with the given `Authorization` ('' for none) and raises `TemporaryError` where no
        complete answer came. Raises the errors of `connectors.http.errors`, and `UnreachableError` when the server
        fails again and again, and then also on the last request that it had answered.
        """
        try:
            answer = self._answer(method, url, send)
        except TemporaryError as error:
            if not isinstance(error, UnreachableError) and self._is_hopeless():
                raise UnreachableError(
                    f"{_HOPELESS} requests in a row failed, the last one: {error}"
                ) from error
            raise
        except KubeloreError:
            self._failed_in_a_row = 0
            raise
        self._failed_in_a_row = 0
        self._probe = partial(self._answers, method, url, send)
        self.rate.succeeded()
        return answer

    def _is_hopeless(self) -> bool:
        """Whether one more failure means that the server is not there, and not only that items are damaged."""
        self._failed_in_a_row += 1
        if self._failed_in_a_row < _HOPELESS:
            return False
        if self._probe is None or not self._probe():
            return True
        self._failed_in_a_row = 0
        return False

    def _answers(self, method: str, url: str, send: Callable[[str], Answer[Native]]) -> bool:
        """Whether the server still has an answer to a request; 404 is one, for things do get deleted."""
        try:
            self._answer(method, url, send)
        except TemporaryError:
            return False
        except KubeloreError:
            return True
        return True

    def _answer(self, method: str, url: str, send: Callable[[str], Answer[Native]]) -> Answer[Native]:
        answer = self._attempts(url, send)
        if answer.status >= 400:
            raise self.error(answer, method, url)
        return answer

    def _attempts(self, url: str, send: Callable[[str], Answer[Native]]) -> Answer[Native]:
        """The first answer that is not worth another attempt; raises what the last attempt raised."""
        waited, attempt, refreshed = 0.0, 0, False
        while True:
            attempt += 1
            self.rate.wait()
            self.sent += 1
            result: Answer[Native] | TemporaryError
            status, headers = 0, {}
            try:
                result = send(self._authorization(url))
                status, headers = result.status, dict(result.headers)
            except TemporaryError as error:
                result = error
            expired = isinstance(result, Answer) and status == 401 and not _lacks_scope(result)
            if expired and not refreshed and self._may_authorize(url) and self._refresh():
                refreshed = True
                continue
            if status in RATE_STATUSES:
                self.rate.refused()
            now, jitter = self.clock.now(), self.clock.random()
            again = decide(
                self.policy, status, headers, attempt=attempt, waited=waited, now=now, jitter=jitter
            )
            if again is None:
                if isinstance(result, TemporaryError):
                    raise result
                return result
            self.clock.sleep(again.wait)
            waited += again.wait

    def error(self, answer: Answer[Native], method: str, url: str) -> Exception:
        """The error that an answer without success stands for."""
        secrets = self._credentials.secrets() if self._credentials else ()
        asked = retry_after(answer.headers, self.clock.now())
        return error_for(
            answer.status, method, url, answer.body, hint=self._hint, secrets=secrets, asked=asked
        )

    def _authorization(self, url: str) -> str:
        return self._credentials.header() if self._credentials and self._may_authorize(url) else ""

    def _may_authorize(self, url: str) -> bool:
        return self._credentials is not None and _origin(url) == self._origin

    def _refresh(self) -> bool:
        return self._credentials is not None and self._credentials.refresh()


def _lacks_scope(answer: Answer[Native]) -> bool:
    """Whether a 401 means that a new token would be refused too, in the words of RFC 6750 and Atlassian."""
    return b"scope" in answer.body[:2_000].lower()


def read_bounded(chunks: Iterable[bytes], policy: Policy, monotonic: Callable[[], float], url: str) -> bytes:
    """The bytes of an answer; `TooLargeError` and `CutError` if there are too many or they come too slowly."""
    return b"".join(_bounded(chunks, policy, monotonic, url))


def _bounded(
    chunks: Iterable[bytes], policy: Policy, monotonic: Callable[[], float], url: str
) -> Iterator[bytes]:
    begun, size = monotonic(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > policy.max_bytes:
            raise TooLargeError(f"{path_of(url)} is larger than {policy.max_bytes} bytes")
        if monotonic() - begun > policy.answer_seconds:
            raise CutError(f"{path_of(url)} took longer than {policy.answer_seconds:.0f} seconds")
        yield chunk


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(scheme)
