"""Reads for which extreme a question asks: the word for it, what is measured, how many of the first, what else it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from answers.cluster.amounts import amount
from answers.cluster.numeric.asked import is_free
from answers.cluster.reading import Reading

_MOST = (
    "most highest largest biggest greatest maximum maximal max heaviest longest fattest hugest chunkiest bulkiest widest deepest "
    "hungriest greediest roomiest beefiest furthest farthest strongest thickest"
)
_LEAST = "fewest least lowest smallest minimum minimal min lightest shortest tiniest slimmest leanest weakest thinnest littlest stingiest meanest"
EXTREME = {**dict.fromkeys(_MOST.split(), True), **dict.fromkeys(_LEAST.split(), False)}
SIZES = frozenset(
    "largest biggest greatest fattest hugest chunkiest bulkiest heaviest roomiest beefiest smallest tiniest slimmest lightest leanest "
    "highest lowest furthest farthest littlest stingiest meanest".split()
)
"""Adjectives that alone say what an object is compared by."""
AGES = {
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
_TERMS = re.compile(
    r",? (?:in terms of|measured by|judged by|going by|when it comes to|as far as) (?:the |its |their )?((?:[a-z]+ ){0,2}[a-z]+?)(?: goes| is concerned)?(?=[?.!,;]|$)"
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
VALUE = re.compile(
    r"(?:(?:by|with|to|at) )?how (?:many|much|often|long|big|large|old|high|low|little|few|great|far|small)\b(?!.*\b(?:which|what|where|who)\b).{0,40}|"
    r".*\b(?:set to|value|number|figure|amount|size|limit|count|release|that list|what is it|what s that|how long that|how many that)\b.{0,20}"
)
_LASTS = re.compile(
    r"(?:exist\w*|around|here|alive|up|running|pending|liv\w+|waiting|been [a-z]+|there|stuck|unbound)(?: for)?(?: the)? $"
)
_WHOSE = re.compile(
    rf"(?<![\w-])whose (?:own )?(?P<phrase>[a-z][a-z -]{{2,40}}?) (?:is|are) (?:the |by far the )?(?P<word>{'|'.join(EXTREME)})(?![\w-])"
)
_DIGITS = r"\d{1,2}|two|three|four|five|six|seven|eight|nine|ten"
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_NTH = re.compile(rf"(?<![\w-])({'|'.join(_ORDINALS)})[ -]$")
_MANY = re.compile(rf"(?<![\w-])(?:top )?({_DIGITS}) $")
_BEHIND = re.compile(rf"[a-z]+ ({_DIGITS})(?![\w-])")
_WHICH = re.compile(rf"(?:which|what|list|show|name)(?: are)?(?: the)? ({_DIGITS})(?![\w-])")
_RANKED = re.compile(
    rf"(?<![\w-])(?:(?:top|first|leading) (?P<top>{_DIGITS})|rank(?:ing)?(?: of)?|order|sort(?:ed)?|top (?P<first>{_DIGITS})?)(?: of)?(?: the| our| all)* "
    r"(?P<kind>(?:[a-z§-]+ ){0,4}?[a-z§-]+) (?:ranked |ordered |sorted )?by (?:the |their |its )?(?P<by>[a-z -]+?)(?= (?:in|on|across|descending|ascending|please|within|over|from)(?![\w-])|[?.!,;]|$)"
)
_UPWARDS = re.compile(r"ascending|smallest first|lowest first|bottom|least")


@dataclass(frozen=True, slots=True)
class Extreme:
    """What a question asks the most or the least of: the words for it, where they stand, and what it asks besides.

    `many`: the first so many are asked for; `nth`: the one at this place.
    """

    most: bool
    phrase: str
    spans: tuple[tuple[int, int], ...]
    word: str
    tail: str
    many: int = 1
    nth: int = 1


def extreme_of(reading: Reading) -> Extreme | None:
    """The extreme that a question asks for; None where it asks for none."""
    if ranked := _RANKED.search(reading.masked):
        many = ranked["top"] or ranked["first"]
        end = ranked.end("by")
        spans = (
            (ranked.start(), ranked.start("kind")),
            (ranked.end("kind"), end),
            (len(reading.masked),) * 2,
        )
        return Extreme(
            not _UPWARDS.search(reading.masked),
            ranked["by"].strip(),
            spans,
            "",
            "",
            _number(many) if many else 10,
        )
    extreme = _extreme_of(reading)
    if extreme is None or not extreme.spans[0][1]:
        return extreme
    start, end = extreme.spans[0]
    if nth := _NTH.search(reading.masked[:start]):
        place = _ORDINALS.index(nth[1]) + 1
        return replace(extreme, nth=place, spans=((nth.start(), end), *extreme.spans[1:]))
    if many := _MANY.search(reading.masked[:start]):
        return replace(extreme, many=_number(many[1]), spans=((many.start(), end), *extreme.spans[1:]))
    if behind := _BEHIND.match(reading.masked[start:end]):
        cut = start + behind.end()
        return (
            replace(
                extreme,
                many=_number(behind[1]),
                phrase=extreme.phrase.removeprefix(behind[1]).strip(),
                spans=((start, end), *extreme.spans[1:]),
            )
            if cut
            else extreme
        )
    if which := _WHICH.search(reading.masked[:start]):
        return replace(extreme, many=_number(which[1]), spans=(*extreme.spans, which.span(1)))
    return extreme


def _number(word: str) -> int:
    return max(1, int(amount(word)))


def _extreme_of(reading: Reading) -> Extreme | None:
    text = reading.masked
    tail_at, tail = _tail(reading)
    if (said := _WHOSE.search(text)) is not None:
        here = (said.span(), (max(tail_at, said.end()), len(text)))
        return Extreme(EXTREME[said["word"]], said["phrase"].strip(), here, said["word"], tail)
    for pattern in (_LEADS, _THAN_ALL):
        if (said := pattern.search(text)) and said.start() < tail_at:
            return Extreme(True, said[1].strip(), (said.span(), (tail_at, len(text))), "", tail)
    for place, token in enumerate(reading.tokens):
        before = reading.tokens[place - 1].low if place else ""
        if token.low in AGES and is_free(place, reading) and token.start < tail_at:
            if re.match(
                r"\W*(?:versions?|releases?|tags?|images?|kubelet|kubernetes|k8s)\b", text[token.end :]
            ):
                return None
            spans = [(token.start, token.end), (tail_at, len(text))]
            return Extreme(AGES[token.low], "", tuple(spans), token.low, tail)
        if token.low not in EXTREME or not is_free(place, reading) or token.start >= tail_at:
            continue
        if before == "at" or (token.low == "most" and before in ("for", "almost")):
            continue
        most = EXTREME[token.low]
        words, end = _behind(reading, place, tail_at)
        if by := _BY.search(text, token.end) or _TERMS.search(text, token.end):
            # `the largest, by number of groups`
            return Extreme(most, by[1].strip(), ((token.start, token.end), by.span()), token.low, "")
        if words[:1] in (["recent"], ["recently"]):
            return Extreme(False, "", ((token.start, end), (tail_at, len(text))), "newest", tail)
        if (
            token.low == "longest"
            and not [word for word in words if word != "time"]
            and _LASTS.search(text[: token.start])
        ):
            # `pending the longest`: what is so since it was made
            return Extreme(
                True, "", ((token.start, max(end, token.end)), (tail_at, len(text))), "oldest", tail
            )
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
    return any(word in EXTREME or word in AGES for word in words) or _LEADS.search(text) is not None


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
