"""Where a passage stands, told so that it is found again when documents are cut into other chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.adapt.corpus import SOURCES

QUOTED = 60
"""Characters of a passage that are kept to find it again."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`length` characters of a document's text from `start`; `quote` is how they begin.

    `file` is the document's id without its type: the path below the corpus, with `#` and an address behind it where a
    block of Terraform is meant; of a manifest, what it declares, with `@` and the path behind it.
    """

    project: str
    file: str
    start: int
    length: int
    quote: str

    @property
    def document_id(self) -> str:
        """The id of the document that holds it."""
        return f"{SOURCES[self.file.partition('/')[0]]}:{self.file}"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text from `start` until before `end`."""

    start: int
    end: int


def found_again(passage: Passage, text: str) -> Span | None:
    """Where `text` holds the passage: where it was, else the nearest place that begins like it; None if none does."""
    start = passage.start
    if not text.startswith(passage.quote, start):
        places = [text.rfind(passage.quote, 0, start + len(passage.quote)), text.find(passage.quote, start)]
        start = min((p for p in places if p >= 0), key=lambda p: abs(p - passage.start), default=-1)
    return Span(start, min(len(text), start + passage.length)) if start >= 0 else None


def most_of(wanted: Span, spans: Sequence[Span]) -> int | None:
    """Which of the `spans` shares most with `wanted`, the first of equals; None if none shares anything."""
    shared = [min(wanted.end, span.end) - max(wanted.start, span.start) for span in spans]
    best = max(range(len(spans)), key=shared.__getitem__, default=None)
    return best if best is not None and shared[best] > 0 else None
