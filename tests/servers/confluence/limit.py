"""How many requests a second the fake takes, by the real clock."""

from __future__ import annotations

import time
from collections import deque

from tests.servers.confluence.call import ApiError


class Limit:
    """Answers 429 to requests beyond `per_second` (None: no limit) within a second."""

    def __init__(self) -> None:
        self.per_second: int | None = None
        self.refused = 0
        self._taken: deque[float] = deque()

    def check(self) -> None:
        """Count a request, or raise its 429."""
        if self.per_second is None:
            return
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - 1:
            self._taken.popleft()
        if len(self._taken) >= self.per_second:
            self.refused += 1
            raise ApiError(429, "Rate limit exceeded", "RATE_LIMITED", {"Retry-After": "1"})
        self._taken.append(now)
