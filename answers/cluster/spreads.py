"""How objects are spread over nodes or namespaces: which has the most, which has none, how many each has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.amounts import amount
from answers.cluster.candidates import chosen, kind_word, passes, superlative, unexplained
from answers.cluster.catalog import Catalog
from answers.cluster.filters import comparison, filters_of
from answers.cluster.held import HELD
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, plainly, told_apart
from answers.cluster.wording import COMPARED, LACKS, Aggregate, Aspect
from cluster.graph import Node

HELD_BY = ("Namespace", "Node")
"""Kinds that hold others."""
_HAVING = (
    r"(?:which|what|any|all|list) (?:namespaces?|ns|nodes?) (?:that |which )?"
    r"(?:has|have|with|got|holds?|contains?|uses?|runs?)"
)
_SIZES = r"(?:big|large|small)est"


def holder_of(reading: Reading, kinds: Sequence[str]) -> str:
    """`Node` or `Namespace` where the question asks how objects are spread over them."""
    if len(kinds) == 1 and kinds[0] in HELD_BY and superlative(reading) and reading.asks(_SIZES):
        return kinds[0]
    if tuple(kinds) == ("Node",) and reading.namespaces and reading.aspect is Aspect.NODE:
        return "Node"  # `which nodes run shop`
    if len(kinds) < 2:
        return ""
    if kinds[0] in HELD_BY and (superlative(reading) or lacks(reading)):
        return kinds[0]
    if kinds[0] in HELD_BY and reading.asks(_HAVING):
        return kinds[0]
    if kinds[0] in HELD_BY and _threshold(reading):
        return kinds[0]
    # `most pods: which node`, as Chinese has it.
    if kinds[1] in HELD_BY and re.search(
        r"(?:most|fewest|least) \w+(?:[ ,:]+(?:with|on|in|the|which|what))* (?:node|namespace)",
        reading.masked,
    ):
        return kinds[1]
    counts = Aggregate.COUNT in reading.aggregates
    spread = re.search(rf"(?:per|by{'|each|every' * counts}) (node|namespace)", reading.masked)
    return spread[1].capitalize() if spread else ""


def by_holder(draft: Draft, reading: Reading, catalog: Catalog, holder: str, kinds: Sequence[str]) -> bool:
    """Which namespace or node has the most objects of a kind."""
    filters, explained = filters_of(reading, kinds, catalog)
    # `which namespaces have network policies`: that is asked of the namespaces.
    of_holders = HELD if reading.asks(_HAVING) else frozenset()
    filters = [one for one in filters if not one.number and one.words not in of_holders]
    if not catalog.of(kinds) or unexplained(reading, explained | _verbs(reading)):
        return False
    holders = catalog.of((holder,), clusters=reading.clusters)
    wanted = {node.id for node in chosen(reading, catalog, kinds) if passes(node, filters)}
    held = {
        one.id: (
            [n for n in catalog.pods(one) if n.id in wanted] if holder == "Node"
            else [n for n in catalog.of(kinds, (one.name,), (one.cluster,)) if n.id in wanted]
        )
        for one in holders
    }  # fmt: skip
    word = kind_word(kinds)
    lowest = superlative(reading) == "least"
    ordered = sorted(holders, key=lambda one: (len(held[one.id]) * (1 if lowest else -1), one.name))
    if not ordered:
        return False
    if (limit := _threshold(reading)) is not None:
        return _beyond(draft, limit, holders, held, word)
    if not lacks(reading) and not superlative(reading) and reading.asks(_HAVING):
        return _some(draft, holders, held, word)
    if lacks(reading):
        return _without(draft, holders, held, word)
    if not superlative(reading):
        return _spread(draft, holders, held, word)
    best = [one for one in ordered if len(held[one.id]) == len(held[ordered[0].id])]
    verb = f"{'has' if len(best) == 1 else 'have'} the {'fewest' if lowest else 'most'}"
    called = told_apart(holders, plainly)
    draft.lead.append(
        f"{listed(called[one.id] for one in best)} {verb}: {counted(len(held[best[0].id]), word)}"
    )
    others = [f"{called[one.id]} {len(held[one.id])}" for one in ordered[len(best) : len(best) + 4]]
    if others:
        draft.lead.append(f"Then {listed(others)}")
    for one in best[:2]:
        draft.say(one)
        if holder == "Namespace":
            quote_count(draft, [one.name], held[one.id], word)
        draft.say_all(
            held[one.id], Spot(short=1, needles=(f"on node {one.name}",) if holder == "Node" else ()), most=20
        )
    draft.objects = best if holder == "Node" else held[best[0].id]
    return True


def _verbs(reading: Reading) -> set[str]:
    """What the holder is said to do with the most of something: `which namespace coughs up the most pods`."""
    found = re.search(
        r"(?:which|what) (?:namespace|node)s? ((?:[a-z]+ )+?)(?:the )?(?:most|fewest|least)", reading.masked
    )
    return set(found[1].split()) if found else set()


def lacks(reading: Reading) -> bool:
    """Whether the question asks for what has none of something."""
    return reading.asks(rf"{LACKS} \w+")


def _without(draft: Draft, holders: Sequence[Node], held: dict[str, list[Node]], word: str) -> bool:
    """Which nodes or namespaces have no object of a kind."""
    found = [one for one in holders if not held[one.id]]
    plural = counted(2, word).partition(" ")[2]
    draft.lead.append(f"{len(found)} of {counted(len(holders), holders[0].kind)} have no {plural}")
    draft.say_all(found)
    draft.objects = found
    return True


def _threshold(reading: Reading) -> re.Match[str] | None:
    """`with more than 50 pods`: the comparison with a number of the kind behind it."""
    return next((m for m in COMPARED.finditer(reading.masked) if m[2] and m[1] not in ("just", "only")), None)


def _beyond(
    draft: Draft, limit: re.Match[str], holders: Sequence[Node], held: dict[str, list[Node]], word: str
) -> bool:
    """Which nodes or namespaces have more or fewer objects of a kind than a number."""
    holds = comparison(limit[1], amount(limit[2]))
    found = sorted(
        (one for one in holders if holds(len(held[one.id]))), key=lambda one: (-len(held[one.id]), one.name)
    )
    called = told_apart(holders, plainly)
    shown = listed((f"{called[one.id]} {len(held[one.id])}" for one in found), 30) or "none"
    least = f"{limit[1]} {counted(int(amount(limit[2])), word)}"
    draft.lead.append(f"{len(found)} of {counted(len(holders), holders[0].kind)} have {least}: {shown}")
    _say_each(draft, (found or holders)[:30], held, word)
    draft.objects = found
    return True


def _some(draft: Draft, holders: Sequence[Node], held: dict[str, list[Node]], word: str) -> bool:
    """Which nodes or namespaces have any object of a kind."""
    found = [one for one in holders if held[one.id]]
    called = told_apart(holders, plainly)
    shown = listed((f"{called[one.id]} {len(held[one.id])}" for one in found), 30) or "none"
    plural = counted(2, word).partition(" ")[2]
    draft.lead.append(f"{len(found)} of {counted(len(holders), holders[0].kind)} have {plural}: {shown}")
    _say_each(draft, (found or holders)[:30], held, word)
    draft.objects = [node for one in found for node in held[one.id]]
    return True


def _spread(draft: Draft, holders: Sequence[Node], held: dict[str, list[Node]], word: str) -> bool:
    """How many objects each node or namespace has."""
    ordered = sorted(holders, key=lambda one: (-len(held[one.id]), one.name))
    called = told_apart(holders, plainly)
    spread = listed((f"{called[one.id]} {len(held[one.id])}" for one in ordered), 30)
    draft.lead.append(f"{counted(2, word).partition(' ')[2]}: {spread}")
    _say_each(draft, ordered[:30], held, word)
    draft.objects = [node for nodes in held.values() for node in nodes]
    return True


def _say_each(draft: Draft, holders: Sequence[Node], held: dict[str, list[Node]], word: str) -> None:
    """Adds each node or namespace, of a namespace also how many objects it holds."""
    for one in holders:
        draft.say(one, Spot(short=1))
        if one.kind == "Namespace":
            quote_count(draft, [one.name], held[one.id], word)
