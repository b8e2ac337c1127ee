"""The rollouts that a cluster itself remembers: ReplicaSets of Deployments, ControllerRevisions of other workloads."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cluster.changes.authors import reason, through
from cluster.changes.fields import differences
from cluster.changes.model import Action, Change, ChangeType, FieldChange, Origin
from cluster.changes.noise import without_hashes
from cluster.changes.types import type_of_field
from cluster.values import entries, mapping, moment, text
from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

_REVISION = "deployment.kubernetes.io/revision"
_REVISION_FIELD = f"metadata.annotations.{_REVISION}"
_HISTORY = "deployment.kubernetes.io/revision-history"


@dataclass(frozen=True, slots=True)
class _Revision:
    """One revision of a workload's pod template; `at` is when it became the one in force, None where unknown."""

    number: int
    at: datetime | None
    template: Mapping[str, Any]
    found: ObservedObject


def rollouts(
    revisions: Iterable[ObservedObject], owners: Mapping[ResourceRef, ObservedObject]
) -> list[Change]:
    """The changes from each revision to the next, of workloads that are in `owners`."""
    by_owner: dict[ResourceRef, list[_Revision]] = defaultdict(list)
    for one in revisions:
        owner, revision = _owner(one), _revision(one)
        if owner is not None and owner in owners and revision is not None:
            by_owner[owner].append(revision)
    return [
        change
        for owner, found in by_owner.items()
        for before, after in itertools.pairwise(sorted(found, key=lambda one: one.number))
        for change in _changes(owners[owner], before, after)
    ]


def _changes(owner: ObservedObject, before: _Revision, after: _Revision) -> Iterator[Change]:
    if after.at is None:
        return
    found = list(differences(before.template, after.template, "spec.template"))
    documents = tuple(dict.fromkeys(
        ident for ident in (owner.document_id, before.found.document_id, after.found.document_id) if ident
    ))  # fmt: skip
    for kind, fields in by_type(owner.kind, found).items():
        yield Change(
            after.at, kind, Action.CHANGED, owner.ref, tuple(fields), "", through(owner), reason(after.found),
            None, Origin.ROLLOUT, documents,
        )  # fmt: skip


def by_type(kind: str, fields: Iterable[FieldChange]) -> dict[ChangeType, list[FieldChange]]:
    """The fields of an object of this kind by the type of their change."""
    found: dict[ChangeType, list[FieldChange]] = defaultdict(list)
    for one in fields:
        found[type_of_field(kind, one.path)].append(one)
    return found


def _owner(one: ObservedObject) -> ResourceRef | None:
    for _, owner in entries(one.metadata, "ownerReferences"):
        if owner.get("controller") is True and text(owner, "kind") and text(owner, "name"):
            return ResourceRef(text(owner, "kind"), text(owner, "name"), one.ref.namespace, one.cluster)
    return None


def _revision(one: ObservedObject) -> _Revision | None:
    annotations = mapping(one.metadata, "annotations")
    if one.kind == "ReplicaSet":
        number, template = annotations.get(_REVISION), mapping(one.value, "spec.template")
        at = _in_force_since(one, returned=bool(annotations.get(_HISTORY)))
    else:
        number, template = one.value.get("revision"), mapping(one.value, "data.spec.template")
        at = moment(one.metadata, "creationTimestamp")
    try:
        counted = int(str(number))
    except ValueError:
        return None
    return _Revision(counted, at, without_hashes(template), one) if template else None


def _in_force_since(one: ObservedObject, *, returned: bool) -> datetime | None:
    """When a ReplicaSet became the newest: made then, or after a rollback when its revision was written last."""
    if not returned:
        return moment(one.metadata, "creationTimestamp")
    # The controller writes it again with each scaling, but then the time is at least not before the rollback.
    written = [
        manager.at for manager in one.managers if manager.at is not None and _REVISION_FIELD in manager.fields
    ]
    return max(written, default=None)
