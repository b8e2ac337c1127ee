"""Whether the lines of objects may tell what a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.cluster.reading import Reading
from answers.cluster.second.lines import MOST, Ranked, alike, parts
from answers.cluster.second.nearest import Near
from answers.cluster.second.phrasings import FOREIGN
from answers.cluster.second.ranking import all_words
from answers.cluster.wording import UNKNOWABLE
from index.tokens import stem

_PREFIX = 4
"""Letters of an API group that people say for it: `argo` for `argoproj.io`."""
_UNTOLD = 0.8
"""So near to what no object tells, a question is declined whatever the lines say."""
_PERSON = re.compile(r"\b(?:who|whose|whom)\b")
_OF_TIME = frozenset({"before", "until", "would"})
"""Words that alone do not say that the past or the future is asked for."""
_LIKE_A_NAME = re.compile(r"[a-z]-[a-z]|\d")


def is_open(
    reading: Reading, found: Sequence[Ranked], near: Sequence[Near], clear: bool,
    ordinary: Callable[[str], bool], held: frozenset[str] = frozenset(),
) -> bool:  # fmt: skip
    """Whether the objects may tell it: nothing says that it is about something else."""
    told = {word for one in found for word in all_words(one.line)} | {stem(word) for word in held}
    told |= {stem(part) for one in found for part in parts(f"{one.line.node.group} {one.line.node.kind}")}
    strange = [w.lower() for w in (*reading.unknown, *reading.missing) if not is_told(w, told)]
    groups = tuple(one.line.node.group for one in found[:1])
    strange = [w for w in strange if len(w) < _PREFIX or not any(g.startswith(w) for g in groups)]
    values = {word for one in found for word in one.line.value} | held
    fields = [one.line.field for one in found]
    if any(not (_exists(word.lower(), told, values) or _is_field(word, fields)) for word in reading.missing):
        return False
    if any(not ordinary(word) or word in FOREIGN for word in strange):
        return False
    doubts = [match[0] for match in UNKNOWABLE.finditer(reading.masked) if match[0] not in _OF_TIME]
    whole = [one.line.field | one.line.above for one in found[:MOST]]
    if not all(any({stem(part) for part in parts(doubt)} <= field for field in whole) for doubt in doubts):
        return False
    if not near[0].phrasing.is_told and (not clear or near[0].score >= _UNTOLD):
        return False
    return clear or not _PERSON.search(reading.masked)


def _exists(word: str, told: set[str], values: set[str]) -> bool:
    """Whether a word in the place of a name is one of the lines: as a whole, where it looks like a name."""
    return word in values or stem(word) in (values if _LIKE_A_NAME.search(word) else told)


def _is_field(word: str, fields: Sequence[frozenset[str]]) -> bool:
    """Whether a word of several parts is in the name of one field: `read-only` of `readOnlyRootFilesystem`."""
    own = {stem(part) for part in parts(word)}
    return len(own) > 1 and any(own <= field for field in fields)


def is_told(word: str, told: set[str]) -> bool:
    return bool(alike(word.lower()) & told) or any(
        stem(part) in told for part in parts(word) if len(part) > 2
    )
