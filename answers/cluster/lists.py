"""Answers about the objects of a kind: which, how many, whether any, whether all are well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from answers.cluster import groups, totals
from answers.cluster.candidates import chosen, kind_word, passes, superlative, unexplained, where_of
from answers.cluster.catalog import Catalog, containers
from answers.cluster.comparisons import compare, compare_kinds, extreme, ranked
from answers.cluster.fields import named_fields
from answers.cluster.filters import Filter, filters_of
from answers.cluster.overviews import quote_count, quote_whole
from answers.cluster.reading import Reading
from answers.cluster.relations import is_unread, near, other_kind
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed, told_apart
from answers.cluster.spreads import HELD_BY, by_holder, holder_of
from answers.cluster.state_filters import by_each
from answers.cluster.troubles import explain, is_unwell, say_reason, unwell
from answers.cluster.wording import Aggregate, Aspect
from cluster.graph import Node

_SHOWN = 40
_JOINING = frozenset({"and", "or", "vs", "versus", "with", "their", "the", "all"})
_MORE, _OR = frozenset({"more", "fewer", "less"}), frozenset({"or", "than", "vs", "versus"})
_WITHOUT = re.compile(r"(?<![\w-])(?:with no|without|lack(?:s|ing)?|ha(?:s|ve) no) [a-z]")
_DETAILED = 20
_FIELDS_OF = 10
"""Objects of which a field that was asked for is quoted too."""
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
_FEW_NODES = 8
"""Nodes of which the whole first line is shown."""
_EXPLAINED = 3
"""Objects of which it is told why they are unwell."""
_COMPLETE = r"(?:all|every|full number) (?:of )?(?:its |their |the |wanted |desired )*replicas?"
_GENERAL_HEALTH = (Aspect.HEALTH, Aspect.WHY)


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """Adds what answers a question about objects of these kinds; False where it asks for something else."""
    holder = holder_of(reading, kinds)
    if holder:
        return by_holder(
            draft, reading, catalog, holder, [kind for kind in kinds if kind != holder] or ["Pod"]
        )
    if _sets_against(reading, kinds) and not filters_of(reading, kinds, catalog)[0]:
        return compare_kinds(draft, reading, catalog, kinds)
    kinds = _main(reading, kinds)
    filters, explained = filters_of(reading, kinds, catalog)
    if not filters and is_unread(reading, kinds, catalog):
        return False
    nodes = chosen(reading, catalog, kinds)
    if groups.grouping(reading) and groups.by_value(draft, reading, nodes, kind_word(kinds)):
        return True
    asked = _asked_field(reading, nodes, explained)
    if unexplained(reading, explained | {word.lower() for word in reading.unknown if asked}):
        return False
    if not filters and _WITHOUT.search(reading.masked):
        return False  # to leave out what they are to be without would tell of others
    if (
        len(reading.namespaces) > 1
        and not filters
        and list(kinds) != ["Namespace"]
        and Aggregate.LIST not in reading.aggregates[:1]
    ):
        return compare(draft, reading, catalog, kinds)
    if (which := superlative(reading)) and (other := other_kind(reading, kinds)) and not filters[1:]:
        counts = [(float(len(near(node, other.kinds, catalog))), node) for node in nodes]
        if any(number for number, _ in counts):
            return ranked(draft, reading, counts, counted(2, other.kinds[0]).partition(" ")[2], which)
    if (measured := superlative(reading)) and not any(one.number for one in filters):
        return extreme(draft, reading, catalog, [n for n in nodes if passes(n, filters)], measured)
    if not tell(draft, reading, catalog, kinds, nodes, filters):
        return False
    totals.say(draft, reading, catalog)
    if reading.aspect is Aspect.WHY:
        bad = list(filter(is_unwell, draft.objects))
        for node in bad[:_DETAILED]:
            if len(bad) <= _EXPLAINED:
                explain(draft, node, catalog)
            else:
                say_reason(draft, node)
    if reading.aspect is Aspect.RESOURCES and not filters:
        for node in draft.objects[:_DETAILED]:
            for _, _, container in containers(node):
                draft.say(node, Spot(needles=(f"ontainer {container.get('name')}:",)), detail=True)
    if asked:
        for node in draft.objects[:_FIELDS_OF]:
            for path in named_fields(node, reading.loose, rare=reading.unknown):
                draft.say(node, Spot(path=path), detail=True)
    return True


def _sets_against(reading: Reading, kinds: Sequence[str]) -> bool:
    """Whether the question asks of which of two kinds there are more: `more services or more deployments`."""
    several = len(reading.subjects) > 1 and len(set(kinds)) > 1
    if Aggregate.COUNT in reading.aggregates and several and not reading.unknown:
        single = all(
            len(subject.kinds) == 1 and subject.kinds[0] not in HELD_BY for subject in reading.subjects
        )
        if single and tuple(_main(reading, kinds)) == tuple(kinds) and len(reading.namespaces) < 2:
            return True
    if len(reading.subjects) != 2 or len(set(kinds)) != 2 or reading.unknown or len(reading.namespaces) > 1:
        return False
    first, second = reading.subjects
    before = reading.tokens[first.first - 1].low if first.first else ""
    between = {token.low for token in reading.tokens[first.last : second.first]}
    return before in _MORE and bool(between & _OR) and between <= {*_MORE, *_OR, "are", "there", "the"}


def _main(reading: Reading, kinds: Sequence[str]) -> Sequence[str]:
    """The kinds that are asked for, of those that are named: the first, and what is joined to it by `and`."""
    if not reading.subjects or tuple(kinds) != reading.kinds:
        return kinds
    subjects = [s for s in reading.subjects if s.kinds[0] not in HELD_BY] or reading.subjects
    picked = [subjects[0]]
    for subject in subjects[1:]:
        between = {token.low for token in reading.tokens[picked[-1].last : subject.first]}
        if not between <= _JOINING:
            break
        picked.append(subject)
    return tuple(dict.fromkeys(kind for subject in picked for kind in subject.kinds))


def _asked_field(reading: Reading, nodes: Sequence[Node], explained: set[str]) -> bool:
    """Whether all words that nothing else explains name fields of the objects: `zone`, `kubelet version`."""
    left = [word for word in reading.unknown if word.lower() not in explained]
    if not left or reading.missing or not nodes:
        return False
    return all(named_fields(nodes[0], "", rare=[word]) for word in left)


def tell(
    draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str], nodes: list[Node],
    filters: Sequence[Filter],
) -> bool:  # fmt: skip
    """Adds those of `nodes` that meet all conditions, with the fields that show it; False where too many do."""
    found = [node for node in nodes if passes(node, filters)]
    word = kind_word(kinds)
    many = reading.aspect in _ABOUT_MANY or Aggregate.COUNT in reading.aggregates
    if len(found) > _SHOWN and not filters and not many:
        return False
    draft.objects = found
    draft.lead.append(_summed(found, nodes, filters, word, where_of(reading)))
    if Aggregate.COUNT in reading.aggregates and (each := by_each(reading, found)):
        draft.lead.append(each)
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
    whole = _FEW_NODES if found and found[0].kind == "Node" else 3
    spot = (
        SUMMARY if len(found) <= whole else Spot(short=3, needles=()) if len(found) <= 12 else Spot(short=2)
    )
    sizes = _SIZES if reading.aspect is Aspect.RESOURCES else ()
    if Aspect.NODE in reading.aspects or "Node" in reading.kinds:
        sizes = (*sizes, "on node ")
    for node in found[:_SHOWN]:
        quoted = sizes + tuple(text for one in filters for text in one.quoted(node))
        draft.say(node, Spot(short=spot.short or 99, needles=quoted) if quoted or spot.short else spot)
    draft.left_out += max(0, len(found) - _SHOWN)
    for node in draft.objects[:_FIELDS_OF]:
        for path in (path for one in filters for path in one.fields(node)):
            draft.say(node, Spot(path=path), detail=True)
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
    asked = reading.aspect in _GENERAL_HEALTH or reading.asks(_COMPLETE)
    if filters or not asked or not nodes:
        return
    bad = unwell(nodes)
    if bad:
        called = told_apart(bad)
        draft.lead.append(
            f"{len(bad)} of {counted(len(nodes), word)} are not as they should be: {listed(called[n.id] for n in bad)}"
        )
        draft.say_all(bad, most=8)
        draft.objects = bad
    elif any(is_unwell(n) or n.health.level.value == "healthy" for n in nodes):
        draft.lead.append(f"All {counted(len(nodes), word)} are healthy")
