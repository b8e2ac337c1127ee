"""Whether to try a request again, and when: pure decisions, so that every case can be tested in no time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

RATE_STATUSES = frozenset({429, 529})
"""The server says that requests come too fast."""
_BUSY = RATE_STATUSES | {503}
_FAULTS = frozenset({408, 409, 425, 500, 502, 504})


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of one request; nothing is tried or awaited for ever.

    `budget` is the time in seconds that all waits of one request may take. A server that fails in the same way
    again and again (`fault_attempts`) is given up sooner than one that asks for patience (`attempts`).
    """

    attempts: int = 8
    fault_attempts: int = 4
    budget: float = 900.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    answer_seconds: float = 180.0
    max_bytes: int = 64_000_000


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `wait` seconds."""

    wait: float


def decide(
    policy: Policy,
    status: int,
    headers: Mapping[str, str],
    *,
    attempt: int,
    waited: float,
    now: float,
    jitter: float,
) -> Retry | None:
    """How to go on after an answer; None to take it as it is.

    `status` 0 stands for an answer that did not arrive. `attempt` counts from 1, `waited` is what this request
    has waited before, `now` the time of day, `jitter` a random number of [0, 1). What the server asks for in
    `Retry-After` is never shortened: if it does not fit into the budget, the request is given up.
    """
    if status not in _BUSY and status not in _FAULTS and status != 0:
        return None
    if attempt >= (policy.attempts if status in _BUSY else policy.fault_attempts):
        return None
    asked = retry_after(headers, now) if status else None
    backoff = min(policy.longest_wait, policy.first_wait * 2.0 ** (attempt - 1)) * (0.5 + jitter / 2)
    # Many clients get the same `Retry-After`: a little more than it, so that they do not come back as one.
    wait = backoff if asked is None else asked + jitter * min(policy.first_wait, 1 + asked / 10)
    if waited + wait > policy.budget:
        return None
    return Retry(wait)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that `Retry-After` asks to wait, given as a number or a date; None without a usable one.

    A date is compared with the server's own `Date`, where there is one: the clocks may differ.
    """
    value = _header(headers, "retry-after").strip()
    try:
        seconds = float(value)
    except ValueError:
        moment, there = _moment(value), _moment(_header(headers, "date"))
        return None if moment is None else max(0.0, moment - (now if there is None else there))
    return seconds if 0 <= seconds < float("inf") else None


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _moment(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
