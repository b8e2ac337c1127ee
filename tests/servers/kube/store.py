"""The objects, every change of them, and the resourceVersion that counts the changes."""

from __future__ import annotations

import bisect
import copy
import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.servers.kube.convert import to_keep
from tests.servers.kube.patches import merge_patch
from tests.servers.kube.resources import Registry, Resource, defined_by, guessed

Json = dict[str, Any]
Key = tuple[str, str]
Home = tuple[str, str]
_BATCH = 200


class Record:
    """An object as it is kept; its texts are written once. Never change `obj`."""

    def __init__(self, obj: Json) -> None:
        self.obj = obj
        self._texts: dict[tuple[str, bool], str] = {}

    def text(self, name: str, bare: bool, made: Callable[[Json], Json]) -> str:
        """Its JSON as `made` gives it for the version `name`; `bare` of kind and version, as items of lists are."""
        if (name, bare) not in self._texts:
            shown = made(self.obj)
            if bare:
                shown = {key: value for key, value in shown.items() if key not in ("kind", "apiVersion")}
            self._texts[name, bare] = json.dumps(shown, separators=(",", ":"))
        return self._texts[name, bare]


class Generated(Record):
    """An object made anew each time it is looked at: a hundred thousand of them need no memory."""

    def __init__(self, number: int, make: Callable[[int], Json]) -> None:
        self._number = number
        self._make = make

    @property
    def obj(self) -> Json:  # type: ignore[override]
        """The object."""
        return self._make(self._number)

    def text(self, name: str, bare: bool, made: Callable[[Json], Json]) -> str:
        """Its JSON, not kept."""
        return Record(self.obj).text(name, bare, made)


@dataclass(frozen=True)
class Change:
    """What happened at a resourceVersion: `before` is None for a new object, `after` for a deleted one."""

    version: int
    home: Home
    key: Key
    before: Record | None
    after: Record | None


class Table:
    """The objects of a kind, in the order of lists."""

    def __init__(self) -> None:
        self.records: dict[Key, Record] = {}
        self._order: list[Key] | None = None

    def set(self, key: Key, record: Record | None) -> None:
        """Keeps or drops an object."""
        if record is None:
            del self.records[key]
            self._order = None
        else:
            if key not in self.records:
                self._order = None
            self.records[key] = record

    def order(self) -> list[Key]:
        """The keys as lists sort them."""
        if self._order is None:
            self._order = sorted(self.records)
        return self._order


