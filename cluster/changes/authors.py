"""Who changed something, and when: field managers, and the tools whose marks objects carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cluster.changes.model import FieldChange
from cluster.values import mapping
from connectors.kubernetes.observed import FieldManager, ObservedObject

HELM_RELEASE = "meta.helm.sh/release-name"
ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
CAUSE = "kubernetes.io/change-cause"


def author(
    found: ObservedObject, fields: Sequence[FieldChange], since: datetime | None
) -> FieldManager | None:
    """The manager that wrote most of the fields after `since`, the latest of several; None where nobody is known."""
    best: tuple[int, datetime] | None = None
    chosen: FieldManager | None = None
    for one in found.managers:
        if one.at is None or (since is not None and one.at < since) or one.subresource == "status":
            continue
        wrote = sum(_wrote(one.fields, field.path) for field in fields)
        if wrote and (best is None or (wrote, one.at) > best):
            best, chosen = (wrote, one.at), one
    return chosen


def _wrote(owned: Iterable[str], path: str) -> bool:
    """Whether a manager owns the field, something in it, or all of what it stands in."""
    return any(
        path == one or path.startswith((f"{one}.", f"{one}[")) or one.startswith((f"{path}.", f"{path}["))
        for one in owned
    )


def through(found: ObservedObject) -> str:
    """`Helm release cart, chart shop-service-1.4.2` or `Argo CD application cart`; '' where no mark says so."""
    annotations, labels = mapping(found.metadata, "annotations"), mapping(found.metadata, "labels")
    tracking = annotations.get(ARGO_TRACKING)
    if isinstance(tracking, str) and tracking:
        return f"Argo CD application {tracking.partition(':')[0]}"
    release, chart = annotations.get(HELM_RELEASE), labels.get("helm.sh/chart")
    if isinstance(release, str) and release:
        return f"Helm release {release}" + (f", chart {chart}" if isinstance(chart, str) else "")
    return ""


def reason(found: ObservedObject) -> str:
    """What was noted as the cause of the newest rollout."""
    value = mapping(found.metadata, "annotations").get(CAUSE)
    return value if isinstance(value, str) else ""
