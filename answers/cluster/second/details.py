"""Shows the lines of the named objects that are nearest to a question, where nothing else answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.cluster import scripts, tallies
from answers.cluster.catalog import Catalog
from answers.cluster.choice import choose
from answers.cluster.named import counts_things
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.lines import (
    CLEAR,
    MOST,
    alike,
    asked_words,
    nearest,
    parts,
    spots,
)
from answers.cluster.second.linked import linked
from answers.cluster.second.nearest import Near
from answers.cluster.second.ranking import LineRanker, all_words, spoken
from answers.cluster.second.tables import COLUMNS, ROWS, Tables
from answers.cluster.second.tellable import is_open
from answers.cluster.wording import HOW_TO, Aspect
from cluster.graph import Node
from index.tokens import stem

SURE = 0.5
_LESS_SURE = 0.35
_MOST = 4
"""Objects that are looked into."""
_LIKE = 0.3
"""How near a line has to be that says none of the question's words."""
_SECRET = re.compile(r"\b(?:passwords?|passwd|credentials?|tokens?|(?:api|private|access)[ -]?keys?)\b")
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision", "Lease"})
_ELSEWHERE = (Aspect.ACCESS, Aspect.LOGS, Aspect.OWNER)
"""What is told from its own place, or not at all."""


class Details:
    """Looks into objects; `fields` knows how like a line is to a question, `ordinary` which words are plain English."""

    def __init__(self, fields: FieldFinder, ordinary: Callable[[str], bool]) -> None:
        self._ordinary = ordinary
        self._ranker = LineRanker(fields)
        self._tables = Tables(self._ranker, ordinary)

    def answer(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """The lines nearest to the question, of the objects or the kind that it names; None where it is not of them."""
        if (
            HOW_TO.search(reading.masked)
            or _SECRET.search(reading.masked)
            or counts_things(reading)
            or reading.aspect in _ELSEWHERE
            or (reading.aspect is Aspect.PORTS and _names_node(reading))
        ):
            return None
        if reading.mentions:
            return self._of_objects(question, reading, reader, near)
        return self._tables.answer(question, reading, reader, near)

    def add(self, draft: Draft, question: str, reading: Reading, reader: Reader) -> None:
        """Adds to an answer what stands out for words of the question that it says nothing of."""
        nodes = [node for node in draft.objects[: _MOST if reading.mentions else ROWS] if node.present]
        said = {node.kind for one in draft.said if (node := one.node) is not None}
        others = (
            [k for k in reading.kinds if k not in said] if reading.mentions and len(draft.said) == 1 else []
        )
        asked = [one for node in nodes for one in linked(node, reader.catalog, others)] if others else []
        told = {stem(part) for one in draft.said for step in one.spot.path for part in parts(str(step))}
        left = [alike(word) for word in reading.unknown if not alike(word) & told]
        if not asked and not left:
            return
        clear = [
            one
            for one in self._ranker.ranked(asked or nodes[:_MOST], question, reading)
            if one.lexical >= CLEAR
        ]
        found = [one for one in clear if asked or any(words & all_words(one.line) for words in left)]
        shown = spots(nearest(found, asked_words(spoken(question, reading))))
        for node, path in shown[:MOST] if reading.mentions else ():
            draft.say(node)
            draft.say(node, Spot(path=path), detail=True)
        for path in dict.fromkeys(path for _, path in shown[:COLUMNS]) if not reading.mentions else ():
            for node in nodes:
                draft.say(node, Spot(path=path), detail=True)
        if asked and found:
            draft.commands += [scripts.describe(node, reader.kinds) for node in asked[:1]]

    def _of_objects(
        self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]
    ) -> Draft | None:
        draft = Draft(sure=SURE, clusters=list(reading.clusters))
        nodes = self._meant(reading, draft, reader.catalog)
        if not nodes:
            return None
        found = self._ranker.ranked(nodes, question, reading)
        asked = asked_words(spoken(question, reading))
        clear = bool(found) and found[0].lexical >= CLEAR
        if not is_open(reading, found, near, clear, self._ordinary):
            return None
        shown = (
            nearest(found, asked)
            if clear
            else [one for one in found[:3] if one.score - one.lexical >= _LIKE - 0.2]
        )
        if not shown:
            return None
        draft.sure = SURE if clear else _LESS_SURE
        told = list(dict.fromkeys([nodes[0], *(one.line.node for one in shown)]))
        draft.lead.append(f"Nearest to the question in {listed(map(titled, told))}")
        for node, path in spots(shown):
            draft.say(node)
            draft.say(node, Spot(path=path), detail=True)
        draft.say(nodes[0])
        draft.objects = told
        tallies.say(draft, reading)
        draft.commands = [scripts.describe(node, reader.kinds) for node in told]
        return draft

    def _meant(self, reading: Reading, draft: Draft, catalog: Catalog) -> list[Node]:
        """The named objects, then what hangs together with them: first what the question names a kind of."""
        sure = [mention for mention in reading.mentions if not mention.guessed]
        if len(sure) < len(reading.mentions) or len(sure) > _MOST:
            return []
        named: list[Node] = []
        for mention in sure:
            nodes = choose(mention, reading, draft, catalog)
            if not nodes or not nodes[0].present:
                return []
            named.append(nodes[0])
            if not mention.kinds:
                named += [n for n in mention.nodes if _beside(n, nodes[0])]
        asked = (
            [one for node in named for one in linked(node, catalog, reading.kinds)] if reading.kinds else []
        )
        others = [one for node in named for one in linked(node, catalog)]
        return list(dict.fromkeys([*asked[:_MOST], *named, *others]))[:_MOST]


def _names_node(reading: Reading) -> bool:
    return any(node.kind == "Node" for mention in reading.mentions for node in mention.nodes)


def _beside(node: Node, first: Node) -> bool:
    """Whether an object has the name of another, stands beside it and is of another kind."""
    same = (node.cluster, node.namespace) == (first.cluster, first.namespace)
    return same and node.kind != first.kind and node.kind not in _HIDDEN
