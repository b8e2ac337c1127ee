"""Makes a question that goes on from the ones before into one that stands by itself; no model is asked.

Whatever a follow-up leaves out is carried over from the last question: its subject, environment, namespace or
cluster, or what was asked of it. A question that says all of that itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answers.conversation import words
from answers.conversation.phrases import bare, cut, is_phrase, replaced, without
from answers.conversation.topic import NO_NAMES, Names, Span, named_in, places_in, subject_of, topic_of
from index.tokens import is_chinese, query_terms

LONGEST = 2_000
_PLACE_WORDS = re.compile(
    rf"(?:{words.PREPOSITION}|the|our|and|or|{words.PLACE_NOUN}|[,/?\s]|在|的|和|上|里|环境|集群|命名空间)+",
    re.IGNORECASE,
)
_UNKNOWN_PLACE = re.compile(
    r"^(?:in|on|within|inside)\s+(?:the |our )?(?P<x>[\w.-]+(?: [\w.-]+)?)$", re.IGNORECASE
)
_ONE = re.compile(r"\b(?:the )?ones?\b|的$", re.IGNORECASE)
_LED = re.compile(r"^(for|of|with|to|from) (?:the |our )?([\w.-]+(?: [\w.-]+)?)$", re.IGNORECASE)
_OF_SOMETHING = re.compile(rf"^(?:the )?({words.ATTRIBUTE}) (?:of|for) (.+)$", re.IGNORECASE)
_SUBJECT_DRESS = re.compile(
    rf"^(?:{words.PREPOSITION} )?(?:the |our |a |an )?(?P<x>.+?)(?: (?:service|app|application|one))?$",
    re.IGNORECASE,
)
_MOST_BEFORE = 3
"""A pronoun behind so many words that mean something stands for one of these."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it is answered; `carried` if something of it comes from the turns before."""

    text: str
    carried: bool = False


def understand(question: str, turns: Sequence[str], names: Names = NO_NAMES) -> Understood:
    """The question that is meant after `turns` (earlier questions as they were understood, the last one last)."""
    asked = " ".join(question.split())
    if not turns or not asked:
        return Understood(question)
    made = _Follow(asked, turns, names).text()
    if made is None or made == asked or len(made) > LONGEST:
        return Understood(question)
    return Understood(made, carried=True)


