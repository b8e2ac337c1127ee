"""Objects that refer to a named one: pods on a node, claims of a storage class, what mounts a ConfigMap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.conditions import Filter
from answers.cluster.fields import Path
from answers.cluster.reading import Reading
from cluster.graph import Node

_SKIPPED = frozenset(
    {"metadata", "labels", "annotations", "matchLabels", "env", "data", "args", "command", "name"}
)
"""Where a name stands that refers to nothing."""
_REFERS = frozenset({"name", "claimName", "secretName"})
_DEEPEST = 12
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision", "Lease", "ReplicaSet"})
"""Kinds of objects that others bring with them under their own name."""


def by_mention(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> list[Filter] | None:
    """The condition to refer to the one object that is named; none where none is, None where it cannot be read."""
    if not reading.mentions:
        return []
    mention = reading.mentions[0]
    named = [node for node in mention.nodes if node.kind not in _HIDDEN]
    others = [node for node in named if node.kind not in kinds]
    if len(reading.mentions) > 1 or mention.guessed or not others or len(others) < len(named):
        return None
    owned = {pod.id for node in others if node.kind in WORKLOADS for pod in catalog.pods(node)}
    if (
        owned
        and tuple(kinds) == ("Pod",)
        and all(node.kind in WORKLOADS for node in others if node.kind != "Service")
    ):
        return [Filter(f"of {mention.said}", lambda node: node.id in owned)]
    name = others[0].name
    places = {node.namespace for node in others}  # what stands in no namespace is referred to from all
    found = {
        node.id: path
        for node in catalog.of(kinds, reading.namespaces, reading.clusters)
        if places & {"", node.namespace} and (path := _refers(node, name))
    }
    if not found:
        return None
    return [
        Filter(
            f"with {mention.said}",
            lambda node: node.id in found,
            fields=lambda node: [found[node.id]] if node.id in found else [],
        )
    ]


def _refers(node: Node, name: str) -> Path | None:
    """The field of an object that holds a name."""
    return next(_holding(node.value.get("spec", {}), name, ("spec",)), None)


def _holding(value: Any, name: str, above: Path):  # type: ignore[no-untyped-def]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs if len(above) < _DEEPEST else ():
        if inner == name and (key not in _SKIPPED or _is_reference(above)):
            yield (*above, key)
        elif isinstance(inner, dict | list) and key not in _SKIPPED:
            yield from _holding(inner, name, (*above, key))


def _is_reference(above: Path) -> bool:
    """Whether a field called `name` refers to another object: `configMap.name`, `roleRef.name`."""
    last = next((str(step) for step in reversed(above) if isinstance(step, str)), "")
    return last.endswith(("Ref", "configMap", "secret", "KeyRef", "backend", "service"))
