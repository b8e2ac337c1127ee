"""When a crawl that takes long tells how far it has come."""

from __future__ import annotations

DOCUMENTS = 500
SECONDS = 30.0


class Milestones:
    """Says when the next milestone is due: after so many documents or seconds.

    A very large source has fewer of them, as each holds all that went before.
    """

    def __init__(self, now: float, documents: int = DOCUMENTS, seconds: float = SECONDS) -> None:
        self._documents = documents
        self._seconds = seconds
        self._last = now
        self._since = 0

    def is_due(self, now: float, held: int) -> bool:
        """Whether to tell now, one document later, that `held` are remembered; that begins the next stretch."""
        self._since += 1
        if self._since < self._documents and now - self._last < self._seconds:
            return False
        if self._since < held // 20:
            return False
        self._last, self._since = now, 0
        return True
