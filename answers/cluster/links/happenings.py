"""The server's warnings by reason, by the object that they are about, and by what they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS
from answers.cluster.event_filters import spoken
from answers.cluster.links.asked import Asked
from answers.cluster.mentions import Mention
from answers.cluster.said import Draft, counted, listed
from cluster.graph import Node
from cluster.status import Level
from cluster.store import EventRecord
from index.tokens import stem

_COMPLAINS = r"complain\w*|complaints?|grumbl\w*|moan\w*"
_WRONG = r"wrong|problems?|trouble\w*|fail\w*|errors?|broken|stuck|issues?|matter"
_ASKS = r"wh\w+|list|show|any\w*|are there|is there|how many|give|name|tell"
_ELSE = r"how often|first|since when|when|alerts?|prometheus ?rules?"
_REASON = re.compile(r"(?:[A-Z][a-z0-9]+|[A-Z]+(?=[A-Z]|\b)){2,}")
_MOST = r"most|commonest|top|frequent\w*|often|dominant|prevail\w*|highest|biggest|main"
_SHOWN = 12
_MAKERS = frozenset({*WORKLOADS, "ReplicaSet", "Pod"})


def answer(one: Asked) -> Draft | None:
    """The warnings of a reason that the question names, or about a named object if it asks for its complaints."""
    warnings = one.catalog.warnings(one.reading.namespaces, one.reading.clusters)
    if (commonest := _commonest(warnings, one)) is not None:
        return commonest
    by_reason = {event.reason.lower(): event.reason for event in warnings}
    reasons = [by_reason[t.low] for t in one.reading.tokens if t.low in by_reason and _REASON.match(t.text)]
    if not reasons and not _asks_of_named(one):
        return None
    known = {*by_reason, *_words(one, warnings)}
    if one.says(_ELSE) or not one.says(_ASKS) or not one.is_plain("|".join(map(re.escape, known)) or "-"):
        return None
    found = [event for event in warnings if not reasons or event.reason in reasons]
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters))
    nodes = _about(one, draft)
    if one.reading.mentions:
        if not nodes:
            return None
        about = {(node.cluster, node.kind, node.namespace, node.name) for node in nodes}
        found = [event for event in found if _key(event) in about]
    else:
        found = _of_kinds(found, one)
    found = _speaking(found, one)
    return _told(draft, found, reasons, nodes, one) if found else None


def _commonest(warnings: Sequence[EventRecord], one: Asked) -> Draft | None:
    """The reasons that warnings give, the most frequent first."""
    if (
        not one.says(r"reasons?")
        or not one.says(_MOST)
        or not one.says(r"warnings?|events?")
        or one.reading.mentions
    ):
        return None
    if not one.is_plain() or not warnings:
        return None
    counts = Counter(event.reason for event in warnings).most_common()
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters))
    draft.lead.append(
        f"Warnings by reason: {listed((f'{reason} {number}' for reason, number in counts), 12)}"
    )
    for event in [e for e in warnings if e.reason == counts[0][0]][:_SHOWN]:
        draft.quote(event.document_id)
    places = [["-n", place] for place in one.reading.namespaces] or [["-A"]]
    draft.commands = [
        ["kubectl", "get", "events", *place, "--field-selector=type=Warning"] for place in places
    ]
    return draft


def _asks_of_named(one: Asked) -> bool:
    """Whether the complaints about a named object are asked for, or what is wrong with one that has no state."""
    if len(one.reading.mentions) != 1:
        return False
    if one.says(_COMPLAINS):
        return True
    nodes = _typed(one.reading.mentions[0], one)
    stateless = bool(nodes) and all(node.health.level is Level.UNKNOWN for node in nodes)
    return stateless and one.says(_WRONG) is not None


def _typed(mention: Mention, one: Asked) -> list[Node]:
    """The objects of the name that are of a kind which the question names: `the endpoints of cart`."""
    kinds = mention.kinds or one.reading.kinds
    places = one.reading.namespaces
    return [n for n in mention.nodes if n.kind in kinds and (not places or n.namespace in places)]


def _words(one: Asked, warnings: Sequence[EventRecord]) -> set[str]:
    """The words of the question that warnings use too."""
    said = {word for event in warnings for word in spoken(event)}
    return {w.lower() for w in (*one.reading.unknown, *one.reading.missing) if stem(w.lower()) in said}


def _key(event: EventRecord) -> tuple[str, str, str, str]:
    return event.about.cluster, event.about.kind, event.about.namespace.strip("*"), event.about.name


def _about(one: Asked, draft: Draft) -> list[Node]:
    """The named objects, with what they made and what is named alike beside them."""
    nodes: list[Node] = []
    for mention in one.reading.mentions:
        for node in one.named(draft, mention)[:1]:
            for own in _typed(mention, one) or one.beside(node, mention):
                nodes += [own, *_made(own, one)]
    return list(dict.fromkeys(nodes))


def _made(node: Node, one: Asked) -> list[Node]:
    sets = [n for n in one.catalog.of(("ReplicaSet",)) if one.catalog.owner(n) == node]
    return [*sets, *(one.catalog.pods(node) if node.kind in _MAKERS else ())]


def _of_kinds(found: Sequence[EventRecord], one: Asked) -> list[EventRecord]:
    """Those about objects of the kinds that the question names, or about what such an object has made."""
    kinds = set(one.reading.kinds) - {"Event"}
    if "Pod" in kinds or kinds & {*WORKLOADS}:
        kinds |= _MAKERS
    return [event for event in found if event.about.kind in kinds] or list(found)


def _speaking(found: Sequence[EventRecord], one: Asked) -> list[EventRecord]:
    """Those that speak of the words that are left in the question, if any does."""
    left = [stem(word.lower()) for word in (*one.reading.unknown, *one.reading.missing)]
    kept = [event for event in found if any(word in spoken(event) for word in left)]
    most = max((sum(word in spoken(event) for word in left) for event in kept), default=0)
    return [e for e in kept if sum(word in spoken(e) for word in left) == most] or list(found)


def _told(
    draft: Draft, found: Sequence[EventRecord], reasons: Sequence[str], nodes: Sequence[Node], one: Asked
) -> Draft:
    abouts = dict.fromkeys(f"{e.about.kind} {e.about.namespace.strip('*')}/{e.about.name}" for e in found)
    said = f" {listed(dict.fromkeys(reasons))}" * bool(reasons)
    draft.lead.append(f"{counted(len(found), f'warning{said}')} about {listed(abouts, 30)}")
    for event in found[:_SHOWN]:
        draft.quote(event.document_id)
    draft.left_out = max(0, len(found) - _SHOWN)
    draft.objects = list(nodes[:1])
    places = list(dict.fromkeys(e.about.namespace.strip("*") or "default" for e in found))
    where = [["-n", place] for place in places] if len(places) < 3 else [["-A"]]
    selected = (
        [f"--field-selector=reason={reasons[0]}"]
        if len(set(reasons)) == 1
        else ["--field-selector=type=Warning"]
    )
    draft.commands = [scripts.describe(node, one.kinds) for node in nodes[:1]]
    draft.commands += [["kubectl", "get", "events", *place, *selected] for place in where]
    return draft
