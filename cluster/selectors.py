"""Label selectors: what they say, which labels match, and an index that finds the matches of many quickly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cluster.values import entries, mapping, words

Labels = Mapping[str, str]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One `matchExpressions` entry."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether the labels satisfy it; an operator that Kubernetes does not know matches nothing."""
        if self.operator == "In":
            return labels.get(self.key) in self.values
        if self.operator == "NotIn":
            return labels.get(self.key) not in self.values
        if self.operator == "Exists":
            return self.key in labels
        return self.operator == "DoesNotExist" and self.key not in labels

    def __str__(self) -> str:
        listed = f" ({', '.join(self.values)})" if self.values else ""
        return f"{self.key} {self.operator}{listed}"


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector; an empty one matches everything."""

    labels: tuple[tuple[str, str], ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def flat(cls, value: Any) -> Selector | None:
        """The selector of a Service or ReplicationController: labels alone; None where there are none."""
        labels = _pairs(value)
        return cls(labels) if labels else None

    @classmethod
    def parse(cls, value: Any) -> Selector | None:
        """A `LabelSelector`; None where there is none, which selects nothing."""
        if not isinstance(value, Mapping):
            return None
        requirements = tuple(
            Requirement(str(entry.get("key")), str(entry.get("operator")), tuple(words(entry, "values")))
            for _, entry in entries(value, "matchExpressions")
        )
        return cls(_pairs(value.get("matchLabels")), requirements)

    @property
    def everything(self) -> bool:
        """Whether it is `{}`."""
        return not self.labels and not self.requirements

    def matches(self, labels: Labels) -> bool:
        """Whether the labels satisfy all of it."""
        return all(labels.get(key) == wanted for key, wanted in self.labels) and all(
            requirement.matches(labels) for requirement in self.requirements
        )

    def __str__(self) -> str:
        parts = [f"{key}={value}" for key, value in self.labels]
        return ", ".join([*parts, *map(str, self.requirements)]) or "{} (everything)"


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(key), str(wanted)) for key, wanted in mapping(value).items()))


class LabelIndex(Generic[Thing]):
    """Things by namespace and by each of their labels, so that a selector reads only its rarest label's things."""

    def __init__(self) -> None:
        self._all: dict[str, list[tuple[Labels, Thing]]] = defaultdict(list)
        self._by_pair: dict[tuple[str, str, str], list[tuple[Labels, Thing]]] = defaultdict(list)

    def add(self, namespace: str, labels: Labels, thing: Thing) -> None:
        """Makes the thing findable."""
        entry = (labels, thing)
        self._all[namespace].append(entry)
        for key, value in labels.items():
            self._by_pair[namespace, key, value].append(entry)

    def find(self, selector: Selector | None, namespaces: Iterable[str] | None = None) -> list[Thing]:
        """What the selector matches in these namespaces (None: in all), in the order it was added."""
        if selector is None:
            return []
        found: list[Thing] = []
        for namespace in self._all if namespaces is None else namespaces:
            found += [thing for labels, thing in self._few(selector, namespace) if selector.matches(labels)]
        return found

    def _few(self, selector: Selector, namespace: str) -> list[tuple[Labels, Thing]]:
        """The shortest list that holds all matches in a namespace."""
        if not selector.labels:
            return self._all.get(namespace, [])
        lists = [self._by_pair.get((namespace, key, value), []) for key, value in selector.labels]
        return min(lists, key=len)
