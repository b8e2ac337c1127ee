"""One result a thing: what runs stands behind what declares it, what was made behind its maker, copies last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connectors.documents import OBJECT
from index.query import Query
from index.ranking import Candidate

MADE = frozenset({"Pod", "ReplicaSet", "ControllerRevision", "EndpointSlice", "Endpoints", "Event"})
"""Kinds that controllers make, or that tell of other objects; there are many of them and they repeat their owner."""

_DECLARED = "manifest"


class Thing(NamedTuple):
    """A Kubernetes object, whichever source speaks of it."""

    namespace: str
    kind: str
    name: str


def thing_of(candidate: Candidate) -> Thing | None:
    """The object that a candidate is, by its document's id; None for a document that is no object."""
    if candidate.card.kind not in (OBJECT, _DECLARED):
        return None
    place = candidate.card.document_id.partition("@")[0].split("/")
    return Thing(*place[-3:]) if len(place) >= 4 else None


def one_result_a_thing(ranked: Sequence[Candidate], question: str) -> list[Candidate]:
    """`ranked` with running objects that repeat another result moved behind everything else.

    Those are objects whose manifest is among the results, the same object of a further cluster, and what
    controllers made (`MADE`), unless the question names it.
    """
    declared = {thing_of(c) for c in ranked if c.card.kind == _DECLARED}
    asked = question.lower()
    first: list[Candidate] = []
    behind: list[Candidate] = []
    seen: set[Thing | None] = set()
    for candidate in ranked:
        thing = thing_of(candidate)
        repeats = candidate.card.kind == OBJECT and (
            thing in declared
            or thing in seen
            or (thing is not None and thing.kind in MADE and thing.name.lower() not in asked)
        )
        (behind if repeats else first).append(candidate)
        if candidate.card.kind == OBJECT:
            seen.add(thing)
    return first + behind


def collapse(ranked: Sequence[Candidate], query: Query) -> list[Candidate]:
    """`ranked` with near-copies from other environments moved behind everything else.

    The copies of environments that the question names stay where they are.
    """
    seen: set[str] = set()
    first: list[Candidate] = []
    twins: list[Candidate] = []
    for c in ranked:
        again = c.chunk.family in seen and c.card.environment not in query.environments
        (twins if c.chunk.family and again else first).append(c)
        seen.add(c.chunk.family)
    return first + twins
