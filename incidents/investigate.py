"""Evidence to findings, findings to ranked causes, ranked causes to a report."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cluster.kubectl import check as check_command
from connectors.redaction import redact
from incidents import checks
from incidents.causes import Ranked, rank
from incidents.evidence import Evidence, Piece, PieceType
from incidents.finding import Finding
from incidents.picture import graph_of
from incidents.report import Investigation, Json, Moment, ReportedCause
from incidents.situation import Situation
from incidents.summary import summary_of
from incidents.travel import Travel
from incidents.vocabulary import Rank

SURE = 0.6
"""The confidence from which on a finding counts as something that is wrong."""
_MOST_CAUSES = 5
_LEAST_SCORE = 0.1
_MOST_MOMENTS = 60


def ranked_causes(evidence: Evidence) -> tuple[list[Ranked], Travel, Situation]:
    """Everything that the checks find, the likeliest root cause first."""
    situation = Situation(evidence)
    found, travel = rank(situation, checks.run(situation))
    return found, travel, situation


def investigate(evidence: Evidence) -> Investigation:
    """The report: causes with evidence, how the failure travelled, when what happened, whether all is well."""
    start = time.perf_counter()
    ranked, travel, situation = ranked_causes(evidence)
    healthy = not any(one.finding.confidence >= SURE for one in ranked)
    shown = [] if healthy else [one for one in ranked if _is_told(one)][:_MOST_CAUSES]
    pieces = _Numbered()
    causes = tuple(_cause(place, one, pieces) for place, one in enumerate(shown, 1))
    timeline = _timeline(evidence, ranked if not healthy else [], pieces)
    graph = graph_of(situation, travel, ranked if not healthy else [])
    times = [piece.at for piece in pieces.all if piece.at]
    report = Investigation(
        "", evidence.namespace, (min(times, default=evidence.taken_at), max(times, default=evidence.taken_at)),
        summary_of(causes, shown, healthy), causes, graph, timeline, tuple(pieces.all), healthy,
        round((time.perf_counter() - start) * 1000), tuple((one.item, one.reason) for one in evidence.unread),
    )  # fmt: skip
    return replace(report, id=_identity(report))


def _is_told(one: Ranked) -> bool:
    """Whether a finding stands among the causes: not where it is the symptom of another one."""
    explained = one.explained_by is not None and one.finding.cause.rank is Rank.SYMPTOM
    return one.score >= _LEAST_SCORE and not explained


class _Numbered:
    """Pieces of evidence with their numbers, credentials masked; the same piece has one number."""

    def __init__(self) -> None:
        self.all: list[Piece] = []
        self._numbers: dict[tuple[PieceType, str, str], int] = {}

    def number(self, piece: Piece) -> int:
        key = (piece.type, piece.text, piece.object)
        if key not in self._numbers:
            self.all.append(replace(piece, text=redact(piece.text)[0]))
            self._numbers[key] = len(self.all)
        return self._numbers[key]


def _cause(place: int, one: Ranked, pieces: _Numbered) -> ReportedCause:
    found = one.finding
    numbers = tuple(pieces.number(piece) for piece in found.evidence)
    return ReportedCause(
        place, found.shown, found.term, str(found.cause.category), redact(found.text)[0],
        round(min(one.score, 0.99), 2),
        numbers, found.fix, one.why, _script(found, numbers),
    )  # fmt: skip


def _script(found: Finding, numbers: tuple[int, ...]) -> Json | None:
    """The command that shows more of a finding, where the read-only runner would run it."""
    argv = [word for word in found.command if word]
    if not argv or not check_command(argv).allowed:
        return None
    return {
        "language": "bash", "text": " ".join(argv), "explanation": "Shows more of it; it only reads.",
        "steps": [{"argv": argv}], "citations": list(numbers), "output": None,
    }  # fmt: skip


def _timeline(evidence: Evidence, ranked: Sequence[Ranked], pieces: _Numbered) -> tuple[Moment, ...]:
    """When what happened: the dated evidence of the findings, and when a metric began to change."""
    found: dict[tuple[datetime, str, str], Moment] = {}
    for one in ranked:
        for piece in one.finding.evidence:
            if piece.at is not None:
                number = pieces.number(piece)
                text = pieces.all[number - 1].text
                kind = str(piece.type) if piece.type is not PieceType.OBJECT else "topology"
                found.setdefault(
                    (piece.at, piece.object, text), Moment(piece.at, kind, piece.object, text, (number,))
                )
        if one.finding.since is not None and one.finding.cause.rank is not Rank.SYMPTOM:
            key = (one.finding.since, one.finding.shown, one.finding.term)
            found.setdefault(
                key, Moment(one.finding.since, "metric", one.finding.shown, one.finding.cause.title)
            )
    ordered = sorted(found.values(), key=lambda moment: (moment.at, moment.object, moment.text))
    return tuple(ordered[-_MOST_MOMENTS:])


def _identity(report: Investigation) -> str:
    parts = [report.namespace, str(report.window), *(f"{c.object} {c.cause} {c.text}" for c in report.causes)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
