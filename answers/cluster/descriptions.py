"""Puts the name of an object in the place of what describes it: `the job that imports dashboards`."""

from __future__ import annotations

import re

from answers.cluster.catalog import WORKLOADS
from answers.cluster.reading import Reader
from answers.cluster.wording import FILLERS
from cluster.graph import Node
from index.tokens import stem

_DESCRIBED = re.compile(
    r"\b(?:the|our|that|this) (?P<kind>[a-z]+(?: (?:set|job|map|account|claim))?) (?:that|which|who) (?P<what>(?:[a-z][\w-]*)(?: [a-z][\w-]*){0,4})",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[-_.]")
_LEAST = 2
"""Words of a description that have to be in the name."""
_KINDS = frozenset(
    {*WORKLOADS, "Pod", "Service", "ConfigMap", "PersistentVolumeClaim", "Ingress", "ServiceAccount"}
)


def named(question: str, reader: Reader) -> str:
    """The question with the name of the one object that a part of it describes in words of that name."""
    match = _DESCRIBED.search(question)
    kinds = [kind for kind in reader.kinds.find(match["kind"].lower()) if kind in _KINDS] if match else []
    if match is None or not kinds:
        return question
    words = match["what"].split()
    for end in range(len(words), 0, -1):
        said = {stem(word.lower()) for word in words[:end] if word.lower() not in FILLERS}
        if len(said) < _LEAST:
            break
        names = {node.name for node in reader.catalog.of(kinds) if said <= _stems(node)}
        if len(names) == 1:
            rest = question[match.start("what") + len(" ".join(words[:end])) :]
            return f"{question[: match.start()]}{match['kind']} {next(iter(names))}{rest}"
    return question


def _stems(node: Node) -> set[str]:
    return {stem(part) for part in _PARTS.split(node.name.lower()) if part}
