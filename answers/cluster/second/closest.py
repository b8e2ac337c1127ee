"""Shows the fields of what a question names that are closest to it, where nothing else answers."""

from __future__ import annotations

import re

from answers.cluster.choice import choose
from answers.cluster.named import counts_things
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, counted
from answers.cluster.second.inside import LIKE, PLAIN, FieldFinder, holders, shown, whole
from answers.cluster.second.nearest import Nearest
from answers.cluster.second.plain import PlainWords
from answers.cluster.second.rewriting import words_of
from answers.cluster.second.slots import slotted
from answers.cluster.wording import HOW_TO, UNKNOWABLE, Aspect

_SURE = 0.5
_CLOSEST = "The question was not understood in full; these of its fields are closest to it"
_DISTINCT = re.compile(r"[a-z][A-Z]|\d|[._]")
"""A word that stands for one thing only."""
_TOLD_OR_NOT = (Aspect.OWNER, Aspect.ACCESS, Aspect.WHY, Aspect.LOGS)
"""What is told from its own place, or not at all."""


class Closest:
    """Looks for fields by what they are called; `plain` knows plain English, `nearest` what questions ask for."""

    def __init__(self, fields: FieldFinder, plain: PlainWords, nearest: Nearest) -> None:
        self._fields = fields
        self._plain = plain
        self._nearest = nearest

    def inside(self, reading: Reading, reader: Reader) -> Draft | None:
        """The fields of the one object that is named which are like the question, under what it is."""
        mention = reading.mentions[0] if len(reading.mentions) == 1 else None
        if mention is None or reading.aspect in _TOLD_OR_NOT:
            return None
        # What stands beside its kind is meant, whatever the other words are.
        foreign = self._plain.is_foreign(reading) and not (mention.kinds and not reading.missing)
        if foreign and (mention.guessed or counts_things(reading)):
            return None
        near = self._nearest.find(slotted(reading))
        if not near[0].phrasing.is_told or HOW_TO.search(reading.masked) or UNKNOWABLE.search(reading.masked):
            return None
        draft = Draft(sure=_SURE, clusters=list(reading.clusters))
        nodes = choose(mention, reading, draft, reader.catalog)
        least = PLAIN if foreign else LIKE
        paths = self._fields.find(nodes[0], words_of(reading), least) if nodes and nodes[0].present else []
        if not paths:
            return None
        paths = [whole(nodes[0], path) for path in paths] if foreign else paths
        draft.lead.append(_CLOSEST)
        return shown(draft, [(nodes[0], path) for path in paths], reader)


def held(reading: Reading, reader: Reader) -> Draft | None:
    """The parts of objects that are named by the one word which nothing else explains."""
    words = [w for w in (*reading.unknown, *reading.missing) if _DISTINCT.search(w) or w in reading.missing]
    if (
        len(set(words)) != 1
        or reading.mentions
        or HOW_TO.search(reading.masked)
        or UNKNOWABLE.search(reading.masked)
    ):
        return None
    found = holders(words[0], reader.catalog)
    draft = Draft(sure=_SURE, lead=[f"`{words[0]}` is named in {counted(len(found), 'object')}"])
    return shown(draft, found, reader) if found else None
