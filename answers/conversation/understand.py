"""Makes a question that goes on from the ones before into one that stands by itself; no model is asked.

Whatever a follow-up leaves out is carried over from the last question: its subject, environment, namespace or
cluster, or what was asked of it. A question that says all of that itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.conversation import again, elliptic, forms, openers, pronouns, things, words
from answers.conversation.before import Before, told_of
from answers.conversation.itself import refers_within
from answers.conversation.openers import Kind, Opened
from answers.conversation.phrases import bare, is_phrase, opposed, replaced, with_adjective, without
from answers.conversation.topic import (
    NO_NAMES,
    Names,
    Span,
    identifier_in,
    named_in,
    places_in,
    sibling_of,
    subject_of,
    topic_of,
)
from index.tokens import is_chinese, query_terms

LONGEST = 2_000
LONGEST_FOLLOW = 500
"""Characters: a longer question says itself what it is about."""
_PLACE_WORDS = re.compile(
    rf"(?:{words.PREPOSITION}|the|our|and|or|{words.PLACE_NOUN}|[,/?\s]|在|的|和|上|里|环境|集群|命名空间)+",
    re.IGNORECASE,
)
_UNKNOWN_PLACE = re.compile(
    r"^(?:in|on|within|inside)\s+(?:the |our )?(?P<x>[\w.-]+(?: [\w.-]+)?)$", re.IGNORECASE
)
_ONE = re.compile(r"\b(?:(?:the )?ones?|those|these|them)\b|的$", re.IGNORECASE)
_LED = re.compile(r"^(for|of|with|to|from|about) (?:the |our )?([\w.-]+(?: [\w.-]+)?)$", re.IGNORECASE)
_OF_SOMETHING = re.compile(rf"^(?:the )?({words.ATTRIBUTE}) (?:of|for) (.+)$", re.IGNORECASE)
_SUCH_ONE = re.compile(r"^(?:the |our |a |an )?(?P<x>[\w-]+(?: [\w-]+)?) ones?$", re.IGNORECASE)
_ONE_FOR = re.compile(r"^(?:the )?ones? (?P<x>(?:for|of|from|with) [\w-]+)$", re.IGNORECASE)
_OF_PLACE = re.compile(r"\b(?:of|for)\b|\bnamespace\b|^how many\b", re.IGNORECASE)
_SUBJECT_DRESS = re.compile(
    rf"^(?:{words.PREPOSITION} )?(?:the |our |a |an )?(?P<x>.+?)(?: (?:service|app|application|one))?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it is answered; `carried` if something of it comes from the turns before."""

    text: str
    carried: bool = False


def understand(
    question: str, turns: Sequence[str], names: Names = NO_NAMES, cited: Sequence[Sequence[str]] = ()
) -> Understood:
    """The question that is meant after `turns` (earlier questions as they were understood, the last one last).

    `cited` holds for each of them the ids of the documents that its answer cites.
    """
    asked = " ".join(question.split())
    answered = cited or [()] * len(turns)
    kept = [pair for pair in zip(turns, answered, strict=True) if _says_something(pair[0])]
    turns, found = [turn for turn, _ in kept], [told_of(turn, ids, names) for turn, ids in kept]
    if not turns or not asked or len(asked) > LONGEST_FOLLOW:
        return Understood(question)
    begun = openers.opened(asked, turns)
    if begun.kind is Kind.NEW:
        return Understood(begun.rest)
    if begun.kind is Kind.RETURNS:
        made = _returned(begun, turns, names, [ids for _, ids in kept])
    else:
        made = _Follow(begun, Before(turns, names, found)).text()
    if (
        begun.kind is Kind.CORRECTS
        and words.ASKING.match(begun.rest)
        and (made is None or openers.is_whole(begun.rest))
    ):
        return Understood(begun.rest)
    if made is None or made == asked or len(made) > LONGEST:
        return Understood(question)
    return Understood(made, carried=True)


def _says_something(turn: str) -> bool:
    """Whether a turn is more than thanks: nothing goes on from these."""
    rest = words.TAIL.sub("", words.SOFT.sub("", turn)).strip()
    return bool(rest) and not words.THANKS.match(rest)


def _returned(
    begun: Opened, turns: Sequence[str], names: Names, cited: Sequence[Sequence[str]]
) -> str | None:
    """`back to cart: which image?`: asked of the last turn that spoke of it."""
    number = openers.turn_about(begun.about, turns) if begun.turn is None else max(begun.turn % len(turns), 0)
    before = list(turns[: number + 1]) if number is not None else [begun.about]
    if not words.TAIL.sub("", begun.rest):
        return before[-1] if number is not None else None
    a_name = (
        named_in(begun.about, names) or places_in(begun.about, names) or identifier_in(begun.about, names)
    )
    if number is None and not a_name:
        return None
    answered = cited[: number + 1] if number is not None else ()
    asked = understand(begun.rest, before, names, answered).text
    if asked == begun.rest and number is None:
        return None
    if asked == begun.rest and not named_in(begun.rest, names):
        return elliptic.of_topic(words.TAIL.sub("", begun.rest), before[-1], names)
    if number is None or not a_name or openers.said(begun.about).search(asked):
        return asked
    # The turn speaks of something else as well; what was named to go back to is what is meant.
    return understand(begun.rest, [begun.about], names).text


