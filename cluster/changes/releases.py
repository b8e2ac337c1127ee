"""What deployment tools remember in the cluster: releases of Helm, syncs of Argo CD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.changes.model import Action, Change, ChangeType, FieldChange, Origin
from cluster.values import entries, mapping, moment, text
from connectors.kubernetes.observed import ObservedObject

_RELEASE = "helm.sh/release.v1"
_ARGO = "argoproj.io"
_SHORT = 12


def is_release(found: ObservedObject) -> bool:
    """Whether the object is a note of Helm: a Secret that holds one revision of a release."""
    return found.kind == "Secret" and text(found.value, "type") == _RELEASE


def releases(objects: Iterable[ObservedObject]) -> Iterator[Change]:
    """Every revision of a Helm release, and every sync that an Argo CD Application remembers."""
    for one in objects:
        if is_release(one):
            yield from _helm(one)
        elif one.kind == "Application" and one.group == _ARGO:
            yield from _argo(one)


def _helm(one: ObservedObject) -> Iterator[Change]:
    labels = mapping(one.metadata, "labels")
    name, number = text(labels, "name"), text(labels, "version")
    created = moment(one.metadata, "creationTimestamp")
    if name and number and created is not None:
        field = FieldChange("revision", None, number)
        yield Change(
            created, ChangeType.OTHER, Action.CHANGED, one.ref, (field,), "helm", f"Helm release {name}",
            origin=Origin.ROLLOUT, documents=(one.document_id,),
        )  # fmt: skip


def _argo(one: ObservedObject) -> Iterator[Change]:
    before: str | None = None
    for _, entry in entries(one.value, "status.history"):
        revision, deployed = text(entry, "revision"), moment(entry, "deployedAt")
        if not revision or deployed is None:
            continue
        by = text(entry, "initiatedBy.username") or "argocd"
        field = FieldChange("revision", before and before[:_SHORT], revision[:_SHORT])
        yield Change(
            deployed, ChangeType.OTHER, Action.CHANGED, one.ref, (field,), by, f"Argo CD application {one.name}",
            origin=Origin.ROLLOUT, documents=(one.document_id,),
        )  # fmt: skip
        before = revision
