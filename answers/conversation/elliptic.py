"""Questions that leave out what they are about: `how often?`, `who decided that?`, `what else?`, `谁批准？`."""

from __future__ import annotations

import re

from answers.conversation import words
from answers.conversation.phrases import bare
from answers.conversation.topic import Names, named_in, places_in, topic_of
from index.tokens import STOP_WORDS, is_chinese
from index.tokens import words as tokens


def of_topic(rest: str, base: str, names: Names) -> str:
    """`rest` asked of what `base` was about; places that `rest` names take the place of those of `base`."""
    topic = topic_of(base)
    if places_in(rest, names):
        topic = bare(topic, places_in(topic, names))
    rest = words.THAT.sub("", rest).strip()
    return f"{topic} {rest}？" if is_chinese(rest) else f"{rest}: {topic}?"


def with_condition(rest: str, base: str) -> str | None:
    """The last question with a condition: `how do I roll back checkout` after `and when argo is down?`."""
    found = words.CONDITION.match(rest)
    return f"{words.TAIL.sub('', base)} {found['c']}?" if found else None


def interrogative(rest: str, base: str, names: Names) -> str | None:
    """The last question with another word that asks: `how often are secrets rotated?` after `how often?`."""
    if not words.INTERROGATIVE.match(rest) or (_AMOUNT_IN.match(rest) and not places_in(rest, names)):
        return None
    if words.ADVERBIAL.match(rest) and words.INVERTED.match(base) and ": " not in base:
        return f"{words.INVERTED.sub(rest, words.TAIL.sub('', base), count=1)}?"
    head, colon, topic = base.rpartition(": ")
    if colon and (asked := words.WHO.match(head)):
        return f"{rest} {head[asked.end() :].strip()}: {topic}"
    return of_topic(rest, base, names)


def is_of_doing(base: str) -> bool:
    """Whether a Chinese question asks how something is done, or something of doing it."""
    last = base.rstrip("？? ").rpartition(" ")
    return ": " in base or words.HOW_TO.search(base) is not None or (bool(last[1]) and bare_chinese(last[2]))


def bare_chinese(rest: str) -> bool:
    """Whether a Chinese question says nothing of what it is about: `谁批准？`."""
    return words.BARE_CHINESE.match(rest.replace(" ", "")) is not None


def without_subject(rest: str, base: str, names: Names, *, trails: bool) -> str | None:
    """A question that could be asked of anything, asked of what `base` was about; None where it names something.

    `trails` says that it ends in a word such as `then`.
    """
    if named_in(rest, names) or words.NOT.match(rest) or rest.lower().endswith(" one"):
        return None
    if is_chinese(rest):
        return of_topic(rest, base, names) if bare_chinese(rest) else None
    said = [word for word in tokens(rest) if word.lower() not in STOP_WORDS]
    if words.COMES_FIRST.match(rest):
        return of_topic(rest, base, names)
    if (words.NEEDS.match(rest) or words.NUMBERED.match(rest)) and (
        ": " in base or words.HOW_TO.search(base)
    ):
        return of_topic(rest, base, names)
    general = len(tokens(rest)) > 1 and all(word.lower() in words.GENERIC for word in said)
    led = words.LED_BY_PREPOSITION.match(rest) is not None and len(said) <= _FEW
    if general or led or (trails and len(said) <= _FEW) or words.DEMONSTRATIVE.search(rest):
        return of_topic(rest, base, names)
    return None


_FEW = 2
_AMOUNT_IN = re.compile(r"how many \w", re.IGNORECASE)
"""`how many in the team?`: of something else, if not of a place."""
