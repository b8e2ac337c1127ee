"""Finds in an object what shows that it hangs together with another: the field that an edge's evidence names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path
from answers.cluster.relations import naming
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node
from cluster.values import mapping

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]")
_PATH = re.compile(r"(?:^| )((?:spec|metadata|roleRef|subjects|rules)(?:\.[\w-]+|\[[^\]]+\])+)")
_ITEMS = frozenset({"env", "envFrom", "volumes", "volumeClaimTemplates", "subjects", "imagePullSecrets"})
"""Lists of which an item is quoted whole: what is used stands beside what it is used as."""
_SELECTORS = ("selector", "podSelector", "serviceMonitorSelector", "ruleSelector")


def holder_of(edge: Edge, catalog: Catalog) -> Node:
    """The object in which an edge stands: the policy that allows, the ConfigMap with an address, else its source."""
    through = edge.reasons[0][1] if edge.reasons else ""
    return catalog.graph.node(through if through in catalog.graph else edge.source)


def paths_of(holder: Node, edge: Edge, target: Node) -> list[Path]:
    """The fields of an object that show an edge; none where its first line does."""
    if edge.type is EdgeType.ALLOWS:
        return [("spec", "ingress" if " spec.ingress" in edge.evidence else "egress")]
    if edge.type is EdgeType.SELECTS:
        held = mapping(holder.value, "spec")
        selectors: list[Path] = [("spec", key) for key in _SELECTORS if key in held]
        return selectors[:1]
    if edge.type in (EdgeType.OWNS, EdgeType.RUNS_ON):
        return []
    found = [path for sentence, _ in edge.reasons if (path := _path(holder.value, sentence))]
    return list(dict.fromkeys(map(_item, found or naming(holder, [target.name]))))


def _path(value: Any, sentence: str) -> Path:
    """The path that a sentence begins with, where the object has it; () where not."""
    match = _PATH.search(sentence)
    return tuple(_steps(value, match[1])) if match else ()


def _steps(value: Any, path: str) -> Iterator[str | int]:
    for name, item in _STEP.findall(path):
        step: str | int = name or item
        if isinstance(value, list):
            named = (i for i, one in enumerate(value) if isinstance(one, dict) and one.get("name") == step)
            place = int(step) if str(step).isdigit() else next(named, None)
            if place is None or place >= len(value):
                return
            step = place
        elif not isinstance(value, dict) or step not in value:
            return
        value = value[step]
        yield step


def _item(path: Path) -> Path:
    for place, step in enumerate(path[:-1]):
        if step in _ITEMS and isinstance(path[place + 1], int):
            return path[: place + 2]
    return path