class _Follow:
    """One question against the turns before it."""

    def __init__(self, asked: str, turns: Sequence[str], names: Names) -> None:
        self.names = names
        self.base = turns[-1].strip()
        self.turns = turns
        self.chinese = is_chinese(asked)
        rest = words.SOFT.sub("", asked)
        plain = words.STRONG.sub("", rest)
        self.leads = plain != asked or bool(words.ENDS_ON.search(asked))
        self.strong = plain != rest or bool(words.ENDS_ON.search(asked))
        self.rest = words.TAIL_CHINESE.sub("", words.TAIL.sub("", plain)).strip()
        self.asked = asked

    def text(self) -> str | None:
        """What is meant; None where the question stands by itself."""
        rest = self.rest
        if not rest:
            return None
        if words.WHY.match(rest):
            return self._why()
        if words.TAKES.match(rest):
            return f"how long does it take to {topic_of(self.base)}?"
        places = places_in(rest, self.names)
        if places and not _PLACE_WORDS.sub("", _ONE.sub("", without(rest, places))):
            return self._elsewhere(places)
        return self._attribute(places) or self._shown(places) or self._pronouns(places) or self._about(places)

    # One way of going on each

    def _why(self) -> str:
        # Nobody asks why something was shown.
        asked = [turn for turn in self.turns if not words.SHOW.match(words.TAIL.sub("", turn))] or self.turns
        base = words.TAIL.sub("", asked[-1])
        if is_chinese(base):
            base = re.sub("吗$", "", base.removeprefix("为什么").rstrip("？? "))
            return (
                f"为什么？{base}？" if re.search("几|多少|哪|谁|什么|如何|怎么", base) else f"为什么{base}？"
            )
        if re.match(r"why\b", base, re.IGNORECASE):
            return f"{base}?"
        if re.match(r"(?:is|are|does|do|did|has|have|was|were|can|should|must)\b", base, re.IGNORECASE):
            return f"why {base[0].lower()}{base[1:]}?"
        return f"why? {base}?"

    def _elsewhere(self, places: Sequence[Span], base: str = "") -> str:
        """The last question asked of other places."""
        text = base or self.base
        for place in places:
            old = [p for p in places_in(text, self.names) if p.kind == place.kind]
            if len(places) == 1 and len(old) > 1:
                text = cut(text, old[1:])
                old = old[:1]
            if old and place is places[0]:
                text = text[: old[0].start] + place.text + text[old[0].end :]
            else:
                text = self._placed(text, [place])
        return text

    def _attribute(self, places: Sequence[Span]) -> str | None:
        """`and the limits?`, `which version?`: asked of what the last question was about."""
        rest = bare(self.rest, places)
        if words.HAS_CHINESE.match(rest):
            return self._placed(f"{self._subject()} {rest}？", self._carried_places(places))
        own = named_in(rest, self.names)
        if (
            own
            or self._is_other_subject(rest)
            or not (words.IS_ATTRIBUTE.match(rest) or words.ASKS_ATTRIBUTE.match(rest))
        ):
            return None
        subject = self._subject()
        what = re.sub(r"^(?:the|its|their|any|它的|其)\s*", "", rest, flags=re.IGNORECASE)
        if words.ASKS_ATTRIBUTE.match(rest):
            made = f"{words.ITS.sub('the', rest)} {'of' if ' ' in rest else 'for'} {subject}"
            if not re.search(words.ATTRIBUTE + "$", rest, re.IGNORECASE):
                return f"{rest}: {topic_of(self.base)}?"
        elif self.chinese:
            made = f"{subject} 的{what}" + ("" if re.search("多少|什么|哪", what) else "是什么")
        else:
            made = f"what {'are' if what.endswith('s') and not what.endswith('ss') else 'is'} the {what} of {subject}"
        return self._placed(made + ("？" if self.chinese else "?"), self._carried_places(places))

    def _shown(self, places: Sequence[Span]) -> str | None:
        """`show me the yaml`: of what the last question was about."""
        rest = bare(self.rest, places)
        match = words.SHOW.match(rest)
        if match is None or named_in(rest, self.names):
            return None
        form = (match["form"] or match["form_zh"]).strip()
        if not words.IS_ATTRIBUTE.match(form):
            return None
        if words.ACTIONS.match(form) and words.HOW_TO.match(self.base):
            mark = "：" if self.chinese else ": how to "
            return f"{rest}{mark}{topic_of(self.base)}"
        made = (
            f"显示 {self._subject()} 的 {form}"
            if self.chinese
            else f"show me the {form} of {self._subject()}"
        )
        return self._placed(made, self._carried_places(places))

    def _pronouns(self, places: Sequence[Span]) -> str | None:
        """`who owns it?`: what the words stand for is put in their place."""
        rest = self.rest
        if words.EXPLETIVE.search(rest):
            return None
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
        if not found or len(query_terms(rest[: min(m.start() for m in found)])) >= _MOST_BEFORE:
            return None
        if named_in(rest, self.names) and not any(m.re in (words.THERE, words.THERE_CHINESE) for m in found):
            return None
        old = places_in(self.base, self.names)
        where = " ".join(f"in {place.text}" for place in old)
        text = words.THERE_CHINESE.sub(old[0].text if old else "", words.THERE.sub(where, rest))
        if (said := words.THAT.search(rest)) and len(found) == 1:
            return f"{rest[: said.start()].strip()}: {topic_of(self.base)}?"
        subject = self._subject()
        text = words.ITS.sub(f"{subject}'s", text)
        for pattern in (words.IT, words.IT_CHINESE):
            text = pattern.sub(lambda _: subject, text)
        text = self._placed(
            f"{text.strip()}{'？' if self.chinese else '?'}", self._carried_places(places, text)
        )
        return text

    def _about(self, places: Sequence[Span]) -> str | None:
        """`what about cart?`: the last question, asked of something else."""
        rest = bare(self.rest, places)
        named = named_in(rest, self.names)
        if named and (asked := _OF_SOMETHING.match(rest)):
            number = "are" if asked[1].endswith("s") and not asked[1].endswith("ss") else "is"
            return self._placed(f"what {number} the {asked[1]} of {asked[2]}?", self._carried_places(places))
        only_name = bool(named) and not query_terms(without(rest, named))
        if not (self.strong or only_name or (self.leads and is_phrase(rest))):
            return None
        unknown = _UNKNOWN_PLACE.match(self.rest)
        if unknown and not named:
            return self._elsewhere([Span(0, 0, unknown["x"], "place")])
        if not is_phrase(rest):
            return None
        if (led := _LED.match(self.rest)) and not named_in(self.base, self.names):
            return self._of_other(led[1], led[2])
        dressed = _SUBJECT_DRESS.match(rest)
        new = named[0].text if only_name and len(named) == 1 else (dressed["x"] if dressed else rest)
        old = subject_of(self.base, self.names)
        text = replaced(self.base, old, new) if old else f"{self.base} ({new})"
        return self._elsewhere(places, text) if places else text

    def _of_other(self, preposition: str, new: str) -> str:
        """`and of metrics?`: the last question with another thing behind the same preposition, or with one added."""
        old = re.search(rf"\b{preposition} (?:the |our )?(?P<x>[\w.-]+)", self.base, re.IGNORECASE)
        if old:
            return self.base[: old.start("x")] + new + self.base[old.end("x") :]
        return f"{words.TAIL.sub('', self.base)} {preposition} {new}?"

    # What is carried over

    def _subject(self) -> str:
        """What the conversation is about: the nearest name that is known, else what the last question is about."""
        for turn in reversed(self.turns):
            if named := named_in(turn, self.names):
                return named[-1].text
        found = subject_of(self.base, self.names)
        return found.text if found else topic_of(self.base)

    def _is_other_subject(self, rest: str) -> bool:
        """Whether `and metrics?` stands beside what the last question is about: `how long are logs kept?`."""
        if any(named_in(turn, self.names) for turn in self.turns) or words.ITS.match(rest):
            return False
        found = subject_of(self.base, self.names)
        return found is not None and re.fullmatch(words.ATTRIBUTE, found.text, re.IGNORECASE) is not None

    def _carried_places(self, own: Sequence[Span], text: str = "") -> list[Span]:
        """The places of the follow-up, or else those of the last question that `text` does not name already."""
        if own and text:
            return []  # they stand in the text
        carried = list(own) or places_in(self.base, self.names)
        return [place for place in carried if place.text not in text]

    def _placed(self, text: str, places: Sequence[Span]) -> str:
        """`text` with places put at its end, before the question mark."""
        if not places:
            return text
        body = text.rstrip("?？ ")
        mark = text[len(body) :].strip()
        if is_chinese(body):
            return "".join(f"{place.text} " for place in places) + body + mark
        said = [f"in {'namespace ' if place.kind == 'namespace' else ''}{place.text}" for place in places]
        return f"{body} {' and '.join(said)}{mark}"
