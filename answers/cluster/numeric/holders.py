"""Which namespace or node has the most of something, by number or by a sum: `which namespace requests the most memory`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.candidates import kind_word, passes
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.kinds import singular
from answers.cluster.numeric.asked import Plan, blanked, conditions, is_untold, subjects_of
from answers.cluster.numeric.extremes import Extreme, extreme_of
from answers.cluster.numeric.measure import Measure
from answers.cluster.numeric.measures import measure_of
from answers.cluster.numeric.superlatives import with_tail
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, plainly, told_apart
from cluster.graph import Node

_NEXT = 4
_SHOWN = 12
_BULK = re.compile(
    r"(?:where (?:do|are|is|does)|(?:in|on) (?:which|what) (?:namespace|node|machine)s? (?:do|are|is|does)) (?:the )?(?:most|majority|bulk|largest part|greatest part)(?P<of>(?: of)?(?: the| our| all)? )"
)
_PLACE = re.compile(r"(?:[-–—:,(]|\bi\.?e\.?)?\s*(?:in|on)? ?(?:which|what) (?:namespace|node|machine)s?.*$")
_PLAIN = re.compile(r"(?:number|count|amount|total|of|the|different|separate|individual)(?![\w-])")


@dataclass(frozen=True, slots=True)
class Held:
    """What namespaces or nodes are compared by: a kind of objects, and a number of each or how many there are."""

    kinds: tuple[str, ...]
    measure: Measure | None

    def amount(self, nodes: list[Node], catalog: Catalog) -> float:
        """How much these objects have together."""
        if self.measure is None:
            return float(len(nodes))
        return sum((self.measure.amount(node, catalog) or 0.0 for node in nodes), 0.0)

    def written(self, amount: float) -> str:
        """The amount in words."""
        if self.measure is None:
            return counted(int(amount), kind_word(self.kinds))
        return f"{self.measure.name} {self.measure.written(amount)}"


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """Which namespace or node has the most or the least of something; None where that is not asked."""
    extreme = _bulk(reading) or extreme_of(reading)
    if extreme is None or is_untold(reading.masked, told=True):
        return None
    holder = subjects_of(reading, extreme.spans)
    if extreme.word == "bulk":
        holder = (
            ("Node",)
            if re.search(r"(?<![\w-])(?:nodes?|machines?|hosts?)(?![\w-])", reading.masked)
            else ("Namespace",)
        )
    if holder not in (("Namespace",), ("Node",)) or is_untold(reading.masked[: extreme.spans[1][0]]):
        return None
    if holder == ("Namespace",) and reading.namespaces:
        return None
    held = _held(extreme, reading, reader)
    if held is None:
        return None
    filters = conditions(blanked(reading, _spans(extreme, reading)), held.kinds, reader.catalog)
    if filters is None:
        return None
    within = [
        node
        for node in reader.catalog.of(held.kinds, reading.namespaces, reading.clusters)
        if passes(node, filters)
    ]
    holders = reader.catalog.of(holder, clusters=reading.clusters)
    held_by = _grouped(holder[0], holders, within, reader.catalog)
    draft = _told(
        extreme, held, holders, held_by, reader.catalog, "".join(f" {one.words}" for one in filters)
    )
    if draft is None:
        return None
    shown = list(dict.fromkeys(node.kind for nodes in held_by.values() for node in nodes))[:5] or list(
        held.kinds
    )
    draft.commands = scripts.of_list(Draft(objects=within), reading, shown, [], reader.kinds)
    return with_tail(draft, extreme.tail, reader, plan)


def _bulk(reading: Reading) -> Extreme | None:
    """`where do most of the pending pods live`: the extreme of namespaces, or of nodes."""
    if (said := _BULK.search(reading.masked)) is None:
        return None
    place = _PLACE.search(reading.masked, said.end())
    spans = [(0, said.start("of")), place.span() if place else (len(reading.masked),) * 2]
    return Extreme(True, "", tuple(spans), "bulk", "")


def _spans(extreme: Extreme, reading: Reading) -> list[tuple[int, int]]:
    """What is read already: the extreme, and the holder's own words."""
    if extreme.word == "bulk":
        return list(extreme.spans)
    holder = reading.subjects[0]
    return [*extreme.spans, (reading.tokens[holder.first].start, reading.tokens[holder.last - 1].end)]


