"""A change in words."""

from __future__ import annotations

from typing import Any

from cluster.changes.model import Action, Change, ChangeType, FieldChange

_MOST_FIELDS = 3
_LONGEST = 120
_DONE = {Action.ADDED: "was created", Action.REMOVED: "was deleted"}
_NODES = {
    ChangeType.NODE_JOINED: "joined the cluster",
    ChangeType.NODE_LEFT: "left the cluster",
}


def sentence(change: Change) -> str:
    """`image of containers[app] from a:1 to a:2, by helm (Helm release cart)`, with the object in front."""
    said = f"{change.ref.kind} {change.ref.name}: {_what(change)}"
    if change.by:
        said += f", by {change.by}"
    if change.through:
        said += f" ({change.through})"
    return f"{said}: {short(change.reason)}" if change.reason else said


def _what(change: Change) -> str:
    if change.type in _NODES:
        return _NODES[change.type]
    if change.action is not Action.CHANGED and not change.fields:
        return _DONE[change.action]
    if change.type is ChangeType.NODE_CORDONED:
        return "cordoned" if any(one.new is True for one in change.fields) else "uncordoned"
    told = "; ".join(_field(one) for one in change.fields[:_MOST_FIELDS])
    more = len(change.fields) - _MOST_FIELDS
    return f"{change.type} changed: {told}" + (f" and {more} more fields" if more > 0 else "")


def _field(one: FieldChange) -> str:
    path = one.path.removeprefix("spec.template.spec.").removeprefix("spec.")
    if one.old is None:
        return f"{path} set to {short(one.new)}"
    if one.new is None:
        return f"{path} removed (was {short(one.old)})"
    return f"{path} from {short(one.old)} to {short(one.new)}"


def short(value: Any) -> str:
    """The value on one line, cut where it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
