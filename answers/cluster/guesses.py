"""Names that are spelled almost right, and words in the place of a name that are like none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from answers.cluster.catalog import Catalog, labels
from answers.cluster.fields import CAMEL, fields_of
from answers.cluster.mentions import (
    VERSION,
    KindMention,
    Mention,
    Token,
    beside,
    is_cluster,
    is_inside,
    is_known,
    is_variable,
)
from answers.cluster.spelling import Spelling
from answers.cluster.titles import is_title
from answers.cluster.wording import FILLERS
from cluster.graph import Node

_LIKE_A_NAME = re.compile(r"[a-z]-[a-z]|\d")
_BEFORE_PLACES = frozenset("in inside within from of for on is does the".split())
_MOST_OF_A_NAME = 6
_LOOKED_INTO = 5
"""Objects of a kind whose fields are read."""


class Guesser:
    """Guesses names of one catalog; `namespaces` are its namespaces by their names in lower case."""

    def __init__(self, catalog: Catalog, namespaces: Mapping[str, str]) -> None:
        self._catalog = catalog
        self._namespaces = namespaces
        self._spelling = Spelling(catalog)
        self._pairs = _field_pairs(catalog)
        self._keys = frozenset(key for node in catalog.all() for key in labels(node) if not key.isalpha())

    def find(
        self, tokens: Sequence[Token], mentions: Sequence[Mention], subjects: Sequence[KindMention],
        clusters: Sequence[str],
    ) -> tuple[list[Mention], list[str]]:  # fmt: skip
        """The names, and the words that are like none."""
        found = self._joined(tokens, mentions, subjects)
        mentions = [*mentions, *found]
        missing: list[str] = []
        for place, token in enumerate(tokens):
            if (
                is_inside(place, mentions)
                or is_inside(place, subjects)
                or is_known(token)
                or is_title(place, tokens, mentions)
                or any(is_cluster(token.low, c) for c in clusters)
                or token.text in self._keys
                or self._is_of_field(place, tokens)
                or is_variable(place, tokens)
            ):
                continue
            near = [k for s in beside(place, place + 1, tokens, subjects) for k in s.kinds]
            within = [m.namespace for m in mentions if m.namespace]
            names = self._spelling.near(token.low, near, within) or self._spelling.part(
                token.low, near, within
            )
            if not names and (place_name := self._spelling.namespace(token.low)):
                found.append(Mention(place, place + 1, token.text, [], place_name))
                continue
            if not names:
                like = _LIKE_A_NAME.search(token.low) and not VERSION.fullmatch(token.low)
                if (like and "=" not in token.text) or _is_place(place, tokens):
                    missing.append(token.text)
                continue
            nodes = [
                n for name in names for n in self._catalog.by_name.get(name, ()) if n.kind != "Namespace"
            ]
            wanted = [n for n in nodes if n.kind in near] or nodes
            place_name = next((self._namespaces[n] for n in names if n in self._namespaces), "")
            if place_name and (not nodes or "Namespace" in near):
                found.append(Mention(place, place + 1, token.text, [], place_name, guessed=True))
            else:
                many = self._all_of(token.low.removesuffix("s"), within) if token.low.endswith("s") else []
                found.append(
                    Mention(place, place + 1, token.text, many or wanted, guessed=not many, many=bool(many))
                )
        return found, missing

    def _is_of_field(self, place: int, tokens: Sequence[Token]) -> bool:
        """Whether a word and the one beside it are those of a field: `session affinity`."""
        near = [token.low for token in tokens[max(place - 1, 0) : place + 2]]
        if tuple(tokens[place].low.split("-")) in self._pairs:
            return True  # `scale-down`
        return any(pair in self._pairs for pair in pairwise(near))

    def _joined(
        self, tokens: Sequence[Token], mentions: Sequence[Mention], subjects: Sequence[KindMention]
    ) -> list[Mention]:
        """Workloads of words that follow each other: `spark workers` begins a name, others turn it about."""
        found: list[Mention] = []
        within = [m.namespace for m in mentions if m.namespace]
        for length in (3, 2):
            for first in range(len(tokens) - length + 1):
                words = tokens[first : first + length]
                apart = any(after.start - before.end != 1 for before, after in pairwise(words))
                if apart or any(is_inside(first + i, [*mentions, *found]) for i in range(length)):
                    continue
                nodes = self._spelling.turned([w.low for w in words], within) if length > 2 else []
                plain = any(is_inside(first + i, subjects) or w.low in FILLERS for i, w in enumerate(words))
                if not nodes and not plain and not is_known(words[0]):
                    said_words = [w.low for w in words]
                    nodes = self._spelling.begun(said_words, within) or self._spelling.ended(
                        said_words, within
                    )
                if nodes:
                    said = " ".join(word.text for word in words)
                    found.append(Mention(first, first + length, said, nodes))
        return found

    def _all_of(self, word: str, namespaces: Sequence[str]) -> list[Node]:
        """The workloads that a plural may mean (`the grafanas`), where there are several."""
        found = [n for n in self._catalog.workloads(namespaces) if word in re.split(r"[-.]", n.name.lower())]
        named = any(node.name.lower() == word for node in found)
        return found if named and 1 < len(found) <= _MOST_OF_A_NAME else []


def _is_place(place: int, tokens: Sequence[Token]) -> bool:
    """Whether a word stands where only the name of a namespace does: `pods in namespace shop`."""
    before = [token.low for token in tokens[max(place - 2, 0) : place]]
    return before[-1:] in (["namespace"], ["ns"]) and (len(before) == 1 or before[0] in _BEFORE_PLACES)


def _field_pairs(catalog: Catalog) -> frozenset[tuple[str, str]]:
    """The pairs of words that follow each other in the names of fields, as a few objects of each kind have them."""
    keys = {
        str(path[-1])
        for nodes in catalog.by_kind.values()
        for node in nodes[:_LOOKED_INTO]
        for path, _ in fields_of(node)
        if not {"labels", "annotations", "data"} & set(map(str, path[:-1]))
    }
    spelled = ([part.lower() for part in CAMEL.split(key) if part] for key in keys if key.isalnum())
    return frozenset(pair for words in spelled for pair in pairwise(words))
