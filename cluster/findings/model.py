"""A finding: a document says one thing, and what runs (or the code) says another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Side:
        """The side that `to_json` described."""
        at = datetime.fromisoformat(data["at"]) if data["at"] else None
        tier = Tier[data["tier"].upper()]
        return cls(data["document_id"], data["start"], data["end"], data["quote"], tier, at)


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

    @property
    def subjects(self) -> tuple[str, ...]:
        """The documents that it is about: not the one that only shows that something is gone."""
        return self.documents[:1] if self.type is FindingType.STALE else self.documents

    @property
    def outdates(self) -> bool:
        """Whether it outdates the page as a whole: its namespace is gone, or its manifests cannot be applied."""
        whole = self.subject.startswith("Namespace ") or self.value == "apiVersion"
        return self.type is FindingType.STALE and whole

    @property
    def as_of(self) -> str:
        """The sentence, with the time at which a cluster was seen so."""
        if self.holds.tier is not Tier.LIVE or self.holds.at is None:
            return self.text
        return f"{self.text.removesuffix('.')} (as of {self.holds.at:%Y-%m-%d %H:%M} UTC)."

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

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `to_json` described."""
        return cls(
            FindingType(data["type"]),
            data["text"],
            Side.from_json(data["said"]),
            Side.from_json(data["holds"]),
            data["cluster"],
            data["subject"],
            data["value"] or "",
            data["confidence"],
        )


def touching(findings: Iterable[Finding], document_ids: Iterable[str]) -> list[Finding]:
    """The findings that have one of these documents as a side, in their order.

    What shows that something is gone is the cluster as a whole, which too much would touch.
    """
    wanted = set(document_ids)
    return [finding for finding in findings if not wanted.isdisjoint(finding.subjects)]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each disagreement once, in a fixed order: stale first, then by document and place."""
    kept: dict[tuple[str, str, str, str, str], Finding] = {}
    ranked = sorted(findings, key=lambda one: (one.said, -one.confidence, one.holds, one.text))
    for finding in ranked:
        key = (finding.said.document_id, finding.type, finding.cluster, finding.subject, finding.value)
        kept.setdefault(key, finding)
    order = list(FindingType)
    return sorted(kept.values(), key=lambda one: (order.index(one.type), one.said, one.cluster, one.text))
