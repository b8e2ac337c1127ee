"""Prometheus's HTTP API as an investigation uses it: names, labels and ranges; bounded in time and size."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import httpx

from connectors.errors import ConfigurationError
from connectors.http.credentials import Credentials
from connectors.http.errors import CutError, path_of
from connectors.http.exchange import Exchange
from connectors.http.httpx_transport import PatientTransport
from connectors.http.policy import Policy
from connectors.http.rate import AdaptiveRate, Time

Labels = Mapping[str, str]

_MAX_BYTES = 16_000_000
_REQUESTS_A_SECOND = 50.0
_TENANT = "X-Scope-OrgID"
MOST_SERIES = 1_000
"""Series of one answer that are kept."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One series of a range: its labels, times (seconds since 1970) and values; NaN where there is none."""

    labels: Labels
    times: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RangeAnswer:
    """The series of a range query, and what the server says is wrong with it, such as a part that is missing."""

    series: tuple[Measured, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """What a server asks for: credentials, a file of authorities to trust, a tenant of Mimir or Cortex."""

    credentials: Credentials | None = None
    authorities: Path | None = None
    tenant: str = ""


class PrometheusApi:
    """What one server measures. All methods raise the errors of `connectors.http.errors`."""

    def __init__(
        self, url: str, access: Access | None = None, *, timeout: float = 10.0, clock: Time | None = None
    ) -> None:
        given = access or Access()
        self._url = url.rstrip("/")
        self._timeout = timeout
        policy = Policy(
            attempts=2, fault_attempts=2, budget=timeout, first_wait=0.2, longest_wait=1.0,
            connect_seconds=min(timeout, 5.0), read_seconds=timeout, answer_seconds=timeout, max_bytes=_MAX_BYTES,
        )  # fmt: skip
        clock = clock or Time()
        rate = AdaptiveRate(clock, start=_REQUESTS_A_SECOND)
        exchange = Exchange(self._url, given.credentials, hint=hint, policy=policy, clock=clock, rate=rate)
        headers = {"User-Agent": "kubelore", **({_TENANT: given.tenant} if given.tenant else {})}
        transport = PatientTransport(exchange, verify=_trust(given.authorities))
        self._http = httpx.Client(transport=transport, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def now(self) -> float:
        """The server's time, by a query that every server answers."""
        data = self._get("query", {"query": "time()"})
        result = data.get("result") if isinstance(data, dict) else None
        try:
            return float(result[1]) if isinstance(result, list) else float("nan")
        except (IndexError, TypeError, ValueError):
            raise self._odd("query", "a scalar") from None

    def names(self, selector: str, start: float, end: float) -> list[str]:
        """The names of the metrics that have series of a selector in some time."""
        data = self._get("label/__name__/values", {"match[]": selector, "start": start, "end": end})
        if not isinstance(data, list):
            raise self._odd("label/__name__/values", "a list")
        return [name for name in data if isinstance(name, str)]

    def labels(self, selector: str, start: float, end: float, most: int = MOST_SERIES) -> list[Labels]:
        """The labels of the series of a selector in some time; older servers send more than `most`."""
        data = self._get("series", {"match[]": selector, "start": start, "end": end, "limit": most})
        if not isinstance(data, list):
            raise self._odd("series", "a list")
        return [_labels(one) for one in data[:most] if isinstance(one, dict)]

    def range(self, query: str, start: float, end: float, step: float) -> RangeAnswer:
        """What a query gives from `start` to `end`, every `step` seconds."""
        asked = {
            "query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}",
            "timeout": f"{self._timeout:g}s",
        }  # fmt: skip
        body = self._answer("query_range", asked)
        data = body.get("data")
        if not isinstance(data, dict) or data.get("resultType") != "matrix":
            raise self._odd("query_range", "a matrix")
        result = data.get("result")
        found = [_measured(one) for one in (result or ())[:MOST_SERIES] if isinstance(one, dict)]
        warnings = [text for text in body.get("warnings") or () if isinstance(text, str)]
        if isinstance(result, list) and len(result) > MOST_SERIES:
            warnings.append(f"only {MOST_SERIES} of {len(result)} series were read")
        return RangeAnswer(tuple(one for one in found if one.times), tuple(warnings))

    def _get(self, path: str, asked: Mapping[str, Any]) -> Any:
        return self._answer(path, asked).get("data")

    def _answer(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        response = self._http.get(f"{self._url}/api/v1/{path}", params=dict(asked))
        if response.is_redirect:
            raise self._odd(path, "an answer; it leads elsewhere, such as to a login page")
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict) or body.get("status") != "success":
            raise self._odd(path, "an answer of Prometheus")
        return body

    def _odd(self, path: str, wanted: str) -> CutError:
        return CutError(f"GET {path_of(self._url).rstrip('/')}/api/v1/{path}: that is not {wanted}")


def hint(status: int, method: str, path: str) -> str:
    """What to correct in the source."""
    if status == 401:
        return "set the source's `token`, or `user` and `password`, to what the server takes"
    if status == 404:
        return "correct the source's `url`: `/api/v1` is appended to it"
    return "let the account of the source query metrics" if status == 403 else ""


def _trust(authorities: Path | None) -> ssl.SSLContext | bool:
    if authorities is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(authorities))
    except (OSError, ssl.SSLError):
        raise ConfigurationError(f"`ca` of a source: {authorities} is no file of certificates") from None


def _labels(value: Any) -> Labels:
    pairs = value.items() if isinstance(value, dict) else ()
    return {str(name): text for name, text in pairs if isinstance(text, str)}


def _measured(value: Mapping[str, Any]) -> Measured:
    points: list[tuple[float, float]] = []
    for point in value.get("values") or ():
        if isinstance(point, list) and len(point) == 2:
            at, number = _number(point[0]), _number(point[1])
            if isfinite(at):
                points.append((at, number if isfinite(number) else float("nan")))
    points.sort(key=lambda one: one[0])
    return Measured(_labels(value.get("metric")), _column(points, 0), _column(points, 1))


def _column(points: Sequence[tuple[float, float]], place: int) -> tuple[float, ...]:
    return tuple(point[place] for point in points)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
