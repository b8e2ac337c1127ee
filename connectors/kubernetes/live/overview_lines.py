"""Counts of objects by kind and state, in the words of an overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

FIRST = ("Node", "Namespace", "Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Ingress",
          "HorizontalPodAutoscaler", "PersistentVolumeClaim", "ConfigMap", "Secret")  # fmt: skip
UNNAMED = frozenset(
    {"Pod", "ReplicaSet", "EndpointSlice", "Endpoints", "ControllerRevision", "Event", "Lease"}
)
"""Kinds that others make by the dozen: counted, not named."""
EVENT = "Event"
"""Counted where it is a warning."""
_MOST_NAMES = 40


class Row(NamedTuple):
    """What is kept of one object: its state, its name with it ('' where the kind is only counted), a node's version."""

    state: str
    shown: str
    well: bool
    version: str = ""


@dataclass(slots=True)
class Tally:
    """What was counted of one kind in one place; `names` are those of kinds that are named."""

    states: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.states.total()

    def add(self, row: Row) -> None:
        """Count one more."""
        self.states[row.state] += 1
        if row.shown:
            self.names.append(row.shown)


def plural(kind: str, number: int) -> str:
    """`12 Pods`, `1 Ingress`, `2 Ingresses`, `3 NetworkPolicies`."""
    if number == 1 or kind == "Endpoints":
        return f"{number} {kind}"
    if kind.endswith(("s", "x", "ch")):
        return f"{number} {kind}es"
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return f"{number} {kind[:-1]}ies"
    return f"{number} {kind}s"


def ordered(kinds: Mapping[str, Tally]) -> list[str]:
    """The kinds, those that people ask for first."""
    return [
        *(kind for kind in FIRST if kind in kinds),
        *sorted(kind for kind in kinds if kind not in FIRST),
    ]


def count(kind: str, tally: Tally) -> str:
    """`12 Pods (11 Running, 1 Pending)`."""
    named = "warning Event" if kind == EVENT else kind
    return plural(named, tally.total) + _in_states(tally)


def _in_states(tally: Tally) -> str:
    """` (11 Running, 1 Pending)`, the most frequent first; '' where the kind has no states."""
    frequent = sorted(tally.states.items(), key=lambda pair: (-pair[1], pair[0]))
    states = ", ".join(f"{number} {word}" for word, number in frequent if word)
    return f" ({states})" if states else ""


def count_lines(kinds: Mapping[str, Tally]) -> Iterator[str]:
    """`Pods: 12 (11 Running, 1 Pending)`, a line a kind."""
    for kind in ordered(kinds):
        named = "warning Event" if kind == EVENT else kind
        words = plural(named, 2).partition(" ")[2]
        yield f"{words}: {kinds[kind].total}{_in_states(kinds[kind])}"


def name_lines(kinds: Mapping[str, Tally]) -> Iterator[str]:
    """`Deployment names: ad (1/2 ready), cart (3/3 ready)`, a line a kind, many names cut."""
    for kind in ordered(kinds):
        names = sorted(kinds[kind].names)
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            yield f"{kind} names: {', '.join(names[:_MOST_NAMES])}{more}"
