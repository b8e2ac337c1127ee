"""In what two objects of one name differ: their images, the replicas that they ask for, and their other fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from answers.cluster.catalog import containers
from answers.cluster.history.paths import field_path
from cluster.changes.fields import differences
from cluster.changes.noise import essence
from cluster.changes.wording import short
from cluster.graph import Node
from cluster.values import at
from connectors.kubernetes.observed import ObservedObject

Path = tuple[str | int, ...]
Value = tuple[Path, str]
"""Where it stands ('': nowhere), and what it is in words."""
Sides = tuple[list[Value], list[Value]]

OTHERS = "other fields"
_FIELDS = 3


def shown(name: str, mine: list[Value], other: list[Value]) -> str:
    """The values of one side on one line; images without their registry where that still tells them apart."""
    if not mine:
        return "none"
    whole, cut = ([value for _, value in mine], [value.rpartition("/")[2] for _, value in mine])
    told = cut if name == "image" and cut != [value.rpartition("/")[2] for _, value in other] else whole
    more = f" and {len(told) - _FIELDS} more" if len(told) > _FIELDS else ""
    return ", ".join(told[:_FIELDS]) + more


def _images(node: Node) -> Iterator[Value]:
    for group, place, container in containers(node):
        if container.get("image"):
            yield (*group.split("."), place, "image"), str(container["image"])


def _replicas(node: Node) -> Iterator[Value]:
    number = at(node.value, "spec.replicas")
    if isinstance(number, int):
        yield ("spec", "replicas"), str(number)


def _each(value: Callable[[Node], Iterator[Value]]) -> Callable[[Node, Node], Sides]:
    return lambda first, second: (list(value(first)), list(value(second)))


def _fields(first: Node, second: Node) -> Sides:
    """Every other field that somebody wrote, with its name before the value."""
    found: Sides = ([], [])
    for one in differences(_written(first), _written(second)):
        if one.path == "spec.replicas" or (one.path.endswith(".image") and "ontainers[" in one.path):
            continue
        name = one.path.removeprefix("spec.template.spec.").removeprefix("spec.")
        for side, node, value in zip(found, (first, second), (one.old, one.new), strict=True):
            told = "not set" if value is None else short(value)
            side.append((field_path(node.value, one.path) or (), f"{name} {told}"))
    return found


def _written(node: Node) -> Mapping[str, Any]:
    value = essence(ObservedObject(node.cluster, "", node.document_id, node.value))
    return {key: part for key, part in value.items() if key not in ("metadata", "kind", "status")}


COMPARED: Mapping[str, Callable[[Node, Node], Sides]] = {
    "image": _each(_images), "replicas": _each(_replicas), OTHERS: _fields,
}  # fmt: skip
