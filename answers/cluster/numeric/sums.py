"""What objects have together or on average, and which share of them meets a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS
from answers.cluster.numeric.asked import Plan, blanked, conditions, is_untold, merged, outside, subjects_of
from answers.cluster.numeric.measure import Measure
from answers.cluster.numeric.measures import measure_of, names_another
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from cluster.graph import Node

_TOTAL = re.compile(
    r"(?<![\w-])(?:(?:in )?totals?|sums?(?: up)?|summed(?: up)?|combined|together|altogether|overall|aggregated?|add(?:ed|ing|s)? up|in all|cumulat\w+|taken together)(?![\w-])"
)
_HOW_MUCH = re.compile(
    r"(?<![\w-])how (?:much|many|large|big) (?=(?:memory|ram|cpus?|cores?|storage|disk|space|capacity)(?![\w-]))"
)
_AVERAGE = re.compile(
    r"(?<![\w-])(?:on average|averages?|averaged?|(?:the|arithmetic) mean|mean (?:number|value|size|count|amount)|median|typical(?:ly)?)(?![\w-])"
)
_SHARE = re.compile(
    r"(?<![\w-])(?:what|which|how (?:big|large)|the|in)? ?(?:a )?(?:percentages?|percent|per cent|share|proportion|fraction|ratio|part|portion)(?: of)?(?![\w-])|(?:what|how many) %"
)
_SHARE_WORD = re.compile(
    r"(?<![\w-])(?:percentages?|percent|per cent|share of|proportion|fraction|ratio|what part of|how (?:big|large) a (?:part|portion)|what %|how many %)(?![\w-])"
)
_PER = re.compile(
    r"(?<![\w-])(?:per|on|in|each|every|a|for each)(?: an?| each| every)? (node|namespace)s?(?![\w-])"
)
_COMPARES = re.compile(
    r"(?<![\w-])(?:more|less|fewer|higher|lower|bigger|smaller|most|least|larger|than)(?![\w-])"
)
_SHOWN = 10
_FEW = 8
_CPU, _MEMORY = r"(?:cpus?|cpu cores|cores)", r"(?:memory|ram)"
_BOTH = re.compile(
    rf"(?<![\w-])(?:{_CPU}(?: [a-z]+)? and {_MEMORY}|{_MEMORY}(?: [a-z]+)? and {_CPU})(?: (?:capacity|requests?|limits?))?(?![\w-])"
)
_WORDS = re.compile(r"[a-z][a-z-]*")
_RESOURCES = ("bytes", "cores")


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """A sum, an average or a share; None where none is asked for, or not all is understood."""
    if is_untold(reading.masked):
        return None
    if _SHARE_WORD.search(reading.masked):
        return _share(reading, reader)
    if said := _AVERAGE.search(reading.masked):
        per = _per_holder(reading, reader, said.span()) if said[0] != "median" else None
        return per or _sum(reading, reader, [said.span()], average=True)
    if len(reading.namespaces) > 1 and _COMPARES.search(reading.masked):
        return None
    found = [one.span() for one in _TOTAL.finditer(reading.masked)]
    if found or _HOW_MUCH.search(reading.masked):
        return _sum(reading, reader, found, average=False)
    return None


def _share(reading: Reading, reader: Reader) -> Draft | None:
    spans = [one.span() for one in _SHARE.finditer(reading.masked)]
    kinds = subjects_of(reading, spans)
    if not kinds or {"Event", "Namespace"} & set(kinds):
        return None
    rest = blanked(reading, spans)
    nodes = chosen(rest, reader.catalog, kinds)
    filters = conditions(rest, kinds, reader.catalog)
    if not nodes or not filters:
        return None
    found = [node for node in nodes if passes(node, filters)]
    word = kind_word(kinds)
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=found or list(nodes))
    share = f"{100 * len(found) / len(nodes):.1f}".removesuffix(".0")
    draft.lead.append(
        f"{len(found)} of {counted(len(nodes), word)}{where_of(reading)}{''.join(f' {one.words}' for one in filters)}: {share}%"
    )
    quote_count(draft, reading.namespaces, nodes, word)
    for node in (found or nodes)[:_SHOWN]:
        draft.say(node, Spot(short=2, needles=tuple(text for one in filters for text in one.quoted(node))))
        for path in (path for one in filters for path in one.fields(node)):
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(found) - _SHOWN)
    arguments = [word for one in filters for word in one.arguments]
    draft.commands = scripts.of_list(
        draft, reading, list(dict.fromkeys(n.kind for n in nodes))[:5], [], reader.kinds
    )
    draft.commands += (
        scripts.of_list(draft, reading, list(kinds)[:5], arguments, reader.kinds) if arguments else []
    )
    return draft


def _per_holder(reading: Reading, reader: Reader, average: tuple[int, int]) -> Draft | None:
    """How many objects a node or a namespace has on average."""
    per = _PER.search(reading.masked)
    if per is None:
        return None
    spans = [average, per.span()]
    kinds = subjects_of(reading, spans)
    holder = per[1].capitalize()
    if not kinds or holder in kinds:
        return None
    rest = blanked(reading, spans)
    filters = conditions(rest, kinds, reader.catalog)
    if filters is None:
        return None
    found = [node for node in chosen(rest, reader.catalog, kinds) if passes(node, filters)]
    holders = reader.catalog.of((holder,), clusters=reading.clusters)
    if holder == "Node":
        on_any = {pod.id for node in holders for pod in reader.catalog.pods(node)}
        found = [node for node in found if node.id in on_any]
    if not found or not holders:
        return None
    word = kind_word(kinds)
    mean = f"{len(found) / len(holders):.2f}".rstrip("0").rstrip(".")
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=list(holders))
    on = (
        f" on {counted(len(holders), holder)}" if holder == "Node" else f" in {counted(len(holders), holder)}"
    )
    draft.lead.append(
        f"{mean} on average: {counted(len(found), word)}{on}{''.join(f' {one.words}' for one in filters)}"
    )
    quote_count(draft, reading.namespaces, chosen(rest, reader.catalog, kinds), word)
    draft.say_all(holders, Spot(short=1), most=_SHOWN * 2)
    draft.commands = scripts.of_list(
        Draft(objects=found), reading, list(dict.fromkeys(n.kind for n in found))[:5], [], reader.kinds
    )
    return draft


def _sum(reading: Reading, reader: Reader, spans: list[tuple[int, int]], *, average: bool) -> Draft | None:
    if both := _BOTH.search(reading.masked):
        found = [
            _of_phrase(one, reading, reader, [*spans, both.span()], average) for one in ("memory", "cpu")
        ]
        drafts = [draft for draft in found if draft is not None]
        return merged(*drafts) if len(drafts) == 2 else None
    for start, end, phrase in phrases(reading, spans):
        if (draft := _of_phrase(phrase, reading, reader, [*spans, (start, end)], average)) is not None:
            return draft
    return None


def _of_phrase(
    phrase: str, reading: Reading, reader: Reader, spans: list[tuple[int, int]], average: bool
) -> Draft | None:
    """The sum or the average of what a phrase names, the rest of the question being its conditions."""
    kinds = subjects_of(reading, spans) or (("Pod",) if reading.namespaces else ())
    if not kinds or {"Event", "Namespace"} & set(kinds):
        return None
    rest = blanked(reading, spans)
    nodes = chosen(rest, reader.catalog, kinds)
    measure = measure_of(phrase, reading.masked, nodes, fields=False) if nodes else None
    if measure is None or measure.unit == "time" or (not average and measure.unit == ""):
        return None
    filters = conditions(rest, kinds, reader.catalog)
    if filters is None or names_another(outside(rest), " ".join(one.words for one in filters)):
        return None
    found = [node for node in nodes if passes(node, filters)]
    if measure.unit in _RESOURCES and not average and set(kinds) <= {*WORKLOADS}:
        found = list({pod.id: pod for node in found for pod in reader.catalog.pods(node)}.values())
    return _summed(
        measure, found, reading, reader, "".join(f" {one.words}" for one in filters), average=average
    )


def phrases(reading: Reading, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Pieces of the question of four words and fewer that may say what is summed, the longest first."""
    tokens = [t for t in reading.tokens if not any(a < t.end and t.start < b for a, b in spans)]
    for length in (4, 3, 2, 1):
        for first in range(len(tokens) - length + 1):
            some = tokens[first : first + length]
            start, end = some[0].start, some[-1].end
            apart = any(a < end and start < b for a, b in spans)
            if not apart and not re.search(r"[^a-z -]", reading.masked[start:end]) and end - start < 60:
                yield start, end, reading.masked[start:end]


