"""Where an object sets something that pods may be without, and to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from answers.cluster.catalog import containers, pod_path
from answers.cluster.fields import Path
from cluster.graph import Node
from cluster.values import at, entries, mapping, text

_POD_CONTEXT = frozenset({"runAsUser", "runAsGroup", "runAsNonRoot", "seccompProfile", "seLinuxOptions"})
"""What a pod's security context says for all of its containers."""


@dataclass(frozen=True, slots=True)
class Held:
    """A field that an object sets, the words of its value, and the container that it is of."""

    path: Path
    value: Any
    words: tuple[str, ...]
    container: str = ""


Find = Callable[[Node], list[Held]]


def _steps(path: str) -> Path:
    return tuple(path.split("."))


def _one(path: Path, value: Any, container: str = "") -> Held:
    words = tuple(str(one).lower() for one in (value if isinstance(value, list) else [value]))
    return Held(path, value, words, container)


def of_pod(*names: str) -> Find:
    """Fields of a pod's spec: `hostNetwork`, `securityContext.fsGroup`."""

    def find(node: Node) -> list[Held]:
        path = pod_path(node)
        found = ((f"{path}.{name}", at(node.value, f"{path}.{name}")) for name in names) if path else ()
        return [_one(_steps(where), value) for where, value in found if value is not None]

    return find


def of_containers(*names: str) -> Find:
    """Fields of the containers: `livenessProbe`, `securityContext.privileged`; what the pod says counts for all."""

    def find(node: Node) -> list[Held]:
        found = [
            _one((*_steps(group), place, *_steps(name)), value, str(container.get("name", "")))
            for group, place, container in containers(node)
            for name in names
            if (value := at(container, name)) is not None
        ]
        shared = [name for name in names if name.rpartition(".")[2] in _POD_CONTEXT]
        return [*of_pod(*shared)(node), *found] if shared else found

    return find


def kinds_in(field: str, key: str) -> Find:
    """The value of one key of each item of a list: of a pod's tolerations, of containers' ports."""

    def find(node: Node) -> list[Held]:
        lists = [(f"{pod_path(node)}.{field}", node.value, "")] if pod_path(node) else []
        found = [
            _one((*_steps(path), place, key), item[key])
            for path, value, _ in lists
            for place, item in entries(value, path)
            if item.get(key) is not None
        ]
        return found + [
            _one((*_steps(group), number, field, place, key), item[key], str(container.get("name", "")))
            for group, number, container in containers(node)
            for place, item in entries(container, field)
            if item.get(key) is not None
        ]

    return find


def items_of(field: str, *keys: str) -> Find:
    """The items of a list of a pod's spec, with the values of these keys as words."""

    def find(node: Node) -> list[Held]:
        path = f"{pod_path(node)}.{field}"
        return [
            Held((*_steps(path), place), item, tuple(str(item[key]).lower() for key in keys if key in item))
            for place, item in (entries(node.value, path) if pod_path(node) else ())
        ]

    return find


def volumes(*types: str) -> Find:
    """The volumes of these types, or of all."""

    def find(node: Node) -> list[Held]:
        path = f"{pod_path(node)}.volumes"
        return [
            Held((*_steps(path), place), item, (kind.lower(), text(item, "name").lower()))
            for place, item in (entries(node.value, path) if pod_path(node) else ())
            for kind in item
            if kind != "name" and (not types or kind in types)
        ]

    return find


def of_status(name: str) -> Find:
    """A field of the status: the QoS class of a pod."""

    def find(node: Node) -> list[Held]:
        value = at(node.value, f"status.{name}")
        return [_one(("status", name), value)] if value is not None else []

    return find


def mapped(name: str) -> Find:
    """The keys and values of a mapping in a pod's spec: its node selector."""

    def find(node: Node) -> list[Held]:
        path = f"{pod_path(node)}.{name}"
        found = mapping(node.value, path) if pod_path(node) else {}
        said = tuple(
            str(word).lower() for pair in found.items() for word in (*pair, "=".join(map(str, pair)))
        )
        return [Held(_steps(path), dict(found), said)] if found else []

    return find


def own(*names: str) -> Find:
    """Fields of the object itself: `spec.paused`."""

    def find(node: Node) -> list[Held]:
        found = ((name, at(node.value, name)) for name in names)
        return [_one(_steps(name), value) for name, value in found if value is not None]

    return find


def listed(path: str, *keys: str) -> Find:
    """The items of a list of the object itself: a node's taints."""

    def find(node: Node) -> list[Held]:
        return [
            Held((*_steps(path), place), item, tuple(str(item[key]).lower() for key in keys if key in item))
            for place, item in entries(node.value, path)
        ]

    return find


def is_set(held: Held, *, empty: bool = False) -> bool:
    """Whether a field says something: `false` says that it is not so, `{}` only of volumes that it is."""
    return held.value is not False and (empty or held.value not in ("", [], {}))


def root(node: Node) -> list[Held]:
    """What keeps a pod's containers from root: `runAsNonRoot`, a user other than 0."""
    found = of_containers("securityContext.runAsNonRoot", "securityContext.runAsUser")(node)
    return [one for one in found if one.value is True or (type(one.value) is int and one.value > 0)]


def rules_root_out(node: Node) -> bool:
    """Whether the spec keeps every main container from root; where it says nothing the image decides."""
    kept = {one.container for one in root(node)}
    names = [str(c.get("name", "")) for group, _, c in containers(node) if group.endswith(".containers")]
    return bool(names) and ("" in kept or all(name in kept for name in names))
