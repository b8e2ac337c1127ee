"""Revisions that do not work: containers that start and end again since the pod template was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cluster.changes import Action, Change, ChangeType
from cluster.edges.base import Item
from cluster.values import at, moment, number
from connectors.documents import ANY
from incidents.checks.base import finding, pieces
from incidents.evidence import Piece, PieceType
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses, waiting_reason

_TEMPLATE = "spec.template.spec."
_TYPES = (ChangeType.IMAGE, ChangeType.ENVIRONMENT, ChangeType.CONFIGURATION)
"""Changes of a template that can make a process end; the first of these that changed is blamed."""
_SLACK = timedelta(seconds=5)


def check(s: Situation) -> Iterator[Finding]:
    """Workloads whose pods crash, where all that crash were made after a change of the template."""
    for workload in s.workloads:
        changes = [one for one in s.evidence.changes if _is_of(one, workload)]
        crashing = [pod for pod in s.pods_of(workload) if not is_ready(pod) and _crashes(pod)]
        blamed = _blamed(changes, crashing)
        if blamed is not None:
            yield _finding(s, workload, blamed, crashing)


def _is_of(change: Change, workload: Item) -> bool:
    ref = change.ref
    place = "" if ref.namespace == ANY else ref.namespace
    return (
        (ref.kind, place, ref.name) == (workload.kind, workload.namespace, workload.name)
        and change.action is Action.CHANGED
        and any(one.path.startswith(_TEMPLATE) for one in change.fields)
    )


def _crashes(pod: Item) -> bool:
    """Whether a container of the pod has started and ended with a failure."""
    return any(
        (waiting_reason(status) == "CrashLoopBackOff" or number(status, "restartCount") > 0)
        and at(status, "lastState.terminated.exitCode") not in (None, 0)
        for _, status in statuses(pod)
    )


def _blamed(changes: Sequence[Change], crashing: Sequence[Item]) -> Change | None:
    """The newest change of the template that is older than every pod that crashes."""
    born = [moment(pod.value, "metadata.creationTimestamp") for pod in crashing]
    made = [one for one in born if one is not None]
    if not made or len(made) < len(born):
        return None
    before = [
        one for one in changes if one.type in _TYPES and (one.after or one.at) <= min(made) + _SLACK
    ]  # fmt: skip
    return max(before, key=lambda one: (one.at, -_TYPES.index(one.type)), default=None)


def _finding(s: Situation, workload: Item, change: Change, crashing: Sequence[Item]) -> Finding:
    pod = crashing[0]
    codes = sorted({str(code) for one in crashing for _, status in statuses(one)
                    if (code := at(status, "lastState.terminated.exitCode")) not in (None, 0)})  # fmt: skip
    return finding(
        "revision_broken", workload,
        f"{shown(workload)} crashes since its {change.type} was changed: {len(crashing)} of its pods, all made after "
        f"the change, are not ready and end with exit code {', '.join(codes)}.",
        0.85, "Go back to the revision before, then find out what is wrong with the new one.",
        [Piece(PieceType.CHANGE, change.text, change.object, change.at),
         *pieces(s.events(pod, "BackOff")[:1]), s.quote(pod, "exitCode"), s.quote(pod, "CrashLoopBackOff")],
        crashing,
        ("kubectl", "logs", pod.name, "-n", pod.namespace, "--previous", "--tail=50"),
    )  # fmt: skip
