"""What a health is, and how conditions are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cluster.values import Value, entries, moment, text


class Level(StrEnum):
    """How well an object is."""

    HEALTHY = "healthy"
    PROGRESSING = "progressing"
    DEGRADED = "degraded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """How well an object is, why, and since when, as far as it says so itself."""

    level: Level
    reason: str = ""
    since: datetime | None = None


STATELESS = Health(Level.UNKNOWN, "objects of this kind have no state")
"""The health of a ConfigMap, a Role and the like."""

UNOBSERVED = Health(Level.UNKNOWN, "no status: declared, or not seen by its controller yet")


def condition(value: Value, kind: str) -> Value | None:
    """The condition of this type in `status.conditions`, or None."""
    for _, found in entries(value, "status.conditions"):
        if found.get("type") == kind:
            return found
    return None


def is_true(found: Value | None) -> bool:
    """Whether a condition is there and holds."""
    return found is not None and text(found, "status") == "True"


def since_of(found: Value | None) -> datetime | None:
    """When a condition last changed."""
    return moment(found, "lastTransitionTime") if found is not None else None


def words_of(found: Value | None, fallback: str = "") -> str:
    """`MinimumReplicasUnavailable: Deployment does not have minimum availability.`"""
    if found is None:
        return fallback
    return ": ".join(part for part in (text(found, "reason"), text(found, "message")) if part) or fallback


def said(level: Level, reason: str, found: Value | None = None) -> Health:
    """A health whose time is that of a condition."""
    return Health(level, reason, since_of(found))
