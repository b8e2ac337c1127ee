"""What the further parts of a question ask: `how many replicas does cart have and on which node does it run`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster.reading import Reading
from answers.cluster.wording import ASPECTS, Aspect

_PART = re.compile(
    r"(?:[,;?]|\band\b|\bplus\b|&)\s*(?:also |then |please |and )*(?:(?:on|in|at|to|by|from|under|with|since|for|of) )?"
    r"(?=(?:which|what|what's|where|when|how|who|is|are|does|do|has|did)\b)"
)
_LIST = re.compile(r"[:,;&]|\band\b|§+")
_PLACES = {"node": Aspect.NODE, "nodes": Aspect.NODE, "namespace": Aspect.PLACE}
_VAGUE = (Aspect.DESCRIBE, Aspect.HOLDS, Aspect.USERS, Aspect.ACCESS, Aspect.WHY, Aspect.SELECTED)
"""What nearly every part asks in its words."""


def further(reading: Reading, told: Aspect | None) -> list[Aspect]:
    """What is asked besides what is told, in the order of the question; none where it has one part only."""
    parts = _PART.split(reading.loose)
    listed = [noun for part in _LIST.split(reading.masked) if (noun := _noun(part.strip(" ?.!"))) is not None]
    if len(parts) < 2 and len(listed) < 2:
        return []
    asked = [*(_asked(part) for part in parts * (len(parts) > 1)), *listed * (len(listed) > 1)]
    return [one for one in dict.fromkeys(asked) if one is not None and one is not told and one not in _VAGUE]


def _noun(part: str) -> Aspect | None:
    """What a word in a list of things to tell asks for: `cart: image, replicas, node`."""
    if part in _PLACES:
        return _PLACES[part]
    return next((aspect for aspect, pattern in ASPECTS if pattern.fullmatch(part)), None)


def _asked(part: str) -> Aspect | None:
    found: Iterator[Aspect] = (aspect for aspect, pattern in ASPECTS if pattern.search(part))
    return next(found, None)
