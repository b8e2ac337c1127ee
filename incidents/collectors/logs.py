"""Logs of the containers that matter: of the workload in question, of what alerts name, and of pods in trouble."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from cluster.edges.base import Item
from cluster.values import at, entries, number, text
from connectors.documents import ANY
from connectors.errors import KubeloreError
from connectors.redaction import redact
from incidents.bundles.units import moment_in
from incidents.evidence import Evidence, Log, Unread
from incidents.situation import Situation, is_ready, statuses, waiting_reason

_MOST_PODS = 12
_PODS_EACH = 2
_MOST_READS = 36
_SECONDS = 20.0
_BEFORE = timedelta(hours=2)
"""How far back logs are read: templates are new only against what was said earlier."""
_LONGEST = 4_000
_HOPELESS = 3
"""Failures after which no other log is asked for."""
_ITEM = "logs"


class LogSource(Protocol):
    """Where the logs of containers come from."""

    def read(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        previous: bool = False,
        since: datetime | None = None,
    ) -> str:
        """The last lines of a container's log, each behind its time in RFC 3339; '' where there is none.

        Raises errors of `connectors.errors`.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    pod: Item
    container: str
    previous: bool


def collect(
    evidence: Evidence,
    source: LogSource,
    until: datetime,
    monotonic: Callable[[], float] = time.monotonic,
) -> Evidence:
    """The evidence with logs of the two hours before, credentials masked; what could not be read is in `unread`."""
    situation = Situation(evidence)
    found: list[Log] = []
    failed: list[str] = []
    ends = monotonic() + _SECONDS
    wanted = [one for pod in _pods(situation) for one in _containers(pod)][:_MOST_READS]
    asked = 0
    for one in wanted:
        if monotonic() > ends or len(failed) >= _HOPELESS:
            break
        asked += 1
        try:
            found += _read(source, one, until)
        except KubeloreError as error:
            failed.append(f"{one.pod.name}/{one.container}: {error}")
    gaps = _gaps(failed, len(wanted) - asked)
    return replace(evidence, logs=(*evidence.logs, *found)).missing(*gaps)


def _gaps(failed: Sequence[str], left: int) -> Iterator[Unread]:
    """What was not read, as one entry: the first reason stands for the others."""
    if failed:
        others = len(failed) - 1 + left
        yield Unread(_ITEM, failed[0] + (f"; {others} others were not read either" if others else ""))
    elif left:
        yield Unread(_ITEM, f"{left} were not read: the others took longer than {_SECONDS:.0f} seconds")


def _pods(situation: Situation) -> list[Item]:
    """The pods to read, the most telling first; few of each workload."""
    chosen: dict[str, Item] = {}
    for workload in _workloads(situation):
        pods = sorted(situation.pods_of(workload), key=lambda pod: (not is_troubled(pod), pod.name))
        for pod in pods[:_PODS_EACH]:
            chosen.setdefault(pod.id, pod)
    return list(chosen.values())[:_MOST_PODS]


def _workloads(situation: Situation) -> Iterator[Item]:
    """The workload in question, those that alerts name, those in trouble."""
    focus = situation.evidence.focus
    if focus is not None:
        namespace = "" if focus.namespace == ANY else focus.namespace
        item = situation.cluster.get(focus.kind, focus.name, namespace)
        if item is not None:
            yield item
    told = {alert.subject for alert in situation.evidence.alerts if alert.subject}
    for workload in situation.workloads:
        served = {service.name for service in situation.services_of(workload)} if told else set()
        if told & {workload.name, *served, *(pod.name for pod in situation.pods_of(workload))}:
            yield workload
    for workload in situation.workloads:
        if any(is_troubled(pod) for pod in situation.pods_of(workload)):
            yield workload


def is_troubled(pod: Item) -> bool:
    """Whether a pod is not ready, waits, or has been restarted."""
    if text(pod.value, "status.phase") == "Succeeded":
        return False
    restarted = any(number(status, "restartCount") > 0 for _, status in statuses(pod))
    return restarted or not is_ready(pod) or any(waiting_reason(status) for _, status in statuses(pod))


def _containers(pod: Item) -> Iterator[_Wanted]:
    """The containers of a pod; the one before a restart first, as it tells why."""
    known = dict(statuses(pod))
    names = [
        text(one, "name")
        for path in ("spec.initContainers", "spec.containers")
        for _, one in entries(pod.value, path)
    ]
    for name in names:
        status = known.get(name, {})
        if number(status, "restartCount") > 0 or at(status, "lastState.terminated") is not None:
            yield _Wanted(pod, name, True)
        if not _is_done(status):
            yield _Wanted(pod, name, False)


def _is_done(status: object) -> bool:
    """Whether a container has ended well: an init container that did its work."""
    return bool(at(status, "state.terminated.exitCode") == 0)


def _read(source: LogSource, one: _Wanted, until: datetime) -> Iterator[Log]:
    pod = one.pod
    said = source.read(pod.namespace, pod.name, one.container, previous=one.previous, since=until - _BEFORE)
    stamped = [_split(line) for line in said.splitlines() if line.strip()]
    stamped = [(when, line) for when, line in stamped if when is None or when <= until]
    plain = "\n".join(line[:_LONGEST] for _, line in stamped)
    lines = redact(plain)[0].split("\n") if plain else []
    if lines:
        # A secret of several lines is one line when it is masked: then no time fits its line any more.
        times = tuple(when for when, _ in stamped) if len(lines) == len(stamped) else ()
        yield Log(pod.name, tuple(lines), pod.namespace, one.container, one.previous, times)


def _split(line: str) -> tuple[datetime | None, str]:
    stamp, _, rest = line.partition(" ")
    at_time = moment_in(stamp)
    return (at_time, rest) if at_time is not None else (None, line)
