"""A pace of requests that finds out by itself what the server takes."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_MEASURED = 10
"""The last requests whose times tell how many are really sent."""


@dataclass(frozen=True, slots=True)
class Time:
    """The clocks and the chance that waiting depends on; tests put their own in their place."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


class AdaptiveRate:
    """Faster as long as the server takes it, half as fast after a 429 (additive increase, multiplicative decrease).

    No number of requests a second is taken for granted: `start` is only where the search begins. Until the
    first 429 the rate may double each second; it never runs far ahead of what is really sent.
    """

    def __init__(
        self,
        clock: Time,
        *,
        start: float = 10.0,
        lowest: float = 0.1,
        highest: float = 500.0,
        step: float = 0.2,
    ) -> None:
        self._clock = clock
        self._rate = start
        self._lowest, self._highest, self._step = lowest, highest, step
        self._next = clock.monotonic()
        self._sent: deque[float] = deque(maxlen=_MEASURED)
        self._refused_at: float | None = None

    @property
    def per_second(self) -> float:
        """The requests a second that are allowed now."""
        return self._rate

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock.monotonic()
        if self._next > now:
            self._clock.sleep(self._next - now)
            now = max(self._next, self._clock.monotonic())
        self._next = now + 1 / self._rate
        self._sent.append(now)

    def succeeded(self) -> None:
        """The server took a request."""
        if self._really() < self._rate / 2:
            return  # the rate holds nothing back: its height says nothing of what the server takes
        faster = 1.0 if self._refused_at is None else self._step / max(1.0, self._rate)
        self._rate = min(self._highest, self._rate + faster)

    def refused(self) -> None:
        """The server called the requests too many; several such answers within a second count once."""
        now = self._clock.monotonic()
        if self._refused_at is None or now - self._refused_at >= 1:
            self._rate = max(self._lowest, min(self._rate, self._really()) / 2)
            self._refused_at = now
        self._sent.clear()  # what follows is a pause

    def _really(self) -> float:
        """The requests a second of late; the allowed ones where too few were sent to tell."""
        if len(self._sent) < _MEASURED or self._sent[-1] <= self._sent[0]:
            return self._rate
        return (len(self._sent) - 1) / (self._sent[-1] - self._sent[0])
