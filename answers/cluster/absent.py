"""Says which name of a question no object has, and which names are nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.mentions import KindMention, is_inside
from answers.cluster.plan import Declined
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import listed, titled
from answers.cluster.wording import HOW_TO, Aspect

_NEAR = 70
_MOST = 4
_PLACE = frozenset({"in", "inside", "within", "from", "namespace", "ns"})
_OF = frozenset(
    {"of", "for", "does", "is", "has", "named", "called", "about", "describe", "do", "on", "by", "are"}
)
_NAMED_KINDS = (*WORKLOADS, "Service", "Ingress", "ConfigMap", "Node", "PersistentVolumeClaim")
_GENERAL = (
    Aspect.DESCRIBE,
    Aspect.HOLDS,
    Aspect.PLACE,
    Aspect.WHY,
    Aspect.USERS,
    Aspect.OWNER,
    Aspect.ACCESS,
)
"""What people also ask of things that are in no cluster."""
_SKIPPED = frozenset({"the", "a", "an", "our", "my", "namespace", "ns"})


def of_unknown(question: str, reader: Reader) -> Declined | None:
    """That a question asks of one object, which does not exist, what objects have; None where it may ask else."""
    reading = reader.read(question)
    if HOW_TO.search(reading.masked):
        return None
    names = list(_names(reading, reading.missing))
    named = [word for word, _ in names]
    places = any(is_place for _, is_place in names) and reading.aspect is Aspect.HOLDS
    asked = places or (reading.aspect is not None and reading.aspect not in _GENERAL)
    return Declined(tuple(named)) if asked and named and len(reading.unknown) == len(named) == 1 else None


def told(question: str, reader: Reader, missing: Sequence[str]) -> str:
    """What is said of the names in a question that nothing has, '' for none; `missing` are known to be such."""
    reading = reader.read(question)
    named = list(_names(reading, missing))
    return ". ".join(_sentence(word, place, reader.catalog) for word, place in named[:2])


def _names(reading: Reading, missing: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The words that stand where a name would and name nothing, and whether they stand for a namespace."""
    for place, token in enumerate(reading.tokens):
        if token.text not in reading.unknown or is_inside(place, reading.named):
            continue
        first = place
        while first and reading.tokens[first - 1].low in _SKIPPED:
            first -= 1
        words = {t.low for t in reading.tokens[max(first - 1, 0) : place]}
        words |= {t.low for t in reading.tokens[place + 1 : place + 2] if t.low in ("namespace", "ns")}
        kinds = [k for k in reading.typed if _is_beside(place, k, reading) and _is_single(k, reading)]
        if any("Namespace" in kind.kinds for kind in kinds) or (
            words & _PLACE and not kinds and not reading.mentions and not reading.namespaces
        ):
            yield token.text, True
        elif token.text in missing or words & _OF or kinds:
            yield token.text, False


def _is_beside(place: int, kind: KindMention, reading: Reading) -> bool:
    """Whether a word stands by a word for a kind that has no other name: `UI (ns shop)` names shop."""
    named = any(m.first == kind.last for m in reading.named)
    return place == kind.last or (place == kind.first - 1 and not named)


def _is_single(kind: KindMention, reading: Reading) -> bool:
    """Whether a kind is said in the singular: only then does a name stand beside it."""
    return not reading.tokens[kind.last - 1].low.endswith("s") or reading.tokens[kind.last - 1].low == "ns"


def _sentence(word: str, is_place: bool, catalog: Catalog) -> str:
    said = f"there is no namespace `{word}`" if is_place else f"no object that you may read is named `{word}`"
    known = catalog.namespaces if is_place else sorted({n.name for n in catalog.of(_NAMED_KINDS)})
    near = nearest(word, known)
    if near:
        said += f"; the nearest: {listed(f'`{name}`' for name in near)}"
    if is_place and (same := [n for n in catalog.by_name.get(word.lower(), ()) if n.kind in _NAMED_KINDS]):
        said += f"; of that name there is {listed(map(titled, same), _MOST)}"
    return said


def nearest(word: str, names: Sequence[str]) -> list[str]:
    """The names most like a word: those with it as a part, then those spelled almost alike."""
    low = word.lower()
    parts = [name for name in names if low in re.split(r"[-._]", name.lower())]
    found = process.extract(low, names, scorer=fuzz.WRatio, score_cutoff=_NEAR, limit=_MOST)
    return list(dict.fromkeys([*parts, *(name for name, _, _ in found)]))[:_MOST]
