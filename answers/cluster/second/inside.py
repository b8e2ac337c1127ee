"""Looks into objects for what a question asks: fields whose names are like its words, values that it names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from answers.cluster import scripts
from answers.cluster.catalog import Catalog
from answers.cluster.fields import CAMEL, Path, fields_of
from answers.cluster.reading import Reader
from answers.cluster.said import Draft, Spot
from cluster.graph import Node

Vectors = np.ndarray[Any, np.dtype[np.float32]]

LIKE = 0.3
"""How near the words of a field must be to those of a question; of other subjects they are nearer .2."""
PLAIN = 0.5
"""How near they have to be where other words of the question mean nothing here."""
_CLOSE = 0.06
_SMALL = 8
_MOST = 3
_FIELDS = 200
_REMEMBERED = 20_000
_MOST_OBJECTS = 10_000
_AT_ONCE = 32
_HOLDERS = 8
_SAYS_NOTHING = frozenset(
    {"metadata", "spec", "status", "template", "containers", "annotations", "api", "version", "kind"}
)


class FieldFinder:
    """Finds the fields of an object that are like a question, by the index's own embedding model."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._embed = embed
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()
        # One question is compared with many things on its way.
        self._asked = lru_cache(maxsize=32)(lambda asked: embed([asked])[0])

    def find(self, node: Node, asked: str, least: float = LIKE) -> list[Path]:
        """The paths of the fields most like what is asked; none where nothing is like it."""
        spelled: dict[str, Path] = {}
        for path, value in fields_of(node):
            if value not in (None, "", [], {}) and (words := _words(path)) and len(spelled) < _FIELDS:
                spelled.setdefault(words, path)
        if not spelled or not asked.strip():
            return []
        texts = list(spelled)
        scores = np.stack(self._vectors(texts)) @ self._asked(asked)
        order = np.argsort(-scores, kind="stable")[:_MOST]
        best = float(scores[order[0]])
        return [spelled[texts[i]] for i in order if scores[i] >= max(least, best - _CLOSE)]

    def likeness(self, texts: Sequence[str], asked: str) -> list[float]:
        """How like each text is to what is asked."""
        unique = list(dict.fromkeys(texts))
        if not unique or not asked.strip():
            return [0.0] * len(texts)
        scores = dict(zip(unique, np.stack(self._vectors(unique)) @ self._asked(asked), strict=True))
        return [float(scores[text]) for text in texts]

    def _vectors(self, texts: Sequence[str]) -> list[Vectors]:
        with self._lock:
            new = [text for text in texts if text not in self._known]
            if new:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                    new = list(texts)
                # Few at once: many go to the model for whole sources, which takes seconds to load.
                for first in range(0, len(new), _AT_ONCE):
                    some = new[first : first + _AT_ONCE]
                    self._known.update(zip(some, self._embed(some), strict=True))
            return [self._known[text] for text in texts]


def whole(node: Node, path: Path) -> Path:
    """What a field stands in, where that is small: a user id stands beside other settings of its kind."""
    value: Any = node.value
    for step in path[:-1]:
        value = value[step]
    plain = isinstance(value, dict) and len(value) <= _SMALL
    return path[:-1] if plain and len(path) > 2 and isinstance(path[-2], str) else path


def shown(draft: Draft, found: Sequence[tuple[Node, Path]], reader: Reader) -> Draft:
    """An answer of fields, each under its object."""
    for node, path in found:
        draft.say(node)
        draft.say(node, Spot(path=path), detail=True)
    draft.objects = list(dict.fromkeys(node for node, _ in found))
    draft.commands = [scripts.describe(node, reader.kinds) for node in draft.objects]
    return draft


def _words(path: Path) -> str:
    """A field in words: `readiness probe initial delay seconds`."""
    names = [name for name in path if isinstance(name, str)][-3:]
    words = [word.lower() for name in names for word in CAMEL.split(name.rpartition("/")[2] or name) if word]
    return " ".join(word for word in dict.fromkeys(words) if word not in _SAYS_NOTHING)


def holders(word: str, catalog: Catalog) -> list[tuple[Node, Path]]:
    """The few objects in which something is named exactly so, and the part of each that is; none in a huge cluster."""
    nodes = [node for nodes in catalog.by_kind.values() for node in nodes]
    found: list[tuple[Node, Path]] = []
    for node in nodes if len(nodes) <= _MOST_OBJECTS else ():
        if catalog.owner(node) is not None:
            continue  # its owner says the same
        path = next(_holding(node.value, word, ()), None)
        if path:
            found.append((node, path))
    return found if len(found) <= _HOLDERS else []


def _holding(value: Any, word: str, above: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "managedFields":
                continue
            if inner in (word, f"/{word}") or key == word:
                # An item of a list is shown whole: what is named so has its facts beside the name.
                yield above if key != word and above and isinstance(above[-1], int) else (*above, key)
            elif isinstance(inner, dict | list):
                yield from _holding(inner, word, (*above, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if isinstance(inner, dict | list):
                yield from _holding(inner, word, (*above, place))
            elif inner in (word, f"/{word}"):
                yield above
