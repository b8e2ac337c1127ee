"""Shows the lines of the named objects that are nearest to a question, where nothing else answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.cluster import scripts, tallies
from answers.cluster.catalog import Catalog
from answers.cluster.choice import choose
from answers.cluster.mentions import VERSION
from answers.cluster.named import counts_things
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from answers.cluster.second.inside import FieldFinder
from answers.cluster.second.lines import (
    CLEAR,
    MOST,
    Line,
    Ranked,
    alike,
    all_lines,
    asked_words,
    nearest,
    parts,
    ranked,
    spots,
)
from answers.cluster.second.linked import linked
from answers.cluster.second.nearest import Near
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.wording import HOW_TO, UNKNOWABLE, Aspect
from cluster.graph import Node
from index.tokens import stem

SURE = 0.5
_LESS_SURE = 0.35
_MOST = 4
"""Objects that are looked into."""
_FEW_LINES, _LINES = 24, 100
"""Lines that are embedded: where the words of some say enough, and where they do not."""
_ROWS = 12
"""Objects of a kind that a table shows."""
_COLUMNS = 4
_SAMPLE = 3
_PREFIX = 4
"""Letters of an API group that people say for it: `argo` for `argoproj.io`."""
_LIKE = 0.3
"""How near a line has to be that says none of the question's words."""
_UNTOLD = 0.8
"""So near to what no object tells, a question is declined whatever the lines say."""
_PERSON = re.compile(r"\b(?:who|whose|whom)\b")
_OF_TIME = frozenset({"before", "until", "would"})
"""Words that alone do not say that the past or the future is asked for."""
_SECRET = re.compile(r"\b(?:passwords?|passwd|credentials?|tokens?|(?:api|private|access)[ -]?keys?)\b")
_LIKE_A_NAME = re.compile(r"[a-z]-[a-z]|\d")
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision", "Lease"})
_ELSEWHERE = (Aspect.ACCESS, Aspect.LOGS, Aspect.OWNER)
"""What is told from its own place, or not at all."""


class Details:
    """Looks into objects; `fields` knows how like a line is to a question, `ordinary` which words are plain English."""

    def __init__(self, fields: FieldFinder, ordinary: Callable[[str], bool]) -> None:
        self._fields = fields
        self._ordinary = ordinary

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
        return self._of_kind(question, reading, reader, near)

    def add(self, draft: Draft, question: str, reading: Reading, reader: Reader) -> None:
        """Adds to an answer what stands out for words of the question that it says nothing of."""
        nodes = [node for node in draft.objects[: _MOST if reading.mentions else _ROWS] if node.present]
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
            one for one in self._ranked(asked or nodes[:_MOST], question, reading) if one.lexical >= CLEAR
        ]
        found = [one for one in clear if asked or any(words & _all_words(one.line) for words in left)]
        shown = spots(nearest(found, asked_words(_words(question, reading))))
        for node, path in shown[:MOST] if reading.mentions else ():
            draft.say(node)
            draft.say(node, Spot(path=path), detail=True)
        for path in dict.fromkeys(path for _, path in shown[:_COLUMNS]) if not reading.mentions else ():
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
        found = self._ranked(nodes, question, reading)
        asked = asked_words(_words(question, reading))
        clear = bool(found) and found[0].lexical >= CLEAR
        if not self._is_open(reading, found, near, clear):
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

    def _of_kind(self, question: str, reading: Reading, reader: Reader, near: Sequence[Near]) -> Draft | None:
        """A table of the objects of a kind with the fields that are asked for."""
        if _names_one(reading):
            return None
        tables = [self._table(kinds, question, reading, reader, near) for kinds in _kinds(reading)]
        return max(filter(None, tables), key=lambda one: one[0], default=(0.0, None))[1]

    def _table(
        self, kinds: Sequence[str], question: str, reading: Reading, reader: Reader, near: Sequence[Near]
    ) -> tuple[float, Draft] | None:
        """A table of these kinds and how plainly its best line says what is asked."""
        nodes = reader.catalog.of(kinds, reading.namespaces, reading.clusters)
        words = [w.lower() for w in (*reading.unknown, *reading.missing)]
        nodes, held = _narrowed(nodes, words)
        if not nodes or (len(nodes) > _ROWS and not held):
            return None
        found = [
            o
            for o in self._ranked(nodes[:_SAMPLE], question, reading)
            if o.lexical >= CLEAR or held & o.line.value
        ]
        told = {word for o in found for word in _all_words(o.line)} | set(held)
        if reading.aspect is Aspect.NODE and words and not any(_is_told(word, told) for word in words):
            return None  # on which node something runs is asked of that, and nothing tells of it
        if not found or not self._is_open(reading, found, near, clear=True, held=held):
            return None
        paths = list(
            dict.fromkeys(path for _, path in spots(nearest(found, asked_words(_words(question, reading)))))
        )
        draft = Draft(sure=SURE, clusters=list(reading.clusters), objects=nodes)
        draft.lead.append(f"Nearest to the question in {counted(len(nodes), nodes[0].kind)}")
        for node in nodes[:_ROWS]:
            draft.say(node, Spot(short=4))
            for path in paths[:_COLUMNS]:
                draft.say(node, Spot(path=path), detail=True)
        draft.left_out = max(0, len(nodes) - _ROWS)
        shown = list(dict.fromkeys(node.kind for node in nodes))
        draft.commands = scripts.of_list(draft, reading, shown, [], reader.kinds)
        return found[0].lexical, draft

    def _ranked(self, nodes: Sequence[Node], question: str, reading: Reading) -> list[Ranked]:
        """The lines of the objects, nearest first; few are compared by likeness where their words say enough."""
        words = _words(question, reading)
        asked = asked_words(words)
        lines = all_lines(nodes)
        found = ranked(lines, asked, [0.0] * len(lines))
        compared = found[: _FEW_LINES if found and found[0].lexical >= CLEAR else _LINES]
        texts = [one.line.text for one in compared]
        likeness = [*self._fields.likeness(texts, words), *[0.0] * (len(found) - len(compared))]
        return ranked([one.line for one in found], asked, likeness)

    def _is_open(
        self, reading: Reading, found: Sequence[Ranked], near: Sequence[Near], clear: bool,
        held: frozenset[str] = frozenset(),
    ) -> bool:  # fmt: skip
        """Whether the objects may tell it: nothing says that it is about something else."""
        told = {word for one in found for word in _all_words(one.line)} | {stem(word) for word in held}
        told |= {stem(part) for one in found for part in parts(f"{one.line.node.group} {one.line.node.kind}")}
        strange = [w.lower() for w in (*reading.unknown, *reading.missing) if not _is_told(w, told)]
        groups = tuple(one.line.node.group for one in found[:1])
        strange = [w for w in strange if len(w) < _PREFIX or not any(g.startswith(w) for g in groups)]
        values = {word for one in found for word in one.line.value} | held
        fields = [one.line.field for one in found]
        if any(
            not (_exists(word.lower(), told, values) or _is_field(word, fields)) for word in reading.missing
        ):
            return False
        if any(not self._ordinary(word) or word in FOREIGN for word in strange):
            return False
        doubts = [match[0] for match in UNKNOWABLE.finditer(reading.masked) if match[0] not in _OF_TIME]
        whole = [one.line.field | one.line.above for one in found[:MOST]]
        if not all(
            any({stem(part) for part in parts(doubt)} <= field for field in whole) for doubt in doubts
        ):
            return False
        if not near[0].phrasing.is_told and (not clear or near[0].score >= _UNTOLD):
            return False
        return clear or not _PERSON.search(reading.masked)


