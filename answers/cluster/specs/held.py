"""The fields that objects set: what each is called wherever it stands, where each object has it, and its values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.fields import CAMEL, Path, fields_of, whole_item
from cluster.graph import Node

_POD = "pod"
_FREE = frozenset({"labels", "annotations", "matchLabels", "env", "data", "conditions", "ownerReferences"})
"""Fields under which stands what people write themselves, or what has a reading of its own."""
_OF_STATUS = ("status.qosClass",)
_SAYS_NOTHING = frozenset({"spec", "status", "pod", "containers", "items", "metadata"})
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object sets a field, and to what."""

    node: Node
    path: Path
    value: Any

    @property
    def values(self) -> frozenset[str]:
        """The plain values of the field in lower case; of a list each."""
        given = self.value if isinstance(self.value, list) else [self.value]
        return frozenset(str(one).lower() for one in given if isinstance(one, str | int | float))


@dataclass(slots=True)
class Held:
    """A field that objects set; `key` is its path, written with dots and alike for all that make pods."""

    key: str
    places: list[Place] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its name in words: `liveness probe initial delay seconds`."""
        names = [name for name in self.key.split(".") if name not in _SAYS_NOTHING][-_NAMES:]
        parts = [part.lower() for name in names for part in CAMEL.split(name.rpartition("/")[2]) if part]
        return " ".join(dict.fromkeys(parts))

    def valued(self, value: str) -> list[Place]:
        """Where it has a value; of no value in particular all places."""
        return [one for one in self.places if value in one.values] if value else self.places


_Held = dict[str, Held]
_KNOWN: WeakKeyDictionary[Catalog, OrderedDict[Hashable, _Held]] = WeakKeyDictionary()
_REMEMBERED = 64


def held_by(nodes: Sequence[Node]) -> dict[str, Held]:
    """The fields that these objects set, by their keys."""
    found: dict[str, Held] = {}
    for node in nodes:
        for key, path, value in _keyed(node):
            found.setdefault(key, Held(key)).places.append(Place(node, path, value))
    return found


def held_once(catalog: Catalog, key: Hashable, nodes: Callable[[], Sequence[Node]]) -> dict[str, Held]:
    """The same of the objects that `key` stands for in a catalog, looked into once."""
    known = _KNOWN.setdefault(catalog, OrderedDict())
    if key not in known:
        known[key] = held_by(nodes())
        while len(known) > _REMEMBERED:
            known.popitem(last=False)
    return known[key]


def held_by_kind(kind: str, catalog: Catalog) -> dict[str, Held]:
    """The same of all objects of a kind."""
    return held_once(catalog, kind, lambda: catalog.of((kind,)))


def _keyed(node: Node) -> Iterator[tuple[str, Path, Any]]:
    pod = tuple(pod_path(node).split(".")) if pod_path(node) else ()
    for path, value in fields_of(node):
        names = tuple(step for step in path if isinstance(step, str))
        if isinstance(path[-1], int) or value in (None, "", []) or _FREE & set(names):
            continue
        if pod and names[: len(pod)] == pod:
            names = (_POD, *names[len(pod) :])
        key = ".".join(names)
        if names[0] == "metadata" and names[1:] != ("finalizers",):
            continue
        if pod and names[0] == "status" and key not in _OF_STATUS:
            continue  # how it stands is told from its own place
        if len(names) > 1 and not (pod and "metadata" in names[1:]):
            yield key, path, value
        elif names[0] not in ("apiVersion", "kind", "metadata", "spec", "status"):
            yield key, path, value  # what stands beside `spec`: the provisioner of a StorageClass


def shown(place: Place) -> Path:
    """What to quote: a small item of a list whole, so that a value stands beside what it is of."""
    return whole_item(place.node, place.path)
