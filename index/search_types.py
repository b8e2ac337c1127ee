"""What a search takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.documents import PUBLIC

EVERYONE = frozenset({PUBLIC})

WRITTEN = ("page", "terraform", "manifest", "values", "config", "template")
"""The kinds of documents that somebody wrote: all but running objects."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may take part; an empty tuple means all. `principals` are the caller's identities."""

    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    principals: frozenset[str] = EVERYONE


@dataclass(frozen=True, slots=True)
class Scores:
    """The parts of a result's score; None where that part did not find it."""

    dense: float | None = None
    lexical: float | None = None
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One chunk that answers a query; `start` and `end` count characters of the document's text."""

    chunk_id: str
    document_id: str
    title: str
    url: str
    source: str
    kind: str
    path: str | None
    anchor: str
    text: str
    score: float
    scores: Scores
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    environment: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object of `POST /v1/search`."""
        return {
            "document_id": self.document_id,
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "kind": self.kind,
            "path": self.path,
            "anchor": self.anchor,
            "text": self.text,
            "score": round(self.score, 4),
            "scores": {
                "dense": self.scores.dense,
                "lexical": self.scores.lexical,
                "rerank": self.scores.rerank,
            },
        }
