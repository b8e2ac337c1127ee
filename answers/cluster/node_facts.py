"""The conditions of nodes: whether memory, disk or processes run short."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.graph import Node
from cluster.values import entries, text

_ASKED = r"(?:memory|disk|pid|process\w*|node)? ?pressure|conditions?"
_SHOWN = 20
WORDS = frozenset("memory disk pid process processes node pressure condition conditions".split())
"""The words of such questions."""


def asks_conditions(reading: Reading) -> bool:
    """Whether a question is about the conditions of nodes."""
    return reading.asks(_ASKED)


def asks_pressure(reading: Reading) -> bool:
    """Whether a question is about what only nodes are under."""
    return reading.asks(r"(?:memory|disk|pid) ?pressure")


def say_conditions(draft: Draft, nodes: Sequence[Node], reading: Reading) -> None:
    """Adds which nodes are under pressure, and the conditions that are asked about of each."""
    wanted = _wanted(nodes, reading)
    pressed = [kind for kind in wanted if kind.endswith("Pressure")]
    if pressed:
        bad = [node for node in nodes if _true(node) & set(pressed)]
        under = listed(pressed) if len(pressed) < 3 else "pressure"
        draft.lead.append(
            f"{listed(node.name for node in bad)} {'has' if len(bad) == 1 else 'have'} {under}" if bad
            else f"No Node of {len(nodes)} has {under}"
        )  # fmt: skip
    elif not wanted:
        draft.lead.append(f"None of {counted(len(nodes), 'Node')} reports such a condition")
    for node in nodes[:_SHOWN]:
        draft.say(node, Spot(short=1))
        for kind in wanted:
            draft.say(node, Spot(needles=(f"Condition {kind}: ",)), detail=True)
    draft.left_out += max(0, len(nodes) - _SHOWN)
    draft.objects = list(nodes)


def _wanted(nodes: Sequence[Node], reading: Reading) -> list[str]:
    """The conditions that the question names, else those of pressure where it asks of that, else all."""
    known = list(
        dict.fromkeys(text(c, "type") for n in nodes for _, c in entries(n.value, "status.conditions"))
    )
    spelled = {kind: re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=PID)", " ", kind).lower() for kind in known}
    named = [
        kind for kind, words in spelled.items()
        if " " in words and (words in reading.masked or kind.lower() in reading.masked)
    ]  # fmt: skip
    if asks_pressure(reading):
        return named
    return named or [k for k in known if not reading.asks("pressure") or k.endswith("Pressure")]


def _true(node: Node) -> set[str]:
    return {
        text(c, "type") for _, c in entries(node.value, "status.conditions") if text(c, "status") == "True"
    }
