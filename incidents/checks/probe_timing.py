"""Probes that do not give the server the time that it needs: too early, too short, or much too late."""

from __future__ import annotations

import re
from typing import Any

from cluster.edges.base import Item
from cluster.values import mapping, number, text
from incidents.bundles.units import moment
from incidents.checks.declared_probes import Probe
from incidents.evidence import Event
from incidents.situation import Situation, statuses

NO_ANSWER = re.compile(
    r"connection refused|deadline exceeded|timeout|timed out|no route to host|EOF|reset by peer"
)
_LONG, _VERY_LONG = 60, 120
"""Seconds that a readiness probe may keep a pod from traffic before that is worth a word, and before it is wrong."""
PATIENT = 15
"""Seconds that most servers need at most before they answer: a liveness probe that kills earlier is impatient."""
_STARTING = re.compile(r"statuscode: 50[0234]|NOT_SERVING|service unhealthy")
"""What servers answer that have not finished to start."""
_SLOW = re.compile(r"while awaiting headers|command .* timed out|probe timed out")
"""The server is there, and does not answer in time."""

Why = tuple[str, str, float]
"""What is wrong with a probe: `timing` and the like, a clause that says why, how sure that is."""


def impatient(pod: Item, probe: Probe, event: Event) -> Why | None:
    """A liveness probe that kills a container before most servers can answer."""
    if not NO_ANSWER.search(event.message) and not _STARTING.search(event.message):
        return None
    lived = _lifetime(pod, text(probe.container, "name"))
    if probe.budget >= PATIENT and (lived is None or lived >= probe.budget * 2):
        return None
    sure = 0.93 if probe.budget < PATIENT else 0.7
    return "timing", f"it gives up after {probe.budget} s (delay, period and failures together)", sure


def _lifetime(pod: Item, container: str) -> float | None:
    for name, status in statuses(pod):
        ended: Any = mapping(status, "lastState.terminated")
        start, end = moment(text(ended, "startedAt")), moment(text(ended, "finishedAt"))
        if name == container and start and end:
            return (end - start).total_seconds()
    return None


def curt(probe: Probe, event: Event) -> Why | None:
    """A probe that waits no longer than by default for an answer that comes later."""
    patience = number(probe.value, "timeoutSeconds", 1)
    if patience > 1 or not _SLOW.search(event.message):
        return None
    return "timing", f"it waits {patience} s for an answer, and the server takes longer", 0.62


def late(s: Situation, pod: Item, probe: Probe) -> Why | None:
    """A readiness probe that has not been asked yet because its delay is longer than the pod is old."""
    started = moment(text(pod.value, "status.startTime"))
    delay = number(probe.value, "initialDelaySeconds")
    if started is None or s.evidence.taken_at is None:
        return None
    age = (s.evidence.taken_at - started).total_seconds()
    wanted = number(probe.value, "successThreshold", 1)
    until = delay + (wanted - 1) * number(probe.value, "periodSeconds", 10)
    if age >= until or until < _LONG:
        return None
    times = f" and it must pass {wanted} times" if wanted > 1 else ""
    return (
        "timing",
        f"its delay is {delay} s{times}, and the pod is {age:.0f} s old",
        0.8 if until >= _VERY_LONG else 0.6,
    )