def _held(extreme: Extreme, reading: Reading, reader: Reader) -> Held | None:
    if extreme.word == "bulk":
        kinds = subjects_of(reading, extreme.spans)
        return Held(kinds, None) if kinds and not {"Namespace", "Node"} & set(kinds) else None
    words = [word for word in _PLAIN.sub(" ", extreme.phrase).split() if word]
    kinds = (
        reader.kinds.find(" ".join(words)) or reader.kinds.find(" ".join(map(singular, words)))
        if words
        else ()
    )
    if kinds and not words[-1].startswith("container") and not {"Namespace", "Node"} & set(kinds):
        return Held(WORKLOADS if set(WORKLOADS) <= set(kinds) else kinds, None)
    pods = reader.catalog.of(("Pod",), clusters=reading.clusters)
    claims = reader.catalog.of(("PersistentVolumeClaim",), clusters=reading.clusters)
    for nodes in (pods, claims):
        kind = nodes[0].kind if nodes else ""
        measure = measure_of(extreme.phrase, reading.masked, nodes) if nodes and extreme.phrase else None
        if measure is not None and measure.unit != "pod":
            return Held((kind,), measure)
    return None


def _grouped(holder: str, holders: list[Node], within: list[Node], catalog: Catalog) -> dict[str, list[Node]]:
    ids = {node.id for node in within}
    of: Callable[[Node], list[Node]] = (
        (lambda one: [n for n in catalog.pods(one) if n.id in ids])
        if holder == "Node"
        else (lambda one: [n for n in within if (n.namespace, n.cluster) == (one.name, one.cluster)])
    )
    return {one.id: of(one) for one in holders}


def _told(
    extreme: Extreme, held: Held, holders: list[Node], held_by: dict[str, list[Node]], catalog: Catalog,
    conditions_: str,
) -> Draft | None:  # fmt: skip
    amounts = {one.id: held.amount(held_by[one.id], catalog) for one in holders}
    sign = -1 if extreme.most else 1
    ordered = sorted(holders, key=lambda one: (sign * amounts[one.id], one.name))
    if not any(amounts.values()):
        return None
    if extreme.nth > 1:
        return None
    best = [one for one in ordered if amounts[one.id] == amounts[ordered[0].id]]
    least = "fewest" if held.measure is None else "least"
    verb = f"{'has' if len(best) == 1 else 'have'} the {'most' if extreme.most else least}"
    draft = Draft(settled=True)
    value = held.written(amounts[best[0].id])
    called = told_apart(holders, plainly)
    draft.lead.append(f"{listed(called[one.id] for one in best)} {verb}: {value}{conditions_}")
    others = [
        f"{called[one.id]} {held.written(amounts[one.id])}"
        for one in ordered[len(best) : len(best) + max(_NEXT, extreme.many - 1)]
    ]
    if others:
        draft.lead.append(f"Then {listed(others, 30)}")
    for one in ordered[len(best) : extreme.many]:
        draft.say(one, Spot(short=1))
    for one in best[:2]:
        draft.say(one)
        if one.kind == "Namespace" and held.measure is None:
            quote_count(draft, [one.name], held_by[one.id], kind_word(held.kinds))
        for node in held_by[one.id][:_SHOWN]:
            draft.say(node, Spot(short=1))
            for path in held.measure.paths(node)[:2] if held.measure else ():
                draft.say(node, Spot(path=path), detail=True)
        draft.left_out += max(0, len(held_by[one.id]) - _SHOWN)
    draft.objects = best
    return draft
