"""A clock that only waiting moves, for tests of HTTP behaviour."""

from __future__ import annotations

from connectors.http.rate import Time


class FakeTime:
    """Time as the code under test sees it; `slept` lists its waits."""

    def __init__(self, at: float = 1_700_000_000.0, jitter: float = 0.0) -> None:
        self.at = at
        self.slept: list[float] = []
        self.clock = Time(lambda: self.at, lambda: self.at, self._sleep, lambda: jitter)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
