"""Workloads and nodes that run but run badly: throttled, slow, losing packets. Read from metrics and alerts.

Slowness is passed on to callers: of the slow ones, those that wait for another slow one are its victims. Where it
is not known who calls whom, the one that grew by the largest factor is nearest to the cause, because a caller adds
its callee's delay to time that it needs anyway. Delays add up: what became slower by a few milliseconds has not made
others slower by seconds. A delay shifts the typical call; lost packets are sent again and make a few calls very slow.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cluster.edges.base import Item
from cluster.values import text
from incidents.checks import failing
from incidents.checks.base import described, finding
from incidents.checks.callees import behind, is_entry
from incidents.checks.shifts import CLEAR, SLOWER, Change, changes, said
from incidents.finding import Finding
from incidents.metrics.kinds import Kind, is_typical
from incidents.situation import Situation, shown

_THROTTLED = 0.2
_RETRANSMITS = 0.8
_DELAYED = 8.0
_ALIKE = 0.4
"""The share of its caller's slowness from which on a workload is about as slow."""
_NOTICED = 1_000.0
"""Milliseconds: whoever waits so much longer notices it, however slow it was before."""
_CALLS = 50
"""How often a workload calls another one for one answer of its own, at most."""
_OTHERWISE = 0.13
"""By how much less sure it is that packets are lost where the typical call became slow too."""
_SLACK = timedelta(seconds=60)


def check(s: Situation) -> Iterator[Finding]:
    """Throttled workloads, then slow nodes, then slow workloads, then what fails, is not called or grows."""
    changed = changes(s)
    throttled = {ident: one for ident, one in changed.items() if _is_throttled(one)}
    slow = {ident: one for ident, one in changed.items() if one.item.kind != "Node" and one.slowness > 0}
    for place, one in enumerate(sorted(throttled.values(), key=_throttling, reverse=True)):
        yield _overload(one, 0.97**place, one.slowness > 0 and not _is_slight(one, slow))
    nodes = list(_nodes(s, changed, slow))
    yield from nodes
    yield from _slow(s, slow, throttled)
    yield from failing.check(s, changed)


def _is_throttled(one: Change) -> bool:
    """Throttled for a good part of the time, at more CPU than before."""
    throttling, cpu = one.most(Kind.THROTTLING), one.most(Kind.CPU)
    if throttling is None or throttling.score < CLEAR or throttling.after < _THROTTLED:
        return False
    return throttling.ratio >= 3 and (cpu is None or cpu.score >= CLEAR)


def _throttling(one: Change) -> float:
    found = one.most(Kind.THROTTLING)
    return found.after if found is not None else 0.0


def _overload(one: Change, share: float, is_slow: bool) -> Finding:
    shifts = [found for kind in (Kind.THROTTLING, Kind.CPU, Kind.LATENCY) if (found := one.most(kind))]
    return replace(
        finding(
            "cpu_overload", one.item,
            f"{shown(one.item)} uses all the CPU that it may: it is throttled"
            + (" and answers slowly." if is_slow else "."),
            share * (0.95 if is_slow else 0.8 if len(shifts) > 1 else 0.7),
            "Raise resources.limits.cpu, add replicas, or find what uses the CPU.",
            [said(one.item, found) for found in shifts], (), ("kubectl", "top", "pod", "-n", one.item.namespace),
        ),
        since=one.since,
    )  # fmt: skip


