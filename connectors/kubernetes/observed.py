"""A Kubernetes object as it was seen, and who wants to be told of it.

Documents are for people to search. What draws the cluster, compares it with itself and reads its state needs
the values: a connector hands each object it sees to an `ObjectObserver`, besides yielding its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.documents import ANY, ResourceRef


@dataclass(frozen=True, slots=True)
class FieldManager:
    """Who last wrote some fields of an object: an entry of `metadata.managedFields`, its fields as dotted paths."""

    name: str
    operation: str
    at: datetime | None = None
    subresource: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObservedObject:
    """One object with its value: credentials masked, without `managedFields` and the copy that `apply` keeps.

    `cluster` is the name people know it by (`*` for manifests of no known cluster). `document_id` is the
    document made from it, which also says who may read it. `declared` is true for a manifest in a file: what
    somebody wrote, not what runs.
    """

    cluster: str
    source: str
    document_id: str
    value: Mapping[str, Any]
    observed_at: datetime | None = None
    managers: tuple[FieldManager, ...] = ()
    declared: bool = False
    ref: ResourceRef = field(init=False)

    def __post_init__(self) -> None:
        ref = ResourceRef(self.kind, self.name, self.namespace or ANY, self.cluster)
        object.__setattr__(self, "ref", ref)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """`metadata`, or an empty mapping."""
        found = self.value.get("metadata")
        return found if isinstance(found, Mapping) else {}

    @property
    def api_version(self) -> str:
        """`apps/v1`."""
        return str(self.value.get("apiVersion") or "")

    @property
    def group(self) -> str:
        """`apps`, '' for the core API."""
        return self.api_version.rpartition("/")[0]

    @property
    def kind(self) -> str:
        """`Deployment`."""
        return str(self.value.get("kind") or "")

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """Its namespace, '' where it has none."""
        return str(self.metadata.get("namespace") or "")

    @property
    def uid(self) -> str:
        """The server's id of this very object, '' for a manifest."""
        return str(self.metadata.get("uid") or "")


class ObjectObserver(Protocol):
    """Is told what a crawl or a watch sees of clusters. Calls of one crawl come from one thread, in this order."""

    def begin(self, source: str) -> None:
        """A crawl of the source starts: what it does not name from now on may be gone."""
        ...

    def saw(self, found: ObservedObject) -> None:
        """The object is there with this value now (an `Event` is an object too); most are as they were."""
        ...

    def complete(self, source: str, api_version: str, kind: str) -> None:
        """All objects of a kind have been named since `begin`: the others of that kind are gone."""
        ...

    def gone(self, source: str, ref: ResourceRef, at: datetime) -> None:
        """A watch saw the object being deleted."""
        ...
