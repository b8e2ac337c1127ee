"""Objects with more or less of something than a number, each with how much: `claims of 10Gi or more`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.amounts import amount
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS
from answers.cluster.numeric.asked import (
    CONTROLLERS,
    Plan,
    blanked,
    conditions,
    is_untold,
    outside,
    span_of,
    subjects_of,
)
from answers.cluster.numeric.extremes import extreme_of
from answers.cluster.numeric.measure import Measure
from answers.cluster.numeric.measures import measure_of, names_another
from answers.cluster.numeric.sums import phrases
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, told_apart

_NUMBER = r"(?P<number>\d+(?:\.\d+)?|half an?|a single|(?:an? )?exactly one|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen)"
_UNIT = r"(?: ?(?P<unit>(?:seconds?|secs?|minutes?|mins?|[kmgtp]i?b?|gigs?|gigabytes?|megs?|megabytes?|gibibytes?|mebibytes?|cores?|cpus?|millicores?))(?![\w-]))?"
_ABOVE = r"more than|greater than|larger than|bigger than|higher than|longer than|over|above|beyond|exceed(?:s|ing)?|in excess of|upwards? of|north of|>"
_BELOW = r"less than|fewer than|smaller than|lower than|shorter than|under|below|beneath|south of|<"
_LEAST = (
    r"at least|no less than|no fewer than|not less than|not fewer than|a minimum of|minimum of|starting at|>="
)
_MOST = r"at most|no more than|not more than|not over|not above|up to|a maximum of|maximum of|(?:may not|can not|cannot|never|not|don t|doesn t) exceed|<="
_BEFORE = re.compile(
    rf"(?<![\w-])(?:(?P<most>{_MOST})|(?P<least>{_LEAST})|(?P<above>{_ABOVE})|(?P<below>{_BELOW})|(?P<just>exactly|precisely))\s*{_NUMBER}{_UNIT}(?![\w.])"
)
_BEHIND = re.compile(
    rf"(?<![\w.-]){_NUMBER}{_UNIT}(?: of (?P<of>[a-z]+(?: [a-z]+)?))? (?:or (?:(?P<least>more|above|over|greater|larger|bigger|higher|longer|up)|(?P<most>less|fewer|below|under|smaller|lower|shorter))|and (?P<up>up|above|over))(?![\w-])"
)
_SECOND = f"{_NUMBER}{_UNIT}".replace("<number>", "<number2>").replace("<unit>", "<unit2>")
_BETWEEN = re.compile(rf"(?<![\w-])(?:between|from) {_NUMBER}{_UNIT} (?:and|to) {_SECOND}(?![\w.-])")
_SHARE = re.compile(r" ?(?:%|percent|per ?cent)")
_SIZES = {"k": 1e3, "m": 2.0**20, "g": 2.0**30, "t": 2.0**40, "p": 2.0**50}
_COUNTED = 30
_DETAIL = 8
_TIMES = re.compile(r"^ *(?:times|entries|items|elements|ones|apiece|each)(?![\w-])")
_STOPS = re.compile(
    r"(?<![\w-])(?:in|on|within|across|at|and|or|that|which|who|are|is|do|does|have|has|each|per|of|for|from|into|to)(?![\w-])|[,;:?.!()§·]"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison with a number: how, with what, in which unit, and where it stands."""

    said: str
    holds: Callable[[float], bool]
    unit: str
    start: int
    end: int
    of: str = ""
    number: str = ""


def bound_in(text: str) -> Bound | None:
    """The first comparison with a number in a text."""
    if (between := _BETWEEN.search(text)) is not None:
        unit = between["unit"] or between["unit2"] or ""
        low, kind = _amount(between["number"], between["unit"] or unit)
        high, _ = _amount(between["number2"], between["unit2"] or unit)
        return Bound(
            between[0].strip(),
            lambda value: low <= value <= high,
            kind,
            *between.span(),
            number=between["number"],
        )
    before, behind = _BEFORE.search(text), _BEHIND.search(text)
    said = before or behind
    if before and behind and behind.start() < before.start():
        said = behind
    if said is None:
        return None
    number, unit = _amount(said["number"], said["unit"] or "")
    groups = said.groupdict()
    holds: Callable[[float], bool]
    if groups.get("above"):
        holds = lambda value: value > number  # noqa: E731
    elif groups.get("below"):
        holds = lambda value: value < number  # noqa: E731
    elif groups.get("least") or groups.get("up"):
        holds = lambda value: value >= number  # noqa: E731
    elif groups.get("most"):
        holds = lambda value: value <= number  # noqa: E731
    else:
        holds = lambda value: value == number  # noqa: E731
    return Bound(said[0].strip(), holds, unit, *said.span(), of=groups.get("of") or "", number=said["number"])


