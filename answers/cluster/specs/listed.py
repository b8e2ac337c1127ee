"""Tells which objects of a kind set a field, or set it to a value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.amounts import amount, quantity
from answers.cluster.candidates import chosen, kind_word, superlative, where_of
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed
from answers.cluster.specs.held import Held, Place, held_once, shown
from answers.cluster.specs.matching import NEGATES, Match
from cluster.graph import Node

_SHOWN = 40
_DETAILED = 15
_TABLE = 12
_VALUES = 6
_COMPARED, _NEXT = 2, 2
_KINDS = 3
_MADE = frozenset(
    {"Pod", "ReplicaSet", "ControllerRevision", "Endpoints", "EndpointSlice", "IPAddress", "Event"}
)
"""Kinds whose objects others make."""
LOOSE = frozenset({"Service", "Pod", "Node", "Namespace"})
"""Kinds that are named where the workloads are meant: what runs there, what is called so."""
_ASKS = r"which|what|who|whose|any\w*|every\w*|all|list|show|is there|are there|how many|one of|some\w*|give"
_WORD = re.compile(r"[\w][\w./:%-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which places of a field are asked for, and what to call that; `every`: no value in particular."""

    places: list[Place]
    words: str
    every: bool = False


def asks_for_some(reading: Reading) -> bool:
    """Whether a question asks which objects there are with something."""
    return reading.asks(_ASKS)


def groups(reading: Reading) -> list[tuple[str, ...]]:
    """The kinds among which a field may be looked for, what is meant first: as each word names them, then workloads."""
    named = list(dict.fromkeys(subject.kinds for subject in reading.subjects))[:_KINDS]
    loose = not named or any(set(kinds) & LOOSE for kinds in named)
    return [*named, *([WORKLOADS] if loose and WORKLOADS not in named else [])]


def elsewhere(reading: Reading, catalog: Catalog) -> tuple[str, ...]:
    """All kinds that are not named, for a question whose words for kinds mean something else."""
    named = {kind for kinds in groups(reading) for kind in kinds}
    return tuple(sorted(kind for kind in catalog.by_kind if kind not in named and kind not in _MADE))


def held_among(kinds: Sequence[str], reading: Reading, catalog: Catalog) -> dict[str, Held]:
    """The fields that the objects of these kinds set where the question looks."""
    key = (tuple(kinds), tuple(reading.namespaces), tuple(reading.clusters))
    return held_once(catalog, key, lambda: chosen(reading, catalog, kinds))


def wanted(match: Match, reading: Reading, nodes: Sequence[Node]) -> Wanted | None:
    """What of the field is asked for; None where the question denies it and it is not clear what that leaves."""
    name = match.held.key.removeprefix("pod.").removeprefix("spec.")
    denies = NEGATES.search(reading.text.lower()) is not None and not match.negated
    if value := _said_value(match, reading):
        return Wanted(match.held.valued(value), f"{name} {value}")
    if denies:
        return None
    if match.value:
        return Wanted(match.held.valued(match.value), f"{name} {match.value}")
    having = [one for one in match.held.places if one.value is not False]
    return Wanted(having, f"{name} set", every=True) if having else None


def _said_value(match: Match, reading: Reading) -> str:
    """The value of the field that the question says: in its words, or as a number (`half an hour`, `three`)."""
    if any(isinstance(place.value, dict) for place in match.held.places):
        return ""
    values = {value for place in match.held.places for value in place.values}
    spoken = {word.lower() for word in _WORD.findall(reading.text)}
    plain = [v for v in values & spoken if not v.isdigit() and v not in ("true", "false")]
    if plain and not match.value:
        return plain[0]
    numbers = _numbers(reading.text.lower())
    return next((v for v in sorted(values) if _NUMBER.fullmatch(v) and float(v) in numbers), "") or next(
        (v for v in sorted(values) if v.rstrip("%smh") != v and _of_unit(v, reading.text.lower())), ""
    )


def _numbers(text: str) -> set[float]:
    found: set[float] = set()
    words = _WORD.findall(text.replace("half an hour", "30 minutes"))
    for place, word in enumerate(words):
        number = amount(word) if word in _NUMBER_WORDS or _NUMBER.fullmatch(word) else 0.0
        if number:
            unit = words[place + 1].rstrip("s") if place + 1 < len(words) else ""
            found.add(number * _SECONDS.get(unit, 1))
    return found


_NUMBER_WORDS = frozenset("two three four five six seven eight nine ten eleven twelve".split())


