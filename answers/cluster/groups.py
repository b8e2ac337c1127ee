"""How many objects there are of each value of a field: `services by type`, `pods per phase`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from answers.cluster.fields import Path, fields_of, words_of
from answers.cluster.kinds import singular
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted
from cluster.graph import Node

_BY = re.compile(r"(?:by|per|for each|grouped by|split by|of each) (?:their |the )?((?:[a-z]+ ?){1,3})$")
_WORDS = {"state": "phase", "status": "phase", "storage class": "storage class name", "node": "node name"}
_MOST = 3_000
_SHOWN = 20


def grouping(reading: Reading) -> list[str]:
    """The words for what objects are to be grouped by; none where the question asks for no groups."""
    found = _BY.search(re.sub(r"[^a-z§ ]", " ", reading.masked).strip())
    words = found[1].strip() if found else ""
    return [singular(word) for word in _WORDS.get(words, words).split()]


def by_value(draft: Draft, reading: Reading, nodes: Sequence[Node], word: str) -> bool:
    """Counts the objects by what they hold in the field of these words; False where none of them has such a field."""
    asked = grouping(reading)
    if not asked or not 0 < len(nodes) <= _MOST:
        return False
    found = {node.id: held for node in nodes if (held := _held(node, asked))}
    counts = Counter(value for _, value in found.values())
    if not counts:
        return False
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    spread = ", ".join(f"{value} {number}" for value, number in ordered[:_SHOWN])
    without = len(nodes) - len(found)
    draft.lead.append(
        f"{counted(len(nodes), word)} by {' '.join(asked)}: {spread}{f', none {without}' if without else ''}"
    )
    for value, _ in ordered[:_SHOWN]:
        node = next(n for n in nodes if found.get(n.id, ((), ""))[1] == value)
        draft.say(node, Spot(short=1))
        draft.say(node, Spot(path=found[node.id][0]), detail=True)
    draft.objects = list(nodes)
    return True


def _held(node: Node, asked: Sequence[str]) -> tuple[Path, str] | None:
    """The field of these words that stands highest, and its value."""
    best: tuple[Path, str] | None = None
    for path, value in fields_of(node):
        if not isinstance(value, str | bool) or value == "" or any(isinstance(step, int) for step in path):
            continue
        if (best is None or len(path) < len(best[0])) and words_of(str(path[-1])) == list(asked):
            best = path, str(value)
    return best
