"""What a question for numbers leaves when its measure, its end and its words for the extreme are taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.filters import Filter, filters_of
from answers.cluster.mentions import KindMention, is_inside, is_plural
from answers.cluster.numeric.names import by_name_part
from answers.cluster.numeric.referring import by_mention
from answers.cluster.numeric.resources import by_resource
from answers.cluster.reading import Reading
from answers.cluster.said import Draft
from answers.cluster.wording import UNKNOWABLE, Aspect

Plan = Callable[[str], object]
Span = tuple[int, int]

CONTROLLERS = re.compile(r"(?<![\w-])(?:controllers?|workloads?|applications?|apps?|components?)(?![\w-])")
"""Words for whatever keeps pods running."""
NOT_TOLD = re.compile(
    r"(?<![\w-])(?:edit\w*|chang\w*|deploys|updat\w*|call(?:ed|s)?|visit\w*|access\w*|open(?:ed)|download\w*|us(?:ed|age)|utili\w*|consum\w*|"
    r"burn\w*|actual(?:ly)?|real|hit|hits|traffic|cost\w*|pric\w*|expens\w*|slow\w*|fast\w*|latenc\w*|load(?:ed)?|busy|busiest|full(?:est)?|free|"
    r"popular|important|critical|danger\w*|risk\w*|secure|error\w*|fail(?:ed|ing|s)?|logs?|lines?|requests? per|rate|week|month|yesterday|today|history|ever|past|"
    r"uptime|outage\w*|incident\w*|user|users|people|who (?:deployed|changed|wrote))(?![\w-])"
)
"""What no field of an object counts, or what says which objects are meant."""
_VERBS = frozenset(
    "hog hogs hogging eat eats eating gobble gobbles swallow swallows pack packs packing cram crams juggle juggles carry carries carrying "
    "lead leads leading top tops topping boast boasts sport sports spawn spawns command commands enjoy enjoys house houses harbor harbors "
    "own owns owned grab grabs grabbing take takes open opens opening list lists declare declares define defines define mount mounts mounting demand demands "
    "permit permits permitted tolerate tolerates tolerated shoulder shoulders wield wields pile piles accumulate accumulates rack racks racked "
    "suffer suffers suffered see sees clock clocks keep keeps hold holds stretch stretches rank ranks come comes end ends out up off away first "
    "allocate allocates allocated assign assigns assigned grant grants granted need needs require requires required insist insists insisting "
    "reserve reserves reserved claim claims claimed request requests requested limit limited capped cap set setting sized "
    "attach attaches attached bring brings schedule schedules scheduled place placed land landed sit sits sitting spread stuff stuffed "
    "home proud among amongst champion winner record holder else other others individually apiece give gives offer offers provide provides".split()
)
"""Verbs beside an extreme that say no more than that something has it."""


_INFLECTED = re.compile(r"[a-z]{2,}(?:s|ing|ed)")
_AUXILIARY = re.compile(r"(?<![\w-])(?:do|does|did|can|could|may|might|will)(?![\w-])")
_TAKEN = re.compile(r"[a-z]+ (?:the |a |an |its |their )?(?=·)")
_HARMLESS = re.compile(
    r"(?<![\w-])(?:revision histor(?:y|ies)|history limits?|retr(?:y|ies|ied)|token auto\w+)(?![\w-])"
)
_ARTICLES = frozenset("the a an its their by with to for up out off away down over".split())


def blanked(reading: Reading, spans: Sequence[Span], words: Collection[str] = ()) -> Reading:
    """The question without these parts of its text, and with these words explained."""
    within = {i for i, t in enumerate(reading.tokens) if any(a < t.end and t.start < b for a, b in spans)}
    said = {reading.tokens[i].text for i in within} | set(words)
    tokens = [replace(t, text="·") if i in within else t for i, t in enumerate(reading.tokens)]
    return replace(
        reading,
        tokens=tokens,
        masked=_cut(reading.masked, spans),
        loose=_cut(reading.loose, spans),
        subjects=[s for s in reading.subjects if not within.intersection(range(s.first, s.last))],
        typed=[s for s in reading.typed if not within.intersection(range(s.first, s.last))],
        mentions=[m for m in reading.mentions if not within.intersection(range(m.first, m.last))],
        named=[m for m in reading.named if not within.intersection(range(m.first, m.last))],
        aggregates=[],
        unknown=[w for w in reading.unknown if w not in said and w.lower() not in said],
        missing=[w for w in reading.missing if w not in said and w.lower() not in said],
    )


def _cut(text: str, spans: Sequence[Span]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "·" * (end - start)
    return "".join(letters)


def with_verbs(reading: Reading) -> Reading:
    """The question without unknown verbs that say nothing, and without one right before what was read already."""
    left = []
    for word in reading.unknown:
        places = [i for i, token in enumerate(reading.tokens) if token.text == word]
        if word.lower() not in _VERBS and not (len(places) == 1 and _leads(places[0], reading)):
            left.append(word)
    return replace(reading, unknown=left)


def _leads(place: int, reading: Reading) -> bool:
    """Whether a word is a verb whose object was read: `services exposing ·`."""
    before = reading.masked[: reading.tokens[place].start]
    behind = [token.text for token in reading.tokens[place + 1 :] if token.low not in _ARTICLES]
    subjects = [subject for subject in reading.subjects if subject.last == place]
    inflected = _INFLECTED.fullmatch(reading.tokens[place].text) is not None
    leads = behind[:1] == ["·"]
    if subjects:
        return _AUXILIARY.search(before) is not None or (
            leads and (inflected or is_plural(subjects[0], reading.tokens))
        )
    return (
        leads and inflected and place > 0 and all(subject.first != place + 1 for subject in reading.subjects)
    )


def conditions(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> list[Filter] | None:
    """The conditions of a question; None where a word is left that they do not explain."""
    named = [*by_name_part(reading), *by_resource(reading)]
    reading = with_verbs(blanked(reading, [span for _, span in named]))
    filters, explained = filters_of(reading, kinds, catalog)
    left = [w for w in (*reading.unknown, *reading.missing) if w.lower() not in explained]
    about = by_mention(reading, kinds, catalog)
    return None if left or about is None else [*(one for one, _ in named), *about, *filters]


def subjects_of(reading: Reading, spans: Sequence[Span] = ()) -> tuple[str, ...]:
    """The kinds that the question asks for outside of these parts; workloads where it says `who` or `controllers`."""
    for subject in reading.subjects:
        start, end = span_of(subject, reading)
        if not any(a < end and start < b for a, b in spans):
            return WORKLOADS if set(WORKLOADS) <= set(subject.kinds) else subject.kinds
    return ()


def span_of(subject: KindMention, reading: Reading) -> Span:
    """Where a kind stands in the text."""
    return reading.tokens[subject.first].start, reading.tokens[subject.last - 1].end


def outside(reading: Reading) -> str:
    """The text of a question without the kinds in it, and without verbs right before what was read."""
    spans = [span_of(subject, reading) for subject in reading.subjects]
    return _TAKEN.sub(" ", _cut(reading.masked, spans))


def is_free(place: int, reading: Reading) -> bool:
    """Whether a word belongs to no name that is spelled as it is."""
    return not is_inside(place, [m for m in reading.named if not m.guessed])


def is_untold(text: str, *, told: bool = False) -> bool:
    """Whether words ask for what no object counts; `told`: the words of measures are looked at elsewhere."""
    left = _HARMLESS.sub(" ", text)
    return UNKNOWABLE.search(left) is not None or (not told and NOT_TOLD.search(left) is not None)


def asks_elsewhere(reading: Reading) -> bool:
    """Whether it is told by rights or logs, not by numbers."""
    return Aspect.LOGS in reading.aspects


def merged(first: Draft, second: Draft) -> Draft:
    """Two answers as one."""
    first.lead += second.lead
    for one in second.said:
        if all((one.document_id, one.spot) != (other.document_id, other.spot) for other in first.said):
            first.said.append(one)
    first.commands += [command for command in second.commands if command not in first.commands]
    first.objects += [node for node in second.objects if node not in first.objects]
    first.left_out += second.left_out
    first.sure = min(first.sure, second.sure)
    return first
