"""Which object has the most of something, and how much that is: `which claim wants the most space`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS
from answers.cluster.numeric.asked import (
    CONTROLLERS,
    NOT_TOLD,
    Plan,
    blanked,
    conditions,
    is_free,
    merged,
    subjects_of,
)
from answers.cluster.numeric.measures import AGE, Measure, default_of, measure_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from answers.cluster.wording import UNKNOWABLE
from cluster.graph import Node

_MOST = (
    "most highest largest biggest greatest maximum maximal max heaviest longest fattest hugest chunkiest bulkiest widest deepest "
    "hungriest greediest roomiest beefiest furthest farthest strongest thickest"
)
_LEAST = "fewest least lowest smallest minimum minimal min lightest shortest tiniest slimmest leanest weakest thinnest littlest"
_EXTREME = {**dict.fromkeys(_MOST.split(), True), **dict.fromkeys(_LEAST.split(), False)}
_SIZES = frozenset(
    "largest biggest greatest fattest hugest chunkiest bulkiest heaviest roomiest beefiest smallest tiniest slimmest lightest leanest "
    "highest lowest furthest farthest littlest".split()
)
"""Adjectives that alone say what an object is compared by."""
_AGES = {
    "oldest": True,
    "eldest": True,
    "earliest": True,
    "newest": False,
    "youngest": False,
}
_LEADS = re.compile(
    r"(?<![\w-])(?:leads?|leading|ranks? (?:first|highest|top)|tops? the (?:list|ranking|table)|comes? (?:first|top|out on top)|is (?:first|top|ahead))"
    r" (?:in|by|for|when it comes to)(?: the| its)? ([a-z ]+)"
)
_THAN_ALL = re.compile(
    r"(?<![\w-])(?:more|higher|larger|bigger|longer) ([a-z ]*?) ?than (?:any|all|every|anyone|everyone|the rest)(?: of the)?(?: others?| else| rest| \w+)*"
)
_BY = re.compile(
    r",? (?:by|in terms of|measured by|as for|going by|judged by) (?:the |its |their )?((?:number|count|amount|size|total) (?:of )?[a-z ]+|[a-z]+ count)(?=[?.!,]|$)"
)
_BREAK = re.compile(r"[,;:?.!()]")
_STOPS = frozenset(
    "in on within across among amongst and or that which what who whom whose is are was has have do does did from right now there "
    "currently here into onto over under if we our you i it this at by per anywhere overall please where how behind attached inside "
    "against throughout today would be one altogether out".split()
)
_OF = frozenset(
    "number amount list count set quantity total load pile sum length period share size value slice chunk portion piece bunch bulk pool heap "
    "stack collection array variety helping allotment allocation allowance quota budget reservation".split()
)
_TO = frozenset("time period long".split())
_TAIL = re.compile(
    r"(?:[,;:?.!]|(?<![\w-])(?:and|with)(?![\w-])|\s[-–—]\s)\s*(?:and |also |then |please |tell me |say |give me |quote |§+ |state |report |mention )*"
    r"((?:(?:on|in|at|to|by|from|under|with|for|of) )?(?:how|what|which|where|whose|when|who|its|that number|the number|by how|name|tell|the figure|the value|the amount)\b.*)$"
)
_VALUE = re.compile(
    r"(?:(?:by|with|to|at) )?how (?:many|much|often|long|big|large|old|high|low|little|few|great|far|small)\b(?!.*\b(?:which|what|where|who)\b).{0,40}|"
    r".*\b(?:set to|value|number|figure|amount|size|limit|count|release|that list|what is it|what s that|how long that|how many that)\b.{0,20}"
)
_NEXT = 3
_SHOWN = 6
_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Extreme:
    """What a question asks the most or the least of: the words for it, where they stand, and what it asks besides."""

    most: bool
    phrase: str
    spans: tuple[tuple[int, int], ...]
    word: str
    tail: str


def extreme_of(reading: Reading) -> Extreme | None:
    """The extreme that a question asks for; None where it asks for none."""
    text = reading.masked
    tail_at, tail = _tail(reading)
    for pattern in (_LEADS, _THAN_ALL):
        if (said := pattern.search(text)) and said.start() < tail_at:
            return Extreme(True, said[1].strip(), (said.span(), (tail_at, len(text))), "", tail)
    for place, token in enumerate(reading.tokens):
        before = reading.tokens[place - 1].low if place else ""
        if token.low in _AGES and is_free(place, reading) and token.start < tail_at:
            if re.match(
                r"\W*(?:versions?|releases?|tags?|images?|kubelet|kubernetes|k8s)\b", text[token.end :]
            ):
                return None
            spans = [(token.start, token.end), (tail_at, len(text))]
            return Extreme(_AGES[token.low], "", tuple(spans), token.low, tail)
        if token.low not in _EXTREME or not is_free(place, reading) or token.start >= tail_at:
            continue
        if before == "at" or (token.low == "most" and before in ("for", "almost")):
            continue
        most = _EXTREME[token.low]
        words, end = _behind(reading, place, tail_at)
        if by := _BY.search(text, token.end):
            # `the largest, by number of groups`
            return Extreme(most, by[1].strip(), ((token.start, token.end), by.span()), token.low, "")
        if words[:1] in (["recent"], ["recently"]):
            return Extreme(False, "", ((token.start, end), (tail_at, len(text))), "newest", tail)
        spans = [(token.start, end), (tail_at, len(text))]
        if token.low == "most" and not [w for w in words if w not in ("often", "frequently", "times")]:
            # `restarted the most`, `most often restarted`
            words = [
                t.low
                for t in reading.tokens[max(place - 2, 0) : place]
                if t.low not in ("the", "been", "has")
            ][-1:]
            spans.append((reading.tokens[max(place - 2, 0)].start, token.start))
        return Extreme(most, " ".join(words), tuple(spans), token.low, tail)
    return None


def _tail(reading: Reading) -> tuple[int, str]:
    """Where the last part of a question begins that asks for more, and its words."""
    found = None
    for one in re.finditer(r"[,;:?.!]|(?<![\w-])(?:and|with)(?![\w-])|\s[-–—]\s", reading.masked):
        if found is None and _asks_extreme(reading.masked[: one.start()]):
            found = _TAIL.match(reading.masked, one.start())
    if found is None:
        return len(reading.masked), ""
    return found.start(), reading.text[found.start(1) : found.end(1)].strip(" ?.!")


def _asks_extreme(text: str) -> bool:
    words = re.findall(r"[a-z]+", text)
    return any(word in _EXTREME or word in _AGES for word in words) or _LEADS.search(text) is not None


def _behind(reading: Reading, place: int, end: int) -> tuple[list[str], int]:
    """The words of what is measured, right behind the extreme, and where they end."""
    words: list[str] = []
    last = reading.tokens[place].end
    for at, token in enumerate(reading.tokens[place + 1 :], place + 1):
        if (
            token.start >= end
            or _BREAK.search(reading.masked[last : token.start])
            or not is_free(at, reading)
        ):
            break
        if token.low == "of" and not (words and words[-1] in _OF):
            break
        if token.low in ("to", "for") and not (words and words[-1] in _TO | {"delay"}):
            break
        if token.low in _STOPS or len(words) > 6:
            break
        words.append(token.low)
        last = token.end
    return words, last


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """Which object has the most or the least of something; None where that is not asked, or not understood."""
    extreme = extreme_of(reading)
    if extreme is None:
        return None
    head = reading.masked[: max(b for a, b in extreme.spans[:1])]
    if NOT_TOLD.search(reading.masked[: extreme.spans[1][0]]) or UNKNOWABLE.search(reading.masked):
        return None
    kinds, phrase, spans = _asked(reading, extreme)
    if not kinds or {"Namespace", "Event"} & set(kinds):
        return None
    rest = blanked(reading, spans)
    nodes = chosen(rest, reader.catalog, kinds)
    measure = _measure(extreme, phrase, head, nodes, kinds)
    if measure is None:
        return None
    filters = conditions(rest, kinds, reader.catalog)
    if filters is None:
        return None
    found = [node for node in nodes if passes(node, filters)]
    amounts = [(n, node) for node in found if (n := measure.amount(node, reader.catalog)) is not None]
    if not amounts or (not any(n for n, _ in amounts) and extreme.most):
        return None
    if not extreme.most and measure.unit not in ("bytes", "cores", "", "time"):
        amounts = [one for one in amounts if one[0] > 0] or amounts
    draft = _told(extreme.most, measure, amounts, rest, kinds, [one.words for one in filters])
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
            before = [t.low for t in reading.tokens if a < t.start and t.end <= start][0:]
            behind = [t.low for t in reading.tokens if end <= t.start and t.end <= b]
            if (
                extreme.word in _SIZES | {"most", "longest", "shortest"}
                and not behind
                and (before or extreme.word in _SIZES)
            ):
                of = WORKLOADS if set(WORKLOADS) <= set(subject.kinds) else subject.kinds
                return of, " ".join(before), [(a, start), *spans[1:]]
    if extreme.word in _AGES or not phrase:
        return (), phrase, spans
    outside = reading.masked[: spans[0][0]]
    if (said := CONTROLLERS.search(outside)) is not None:
        return WORKLOADS, phrase, [*spans, said.span()]
    who = re.search(r"(?<![\w-])(?:who|whoever|anything|what|which one|something|anyone)(?![\w-])", outside)
    return (WORKLOADS if who else ()), phrase, spans


def _measure(
    extreme: Extreme, phrase: str, about: str, nodes: Sequence[Node], kinds: Sequence[str]
) -> Measure | None:
    if extreme.word in (*_AGES, "newest"):
        return AGE
    if phrase.strip():
        return measure_of(phrase, about, nodes)
    return default_of(kinds) if extreme.word in _SIZES else None


def _told(
    most: bool, measure: Measure, amounts: Sequence[tuple[float, Node]], reading: Reading, kinds: Sequence[str],
    conditions_: Sequence[str],
) -> Draft:  # fmt: skip
    sign = -1 if most else 1
    ordered = sorted(amounts, key=lambda one: (sign * one[0], one[1].namespace, one[1].name))
    best = [node for amount, node in ordered if amount == ordered[0][0]]
    draft = Draft(clusters=list(reading.clusters), settled=True)
    value = measure.shown(best[0], ordered[0][0])
    extreme = (
        {True: "Most", False: "Least"}[most]
        if measure is not AGE
        else {True: "Oldest", False: "Newest"}[most]
    )
    named = f" {measure.name}" * (measure is not AGE)
    draft.lead.append(
        f"{extreme}{named}: {listed(titled(n) for n in best)}, {'with' if measure is not AGE else 'created'} {value}"
        f"{' each' * (len(best) > 1)}, of {counted(len(amounts), kind_word(kinds))} compared"
        f"{where_of(reading)}{''.join(f' {words}' for words in conditions_)}"
    )
    others = ordered[len(best) : len(best) + _NEXT]
    if others:
        draft.lead.append(f"Then {listed(f'{titled(n)} {measure.shown(n, amount)}' for amount, n in others)}")
    for node in best[:_SHOWN]:
        _say(draft, measure, node, ordered[0][0])
    draft.left_out = max(0, len(best) - _SHOWN)
    for _, node in others:
        draft.say(node, Spot(short=2))
    draft.objects = best
    return draft


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
    if not tail or _VALUE.fullmatch(tail.lower()):
        return draft
    node = draft.objects[0]
    place = f" in {node.namespace}" if node.namespace else ""
    name = f"{node.kind} {node.name}{place}"
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
    if len(told) < len([p for p in parts if not _VALUE.fullmatch(p.lower())]):
        draft.sure = min(draft.sure, 0.7)
    draft.objects = [node, *[n for n in draft.objects if n is not node]]
    return draft


def _naming(part: str, name: str) -> str:
    return part if name in part else f"{part} of {name}"
