"""A named object that a question asks to be one thing or another: `rolled out, Recreate or RollingUpdate`."""

from __future__ import annotations

import re

from answers.cluster import scripts
from answers.cluster.choice import choose
from answers.cluster.fields import Path, fields_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.spelled.words import FREE
from cluster.graph import Node

_EITHER = re.compile(r"(?<![\w-])([\w-]{3,}),? (?:or|还是) (?:an? |by |as |via )?([\w-]{3,})(?![\w-])")
_MOST = 3
"""Fields that hold such a value; more say that it is no choice between values of one."""


def answer(reading: Reading, reader: Reader) -> Draft | None:
    """The field of the one named object that holds one of two words which the question joins by `or`."""
    said = {word.lower() for match in _EITHER.finditer(reading.text) for word in match.groups()}
    if len(reading.mentions) != 1 or not said:
        return None
    draft = Draft(clusters=list(reading.clusters))
    for node in choose(reading.mentions[0], reading, draft, reader.catalog)[:1]:
        if 0 < len(paths := _holding(node, said)) <= _MOST:
            draft.objects = [node]
            draft.say(node)
            for path in paths:
                draft.say(node, Spot(path=path), detail=True)
            draft.commands = [scripts.describe(node, reader.kinds)]
            return draft
    return None


def _holding(node: Node, said: set[str]) -> list[Path]:
    return [
        path
        for path, value in fields_of(node)
        if isinstance(value, str)
        and value.lower() in said
        and path[0] == "spec"
        and not FREE.intersection(map(str, path))
    ]
