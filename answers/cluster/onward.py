"""Answers what a question asks further about the objects that its first part finds: `..., and what is its image?`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from answers.cluster import existence
from answers.cluster.numeric.asked import merged
from answers.cluster.reading import Reader
from answers.cluster.said import Draft
from cluster.graph import Node

Ask = Callable[[str], object]

_WH = r"(?:which|what|what's|whats|where|when|why|how|who|whose|is|are|does|do|has|have|did|was)"
_BREAK = re.compile(
    rf"\s*(?:[,;.?]\s*(?:and|plus|also)?|\b(?:and|plus))\s+(?:also |then )?(?=(?:(?:on|in|at|to|by|from|under|with|since|for|of) )?{_WH}\b)",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|they|them|this one|that one|those|these)\b(?!')", re.IGNORECASE)
_THAT = re.compile(r"\b(?:that|this|those|these) (?P<kind>[a-z]+)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:and )?(?:when|at what time|at which time|since when)(?: (?:was that|exactly))?\W*", re.IGNORECASE
)
_PLACE = re.compile(
    r"(?P<asks>(?:on|in) (?:which|what) (?:nodes?|namespaces?|machines?|ns))\W*", re.IGNORECASE
)
_WHY = re.compile(r"why(?: (?:is that|so|not))?\W*", re.IGNORECASE)
_MADE = re.compile(r"\b(?:creat\w+|made|oldest|newest|youngest|latest|first|last|age)\b", re.IGNORECASE)
_MOST = 3
_LEAST = 3
"""Words that a first part has at least."""
_SURE = 0.5


def extended(question: str, found: Draft | None, reader: Reader, ask: Ask) -> Draft | None:
    """The answer with what a second part asks of its few objects; None where there is no such part, or no answer to it.

    `found` is the answer to the whole, if there is one; `ask` answers a question.
    """
    if (there := existence.extended(question, found, reader, ask)) is not None:
        return there
    for match in _BREAK.finditer(question):
        head, tail = question[: match.start()], question[match.end() :]
        if len(head.split()) < _LEAST or not _points(tail, head):
            continue
        before = reader.read(head)
        if not before.kinds or any(not m.guessed for m in before.mentions) or reader.read(tail).mentions:
            continue
        first = ask(f"{head}?")
        if not isinstance(first, Draft) or not 0 < len(first.objects) <= _MOST:
            continue
        several = len(reader.catalog.clusters) > 1
        told = (_about(node, tail, head, several, ask) for node in first.objects)
        answers = [answer for answer in told if answer is not None]
        if len(answers) < len(first.objects):
            continue
        whole = found if found is not None and _tells(found, first) else first
        size = len(whole.said)
        for answer in answers:
            whole = merged(whole, answer)
        return whole if len(whole.said) > size or whole is not found else None
    return None


def _points(tail: str, head: str) -> bool:
    """Whether a part asks about what the part before it finds."""
    short = _PLACE.fullmatch(tail) or _WHY.fullmatch(tail) or (_WHEN.fullmatch(tail) and _MADE.search(head))
    return bool(short or _ITS.search(tail) or _IT.search(tail) or _THAT.search(tail))


def _about(node: Node, tail: str, head: str, several: bool, ask: Ask) -> Draft | None:
    """What a part of a question asks of one object."""
    for one in _filled(node, tail.rstrip(" ?.!"), head, several):
        answer = ask(f"{one}?")
        if (
            isinstance(answer, Draft)
            and answer.sure >= _SURE
            and any(n.id == node.id for n in answer.objects)
        ):
            return answer
    return None


def _filled(node: Node, tail: str, head: str, several: bool) -> Iterator[str]:
    name = f"{node.kind.lower()} {node.name}"
    place = f" in {node.namespace}" if node.namespace else ""
    place += f" in cluster {node.cluster}" if several else ""
    if _WHEN.fullmatch(tail):
        yield f"when was {name}{place} created"
    elif (where := _PLACE.fullmatch(tail)) is not None:
        yield f"{where['asks']} is {name}{place}"
    elif _WHY.fullmatch(tail):
        yield f"why is {name}{place} not ready"
    elif _ITS.search(tail):
        yield _ITS.sub(f"{name}'s", tail, count=1) + place
    elif (that := _THAT.search(tail)) is not None and that["kind"].lower().rstrip("s") in head.lower():
        yield f"{tail[: that.start()]}{name}{place}{tail[that.end() :]}"
    elif _IT.search(tail):
        yield _IT.sub(f"{name}{place}", tail, count=1)


def _tells(found: Draft, first: Draft) -> bool:
    """Whether an answer tells of all that another one does."""
    return {node.id for node in first.objects} <= {node.id for node in found.objects}
