"""What goes wrong in a fake server, and when: one fault at a time, or a seeded schedule of many."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate

_LOCK = threading.Lock()


@dataclass
class Fault:
    """Answers `times` requests that `where` matches wrongly, after `after` right ones.

    It is matched with `METHOD /path` and with `METHOD /path?query` (decoded).

    `kind` is one of:
    - `status`: an error with `status`, `headers`, `code` and `message`; `retry_date` adds a dated `Retry-After`
      that lies so many seconds after the server's clock
    - `cut` and `slow`: half of the answer, then the end of the connection (`slow`: after `seconds`)
    - `late`: the right answer, `seconds` later
    - `truncated`: the first half of the JSON as if it were all of it
    - `garbage`: an HTML page with status 200
    - `loop`: the next page is this page, for ever; `empty`: no results, though there is a next page
    - `expire`: the cursor (or offset) is refused
    - `action`: the right answer, after `action` has been called
    """

    where: str
    kind: str = "status"
    times: int = 1
    after: int = 0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "internal_server_error"
    message: str = "something is wrong"
    action: Callable[[], None] = lambda: None
    seconds: float = 0.6
    retry_date: float | None = None

    def strikes(self, request: str) -> bool:
        """Whether it is this request's turn."""
        names = (request.partition("?")[0], request)
        with _LOCK:
            if self.times <= 0 or not any(re.search(self.where, name) for name in names):
                return False
            self.after -= 1
            if self.after >= 0:
                return False
            self.times -= 1
            return True

    def all_headers(self, now: float) -> dict[str, str]:
        """The headers of a `status` fault, at the server's time `now`."""
        if self.retry_date is None:
            return self.headers
        return {**self.headers, "Retry-After": formatdate(now + self.retry_date, usegmt=True)}


def too_many(
    where: str = "", *, seconds: float = 90, dated: bool = False, status: int = 429, times: int = 1
) -> Fault:
    """A 429 or 529 that asks to wait `seconds`, as a number or as a date."""
    fault = Fault(where, times=times, status=status, code="rate_limited", message="Rate limit exceeded")
    if dated:
        fault.retry_date = seconds
    else:
        fault.headers = {"Retry-After": f"{seconds:g}"}
    return fault


def schedule(
    seed: int,
    *,
    where: str = "",
    number: int = 5,
    within: int = 40,
    actions: Sequence[Callable[[], None]] = (),
) -> list[Fault]:
    """`number` random temporary faults and `actions` at random requests of the next `within`; the same for a seed."""
    chance = random.Random(seed)
    makers: list[Callable[[], Fault]] = [
        lambda: too_many(where, seconds=chance.choice([1, 5, 70])),
        lambda: too_many(where, seconds=chance.choice([5, 70]), dated=True),
        lambda: too_many(where, seconds=2, status=529),
        lambda: Fault(where, status=chance.choice([500, 502, 503, 504])),
        lambda: Fault(where, "cut"),
        lambda: Fault(where, "truncated"),
        lambda: Fault(where, "empty"),
        lambda: Fault(where, "expire"),
    ]
    faults = [chance.choice(makers)() for _ in range(number)]
    faults += [Fault("", "action", action=action) for action in actions]
    for fault in faults:
        fault.after = chance.randrange(within)
    chance.shuffle(faults)
    return faults