def _summed(
    measure: Measure,
    nodes: Sequence[Node],
    reading: Reading,
    reader: Reader,
    conditions_: str,
    *,
    average: bool,
) -> Draft | None:
    amounts = [(n, node) for node in nodes if (n := measure.amount(node, reader.catalog)) is not None]
    if not amounts:
        return None
    word = kind_word(list(dict.fromkeys(node.kind for node in nodes)))
    total = sum(amount for amount, _ in amounts)
    middle = average and "median" in reading.masked
    number = median(amount for amount, _ in amounts) if middle else total / len(amounts) if average else total
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=list(nodes))
    shown = measure.written(round(number, 2) if average else number)
    if measure.unit == "cores" and number >= 1:
        shown += f" ({number * 1_000:.0f}m)"
    if measure.unit == "bytes" and 2**30 <= number < 10 * 2**30:
        shown += f" ({number / 2**30:.2f}Gi)"
    unset = f", {len(nodes) - len(amounts)} set none" * (len(amounts) < len(nodes))
    draft.lead.append(
        f"{counted(len(nodes), word)}{where_of(reading)}{conditions_} {'in the middle' if middle else 'on average' if average else 'together'}: {measure.name} {shown}{unset}"
    )
    quote_count(draft, reading.namespaces, nodes, word)
    for amount, node in sorted(amounts, key=lambda one: (-one[0], one[1].name))[:_SHOWN]:
        draft.say(node, Spot(short=1))
        for path in measure.paths(node)[:4] if measure.unit in _RESOURCES or amount <= _FEW else ():
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(amounts) - _SHOWN)
    shown_kinds = list(dict.fromkeys(node.kind for node in nodes))[:5]
    draft.commands = scripts.of_list(draft, reading, shown_kinds, [], reader.kinds)
    draft.commands += [scripts.describe(node, reader.kinds) for _, node in amounts[:1]]
    return draft
