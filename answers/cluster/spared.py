"""Namespaces that a question leaves out: `apart from the stuff in shop`, `the plain one, not the argo one`."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import pairwise

_VERBS = (
    r"outside(?: of)?|except(?: for| in| inside| within)?|exclud(?:ing|e)|apart from|aside from|besides|other than(?: in)?"
    r"|not (?:counting|in|from)|leaving|ignor(?:ing|e)|disregard(?:ing)?|setting|leave|without counting|omit(?:ting)?"
    r"|skip(?:ping)?|never ?mind(?:ing)?|not including"
)
_STUFF = (
    r"(?:(?:the |all |all the |any of the )?(?:stuff|things?|everything|anything|what(?:ever)?(?: is|'s)?|those|ones?|objects?|resources?)"
    r"|(?:the|all the|all|any of the) (?:workloads|pods|services|apps|deployments))"
    r"(?: (?:that |which )?(?:is |are |runs? |lives? |sits? |running |living |sitting |deployed )?)?(?: ?(?:in|inside|within|of|from|under)) "
)
_NAMES = r"([\w-]+(?:(?:, ?(?:and |or |nor )?| and | or | nor | & )[\w-]+)*)(?! ones?\b)\b"
_SPARED = re.compile(
    rf"\b(?:{_VERBS}) (?:out |aside )?(?:{_STUFF})?(?:the )?(?:namespaces? |ns )?{_NAMES}"
    rf"|[(,;–-] ?(?:and |but |so )?not (?:the )?(?:namespace |ns )?{_NAMES}(?= ?[),;.:?!]|$)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?: (?:namespaces?|ns)\b)?(?: (?:aside|out|apart|away)\b)?,?", re.IGNORECASE)
_AND = frozenset({"and", "or", "nor"})
_ONE = r"(?:one|version|edition|flavou?r|variant|copy|namespace|ns|install(?:ation)?|setup)"
_PLAIN = rf"the (?:plain|normal|regular|ordinary|original|vanilla|usual|standard|classic|basic|real|old|first|other) {_ONE}"
_EDITION = re.compile(
    rf"\s*[(,;–-]\s*(?:{_PLAIN}(?:,? ?(?:and |but |so )?not (?:the |in |in the |from )?(?P<first>[\w-]+)(?: {_ONE})?)?"
    rf"|(?:and |but |so )?not (?:the |in |in the |from )?(?P<second>[\w-]+)(?: {_ONE})?"
    rf"|(?:the )?non-(?P<third>\w+)(?: {_ONE})?)\s*(?:\)|(?=[,;.:?!]|$))",
    re.IGNORECASE,
)


def spared(question: str, namespaces: Container[str]) -> tuple[list[str], str]:
    """The namespaces that a question leaves out, in lower case, and the question without them."""
    match = _SPARED.search(question)
    group = 1 if match and match[1] else 2
    names: list[str] = []
    end = 0
    for word in re.finditer(r"[\w-]+", match[group]) if match else ():
        low = word[0].lower()
        if low in namespaces:
            names.append(low)
            end = match.start(group) + word.end() if match else 0
        elif low not in _AND:
            break
    if match is None or not names:
        return [], question
    start = match.start()
    if group == 1:
        behind = _BEHIND.match(question, end)
        return names, f"{question[:start]} {question[behind.end() if behind else end :]}"
    closes = question[start] == "(" and question[end:].lstrip().startswith(")")
    return names, f"{question[:start]} {question[end:].lstrip()[1:] if closes else question[end:]}"


def of_one_edition(question: str, namespaces: Container[str]) -> str:
    """The question without the words that deny the other edition of a namespace: `shop (the plain one, not argo)`."""
    match = _EDITION.search(question)
    if match is None:
        return question
    before = re.findall(r"[\w-]+", question[: match.start()].lower())[-12:]
    joined = [f"{first}-{second}" for first, second in pairwise(before)]
    places = [name for name in (*before, *joined) if name in namespaces]
    denied = next((word.lower() for word in match.groupdict().values() if word), "")
    of_place = any(f"{place}-{denied}" in namespaces or f"{denied}-{place}" in namespaces for place in places)
    if not (of_place if denied else places):
        return question
    return f"{question[: match.start()]}{question[match.end() :]}"
