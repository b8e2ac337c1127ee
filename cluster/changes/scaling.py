"""Scaling that an autoscaler did, told as its doing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cluster.changes.model import Action, Change, ChangeType
from cluster.values import at, text
from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

AUTOSCALERS = frozenset({"HorizontalPodAutoscaler"})
_CONTROLLER = "kube-controller-manager"
_FIELD = "spec.replicas"


def told_as_scaling(changes: Iterable[Change], autoscalers: Iterable[ObservedObject]) -> list[Change]:
    """The changes; replicas that an autoscaler set within its bounds are changed by it, not by a controller."""
    by_target = {target: one for one in autoscalers if (target := _target(one)) is not None}
    return [_told(change, by_target.get(change.ref)) for change in changes]


def _told(change: Change, autoscaler: ObservedObject | None) -> Change:
    if autoscaler is None or change.type is not ChangeType.SCALE or change.action is not Action.CHANGED:
        return change
    # Its controller runs in the controller manager; whoever else is named did it by hand.
    if change.by not in ("", _CONTROLLER) or [one.path for one in change.fields] != [_FIELD]:
        return change
    wanted = change.fields[0].new
    most = at(autoscaler.value, "spec.maxReplicas")
    least = at(autoscaler.value, "spec.minReplicas")
    low = least if isinstance(least, int) else 1
    if not isinstance(wanted, int) or not isinstance(most, int) or not low <= wanted <= most:
        return change
    documents = tuple(dict.fromkeys((*change.documents, autoscaler.document_id)))
    return replace(change, by=f"{autoscaler.kind} {autoscaler.name}", documents=documents)


def _target(one: ObservedObject) -> ResourceRef | None:
    kind, name = text(one.value, "spec.scaleTargetRef.kind"), text(one.value, "spec.scaleTargetRef.name")
    return ResourceRef(kind, name, one.ref.namespace, one.cluster) if kind and name else None
