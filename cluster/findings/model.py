"""A finding: a document says one thing, and what runs (or the code) says another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class FindingType(StrEnum):
    """`stale`: it names what is gone. `contradiction`: a page is wrong about a value. `drift`: code is."""

    STALE = "stale"
    CONTRADICTION = "contradiction"
    DRIFT = "drift"


class Tier(IntEnum):
    """What a side is; the higher one holds where two disagree."""

    PROSE = 0
    CODE = 1
    LIVE = 2


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """What one document says: `quote` are exactly the characters at `start:end` of its text.

    `quote` is '' where a cluster's document stands for the cluster as a whole: nothing can be quoted of what
    is not there. `at` is when a live object was observed, or a document last changed.
    """

    document_id: str
    start: int
    end: int
    quote: str
    tier: Tier
    at: datetime | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """The side as JSON."""
        return {
            "document_id": self.document_id,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "tier": self.tier.name.lower(),
            "at": self.at.isoformat() if self.at else None,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement: `said` is what is outdated, `holds` is what is true by rank (live, code, prose).

    `subject` is what it is about (`Deployment shop/cart`), `value` which of its values ('' for existence).
    """

    type: FindingType
    text: str
    said: Side
    holds: Side
    cluster: str
    subject: str
    value: str = ""
    confidence: float = 1.0

    @property
    def documents(self) -> tuple[str, str]:
        """Both documents; who may not read both does not see the finding."""
        return self.said.document_id, self.holds.document_id

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "type": str(self.type),
            "text": self.text,
            "cluster": self.cluster,
            "subject": self.subject,
            "value": self.value or None,
            "confidence": self.confidence,
            "said": self.said.to_json(),
            "holds": self.holds.to_json(),
        }


def touching(findings: Iterable[Finding], document_ids: Iterable[str]) -> list[Finding]:
    """The findings that have one of these documents as a side, in their order."""
    wanted = set(document_ids)
    return [finding for finding in findings if not wanted.isdisjoint(finding.documents)]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each disagreement once, in a fixed order: stale first, then by document and place."""
    kept: dict[tuple[str, str, str, str, str], Finding] = {}
    ranked = sorted(findings, key=lambda one: (one.said, -one.confidence, one.holds, one.text))
    for finding in ranked:
        key = (finding.said.document_id, finding.type, finding.cluster, finding.subject, finding.value)
        kept.setdefault(key, finding)
    order = list(FindingType)
    return sorted(kept.values(), key=lambda one: (order.index(one.type), one.said, one.cluster, one.text))