def _amount(number: str, unit: str) -> tuple[float, str]:
    """The number in bytes or cores where it has such a unit, else as it is."""
    plain = {"a": 1.0, "a single": 1.0, "exactly one": 1.0, "a exactly one": 1.0, "a dozen": 12.0}.get(
        number, 0.5 if number.startswith("half") else amount(number)
    )
    if not unit:
        return plain, ""
    if unit.startswith(("sec", "min")):
        return plain * (60 if unit.startswith("min") else 1), "seconds"
    if unit == "m" or unit.startswith("millicore"):
        return plain / 1_000, "cores"
    if unit.startswith(("core", "cpu")):
        return plain, "cores"
    return plain * _SIZES[unit[0]], "bytes"


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """The objects beyond a number; None where none is said, or not all is understood."""
    bound = bound_in(reading.masked)
    if bound is None or extreme_of(reading) is not None:
        return None
    if is_untold(reading.masked):
        return None
    if bound_in(reading.masked[bound.end :]) is not None or _SHARE.match(reading.masked, bound.end):
        return None  # two bounds, or a share of something
    for phrase, spans in _phrases(reading, bound):
        kinds = _kinds(reading, spans)
        if not kinds or {"Event", "Namespace"} & set(kinds):
            continue
        draft = _answer(bound, phrase, kinds, spans, reading, reader)
        if draft is not None:
            return draft
    return None


def _kinds(reading: Reading, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    kinds = subjects_of(reading, spans)
    if not kinds and (said := CONTROLLERS.search(reading.masked)):
        spans.append(said.span())
        return WORKLOADS
    general = re.search(
        r"(?<![\w-])(?:any(?:thing|one|body)?|what|who|something|everything|which ones?)(?![\w-])",
        reading.masked,
    )
    return kinds or (WORKLOADS if general else ())


def _phrases(reading: Reading, bound: Bound) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """What may be measured: the words behind the number, then pieces of the question before it."""
    text = reading.masked
    if bound.of:
        yield bound.of, [(bound.start, bound.end)]
        return
    times = _TIMES.match(text[bound.end :])
    span = (bound.start, bound.end + (times.end() if times else 0))
    stop = _STOPS.search(text, span[1])
    behind = text[span[1] : stop.start() if stop else len(text)]
    of = re.match(
        r"\s*of (?:the |its |their )?([a-z -]+?)(?= (?:in|on|each|per)\b|[?.,;!]|$)", text[span[1] :]
    )
    if behind.strip():
        words = behind.split()
        for length in range(len(words), 0, -1):
            phrase = " ".join(words[:length])
            end = span[1] + text[span[1] :].find(words[length - 1]) + len(words[length - 1])
            yield phrase, [(span[0], max(end, span[1]))]
    elif of:
        yield of[1], [(span[0], span[1] + of.end())]
    kinds = [(span_of(s, reading)) for s in reading.subjects]
    for start, end, phrase in phrases(reading, [span, *kinds]):
        yield phrase, [span, (start, end)]
    if bound.unit == "bytes":
        yield "size", [span]


def _answer(
    bound: Bound,
    phrase: str,
    kinds: tuple[str, ...],
    spans: list[tuple[int, int]],
    reading: Reading,
    reader: Reader,
) -> Draft | None:
    rest = blanked(reading, spans)
    nodes = chosen(rest, reader.catalog, kinds)
    measure = measure_of(phrase, reading.masked, nodes, fields=len(spans) == 1) if nodes else None
    if measure is None or not _fits(bound, measure) or (measure.unit == "pod" and "Pod" in kinds):
        return None
    filters = conditions(rest, kinds, reader.catalog)
    if filters is None or any(one.number for one in filters):
        return None
    if names_another(outside(rest), " ".join(one.words for one in filters)):
        return None
    among = [node for node in nodes if passes(node, filters)]
    amounts = [(n, node) for node in among if (n := measure.amount(node, reader.catalog)) is not None]
    found = sorted(
        (one for one in amounts if bound.holds(one[0])),
        key=lambda one: (-one[0], one[1].namespace, one[1].name),
    )
    word = kind_word(kinds)
    conditions_ = "".join(f" {one.words}" for one in filters)
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=[node for _, node in found] or among)
    called = told_apart(node for _, node in found)
    shown = listed((f"{called[node.id]} {measure.shown(node, n)}" for n, node in found), _COUNTED)
    draft.lead.append(
        f"{counted(len(found), word) if found else f'No {word}'} of {len(among)}{where_of(reading)}{conditions_} with {_said(bound, measure)}"
        + (f": {shown}" if found else "")
    )
    if not found:
        quote_count(draft, reading.namespaces, nodes, word)
    for n, node in (found or sorted(amounts, key=lambda one: -one[0])[:3])[:_COUNTED]:
        draft.say(node, Spot(short=2, needles=(measure.needle,) if measure.needle else ()))
        for path in measure.paths(node)[:4] if measure.unit in ("bytes", "cores", "") or n <= _DETAIL else ():
            draft.say(node, Spot(path=path), detail=True)
    draft.left_out = max(0, len(found) - _COUNTED)
    shown_kinds = list(dict.fromkeys(node.kind for node in draft.objects))[:5]
    arguments = [one for condition in filters for one in condition.arguments]
    draft.commands = scripts.of_list(draft, reading, shown_kinds, arguments, reader.kinds)
    if measure.unit == "pod":
        draft.commands.insert(0, ["kubectl", "get", "pods", "-A", "-o", "wide"])
    return draft


def _said(bound: Bound, measure: Measure) -> str:
    counted_ = measure.unit not in ("bytes", "cores", "time", "")
    return f"{bound.said} {measure.name}" if counted_ else f"{measure.name} {bound.said}"


def _fits(bound: Bound, measure: Measure) -> bool:
    """Whether a number in this unit can be compared with the measure."""
    if measure.unit == "time":
        return False
    if bound.unit == "seconds":
        return measure.name.endswith("Seconds")
    if bound.unit:
        return measure.unit == bound.unit
    return measure.unit != "bytes"
