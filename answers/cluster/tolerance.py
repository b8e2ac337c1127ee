"""How many words of a question about a named object may mean nothing here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.mentions import Mention
from answers.cluster.reading import Reading
from answers.cluster.wording import Aspect
from cluster.graph import Node

SURE = frozenset(
    {Aspect.IMAGE, Aspect.REPLICAS, Aspect.WHY, Aspect.HEALTH, Aspect.PORTS, Aspect.RESOURCES, Aspect.EXPOSED,
     Aspect.SCALING, Aspect.BUDGET, Aspect.CALLS, Aspect.CALLERS, Aspect.ACCOUNT, Aspect.POLICIES, Aspect.RESTARTS}
)  # fmt: skip
"""What is asked in words of its own: then one word of a question about a named object may mean nothing here."""
OPEN = (None, Aspect.HOLDS, Aspect.DESCRIBE)
"""Nothing in particular is asked of the object."""


def tolerated(
    aspect: Aspect | None, setting: bool, chosen: Sequence[tuple[Mention, list[Node]]], reading: Reading
) -> int:
    """How many words may mean nothing here; none beside a name that was only guessed."""
    if any(mention.guessed for mention, _ in chosen):
        return 0
    typed = (
        all(mention.kinds for mention, _ in chosen) and aspect in OPEN and not reading.asks("who|when|how")
    )
    return 3 if setting else int(aspect in SURE or typed)


def is_hint(word: str, chosen: Sequence[tuple[Mention, list[Node]]]) -> bool:
    """Whether a word is a part of where the object stands: `otel` for namespace otel-demo, `argo` for argoproj.io."""
    low = word.lower()
    return any(
        low in re.split(r"[-.]", f"{n.namespace}.{n.cluster}".lower())
        or (len(low) > 2 and n.group.startswith(low))
        for _, nodes in chosen
        for n in nodes
    )
