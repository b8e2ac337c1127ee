"""The lines of an object's YAML as words, and which of them are nearest to a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from answers.cluster.fields import Path, fields_of, whole_item
from answers.cluster.wording import FILLERS
from cluster.graph import Node
from index.synonyms import expansions
from index.tokens import stem

MOST = 8
"""Lines that an answer shows."""
CLEAR = 0.45
"""How much of what is asked a line has to say to stand out."""
_PART = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_HOW_MANY = re.compile(r"how many|number of|\bcount\b")
_LONGEST_VALUE = 80
_MOST_LINES = 400
_NEAR_BEST = 0.6
_LIGHT = 0.2
_OTHER = 0.6
_ABOVE, _IN_VALUE, _BEFORE = 0.6, 0.5, 3
_SAME_LIST = 3
_IDENTITY = frozenset({("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace")})
_SAYS_NOTHING = frozenset("metadata spec status template annotation annotations api version".split())
_ALIKE = """
retry retries backoff
finish finished done completed completion end
begin began start started
ceiling maximum max most upper
floor minimum min least lower
wanted desired expected
permit permits permitted allow allowed
core cores cpu processor
args arguments argument parameters parameter flags flag options
path endpoint url
os operating system
percent percentage utilization threshold
aim aims target average
backend backends service
hostname host domain
tag image
size storage capacity
copies replicas instances
keep kept retain retention history
explain explanation description message
filesystem fs
healthy ready available
address server url ip
often interval schedule period
permission mode access
subset subsets version
automatic automatically automated auto
wait delay grace
"""
"""What people say for words of the fields of Kubernetes: each line means about the same."""


@dataclass(frozen=True, slots=True)
class Line:
    """A value of an object: where it stands, and the words of its field, of what it stands under, and of its value."""

    node: Node
    path: Path
    field: frozenset[str]
    above: frozenset[str]
    value: frozenset[str]
    text: str

    def says(self, word: str) -> float:
        """How plainly the line says a word, from 0 to 1."""
        if word in self.field:
            return 1.0
        return _ABOVE if word in self.above else _IN_VALUE if word in self.value else 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line with how near it is, and how much of that its own words say."""

    line: Line
    score: float
    lexical: float


def parts(text: str) -> list[str]:
    """The words of a name in camel case, of a path or a phrase, in lower case."""
    return [part.lower() for part in _PART.split(text) if part]


def lines_of(node: Node) -> Iterator[Line]:
    """The values of an object, a list of plain values as one."""
    for path, value in fields_of(node):
        if path in _IDENTITY or value in (None, "", [], {}) or isinstance(value, dict):
            continue
        if isinstance(value, list):
            if any(isinstance(one, dict | list) for one in value):
                continue
        elif isinstance(path[-1], int):
            continue
        names = [name for name in path if isinstance(name, str)]
        title = _title(node.value, path)
        shown = str(value) if len(str(value)) <= _LONGEST_VALUE else ""
        above = [word for name in names[:-1][-_BEFORE:] for word in parts(name)]
        own = parts(names[-1].rpartition("/")[2] or names[-1])
        spoken = [word for word in (*above, *parts(title), *own) if word not in _SAYS_NOTHING]
        yield Line(
            node, path, _stems(own), _stems([*above, *parts(title), title.lower()]),
            _stems([*parts(shown), shown.lower()]), " ".join(dict.fromkeys(spoken)) or names[-1],
        )  # fmt: skip


def _title(value: Any, path: Path) -> str:
    """What the item of a list is called in which a value stands: the type of a condition, a container's name."""
    found = ""
    for step, follows in zip(path, (*path[1:], None), strict=True):
        value = value[step]
        if isinstance(step, int) and isinstance(value, dict) and follows is not None:
            found = next((str(value[k]) for k in ("type", "name") if isinstance(value.get(k), str)), "")
    return found if path[-1] not in ("type", "name") else ""


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


@lru_cache(maxsize=1)
def _alike() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _ALIKE.strip().splitlines():
        stems = _stems(line.split())
        for one in stems:
            found.setdefault(one, set()).update(stems - {one})
    return {word: frozenset(others) for word, others in found.items()}


def alike(word: str) -> frozenset[str]:
    """The stems of a word and of what means about the same in a field."""
    return frozenset({stem(word)}) | _alike().get(stem(word), frozenset())


def asked_words(text: str) -> dict[str, float]:
    """The stems of what is asked, with what each weighs: words that carry nothing and other words for them less."""
    words = [word for token in text.split() for word in (token.lower().strip(".,;:!?()"), *parts(token))]
    found: dict[str, float] = {}
    for word in words:
        if len(word) > 1 or word.isdigit():
            weight = _LIGHT if word in FILLERS or word.isdigit() else 1.0
            found[stem(word)] = max(weight, found.get(stem(word), 0.0))
    for word, weight in list(found.items()):
        for other in _alike().get(word, ()):
            found.setdefault(other, _OTHER * max(weight, 0.5))
    if _HOW_MANY.search(text.lower()):
        found.setdefault("replica", _OTHER)
    for other in expansions(text):
        found.setdefault(other, _OTHER / 2)
    return found


def ranked(lines: Sequence[Line], asked: Mapping[str, float], likeness: Sequence[float]) -> list[Ranked]:
    """The lines, nearest first: by the words that few other lines say, and by likeness."""
    held = Counter(
        word for line in lines for word in {*line.field, *line.above, *line.value} if word in asked
    )
    scale = math.log(len(lines) + 1.0)
    rare = {
        word: max(0.1, math.log((len(lines) + 1) / (count + 0.5)) / scale) for word, count in held.items()
    }
    found = []
    for line, like in zip(lines, likeness, strict=True):
        lexical = sum(asked[word] * rare[word] * line.says(word) for word in rare)
        whole = sum(word in rare for word in line.field) / max(len(line.field), 1)
        lexical *= 0.8 + 0.2 * whole
        found.append(Ranked(line, lexical + max(0.0, float(like) - 0.2), lexical))
    return sorted(found, key=lambda one: -one.score)


def nearest(lines: Sequence[Ranked], asked: Mapping[str, float]) -> list[Ranked]:
    """The lines to show: for each word of the question that any says the best, then those near the very best."""
    chosen: list[Ranked] = []
    for word, weight in sorted(asked.items(), key=lambda one: -one[1]):
        if weight < 1.0:
            break
        best = max((one.line.says(word) for one in lines), default=0.0)
        chosen += [one for one in lines if best and one.line.says(word) == best][:2]
    least = _NEAR_BEST * lines[0].score if lines else 0.0
    chosen += [one for one in lines if one.score >= least]
    unique = {id(one): one for one in chosen[: 2 * MOST]}
    return sorted(unique.values(), key=lambda one: -one.score)[:MOST]


def spots(lines: Sequence[Ranked]) -> list[tuple[Node, Path]]:
    """Where to quote: small items of lists whole, so that a value stands beside what it is of; of many, their list."""
    found = [(one.line.node, whole_item(one.line.node, one.line.path)) for one in lines]
    lists = Counter((node.id, path[:-1]) for node, path in dict.fromkeys(found) if isinstance(path[-1], int))
    shown = [
        (node, path[:-1] if isinstance(path[-1], int) and lists[node.id, path[:-1]] >= _SAME_LIST else path)
        for node, path in found
    ]
    return list(dict.fromkeys(shown))


def all_lines(nodes: Sequence[Node]) -> list[Line]:
    """The lines of a few objects."""
    return [line for node in nodes for line in list(lines_of(node))[:_MOST_LINES]]
