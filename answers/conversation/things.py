"""Questions of the things that were asked for before: `which of them …?`, `how many are those?`, `who owns them?`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.conversation import elliptic
from answers.conversation.phrases import bare
from answers.conversation.sets import EXISTS, PLAIN_VERB, STATE, Set, set_of
from answers.conversation.topic import Names, Span, named_in, places_in

_THEM = r"(?:them|those|these|the (?:ones|above|listed ones))"
_OF_THEM_ALL = re.compile(rf"(?:(?<= )ones?)? of {_THEM}(?= )", re.IGNORECASE)
_SINGULAR = re.compile(r"(?:is|was|has|does|runs|uses|wants|needs|lacks)\b", re.IGNORECASE)

_OF_THEM = re.compile(
    rf"^(?P<asks>which|what|who|how many)(?: ones?)? of {_THEM}(?: (?P<noun>[\w-]+s))? (?P<says>.+)$"
    rf"|^(?P<ask>which|how many)(?: (?P<one>one)| ones)? (?P<verb>(?:(?<= one )(?!in\b|of\b|is it\b)|"
    rf"(?<= ones )(?!in\b|of\b)|(?={PLAIN_VERB}\b))"
    r"(?!.*(?:[:,].*| )\bor\b).+)$"
    rf"|^(?:do|does|did) (?:any|some) of {_THEM} (?P<does>.+)$"
    rf"|^(?P<aux>are|is|have|has|were|can) (?:any|some|one) of {_THEM} (?P<state>.+)$",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"^how many (?:(?:of {_THEM}|{_THEM}|they|ones?|in total|altogether|is that|are they|does that make)\s*(?:are|"
    rf"were|is)?\s*(?:there|in total|altogether)?"
    rf"|(?:are|is|were) (?:{_THEM}|they|that|it|there)(?: (?:in total|altogether|of {_THEM}))?)$",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(
    rf"(?<= )(?:of |for )?each(?: of {_THEM})?$|(?<![\w-])(?:of )?(?:{_THEM})(?! (?:is|are|was|were) (?:a|an|"
    rf"the)\b)(?: (?P<noun>[\w-]+s))?(?![\w-])",
    re.IGNORECASE,
)
_HOW_MANY_IN = re.compile(r"^how many (?P<where>(?:in|on) (?:the |namespace )*[\w.-]+)$", re.IGNORECASE)
_NOT_SO = re.compile(
    rf"^(?:which|what)(?: ones?)?(?: of {_THEM})? (?P<aux>do|does|are|is|have|has)(?:n't| not)(?: (?:have|use|do|"
    rf"run|set) (?:one|it|any|that|them|so))?$",
    re.IGNORECASE,
)
_ONLY_THOSE = re.compile(
    r"^(?:those|these|ones|the ones) (?P<how>with|without|that|which|who) (?P<x>.+)$", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:an?|any) ", re.IGNORECASE)
_AS_VERB = {"with": "have ", "without": "have no ", "that": "", "which": "", "who": ""}
_THE_ONE = re.compile(
    r"(?<![\w-])the one(?= (?:(?P<place>in|on|of|from|for)|with|called|named)\b)", re.IGNORECASE
)
_ONLY_THEM = re.compile(rf"^(?:for|of|in|on|with|to) (?:all |each |any )?(?:of )?{_THEM}$", re.IGNORECASE)
_A_NOUN = re.compile(
    r"(?:is|are|was|were) (?:the|an?|our|your|my|their) (?:.* )?(?P<x>[\w-]+)$", re.IGNORECASE
)
_DEGREE = re.compile(r"\w+est|first|last|best|worst|ones?|most (?:\w+)|least (?:\w+)", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    r"(?:is|are|was|were) (?:on (?:call|duty|leave|vacation|holiday)|in the (?:team|office|company))|(?:can|"
    r"may) (?:drive|speak)",
    re.IGNORECASE,
)
_HAS_NOUN = re.compile(
    r"(?:of )?(?:those|these) (?!(?:in|on|of|for|from|with|without|to)\b)[\w-]+ [\w-]+s\b", re.IGNORECASE
)
"""`those red dots`: nothing that was asked for."""
_TURNS = 3
_FEW = 6


def of_things(rest: str, turns: Sequence[str], places: Sequence[Span], names: Names) -> str | None:
    """What `rest` asks of the things of the turns before; None where it does not speak of them."""
    near = [found for turn in reversed(turns[-_TURNS:]) if (found := set_of(turn, names))]
    if not near:
        of_them = _OF_THEM.match(rest) and _OF_THEM_ALL.search(rest)
        return elliptic.of_topic(_OF_THEM_ALL.sub("", rest), turns[-1], names) if of_them else None
    things, last = near[0], set_of(turns[-1], names)
    if _HOW_MANY.match(rest) or (last and rest.lower() == "how many"):
        return things.asked("how many")
    if places and (where := _HOW_MANY_IN.match(rest)):
        return things.asked("how many", where=f" {where['where']}")
    if negated := _NOT_SO.match(rest):
        return things.negated(negated["aux"])
    if (match := _OF_THEM.match(rest)) and (last or not match["verb"]):
        if match["verb"] and _is_of_others(match["verb"], things):
            return None
        return _of_some(match, things, places, names)
    if last and (only := _ONLY_THOSE.match(rest)):
        return last.asked("which", _AS_VERB[only["how"].lower()] + _ARTICLE.sub("", only["x"]))
    if last and (one := _THE_ONE.search(rest)) and not named_in(rest, names) and (places or not one["place"]):
        return f"{rest[: one.start()]}the {last.one()}{rest[one.end() :]}?"
    if _ONLY_THEM.match(rest):
        return None
    if last and places:
        return _in_their_place(rest, Set(last.noun, says=last.says))
    return _in_their_place(rest, things)


def _of_some(match: re.Match[str], things: Set, places: Sequence[Span], names: Names) -> str | None:
    """`which of them are bound?`: the last question with that added to it."""
    says = match["says"] or match["verb"] or match["does"] or f"{match['aux']} {match['state']}"
    how = match["asks"] or match["ask"] or "which"
    if match["noun"] and not _same_kind(match["noun"], things):
        return None
    if match["one"] or _SINGULAR.match(says):
        return f"{how} of the {things.phrase(says)} {says}?"
    if re.fullmatch(r"(?:are|is) there|are in total|exist", says, re.IGNORECASE):
        return things.asked(how)
    placed = places and (EXISTS.match(says) or STATE.match(says))
    if placed and bare(says, places_in(says, names)).lower().split() in ([], ["are"], ["is"]):
        return things.asked(how, "", "".join(f" in {place.text}" for place in places))
    return things.asked(how, says, "" if places else None)


def _in_their_place(rest: str, things: Set) -> str | None:
    """`who owns those?`: the things in the place of the word that stands for them."""
    stands = _STANDS_FOR.search(rest)
    if stands and not _says_others(rest[: stands.start()]) and not _HAS_NOUN.match(rest[stands.start() :]):
        if stands["noun"] and not _same_kind(stands["noun"], things):
            return None
        said = stands[0].lower()
        start = f"{'of ' if said.startswith('of ') else ''}{'each of ' if 'each' in said else ''}the "
        return f"{rest[: stands.start()]}{start}{things.phrase(rest)}{rest[stands.end() :]}?"
    return None


def _is_of_others(says: str, things: Set) -> bool:
    """Whether what is said is of something else: `which is the oldest team?` asks for no service."""
    if _OF_PEOPLE.match(says):
        return True
    found = _A_NOUN.match(says)
    return found is not None and not (_DEGREE.fullmatch(found["x"]) or _same_kind(found["x"], things))


def _same_kind(noun: str, things: Set) -> bool:
    return noun.lower().rstrip("s") == things.noun.rpartition(" ")[2].lower().rstrip("s")


def _says_others(lead: str) -> bool:
    """Whether what stands before may be what is meant: `pods that have labels, and those of …`."""
    return len(lead.split()) > _FEW or "," in lead
