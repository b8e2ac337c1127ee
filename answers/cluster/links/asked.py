"""A question about links and states, as the modules of this package look at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import choose
from answers.cluster.kinds import KindWords
from answers.cluster.mentions import Mention, beside, compiled, is_plural
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed
from answers.cluster.scripts import of_namespaces
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.wording import FILLERS, UNKNOWABLE, VOCABULARY
from cluster.graph import Node

NAME = "§"
"""What stands for a name in the text of a question."""
PLACE = "¤"
"""What stands for a namespace."""
_WANTED = r"(?:it|they|which|that|what) (?:should|(?:is|are) supposed to)"
"""Says what something is for, and asks for no advice."""
_PARTS = re.compile(r"[-_/.]")
_SHOWN = 25
_WHOLE = 6
"""Objects of which the whole first line is quoted."""
_DEFINITE = frozenset({"the", "our", "my", "your"})
_ARTICLES = frozenset({"the", "a", "an", "our", "my", "your"})
_BEFORE_NAMES = frozenset(
    "of for does is has have named called in on from to with about by do are into reach".split()
)
_DERIVED = frozenset({"ReplicaSet", "Endpoints", "EndpointSlice", "ControllerRevision", "Lease"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `text` is what was typed, in lower case with names covered; `ordinary` tells plain English words."""

    reading: Reading
    reader: Reader
    text: str
    ordinary: Callable[[str], bool]

    @property
    def catalog(self) -> Catalog:
        """The objects that may be told of."""
        return self.reader.catalog

    @property
    def kinds(self) -> KindWords:
        """The words for kinds."""
        return self.reader.kinds

    def says(self, pattern: str) -> re.Match[str] | None:
        """Where the question, as it was typed, holds words of this pattern."""
        return compiled(pattern).search(self.text)

    def is_plain(self, explained: str = "", *, told: str = "") -> bool:
        """Whether nothing is left in it that may name something, or ask for what no object tells.

        `explained` are further words that the caller understands, `told` those that only look like such a question.
        """
        known = compiled(explained) if explained else None
        for word in {*self.reading.unknown, *self.reading.missing}:
            low = word.lower()
            if known is not None and known.fullmatch(low):
                continue
            if self._is_named(word):
                return False
            if low in FOREIGN or not all(map(self._is_word, filter(None, _PARTS.split(low)))):
                return False
        rest = compiled(f"{_WANTED}|{told}" if told else _WANTED).sub("", self.text)
        return UNKNOWABLE.search(rest) is None

    def _is_named(self, word: str) -> bool:
        """Whether a word stands where the name of an object does: `the vault pod`, `of billing-api`."""
        tokens, strange = self.reading.tokens, word in self.reading.missing
        for place, token in enumerate(tokens):
            if token.text == word and (strange or (place and tokens[place - 1].low in _DEFINITE)):
                first = place
                while first and tokens[first - 1].low in _ARTICLES:
                    first -= 1
                before = tokens[first - 1].low if first else ""
                near = beside(place, place + 1, tokens, self.reading.typed)
                if (strange and before in _BEFORE_NAMES) or any(not is_plural(s, tokens) for s in near):
                    return True
        return False

    def _is_word(self, word: str) -> bool:
        return word in FILLERS or word in VOCABULARY or self.ordinary(word)

    def named(self, draft: Draft, mention: Mention) -> list[Node]:
        """The objects that a mention means, the assumed one first."""
        return choose(mention, self.reading, draft, self.catalog)

    def beside(self, node: Node, mention: Mention) -> list[Node]:
        """The objects of the mention's name that stand at the same place, that one first."""
        place = (node.cluster, node.namespace)
        return [node, *(n for n in mention.nodes if n != node and (n.cluster, n.namespace) == place)]

    def of(self, *kinds: str) -> list[Node]:
        """The objects of these kinds where the question looks."""
        scoped = any(self.catalog.is_namespaced(kind) for kind in kinds)
        places = self.reading.namespaces if scoped else ()
        return self.catalog.of(kinds, places, self.reading.clusters)


def asked(question: str, reading: Reading, reader: Reader, ordinary: Callable[[str], bool]) -> Asked:
    """The question for this package: its names covered in what was typed."""
    text = question.lower().replace("’", "'")
    for mention in sorted(reading.named, key=lambda one: -len(one.said)):
        stands = PLACE if mention.namespace else NAME
        text = re.sub(rf"(?<![\w-]){re.escape(mention.said.lower())}(?![\w-])", stands, text)
    return Asked(reading, reader, text, ordinary)


def listing(
    one: Asked,
    found: Sequence[Node],
    among: Sequence[Node],
    words: str,
    details: Callable[[Node], Iterable[Spot]] = lambda _: (),
) -> Draft:
    """An answer that lists the objects `found` among others, each with what shows it."""
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters))
    kind = _word(among)
    where = (
        f" in {listed(one.reading.namespaces)}"
        if one.reading.namespaces and among and among[0].namespace
        else ""
    )
    draft.lead.append(
        f"{counted(len(found), kind)} of {len(among)}{where} {words}"
        if found
        else f"No {kind}{where} {words}, of {counted(len(among), kind)}"
    )
    for node in (found or among[:5])[:_SHOWN]:
        draft.say(node, SUMMARY if len(found) <= _WHOLE else Spot(short=3))
        for spot in details(node) if found else ():
            draft.say(node, spot, detail=True)
    draft.left_out = max(0, len(found) - _SHOWN)
    draft.objects = list(found)
    draft.commands = commands(one, [node.kind for node in found or among])
    return draft


def _word(nodes: Sequence[Node]) -> str:
    """What to call objects of one kind or of several."""
    kinds = {node.kind for node in nodes}
    if len(kinds) == 1:
        return nodes[0].kind
    return "workload" if kinds and kinds <= {*WORKLOADS, "Pod"} else "object"


def commands(one: Asked, kinds: Sequence[str], *arguments: str) -> list[list[str]]:
    """A command that lists objects of these kinds where the question looks."""
    words = ",".join(dict.fromkeys(map(one.kinds.resource, kinds)))
    if not any(one.catalog.is_namespaced(kind) for kind in kinds):
        return [["kubectl", "get", words, *arguments, "-o", "wide"]]
    places = of_namespaces(one.reading.namespaces)
    return [["kubectl", "get", words, *place, *arguments, "-o", "wide"] for place in places]


def visible(nodes: Iterable[Node]) -> list[Node]:
    """Those that people speak of, and not what a controller keeps for itself."""
    return [node for node in nodes if node.kind not in _DERIVED]
