"""Ranks the lines of objects by how near they are to a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.reading import Reading
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.lines import CLEAR, Line, Ranked, all_lines, asked_words, ranked
from cluster.graph import Node

_FEW_LINES, _LINES = 24, 100
"""Lines that are embedded: where the words of some say enough, and where they do not."""


class LineRanker:
    """Ranks lines; `fields` knows how like a line is to a question."""

    def __init__(self, fields: FieldFinder) -> None:
        self._fields = fields

    def ranked(self, nodes: Sequence[Node], question: str, reading: Reading) -> list[Ranked]:
        """The lines of the objects, nearest first; few are compared by likeness where their words say enough."""
        words = spoken(question, reading)
        asked = asked_words(words)
        lines = all_lines(nodes)
        found = ranked(lines, asked, [0.0] * len(lines))
        compared = found[: _FEW_LINES if found and found[0].lexical >= CLEAR else _LINES]
        texts = [one.line.text for one in compared]
        likeness = [*self._fields.likeness(texts, words), *[0.0] * (len(found) - len(compared))]
        return ranked([one.line for one in found], asked, likeness)


def spoken(question: str, reading: Reading) -> str:
    """The words of the question as it was put and in the grammar's words, without the names in them."""
    names = {word for mention in reading.named for word in mention.said.lower().split()}
    kept = [w for w in question.replace("'s ", " ").split() if w.lower().strip(".,;:!?()'\"`") not in names]
    own = {word.lower() for word in kept}
    extra = [w for w in re.sub(r"§+", " ", reading.loose).split() if w not in own]
    return " ".join([*kept, *extra])


def all_words(line: Line) -> frozenset[str]:
    return line.field | line.above | line.value
