"""How a run goes about its work, and what it tells meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """How far a source's run is: items seen, documents written, the item at hand; of about `total` (0: unknown)."""

    source: str
    seen: int
    indexed: int
    item: str
    total: int = 0


Progress = Callable[[ProgressEvent], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    `full` reads everything again, `reindex` also writes the chunks of all stored documents again.
    """

    full: bool = False
    dry_run: bool = False
    confirm_deletions: bool = False
    reindex: bool = False
    progress: Progress | None = None
    stop: threading.Event | None = None
