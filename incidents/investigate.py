"""Evidence to findings, findings to ranked causes, ranked causes to a report."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import datetime

from cluster.kubectl import check as check_command
from connectors.redaction import redact
from incidents import checks
from incidents.alert_rules import rules_of
from incidents.begun import Beginnings, undoing
from incidents.causes import Ranked, rank
from incidents.evidence import Evidence
from incidents.finding import Finding
from incidents.focus import about
from incidents.lacking import lacking
from incidents.numbered import Numbered
from incidents.observations import Observations
from incidents.picture import graph_of, on_path
from incidents.report import Investigation, Json, ReportedCause
from incidents.situation import Situation
from incidents.summary import doubted, summary_of
from incidents.timeline import piece_of, timeline
from incidents.travel import Travel
from incidents.vocabulary import Rank

SURE = 0.6
"""The confidence from which on a finding counts as something that is wrong."""
SUSPECTED = 0.5
"""The same for what can reach the subject of an alert; the summary of a healthy report mentions it."""
_MOST_CAUSES = 5
_LEAST_SCORE = 0.1


def ranked_causes(evidence: Evidence) -> tuple[list[Ranked], Travel, Situation]:
    """Everything that the checks find, the likeliest root cause first; with a focus, only what belongs to it."""
    situation = Situation(evidence)
    found, travel = rank(situation, checks.run(situation))
    if evidence.focus is not None:
        found = about(found, situation, travel, evidence.focus)
    return found, travel, situation


def investigate(evidence: Evidence) -> Investigation:
    """The report: causes with evidence, how the failure travelled, when what happened, whether all is well."""
    start = time.perf_counter()
    ranked, travel, situation = ranked_causes(evidence)
    lack = lacking(evidence)
    healthy = not lack and not any(_is_sure(one.finding, travel, evidence) for one in ranked)
    shown = [] if healthy else [one for one in ranked if _is_told(one)][:_MOST_CAUSES]
    pieces = Numbered()
    graph = graph_of(situation, travel, ranked if not healthy else [])
    objects = [node["id"] for node in graph["nodes"]]
    seen = Observations(situation, shown, objects)
    causes = tuple(_cause(place, one, seen, pieces) for place, one in enumerate(shown, 1))
    around = Beginnings(situation, travel, evidence.changes).around(objects)
    rules = [f"- {redact(one.sentence)[0]} [{pieces.number(one.piece)}]" for one in rules_of(evidence)]
    moments = timeline(ranked if not healthy else [], around, pieces, seen.told())
    times = [piece.at for piece in pieces.all if piece.at]
    looked = [*times, *([evidence.taken_at] if evidence.taken_at else [])]
    doubts = [one.finding for one in ranked if one.finding.confidence >= SUSPECTED]
    summary = doubted(doubts) if healthy else summary_of(causes, shown, travel, lack)
    report = Investigation(
        "", evidence.namespace, (min(looked, default=None), max(looked, default=None)),
        _with_rules(summary, rules),
        causes, graph, moments, tuple(pieces.all), healthy,
        round((time.perf_counter() - start) * 1000), tuple((one.item, one.reason) for one in evidence.unread),
        evidence.metric_sources, tuple(seen.panels(on_path(graph))),
    )  # fmt: skip
    return replace(report, id=_identity(report, times))


def _is_sure(found: Finding, travel: Travel, evidence: Evidence) -> bool:
    """Whether something is wrong, by this finding alone or together with an alert about what it can reach."""
    if found.confidence >= SURE or found.confidence < SUSPECTED:
        return found.confidence >= SURE
    subjects = {alert.subject for alert in evidence.alerts if alert.subject}
    return bool(subjects & {ident.rpartition("/")[2] for ident in travel.reached(found.object)})


def _with_rules(summary: str, rules: list[str]) -> str:
    return "\n".join((summary, "", "**The rules of its alerts:**", *rules)) if rules else summary


def _is_told(one: Ranked) -> bool:
    """Whether a finding stands among the causes: not where it is the symptom of another one."""
    explained = one.explained_by is not None and one.finding.cause.rank is Rank.SYMPTOM
    return one.score >= _LEAST_SCORE and not explained


def _cause(place: int, one: Ranked, seen: Observations, pieces: Numbered) -> ReportedCause:
    found = one.finding
    evidence, text, fix = [*found.evidence, *seen.pieces(one)], found.text, found.fix
    if one.begun is not None:
        change = one.begun.change
        evidence.append(piece_of(change))
        since = "before" if change.after else "at"
        text = (
            f"{text.rstrip()} It began with a change {since} {change.at:%Y-%m-%d %H:%M:%S}Z: {change.text}."
        )
        fix = f"{fix} {undoing(change)}".strip()
    numbers = tuple(dict.fromkeys(pieces.number(piece) for piece in evidence))
    return ReportedCause(
        place, found.shown, found.term, str(found.cause.category), redact(text)[0],
        round(min(one.score, 0.99), 2),
        numbers, fix, one.why, _script(found, numbers),
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


def _identity(report: Investigation, times: list[datetime]) -> str:
    """The same for what says the same, whenever it was asked for."""
    known = (min(times, default=None), max(times, default=None))
    parts = [report.namespace, str(known), *(f"{c.object} {c.cause} {c.text}" for c in report.causes)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
