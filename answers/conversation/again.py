"""The last question asked again: its reason, of other places, or with another word for one that was not meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.conversation import openers, words
from answers.conversation.before import Before
from answers.conversation.openers import Opened
from answers.conversation.phrases import bare, cut, is_phrase
from answers.conversation.sets import set_of
from answers.conversation.topic import Span, places_in
from index.tokens import is_chinese


def why(turns: Sequence[str]) -> str:
    """`why?`: the reason of what was asked last; nobody asks why something was shown."""
    asked = [turn for turn in turns if not words.SHOW.match(words.TAIL.sub("", turn))] or turns
    base = words.TAIL.sub("", asked[-1])
    if is_chinese(base):
        base = re.sub("吗$", "", base.removeprefix("为什么").rstrip("？? "))
        return f"为什么？{base}？" if re.search("几|多少|哪|谁|什么|如何|怎么", base) else f"为什么{base}？"
    if re.match(r"why\b", base, re.IGNORECASE):
        return f"{base}?"
    if re.match(r"(?:is|are|does|do|did|has|have|was|were|can|should|must)\b", base, re.IGNORECASE):
        return f"why {base[0].lower()}{base[1:]}?"
    return f"why? {base}?"


def elsewhere(before: Before, places: Sequence[Span], base: str = "") -> str:
    """The last question asked of other places."""
    text = base or before.base
    for place in places[:_MOST_PLACES]:
        old = [p for p in places_in(text, before.names) if p.kind == place.kind]
        if len(places) == 1 and len(old) > 1:
            text = cut(text, old[1:])
            old = old[:1]
        if old and place is places[0]:
            text = text[: old[0].start] + place.text + text[old[0].end :]
        else:
            text = before.placed(text, [place])
    return text


def everywhere(before: Before) -> str:
    """The last question without its places."""
    places = places_in(before.base, before.names)
    return f"{bare(words.TAIL.sub('', before.base), places)}?" if places else before.base


def instead(begun: Opened, turns: Sequence[str]) -> str | None:
    """`the api, not the worker`: the last question that names what was not meant; None where none does."""
    number = openers.turn_about(begun.instead, turns)
    if number is None:
        return None
    return openers.said(begun.instead).sub(lambda _: begun.about, turns[number], count=1)


def arranged(rest: str, base: str) -> str | None:
    """`sort them by restarts`: the last question with that behind it."""
    found = _ARRANGED.match(rest)
    return f"{words.TAIL.sub('', base)} by {found['x']}?" if found else None


def of_other(base: str, preposition: str, new: str) -> str:
    """`and of metrics?`: the last question with another thing behind the same preposition, or with one added."""
    old = re.search(rf"\b{preposition} (?:the |our )?(?P<x>[\w.-]+)", base, re.IGNORECASE)
    if old:
        return base[: old.start("x")] + new + base[old.end("x") :]
    return f"{words.TAIL.sub('', base)} {preposition} {new}?"


def of_other_value(rest: str, base: str) -> str | None:
    """`how much cpu?` after `how much memory may cart use?`: the same asked of another value."""
    asked, old = words.HOW_MUCH.match(rest), words.HOW_MUCH_OF.match(base)
    if asked is None or old is None or asked["how"].lower() != old["how"].lower():
        return None
    return f"{asked['how']} {asked['what']}{base[old.end() :]}"


def of_other_word(rest: str, base: str) -> str | None:
    """`and the password?` after `what is the user: connect to rabbitmq?`: the same of another word."""
    asked, other = _ASKS_THE.match(base), _THE.match(rest)
    return f"{asked['lead']}{other['x']}{base[asked.end() :]}" if asked and other else None


def of_other_kind(rest: str, before: Before, *, only: bool) -> str | None:
    """`and secrets?` after `who can delete pods?`: the last question of things of another kind, or of these alone."""
    new = _KIND.fullmatch(rest)
    if new is None:
        with_more = _KIND_AND_MORE.match(rest)
        return (
            f"which {rest}?" if with_more and is_phrase(rest) and set_of(before.base, before.names) else None
        )
    old = [match for match in _KIND.finditer(before.base) if match["kind"].lower() != new["kind"].lower()]
    if before.knows_subject() or not (old or only):
        return None
    if only and not old and _KIND.search(before.base):
        return before.base
    if only:
        return f"{words.TAIL.sub('', before.base)} ({new['kind']})?"
    return before.base[: old[0].start()] + new["kind"] + before.base[old[0].end() :]


def of_other_time(rest: str, base: str) -> str | None:
    """`in the last day?`: the last question of another span of time."""
    new = _SPAN.fullmatch(rest)
    if new is None:
        return None
    old = _SPAN.search(base)
    if old:
        return base[: old.start()] + rest + base[old.end() :]
    return f"{words.TAIL.sub('', base)} {rest}?"


_MOST_PLACES = 8
_KIND = re.compile(
    r"(?<![\w-])(?:the )?(?P<kind>pods|deployments|stateful ?sets|daemon ?sets|replica ?sets|(?:cron ?)?jobs|"
    r"services|ingresses|secrets|"
    r"config ?maps|pvcs|(?:persistent )?volume claims|persistent volumes|pvs|nodes|namespaces|hpas|autoscalers|"
    r"network policies|"
    r"(?:cluster ?)?role ?bindings|(?:cluster ?)?roles|service ?accounts|endpoints|pdbs|storage classes|"
    r"custom resources)(?![\w-])",
    re.IGNORECASE,
)
_KIND_AND_MORE = re.compile(rf"{_KIND.pattern} (?:of|with|without|that|which)\b.*$", re.IGNORECASE)
_SPAN = re.compile(
    rf"(?:in|over|during|within|for|since|of|from) the (?:last|past) (?:\w+ )?{words.TIMES_OF}", re.IGNORECASE
)
_ARRANGED = re.compile(
    r"^(?:(?:sort|group|order|list|split|break)(?:ed)?(?: (?:it|them|that|those|these))?(?: down)? )?by (?!who|"
    r"whom\b|when\b|what\b)(?P<x>[\w-]+(?: [\w-]+)?)$",
    re.IGNORECASE,
)
_THE = re.compile(r"^(?:the|its|their) (?P<x>[\w-]+(?: [\w-]+)?)$", re.IGNORECASE)
_ASKS_THE = re.compile(
    r"^(?P<lead>(?:what|where|who)(?:'s| is| are) the )[\w-]+(?: [\w-]+)?(?=: )", re.IGNORECASE
)
