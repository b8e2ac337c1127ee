"""Answers about the objects of a kind: which, how many, whether any, the most, more here than there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from answers.cluster.amounts import MEASURES, Measure
from answers.cluster.catalog import WORKLOADS, Catalog, containers
from answers.cluster.fields import named_fields
from answers.cluster.filters import Filter, filters_of
from answers.cluster.overviews import quote_count, quote_whole
from answers.cluster.reading import Reading
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed, titled
from answers.cluster.troubles import is_unwell, unwell
from answers.cluster.wording import LACKS, Aggregate, Aspect
from cluster.graph import Node

_SHOWN = 40
_JOINING = frozenset({"and", "or", "with", "their", "the", "all"})
_DETAILED = 20
_FIELDS_OF = 10
"""Objects of which a field that was asked for is quoted too."""
_HELD_BY = ("Namespace", "Node")
_ABOUT_MANY = (
    None,
    Aspect.HEALTH,
    Aspect.WHY,
    Aspect.DESCRIBE,
    Aspect.HOLDS,
    Aspect.PLACE,
    Aspect.NODE,
    Aspect.POLICIES,
)
"""What can be told of more objects than are shown."""
_SIZES = ("capacity", "requests", "limits", "size")
"""Where a summary says how large an object is."""
_GENERAL_HEALTH = (Aspect.HEALTH, Aspect.WHY)


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """Adds what answers a question about objects of these kinds; False where it asks for something else."""
    holder = _holder_of(reading, kinds)
    if holder:
        return _holder(draft, reading, catalog, holder, [kind for kind in kinds if kind != holder])
    kinds = _main(reading, kinds)
    filters, explained = filters_of(reading, kinds, catalog)
    nodes = _chosen(reading, catalog, kinds)
    asked = _asked_field(reading, nodes, explained)
    if _unexplained(reading, explained | {word.lower() for word in reading.unknown if asked}):
        return False
    if len(reading.namespaces) > 1 and not filters and Aggregate.LIST not in reading.aggregates[:1]:
        return _compare(draft, reading, catalog, kinds)
    if (measured := superlative(reading)) and not any(one.number for one in filters):
        return _extreme(draft, reading, catalog, [n for n in nodes if _passes(n, filters)], measured)
    if not _list(draft, reading, catalog, kinds, nodes, filters):
        return False
    if reading.aspect is Aspect.RESOURCES and not filters:
        for node in draft.objects[:_DETAILED]:
            for _, _, container in containers(node):
                draft.say(node, Spot(needles=(f"ontainer {container.get('name')}:",)), detail=True)
    if asked:
        for node in draft.objects[:_FIELDS_OF]:
            for path in named_fields(node, reading.loose, rare=reading.unknown):
                draft.say(node, Spot(path=path), detail=True)
    return True


def _main(reading: Reading, kinds: Sequence[str]) -> Sequence[str]:
    """The kinds that are asked for, of those that are named: the first, and what is joined to it by `and`."""
    if not reading.subjects or tuple(kinds) != reading.kinds:
        return kinds
    subjects = [s for s in reading.subjects if s.kinds[0] not in _HELD_BY] or reading.subjects
    chosen = [subjects[0]]
    for subject in subjects[1:]:
        between = {token.low for token in reading.tokens[chosen[-1].last : subject.first]}
        if not between <= _JOINING:
            break
        chosen.append(subject)
    return tuple(dict.fromkeys(kind for subject in chosen for kind in subject.kinds))


def _asked_field(reading: Reading, nodes: Sequence[Node], explained: set[str]) -> bool:
    """Whether all words that nothing else explains name fields of the objects: `zone`, `kubelet version`."""
    left = [word for word in reading.unknown if word.lower() not in explained]
    if not left or reading.missing or not nodes:
        return False
    return all(named_fields(nodes[0], "", rare=[word]) for word in left)


def _unexplained(reading: Reading, explained: set[str]) -> bool:
    low = {word.lower() for word in explained}
    return any(word.lower() not in low for word in (*reading.unknown, *reading.missing))


def _chosen(reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> list[Node]:
    if set(WORKLOADS) <= set(kinds):
        return catalog.workloads(reading.namespaces, reading.clusters)
    if reading.namespaces and not any(catalog.is_namespaced(kind) for kind in kinds):
        # What stands in no namespace belongs to one by its name, if at all: `cluster roles of argocd`.
        every = catalog.of(kinds, clusters=reading.clusters)
        return [
            n for n in every if any(place in (n.name, *_parts(n.name)) for place in reading.namespaces)
        ] or every
    return catalog.of(kinds, reading.namespaces, reading.clusters)


def _parts(name: str) -> list[str]:
    """The beginnings and ends of a name: `argocd-server` is of argocd."""
    words = re.split(r"[-.:]", name)
    return ["-".join(words[:end]) for end in range(1, len(words))] + words


def _passes(node: Node, filters: Sequence[Filter]) -> bool:
    return all(one.test(node) for one in filters)


def _where(reading: Reading) -> str:
    return f" in {listed(reading.namespaces)}" if reading.namespaces else ""


def kind_word(kinds: Sequence[str]) -> str:
    """What to call objects of these kinds."""
    return kinds[0] if len(kinds) == 1 else "workload" if set(WORKLOADS) <= set(kinds) else "object"


def _list(
    draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str], nodes: list[Node],
    filters: Sequence[Filter],
) -> bool:  # fmt: skip
    found = [node for node in nodes if _passes(node, filters)]
    word = kind_word(kinds)
    if len(found) > _SHOWN and not filters and reading.aspect not in _ABOUT_MANY:
        return False
    draft.objects = found
    draft.lead.append(_summed(found, nodes, filters, word, _where(reading)))
    clusters = Counter(node.cluster for node in found)
    if len(clusters) > 1:
        draft.lead.append(
            f"By cluster: {listed(f'{name} {number}' for name, number in sorted(clusters.items()))}"
        )
    _all_well(draft, reading, nodes, filters, word)
    if not nodes:
        quote_whole(draft, reading.namespaces, catalog)
        return True
    if not filters:
        quote_count(draft, reading.namespaces, nodes, word)
    elif not found:
        quote_count(draft, reading.namespaces, nodes, word)
        draft.say_all(nodes, Spot(short=1), most=5)
    spot = SUMMARY if len(found) <= 3 else Spot(short=3, needles=()) if len(found) <= 12 else Spot(short=2)
    sizes = _SIZES if reading.aspect is Aspect.RESOURCES else ()
    for node in found[:_SHOWN]:
        quoted = sizes + tuple(text for one in filters for text in one.quoted(node))
        draft.say(node, Spot(short=spot.short or 99, needles=quoted) if quoted or spot.short else spot)
    draft.left_out += max(0, len(found) - _SHOWN)
    return True


def _summed(
    found: Sequence[Node], nodes: Sequence[Node], filters: Sequence[Filter], word: str, where: str
) -> str:
    """How many objects of how many meet the conditions."""
    conditions = "".join(f" {one.words}" for one in filters)
    if found:
        return f"{counted(len(found), word)}{f' of {len(nodes)}' * bool(filters)}{where}{conditions}"
    if not nodes:
        return f"No {word}{where} was read"
    if all(one.unwell for one in filters):
        return f"All {counted(len(nodes), word)}{where} are as they should be"
    return f"No {word}{where}{conditions}, of {counted(len(nodes), word)}"


def _all_well(
    draft: Draft, reading: Reading, nodes: Sequence[Node], filters: Sequence[Filter], word: str
) -> None:
    """Where it was asked whether all are well: yes, or which are not, these first."""
    if filters or reading.aspect not in _GENERAL_HEALTH or not nodes:
        return
    bad = unwell(nodes)
    if bad:
        draft.lead.append(
            f"{len(bad)} of {counted(len(nodes), word)} are not as they should be: {listed(titled(n) for n in bad)}"
        )
        draft.say_all(bad, most=8)
        draft.objects = bad
    elif any(is_unwell(n) or n.health.level.value == "healthy" for n in nodes):
        draft.lead.append(f"All {counted(len(nodes), word)} are healthy")


def superlative(reading: Reading) -> str:
    """`most` or `least` where the question asks for an extreme."""
    for aggregate in (Aggregate.MOST, Aggregate.LEAST):
        if aggregate in reading.aggregates:
            pattern = {"most": r"at most", "least": r"at least"}[aggregate.value]
            if not reading.asks(pattern):
                return aggregate.value
    return ""


def _holder_of(reading: Reading, kinds: Sequence[str]) -> str:
    """`Node` or `Namespace` where the question asks how objects are spread over them."""
    if len(kinds) < 2:
        return ""
    if kinds[0] in _HELD_BY and (superlative(reading) or _lacks(reading)):
        return kinds[0]
    # `most pods: which node`, as Chinese has it.
    if kinds[1] in _HELD_BY and re.search(
        r"(?:most|fewest|least) \w+(?:[ ,:]+(?:with|on|in|the|which|what))* (?:node|namespace)",
        reading.masked,
    ):
        return kinds[1]
    counts = Aggregate.COUNT in reading.aggregates
    spread = re.search(rf"(?:per|by{'|each|every' * counts}) (node|namespace)", reading.masked)
    return spread[1].capitalize() if spread else ""


def _holder(draft: Draft, reading: Reading, catalog: Catalog, holder: str, kinds: Sequence[str]) -> bool:
    """Which namespace or node has the most objects of a kind."""
    filters, explained = filters_of(reading, kinds, catalog)
    if _unexplained(reading, explained):
        return False
    holders = catalog.of((holder,), clusters=reading.clusters)
    wanted = {node.id for node in _chosen(reading, catalog, kinds) if _passes(node, filters)}
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
    if _lacks(reading):
        return _without(draft, holders, held, word)
    if not superlative(reading):
        return _spread(draft, holders, held, word)
    best = [one for one in ordered if len(held[one.id]) == len(held[ordered[0].id])]
    verb = f"{'has' if len(best) == 1 else 'have'} the {'fewest' if lowest else 'most'}"
    draft.lead.append(f"{listed(one.name for one in best)} {verb}: {counted(len(held[best[0].id]), word)}")
    others = [f"{one.name} {len(held[one.id])}" for one in ordered[len(best) : len(best) + 4]]
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


def _lacks(reading: Reading) -> bool:
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


def _spread(draft: Draft, holders: Sequence[Node], held: dict[str, list[Node]], word: str) -> bool:
    """How many objects each node or namespace has."""
    ordered = sorted(holders, key=lambda one: (-len(held[one.id]), one.name))
    spread = listed((f"{one.name} {len(held[one.id])}" for one in ordered), 30)
    draft.lead.append(f"{counted(2, word).partition(' ')[2]}: {spread}")
    for one in ordered[:30]:
        draft.say(one, Spot(short=1))
        if one.kind == "Namespace":
            quote_count(draft, [one.name], held[one.id], word)
    draft.objects = [node for nodes in held.values() for node in nodes]
    return True


def _extreme(draft: Draft, reading: Reading, catalog: Catalog, nodes: Sequence[Node], which: str) -> bool:
    """The object with the most of something that objects have a number of."""
    measured = next(((name, m) for words, name, m in MEASURES if reading.asks(words)), None)
    if measured is None:
        return False
    name, measure = measured
    amounts = _amounts(nodes, measure, catalog)
    if not amounts or (name == "pods" and {node.kind for node in nodes} == {"Pod"}):
        return False
    sign = -1 if which == "most" else 1
    ordered = sorted(amounts, key=lambda one: (sign * one[0], one[1].namespace, one[1].name))
    best = [node for amount, node in ordered if amount == ordered[0][0]]
    draft.lead.append(
        f"{'Most' if which == 'most' else 'Least'} {name}: {listed(titled(n) for n in best)}, of {len(nodes)} compared"
    )
    spot = Spot(needles=("ontainer ",)) if "memory" in name or "CPU" in name else SUMMARY
    for node in best[:5]:
        draft.say(node)
        if spot.needles:
            draft.say(node, spot, detail=True)
    for node in [n for _, n in ordered[len(best) : len(best) + 3]]:
        draft.say(node, Spot(short=3))
    draft.objects = best
    return True


def _amounts(nodes: Sequence[Node], measure: Measure, catalog: Catalog) -> list[tuple[float, Node]]:
    return [(amount, node) for node in nodes if (amount := measure(node, catalog)) is not None]


def _compare(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """How many of a kind each of some namespaces has."""
    word = kind_word(kinds)
    counts = {name: catalog.of(kinds, (name,), reading.clusters) for name in reading.namespaces}
    ordered = sorted(counts, key=lambda name: -len(counts[name]))
    said = ", ".join(f"{name} has {counted(len(counts[name]), word)}" for name in reading.namespaces)
    first, second = ordered[0], ordered[1]
    same = len(counts[first]) == len(counts[second])
    draft.lead.append(f"{said}: {'as many' if same else f'more in {first}'}")
    for name in reading.namespaces:
        quote_count(draft, [name], counts[name], word)
        draft.say_all(counts[name], Spot(short=1), most=15)
    draft.objects = [node for nodes in counts.values() for node in nodes]
    return True
