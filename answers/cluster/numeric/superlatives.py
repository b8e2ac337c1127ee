"""Which object has the most of something, and how much that is: `which claim wants the most space`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS
from answers.cluster.numeric.asked import (
    CONTROLLERS,
    Plan,
    blanked,
    conditions,
    is_untold,
    merged,
    outside,
    subjects_of,
)
from answers.cluster.numeric.extremes import AGES, SIZES, VALUE, Extreme, extreme_of
from answers.cluster.numeric.measure import Measure
from answers.cluster.numeric.measures import AGE, default_of, measure_of, names_another
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, told_apart
from cluster.graph import Node

_OTHER = re.compile(
    r"(?<![\w-])(?:which|what) (?!(?:is|are|s|one|ones|has|have|of|the|do|does|in|on|gets?|got|may|can)(?![\w-]))[a-z]"
)
"""Asks for something that is called by a word which names no kind: `which worker`."""
_NEXT = 3
_SHOWN = 6
_ITEMS = 8


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """Which object has the most or the least of something; None where that is not asked, or not understood."""
    extreme = extreme_of(reading)
    if extreme is None:
        return None
    head = reading.masked[: max(b for a, b in extreme.spans[:1])]
    if is_untold(reading.masked[: extreme.spans[1][0]]) or is_untold(reading.masked, told=True):
        return None
    kinds, phrase, spans = _asked(reading, extreme)
    if not kinds or "Event" in kinds or ("Namespace" in kinds and extreme.word not in (*AGES, "newest")):
        return None
    rest = blanked(reading, spans)
    nodes = chosen(rest, reader.catalog, kinds)
    measure = _measure(extreme, phrase, head, nodes, kinds)
    if measure is None:
        return None
    filters = conditions(rest, kinds, reader.catalog)
    if filters is None or names_another(outside(rest), " ".join(one.words for one in filters)):
        return None
    found = [node for node in nodes if passes(node, filters)]
    amounts = [(n, node) for node in found if (n := measure.amount(node, reader.catalog)) is not None]
    if not amounts or (not any(n for n, _ in amounts) and extreme.most):
        return None
    if not extreme.most and measure.unit not in ("bytes", "cores", "", "time"):
        amounts = [one for one in amounts if one[0] > 0] or amounts
    draft = _told(extreme, measure, amounts, rest, kinds, [one.words for one in filters])
    shown = list(dict.fromkeys(node.kind for node in draft.objects))
    arguments = [word for one in filters for word in one.arguments]
    draft.commands = scripts.of_list(draft, reading, shown[:5], arguments, reader.kinds)
    draft.commands += [scripts.describe(node, reader.kinds) for node in draft.objects[:2]]
    if measure.unit == "pod":
        draft.commands.insert(0, ["kubectl", "get", "pods", "-A", "-o", "wide"])
    return with_tail(draft, extreme.tail, reader, plan)


def _asked(reading: Reading, extreme: Extreme) -> tuple[tuple[str, ...], str, list[tuple[int, int]]]:
    """The kinds that are compared, the words that they are compared by, and the parts of the text that are read."""
    spans = list(extreme.spans)
    kinds = subjects_of(reading, spans)
    phrase = extreme.phrase
    if kinds:
        return kinds, phrase, spans
    # `the biggest claim`, `the most restarted pod`: what stands behind the extreme is what is compared.
    for subject in reading.subjects:
        start, end = reading.tokens[subject.first].start, reading.tokens[subject.last - 1].end
        a, b = spans[0]
        if a < start and end <= b:
            within = [t.low for t in reading.tokens if a <= t.start and t.end <= start]
            before = within[within.index(extreme.word) + 1 :] if extreme.word in within else within
            behind = [t.low for t in reading.tokens if end <= t.start and t.end <= b]
            if (
                extreme.word in SIZES | {"most", "longest", "shortest"}
                and not behind
                and (before or extreme.word in SIZES)
            ):
                of = WORKLOADS if set(WORKLOADS) <= set(subject.kinds) else subject.kinds
                return of, " ".join(before), [(a, start), *spans[1:]]
    if extreme.word in AGES or not phrase:
        return (), phrase, spans
    ahead = reading.masked[: spans[0][0]]
    if (said := CONTROLLERS.search(ahead)) is not None:
        return WORKLOADS, phrase, [*spans, said.span()]
    return (() if _OTHER.search(ahead) else WORKLOADS), phrase, spans


def _measure(
    extreme: Extreme, phrase: str, about: str, nodes: Sequence[Node], kinds: Sequence[str]
) -> Measure | None:
    if extreme.word in (*AGES, "newest"):
        return AGE
    if phrase.strip():
        return measure_of(phrase, about, nodes)
    return default_of(kinds) if extreme.word in SIZES else None


def _told(
    extreme: Extreme, measure: Measure, amounts: Sequence[tuple[float, Node]], reading: Reading, kinds: Sequence[str],
    conditions_: Sequence[str],
) -> Draft:  # fmt: skip
    sign = -1 if extreme.most else 1
    ordered = sorted(amounts, key=lambda one: (sign * one[0], one[1].namespace, one[1].name))
    value = sorted({amount for amount, _ in ordered}, key=lambda one: sign * one)[
        min(extreme.nth, len({a for a, _ in ordered})) - 1
    ]
    best = [(amount, node) for amount, node in ordered if amount == value]
    draft = Draft(clusters=list(reading.clusters), settled=True)
    called = told_apart(node for _, node in ordered)
    compared = f"of {counted(len(amounts), kind_word(kinds))} compared{where_of(reading)}{''.join(f' {words}' for words in conditions_)}"
    if extreme.many > 1:
        best = ordered[: extreme.many]
        each = listed((f"{called[node.id]} {measure.shown(node, amount)}" for amount, node in best), 40)
        draft.lead.append(f"{_title(extreme, measure)}, the first {len(best)}: {each}, {compared}")
    else:
        named = listed(called[node.id] for _, node in best)
        how = "created" if measure is AGE else "with"
        each = " each" * (len(best) > 1)
        draft.lead.append(
            f"{_title(extreme, measure)}: {named}, {how} {measure.shown(best[0][1], value)}{each}, {compared}"
        )
        others = [one for one in ordered if sign * one[0] > sign * value][:_NEXT]
        if others:
            draft.lead.append(
                f"Then {listed(f'{called[n.id]} {measure.shown(n, amount)}' for amount, n in others)}"
            )
        for _, node in others:
            draft.say(node, Spot(short=2))
    said, draft.said = draft.said, []
    for amount, node in best[: max(_SHOWN, extreme.many)]:
        _say(draft, measure, node, amount)
    draft.said += said
    draft.left_out = max(0, len(best) - max(_SHOWN, extreme.many))
    draft.objects = [node for _, node in best]
    return draft


def _title(extreme: Extreme, measure: Measure) -> str:
    nth = {1: "", 2: "Second ", 3: "Third ", 4: "Fourth ", 5: "Fifth "}.get(extreme.nth, "")
    if measure is AGE:
        return f"{nth}{'oldest' if extreme.most else 'newest'}".capitalize()
    return f"{nth}{'most' if extreme.most else 'least'} {measure.name}".replace(
        "most", "Most", not nth
    ).replace("least", "Least", not nth)


def _say(draft: Draft, measure: Measure, node: Node, amount: float) -> None:
    draft.say(node)
    if measure.needle:
        draft.say(node, Spot(needles=(measure.needle,)), detail=True)
    for path in (
        measure.paths(node)[:_ITEMS]
        if measure.unit in ("bytes", "cores", "", "time") or amount <= _ITEMS
        else ()
    ):
        draft.say(node, Spot(path=path), detail=True)


def with_tail(draft: Draft, tail: str, reader: Reader, plan: Plan) -> Draft:
    """Adds what a question asks besides of the object that was found: `and which storage class does it use`."""
    if not tail or VALUE.fullmatch(tail.lower()):
        return draft
    node = draft.objects[0]
    place = f" in {node.namespace}" if node.namespace else ""
    several = len(reader.catalog.clusters) > 1
    name = f"{node.kind} {node.name}{place}" + f" in cluster {node.cluster}" * several
    asked = re.sub(
        r"(?<![\w-])(?:it|that one|this one|that|they|he|she)(?![\w-])", name, tail, count=1, flags=re.I
    )
    asked = (
        re.sub(r"(?<![\w-])(?:its|their|whose)(?![\w-])", f"the {name}'s", asked, flags=re.I)
        if asked == tail
        else asked
    )
    parts = re.split(r",? and (?=how|what|which|where|who|on|in)", asked)
    told = [found for part in parts if isinstance(found := plan(_naming(part, name)), Draft)]
    for found in told:
        merged(draft, found)
    if len(told) < len([p for p in parts if not VALUE.fullmatch(p.lower())]):
        draft.sure = min(draft.sure, 0.7)
    draft.objects = [node, *[n for n in draft.objects if n is not node]]
    return draft


def _naming(part: str, name: str) -> str:
    return part if name in part else f"{part} of {name}"
