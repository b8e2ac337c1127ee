"""A field of a named object that a question spells out: `the termination message policy of pod cart-0`."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.choice import choose
from answers.cluster.fields import Path, fields_of
from answers.cluster.mentions import Mention
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.spelled.words import FREE, is_all, own_words, places_of, tokens_of, words_of_field
from cluster.graph import Node
from cluster.values import mapping

_PUNCTUATED = re.compile(r"[./-]")
_OF_KEYS = ("label", "labels", "annotation", "annotations", "key")
_LEAST = 2
"""Words that the field's name has: of those with one the rest of the grammar knows what people mean."""
_SHOWN = 6


def answer(question: str, reading: Reading, reader: Reader) -> Draft | None:
    """The object's lines that hold the field, where the question names both and says no more; None elsewhere."""
    for mention in reading.mentions:
        rest = _without_name(question.lower(), mention, reading)
        found = {
            node.id: paths
            for node in mention.nodes
            if _is_here(node, reading)
            and (paths := _keys(rest, node, reading) or _paths(rest, node, reading))
        }
        if not found:
            continue
        draft = Draft(clusters=list(reading.clusters), settled=True)
        meant = [node for node in choose(mention, reading, draft, reader.catalog) if node.id in found]
        if not meant:
            draft.lead.clear()
            meant = [node for node in mention.nodes if node.id in found]
        first = meant[0]
        draft.objects = [n for n in meant if (n.kind, n.namespace) == (first.kind, first.namespace)]
        for node in draft.objects:
            draft.say(node)
            for path in found[node.id][:_SHOWN]:
                draft.say(node, Spot(path=path), detail=True)
        draft.commands = [scripts.describe(first, reader.kinds)]
        return draft
    return None


def _is_here(node: Node, reading: Reading) -> bool:
    """Whether an object stands where the question looks: what another cluster sets is no answer."""
    return (not reading.clusters or node.cluster in reading.clusters) and (
        not reading.namespaces or not node.namespace or node.namespace in reading.namespaces
    )


def _without_name(low: str, mention: Mention, reading: Reading) -> str:
    """The question without the name, and without the words for its kind beside it."""
    rest = low.replace(mention.said.lower(), " ", 1)
    for subject in reading.typed:
        if any(node.kind in subject.kinds for node in mention.nodes):
            said = " ".join(token.low for token in reading.tokens[subject.first : subject.last])
            rest = rest.replace(said, " ", 1)
    return rest


def _keys(rest: str, node: Node, reading: Reading) -> list[Path]:
    """The labels and annotations whose whole key the question says, where no word is left over."""
    places = places_of(reading)
    found: list[Path] = []
    for kind in ("labels", "annotations"):
        for key in mapping(node.value, f"metadata.{kind}"):
            left = tokens_of(rest.replace(key.lower(), " ", 1))
            if key.lower() in rest and _PUNCTUATED.search(key) and is_all(left, (), {*places, *_OF_KEYS}):
                found.append(("metadata", kind, key))
    return found


def _paths(rest: str, node: Node, reading: Reading) -> list[Path]:
    """The fields of an object that the words name, those of most words; none where a word is left over."""
    tokens = tokens_of(rest)
    places = places_of(reading)
    best: list[Path] = []
    most = _LEAST - 1
    for path, value in fields_of(node):
        if isinstance(value, dict) or not isinstance(path[-1], str) or FREE.intersection(map(str, path)):
            continue
        if len(own_words(path)) < _LEAST:
            continue
        used = words_of_field(tokens, path)
        if len(used) >= max(most, _LEAST) and is_all(tokens, used, places):
            best = [*best, path] if len(used) == most else [path]
            most = len(used)
    return best
