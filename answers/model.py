"""An answer and its parts, in the shape of the public contract (`POST /v1/ask`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a claim comes from: `quote` is an exact substring of the document's text, at `start:end`."""

    number: int
    document_id: str
    title: str
    url: str
    source: str
    kind: str
    breadcrumbs: tuple[str, ...]
    path: str | None
    anchor: str
    quote: str
    updated_at: str | None
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the answer and the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """Commands that would show the answer live; `steps` hold argument lists, `output` what a run printed."""

    text: str
    explanation: str
    steps: tuple[dict[str, list[str]], ...]
    citations: tuple[int, ...]
    output: tuple[dict[str, Any], ...] | None = None
    language: str = "bash"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader should know about the sources themselves."""

    type: str
    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """A page shown as "possibly related" when the answer abstains."""

    document_id: str
    title: str
    url: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or an honest abstention with the nearest pages.

    `understood` is the question that was answered, where the one that was asked goes on from those before it.
    """

    id: str
    question: str
    answer: str
    abstained: bool
    confidence: float
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    script: Script | None = None
    findings: tuple[Finding, ...] = ()
    followups: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    mode: str = "extractive"
    understood: str | None = None
    conversation_id: str | None = None
    took_ms: int = 0

    def to_json(self) -> dict[str, Any]:
        """The JSON object of the contract."""
        return asdict(self)
