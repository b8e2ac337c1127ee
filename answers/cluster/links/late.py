"""Answers where nothing else does: by conditions that are understood beside plain words, and by what objects complain of.

Both are held against the question by the index's own model, so that words which are left out cannot change its sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from answers.cluster.catalog import WORKLOADS
from answers.cluster.conditions import Filter
from answers.cluster.fields import CAMEL
from answers.cluster.filters import filters_of
from answers.cluster.links.asked import Asked, asked, commands, listing
from answers.cluster.links.spoken_values import spoken
from answers.cluster.reading import Reader
from answers.cluster.said import Draft, Spot, counted, listed
from answers.cluster.wording import HOW_TO, NEVER_TOLD
from cluster.graph import Node
from cluster.store import EventRecord
from cluster.values import entries, text

Likeness = Callable[[Sequence[str], str], list[float]]
LIKE = 0.7
"""How near a question has to be to the conditions that are understood of it."""
LIKE_SPOKEN = 0.6
"""The same for a value of several words that are all in the question."""
COMPLAINS = 0.47
"""How near it has to be to what objects or the server's warnings say; others are nearer .3."""
_CLOSE = 0.05
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\S+=\S+|https?://\S+|\b\d[\w.:/-]*')
_LEAVES_OUT = r"not|n't|no|without|except|besides|apart|other than|lack\w*|nobody|none|never|neither|but|only|both|each|per|average|most|least|difference|compare\w*|how much|when|why|how long"
_RESTRICTS = r"without|except|besides|apart|other than|rather than|each|per|average|most|least|difference|compare\w*|how (?:much|long|many)"
_WARNS = r"warn\w*|events?|report\w*|complain\w*|errors?"
_SURE = 0.5


def answer(
    question: str, reader: Reader, namespaces: Sequence[str], ordinary: Callable[[str], bool], like: Likeness
) -> Draft | None:
    """What is most probably asked for; None where nothing is near enough."""
    reading = reader.read(question, namespaces)
    one = asked(question, reading, reader, ordinary)
    if not reading.kinds or HOW_TO.search(one.text) or NEVER_TOLD.search(one.text) or reading.mentions:
        return None
    ways = (_by_complaints, _by_conditions) if one.says(_WARNS) else (_by_conditions, _by_complaints)
    draft = ways[0](one, like) or ways[1](one, like)
    if draft is not None:
        draft.sure = min(draft.sure, _SURE)
    return draft


def _by_conditions(one: Asked, like: Likeness) -> Draft | None:
    """The objects of a kind that meet the conditions which are understood, if those say nearly all of the question."""
    if not one.reading.subjects or not one.is_plain() or one.says(_LEAVES_OUT):
        return None
    kinds = one.reading.subjects[0].kinds
    reading = replace(one.reading, missing=[])
    among = one.of(*kinds)
    values = [[value] for value in spoken(one.text, kinds, one.catalog)]
    values.sort(key=lambda filters: -_score(filters, among, one, like))
    for filters in (*values[:1], filters_of(reading, kinds, one.catalog)[0]):
        found = [node for node in among if all(f.test(node) for f in filters)]
        if 0 < len(found) < len(among) and not any(f.unwell for f in filters):
            break
    else:
        return None
    least = LIKE_SPOKEN if filters in values else LIKE
    if _score(filters, among, one, like) < least:
        return None
    return listing(one, found, among, " ".join(f.words for f in filters), partial(_shown, filters))


def _shown(filters: Sequence[Filter], node: Node) -> Iterator[Spot]:
    return (Spot(path=path) for one in filters for path in one.fields(node))


def _score(filters: Sequence[Filter], among: Sequence[Node], one: Asked, like: Likeness) -> float:
    """How near a question is to the plain sentence that sets these conditions."""
    if not among:
        return 0.0
    things = counted(2, among[0].kind).partition(" ")[2]
    return like(
        [f"which {_spelled(things)} are there {' '.join(_spelled(f.words) for f in filters)}"], one.text
    )[0]


def _spelled(words: str) -> str:
    return " ".join(part for part in CAMEL.split(words) if part).lower()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What one object says of itself, or a warning of the server says of it."""

    about: tuple[str, str, str]
    sentence: str
    reason: str
    node: Node | None = None
    event: EventRecord | None = None


def _by_complaints(one: Asked, like: Likeness) -> Draft | None:
    """The objects of a kind whose failing conditions, or warnings about which, say what the question does."""
    if not one.reading.subjects or not one.is_plain() or one.says(_RESTRICTS):
        return None
    kinds = set(one.reading.subjects[0].kinds)
    kinds |= {"Pod", "ReplicaSet"} if kinds & {*WORKLOADS} else set()
    known = [c for c in _complaints(one) if c.about[0] in kinds]
    if not known:
        return None
    scores = like([c.sentence for c in known], one.text)
    best = max(scores)
    if best < COMPLAINS:
        return None
    first = known[scores.index(best)]
    found = [
        c
        for c, score in zip(known, scores, strict=True)
        if score >= best - _CLOSE and c.reason == first.reason
    ]
    return _told(found, first.reason, one)


def _told(found: Sequence[Complaint], reason: str, one: Asked) -> Draft:
    abouts = dict.fromkeys(
        f"{kind} {place}/{name}".replace(" /", " ") for kind, place, name in (c.about for c in found)
    )
    draft = Draft(sure=_SURE, clusters=list(one.reading.clusters))
    draft.lead.append(f"Nearest to the question: {reason} of {listed(abouts, 30)}")
    for complaint in found[:20]:
        if complaint.node is not None:
            draft.say(complaint.node)
            draft.say(complaint.node, Spot(needles=("Condition ", f"({reason})")), detail=True)
            draft.objects += [complaint.node] if complaint.node not in draft.objects else []
        elif complaint.event is not None:
            draft.quote(complaint.event.document_id)
    draft.left_out = max(0, len(found) - 20)
    kinds = list(dict.fromkeys(c.about[0] for c in found))
    draft.commands = commands(one, kinds)
    places = [["-n", name] for name in one.reading.namespaces] or [["-A"]]
    if any(c.event is not None for c in found):
        draft.commands += [
            ["kubectl", "get", "events", *place, f"--field-selector=reason={reason}"] for place in places
        ]
    return draft


def _complaints(one: Asked) -> Iterator[Complaint]:
    places = one.reading.namespaces
    for node in one.catalog.all():
        if places and node.namespace not in ("", *places):
            continue
        if one.reading.clusters and node.cluster not in one.reading.clusters:
            continue
        for _, found in entries(node.value, "status.conditions"):
            reason, message = text(found, "reason"), text(found, "message")
            if text(found, "status") == "False" and reason and message:
                yield Complaint(
                    (node.kind, node.namespace, node.name), _sentence(reason, message), reason, node=node
                )
    for event in one.catalog.warnings(places, one.reading.clusters):
        about = (event.about.kind, event.about.namespace.strip("*"), event.about.name)
        yield Complaint(about, _sentence(event.reason, event.message), event.reason, event=event)


def _sentence(reason: str, message: str) -> str:
    """A complaint without names and numbers, so that the same one of many objects is one sentence."""
    return f"{_spelled(reason)}: {' '.join(_QUOTED.sub('it', message[:200]).split())}"
