"""A pace of requests that finds out by itself what the server takes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """The clocks and the chance that waiting depends on; tests put their own in their place."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


class AdaptiveRate:
    """Additive increase, multiplicative decrease: a little faster after each success, half as fast after a 429.

    No number of requests a second is taken for granted: `start` is only where the search begins.
    """

    def __init__(
        self,
        clock: Time,
        *,
        start: float = 10.0,
        lowest: float = 0.1,
        highest: float = 200.0,
        step: float = 0.2,
    ) -> None:
        self._clock = clock
        self._rate = start
        self._lowest, self._highest, self._step = lowest, highest, step
        self._next = clock.monotonic()
        self._slowed_at = float("-inf")

    @property
    def per_second(self) -> float:
        """The requests a second that are allowed now."""
        return self._rate

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock.monotonic()
        if self._next > now:
            self._clock.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._rate

    def succeeded(self) -> None:
        """The server took a request."""
        self._rate = min(self._highest, self._rate + self._step / max(1.0, self._rate))

    def refused(self) -> None:
        """The server called the requests too many; several such answers within a second count once."""
        now = self._clock.monotonic()
        if now - self._slowed_at >= 1:
            self._slowed_at = now
            self._rate = max(self._lowest, self._rate / 2)
