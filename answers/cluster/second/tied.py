"""Answers from what hangs together with the one object that a question names, whatever words ask for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import choose
from answers.cluster.fields import CAMEL
from answers.cluster.mentions import Mention
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.second.doubts import names_foreign
from answers.cluster.second.evidence import holder_of, paths_of
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near
from answers.cluster.second.ties import Tie, ties
from answers.cluster.wording import HOW_TO, NEVER_TOLD
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node

SURE = 0.6
LIKE = 0.72
"""How near the words of a relation have to be to a question that asks for no kind at its far end."""
LIKE_KIND = 0.68
"""The same where the question asks for a kind that is there."""
_LEAD = 0.1
"""So much nearer than to what no object tells the question has to be."""
_MOST = 30
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ReplicaSet", "ControllerRevision", "Lease"})
_ADDRESS = re.compile(r" (?:is|holds) (\S+?)(?:[,;]|$)")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The relation that a question asks for, of which objects, and how near it is."""

    tie: Tie
    nodes: tuple[Node, ...]
    score: float
    asked: bool


class Tied:
    """Finds the relation of a named object that a question is most like; `fields` knows how like words are."""

    def __init__(self, fields: FieldFinder) -> None:
        self._fields = fields

    def answer(self, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """What hangs together with the named object, where the question is more like that than like anything else."""
        if HOW_TO.search(reading.masked) or NEVER_TOLD.search(reading.masked):
            return None
        draft = Draft(clusters=list(reading.clusters))
        chosen = self.find(reading, draft, reader.catalog)
        if chosen is None or chosen.score < near[0].score:
            return None
        if names_foreign(reading) and not chosen.asked:
            return None
        untold = max((one.score for one in near if not one.phrasing.is_told), default=0.0)
        return told(chosen, draft, reading, reader) if chosen.score >= untold + _LEAD else None

    def find(self, reading: Reading, draft: Draft, catalog: Catalog) -> Chosen | None:
        """The relation, or None where nothing that hangs together with the object is like the question."""
        mention = _subject(reading)
        nodes = _meant(mention, reading, draft, catalog) if mention is not None else []
        if mention is None or not nodes:
            return None
        wanted = frozenset(reading.kinds)
        found = ties(nodes, catalog)
        asked = [tie for tie in found if wanted & tie.kinds(catalog)]
        if wanted and not asked:
            return None
        it = f"the {_spelled(nodes[0].kind)}"
        words = _question(reading, mention, it)
        best: Chosen | None = None
        for tie in asked or found:
            texts = [text.format(it=it) for text in tie.relation.texts]
            score = max(self._fields.likeness(texts, words))
            if best is None or score > best.score:
                best = Chosen(tie, tuple(nodes), score, bool(asked))
        least = LIKE_KIND if asked else LIKE
        return best if best is not None and best.score >= least else None


def told(chosen: Chosen, draft: Draft, reading: Reading, reader: Reader) -> Draft:
    """An answer of the far ends of a relation, each with what shows it."""
    tie, first = chosen.tie, chosen.nodes[0]
    ends = _asked(tie, reading, reader.catalog)
    names = listed((titled(node) for node, _ in ends), _MOST)
    draft.lead.append(f"{titled(first)} {tie.relation.said} {names}")
    draft.sure = min(draft.sure, SURE)
    holders: list[Node] = []
    for node, edge in ends[:_MOST]:
        holder = _say(draft, node, edge, reader.catalog)
        holders += [holder] if holder.present and holder not in holders else []
    draft.left_out = max(0, len(ends) - _MOST)
    draft.say(first)
    draft.objects = [*dict.fromkeys([*chosen.nodes[:1], *(node for node, _ in ends[:3])])]
    own = [] if first.kind == "Secret" or not first.present else [first]
    draft.commands = [scripts.describe(one, reader.kinds) for one in (*holders[:3], *own)]
    return draft


def is_bare(draft: Draft) -> bool:
    """Whether an answer is no more than the first line of one object."""
    nodes = {one.node.id for one in draft.said if one.node is not None}
    return len(nodes) == 1 and len(draft.said) == 1 and draft.said[0].spot.path == ()


def _subject(reading: Reading) -> Mention | None:
    """The one object that the question names with certainty."""
    sure = [mention for mention in reading.mentions if not mention.guessed]
    typed = [mention for mention in sure if mention.kinds]
    found = typed if len(typed) == 1 else sure
    return found[0] if len(found) == 1 else None


def _meant(mention: Mention, reading: Reading, draft: Draft, catalog: Catalog) -> list[Node]:
    """The objects of the name that stand beside the one that is meant; that one first."""
    nodes = choose(mention, reading, draft, catalog)
    if not nodes:
        return []
    first = nodes[0]
    place = (first.cluster, first.namespace)
    beside = [] if mention.kinds else mention.nodes
    return [
        first,
        *(n for n in beside if n != first and (n.cluster, n.namespace) == place and n.kind not in _HIDDEN),
    ]


def _question(reading: Reading, mention: Mention, it: str) -> str:
    """The question with the kind of the object in the place of its name, and without the names of places."""
    words: list[str] = []
    inside = {i: m for m in reading.named for i in range(m.first, m.last)}
    beside = {i for s in reading.typed if s not in reading.subjects for i in range(s.first, s.last)}
    for place, token in enumerate(reading.tokens):
        if (named := inside.get(place)) is None:
            words += [] if place in beside else [token.low]
        elif named is mention and place == mention.first:
            words += it.split()
    return " ".join(words).replace("the the ", "the ")


def _spelled(kind: str) -> str:
    return " ".join(part.lower() for part in CAMEL.split(kind) if part)


def _asked(tie: Tie, reading: Reading, catalog: Catalog) -> list[tuple[Node, Edge]]:
    """The far ends of the kinds that are asked for, in the namespaces of the question if any are there; else all."""
    ends = tie.ends
    kinds = set(reading.kinds)
    if kinds and not kinds & {"Pod", *WORKLOADS}:
        ends = [one for one in ends if one[0].kind in kinds] or ends
    here = [one for one in ends if one[0].namespace in reading.namespaces]
    return here or ends


def _say(draft: Draft, node: Node, edge: Edge, catalog: Catalog) -> Node:
    """Quotes a far end with what shows the edge; gives the object that holds it."""
    target, holder = catalog.graph.node(edge.target), holder_of(edge, catalog)
    if edge.type is EdgeType.RUNS_ON:
        draft.say(holder, Spot(short=2, needles=(f"on node {target.name}",)))
        return holder
    draft.say(node, Spot(short=2))
    if edge.type is EdgeType.CALLS and (address := _ADDRESS.search(edge.reasons[0][0])):
        draft.say(holder, Spot(needles=(address[1],)), detail=True)
        return holder
    for path in paths_of(holder, edge, target):
        draft.say(holder, Spot(path=path), detail=True)
    return holder
