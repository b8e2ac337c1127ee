"""How often a crawl of Confluence looks at everything, and tells how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """`sweep_every`: so long a permission, a move or a label may stay unnoticed in a site that is too large for
    `sweep_requests`; sites that can be listed with all permissions in so few are, in each crawl. It is less than a
    day, as a nightly run may begin some minutes earlier than the one before.

    After `milestone_documents`, or as many seconds as `milestone_seconds`, a crawl tells how far it has come; one of
    a very large site less often, as each milestone holds all that went before.
    """

    sweep_every: timedelta = timedelta(hours=23)
    sweep_requests: int = 15
    milestone_documents: int = 500
    milestone_seconds: float = 30.0


class Milestones:
    """Says when the next milestone is due."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._last = now
        self._since = 0

    def is_due(self, now: float, held: int) -> bool:
        """Whether to tell now, one document later, that `held` are remembered; that begins the next stretch."""
        self._since += 1
        if self._since < self._pace.milestone_documents and now - self._last < self._pace.milestone_seconds:
            return False
        if self._since < held // 20:
            return False
        self._last, self._since = now, 0
        return True
