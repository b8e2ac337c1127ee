"""Finds the fields of an object that a question names in its own words: `reclaim policy`, `schedule`, `gateways`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from answers.cluster.kinds import singular
from cluster.graph import Node

Path = tuple[str | int, ...]

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-_./]")
"""Between two words of a field's name."""
_DOTTED = re.compile(r"[a-z]\w*(?:\.\w+)+")
_WORD = re.compile(r"[a-z0-9]+")
_SKIPPED = frozenset({"managedFields", "ownerReferences", "uid", "resourceVersion", "generation"})
_DEEPEST = 8
_MOST = 4
_SMALL_ITEM = 6
"""Values of an item of a list that is quoted whole."""
_WEAK = frozenset(
    {"name", "kind", "spec", "status", "metadata", "type", "value", "key", "image", "namespace", "data", "items",
     "template", "reason", "message", "port", "path", "args", "command", "group", "version", "selector", "resources"}
)  # fmt: skip
"""Words that nearly every object has as fields: alone they say too little."""
SYNONYMS = {
    "destination": ("deploy", "deploys", "target"), "destinations": ("deploy", "deploys", "target"),
    "schedule": ("often", "when"), "provisioner": ("provisions",),
    "interval": ("often", "scrape"), "repoURL": ("repo", "repository", "git"), "targetRevision": ("revision", "branch"),
    "storageClassName": ("storageclass",), "hosts": ("host",), "restartPolicy": ("restarts",),
    "tolerations": ("tolerate", "tolerates", "tolerated"),
}  # fmt: skip
"""What people say for a field whose name they do not say."""


def named_fields(node: Node, question: str, *, weak: bool = False, rare: Iterable[str] = ()) -> list[Path]:
    """The paths of the fields whose words stand in the question, those of most words first; at most four.

    Of `rare` words, which nothing else explains, a field needs to hold only one, or several of them.
    """
    if dotted := _dotted(node, question):
        return dotted
    words = {singular(word) for word in _WORD.findall(question.lower())}
    return _whole(node, words, weak) or _partly(node, {singular(word.lower()) for word in rare} - _WEAK)


def _dotted(node: Node, question: str) -> list[Path]:
    """Fields that the question spells out: `spec.replicas`."""
    low = question.lower()
    keys = [
        path for path, _ in _fields(node.value, ()) if "/" in str(path[-1]) and str(path[-1]).lower() in low
    ]
    if keys:  # a label or an annotation: `app.kubernetes.io/version`
        return keys[:_MOST]
    spelled = set(_DOTTED.findall(low))
    return [p for p, _ in _fields(node.value, ()) if spelled and ".".join(map(str, p)).lower() in spelled][
        :_MOST
    ]


def words_of(key: str) -> list[str]:
    """The words of a field's name, in the singular; of a label or an annotation without its domain."""
    return [singular(part.lower()) for part in CAMEL.split(key.rpartition("/")[2]) if part]


def _partly(node: Node, rare: set[str]) -> list[Path]:
    scored = []
    for path, value in _fields(node.value, ()):
        spelled = set(words_of(str(path[-1])))
        held = len(spelled & rare)
        if held and 2 * held >= len(spelled) and value not in (None, "", [], {}):
            scored.append((-held, len(spelled), len(path), path))
    scored.sort(key=lambda one: (*one[:3], str(one[3])))
    return [one[3] for one in scored if one[:2] == scored[0][:2]][:_MOST]


def _whole(node: Node, words: set[str], weak: bool) -> list[Path]:
    scored: list[tuple[int, int, Path]] = []
    for path, value in _fields(node.value, ()):
        key = str(path[-1])
        spelled = words_of(key)
        same = (len(key) > 4 and key.lower() in words) or (
            bool(spelled) and all(part in words for part in spelled)
        )
        alike = any(synonym in words for synonym in SYNONYMS.get(key, ()))
        if not (same or alike) or (len(spelled) == 1 and spelled[0] in _WEAK and not weak):
            continue
        if value not in (None, "", [], {}):
            scored.append((-len(spelled), len(path), path))
    scored.sort(key=lambda one: (one[0], one[1], str(one[2])))
    most = scored[0][0] if scored else 0
    return [path for size, _, path in scored if size == most][:_MOST]


def fields_of(node: Node) -> Iterator[tuple[Path, Any]]:
    """The fields of an object at any depth, with their values."""
    return _fields(node.value, ())


def _fields(value: Any, above: Path) -> Iterator[tuple[Path, Any]]:
    if len(above) > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _SKIPPED:
                continue
            yield (*above, key), inner
            yield from _fields(inner, (*above, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:20]):
            yield from _fields(inner, (*above, place))


def value_at(node: Node, path: Path) -> Any:
    """What an object holds at a path, None where that is nothing."""
    value: Any = node.value
    for step in path:
        inside = isinstance(value, dict) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if not inside:
            return None
        value = value.get(step) if isinstance(value, dict) else value[step]
    return value


def whole_item(node: Node, path: Path) -> Path:
    """The small item of a list that a field stands in, to quote it with what it is of; else the field itself."""
    place = max((i for i, step in enumerate(path) if isinstance(step, int)), default=None)
    if place is None:
        return path
    item = path[: place + 1]
    return item if _leaves(value_at(node, item)) <= _SMALL_ITEM else path


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    return sum(map(_leaves, value)) if isinstance(value, list) else 1
