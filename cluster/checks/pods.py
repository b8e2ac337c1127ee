"""The health of a pod: scheduled, pulled, started, ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cluster.checks.base import UNOBSERVED, Health, Level, condition, is_true, said, since_of, words_of
from cluster.values import Value, at, entries, mapping, moment, number, text

_STARTING = frozenset({"", "ContainerCreating", "PodInitializing"})
"""Reasons of a waiting container that pass by themselves; any other (CrashLoopBackOff, ErrImagePull) does not."""


def pod(value: Value) -> Health:
    """What keeps it from being ready, or that it is."""
    phase = text(value, "status.phase")
    if not phase:
        return UNOBSERVED
    ready = condition(value, "Ready")
    if phase == "Succeeded":
        return Health(Level.HEALTHY, "completed", _last_end(value) or since_of(ready))
    if phase == "Failed":
        return Health(Level.FAILED, _why_failed(value), _last_end(value) or since_of(ready))
    if at(value, "metadata.deletionTimestamp"):
        return Health(Level.PROGRESSING, "terminating", moment(value, "metadata.deletionTimestamp"))
    scheduled = condition(value, "PodScheduled")
    if scheduled is not None and scheduled.get("status") == "False":
        level = Level.PROGRESSING if scheduled.get("reason") == "SchedulingGated" else Level.FAILED
        return said(level, words_of(scheduled, "not scheduled"), scheduled)
    return _stopped(value, ready) or _running(value, phase, ready)


def _running(value: Value, phase: str, ready: Value | None) -> Health:
    """A pod whose containers are neither in a loop nor without their image."""
    if is_true(ready):
        restarts = sum(number(status, "restartCount") for status in _containers(value))
        return said(Level.HEALTHY, f"ready, {restarts} restarts" if restarts else "ready", ready)
    if phase == "Pending":
        return said(Level.PROGRESSING, "starting", ready or condition(value, "PodScheduled"))
    if phase == "Running":
        return said(Level.DEGRADED, words_of(ready, "not ready"), ready)
    return said(Level.UNKNOWN, words_of(ready, f"phase {phase}"), ready)


def _stopped(value: Value, ready: Value | None) -> Health | None:
    """The first container that cannot start or has ended badly."""
    for status in _containers(value):
        waiting, ended = mapping(status, "state.waiting"), mapping(status, "state.terminated")
        reason = text(waiting, "reason")
        if waiting and reason not in _STARTING:
            since = moment(status, "lastState.terminated.finishedAt") or since_of(ready)
            return Health(Level.FAILED, _describe(status, reason, waiting), since)
        if ended and number(ended, "exitCode"):
            what = text(ended, "reason") or "Error"
            why = f"{what}: container {text(status, 'name')}, exit code {number(ended, 'exitCode')}"
            return Health(Level.FAILED, why, moment(ended, "finishedAt"))
    return None


def _describe(status: Value, reason: str, waiting: Value) -> str:
    """`CrashLoopBackOff: container server, last exit code 137 (OOMKilled), 12 restarts`."""
    parts = [f"container {text(status, 'name')}"]
    last = mapping(status, "lastState.terminated")
    if last:
        named = f" ({text(last, 'reason')})" if text(last, "reason") else ""
        parts.append(f"last exit code {number(last, 'exitCode')}{named}")
    elif text(waiting, "message"):
        parts.append(text(waiting, "message"))
    restarts = number(status, "restartCount")
    if restarts:
        parts.append(f"{restarts} restarts")
    return f"{reason}: {', '.join(parts)}"


def _why_failed(value: Value) -> str:
    reason = ": ".join(part for part in (text(value, "status.reason"), text(value, "status.message")) if part)
    stopped = _stopped(value, None)
    return reason or (stopped.reason if stopped else "failed")


def _containers(value: Value) -> Iterator[Value]:
    for path in ("status.initContainerStatuses", "status.containerStatuses"):
        for _, status in entries(value, path):
            yield status


def _last_end(value: Value) -> datetime | None:
    ends = [moment(status, "state.terminated.finishedAt") for status in _containers(value)]
    return max((end for end in ends if end is not None), default=None)
