"""Writes out names that people shorten by their numbers: `web-0 to web-3`, `more pods on 3 than on 2`."""

from __future__ import annotations

import re
from collections.abc import Container

_RANGE = re.compile(
    r"(?<![\w./-])(?P<stem>[a-z][\w.-]*?-?)(?P<first>\d+) ?(?:to|through|thru|till|until|up to|-|–|\.{2,3}) ?(?P<again>[a-z][\w.-]*?-?)?(?P<last>\d+)(?![\w.-]*\w)",
    re.IGNORECASE,
)
_MOST = 20
_LISTED = 4
"""Numbers that may follow one name."""
_NAME = re.compile(r"(?<![\w./-])([a-z][\w.-]*-)(\d+)(?![\w.-]*\w)", re.IGNORECASE)
_BARE = r"(?P<number>\d+)(?![\w.:%-]| (?:pods?|nodes?|more|less|or|of|times|days?|hours?|minutes?|replicas?|containers?|cpus?|cores?|[gmk]i?b?)\b)"
_NEXT = re.compile(
    rf"(?P<named>(?<![\w./-])(?P<stem>[a-z][\w.-]*-)\d+)(?P<between>, ?(?:and |or )?| (?:and|or|vs\.?|versus|&) |/){_BARE}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<before>\b(?:on|than|than on|and|and on|or|or on|vs|versus|of|node) (?:number |no\.? ?|#)?)" + _BARE,
    re.IGNORECASE,
)


def written_out(question: str, names: Container[str]) -> str:
    """The question with each of these names in full; as it is where the names that are meant do not all exist."""
    question = _RANGE.sub(lambda match: _range(match, names), question)
    for _ in range(_LISTED):
        question = _NEXT.sub(lambda match: _next(match, names), question)
    return _of_numbers(question, names)


def _next(match: re.Match[str], names: Container[str]) -> str:
    """`node-1 and 2`: the second with the first part of its name."""
    name = f"{match['stem']}{match['number']}"
    known = name.lower() in names and match["named"].lower() in names
    return f"{match['named']}{match['between']}{name}" if known else match[0]


def _range(match: re.Match[str], names: Container[str]) -> str:
    stem, first, last = match["stem"], int(match["first"]), int(match["last"])
    if (match["again"] or stem).lower() != stem.lower() or not first < last < first + _MOST:
        return match[0]
    every = [f"{stem}{number}" for number in range(first, last + 1)]
    if not all(name.lower() in names for name in every):
        return match[0]
    return f"{', '.join(every[:-1])} and {every[-1]}"


def _of_numbers(question: str, names: Container[str]) -> str:
    """`on 3` where the question names two things alike but for their numbers, one of them with this number."""
    found = {match[0].lower(): match for match in _NAME.finditer(question) if match[0].lower() in names}
    stems = {match[1].lower() for match in found.values()}
    if len(found) < 2 or len(stems) != 1:
        return question
    by_number = {match[2]: match[0] for match in found.values()}
    return _NUMBER.sub(
        lambda match: f"{match['before']}{by_number.get(match['number'], match['number'])}", question
    )