class _Follow:
    """One question against the turns before it."""

    def __init__(self, begun: Opened, before: Before) -> None:
        asked = begun.rest
        self.begun = begun
        self.before = before
        self.names = before.names
        self.turns = before.turns
        self.base = before.base
        self.chinese = is_chinese(asked)
        rest = words.SOFT.sub("", asked)
        rest = words.DIFFERENT.sub(r"what about \g<x>", rest)
        plain = words.STRONG.sub("", rest)
        self.joins = words.JOINS.match(asked[: len(asked) - len(rest)] + " ") is not None
        self.leads = plain != asked or bool(words.ENDS_ON.search(asked))
        self.corrects = begun.kind is Kind.CORRECTS
        self.strong = self.corrects or plain != rest or bool(words.ENDS_ON.search(asked))
        self.trails = words.TRAILS.search(asked) is not None
        self.rest = forms.shown_as(words.TAIL_CHINESE.sub("", words.TAIL.sub("", plain)).strip())
        self.asked = asked

    def text(self) -> str | None:
        """What is meant; None where the question stands by itself."""
        rest = self.rest
        if not rest:
            return None
        if words.WHY.match(rest):
            return again.why(self.turns)
        if (
            words.NOT.match(rest)
            or words.THANKS.match(rest)
            or words.REST.match(rest)
            or words.PRONOUN.match(rest)
        ):
            return None
        if forms.is_other_form(rest):
            return self.base
        if forms.is_wider(rest):
            return again.everywhere(self.before)
        made = again.arranged(rest, self.base) or again.of_other_time(rest, self.base)
        if not made and (self.leads or self.strong):
            made = again.of_other_kind(rest, self.before, only=words.ONLY.match(self.asked) is not None)
        if made:
            return made
        if _LED.match(rest) and is_phrase(rest):
            self.leads = self.joins = True
        if self.begun.instead and (text := again.instead(self.begun, self.turns)):
            return text
        if words.TAKES.match(rest) and words.HOW_TO.search(self.base):
            return f"how long does it take to {topic_of(self.base)}?"
        if words.CHANGED.match(rest) and (named := self.before.named()):
            return self.before.placed(
                f"{rest} {'in' if 'change' in rest else 'with'} {named}?", self.before.places([])
            )
        if self.strong and is_phrase(rest) and words.THERE.search(rest) and (there := self.before.there()):
            # `what about cart in that namespace?`
            rest = self.rest = words.THERE.sub(f"in {there[0].text}", rest)
        places = places_in(rest, self.names)
        if places and not _PLACE_WORDS.sub("", _ONE.sub("", without(rest, places))):
            return again.elsewhere(self.before, places)
        within = refers_within(rest)
        return (
            (None if within else things.of_things(rest, self.turns, places, self.names))
            or elliptic.with_condition(rest, self.base)
            or elliptic.interrogative(rest, self.before.event, self.names)
            or self._attribute(places)
            or self._shown(places)
            or (None if within else pronouns.resolved(rest, self.before, places, chinese=self.chinese))
            or elliptic.without_subject(rest, self.before.event, self.names, trails=self.trails)
            or self._about(places)
        )

    # One way of going on each

    def _attribute(self, places: Sequence[Span]) -> str | None:
        """`and the limits?`, `which version?`: asked of what the last question was about."""
        rest = bare(self.rest, places)
        if self._asks_of_place(places):
            return None
        of_thing = elliptic.bare_chinese(rest) and not elliptic.is_of_doing(self.base) and self.before.named()
        if words.HAS_CHINESE.match(rest) or of_thing:
            return self.before.placed(f"{self.before.subject()} {rest}？", self.before.places(places))
        if words.THE_ONE.match(rest) and self.before.is_of_doing() and not named_in(rest, self.names):
            return elliptic.of_topic(rest, self.base, self.names)
        if words.THE_ONE.match(rest) and not named_in(rest, self.names) and self.before.knows_subject():
            return self.before.placed(f"{rest} of {self.before.named()}?", self.before.places(places))
        if words.IS_THERE.match(rest) or words.SEES.match(rest):
            if self.before.is_of_doing():
                return elliptic.of_topic(rest, self.base, self.names)
            link = "for" if words.IS_THERE.match(rest) else "of"
            return self.before.placed(
                f"{words.ITS.sub('the', rest)} {link} {self.before.subject()}?", self.before.places(places)
            )
        own = named_in(rest, self.names)
        if (
            own
            or self.before.is_other_subject(rest)
            or not (words.IS_ATTRIBUTE.match(rest) or words.ASKS_ATTRIBUTE.match(rest))
        ):
            return None
        subject = self.before.subject(many=words.MANY.search(rest) is not None)
        what = re.sub(r"^(?:(?:the|its|their|any)\b|它的|其)\s*", "", rest, flags=re.IGNORECASE)
        if text := again.of_other_value(rest, self.base):
            return again.elsewhere(self.before, places, text) if places else text
        if words.ASKS_ATTRIBUTE.match(rest):
            made = f"{words.ITS.sub('the', rest)} {'of' if ' ' in rest else 'for'} {subject}"
            if not re.search(words.ATTRIBUTE + "$", rest, re.IGNORECASE):
                return f"{rest}: {topic_of(self.base)}?"
        elif self.chinese:
            made = f"{subject} 的{what}" + ("" if re.search("多少|什么|哪", what) else "是什么")
        else:
            made = f"what {'are' if what.endswith('s') and not what.endswith('ss') else 'is'} the {what} of {subject}"
        return self.before.placed(made + ("？" if self.chinese else "?"), self.before.places(places))

    def _asks_of_place(self, places: Sequence[Span]) -> bool:
        """Whether a namespace is what is asked of: `network policies of shop`, `how many pods in shop?`."""
        if self.leads or not any(place.kind == "namespace" for place in places):
            return False
        return _OF_PLACE.search(self.rest) is not None

    def _shown(self, places: Sequence[Span]) -> str | None:
        """`show me the yaml`: of what the last question was about."""
        rest = bare(self.rest, places)
        match = words.SHOW.match(rest)
        if match is None or self._asks_of_place(places) or named_in(rest, self.names):
            return None
        form = (match["form"] or match["form_zh"]).strip()
        if not words.IS_ATTRIBUTE.match(form):
            return None
        if words.ACTIONS.match(form) and (self.before.is_of_doing() or elliptic.is_of_doing(self.base)):
            mark = "：" if self.chinese else ": how to "
            return f"{rest}{mark}{topic_of(self.base)}"
        made = (
            f"显示 {self.before.subject()} 的 {form}"
            if self.chinese
            else f"show me the {form} of {self.before.subject()}"
        )
        return self.before.placed(made, self.before.places(places))

    def _about(self, places: Sequence[Span]) -> str | None:
        """`what about cart?`: the last question, asked of something else."""
        rest = bare(self.rest, places)
        named = named_in(rest, self.names)
        if (
            named
            and (asked := _OF_SOMETHING.match(rest))
            and is_phrase(asked[2])
            and len(asked[2].split()) <= 3
            and self._goes_on()
        ):
            number = "are" if asked[1].endswith("s") and not asked[1].endswith("ss") else "is"
            return self.before.placed(
                f"what {number} the {asked[1]} of {asked[2]}?", self.before.places(places)
            )
        only_name = bool(named) and not query_terms(without(rest, named))
        if (
            (one := _SUCH_ONE.match(rest))
            and not named
            and (made := with_adjective(one["x"], self.rest, self.base))
        ):
            return made
        if one and not named and (old := subject_of(self.base, self.names)):
            return replaced(self.base, old, f"{one['x']} {old.text}")
        if not (self.strong or only_name or (self.joins and is_phrase(rest))):
            return None
        unknown = _UNKNOWN_PLACE.match(self.rest)
        if unknown and not named:
            return again.elsewhere(self.before, [Span(0, 0, unknown["x"], "place")])
        if not is_phrase(rest):
            return None
        if (one_for := _ONE_FOR.match(self.rest)) and not self.before.knows_subject() and not places:
            return f"{words.TAIL.sub('', self.base)} {one_for['x']}?"
        if opposite := opposed(self.rest, self.base):
            return opposite
        if (led := _LED.match(self.rest)) and not named_in(self.base, self.names):
            return again.of_other(self.base, led[1], led[2])
        if made := again.of_other_word(self.rest, self.base):
            return made
        dressed = _SUBJECT_DRESS.match(rest)
        new = named[0].text if only_name and len(named) == 1 else (dressed["x"] if dressed else rest)
        if (
            self.corrects
            and named
            and not self.before.knows_subject()
            and (turn := self.before.turn_naming())
        ):
            return replaced(turn, named_in(turn, self.names)[-1], new)
        old = sibling_of(new, self.base) or subject_of(self.base, self.names)
        text = replaced(self.base, old, new) if old else f"{self.base} ({new})"
        if not places:
            text = self.before.at_home(text, new)
        return again.elsewhere(self.before, places, text) if places else text

    def _goes_on(self) -> bool:
        """Whether a question that names its thing is said as one that goes on: `the limits of cart?`."""
        return self.leads or re.match(r"the\b", self.rest, re.IGNORECASE) is not None
