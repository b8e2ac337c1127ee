"""The things that a question asked for by their kind (`which pods in shop are pending?`), for `of them` and `those`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.conversation import elliptic, words
from answers.conversation.phrases import bare
from answers.conversation.topic import Names, Span, places_in

_VERB = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|may|might|must|should|will|would|run|runs|use|uses|want|wants|need|needs|"
    r"exist|exists|mount|mounts|belong|call|calls|lack|request|requests|restart|restarted|restarts|crash|crashed|fail|failed|failing|sit|"
    r"live|listen|expose|carry|allow|select|depend|talk|listens|selects|allows|exposes|depends|talks)"
)
_PLAIN_VERB = r"(?:is|are|was|were|has|have|had|can|could|must|should|will|would|run|runs|use|uses|want|wants|need|needs|lack|lacks)"
_NOUN = r"(?:(?!of\b|is\b|are\b|does\b)[\w.-]+ ){0,3}?[\w.-]*[a-rt-z]s"
_ASKED = re.compile(
    rf"^(?:which|how many) (?P<noun>{_NOUN}(?: of (?!type\b)[\w-]+(?: (?!are\b|is\b|do\b|does\b)[\w-]+)?)?)(?P<rest>(?:\s.*)?)$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"^what (?P<noun>{_NOUN})(?P<rest>\s+(?:{_VERB}|in|on|of|with|without|from|that|not)\b.*)$", re.IGNORECASE
)
_LISTED = re.compile(
    r"^(?:(?:can|could) you )?(?:please )?(?:list|name|show|give)(?: me)?(?: all)?(?: of)?(?: the| our)? "
    r"(?P<noun>(?:[\w.-]+ ){0,2}?[\w.-]*[a-rt-z]s)(?P<rest>(?:\s+(?:in|on|of|with|without|from|that|which)\b.*)?)$",
    re.IGNORECASE,
)
_NO_SETS = re.compile(
    r"(?:.*\s)?(?:is|was|has|does|this|access|status|class|address|process|us|dns|https|tls|always|hours|minutes|days|seconds|times|"
    r"logs|limits|steps|details|cpus|replicas|alias|redis|restarts|kubernetes|prometheus|istio|ingress|postgres|aws|rds|sqs|eks|"
    r"canvas|ops|access|success|progress)$",
    re.IGNORECASE,
)
"""Nouns that end like many things and are none, and amounts."""
_EXISTS = re.compile(
    r"^(?:that )?(?:are|is) there(?: any)?\b|^(?:do|does) (?:we|you|i) (?:have|run|use)\b|^(?:exists?|runs?|live|sit|belong to|are|have we)"
    rf"(?=\s+{words.PREPOSITION}\s|\s*$)",
    re.IGNORECASE,
)
"""Says only that the things are there."""
_INVERTED = re.compile(r"^(?:do|does|did|can|should|must) (?P<who>.+) (?P<verb>[a-z-]+)(?: (?P<to>to|from|on|with))?$", re.IGNORECASE)
_THEM = r"(?:them|those|these|the (?:ones|above|listed ones))"
_OF_THEM_ALL = re.compile(rf"(?:(?<= )ones?)? of {_THEM}(?= )", re.IGNORECASE)
_SINGULAR = re.compile(r"(?:is|was|has|does|runs|uses|wants|needs|lacks)\b", re.IGNORECASE)
_STATE = re.compile(r"^(?:are|is|were)\s", re.IGNORECASE)

OF_THEM = re.compile(
    rf"^(?P<asks>which|what|who|how many)(?: ones?)? of {_THEM}(?: (?P<noun>[\w-]+s))? (?P<says>.+)$"
    rf"|^(?P<ask>which|how many)(?: ones?)? (?P<verb>(?:{_PLAIN_VERB}|don't|doesn't|aren't)\b(?!.*(?:[:,].*| )\bor\b).+)$"
    rf"|^(?:do|does|did) (?:any|some) of {_THEM} (?P<does>.+)$"
    rf"|^(?P<aux>are|is|have|has|were|can) (?:any|some|one) of {_THEM} (?P<state>.+)$",
    re.IGNORECASE,
)
HOW_MANY = re.compile(
    rf"^how many (?:(?:of {_THEM}|{_THEM}|they|ones?|in total|altogether|is that|are they|does that make)\s*(?:are|were|is)?\s*(?:there|in total|altogether)?"
    rf"|(?:are|is|were) (?:{_THEM}|they|that|it|there)(?: (?:in total|altogether|of {_THEM}))?)$",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(
    rf"(?<= )(?:of |for )?each(?: of {_THEM})?$|(?<![\w-])(?:of )?(?:{_THEM})(?! (?:is|are|was|were) (?:a|an|the)\b)(?: (?P<noun>[\w-]+s))?(?![\w-])", re.IGNORECASE
)
_HOW_MANY_IN = re.compile(r"^how many (?P<where>(?:in|on) (?:the |namespace )*[\w.-]+)$", re.IGNORECASE)
_NOT_SO = re.compile(
    rf"^(?:which|what)(?: ones?)?(?: of {_THEM})? (?P<aux>do|does|are|is|have|has)(?:n't| not)(?: (?:have|use|do|run|set) (?:one|it|any|that|them|so))?$",
    re.IGNORECASE,
)
_ONLY_THOSE = re.compile(r"^(?:those|these|ones|the ones) (?P<how>with|without|that|which|who) (?P<x>.+)$", re.IGNORECASE)
_AS_VERB = {"with": "have ", "without": "have no ", "that": "", "which": "", "who": ""}
_ONE = re.compile(r"^(?:how|where|when|can|should|who)\b.* (?P<one>one)$", re.IGNORECASE)
_TURNS = 3
_FEW = 6


@dataclass(frozen=True, slots=True)
class Set:
    """Things asked for by their kind: `pods`, ` in shop`, `are pending`."""

    noun: str
    where: str = ""
    says: str = ""

    def phrase(self, without: str = "") -> str:
        """The things as part of a sentence; what `without` says itself is left out."""
        says = re.sub(r"^(?:are|is|were|was) ", "", self.says, flags=re.IGNORECASE)
        says = re.sub(rf"^(?={_PLAIN_VERB}\b)", "that ", says, flags=re.IGNORECASE)
        again = says and re.search(rf"\b{re.escape(says.split()[-1])}\b", without, re.IGNORECASE)
        return f"{self.noun}{'' if again or not says else f' {says}'}{self.where}"

    def asked(self, how: str, says: str = "", where: str | None = None) -> str:
        """A question for these things of which `says` is true as well."""
        kept = self.says
        first, _, last = kept.rpartition(" and ")
        if says and _STATE.match(says) and _STATE.match(last):
            kept = first  # `which of them are bound?`, `and which of them are pending?`
        if says and kept.startswith("that "):
            return f"{how} of the {self.phrase(says)} {says}?"
        told = " and ".join(one for one in (kept, says) if one)
        return f"{how} {self.noun}{self.where if where is None else where} {told or 'are there'}?"

    def negated(self, aux: str) -> str | None:
        """`which don't?`: a question for those of which the last such thing that is said is not true."""
        said = self.says.split(" and ")
        state = re.match(r"are|is", aux, re.IGNORECASE) is not None
        while said and (_STATE.match(said[-1]) is not None) != state:
            said.pop()
        if not said:
            return None
        last = said[-1]
        if state:
            last = re.sub(r"^(are|is|were)\b", r"\1 not", last, flags=re.IGNORECASE)
        elif re.match(r"have\b", last, re.IGNORECASE):
            last = re.sub(r"^have(?: an?| any)?\b", "have no", last, flags=re.IGNORECASE)
        else:
            last = f"do not {last}"
        return Set(self.noun, self.where, " and ".join((*said[:-1], last))).asked("which")

    def is_bare(self) -> bool:
        """Whether nothing is said of the things but their kind."""
        return not self.where and not self.says


def set_of(question: str, names: Names) -> Set | None:
    """The things that a question asks for by their kind; None where it asks for something else."""
    body = words.MOMENT.sub("", words.TAIL.sub("", words.SOFT.sub("", words.WHY_FIRST.sub("", question.strip()))))
    found = _ASKED.match(body) or _WHAT.match(body) or _LISTED.match(body)
    if found is None or ": " in body or _NO_SETS.match(found["noun"]):
        return None
    places = places_in(body, names)
    where = "".join(f" in {place.text}" for place in places if place.start >= found.end("noun"))
    offset = found.start("rest")
    rest = found["rest"]
    inner = [
        Span(p.start - offset, p.end - offset, p.text, p.kind) for p in places if p.start >= offset
    ]
    says = bare(rest, inner).strip()
    if inverted := _INVERTED.match(says):
        if not _EXISTS.match(says):
            return _of_clause(found["noun"], where, inverted)
    return Set(found["noun"], where, _EXISTS.sub("", says).strip())


def _of_clause(noun: str, where: str, clause: re.Match[str]) -> Set:
    """`which images do the deployments use?`: the things that have them; `which services does cart call?`: those."""
    things = re.fullmatch(r"(?:the|all|our) (?P<noun>(?:\w+ ){0,2}[a-z]+[^s\W]s)", clause["who"], re.IGNORECASE)
    if things and not _NO_SETS.match(things["noun"]):
        return Set(things["noun"], where)
    return Set(noun, where, f"that {clause['who']} {clause['verb']}{' ' + clause['to'] if clause['to'] else ''}")


def of_things(rest: str, turns: Sequence[str], places: Sequence[Span], names: Names) -> str | None:
    """What `which of them …?`, `how many are those?` or `who owns those?` asks of the things of the turns before."""
    near = [found for turn in reversed(turns[-_TURNS:]) if (found := set_of(turn, names))]
    if not near:
        of_them = OF_THEM.match(rest)
        return elliptic.of_topic(_OF_THEM_ALL.sub("", rest), turns[-1], names) if of_them else None
    things = near[0]
    if HOW_MANY.match(rest):
        return things.asked("how many")
    if where := _HOW_MANY_IN.match(rest):
        return things.asked("how many", where=f" {where['where']}")
    if negated := _NOT_SO.match(rest):
        return things.negated(negated["aux"])
    if match := OF_THEM.match(rest):
        says = match["says"] or match["verb"] or match["does"] or f"{match['aux']} {match['state']}"
        how = match["asks"] or match["ask"] or "which"
        if _SINGULAR.match(says):
            return f"{how} of the {things.phrase(says)} {says}?"
        if match["noun"] and not _same_kind(match["noun"], things):
            return None
        if re.fullmatch(r"(?:are|is) there|are in total|exist", says, re.IGNORECASE):
            return things.asked(how)
        if places and (_EXISTS.match(says) or _STATE.match(says)) and not bare(says, places_in(says, names)).strip(" areis"):
            return things.asked(how, "", "".join(f" in {place.text}" for place in places))
        return things.asked(how, says, "" if places else None)
    if (only := _ONLY_THOSE.match(rest)) and set_of(turns[-1], names):
        return things.asked("which", _AS_VERB[only["how"].lower()] + only["x"])
    if (stands := _STANDS_FOR.search(rest)) and not _left_side(rest, stands):
        if stands["noun"] and not _same_kind(stands["noun"], things):
            return None
        said = stands[0].lower()
        start = f"{'of ' if said.startswith('of ') else ''}{'each of ' if 'each' in said else ''}the "
        return f"{rest[: stands.start()]}{start}{things.phrase(rest)}{rest[stands.end() :]}?"
    if (one := _ONE.match(rest)) and len(rest.split()) <= _FEW:
        return f"{rest[: one.start('one')]}one of the {things.phrase(rest)}?"
    return None


def _same_kind(noun: str, things: Set) -> bool:
    return noun.lower().rstrip("s") == things.noun.rpartition(" ")[2].lower().rstrip("s")


def _left_side(rest: str, stands: re.Match[str]) -> bool:
    """Whether something that `rest` says itself stands before: `pods that have labels, and those of …`."""
    return len(rest[: stands.start()].split()) > 6 or "," in rest[: stands.start()]
