"""What commits changed: values of Terraform, and objects in manifests, with author and time of each commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.changes.fields import differences
from cluster.changes.model import Action, Change, ChangeType, FieldChange, Origin
from cluster.changes.noise import essence, is_told
from cluster.changes.rollouts import by_type
from cluster.changes.types import type_of_whole
from connectors.documents import ANY, ResourceRef
from connectors.filetree.versions import FileChange
from connectors.formats.yaml_tree import load
from connectors.kubernetes.manifests import KubernetesObject, read
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.versions import Declared, values_of

KIND = "Terraform"
_SHORT = 10


def of_terraform(change: FileChange, declared: Iterable[Declared]) -> Iterator[Change]:
    """The blocks of a Terraform file, or the file of values, whose values a commit changed."""
    known = list(declared)
    old, new = (values_of(change.path, text, known) for text in (change.old, change.new))
    for address in dict.fromkeys([*old, *new]):
        before, after = old.get(address, {}), new.get(address, {})
        fields = tuple(
            FieldChange(path, before.get(path), after.get(path))
            for path in dict.fromkeys([*before, *after])
            if before.get(path) != after.get(path)
        )
        if fields or (address in old) != (address in new):
            yield _change(
                change, ChangeType.TERRAFORM, _action(address, old, new), ResourceRef(KIND, address), fields
            )


def of_manifests(change: FileChange, cluster: str = ANY) -> Iterator[Change]:
    """The objects of a file of manifests that a commit changed, as of `cluster`."""
    old, new = (dict(_objects(text, cluster)) for text in (change.old, change.new))
    for ref in dict.fromkeys([*old, *new]):
        before, after = old.get(ref), new.get(ref)
        found = after or before
        if found is None or not is_told(found):
            continue
        if before is None or after is None:
            action = _action(ref, old, new)
            yield _change(change, type_of_whole(ref.kind, action), action, ref, ())
            continue
        for kind, fields in by_type(ref.kind, differences(essence(before), essence(after))).items():
            yield _change(change, kind, Action.CHANGED, ref, tuple(fields))


def _objects(text: str, cluster: str) -> Iterator[tuple[ResourceRef, ObservedObject]]:
    for found in read(load(text)) if text.strip() else ():
        if isinstance(found, KubernetesObject) and found.name:
            ref = ResourceRef(found.kind, found.name, found.namespace or ANY, cluster)
            yield ref, ObservedObject(cluster, "", "", found.value)


def _action(key: Any, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Action:
    if key not in old:
        return Action.ADDED
    return Action.CHANGED if key in new else Action.REMOVED


def _change(
    change: FileChange, kind: ChangeType, action: Action, ref: ResourceRef, fields: tuple[FieldChange, ...]
) -> Change:
    return Change(
        change.at, kind, action, ref, fields if action is Action.CHANGED else (), change.author,
        f"commit {change.commit[:_SHORT]} of {change.path}", change.subject, origin=Origin.COMMIT,
    )  # fmt: skip
