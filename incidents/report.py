"""The report of an investigation, in the shape of the public contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.characters import whole
from incidents.evidence import Piece

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportedCause:
    """One cause as it is reported; `evidence` holds numbers of pieces, `why` says what gave it its rank."""

    rank: int
    object: str
    cause: str
    category: str
    text: str
    confidence: float
    evidence: tuple[int, ...]
    fix: str
    why: str
    script: Json | None = None

    def to_json(self) -> Json:
        """The cause in the public contract's form."""
        return {
            "rank": self.rank, "object": self.object, "cause": self.cause, "category": self.category,
            "text": self.text, "confidence": self.confidence, "evidence": list(self.evidence), "fix": self.fix,
            "why": self.why, "script": self.script,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    type: str
    object: str
    text: str
    evidence: tuple[int, ...] = ()

    def to_json(self) -> Json:
        """The entry in the public contract's form."""
        return {
            "at": self.at.isoformat(), "type": self.type, "object": self.object, "text": self.text,
            "evidence": list(self.evidence),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Investigation:
    """What broke, why, how it spread, and what shows it. `evidence[i]` has the number i + 1.

    `metric_sources` names the sources whose metrics are in it; that is for deciding who may see it, and not shown.
    `panels` are the metrics that are drawn beside the graph.
    """

    id: str
    namespace: str
    window: tuple[datetime | None, datetime | None]
    summary: str
    causes: tuple[ReportedCause, ...]
    graph: Mapping[str, Any]
    timeline: tuple[Moment, ...]
    evidence: tuple[Piece, ...]
    healthy: bool
    took_ms: int
    unread: tuple[tuple[str, str], ...] = field(default=())
    metric_sources: tuple[str, ...] = ()
    panels: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> Json:
        """The report in the public contract's form; `unread` lists what of a bundle could not be used."""
        start, end = self.window
        found = {
            "id": self.id, "namespace": self.namespace,
            "window": {"from": start.isoformat() if start else None, "to": end.isoformat() if end else None},
            "summary": self.summary, "causes": [cause.to_json() for cause in self.causes],
            "graph": dict(self.graph), "timeline": [moment.to_json() for moment in self.timeline],
            "evidence": [_piece(number, piece) for number, piece in enumerate(self.evidence, 1)],
            "healthy": self.healthy, "took_ms": self.took_ms,
            "panels": [dict(one) for one in self.panels],
            "unread": [{"item": item, "reason": reason} for item, reason in self.unread],
        }  # fmt: skip
        return whole(found)


def _piece(number: int, piece: Piece) -> Json:
    return {
        "number": number, "type": str(piece.type), "text": piece.text, "object": piece.object, "url": piece.url,
        "at": piece.at.isoformat() if piece.at else None,
    }  # fmt: skip
