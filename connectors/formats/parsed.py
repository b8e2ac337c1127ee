"""What every text format is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.documents import Section


@dataclass(frozen=True, slots=True)
class ParsedText:
    """The sections of a text and what its own metadata says of it.

    Each section's `text` is `text[start:end]` of the input, unchanged; sections lie in order and do not
    overlap. `problems` are sentences for the run's ledger: what was broken and has been read around.
    """

    title: str
    sections: tuple[Section, ...]
    labels: tuple[str, ...] = ()
    author: str = ""
    updated_at: datetime | None = None
    problems: tuple[str, ...] = field(default=())
