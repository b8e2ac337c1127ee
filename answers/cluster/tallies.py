"""How many of something a named object holds: `how many subsets does ratings define`, `alerts in node-rules`."""

from __future__ import annotations

import re

from answers.cluster.fields import Path, fields_of, words_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, titled
from answers.cluster.wording import Aggregate
from cluster.graph import Node

_COUNTED = re.compile(
    r"(?:how many|number of|count(?: of)?|amount of) (?:different |distinct )?((?:[a-z]+ ?){1,3})"
)
_ELSEWHERE = frozenset(
    {"replica", "pod", "restart", "instance", "container", "node", "warning", "event", "limit", "request"}
)
"""What is counted in another way, or has an amount and no number."""


def say(draft: Draft, reading: Reading) -> None:
    """Adds how many there are in the first object that is told of, where it holds a list of what is counted."""
    said = _COUNTED.search(reading.loose)
    if said is None or Aggregate.COUNT not in reading.aggregates or not draft.objects:
        return
    words = [singular(word) for word in said[1].split()]
    found = tally(draft.objects[0], words)
    if found is not None and words and words[0] not in _ELSEWHERE:
        number, path, name = found
        draft.lead.append(f"{titled(draft.objects[0])}: {number} {name}")
        draft.say(draft.objects[0], Spot(path=path), detail=True)


def tally(node: Node, words: list[str]) -> tuple[int, Path, str] | None:
    """How many of what these words begin with an object holds, where, and what that is called; None for none."""
    for length in range(min(len(words), 3), 0, -1):
        asked = words[:length]
        lists = [
            (p, v) for p, v in fields_of(node) if isinstance(v, list | dict) and words_of(str(p[-1])) == asked
        ]
        if lists:
            path, held = min(lists, key=lambda one: (len(one[0]), str(one[0])))
            return len(held), path, str(path[-1])
        items = [
            p for p, v in fields_of(node) if not isinstance(v, list | dict) and words_of(str(p[-1])) == asked
        ]
        inside = [path for path in items if any(isinstance(step, int) for step in path)]
        if inside:
            place = next(i for i, step in enumerate(inside[0]) if isinstance(step, int))
            return len(inside), inside[0][:place], f"{'-'.join(asked)}s"
    return None
