"""Pods from the rows of `kubectl get pods`: its STATUS is a phase, a reason of the pod, or that of one container."""

from __future__ import annotations

import re
from typing import Any

from incidents.bundles.tables import Row
from incidents.bundles.units import compact, seconds

Object = dict[str, Any]

_PHASES = frozenset({"Running", "Pending", "Succeeded", "Failed", "Unknown"})
_ENDED = {
    "Error": 1,
    "OOMKilled": 137,
    "ContainerCannotRun": 127,
    "StartError": 128,
    "ContainerStatusUnknown": 137,
}
"""Why a container ended, with the exit code that goes with it."""
_OF_THE_POD = frozenset({"Evicted", "NodeLost", "Shutdown", "Terminated", "NodeShutdown", "NodeAffinity",
                         "Preempting", "UnexpectedAdmissionError", "OutOfcpu", "OutOfmemory", "OutOfpods",
                         "DeadlineExceeded"})  # fmt: skip
_CODE = re.compile(r"(?:ExitCode|Signal):(\d+)")
_INIT_STEP = re.compile(r"\d+/\d+")


def read(row: Row) -> Object:
    """The spec and status that a row shows."""
    word, ready = row.get("STATUS", ""), _fraction(row.get("READY", ""))
    restarts = re.match(r"\d+", row.get("RESTARTS", ""))
    status: Object = {"phase": _phase(word), "podIP": row.get("IP", "")}
    ago = re.search(r"\(([0-9a-z]+) ago\)", row.get("RESTARTS", ""))
    # No fields of the API: a row shows no times.
    status |= {"restartedAgo": seconds(ago[1]) if ago else None, "age": seconds(row.get("AGE", ""))}
    if word in _OF_THE_POD:
        status["reason"] = word
    if ready is not None:
        whole = ready[0] == ready[1]
        one: Object = {"ready": whole, "restartCount": int(restarts[0]) if restarts else 0}
        status |= _containers(word, one)
        status["conditions"] = [{"type": "Ready", "status": "True" if whole else "False"}]
    if word == "SchedulingGated":
        gate = {
            "type": "PodScheduled",
            "status": "False",
            "reason": word,
            "message": "a scheduling gate holds the pod",
        }
        status.setdefault("conditions", []).append(gate)
    told = compact(status)
    for one in told.get("containerStatuses", []) if word == "Running" else ():
        one["state"] = {"running": {}}
    return {"spec": compact({"nodeName": row.get("NODE", "")}), "status": told}


def _fraction(text: str) -> tuple[int, int] | None:
    match = re.match(r"^(\d+)/(\d+)$", text)
    return (int(match[1]), int(match[2])) if match else None


def _phase(word: str) -> str:
    if word in _PHASES:
        return word
    if word == "Completed":
        return "Succeeded"
    if word in _OF_THE_POD:
        return "Failed"
    return "Running" if word == "Terminating" or _exit_code(word) is not None else "Pending"


def _exit_code(word: str) -> int | None:
    match = _CODE.fullmatch(word)
    return int(match[1]) if match else _ENDED.get(word)


def _containers(word: str, one: Object) -> Object:
    """The statuses of containers: that of an init container apart, while which the others wait."""
    if word.startswith("Init:"):
        waiting = {"state": {"waiting": {"reason": "PodInitializing"}}}
        return {
            "initContainerStatuses": [one | _state(word.removeprefix("Init:"))],
            "containerStatuses": [one | waiting],
        }
    return {"containerStatuses": [one | _state(word)]}


def _state(word: str) -> Object:
    code = _exit_code(word)
    if code is not None:
        return {"state": {"terminated": {"reason": word, "exitCode": code}}}
    known = word in _PHASES | _OF_THE_POD | {"Completed", "Terminating", "SchedulingGated"}
    return {} if known or _INIT_STEP.fullmatch(word) else {"state": {"waiting": {"reason": word}}}
