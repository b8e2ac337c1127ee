"""Numbers: those in questions, and those that objects hold, to compare objects by."""

from __future__ import annotations

import re
from collections.abc import Callable

from answers.cluster.catalog import Catalog, containers
from cluster.graph import Node
from cluster.values import at, entries, mapping, number, text

_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_UNITS = {
    "": 1.0, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "Ki": 2.0**10,
    "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50,
}  # fmt: skip
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([a-zA-Z]{0,2})")

Measure = Callable[[Node, Catalog], float | None]


def amount(word: str) -> float:
    """The number that digits, a quantity in any case (`256mi`, `2gb`) or a word say; 0 for anything else."""
    if word in _WORDS:
        return float(_WORDS.index(word))
    number_, unit = re.fullmatch(r"([\d.]*)(.*)", word.lower().removesuffix("b"), re.S).groups()  # type: ignore[union-attr]
    return quantity(f"{number_}{unit.capitalize() if unit not in ('m', 'k') else unit}") or 0.0


def quantity(value: object) -> float | None:
    """`300m` as 0.3, `64Mi` as bytes; None for what is no quantity."""
    match = _QUANTITY.fullmatch(str(value))
    return float(match[1]) * _UNITS[match[2]] if match and match[2] in _UNITS else None


def _replicas(node: Node, catalog: Catalog) -> float | None:
    if node.kind == "DaemonSet":
        return float(number(node.value, "status.desiredNumberScheduled"))
    if node.kind == "HorizontalPodAutoscaler":
        return _maximum(node, catalog)
    return float(number(node.value, "spec.replicas", 1)) if mapping(node.value, "spec.template") else None


def _maximum(node: Node, catalog: Catalog) -> float | None:
    found = at(node.value, "spec.maxReplicas")
    return float(found) if isinstance(found, int) else None


def _ready(node: Node, catalog: Catalog) -> float | None:
    if node.kind == "DaemonSet":
        return float(number(node.value, "status.numberReady"))
    return float(number(node.value, "status.readyReplicas")) if mapping(node.value, "spec.template") else None


def _restarts(node: Node, catalog: Catalog) -> float | None:
    pods = [node] if node.kind == "Pod" else catalog.pods(node)
    counts = [
        number(s, "restartCount") for pod in pods for _, s in entries(pod.value, "status.containerStatuses")
    ]
    return float(sum(counts)) if counts else None


def _revisions(node: Node, catalog: Catalog) -> float | None:
    """How often a Deployment's template has changed, as its controller numbers that."""
    said = mapping(node.value, "metadata.annotations").get("deployment.kubernetes.io/revision", "")
    return float(said) if node.kind == "Deployment" and isinstance(said, str) and said.isdigit() else None


def _container_amount(field: str, resource: str) -> Measure:
    def measure(node: Node, catalog: Catalog) -> float | None:
        amounts = [
            quantity(at(c, f"resources.{field}.{resource}"))
            for g, _, c in containers(node)
            if g.endswith("containers")
        ]
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known else None

    return measure


def _size(node: Node, catalog: Catalog) -> float | None:
    for path in ("spec.resources.requests.storage", "spec.capacity.storage", "status.capacity.memory"):
        if (found := at(node.value, path)) is not None:
            return quantity(found)
    return None


def _age(node: Node, catalog: Catalog) -> float | None:
    created = text(node.value, "metadata.creationTimestamp")
    return -float(re.sub(r"\D", "", created)) if created else None


def _priority(node: Node, catalog: Catalog) -> float | None:
    found = at(node.value, "value" if node.kind == "PriorityClass" else "spec.priority")
    return float(found) if isinstance(found, int) else None


def _pods(node: Node, catalog: Catalog) -> float | None:
    return float(len(catalog.pods(node)))


def _containers(node: Node, catalog: Catalog) -> float | None:
    found = [c for group, _, c in containers(node) if group.endswith(".containers")]
    return float(len(found)) if found else None


def _entries(*paths: str) -> Measure:
    def measure(node: Node, catalog: Catalog) -> float | None:
        found = [value for path in paths if isinstance(value := at(node.value, path), list | dict)]
        return float(sum(map(len, found))) if found else None

    return measure


MEASURES: tuple[tuple[str, str, Measure], ...] = (
    (r"(?:ready|available) (?:replicas?|instances?|copies|pods?)", "ready replicas", _ready),
    (r"max(?:imum)? ?replicas|maxreplicas", "replicas at most", _maximum),
    (r"replicas?|instances?|copies", "replicas", _replicas),
    (r"restart\w*", "restarts", _restarts),
    (r"revisions?", "revisions", _revisions),
    (
        r"memory requests?|request\w* .{0,20}memory",
        "memory requested",
        _container_amount("requests", "memory"),
    ),
    (r"memory limits?|memory|ram", "memory limit", _container_amount("limits", "memory")),
    (r"cpu limits?", "CPU limit", _container_amount("limits", "cpu")),
    (r"cpu requests?|cpu", "CPU requested", _container_amount("requests", "cpu")),
    (r"containers?", "containers", _containers),
    (r"keys?", "keys", _entries("data", "binaryData")),
    (r"ports?", "ports", _entries("spec.ports")),
    (r"priorit\w+|precedence", "priority", _priority),
    (r"rules?", "rules", _entries("rules", "spec.rules")),
    (r"pods?", "pods", _pods),
    (r"size|storage|capacity|big|large|biggest|largest|smallest", "size", _size),
    (r"old\w*|age|new\w*|young\w*", "age", _age),
)
"""What objects can be compared by: the words for it, its name, the number."""
