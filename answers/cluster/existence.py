"""Whether what an object names is there: `which storage class does it ask for, and does that exist?`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from answers.cluster.fields import Path, fields_of, value_at
from answers.cluster.reading import Reader
from answers.cluster.said import Draft, Spot, titled
from cluster.graph import Node

_ASKS = re.compile(
    r"[,;.?]?\s*(?:\band |\bbut )?(?:does|do|is|are) (?:that|this|those|these|the|it|they|such an?)(?: (?P<kind>[a-z][a-z ]{2,30}?))??"
    r"(?: (?:even|really|actually|still|also))* (?:exists?|there|present|around)(?: (?:at all|in the cluster|yet|too|then))?\W*$",
    re.IGNORECASE,
)
_WORDS = {"PersistentVolumeClaim": "claim", "HorizontalPodAutoscaler": "hpa"}
"""What the names of fields have for kinds of long names."""
_LEAST = 3
_MOST = 4


def extended(
    question: str, found: Draft | None, reader: Reader, ask: Callable[[str], object]
) -> Draft | None:
    """The answer to what comes before, with whether the objects that it names exist; None where that is not asked."""
    match = _ASKS.search(question)
    if match is None or len(question[: match.start()].split()) < _LEAST:
        return None
    head = question[: match.start()]
    first = found if found is not None and found.objects else ask(f"{head}?")
    if not isinstance(first, Draft) or not 0 < len(first.objects) <= _MOST:
        return None
    kinds = _kinds(match["kind"] or "", head, first, reader)
    told = {
        (node.cluster, kind, value): (node, path)
        for node in first.objects
        for kind in kinds
        for path, value in _meant(node, kind, first)
    }
    several = len({cluster for cluster, _, _ in told}) > 1
    for (cluster, kind, value), (node, path) in told.items():
        there = [
            n for n in reader.catalog.by_name.get(value.lower(), ())
            if n.kind == kind and n.cluster == cluster and n.namespace in ("", node.namespace)
        ]  # fmt: skip
        where = f" in cluster {cluster}" * several
        said = (
            f"{titled(there[0])} exists"
            if there
            else f"{kind} {value} does not exist, as far as you may read"
        )
        first.lead.append(f"{said}{where}")
        first.say(node)
        first.say(node, Spot(path=path), detail=True)
        first.say_all(there[:1])
    return first if told else None


def _kinds(said: str, head: str, first: Draft, reader: Reader) -> list[str]:
    """The kinds of what may be missing: as the question says, or those that it asks for beside what it names."""
    if said:
        return list(reader.read(said).kinds)
    own = {node.kind for node in first.objects}
    return [kind for kind in reader.read(head).kinds if kind not in own]


def _meant(node: Node, kind: str, first: Draft) -> list[tuple[Path, str]]:
    """Those of its names for objects of a kind that stand in what was quoted of it, or all."""
    named = list(_named(node, kind))
    quoted = [one.spot.path for one in first.said if one.node == node and one.spot.path]
    inside = [(path, value) for path, value in named if any(path[: len(top)] == top for top in quoted)]
    return inside or named


def _named(node: Node, kind: str) -> Iterator[tuple[Path, str]]:
    """The names of objects of a kind that the fields of an object hold."""
    word = _WORDS.get(kind, kind).lower()
    for path, value in fields_of(node):
        keys = [step for step in path if isinstance(step, str)]
        if (
            not isinstance(value, str)
            or not value
            or keys[0] in ("metadata", "status")
            or isinstance(path[-1], int)
        ):
            continue
        last = keys[-1].lower()
        held = keys[-2].lower() if len(keys) > 1 else ""
        refers = last == "name" and (word in held or value_at(node, (*path[:-1], "kind")) == kind)
        if last in (word, f"{word}name") or refers:
            yield path, value
