"""Ranks findings: causes before what they explain, changes from outside before their effects.

A finding explains another one if failure can travel from the object of the first to that of the second, if it
stands closer to the root (a change before a condition before a symptom), and if it did not begin later. What
remains unexplained is ranked by how close to the root it stands, how sure it is, how much it explains, and whether
a change began it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from incidents.begun import Beginnings, Begun
from incidents.finding import Finding
from incidents.situation import Situation
from incidents.travel import Step, Travel
from incidents.vocabulary import Category, Rank

_WEIGHT = {Rank.CHANGE: 1.0, Rank.CONDITION: 0.85, Rank.SYMPTOM: 0.45, Rank.LINT: 0.3}
_EXPLAINED = 0.4
"""What is left of a finding's score when another one explains it."""
_REACH = 0.08
"""The most that a finding gains by explaining all others."""
_BEGUN = 0.1
"""The most that a finding gains by a change that began it."""
_SLACK = timedelta(seconds=60)


@dataclass(slots=True)
class Ranked:
    """A finding with its score, the findings that it explains, and the one that explains it best.

    `explained` holds all that explain it: none of them is explained by it, or both would vanish from the report.
    """

    finding: Finding
    score: float = 0.0
    explains: list[Finding] = field(default_factory=list)
    explained_by: Finding | None = None
    explained: list[Finding] = field(default_factory=list)
    path: list[Step] = field(default_factory=list)
    begun: Begun | None = None

    @property
    def why(self) -> str:
        """Why it stands where it stands, as a sentence."""
        parts = [f"{self.finding.cause.rank.name.lower()}, confidence {self.finding.confidence:.2f}"]
        if self.explained_by is not None:
            parts.append(f"explained by {self.explained_by.term} at {self.explained_by.shown}")
        if self.explains:
            parts.append(
                f"explains {len(self.explains)} other finding{'s' if len(self.explains) > 1 else ''}"
            )
        if self.begun is not None:
            parts.append(f"began after a change of {self.begun.change.object}")
        return "; ".join(parts)


def rank(situation: Situation, findings: Sequence[Finding]) -> tuple[list[Ranked], Travel]:
    """The findings, the likeliest root cause first, and the ways that failure can travel."""
    travel = Travel(situation, findings)
    ranked = [Ranked(found) for found in _distinct(findings)]
    reach = {one.finding.object: travel.reached(one.finding.object) for one in ranked}
    for one in ranked:
        for other in ranked:
            if one is other or other.finding in one.explained:
                continue
            if _explains(one.finding, other.finding, reach[one.finding.object]):
                other.explained.append(one.finding)
                one.explains.append(other.finding)
                best = other.explained_by
                if best is None or _strength(one.finding) > _strength(best):
                    other.explained_by = one.finding
    beginnings = Beginnings(situation, travel, situation.evidence.changes)
    for one in ranked:
        one.begun = beginnings.of(one.finding)
        one.score = _score(one, len(ranked))
        if one.explained_by is not None:
            one.path = travel.path(one.explained_by.object, one.finding.object)
    ranked.sort(key=lambda one: (-one.score, one.finding.object, one.finding.term))
    return ranked, travel


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for each term and object: the surest."""
    best: dict[tuple[str, str], Finding] = {}
    for found in findings:
        key = (found.term, found.object)
        if key not in best or found.confidence > best[key].confidence:
            best[key] = found
    return list(best.values())


def _strength(found: Finding) -> float:
    return found.confidence * _WEIGHT[found.cause.rank]


def _explains(cause: Finding, effect: Finding, reach: dict[str, int]) -> bool:
    if effect.object not in reach or _strength(cause) < 0.35 or effect.cause.rank is Rank.LINT:
        return False
    if cause.since and effect.since and cause.since > effect.since + _SLACK:
        return False
    if cause.cause.rank > effect.cause.rank:
        return True
    if cause.cause.rank < effect.cause.rank or cause.object == effect.object:
        return False
    return cause.cause.rank is Rank.SYMPTOM or _deeper(cause, effect)


def _deeper(cause: Finding, effect: Finding) -> bool:
    """Of two causes of one rank: the infrastructure below the workloads, and a condition that another one follows."""
    below = Category.INFRASTRUCTURE
    if cause.cause.category is below and effect.cause.category is not below:
        return True
    return cause.cause.rank is Rank.CONDITION and effect.object in cause.about


def _score(one: Ranked, total: int) -> float:
    score = _strength(one.finding)
    if one.explained_by is not None:
        score *= _EXPLAINED
    if one.begun is not None and one.explained_by is None:
        score += _BEGUN * one.begun.weight
    return score + _REACH * len(one.explains) / max(total, 1)
