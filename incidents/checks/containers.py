"""Containers that do not start or do not stay: missing configuration, memory, commands, volumes, crashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import Value, at, entries, mapping, number, text
from incidents.checks import conditions, endings
from incidents.checks.base import described, finding, pieces
from incidents.checks.log_lines import search
from incidents.checks.quantities import quantity
from incidents.evidence import Piece
from incidents.finding import Finding
from incidents.situation import Situation, shown, statuses, waiting_reason

_MISSING = re.compile(r'(?P<kind>secret|configmap)s? "(?P<name>[^"]+)" not found')
_KEY = re.compile(
    r"couldn't find key (?P<key>\S+) in (?P<kind>Secret|ConfigMap) (?P<name>\S+)|references non-existent "
    r"\S+ key: (?P<other>\S+)"
)
_NO_COMMAND = re.compile(
    r"executable file not found|exec: .*no such file or directory|stat \S+: no such file or directory"
)
_NEARLY = 0.95


def check(s: Situation) -> Iterator[Finding]:
    """What the states and events of containers say, one finding of a kind for each workload."""
    done: set[tuple[str, str]] = set()
    for pod in s.pods:
        for found in [
            *_configuration(s, pod),
            *_memory(s, pod),
            *_usage(s, pod),
            *_start(s, pod),
            *_volumes(s, pod),
            *endings.of(s, pod),
        ]:
            if (found.object, found.term) not in done:
                done.add((found.object, found.term))
                yield found


def _configuration(s: Situation, pod: Item) -> Iterator[Finding]:
    """Secrets, ConfigMaps and keys that the pod needs and that are not there."""
    if not any(waiting_reason(status) for _, status in statuses(pod)):
        return
    workload = s.workload(pod)
    for event in s.events(pod, "Failed", "FailedMount"):
        if match := _MISSING.search(event.message):
            term = "secret_missing" if match["kind"] == "secret" else "config_map_missing"
            kind = "Secret" if match["kind"] == "secret" else "ConfigMap"
            yield finding(
                term, workload, f"{workload.kind} {workload.name} does not start: the {kind} "
                f"{match['name']} does not exist.{conditions.of_maker(s, kind, match['name'], pod.namespace)}",
                0.95, f"Create the {kind} {match['name']}, or correct its name where the pod uses it.",
                [event.piece(), s.quote(pod, match["name"], kind)], [pod],
                ("kubectl", "get", kind.lower(), "-n", pod.namespace),
            )  # fmt: skip
        elif match := _KEY.search(event.message):
            yield finding("config_key_missing", workload,
            f"{workload.kind} {workload.name} does not start: {event.message}",
                          0.95, "Add the key, or correct its name where the pod uses it.", [event.piece()], [pod],
                          described(pod))  # fmt: skip


_OUT_OF_MEMORY = re.compile(
    r"OOM-?killed|OOMKilling|memory limit too low|[Mm]inimum memory limit|init-p: (?:broken pipe|connection reset)|"
    r"memory\.(?:limit_in_bytes|max)\S*: device or resource busy|[Mm]emory cgroup out of memory"
)
"""What a runtime says where even the start of a process needs more memory than the limit."""


def _memory(s: Situation, pod: Item) -> Iterator[Finding]:
    """Containers that were killed for their memory, at start or later."""
    workload = s.workload(pod)
    evidence: list[Piece] = []
    for name, status in statuses(pod):
        for state in ("state",) if _has_recovered(s, pod, status) else ("state", "lastState"):
            ended = mapping(status, f"{state}.terminated")
            if text(ended, "reason") == "OOMKilled":
                evidence += [s.quote(pod, "OOMKilled"), s.quote(pod, "memory:")]
            if _OUT_OF_MEMORY.search(text(ended, "message")):
                evidence.append(s.quote(pod, text(ended, "message")[:60]))
        if waiting_reason(status) == "OOMKilled":
            evidence.append(s.quote(pod, "OOMKilled", name))
    evidence += pieces(
        event
        for event in s.events(pod)
        if _OUT_OF_MEMORY.search(event.message) or event.reason == "OOMKilling"
    )
    said = [mark.piece() for mark in search(s.logs(workload), _NO_MEMORY, 2)] if _ends(pod) else []
    killed = [] if evidence or said else [*_killed(s, pod), *_tiny(s, pod)]
    if evidence or said or killed:
        yield finding(
            "out_of_memory", workload, f"{workload.kind} {workload.name} is killed at its memory limit.",
            0.95 if evidence else 0.85 if said else 0.62,
            "Raise resources.limits.memory to what the process needs, or make it need less.",
            [*evidence, *said, *killed], [pod],
            ("kubectl", "top", "pod", "-n", pod.namespace, "--containers"),
        )  # fmt: skip


_LONG_AGO = 6 * 3600.0
"""Seconds after which the end of a container that has run well since is over."""


def _has_recovered(s: Situation, pod: Item, status: Value) -> bool:
    ago = endings.restarted_ago(s, pod, status)
    return status.get("ready") is True and ago is not None and ago > _LONG_AGO


_NO_MEMORY = re.compile(
    r"java\.lang\.OutOfMemoryError|JavaScript heap out of memory|runtime: out of memory|"
    r"System\.OutOfMemoryException|[Cc]annot allocate memory|\bMemoryError\b"
)
"""What processes say that get no more memory."""
_SIGKILL = 137
_LEAST = 6 * 2.0**20
"""Bytes below which runtimes cannot even start a process; Docker refuses such limits."""


def _tiny(s: Situation, pod: Item) -> Iterator[Piece]:
    """A container that has never run under a limit with which none can start."""
    if _starts(pod):
        return
    for _, one in entries(pod.pod, "spec.containers"):
        limit = quantity(at(one, "resources.limits.memory"))
        if limit is not None and limit < _LEAST and text(pod.value, "spec.nodeName"):
            yield s.quote(pod, "memory:", field="spec.containers")


def _killed(s: Situation, pod: Item) -> Iterator[Piece]:
    """A container that somebody killed who was not the kubelet, as its events would tell: the kernel, at its limit."""
    events = s.events(pod)
    if not events or any(event.reason in ("Killing", "Unhealthy") for event in events):
        return
    limited = {
        text(one, "name")
        for _, one in entries(pod.pod, "spec.containers")
        if at(one, "resources.limits.memory") is not None
    }
    for name, status in statuses(pod):
        if (
            name in limited
            and at(status, "lastState.terminated.exitCode") == _SIGKILL
            and not status.get("ready")
        ):
            yield s.quote(pod, "Exit Code", str(_SIGKILL))


def _usage(s: Situation, pod: Item) -> Iterator[Finding]:
    """A pod that uses nearly all the memory that its containers may, by `kubectl top`."""
    used = quantity(at(pod.value, "usage.memory"))
    limits = [quantity(at(c, "resources.limits.memory")) for _, c in entries(pod.value, "spec.containers")]
    may = sum(limit for limit in limits if limit is not None)
    if used is not None and limits and None not in limits and used >= _NEARLY * may:
        workload = s.workload(pod)
        yield finding(
            "memory_growth", workload, f"{shown(pod)} uses {used / may:.0%} of the memory that it may.", 0.65,
            "Raise resources.limits.memory, or find what the process keeps.", [s.quote(pod, pod.name, "Mi")], [pod],
            ("kubectl", "top", "pod", pod.name, "-n", pod.namespace, "--containers"),
        )  # fmt: skip


def _start(s: Situation, pod: Item) -> Iterator[Finding]:
    """Containers whose process cannot be started."""
    workload = s.workload(pod)
    for event in s.events(pod, "Failed"):
        if _NO_COMMAND.search(event.message) and not _is_running(pod):
            yield finding("command_not_found", workload,
            f"{workload.kind} {workload.name} does not start: {event.message}",
                          0.92, "Correct command and args, or the image.", [event.piece()], [pod],
                          described(pod))  # fmt: skip
        elif _WRONG_FORMAT.search(event.message) and not _is_running(pod):
            yield _for_another_platform(workload, pod, event.message, event.piece())
        elif "runAsNonRoot" in event.message or "must be runAsNonRoot" in event.message:
            yield finding("security_context_refused", workload,
            f"{workload.kind} {workload.name} does not start: {event.message}",
                          0.92, "Set runAsUser to a user of the image, or build the image for one.",
                          [event.piece()], [pod],
                          described(pod))  # fmt: skip

    if _ends(pod):
        yield from _said_at_start(s, workload, pod)


_WRONG_FORMAT = re.compile(r"(?i)exec format error")
_NO_SUCH_COMMAND = re.compile(r"(?i)not found|no such file or directory|permission denied")
_BY_SHELL = (126, 127)
"""Exit codes of a shell for a command that may not be executed or does not exist."""


def _said_at_start(s: Situation, workload: Item, pod: Item) -> Iterator[Finding]:
    """What the log holds where the process itself could not be started."""
    for mark in search(s.logs(workload), _WRONG_FORMAT, 1):
        yield _for_another_platform(workload, pod, mark.line.strip(), mark.piece())
    codes = {
        at(status, f"{state}.terminated.exitCode")
        for _, status in statuses(pod)
        for state in ("state", "lastState")
    }
    for mark in search(s.logs(workload), _NO_SUCH_COMMAND, 1) if codes & set(_BY_SHELL) else ():
        yield finding(
            "command_not_found", workload, f"{workload.kind} {workload.name} does not start: {mark.line.strip()}", 0.88,
            "Correct command and args, or the image.", [mark.piece(), s.quote(pod, "Exit Code")], [pod], described(pod),
        )  # fmt: skip


def _for_another_platform(workload: Item, pod: Item, said: str, piece: Piece) -> Finding:
    return finding(
        "image_platform_unmatched", workload, f"{workload.kind} {workload.name} does not start: {said}", 0.92,
        "Build the image for the node's platform, or choose other nodes.", [piece], [pod], described(pod),
    )  # fmt: skip


def _volumes(s: Situation, pod: Item) -> Iterator[Finding]:
    """Volumes that cannot be attached, mounted or used."""
    workload = s.workload(pod)
    if not _starts(pod):
        for event in s.events(pod, "FailedMount", "FailedAttachVolume"):
            if _MISSING.search(event.message) or _is_own_volume(event.message):
                continue
            term, fix = _mount_failure(event.message)
            yield finding(term, workload, f"{workload.kind} {workload.name} waits for a volume: {event.message}", 0.85,
                          fix, [event.piece()], [pod], described(pod))  # fmt: skip
        for event in s.events(pod, "Failed", "FailedCreatePodSandBox"):
            if _MOUNT.search(event.message) and _DENIED.search(event.message):
                yield finding("volume_permission_denied", workload,
                f"{workload.kind} {workload.name} does not start: {event.message}", 0.85, _OWN,
                              [event.piece()], [pod], described(pod))  # fmt: skip
    if _ends(pod):
        for mark in search(s.logs(workload), _DENIED, 2):
            if mounts(workload):
                yield finding(
                    "volume_permission_denied", workload, f"{workload.kind} {workload.name} ends: {mark.line}", 0.85,
                    _OWN,
                    [mark.piece(), s.quote(pod, "Exit Code"), s.quote(pod, _mounted(workload))], [pod], described(pod),
                )  # fmt: skip
                break


_OWN = "Let the process own its volume: securityContext.fsGroup and runAsUser, or the directory's mode."
_MOUNT = re.compile(r"(?i)\bmount|volume")


def _mount_failure(message: str) -> tuple[str, str]:
    """The term for a volume that cannot be mounted, and what to do."""
    if "Multi-Attach" in message:
        return "volume_attach_conflict", "Release the volume from the other node."
    if _DENIED.search(message) or "access denied by server" in message:
        return "volume_permission_denied", _OWN
    return "volume_mount_failed", "See what the volume's plugin says."


_DENIED = re.compile(
    r"(?i)permission denied|EACCES|operation not permitted|read-only file system|nio\.file\.AccessDeniedException|"
    r"access to the path .{1,300} is denied"
)


def _is_own_volume(message: str) -> bool:
    """The token volume that every pod has: it is late for a moment when a pod is new."""
    return "kube-api-access" in message


def mounts(workload: Item) -> list[str]:
    """The names of volumes with data that a workload mounts; tokens and configuration are none."""
    return [
        text(volume, "name") for _, volume in entries(workload.pod, "spec.volumes") if volume.keys() & _DATA
    ]


_DATA = {"persistentVolumeClaim", "hostPath", "nfs", "emptyDir", "csi"}


def _mounted(workload: Item) -> str:
    return f"from {mounts(workload)[0]}"


def _starts(pod: Item) -> bool:
    return any(
        at(status, state) is not None
        for _, status in statuses(pod)
        for state in ("state.running", "lastState.terminated")
    )


def _is_running(pod: Item) -> bool:
    return all(at(status, "state.running") is not None for _, status in statuses(pod))


def _ends(pod: Item) -> bool:
    return any(
        waiting_reason(status) in ("CrashLoopBackOff", "Error", "RunContainerError")
        or number(status, "restartCount") > 0
        for _, status in statuses(pod)
    )