class Store:
    """All objects of a cluster. `changed` is held while it changes and notified after."""

    def __init__(self, registry: Registry | None = None) -> None:
        self.registry = registry or Registry()
        self.changed = threading.Condition(threading.RLock())
        self.version = 1
        self.oldest = 1  # what happened before it is forgotten
        self._tables: dict[Home, Table] = {}
        self._log: list[Change] = []

    def put(self, given: Mapping[str, Any]) -> Json:
        """Creates or replaces an object; gives it as it is kept."""
        obj = copy.deepcopy(dict(given))
        if obj.get("kind") == "CustomResourceDefinition":
            for resource in defined_by(obj):
                self.registry.add(resource)
        with self.changed:
            resource = self._resource(obj)
            obj = to_keep(obj, resource)
            key = self._key(obj, resource)
            before = self.find(resource, key)
            self._complete(obj, before)
            self._change(resource.home, key, before, Record(obj))
        return copy.deepcopy(obj)

    def patch(self, kind: str, name: str, change: Json, namespace: str = "", group: str = "") -> Json:
        """Merges `change` into an object (RFC 7386); gives it as it is kept."""
        with self.changed:
            return self.put(merge_patch(self.get(kind, name, namespace, group), change))

    def delete(self, kind: str, name: str, namespace: str = "", group: str = "") -> None:
        """Deletes an object."""
        with self.changed:
            resource = self.registry.named(kind, group)
            key = self._place(resource, namespace, name)
            before = self.find(resource, key)
            if before is None:
                raise LookupError(f"no {kind} {name!r} in {namespace!r}")
            self._change(resource.home, key, before, None)
            if kind == "CustomResourceDefinition":
                spec = before.obj["spec"]
                self.registry.remove(spec["group"], spec["names"]["plural"])

    def get(self, kind: str, name: str, namespace: str = "", group: str = "") -> Json:
        """A copy of an object."""
        resource = self.registry.named(kind, group)
        record = self.find(resource, self._place(resource, namespace, name))
        if record is None:
            raise LookupError(f"no {kind} {name!r} in {namespace!r}")
        return copy.deepcopy(record.obj)

    def load(self, obj: Json) -> None:
        """Takes a server's own object as it is, with its resourceVersion; before anything is served."""
        if obj.get("kind") == "CustomResourceDefinition":
            for one in defined_by(obj):
                self.registry.add(one)
        resource = self._resource(obj)
        self.table(resource.home).set(self._key(obj, resource), Record(obj))
        self.version = max(self.version, int(obj["metadata"]["resourceVersion"]) + 1)
        self.oldest = self.version

    def generate(self, kind: str, number: int, make: Callable[[int], Json], *, group: str = "") -> None:
        """Adds `number` objects that `make(n)` gives, each made anew whenever it is needed."""
        resource = self.registry.named(kind, group)
        for index in range(number):
            metadata = make(index)["metadata"]
            key = (metadata.get("namespace", ""), metadata["name"])
            self.table(resource.home).set(key, Generated(index, make))

    def compact(self) -> None:
        """Forgets the past: older resourceVersions and continue tokens expire."""
        with self.changed:
            self._log.clear()
            self.version += 1
            self.oldest = self.version

    def table(self, home: Home) -> Table:
        """The objects of a kind."""
        return self._tables.setdefault(home, Table())

    def find(self, resource: Resource, key: Key) -> Record | None:
        """An object by (namespace or nothing, name)."""
        return self.table(resource.home).records.get(key)

    def records(self, resource: Resource, namespace: str = "") -> Iterator[Record]:
        """The objects of a kind now, in order."""
        return (record for _, record in self.items(resource, namespace))

    def items(
        self, resource: Resource, namespace: str = "", after: Key | None = None, version: int | None = None
    ) -> Iterator[tuple[Key, Record]]:
        """The objects of a kind as they were at `version` (now), in order, behind `after`."""
        with self.changed:
            at = self.version if version is None else version
            table = self.table(resource.home)
            undone = self._undone(resource.home, at)
            order = sorted({*table.records, *undone}) if undone else table.order()
        start = bisect.bisect_left(order, (namespace, "")) if namespace else 0
        start = max(start, bisect.bisect_right(order, after) if after is not None else 0)
        for begin in range(start, len(order), _BATCH):
            with self.changed:
                undone = self._undone(resource.home, at)
                batch = order[begin : begin + _BATCH]
                found = [(key, undone[key] if key in undone else table.records.get(key)) for key in batch]
            for key, record in found:
                if namespace and key[0] != namespace:
                    return
                if record is not None:
                    yield key, record

    def count(self, resource: Resource, namespace: str, after: Key, version: int) -> int:
        """How many objects `items` would give, without looking at them."""
        with self.changed:
            table = self.table(resource.home)
            undone = self._undone(resource.home, version)
            order = sorted({*table.records, *undone}) if undone else table.order()
        end = bisect.bisect_left(order, (namespace + "\0", "")) if namespace else len(order)
        start = bisect.bisect_right(order, after)
        return end - start - sum(undone[key] is None for key in order[start:end] if key in undone)

    def changes(self, home: Home, after: int) -> list[Change]:
        """What happened to a kind later than a resourceVersion."""
        start = bisect.bisect_right(self._log, after, key=lambda change: change.version)
        return [change for change in self._log[start:] if change.home == home]

    def _undone(self, home: Home, version: int) -> dict[Key, Record | None]:
        if version >= self.version:
            return {}
        undone: dict[Key, Record | None] = {}
        for change in self.changes(home, version):
            undone.setdefault(change.key, change.before)
        return undone

    def _change(self, home: Home, key: Key, before: Record | None, after: Record | None) -> None:
        self.version += 1
        if after is not None:
            after.obj["metadata"]["resourceVersion"] = str(self.version)
        self.table(home).set(key, after)
        self._log.append(Change(self.version, home, key, before, after))
        self.changed.notify_all()

    def _resource(self, obj: Json) -> Resource:
        api_version, kind = obj["apiVersion"], obj["kind"]
        resource = self.registry.of_kind(api_version, kind)
        if resource is None:
            resource = guessed(api_version, kind, "namespace" in obj["metadata"])
            self.registry.add(resource)
        return resource

    def _key(self, obj: Json, resource: Resource) -> Key:
        metadata = obj["metadata"]
        key = self._place(resource, metadata.get("namespace", ""), metadata["name"])
        if key[0]:
            metadata["namespace"] = key[0]
        return key

    @staticmethod
    def _place(resource: Resource, namespace: str, name: str) -> Key:
        return (namespace or "default" if resource.namespaced else "", name)

    @staticmethod
    def _complete(obj: Json, before: Record | None) -> None:
        metadata = obj["metadata"]
        known = before.obj["metadata"] if before else {}
        identity = f"{obj['apiVersion']}/{obj['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"
        metadata.setdefault("uid", known.get("uid") or str(uuid.uuid5(uuid.NAMESPACE_URL, identity)))
        created = known.get("creationTimestamp") or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata.setdefault("creationTimestamp", created)
        if "spec" in obj and obj["kind"] != "Namespace":
            same = before is not None and before.obj.get("spec") == obj["spec"]
            metadata["generation"] = known.get("generation", 0) + (0 if same else 1) or 1
