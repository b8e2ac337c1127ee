"""The one workload that an investigation is about: how it is named, and which findings belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from cluster.builtin_kinds import BUILTIN
from cluster.edges.base import Item
from connectors.documents import ANY, ResourceRef
from incidents.causes import Ranked
from incidents.situation import Situation
from incidents.travel import Travel

_NEAR = 60
_WORDS = {word: names.kind for names in BUILTIN for word in (names.plural, names.kind.lower(), *names.short)}


def find(situation: Situation, asked: str) -> list[Item]:
    """The workloads that `NAME`, `KIND/NAME`, `NAMESPACE/NAME` or all three name; a pod stands for its workload.

    Where the first word is both a kind and a namespace, the kind wins if there is such a workload.
    """
    known = [item for item in _all(situation) if situation.in_scope(item)]
    for kind, namespace, name in _readings(asked):
        found = [
            item
            for item in known
            if item.name == name
            and namespace in ("", item.namespace)
            and (not kind or kind in (item.kind, item.kind.lower()))
        ]
        if found:
            above = {top.id: top for item in found for top in [situation.workload(item)]}
            return list(above.values())
    return []


def nearest(situation: Situation, asked: str) -> str:
    """`NAMESPACE/NAME` of the workload whose name is most like the one that was asked for; '' if none is."""
    names = sorted({f"{item.namespace}/{item.name}" for item in situation.workloads})
    best = process.extractOne(asked.rpartition("/")[2], names, scorer=fuzz.WRatio, score_cutoff=_NEAR)
    return best[0] if best else ""


def ref_of(item: Item) -> ResourceRef:
    """The item as evidence keeps it."""
    return ResourceRef(item.kind, item.name, item.namespace or ANY)


def about(ranked: Sequence[Ranked], situation: Situation, travel: Travel, focus: ResourceRef) -> list[Ranked]:
    """The findings from which failure can reach the workload, and those that such a finding explains."""
    own = _own(situation, focus)
    reaching = [one for one in ranked if own & travel.reached(one.finding.object).keys()]
    told = {id(one.finding) for one in reaching}
    return [one for one in ranked if id(one.finding) in told or id(one.explained_by) in told]


def _own(situation: Situation, focus: ResourceRef) -> set[str]:
    """The ids of the workload, of what it made, and of its pods."""
    namespace = "" if focus.namespace == ANY else focus.namespace
    item = situation.cluster.get(focus.kind, focus.name, namespace)
    if item is None:
        return set()
    return {one.id for one in (*situation.made_by(item), *situation.pods_of(item))}


def _all(situation: Situation) -> Iterator[Item]:
    """The workloads, then what they made: a pod or a ReplicaSet may be named too."""
    yield from situation.workloads
    yield from situation.cluster.kind("ReplicaSet", "Job", "Pod")


def _readings(asked: str) -> Iterable[tuple[str, str, str]]:
    """What the words may mean, as kind, namespace and name; the likeliest first."""
    parts = [part for part in asked.strip().split("/") if part]
    if len(parts) == 1:
        yield "", "", parts[0]
    elif len(parts) == 2:
        yield _kind(parts[0]), "", parts[1]
        yield "", parts[0], parts[1]
    elif len(parts) == 3:
        yield _kind(parts[0]), parts[1], parts[2]
        yield _kind(parts[1]), parts[0], parts[2]


def _kind(word: str) -> str:
    return _WORDS.get(word.lower(), word)
