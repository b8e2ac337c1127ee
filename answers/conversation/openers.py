"""What a colleague says before a question to tell how it goes on: `unrelated:`, `no, I meant …`, `back to cart: …`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from answers.conversation import words
from answers.conversation.phrases import is_phrase

_SIGHS = (
    r"(?:(?:ok(?:ay)?|so|and|now|well|thanks|thank you|great|right|good|alright|hi|ah|oh|hm+)\b[\s,.!…-]*)*"
)
_NEW = re.compile(
    rf"^{_SIGHS}(?:unrelated(?: to (?:that|this))?|off[- ]topic|"
    r"(?:on )?(?:a |an |one )?(?:completely |totally |entirely )?(?:new|different|separate|"
    r"unrelated) (?:question|topic|subject|note|matter|thing)|"
    r"(?:let's )?(?:change of|change the|changing) (?:the )?(?:topic|subject)|on another (?:note|topic|subject)|"
    r"(?:forget|ignore|leave|scratch|"
    r"drop) (?:that|it|this)|never ?mind(?: (?:that|it))?|(?:now )?(?:for )?something (?:completely |"
    r"entirely )?(?:else|different))"
    r"\s*(?:[:,.;–—]|\s-)+\s*(?P<rest>\S.*)$"
    r"|^(?:(?:换个|另一个|别的|新的?|另外一个|题外话)(?:话题|问题)?)[:：,，。]\s*(?P<rest_zh>\S.*)$",
    re.IGNORECASE,
)
_BACK = re.compile(
    rf"^{_SIGHS}(?:(?:(?:let(?:'s| us| me) )?(?:go|come|get|return)(?:ing)? )?back to|returning to|as for|regarding|"
    rf"concerning|about(?=[^:]{{1,40}}:)) "
    r"(?:(?:my|the) (?:\w+ )?question (?:about|of|on) )?(?:the |our )?(?P<x>[\w./-]+(?: [\w./-]+){0,3}?)"
    r"\s*(?:(?:[:,;–—?]|\s-)\s*|\s(?=(?:which|what|how|who|where|when|why|is|are|does|do)\b)|$)(?P<rest>.*)$"
    r"|^(?:回到|说回)\s*(?P<x_zh>[^:：,，。]{1,30})[:：,，。]\s*(?P<rest_zh>.*)$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|oops|ah|oh|sorry|wait|actually|not that(?: one)?|(?:that(?:'s| is) )?(?:wrong|"
    r"not (?:what i meant|right|it))(?: one)?)\b\s*[,.!:;–—-]+\s*)+"
    r"(?:(?:i|we) (?:meant|mean|(?:was|were) (?:asking|talking) about|asked (?:about|for)|said)(?: to (?:say|ask))?|"
    r"make that|rather|about|it's|that's)?[\s,:]*(?P<rest>\S.*)$"
    r"|^(?:sorry |no |actually )?(?:i mean|(?:i|we) (?:meant|(?:was|were) (?:asking|talking) about))(?: to (?:say|"
    r"ask))?[\s,:]+(?P<meant>\S.*)$"
    r"|^actually (?P<rather>(?:the|in|on|for|of) .*)$"
    r"|^(?:不是?[,，]?\s*)?(?:我)?(?:是说|说的是|指的是|的意思是)\s*(?P<meant_zh>\S.*)$",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(
    rf"^{_SIGHS}(?:(?:go|going) )?back to (?:my|the|our) (?P<which>first|last|previous|earlier|original|"
    rf"other) (?:question|one|topic|thing)"
    r"\s*(?:[:,;–—]\s*)?(?P<rest>.*)$",
    re.IGNORECASE,
)
_NAME = r"(?:the |in |on |for |of |our )*(?P<{}>[\w./-]+(?: (?!not\b|but\b|instead\b|rather\b|and\b)[\w./-]+){{0,2}}?)"
_INSTEAD = re.compile(
    rf"^{_NAME.format('new')}(?:, (?:and )?not|,? instead of|,? rather than) {_NAME.format('old')}\s*[.!?]*$",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    rf"^(?:no,? )?not {_NAME.format('old')}(?:,? but|,) {_NAME.format('new')}\s*[.!?]*$", re.IGNORECASE
)
_ASKS_FULLY = re.compile(
    r"\S+(?: \S+)*? ?(?:'s|'re|\b(?:is|are|was|were|does|do|did|has|have|can|should|will|must))\b",
    re.IGNORECASE,
)
_TURN = {"last": -1, "previous": -2, "earlier": -2, "other": -2}
"""Which turn is meant, from the end; any other word means the first."""


class Kind(Enum):
    """How a question goes on."""

    PLAIN = auto()
    NEW = auto()
    CORRECTS = auto()
    RETURNS = auto()


@dataclass(frozen=True, slots=True)
class Opened:
    """A question without what was said before it.

    `about` is what it goes back to, or what a correction puts in the place of `instead`; `turn` counts the turn that it
    goes back to, from the end where it is negative.
    """

    rest: str
    kind: Kind = Kind.PLAIN
    about: str = ""
    instead: str = ""
    turn: int | None = None


def opened(asked: str, turns: Sequence[str] = ()) -> Opened:
    """How `asked` goes on from `turns`, and what is left of it then."""
    if new := _NEW.match(asked):
        return Opened(new["rest"] or new["rest_zh"], Kind.NEW)
    if earlier := _ASKED_BEFORE.match(asked):
        return Opened(earlier["rest"], Kind.RETURNS, turn=_TURN.get(earlier["which"].lower(), 0))
    if back := _BACK.match(asked):
        return Opened(back["rest"] or back["rest_zh"] or "", Kind.RETURNS, about=back["x"] or back["x_zh"])
    found = _CORRECTS.match(asked)
    rest = next(text for text in found.groups() if text) if found else asked
    swap = (_NOT_BUT.match(rest) or _INSTEAD.match(rest)) if is_phrase(rest) else None
    # `terraform plan not working` tells of a problem: nobody spoke of a `working` before.
    if swap and (found or turn_about(swap["old"], turns) is not None):
        return Opened(swap["new"], Kind.CORRECTS, about=swap["new"], instead=swap["old"])
    return Opened(rest, Kind.CORRECTS) if found else Opened(asked)


def is_whole(rest: str) -> bool:
    """Whether a question behind `sorry,` says all that it asks: `where is the rota?`."""
    points = (words.IT, words.ITS, words.THAT, words.THERE, words.PERSON)
    return _ASKS_FULLY.match(rest) is not None and not any(pattern.search(rest) for pattern in points)


def turn_about(about: str, turns: Sequence[str]) -> int | None:
    """The place among `turns` of the last one that speaks of `about`; None where none does."""
    pattern = said(about)
    return next((n for n in range(len(turns) - 1, -1, -1) if pattern.search(turns[n])), None)


def said(text: str) -> re.Pattern[str]:
    """A pattern for these words as a whole."""
    return re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])", re.IGNORECASE)