def _of_unit(value: str, text: str) -> bool:
    """Whether a value with a unit is said: `10%` as `a tenth` or `10 percent`, `30s` as `30 seconds`."""
    number, unit = value[:-1], value[-1]
    spelled = {
        "%": r" ?(?:%|percent)",
        "s": r" ?s(?:ec\w*)?\b",
        "m": r" ?m(?:in\w*)?\b",
        "h": r" ?h(?:ours?)?\b",
    }
    if unit == "%" and number in _SHARES and re.search(_SHARES[number], text):
        return True
    return re.search(rf"(?<![\w.]){re.escape(number)}{spelled[unit]}", text) is not None


_SHARES = {"10": r"\ba tenth\b", "25": r"\ba quarter\b", "50": r"\b(?:a )?half\b", "20": r"\ba fifth\b"}


def told(draft: Draft, match: Match, kinds: Sequence[str], reading: Reading, reader: Reader) -> Draft | None:
    """An answer of the objects that are meant, counted, each with the field; None where that is not clear."""
    nodes = chosen(reading, reader.catalog, kinds)
    among = {node.id for node in nodes}
    if which := superlative(reading):
        return _extreme(draft, match, which, among, reading, reader)
    found = wanted(match, reading, nodes)
    if found is None:
        return None
    places: dict[str, list[Place]] = {}
    for place in found.places:
        if place.node.id in among:
            places.setdefault(place.node.id, []).append(place)
    if not places:
        return None
    if found.every and len(places) == len(nodes):
        return _by_value(draft, match, nodes, kinds, reading, reader)
    return _say(draft, list(places.values()), len(nodes), found.words, kinds, reading, reader)


def _say(
    draft: Draft, found: Sequence[list[Place]], total: int, words: str, kinds: Sequence[str], reading: Reading,
    reader: Reader,
) -> Draft:  # fmt: skip
    draft.objects = [places[0].node for places in found]
    draft.lead.append(f"{counted(len(found), kind_word(kinds))} of {total}{where_of(reading)} with {words}")
    for number, places in enumerate(found[:_SHOWN]):
        draft.say(places[0].node, Spot(short=3))
        for place in places[:2] if number < _DETAILED else places[:0]:
            draft.say(place.node, Spot(path=shown(place)), detail=True)
    draft.left_out = max(0, len(found) - _SHOWN)
    kinds_shown = list(dict.fromkeys(node.kind for node in draft.objects))
    draft.commands = scripts.of_list(draft, reading, kinds_shown[:5], [], reader.kinds)
    return draft


def _by_value(
    draft: Draft, match: Match, nodes: Sequence[Node], kinds: Sequence[str], reading: Reading, reader: Reader
) -> Draft | None:
    """Where all set it: how many set it to what, and those that set it to what is rare."""
    counts = Counter(" ".join(sorted(place.values)) for place in match.held.places if place.values)
    if not 0 < len(counts) <= _VALUES or (len(counts) == 1 and len(nodes) > _TABLE):
        return None
    name = match.held.key.removeprefix("pod.").removeprefix("spec.")
    spread = listed(f"{value} ({number})" for value, number in counts.most_common())
    common = counts.most_common(1)[0][0] if len(nodes) > _TABLE else None
    shown_places = [[p] for p in match.held.places if p.values and " ".join(sorted(p.values)) != common]
    words = name if common is None else f"{name} other than {common}"
    return _say(draft, shown_places, len(nodes), f"{words}: {spread}", kinds, reading, reader)


def _extreme(
    draft: Draft, match: Match, which: str, among: set[str], reading: Reading, reader: Reader
) -> Draft | None:
    """The objects with the most or the least of a field that is a number."""
    found = [
        (number, place) for place in match.held.places
        if place.node.id in among and (number := quantity(place.value)) is not None
    ]  # fmt: skip
    if len(found) < _COMPARED:
        return None
    best = (max if which == "most" else min)(number for number, _ in found)
    places = [[place] for number, place in found if number == best]
    others = sorted((one for one in found if one[0] != best), key=lambda one: one[0], reverse=which == "most")
    name = match.held.key.removeprefix("pod.").removeprefix("spec.")
    _say(
        draft,
        places,
        len(found),
        f"the {which} {name}: {places[0][0].value}",
        (places[0][0].node.kind,),
        reading,
        reader,
    )
    for _, place in others[:_NEXT]:
        draft.say(place.node, Spot(short=1))
        draft.say(place.node, Spot(path=shown(place)), detail=True)
    return draft
