"""One line about the object that a question to the documents names: how it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from answers.cluster.catalog import pod_path
from answers.cluster.choice import choose
from answers.cluster.compose import Text
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Said, Spot
from answers.cluster.wording import HOW_TO, TROUBLE, Aspect
from answers.model import Answer
from answers.verify import verified
from cluster.graph import Node
from connectors.documents import Document

MOST = 3
"""Clusters that the line tells of."""
_LINE = Spot(short=2)
_REVISION = Spot(path=("metadata", "annotations", "deployment.kubernetes.io/revision"))
"""Which revision of a Deployment is in force, as `kubectl rollout history` numbers them."""


def meant(question: str, reader: Reader) -> list[Node]:
    """The one workload that a question how to do something, or why it fails, names: one object in each cluster."""
    reading = reader.read(question)
    if not _asks_for_state(reading) or len(reading.mentions) != 1 or reading.mentions[0].guessed:
        return []
    nodes = [n for n in choose(reading.mentions[0], reading, Draft(), reader.catalog) if n.present]
    same = {(n.kind, n.namespace, n.name) for n in nodes}
    return nodes[:MOST] if len(same) == 1 and all(map(pod_path, nodes)) else []


def _asks_for_state(reading: Reading) -> bool:
    """Whether how the object is now matters: why something was decided does not depend on it."""
    if HOW_TO.search(reading.masked) or reading.aspect is Aspect.HEALTH:
        return True
    return reading.aspect is Aspect.WHY and (Aspect.HEALTH in reading.aspects or reading.asks(TROUBLE))


def with_line(answer: Answer, nodes: list[Node], documents: Mapping[str, Document]) -> Answer:
    """The answer with a cited line behind it; the answer alone where no document tells of the objects."""
    text = Text(first=max((one.number for one in answer.citations), default=0) + 1)
    for node in nodes:
        text.remark(f"Now in cluster {node.cluster}")
        told = [Said(node.document_id, _LINE, node=node)]
        if node.kind == "Deployment":
            told.append(Said(node.document_id, _REVISION, detail=True, node=node))
        text.lines(told, documents)
    claims, citations = verified(text.claims, text.citations, documents)
    if len(claims) < len(nodes):
        return answer
    return replace(
        answer,
        answer="\n\n".join((answer.answer, *text.parts)),
        claims=(*answer.claims, *claims),
        citations=(*answer.citations, *citations),
    )
