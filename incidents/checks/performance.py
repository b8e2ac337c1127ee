"""Workloads and nodes that run but run badly: throttled, slow, losing packets. Read from metrics and alerts.

Slowness is passed on to callers: of the slow ones, those that wait for another slow one are its victims. Where it
is not known who calls whom, the one that grew by the largest factor is nearest to the cause, because a caller adds
its callee's delay to time that it needs anyway. Delays add up: what became slower by a few milliseconds has not made
others slower by seconds. A delay shifts the typical call; lost packets are sent again and make a few calls very slow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import text
from incidents.checks.base import described, finding
from incidents.evidence import Piece, PieceType
from incidents.finding import Finding
from incidents.metrics import told
from incidents.metrics.changes import Shift, shift
from incidents.metrics.kinds import Kind, is_typical, kind_of
from incidents.metrics.units import shown_value
from incidents.situation import Situation, shown

_FLOORS = {
    Kind.LATENCY: 1.0, Kind.CPU: 0.01, Kind.THROTTLING: 0.02, Kind.SUCCESS: 0.01, Kind.TRAFFIC: 0.5,
    Kind.RETRANSMISSIONS: 0.1, Kind.ERRORS: 0.01,
}  # fmt: skip
"""The least deviation that counts of each kind, in its usual unit: noise below it is no change."""
_CLEAR = 4.0
_SLOWER = 2.0
_THROTTLED = 0.2
_RETRANSMITS = 0.8
_DELAYED = 8.0
_STOPS = 2.0
"""What it adds to the slowness of a workload that its calls fail, or that it completes none any more."""
_CALLS = 50
"""How often a workload calls another one for one answer of its own, at most."""
_SLACK = timedelta(seconds=60)


@dataclass(slots=True)
class Change:
    """The shifts of one subject, the strongest of each kind and, for latency, of each metric."""

    item: Item
    shifts: dict[Kind, list[Shift]] = field(default_factory=lambda: defaultdict(list))

    def most(self, kind: Kind) -> Shift | None:
        """The strongest shift of a kind, either way."""
        return max(self.shifts.get(kind, []), key=lambda one: abs(one.score), default=None)

    @property
    def slowness(self) -> float:
        """How much slower it became: logarithms of the factors of its latencies, and whether its calls fail or stop.

        The typical call counts twice as much as the slowest ones: those of a service that is well are the calls of
        a caller that is slow.
        """
        total = 0.0
        for one in self.shifts.get(Kind.LATENCY, []):
            if one.score >= _CLEAR and one.ratio >= _SLOWER:
                weight = 1.0 if is_typical(one.series.metric) else 0.5
                total += weight * math.log(min(one.ratio, 1e4))
        failing = self.most(Kind.SUCCESS)
        if failing is not None and failing.score <= -_CLEAR and failing.after < failing.before - 0.2:
            total += _STOPS
        if total and any(
            one.score <= -_CLEAR and one.ratio < 0.1 for one in self.shifts.get(Kind.TRAFFIC, [])
        ):
            total += _STOPS
        return total

    @property
    def typical(self) -> bool:
        """Whether its typical call became slower: one that only some callers find slow is well itself."""
        return bool(self.rises)

    @property
    def rises(self) -> dict[str, float]:
        """By how much its typical call became slower, by metric."""
        return {
            one.series.metric: one.after - one.before
            for one in self.shifts.get(Kind.LATENCY, [])
            if one.score >= _CLEAR and one.ratio >= _SLOWER and is_typical(one.series.metric)
        }

    @property
    def since(self) -> datetime | None:
        """When its latency began to rise."""
        onsets = [
            one.onset for one in self.shifts.get(Kind.LATENCY, []) if one.score >= _CLEAR and one.onset > 0
        ]
        return datetime.fromtimestamp(min(onsets), UTC) if onsets else None


def check(s: Situation) -> Iterator[Finding]:
    """Throttled workloads, then slow nodes, then slow workloads."""
    changes = _changes(s)
    throttled = {ident: one for ident, one in changes.items() if _is_throttled(one)}
    for one in throttled.values():
        yield _overload(one)
    slow = {ident: one for ident, one in changes.items() if one.item.kind != "Node" and one.slowness > 0}
    nodes = list(_nodes(s, changes, slow))
    yield from nodes
    yield from _slow(s, slow, throttled)


def _changes(s: Situation) -> dict[str, Change]:
    found: dict[str, Change] = {}
    measured: set[tuple[str, Kind]] = set()
    for series in s.evidence.series:
        item = subject(s, series.subject)
        kind = kind_of(series.metric)
        if item is None or kind is Kind.OTHER:
            continue
        one = shift(series, _FLOORS.get(kind, 0.0))
        if one is not None and abs(one.score) >= _CLEAR:
            found.setdefault(item.id, Change(item)).shifts[kind].append(one)
        measured.add((item.id, kind))
    for alert in s.evidence.alerts:
        item = subject(s, alert.subject)
        for one in told.shifts(alert) if item is not None else ():
            kind = kind_of(one.series.metric)
            if item is not None and (item.id, kind) not in measured:
                found.setdefault(item.id, Change(item)).shifts[kind].append(one)
    return found


def subject(s: Situation, name: str) -> Item | None:
    """The workload or node that a metric or alert means by a name."""
    for item in s.workloads:
        if item.name == name:
            return item
    for kind in ("Node", "Pod", "Service"):
        found = s.cluster.get(kind, name) or s.cluster.get(kind, name, s.namespace)
        if found is not None:
            if kind == "Service":
                behind = [w for w in s.workloads if found.id in {one.id for one in s.services_of(w)}]
                return behind[0] if behind else None
            return s.workload(found) if kind == "Pod" else found
    return None


def said(item: Item, one: Shift) -> Piece:
    """A shift as evidence."""
    at = datetime.fromtimestamp(one.onset, UTC) if one.onset > 0 else None
    metric = one.series.metric
    return Piece(
        PieceType.METRIC,
        f"{one.series.subject} {metric}: {shown_value(metric, one.before)} -> {shown_value(metric, one.after)}",
        shown(item),
        at,
    )


def _is_throttled(one: Change) -> bool:
    """Throttled for a good part of the time, at more CPU than before."""
    throttling, cpu = one.most(Kind.THROTTLING), one.most(Kind.CPU)
    if throttling is None or throttling.score < _CLEAR or throttling.after < _THROTTLED:
        return False
    return throttling.ratio >= 3 and (cpu is None or cpu.score >= _CLEAR)


def _overload(one: Change) -> Finding:
    shifts = [found for kind in (Kind.THROTTLING, Kind.CPU, Kind.LATENCY) if (found := one.most(kind))]
    return replace(
        finding(
            "cpu_overload", one.item,
            f"{shown(one.item)} uses all the CPU that it may: it is throttled and answers slowly.",
            0.95 if len(shifts) > 1 else 0.8, "Raise resources.limits.cpu, add replicas, or find what uses the CPU.",
            [said(one.item, found) for found in shifts], (), ("kubectl", "top", "pod", "-n", one.item.namespace),
        ),
        since=one.since,
    )  # fmt: skip


def _nodes(s: Situation, changes: dict[str, Change], slow: dict[str, Change]) -> Iterator[Finding]:
    """Nodes that send many packets again while workloads on them are slow."""
    bad = [
        (found, one)
        for one in changes.values()
        if one.item.kind == "Node" and (found := one.most(Kind.RETRANSMISSIONS)) is not None
        and found.score >= _CLEAR and found.after >= _RETRANSMITS
    ]  # fmt: skip
    for found, one in sorted(bad, key=lambda pair: -pair[0].after)[:1]:
        here = [
            change for change in slow.values()
            if any(text(pod.value, "spec.nodeName") == one.item.name for pod in s.pods_of(change.item))
        ]  # fmt: skip
        if not here and s.workloads:
            continue
        delayed = any(
            is_typical(latency.series.metric) and latency.ratio >= _DELAYED
            for change in slow.values() for latency in change.shifts[Kind.LATENCY]
        )  # fmt: skip
        term, what = ("node_network_delay", "is slow") if delayed else ("node_network_loss", "loses packets")
        yield replace(
            finding(
                term, one.item, f"The network of node {one.item.name} {what}: {found.before:.2g} -> {found.after:.2g} "
                f"retransmissions a second, and {len(here)} workloads on it are slow.", 0.95,
                "Look at the node's network: interface errors, `tc qdisc`, the link.",
                [said(one.item, found), *(said(c.item, m) for c in here[:2] if (m := c.most(Kind.LATENCY)))],
                [change.item for change in slow.values()], described(one.item),
            ),
            since=datetime.fromtimestamp(found.onset, UTC) if found.onset > 0 else None,
        )  # fmt: skip


def _slow(s: Situation, slow: dict[str, Change], throttled: dict[str, Change]) -> Iterator[Finding]:
    """Slow workloads: the nearest to the cause first, its victims as symptoms."""
    left = {ident: one for ident, one in slow.items() if ident not in throttled}
    victims = {ident for ident in left if _waits_for(s, ident, slow)} | _late(left)
    near = [left[ident] for ident in left if ident not in victims]
    slight = {one.item.id for one in near if _is_slight(one, slow)}
    first = sorted(near, key=lambda one: (not one.typical or one.item.id in slight, -one.slowness))
    grave = any(one.slowness >= math.log(_DELAYED) for one in first)
    for place, one in enumerate(first):
        sure = 0.9 if one.slowness >= math.log(_DELAYED) else 0.8 if grave and one.typical else 0.45
        about = [left[ident].item for ident in victims]
        yield _slow_finding(one, "network_delay", max(sure - 0.12 * place, 0.45), place, about)
        if place == 0 and not one.typical:
            yield _slow_finding(one, "network_loss", max(sure - 0.06, 0.44), place, about)
    for one in left.values():
        yield _slow_finding(one, "slow_response", 0.9 if one.slowness >= math.log(_DELAYED) else 0.5, 0, [])


def _is_slight(one: Change, slow: dict[str, Change]) -> bool:
    """Whether its typical call became so little slower that what others wait longer is not its doing."""
    most: dict[str, float] = {}
    for other in slow.values():
        for metric, rise in other.rises.items():
            most[metric] = max(most.get(metric, 0.0), rise)
    return bool(one.rises) and all(rise * _CALLS < most[metric] for metric, rise in one.rises.items())


def _late(slow: dict[str, Change]) -> set[str]:
    """Those that became slow more than a minute after the first one: what comes later is no origin."""
    began = {ident: one.since for ident, one in slow.items()}
    first = min((at for at in began.values() if at), default=None)
    return {ident for ident, at in began.items() if first and at and at - first > _SLACK}


def _waits_for(s: Situation, ident: str, slow: dict[str, Change]) -> bool:
    """Whether a slow workload calls one that is about as slow or has no pod ready, directly or through others."""
    down = {workload.id for workload in s.workloads if _is_down(s, workload)}
    seen = {ident}
    todo = [ident]
    while todo:
        here = todo.pop()
        for edge in s.graph.leaving(here, EdgeType.CALLS):
            for behind in _workloads_behind(s, edge.target):
                if behind in down and behind != ident:
                    return True
                if behind in slow and behind != ident and slow[behind].slowness >= slow[ident].slowness * 0.4:
                    return True
                if behind not in seen:
                    seen.add(behind)
                    todo.append(behind)
    return False


def _is_down(s: Situation, workload: Item) -> bool:
    wanted, ready = s.replicas(workload)
    return bool(wanted) and ready == 0 and bool(s.pods_of(workload))


def _workloads_behind(s: Situation, service: str) -> list[str]:
    return [edge.target for edge in s.graph.leaving(service, EdgeType.SELECTS)]


_SLOWLY = {
    "network_delay": "answers up to {:.0f} times as slowly without using more CPU: its network is slow",
    "network_loss": "answers its slowest calls up to {:.0f} times as slowly, and the typical one as before: "
    "its network may lose packets",
    "slow_response": "answers up to {:.0f} times as slowly",
}


def _slow_finding(one: Change, term: str, confidence: float, place: int, about: list[Item]) -> Finding:
    latencies = sorted(one.shifts[Kind.LATENCY], key=lambda found: -found.ratio)[:2]
    factor = max((found.ratio for found in latencies), default=1.0)
    sentence = f"{shown(one.item)} {_SLOWLY[term].format(factor)}"
    return replace(
        finding(
            term, one.item, sentence + (f" (place {place + 1} by how much)." if place else "."), confidence,
            "Look at the pod's network: `tc qdisc` on its interface, network chaos, the CNI, its node.",
            [said(one.item, found) for found in latencies], about,
            ("kubectl", "get", "pods", "-n", one.item.namespace, "-o", "wide"),
        ),
        since=one.since,
    )  # fmt: skip
