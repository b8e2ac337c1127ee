"""What a change is: an object, what kind of thing was changed, field by field, when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.documents import ANY, ResourceRef


class ChangeType(StrEnum):
    """What was changed."""

    IMAGE = "image"
    CONFIGURATION = "configuration"
    SCALE = "scale"
    RESOURCES = "resources"
    PROBE = "probe"
    ENVIRONMENT = "environment"
    SELECTOR = "selector"
    NODE_JOINED = "node joined"
    NODE_LEFT = "node left"
    NODE_CORDONED = "node cordoned"
    TOPOLOGY = "topology"
    RBAC = "rbac"
    TERRAFORM = "terraform"
    OTHER = "other"


class Action(StrEnum):
    """What happened to the object."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Origin(StrEnum):
    """How the change is known: two kept versions of the object differ, the cluster's own history or a commit tells."""

    VERSIONS = "versions"
    ROLLOUT = "rollout history"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; None: it was not there. Of a text of several lines, the lines that differ."""

    path: str
    old: Any = None
    new: Any = None

    def to_json(self) -> dict[str, Any]:
        """The field in the public form."""
        return {"path": self.path, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object.

    It happened at `at`; where `after` is given, only between `after` and `at`, when it was seen. `by` is the field
    manager, controller or author of a commit that made it, `through` the Helm release or Argo CD application that the
    object belongs to, or the commit, `reason` what was written down with it. `documents` are the ids of all documents
    that the change tells of.
    """

    at: datetime
    type: ChangeType
    action: Action
    ref: ResourceRef
    fields: tuple[FieldChange, ...] = ()
    by: str = ""
    through: str = ""
    reason: str = ""
    after: datetime | None = None
    origin: Origin = Origin.VERSIONS
    documents: tuple[str, ...] = ()

    @property
    def object(self) -> str:
        """`Deployment/shop/cart`, `Node/worker-1`."""
        ref = self.ref
        return "/".join(part for part in (ref.kind, ref.namespace, ref.name) if part and part != ANY)

    @property
    def text(self) -> str:
        """The change as a sentence without time and place."""
        from cluster.changes.wording import sentence

        return sentence(self)

    def to_json(self) -> dict[str, Any]:
        """The change in the public form."""
        return {
            "at": self.at.isoformat(), "after": self.after.isoformat() if self.after else None,
            "type": str(self.type), "action": str(self.action), "object": self.object,
            "kind": self.ref.kind, "name": self.ref.name,
            "namespace": None if self.ref.namespace == ANY else self.ref.namespace, "cluster": self.ref.cluster,
            "text": self.text, "fields": [one.to_json() for one in self.fields], "by": self.by,
            "through": self.through, "reason": self.reason, "origin": str(self.origin),
            "document_id": self.documents[0] if self.documents else "",
        }  # fmt: skip
