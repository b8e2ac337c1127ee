"""Answers from what hangs together with the one object that a question names, whatever words ask for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answers.cluster import own_fields, scripts
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import USABLE, choose
from answers.cluster.fields import CAMEL
from answers.cluster.mentions import Mention
from answers.cluster.named import counts_things
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.second.doubts import names_foreign
from answers.cluster.second.evidence import holder_of, paths_of
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.nearest import Near
from answers.cluster.second.ties import Tie, ties
from answers.cluster.wording import HOW_TO, NEVER_TOLD, UNKNOWABLE, Aspect
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node

SURE = 0.6
_LEAD = 0.1
"""So much nearer than to what no object tells a question has to be, if it is also nearer than to anything else."""
_CLEAR, _CLEAR_KIND = 0.72, 0.68
"""How near it then has to be; a little less where it asks for a kind that hangs together with the object."""
_OPEN, _OPEN_USED, _OPEN_KIND = 0.7, 0.6, 0.5
"""The same where nothing else answers: of what is there to be used, of a kind that is at one relation's far end."""
_OPEN_LEAD, _OPEN_BEHIND = 0.05, 0.08
"""Then it leads what no object tells by so much, and may be so much farther than from what was not found."""
_SAME = 0.02
"""What is so little farther counts as near as well."""
_OUTWEIGHS = 0.1
"""So much nearer than to all that the grammar knows is a question to which it gives another answer."""
_DIRECTION = 0.06
"""What it weighs that the question says which of two acts on the other."""
_MOST = 30
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ReplicaSet", "ControllerRevision", "Lease"})
_PERSON_DID = re.compile(
    r"\b(?:whom|who(?: has| have| had| just| last| recently)*|which (?:person|human|colleague|engineer|admin))"
    r" (?:\w+ed|do|broke|did|made|gave|wrote|ran|set|put|took)\b(?! (?:by|to|from))"
)
_OTHER = r"why|when|since|how (?:fast|long|often|much|many|old|big|large|well)"
_WHICH = r"which|whose|who|what (?!is|are|was|were)\w+"
_WORD = re.compile(r"[\w][\w'-]*")
_ASKS = r"which|what|who|whose|whom|where|any\w*|every\w*|all|list|show"
_HELPS = r"(?:does|do|did|can|could|may|might|will|would|is|are)"
_IT_ACTS = re.compile(rf"\b{_HELPS} (?:the |our |a )?(?:[\w-]+ )?§")
_OTHERS_ACT = re.compile(
    rf"^(?!.*\b{_HELPS} (?:i|we|you|one|people)\b).*\b(?:which|what|who|whose|any\w*)\b.*§"
)
_BY_IT = re.compile(r"\b\w+(?:ed|en|un|ut|ept|eld) by (?:the )?(?:[\w-]+ )?§")
_BY_OTHERS = re.compile(r"§.*\b\w+(?:ed|en|un|ut|ept|eld) by\b")
_ADDRESS = re.compile(r" (?:is|holds) (\S+?)(?:[,;]|$)")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The relation that a question asks for, of which objects, and how near it is."""

    tie: Tie
    nodes: tuple[Node, ...]
    score: float
    asked: bool
    alone: bool


class Tied:
    """Finds the relation of a named object that a question is most like; `ordinary` tells plain English words."""

    def __init__(self, fields: FieldFinder, ordinary: Callable[[str], bool]) -> None:
        self._fields = fields
        self._ordinary = ordinary

    def answer(
        self,
        question: str,
        reading: Reading,
        reader: Reader,
        near: Sequence[Near],
        *,
        least: float = 0.0,
        last: bool = False,
    ) -> Draft | None:
        """What hangs together with the named object, where the question is more like that than like anything else.

        `last`: nothing else answers the question. `least` is how near it has to be in any case.
        """
        if HOW_TO.search(reading.masked) or NEVER_TOLD.search(reading.masked) or _asks_else(reading):
            return None
        draft = Draft(clusters=list(reading.clusters))
        chosen = self._find(question, reading, draft, reader.catalog)
        if chosen is None or (names_foreign(reading) and not chosen.asked):
            return None
        if not all(self._ordinary(word.lower()) for word in reading.unknown):
            return None
        if own_fields.field_words(reading, chosen.nodes[:1]):
            return None  # `subsets of the destination rule ratings`
        untold = max((one.score for one in near if not one.phrasing.is_told), default=0.0)
        clear = _CLEAR_KIND if chosen.asked else _CLEAR
        lead = _LEAD / 2 if chosen.asked else _LEAD
        fits = chosen.score >= max(clear, near[0].score - _SAME, untold + lead)
        if last and not fits and not UNKNOWABLE.search(reading.masked) and not counts_things(reading):
            only = chosen.asked and chosen.alone
            fits = chosen.score >= max(
                _least(chosen), near[0].score - _OPEN_BEHIND, untold + _OPEN_LEAD * (not only)
            )
        return told(chosen, draft, reading, reader) if fits and chosen.score >= least else None

    def instead(
        self, question: str, reading: Reading, reader: Reader, near: Sequence[Near], found: Draft
    ) -> Draft | None:
        """The same instead of what the grammar found, where that is bare or the question is much more like this."""
        if not reading.asks(_ASKS):
            return None  # `short name of x` asks for a field
        bare = _describes_one(found)
        least = 0.0 if bare else near[0].score + _OUTWEIGHS
        draft = self.answer(question, reading, reader, near, least=least, last=bare)
        said = {one.node.id for one in found.said if one.node is not None}
        return None if draft is None or {node.id for node in draft.objects} <= said else draft

    def _find(self, question: str, reading: Reading, draft: Draft, catalog: Catalog) -> Chosen | None:
        """The relation that the question is most like; None where it names no object, or asks for what is not there."""
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
        words, towards = _question(question, reading, mention, it), _direction(reading)
        best: tuple[float, Chosen] | None = None
        for tie in asked or found:
            texts = [text.format(it=it) for text in tie.relation.texts]
            score = max(self._fields.likeness(texts, words))
            weight = score + _DIRECTION * _agrees(tie, towards)
            if best is None or weight > best[0]:
                best = weight, Chosen(tie, tuple(nodes), score, bool(asked), len(asked or found) == 1)
        return best[1] if best is not None else None


def _least(chosen: Chosen) -> float:
    if chosen.asked and chosen.alone:
        return _OPEN_KIND
    used = chosen.nodes[0].kind in USABLE and chosen.tie.relation.incoming
    return _OPEN_USED if used else _OPEN


def _asks_else(reading: Reading) -> bool:
    """Whether the question asks when, why or how much, or what a person did: no relation tells that."""
    return bool(_PERSON_DID.search(reading.masked)) or (reading.asks(_OTHER) and not reading.asks(_WHICH))


def _agrees(tie: Tie, towards: int) -> int:
    """Whether a relation goes the way that the question says: 1 or -1, 0 where either way may be said."""
    if EdgeType.OWNS in tie.relation.types:
        return 0
    if (
        EdgeType.SELECTS in tie.relation.types
    ):  # who is behind a Service does the work, and who is before it too
        return max(0, towards)
    return towards if tie.relation.incoming else -towards


def _direction(reading: Reading) -> int:
    """1 where others act on the named object, -1 where it acts on them, 0 where the question does not say."""
    if _BY_IT.search(reading.masked):
        return -1
    if _BY_OTHERS.search(reading.masked):
        return 1
    if _IT_ACTS.search(reading.masked):
        return -1
    return int(bool(_OTHERS_ACT.search(reading.masked)))


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
    if EdgeType.RUNS_ON in tie.relation.types:
        draft.commands = scripts.of_objects(draft, reading, Aspect.NODE, reader.catalog, reader.kinds)
        return draft
    draft.commands = [scripts.describe(one, reader.kinds) for one in (*holders[:3], *own)]
    return draft


def _describes_one(draft: Draft) -> bool:
    """Whether an answer is no more than the first line of one object, or all of it."""
    nodes = {one.node.id for one in draft.said if one.node is not None}
    return draft.described or (len(nodes) == 1 and len(draft.said) == 1 and not draft.said[0].spot.path)


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


def _question(question: str, reading: Reading, mention: Mention, it: str) -> str:
    """The question as it was put, with the kind of the object in the place of its name, without places and clusters."""
    kinds = [_words(s.first, s.last, reading) for s in reading.typed if s not in reading.subjects]
    beside = "|".join(map(re.escape, kinds)) or "(?!)"
    said = rf"(?<![\w-]){re.escape(mention.said.lower())}(?![\w-])"
    name = rf"(?:\b(?:the|our) )?(?:\b(?:{beside}) )?(?:(?:called|named) )?{said}(?: (?:{beside})\b)?"
    asked = re.sub(name, it, question.lower(), count=1)
    for other in (m for m in reading.named if m is not mention):
        said = rf"(?<![\w-]){re.escape(other.said.lower())}(?![\w-])"
        asked = re.sub(rf"(?:\b(?:in|of|from) )?(?:the )?{said}" if other.namespace else said, "", asked)
    return " ".join(_WORD.findall(asked))


def _words(first: int, last: int, reading: Reading) -> str:
    return " ".join(token.low for token in reading.tokens[first:last])


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
