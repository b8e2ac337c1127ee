"""Words that stand for something of the questions before: `it`, `they`, `that`, `there`, `它`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.conversation import elliptic, words
from answers.conversation.before import Before
from answers.conversation.sets import set_of
from answers.conversation.topic import Span, attribute_of, identifier_in, named_in
from index.tokens import is_chinese, query_terms

_ERROR = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+")
"""An error or a reason (`ImagePullBackOff`), which no pronoun of the same sentence stands for."""
_ASKED_FOR = re.compile(r"^(?:which|what|whose|how many|how much) $", re.IGNORECASE)
"""Before a name that is an everyday word: `what user does it run as?`."""
_ASKS = re.compile(
    r"(?:(?:how (?:much|many)|which|what)(?: [\w-]+){1,2} |(?:how (?:often|long)|where|when|why|how) )?"
    r"(?:may|might|can|could|must|should|will|would|do|does|did|has|have|is|are) ",
    re.IGNORECASE,
)
"""Before a pronoun this says nothing that it may stand for."""
_MOST_WORDS = 9
_EVENT = re.compile(
    r"^(?:since when|when|why|how|how long|how often|who|what|how many times|for how long|did|has|had|was|is|will|"
    r"could|can)\b.*\b(?:it|that|this)(?: (?:all|really|actually|first))? "
    r"(?:happen|occur|start|begin|end|stop|last|cost|cause|affect|break|hit|hurt)(?:s|ed|t)?\b"
    r"|^(?:who|what) (?:else )?(?:noticed|found|fixed|solved|caused|resolved|stopped|triggered|reported|"
    r"ended) (?:it\b|(?:that|this)(?=$| (?:in|on|at|for|last|then|first)\b))",
    re.IGNORECASE,
)
"""Asked of something that happened, not of a thing."""
_TOLD_OF_EVENT = re.compile(
    r"\b(?:happen(?:ed|s|ing)?|went wrong|gone wrong|wrong with|broke|broken|crash(?:ed|es|ing)?|fail(?:ed|s|ing|"
    r"ures?)?|outages?|incidents?|post-?mortems?|"
    r"restart(?:ed|s|ing)?|killed|down|pending|not (?:ready|available|running|healthy|bound|work(?:ing)?)|"
    r"unavailable|unhealthy|error(?:s|ed)?|deleted|changed|rolled (?:out|back)|"
    r"deployed|scaled|migrat\w+|launch\w*|released?)\b",
    re.IGNORECASE,
)
_HAPPENS = re.compile(r"\b(?:happen|occur)(?:s|ed)?\b", re.IGNORECASE)
_MOST_BEFORE = 3
"""A pronoun behind so many words that mean something stands for one of these."""


def resolved(rest: str, before: Before, places: Sequence[Span], *, chinese: bool) -> str | None:
    """`who owns it?`: what the words stand for is put in their place."""
    if words.EXPLETIVE.search(rest):
        return None
    people = re.search(r"\bthey\b", rest, re.IGNORECASE)
    if people and re.match(r"(?:do|are|were|have|can) they\b", rest, re.IGNORECASE):
        people = None if set_of(before.base, before.names) else people
    if people and len(query_terms(rest)) >= _MOST_BEFORE:
        return None  # people in general, as in `when will they put me on the rota?`
    if _EVENT.match(rest) and not _says_before(words.IT, rest) and _of_event(rest, before):
        return f"{rest}: {words.TAIL.sub('', before.base).rpartition(': ')[2]}?"
    if _stands_for_all(rest, before):
        return elliptic.of_topic(rest, before.event, before.names)
    found = [
        m
        for pattern in (
            words.THERE,
            words.ITS,
            words.IT,
            words.THAT,
            words.IT_CHINESE,
            words.THERE_CHINESE,
        )
        if (m := pattern.search(rest))
    ]
    if not found or any(_says_before(m.re, rest) for m in found):
        return None
    if _names_first(rest, before, min(m.start() for m in found)) and not any(
        m.re in (words.THERE, words.THERE_CHINESE) for m in found
    ):
        return None
    old = before.there()
    if words.THERE.search(rest) and (not old or before.is_of_doing()):
        return elliptic.of_topic(words.THERE.sub("", rest), before.base, before.names)
    where = " ".join(f"in {place.text}" for place in old)
    text = words.THERE_CHINESE.sub(
        lambda _: old[0].text if old else "", words.THERE.sub(lambda _: where, rest)
    )
    if words.THAT.search(rest) and len(found) == 1:
        if (told := before.told()) and not words.DOES_IT.match(rest):
            return f"{words.THAT.sub(lambda _: told, rest)}?"
        return elliptic.of_topic(rest, before.event, before.names)
    subject = before.subject(rest, many=words.MANY.search(rest) is not None)
    if (attribute := attribute_of(before.base)) and words.OF_VALUE.search(rest) and attribute != subject:
        subject = f"the {attribute} of {subject}"
    text = words.ITS.sub(lambda _: f"{subject}'s", text)
    for pattern in (words.IT, words.IT_CHINESE):
        text = pattern.sub(lambda _: subject, text)
    text = before.placed(f"{text.strip()}{'？' if chinese else '?'}", before.places(places, text))
    return text


def _says_before(pronoun: re.Pattern[str], rest: str) -> bool:
    """Whether a pronoun may stand for something that `rest` itself says before it."""
    found = pronoun.search(rest)
    if not found:
        return False
    lead = rest[: found.start()]
    if _ASKS.fullmatch(lead) or (pronoun is words.THAT and words.AFTER_THAT.search(rest)):
        return False
    if len(lead.split()) >= _MOST_WORDS:
        return True
    # Of Chinese every two characters are a term; there only names count.
    said = len(re.findall(r"[A-Za-z][\w.-]+", lead) if is_chinese(lead) else query_terms(lead))
    return said >= _MOST_BEFORE or re.search(r"\w[?.!]\s" if said < 2 else r"\w[?.!,:;]\s", lead) is not None


def _names_first(rest: str, before: Before, pronoun: int) -> bool:
    """Whether `rest` names something that its pronoun may stand for: before it, or by a name that nobody knows."""
    named = [span for span in named_in(rest, before.names) if not _ASKED_FOR.match(rest[: span.start])]
    if any(span.start < pronoun for span in named):
        return True
    looks = identifier_in(rest, before.names)
    return looks is not None and not named and not _ERROR.fullmatch(looks.text)


def _stands_for_all(rest: str, before: Before) -> bool:
    """Whether a pronoun stands for all that was asked: for doing something, or for whoever does it."""
    head = before.base.rpartition(": ")[0]
    if _says_before(words.PERSON, rest) or _says_before(words.IT, rest):
        return False
    pronouns = [m.start() for p in (words.PERSON, words.IT, words.DOES_IT) if (m := p.search(rest))]
    if not pronouns or _names_first(rest, before, min(pronouns)):
        return False
    if words.PERSON.search(rest) and (words.WHO.match(before.base) or words.PERSON.search(head)):
        return True
    if words.DOES_IT.match(rest) or (before.is_of_doing() and words.NEEDS.match(rest)):
        return True
    return bool(before.is_of_doing() and words.IT.search(rest) and not words.OF_DOING.search(rest))


def _of_event(rest: str, before: Before) -> bool:
    """Whether the last question told of something that happened, or nothing but that could be meant."""
    return _HAPPENS.search(rest) is not None or _TOLD_OF_EVENT.search(before.base) is not None