def _names_node(reading: Reading) -> bool:
    return any(node.kind == "Node" for mention in reading.mentions for node in mention.nodes)


def _names_one(reading: Reading) -> bool:
    """Whether a word that nothing explains is the name of one object: `the vault pod`."""
    unknown = {word.lower() for word in (*reading.unknown, *reading.missing)}
    for subject in reading.subjects:
        before = [token.low for token in reading.tokens[max(subject.first - 2, 0) : subject.first]]
        single = not reading.tokens[subject.last - 1].low.endswith("s")
        if single and before[:1] == ["the"] and before[1:] and before[1] in unknown:
            return True
    return False


def _kinds(reading: Reading) -> list[tuple[str, ...]]:
    """The kinds that are named, as each word names them."""
    return list(dict.fromkeys(subject.kinds for subject in reading.subjects))[:_SAMPLE]


def _words(question: str, reading: Reading) -> str:
    """The words of the question as it was put and in the grammar's words, without the names in them."""
    names = {word for mention in reading.named for word in mention.said.lower().split()}
    kept = [w for w in question.replace("'s ", " ").split() if w.lower().strip(".,;:!?()'\"`") not in names]
    own = {word.lower() for word in kept}
    extra = [w for w in re.sub(r"§+", " ", reading.loose).split() if w not in own]
    return " ".join([*kept, *extra])


def _beside(node: Node, first: Node) -> bool:
    """Whether an object has the name of another, stands beside it and is of another kind."""
    same = (node.cluster, node.namespace) == (first.cluster, first.namespace)
    return same and node.kind != first.kind and node.kind not in _HIDDEN


def _narrowed(nodes: Sequence[Node], words: Sequence[str]) -> tuple[list[Node], frozenset[str]]:
    """Those that have what the words name as a value (`eu-1a`), where some have it and others do not."""
    found = list(nodes)
    held: set[str] = set()
    for word in dict.fromkeys(word for word in words if VERSION.search(word)):
        having = [node for node in found if _holds(node, word)]
        if 0 < len(having) < len(nodes):
            found, held = having, held | {word}
    return found, frozenset(held)


def _holds(node: Node, word: str) -> bool:
    return any({word, stem(word)} & line.value for line in all_lines([node]))


def _all_words(line: Line) -> frozenset[str]:
    return line.field | line.above | line.value


def _exists(word: str, told: set[str], values: set[str]) -> bool:
    """Whether a word in the place of a name is one of the lines: as a whole, where it looks like a name."""
    return word in values or stem(word) in (values if _LIKE_A_NAME.search(word) else told)


def _is_field(word: str, fields: Sequence[frozenset[str]]) -> bool:
    """Whether a word of several parts is in the name of one field: `read-only` of `readOnlyRootFilesystem`."""
    own = {stem(part) for part in parts(word)}
    return len(own) > 1 and any(own <= field for field in fields)


def _is_told(word: str, told: set[str]) -> bool:
    return bool(alike(word.lower()) & told) or any(
        stem(part) in told for part in parts(word) if len(part) > 2
    )
