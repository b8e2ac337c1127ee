"""Containers that end again and again, or were restarted just now: a symptom, with the last words of the process."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import Value, at, moment, number
from incidents.checks.base import finding, pieces
from incidents.checks.log_lines import Mark, search
from incidents.finding import Finding
from incidents.situation import Situation, shown, statuses, waiting_reason

_IMPATIENT = ("failed liveness probe", "failed startup probe")


def of(s: Situation, pod: Item) -> Iterator[Finding]:
    """What the endings of a pod's containers say."""
    yield from _ended(s, pod)
    yield from _restarts(s, pod)


def _ended(s: Situation, pod: Item) -> Iterator[Finding]:
    """Containers that end again and again: a symptom, with the last words of the process."""
    workload = s.workload(pod)
    for name, status in statuses(pod):
        looping = waiting_reason(status) in ("CrashLoopBackOff", "Error", "RunContainerError")
        code = at(status, "lastState.terminated.exitCode")
        if not looping and (status.get("ready") or number(status, "restartCount") < 1 or code in (None, 0)):
            continue
        events = [event for event in s.events(pod, "BackOff", "Killing") if name in event.message or not name]
        probed = any(words in event.message for event in events for words in _IMPATIENT)
        said = list(_last_words(s, workload))
        yield finding(
            "crash_loop", workload,
            f"{f'The container {name}' if name else 'A container'} of {shown(workload)} ends again and again"
            + (f" with exit code {code}" if isinstance(code, int) else "")
            + (f": {said[-1].line.strip()[-_LONGEST:]}" if said else "."),
            0.5 if probed else 0.8, "Read the log of the container before the restart.",
            [*pieces(events[:1]), *(mark.piece() for mark in said), s.quote(pod, "Exit Code")], [pod],
            ("kubectl", "logs", pod.name, "-n", pod.namespace, "--previous", "--tail=50"),
        )  # fmt: skip
        if any(one == name for one in _init_names(pod)):
            yield finding("init_container_failed", workload,
            f"The init container {name} of {shown(workload)} fails.", 0.8,
                          "Read its log.", [s.quote(pod, name)], [pod],
                          ("kubectl", "logs", pod.name, "-n", pod.namespace, "-c", name))  # fmt: skip


_OFTEN = 3
_LATELY = 900.0
"""Seconds since the last of several restarts within which a container that runs may not run for long."""


def _restarts(s: Situation, pod: Item) -> Iterator[Finding]:
    """Containers that run at the moment and have been restarted again and again, the last time a moment ago."""
    workload = s.workload(pod)
    for name, status in statuses(pod):
        count, ago = number(status, "restartCount"), restarted_ago(s, pod, status)
        if status.get("ready") and count >= _OFTEN and ago is not None and ago <= _LATELY:
            yield finding(
                "crash_loop", workload,
                f"A container of {shown(workload)} was restarted {count} times, the last time {ago / 60:.0f} min ago.",
                0.65, "Read the log of the container before the restart.",
                [s.quote(pod, "Restart", field="status.containerStatuses")], [pod],
                ("kubectl", "logs", pod.name, "-n", pod.namespace, *(("-c", name) if name else ()), "--previous"),
            )  # fmt: skip
            return


def restarted_ago(s: Situation, pod: Item, status: Value) -> float | None:
    """How many seconds ago a container was last restarted, at least: a row tells of the last one of the pod."""
    told = at(pod.value, "status.restartedAgo")
    if isinstance(told, float):
        return told
    ended, now = moment(status, "lastState.terminated.finishedAt"), s.evidence.taken_at
    return (now - ended).total_seconds() if ended and now else None


def _init_names(pod: Item) -> list[str]:
    found = at(pod.value, "status.initContainerStatuses")
    return [str(one.get("name")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


_LONGEST = 200
_LAST_WORDS = re.compile(
    r"(?i)\bfatal\b|\bpanic\b|exception|traceback|\berror\b|\b\w+error:|caused by|cannot|failed"
)


def _last_words(s: Situation, workload: Item) -> Iterator[Mark]:
    """The last lines of a workload's logs that tell of a failure, the container before the restart first."""
    logs = sorted(s.logs(workload), key=lambda log: not log.previous)
    found = list(search(logs, _LAST_WORDS, 50))
    yield from found[-2:]
