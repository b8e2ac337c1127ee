"""Workloads whose calls fail, that get no calls any more, or whose memory only grows. Read from metrics and alerts.

Failures are passed on to callers as slowness is: of those that fail, who calls one that fails is its victim. None of
this is a cause by itself: it says where to look when nothing else shows why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy

from cluster.edges.base import Item
from cluster.values import at, entries
from incidents.checks.base import finding
from incidents.checks.callees import behind, is_entry
from incidents.checks.quantities import quantity
from incidents.checks.shifts import CLEAR, Change, said
from incidents.finding import Finding
from incidents.metrics.changes import Shift
from incidents.metrics.kinds import Kind
from incidents.metrics.series import Series
from incidents.situation import Situation, shown

_LOST = 0.05
"""The share of calls that fail from which on it is told."""
_MOSTLY = 0.25
_GONE = 0.1
"""The share of its calls that is left of a workload that gets hardly any."""
_CALLS = re.compile(r"rps|qps|request|calls|throughput|traffic", re.IGNORECASE)
_FEWEST = 12
_STEADY = 0.9
_NEARLY = 0.8


def check(s: Situation, changed: dict[str, Change]) -> Iterator[Finding]:
    """Failing workloads, then what gets no calls, then what grows."""
    yield from _failing(s, changed)
    yield from _uncalled(s, changed)
    for one in changed.values():
        yield from _growing(s, one)


def _failing(s: Situation, changed: dict[str, Change]) -> Iterator[Finding]:
    failing = {
        ident: pair for ident, one in changed.items() if (pair := _lost(one)) and one.item.kind != "Node"
    }
    victims = {ident for ident in failing if any(other in failing for other in behind(s, ident))}
    roots = [ident for ident in failing if ident not in victims]
    for place, ident in enumerate(sorted(roots, key=lambda one: -failing[one][1])):
        sure = 0.8 if failing[ident][1] >= _MOSTLY else 0.65
        about = [changed[one].item for one in victims]
        yield _fails(changed[ident].item, *failing[ident], max(sure - 0.05 * place, 0.6), about)
    for ident in sorted(victims):
        yield _fails(changed[ident].item, *failing[ident], 0.6, [])


def _lost(one: Change) -> tuple[Shift, float] | None:
    """The shift that shows failing calls, and their share as far as it is known; None where none fail."""
    success = one.most(Kind.SUCCESS)
    if success is not None and success.score <= -CLEAR:
        whole = 100.0 if success.before > 1.5 else 1.0
        lost = (success.before - success.after) / whole
        if lost >= _LOST:
            return success, lost
    errors = one.most(Kind.ERRORS)
    if errors is not None and errors.score >= CLEAR and errors.after >= _LOST and errors.ratio >= 3:
        return errors, min(errors.after, 1.0)
    return None


def _fails(item: Item, shift: Shift, lost: float, confidence: float, about: list[Item]) -> Finding:
    return replace(
        finding(
            "error_spike", item, f"More calls of {shown(item)} fail than before.", confidence,
            "Read its log since then, and see what changed before.", [said(item, shift)], about,
            ("kubectl", "logs", f"{item.kind.lower()}/{item.name}", "-n", item.namespace, "--tail=200"),
        ),
        since=_since(shift),
    )  # fmt: skip


def _since(shift: Shift) -> datetime | None:
    return datetime.fromtimestamp(shift.onset, UTC) if shift.onset > 0 else None


def _uncalled(s: Situation, changed: dict[str, Change]) -> Iterator[Finding]:
    """Workloads that had calls all the time and get hardly any; where that is all of them, those in front."""
    measured = {one.subject for one in s.evidence.series if _CALLS.search(one.metric)}
    found = [(one, fall) for one in changed.values() if (fall := _fall(one)) is not None]
    everywhere = len(found) > 1 and len(found) >= len(measured)
    front = [pair for pair in found if is_entry(s, pair[0].item)]
    shown_ones = front or sorted(found, key=lambda pair: -pair[1].before)[:1] if everywhere else found
    for one, fall in shown_ones:
        others = [other.item for other, _ in found if other is not one] if everywhere else []
        where = "and so does everything behind it: the calls do not come in" if others else "while others do"
        yield replace(
            finding(
                "traffic_drop", one.item, f"{shown(one.item)} gets hardly any calls, {where}.", 0.6,
                "Look at what calls it: Ingress, load balancer, DNS, the workloads before it.",
                [said(one.item, fall)], others, ("kubectl", "get", "ingress,services", "-n", one.item.namespace),
            ),
            since=_since(fall),
        )  # fmt: skip


def _fall(one: Change) -> Shift | None:
    for found in one.shifts.get(Kind.TRAFFIC, []):
        if _CALLS.search(found.series.metric) and found.score <= -CLEAR and found.ratio <= _GONE:
            return found
    return None


def _growing(s: Situation, one: Change) -> Iterator[Finding]:
    """Memory that grew steadily to the end of what was measured."""
    for found in one.shifts.get(Kind.MEMORY, []):
        if (
            one.item.kind == "Node"
            or found.score < CLEAR
            or found.ratio < 1.5
            or not _is_steady(found.series)
        ):
            continue
        limits = [
            quantity(at(c, "resources.limits.memory")) for _, c in entries(one.item.pod, "spec.containers")
        ]
        may = sum(limit for limit in limits if limit is not None)
        last = float(found.series.values[numpy.isfinite(found.series.values)][-1])
        near = bool(limits) and None not in limits and last >= _NEARLY * may
        yield replace(
            finding(
                "memory_growth", one.item,
                f"The memory of {shown(one.item)} grows steadily"
                + (f" and is at {last / may:.0%} of what it may use." if near else "."), 0.65 if near else 0.45,
                "Find what the process keeps, or raise resources.limits.memory.", [said(one.item, found)],
                command=("kubectl", "top", "pod", "-n", one.item.namespace, "--containers"),
            ),
            since=_since(found),
        )  # fmt: skip


def _is_steady(series: Series) -> bool:
    """Whether the second half of the values rises with the time, as its ranks show."""
    values = series.values[numpy.isfinite(series.values)]
    half = values[len(values) // 2 :]
    if len(values) < _FEWEST or half[-1] < half.max() * 0.98:
        return False
    ranks = numpy.argsort(numpy.argsort(half)).astype(float)
    return float(numpy.corrcoef(ranks, numpy.arange(len(half)))[0, 1]) >= _STEADY
