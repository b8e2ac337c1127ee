"""The things that a question asked for by their kind (`which pods in shop are pending?`), for `of them` and `those`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answers.conversation import words
from answers.conversation.phrases import bare
from answers.conversation.topic import Names, Span, places_in

_VERB = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|may|might|must|should|will|would|run|runs|use|uses|want|"
    r"wants|need|needs|"
    r"exist|exists|mount|mounts|belong|call|calls|lack|request|requests|restart|restarted|restarts|crash|crashed|"
    r"fail|failed|failing|sit|"
    r"live|listen|expose|carry|allow|select|depend|talk|listens|selects|allows|exposes|depends|talks)"
)
PLAIN_VERB = (
    r"(?:is|are|was|were|has|have|had|can|could|must|should|will|would|run|runs|use|uses|want|wants|need|"
    r"needs|lack|lacks)"
)
"""Verbs that are no nouns as well."""
_NOUN = r"(?:(?!of\b|is\b|are\b|does\b)[\w.-]+ ){0,3}?[\w.-]*[a-rt-z]s"
_ASKED = re.compile(
    rf"^(?:which|how many) (?P<noun>{_NOUN}(?: of (?!type\b)[\w-]+(?: (?!are\b|is\b|do\b|"
    rf"does\b)[\w-]+)?)?)(?P<rest>(?:\s.*)?)$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"^what (?P<noun>{_NOUN})(?P<rest>\s+(?:{_VERB}|in|on|of|with|without|from|that|not)\b.*)$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^(?:(?:can|could) you )?(?:please )?(?:list|name|show|give)(?: me)?(?: all)?(?: of)?(?: the| our)? "
    r"(?P<noun>(?:[\w.-]+ ){0,2}?[\w.-]*[a-rt-z]s)(?P<rest>(?:\s+(?:in|on|of|with|without|from|that|which)\b.*)?)$",
    re.IGNORECASE,
)
_NO_SETS = re.compile(
    r"(?:.*\s)?(?:is|was|has|does|this|access|status|class|address|process|us|dns|https|tls|always|hours|minutes|"
    r"days|seconds|times|"
    r"logs|limits|steps|details|cpus|replicas|requests|alias|redis|restarts|kubernetes|prometheus|istio|ingress|postgres|aws|"
    r"rds|sqs|eks|"
    r"canvas|ops|access|success|progress)$",
    re.IGNORECASE,
)
"""Nouns that end like many things and are none, and amounts."""
EXISTS = re.compile(
    r"^(?:that )?(?:are|is) there(?: any)?\b|^(?:do|does) (?:we|you|i) (?:have|run|use)\b|^(?:exists?|runs?|live|"
    r"sit|belong to|are|have we)"
    rf"(?=\s+{words.PREPOSITION}\s|\s*$)",
    re.IGNORECASE,
)
"""Says only that the things are there."""
_INVERTED = re.compile(
    r"^(?:do|does|did|can|should|must) (?P<who>.+) (?P<verb>[a-z-]+)(?: (?P<to>to|from|on|with))?$",
    re.IGNORECASE,
)
STATE = re.compile(r"^(?:are|is|were)\s", re.IGNORECASE)
"""Says in what state things are: of these only one is meant."""


@dataclass(frozen=True, slots=True)
class Set:
    """Things asked for by their kind: `pods`, ` in shop`, `are pending`."""

    noun: str
    where: str = ""
    says: str = ""

    def phrase(self, without: str = "") -> str:
        """The things as part of a sentence; what `without` says itself is left out."""
        says = re.sub(r"^(?:are|is|were|was) ", "", self.says, flags=re.IGNORECASE)
        says = re.sub(rf"^(?={PLAIN_VERB}\b)", "that ", says, flags=re.IGNORECASE)
        again = says and re.search(rf"\b{re.escape(says.split()[-1])}\b", without, re.IGNORECASE)
        if again or not says:
            return f"{self.noun}{self.where}"
        if re.fullmatch(r"[a-z]+(?<!ed)", says):
            return f"{says} {self.noun}{self.where}"  # `pending pods`
        return f"{self.noun} {says}{self.where}"

    def asked(self, how: str, says: str = "", where: str | None = None) -> str:
        """A question for these things of which `says` is true as well."""
        kept = self.says
        first, _, last = kept.rpartition(" and ")
        if says and STATE.match(says) and STATE.match(last):
            kept = first  # `which of them are bound?`, `and which of them are pending?`
        if says and kept.startswith("that "):
            return f"{how} of the {self.phrase(says)} {says}?"
        told = " and ".join(one for one in (kept, says) if one)
        return f"{how} {self.noun}{self.where if where is None else where} {told or 'are there'}?"

    def one(self) -> str:
        """The kind of one of the things."""
        noun = re.sub("ies$", "y", self.noun)
        return re.sub("(?<=sse)s$|(?<=ss)es$|(?<=[^s])s$", "", noun)

    def negated(self, aux: str) -> str | None:
        """`which don't?`: a question for those of which the last such thing that is said is not true."""
        said = self.says.split(" and ")
        state = re.match(r"are|is", aux, re.IGNORECASE) is not None
        while said and (STATE.match(said[-1]) is not None) != state:
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
    body = words.MOMENT.sub(
        "", words.TAIL.sub("", words.SOFT.sub("", words.WHY_FIRST.sub("", question.strip())))
    )
    found = _ASKED.match(body) or _WHAT.match(body) or _LISTED.match(body)
    if found is None or ": " in body or _NO_SETS.match(found["noun"]):
        return None
    places = places_in(body, names)
    where = "".join(f" in {place.text}" for place in places if place.start >= found.end("noun"))
    offset = found.start("rest")
    rest = found["rest"]
    inner = [Span(p.start - offset, p.end - offset, p.text, p.kind) for p in places if p.start >= offset]
    says = bare(rest, inner).strip()
    inverted = _INVERTED.match(says)
    if inverted and not EXISTS.match(says):
        return _of_clause(found["noun"], where, inverted)
    return Set(found["noun"], where, EXISTS.sub("", says).strip())


def _of_clause(noun: str, where: str, clause: re.Match[str]) -> Set:
    """`which images do the deployments use?`: the things that have them; `which services does cart call?`: those."""
    things = re.fullmatch(
        r"(?:the|all|our) (?P<noun>(?:\w+ ){0,2}[a-z]+[^s\W]s)", clause["who"], re.IGNORECASE
    )
    if things and not _NO_SETS.match(things["noun"]):
        return Set(things["noun"], where)
    return Set(
        noun, where, f"that {clause['who']} {clause['verb']}{' ' + clause['to'] if clause['to'] else ''}"
    )
