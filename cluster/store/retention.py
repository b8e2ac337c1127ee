"""How much of the past is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: versions an object, events a source, and both for no longer than `age`.

    What an object is now is kept however old it is.
    """

    versions: int = 100
    events: int = 100_000
    age: timedelta = timedelta(days=30)