def _nodes(s: Situation, changed: dict[str, Change], slow: dict[str, Change]) -> Iterator[Finding]:
    """Nodes that send many packets again while workloads on them are slow."""
    bad = [
        (found, one)
        for one in changed.values()
        if one.item.kind == "Node" and (found := one.most(Kind.RETRANSMISSIONS)) is not None
        and found.score >= CLEAR and found.after >= _RETRANSMITS
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
    slight = {ident for ident, one in slow.items() if _is_slight(one, slow)}
    victims = {ident for ident in left if _waits_for(s, ident, slow)} | _late(left, slight)
    near = [left[ident] for ident in left if ident not in victims]
    waiting = {one.item.id for one in near if _is_waiting_entry(s, one, near)}
    first = sorted(
        near,
        key=lambda one: (
            one.item.id in waiting,
            not one.typical or one.item.id in slight,
            -one.slowness,
        ),
    )
    grave = any(one.slowness >= math.log(_DELAYED) for one in first)
    last = 1.0
    for place, one in enumerate(first):
        noticed = 0.65 if one.added >= _NOTICED else 0.45
        sure = 0.9 if one.slowness >= math.log(_DELAYED) else 0.8 if grave and one.typical else noticed
        about = [left[ident].item for ident in victims]
        last = sure = min(max(sure - 0.12 * place, noticed), last * 0.97)
        if _is_busy(one):
            yield _busy(one, sure, about)
            sure -= 0.1
        likelier, other = (
            ("network_loss", "network_delay") if one.uneven else ("network_delay", "network_loss")
        )
        yield _slow_finding(one, likelier, sure, place, about)
        if place == 0:
            less = 0.06 if one.uneven or not one.typical else _OTHERWISE
            yield _slow_finding(one, other, max(sure - less, 0.44), place, about)
    for one in left.values():
        yield _slow_finding(one, "slow_response", 0.9 if one.slowness >= math.log(_DELAYED) else 0.5, 0, [])


def _is_waiting_entry(s: Situation, one: Change, near: list[Change]) -> bool:
    """Whether calls from outside enter at a workload and something behind it is about as slow: it waits for that."""
    if not is_entry(s, one.item):
        return False
    return any(
        other.slowness >= one.slowness * _ALIKE and not is_entry(s, other.item)
        for other in near
        if other is not one
    )


def _is_busy(one: Change) -> bool:
    """Whether a workload uses clearly more CPU than before, and not because it has as much more to answer."""
    cpu = one.most(Kind.CPU)
    if cpu is None or cpu.score < CLEAR or cpu.ratio < SLOWER:
        return False
    return all(found.ratio < cpu.ratio for found in one.shifts.get(Kind.TRAFFIC, []))


def _busy(one: Change, confidence: float, about: list[Item]) -> Finding:
    shifts = [found for kind in (Kind.CPU, Kind.LATENCY) if (found := one.most(kind))]
    return replace(
        finding(
            "cpu_overload", one.item,
            f"{shown(one.item)} uses up to {shifts[0].ratio:.0f} times as much CPU as before and answers slowly.",
            confidence, "Find what uses the CPU, add replicas, or raise resources.limits.cpu.",
            [said(one.item, found) for found in shifts], about,
            ("kubectl", "top", "pod", "-n", one.item.namespace),
        ),
        since=one.since,
    )  # fmt: skip


def _is_slight(one: Change, slow: dict[str, Change]) -> bool:
    """Whether its typical call became so little slower that what others wait longer is not its doing."""
    most: dict[str, float] = {}
    for other in slow.values():
        for metric, rise in other.rises.items():
            most[metric] = max(most.get(metric, 0.0), rise)
    return bool(one.rises) and all(rise * _CALLS < most[metric] for metric, rise in one.rises.items())


def _late(slow: dict[str, Change], slight: Collection[str]) -> set[str]:
    """Those that became slow more than a minute after the first one: what comes later is no origin.

    One that became only slightly slower is not the first of anything.
    """
    began = {ident: one.since for ident, one in slow.items()}
    first = min((at for ident, at in began.items() if at and ident not in slight), default=None)
    return {ident for ident, at in began.items() if first and at and at - first > _SLACK}


def _waits_for(s: Situation, ident: str, slow: dict[str, Change]) -> bool:
    """Whether a slow workload calls one that is about as slow or has no pod ready, directly or through others."""
    down = {workload.id for workload in s.workloads if _is_down(s, workload)}
    enough = slow[ident].slowness * _ALIKE
    return any(one in down or (one in slow and slow[one].slowness >= enough) for one in behind(s, ident))


def _is_down(s: Situation, workload: Item) -> bool:
    wanted, ready = s.replicas(workload)
    return bool(wanted) and ready == 0 and bool(s.pods_of(workload))


_SLOWLY = {
    "network_delay": "answers up to {:.0f} times as slowly: its network is slow",
    "network_loss": "answers its slowest calls up to {:.0f} times as slowly: its network may lose packets",
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
