"""Objects and namespaces compared: which has the most of something, whether here are more than there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.amounts import MEASURES, Measure
from answers.cluster.candidates import kind_word
from answers.cluster.catalog import Catalog
from answers.cluster.number_fields import field_measure
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reading
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed, told_apart
from answers.cluster.totals import shown_amount
from answers.cluster.traits.numbers import number_of
from cluster.graph import Node

_FEW = 6
"""Namespaces of which each is told that has none."""


def extreme(draft: Draft, reading: Reading, catalog: Catalog, nodes: Sequence[Node], which: str) -> bool:
    """The object with the most of something that objects have a number of."""
    of_pods = {node.kind for node in nodes} == {"Pod"}  # a pod has no number of pods
    known = [one for one in MEASURES if not (of_pods and one[1] == "pods")]
    measured = ((name, _amounts(nodes, m, catalog)) for words, name, m in known if reading.asks(words))
    name, amounts = next(((name, found) for name, found in measured if found), ("", []))
    if not amounts and (field := number_of(reading) or field_measure(reading, nodes)) is not None:
        name, amounts = field[0], _amounts(nodes, field[1], catalog)
    return bool(amounts) and ranked(draft, reading, amounts, name, which)


def ranked(
    draft: Draft, reading: Reading, amounts: Sequence[tuple[float, Node]], name: str, which: str
) -> bool:
    """The objects with the most, or the least, of these amounts, and the next."""
    sign = -1 if which == "most" else 1
    ordered = sorted(amounts, key=lambda one: (sign * one[0], one[1].namespace, one[1].name))
    best = [node for amount, node in ordered if amount == ordered[0][0]]
    called = told_apart(node for _, node in amounts)
    draft.lead.append(
        f"{'Most' if which == 'most' else 'Least'} {name}: {listed(called[n.id] for n in best)}, "
        f"{_with(name, ordered[0][0])}of {len(amounts)} compared"
    )
    spot = Spot(needles=("ontainer ",)) if "memory" in name or "CPU" in name else SUMMARY
    top = re.search(r"top (\d{1,2})", reading.masked)
    if top and len(best) < int(top[1]):
        best = [node for _, node in ordered[: int(top[1])]]
        draft.lead.append(f"The first {top[1]}: {listed((called[n.id] for n in best), 20)}")
    for node in best[: max(5, int(top[1]) if top else 0)]:
        draft.say(node)
        if spot.needles:
            draft.say(node, spot, detail=True)
    for node in [n for _, n in ordered[len(best) : len(best) + 3]]:
        draft.say(node, Spot(short=3))
    draft.objects = best
    return True


def _with(name: str, amount: float) -> str:
    """How much the first has, where that can be said: `with 3, `."""
    if name == "age":
        return ""
    known = "memory" in name or "CPU" in name or name == "size"
    return f"with {shown_amount('memory' if name == 'size' else name, amount) if known else f'{amount:g}'}, "


def _amounts(nodes: Sequence[Node], measure: Measure, catalog: Catalog) -> list[tuple[float, Node]]:
    return [(amount, node) for node in nodes if (amount := measure(node, catalog)) is not None]


def compare_kinds(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """How many objects of each kind there are, in the namespaces of the question or in all."""
    counts = {kind: catalog.of((kind,), reading.namespaces, reading.clusters) for kind in kinds}
    said = ", ".join(counted(len(nodes), kind) for kind, nodes in counts.items())
    most = max(counts, key=lambda kind: len(counts[kind]))
    same = len({len(nodes) for nodes in counts.values()}) == 1
    end = "as many" if same else f"more {counted(2, most).partition(' ')[2]}"
    draft.lead.append(f"{said}{f' in {listed(reading.namespaces)}' if reading.namespaces else ''}: {end}")
    for kind, nodes in counts.items():
        quote_count(draft, reading.namespaces, nodes, kind)
        draft.say_all(nodes, Spot(short=1), most=8)
    draft.objects = [node for nodes in counts.values() for node in nodes]
    return True


def compare(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """How many of a kind each of some namespaces has."""
    word = kind_word(kinds)
    counts = {name: catalog.of(kinds, (name,), reading.clusters) for name in reading.namespaces}
    ordered = sorted(counts, key=lambda name: -len(counts[name]))
    told = [name for name in reading.namespaces if counts[name] or len(counts) <= _FEW]
    said = ", ".join(f"{name} has {counted(len(counts[name]), word)}" for name in told)
    first, second = ordered[0], ordered[1]
    same = len(counts[first]) == len(counts[second])
    end = "as many" if same else f"more in {first}"
    if len(counts) == 2 and not same:
        end += f", by {len(counts[first]) - len(counts[second])}"
    if len(counts) > 2:
        draft.lead.append(f"{counted(sum(map(len, counts.values())), word)} together")
    draft.lead.append(f"{said}: {end}")
    for name in told:
        quote_count(draft, [name], counts[name], word)
        draft.say_all(counts[name], Spot(short=1), most=15)
    draft.objects = [node for nodes in counts.values() for node in nodes]
    return True
