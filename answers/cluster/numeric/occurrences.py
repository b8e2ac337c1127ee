"""How the server's warnings are spread: by reason, namespace or object, and which has the most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.event_filters import narrowed
from answers.cluster.numeric.asked import Plan, blanked, with_verbs
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, listed
from cluster.store import EventRecord

_EVENTS = re.compile(r"(?<![\w-])(?:warnings?|events?)(?![\w-])")
_SPREAD = re.compile(
    r"(?<![\w-])(?:most|fewest|least|commonest|top|break(?:s|ing)? .{0,40}?down|breakdown|split|group(?:ed)?|per|by|for each|each|distribut\w+|spread|tally|how many .{0,40}?(?:each|per|by|of which))(?![\w-])"
)
_KEYS: tuple[tuple[str, str, Callable[[EventRecord], str]], ...] = (
    (r"reasons?|types? of (?:warning|event)s?|kinds? of (?:warning|event)s?|causes?", "reason", lambda e: e.reason),
    (r"namespaces?", "namespace", lambda e: e.about.namespace),
    (r"kinds? of objects?|object kinds?|kinds?", "kind", lambda e: e.about.kind),
    (r"objects?|pods?|workloads?|deployments?|claims?|pvcs?|services?|resources?|who|what|which", "object", lambda e: f"{e.about.kind} {e.about.name}"),
)  # fmt: skip
_OF = {
    "pod": "Pod", "deployment": "Deployment", "claim": "PersistentVolumeClaim", "pvc": "PersistentVolumeClaim",
    "service": "Service",
}  # fmt: skip
_GLUE = frozenset(
    "shows show up shown appear appears occur occurs occurred raise raises raised common commonest frequent frequently often reason reasons warning warnings "
    "event events count counts object objects cause causes caused generate generates generated break split group grouped breakdown tally spread distributed "
    "cluster fired fire fires emit emits emitted report reports reported collected collect kinds kind recorded seen log logged".split()
)
_MANY = 15


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """How warnings are spread; None where that is not asked, or not all is understood."""
    if not _EVENTS.search(reading.masked) or not _SPREAD.search(reading.masked) or reading.mentions:
        return None
    without = blanked(reading, [one.span() for one in _EVENTS.finditer(reading.masked)])
    found = next(((name, of) for words, name, of in _KEYS if without.asks(words)), None)
    if found is None or re.search(r"(?<![\w-])(?:recent|newest|latest|last)(?![\w-])", reading.masked):
        return None
    name, of = found
    left = with_verbs(reading)
    words = [w for w in (*left.unknown, *left.missing) if w.lower() not in _GLUE]
    events: Sequence[EventRecord] = reader.catalog.warnings(reading.namespaces, reading.clusters)
    if words:
        kept, known = narrowed(without, events)
        if any(word.lower() not in known | _GLUE for word in words):
            return None
        events = kept
    kind = next((kind for word, kind in _OF.items() if name == "object" and without.asks(f"{word}s?")), "")
    events = [event for event in events if not kind or event.about.kind == kind]
    return _told(name, of, events, reading, reader.catalog) if events else None


def _told(
    name: str,
    of: Callable[[EventRecord], str],
    events: Sequence[EventRecord],
    reading: Reading,
    catalog: Catalog,
) -> Draft:
    counts = Counter(of(event) or "no namespace" for event in events)
    least = re.search(r"(?<![\w-])(?:fewest|least)(?![\w-])", reading.masked) is not None
    ordered = sorted(counts.items(), key=lambda one: (one[1] if least else -one[1], one[0]))
    where = f" in {listed(reading.namespaces)}" if reading.namespaces else ""
    draft = Draft(settled=True, clusters=list(reading.clusters))
    spread = ", ".join(f"{value} {number}" for value, number in ordered[:_MANY])
    more = f", and {len(ordered) - _MANY} more" * (len(ordered) > _MANY)
    draft.lead.append(f"{len(events)} warnings{where} by {name}: {spread}{more}")
    for value, _ in ordered[:_MANY]:
        first = next(event for event in events if (of(event) or "no namespace") == value)
        draft.quote(first.document_id)
    places = [["-n", one] for one in reading.namespaces] or [["-A"]]
    draft.commands = [
        ["kubectl", "get", "events", *place, "--field-selector=type=Warning"] for place in places
    ]
    return draft
