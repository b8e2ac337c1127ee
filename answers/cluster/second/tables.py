"""Shows the objects of a kind with the lines that are nearest to a question, where nothing else answers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.cluster import scripts
from answers.cluster.mentions import VERSION
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from answers.cluster.second.lines import CLEAR, all_lines, asked_words, nearest, spots
from answers.cluster.second.nearest import Near
from answers.cluster.second.ranking import LineRanker, all_words, spoken
from answers.cluster.second.tellable import is_open, is_told
from answers.cluster.specs.doubts import names_one
from answers.cluster.wording import Aspect
from cluster.graph import Node
from index.tokens import stem

_SURE = 0.5
ROWS = 12
"""Objects of a kind that a table shows."""
COLUMNS = 4
_SAMPLE = 3


class Tables:
    """Looks into the objects of kinds; `ordinary` knows which words are plain English."""

    def __init__(self, ranker: LineRanker, ordinary: Callable[[str], bool]) -> None:
        self._ranker = ranker
        self._ordinary = ordinary

    def answer(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """A table of the objects of a kind with the fields that are asked for."""
        if names_one(reading):
            return None
        tables = [self._table(kinds, question, reading, reader, near) for kinds in _kinds(reading)]
        return max(filter(None, tables), key=lambda one: one[0], default=(0.0, None))[1]

    def _table(
        self, kinds: Sequence[str], question: str, reading: Reading, reader: Reader, near: Sequence[Near]
    ) -> tuple[float, Draft] | None:
        """A table of these kinds and how plainly its best line says what is asked."""
        nodes = reader.catalog.of(kinds, reading.namespaces, reading.clusters)
        words = [w.lower() for w in (*reading.unknown, *reading.missing)]
        nodes, held = _narrowed(nodes, words)
        if not nodes or (len(nodes) > ROWS and not held):
            return None
        found = [
            o
            for o in self._ranker.ranked(nodes[:_SAMPLE], question, reading)
            if o.lexical >= CLEAR or held & o.line.value
        ]
        told = {word for o in found for word in all_words(o.line)} | set(held)
        if reading.aspect is Aspect.NODE and words and not any(is_told(word, told) for word in words):
            return None  # on which node something runs is asked of that, and nothing tells of it
        if not found or not is_open(reading, found, near, True, self._ordinary, held):
            return None
        paths = list(
            dict.fromkeys(path for _, path in spots(nearest(found, asked_words(spoken(question, reading)))))
        )
        draft = Draft(sure=_SURE, clusters=list(reading.clusters), objects=nodes)
        draft.lead.append(f"Nearest to the question in {counted(len(nodes), nodes[0].kind)}")
        for node in nodes[:ROWS]:
            draft.say(node, Spot(short=4))
            for path in paths[:COLUMNS]:
                draft.say(node, Spot(path=path), detail=True)
        draft.left_out = max(0, len(nodes) - ROWS)
        shown = list(dict.fromkeys(node.kind for node in nodes))
        draft.commands = scripts.of_list(draft, reading, shown, [], reader.kinds)
        return found[0].lexical, draft


def _kinds(reading: Reading) -> list[tuple[str, ...]]:
    """The kinds that are named, as each word names them."""
    return list(dict.fromkeys(subject.kinds for subject in reading.subjects))[:_SAMPLE]


def _narrowed(nodes: Sequence[Node], words: Sequence[str]) -> tuple[list[Node], frozenset[str]]:
    """Those that have what the words name as a value (`eu-1a`), where some have it and others do not."""
    found = list(nodes)
    held: set[str] = set()
    for word in dict.fromkeys(word for word in words if VERSION.search(word)):
        having = [node for node in found if _holds(node, word)]
        if 0 < len(having) < len(nodes):
            found, held = having, held | {word}
    return found, frozenset(held)


def _holds(node: Node, word: str) -> bool:
    return any({word, stem(word)} & line.value for line in all_lines([node]))
