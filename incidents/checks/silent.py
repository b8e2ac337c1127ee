"""Containers that end and leave no word: what their exit code and what they are given leave as causes.

Nothing here is sure. A process that ends by itself soon after its start does not get what it needs; which of its
needs that is, only its log would tell. The candidates are what remains, the likelier ones first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import at, entries, mapping, text
from incidents.checks.base import finding
from incidents.checks.containers import mounts
from incidents.checks.databases import secrets
from incidents.checks.secrets import key_of
from incidents.finding import Finding
from incidents.situation import Situation, shown, statuses, waiting_reason

_LOOPS = ("CrashLoopBackOff", "Error")
_KILLED = 137
_LOGIN = ("PASSWORD", "PASSWD", "PWD", "USER", "USERNAME")
_BY_CODE = {
    127: (("command_not_found", 0.75, "a shell ends so when a command does not exist"),),
    126: (("command_not_found", 0.7, "a shell ends so when a command may not be executed"),),
    _KILLED: (
        ("out_of_memory", 0.5, "it was killed, as happens at a memory limit"),
        ("liveness_probe_wrong_timing", 0.45, "it was killed, as happens when a liveness probe fails"),
    ),
}
_FIX = "Read the log of the container before the restart; none was kept here."


def check(s: Situation) -> Iterator[Finding]:
    """Workloads whose containers end again and again, where no log of theirs is there."""
    for workload in s.workloads:
        pods = s.pods_of(workload)
        ended = next((found for pod in pods for found in _ended(pod)), None)
        if ended is None or any(log.lines for log in s.logs(workload)):
            continue
        pod, container, code = ended
        for term, confidence, why in _BY_CODE.get(code, ()) or _needs(s, workload):
            yield finding(
                term, workload,
                f"{f'The container {container}' if container else 'A container'} of {shown(workload)} ends with exit "
                f"code {code} and left no log. It may be "
                f"this: {why}.",
                confidence, _FIX, [s.quote(pod, "Exit Code", str(code), field="status.containerStatuses")], pods,
                ("kubectl", "logs", pod.name, "-n", pod.namespace, "-c", container, "--previous", "--tail=50"),
            )  # fmt: skip


def _ended(pod: Item) -> Iterator[tuple[Item, str, int]]:
    """The containers of a pod that end again and again with a failure, and their exit codes."""
    for name, status in statuses(pod):
        code = at(status, "lastState.terminated.exitCode")
        if code is None:
            code = at(status, "state.terminated.exitCode")
        again = (
            waiting_reason(status) in _LOOPS or at(status, "state.terminated") or status.get("restartCount")
        )
        # Who was killed at a limit said so: nothing is left to guess.
        told = text(mapping(status, "lastState.terminated"), "reason") == "OOMKilled"
        if again and not told and status.get("ready") is not True and isinstance(code, int) and code != 0:
            yield pod, name, code


def _needs(s: Situation, workload: Item) -> Iterator[tuple[str, float, str]]:
    """What a process that ends by itself may not get, by what it is given."""
    logins = [name for name in secrets(workload) if _is_login(s, workload, name)]
    if logins:
        yield (
            "database_credentials_wrong", 0.5,
            f"it logs in with the Secret {logins[0]}, and the credentials are refused",
        )  # fmt: skip
        yield "database_port_wrong", 0.47, f"it connects with the Secret {logins[0]}, and its port is wrong"
    volumes = mounts(workload)
    claims = [
        text(volume, "name")
        for _, volume in entries(workload.pod, "spec.volumes")
        if mapping(volume, "persistentVolumeClaim")
    ]
    if claims or volumes:
        yield (
            "volume_permission_denied", 0.49 if claims else 0.44,
            f"it may not write to its volume {(claims or volumes)[0]}",
        )  # fmt: skip
    names = {
        text(one, "name") for pod in s.pods_of(workload) for _, one in entries(pod.value, "spec.containers")
    }
    if len(names) > 1:
        yield "sidecar_port_conflict", 0.45, "another container of its pod has its port"


def _is_login(s: Situation, workload: Item, name: str) -> bool:
    """Whether a Secret holds what one logs in with, by the names of its keys."""
    secret = s.cluster.get("Secret", name, workload.namespace)
    keys = mapping(secret.value, "sizes") or mapping(secret.value, "data") if secret else {}
    return any(key_of(name, str(key)).rpartition("_")[2] in _LOGIN for key in keys)
