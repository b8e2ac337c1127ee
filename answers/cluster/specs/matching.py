"""Finds the fields that a loosely worded question asks for: by what people say for them, and by their names."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answers.cluster.mentions import Mention
from answers.cluster.reading import Reading
from answers.cluster.second.inside import FieldFinder
from answers.cluster.specs.glossary import Entry, entries_of
from answers.cluster.specs.held import Held
from answers.cluster.specs.settings import OF_SETTINGS, spoken_for

_NAMED_LESS = 0.05
"""So much less a likeness to a field's name counts than one to what people say for it."""
_ASKED_FIRST = 3
"""The word up to which a kind is what is asked for."""
_SHARED = 0.03
"""What each word of a setting's own name weighs that stands in the question."""
_QUESTIONS = 8
"""Questions whose likeness is remembered."""
_POLARITY = 0.06
"""What it costs that one of a question and an entry says no and the other does not."""
NEGATES = re.compile(
    r"\b(?:no|not|none|never|nobody|nothing|without|cannot|can ?t|don ?t|doesn ?t|isn ?t|aren ?t"
    r"|won ?t|refus\w+|lack\w*|den(?:y|ies))\b|n't\b"
)
_WORD = re.compile(r"[\w][\w'/-]*")


@dataclass(frozen=True, slots=True)
class Match:
    """A field that a question is like; `value` where the words are those of one value, `said` the words themselves.

    `negated`: the words say no. `spoken`: they are from the glossary and no name of a field.
    """

    held: Held
    value: str
    said: str
    score: float
    spoken: bool

    @property
    def negated(self) -> bool:
        """Whether the words say that something is not so."""
        return NEGATES.search(self.said) is not None


class SpecFinder:
    """Compares questions with fields by the index's own embedding model."""

    def __init__(self, fields: FieldFinder) -> None:
        self._fields = fields
        self._scores: OrderedDict[str, dict[str, float]] = OrderedDict()

    def _likeness(self, texts: Sequence[str], asked: str) -> list[float]:
        """How like each text is; one question is compared with the fields of several objects."""
        known = self._scores.setdefault(asked, {})
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, self._fields.likeness(new, asked), strict=True))
        while len(self._scores) > _QUESTIONS:
            self._scores.popitem(last=False)
        return [known[text] for text in texts]

    def find(self, held: Mapping[str, Held], asked: str, *, named: bool = True) -> list[Match]:
        """The fields, the likest first, each once for every value that the words are for.

        `named`: by their names too, and not only by what people say for them.
        """
        said: list[tuple[Held, str, str, bool]] = []
        for one in held.values():
            if named:
                said.append((one, "", one.words, False))
            said += [
                (one, entry.value, entry.text, True)
                for entry in _said_for(one.key)
                if not entry.value or one.valued(entry.value)
            ]
        negated = NEGATES.search(asked) is not None
        words = frozenset(asked.split())
        best: dict[tuple[str, str], Match] = {}
        likeness = self._likeness([text for _, _, text, _ in said], asked)
        for (one, value, text, spoken), like in zip(said, likeness, strict=True):
            differs = spoken and bool(value) and (NEGATES.search(text) is not None) is not negated
            score = like - _NAMED_LESS * (not spoken) - _POLARITY * differs + _shared(one.key, words)
            key = one.key, value
            if key not in best or score > best[key].score:
                best[key] = Match(one, value, text, score, spoken)
        return sorted(best.values(), key=lambda match: -match.score)


def _said_for(key: str) -> tuple[Entry, ...]:
    """What people say for a field, or for an option or a variable that a program is started with."""
    return spoken_for(key) if key.startswith(f"{OF_SETTINGS}.") else entries_of(key)


def _shared(key: str, words: frozenset[str]) -> float:
    """What it weighs that words of a setting's own name are in the question: `the cart service` of many."""
    return _SHARED * len(words.intersection(key.split(".")[1:])) if key.startswith(f"{OF_SETTINGS}.") else 0.0


def question_of(question: str, reading: Reading) -> str:
    """The question as it was put, `it` for the objects that it names, `ones` for a kind, without namespaces."""
    asked = question.lower()
    for mention in sorted(reading.named, key=lambda one: -len(one.said)):
        asked = _without(asked, mention, reading)
    if not reading.mentions and reading.subjects and reading.subjects[0].first <= _ASKED_FIRST:
        first = reading.subjects[0]
        words = " ".join(token.low for token in reading.tokens[first.first : first.last])
        asked = re.sub(rf"(?<![\w-]){re.escape(words)}(?![\w-])", "ones", asked, count=1)
    asked = re.sub(r"\bit(?:'s| s)? (?:§ )*it\b", "it", asked.replace("§", " "))
    return " ".join(_WORD.findall(asked))


def _without(asked: str, mention: Mention, reading: Reading) -> str:
    said = rf"(?<![\w-]){re.escape(mention.said.lower())}(?![\w-])"
    if mention.namespace:
        return re.sub(rf"(?:\b(?:in|of|from) )?(?:the )?{said}(?: namespace)?(?:'s)?", " ", asked)
    if mention.guessed:
        return asked
    kinds = "|".join(
        re.escape(" ".join(t.low for t in reading.tokens[s.first : s.last]))
        for s in reading.typed
        if s not in reading.subjects
    )
    near = rf"(?:(?:the|our|of) )*(?:(?:{kinds}) )?" if kinds else r"(?:(?:the|our) )?"
    return re.sub(rf"{near}{said}(?: (?:{kinds})\b)?" if kinds else f"{near}{said}", "it", asked, count=1)


def best_of(matches: Sequence[Match], within: float) -> list[Match]:
    """The best and what is hardly farther, each field once."""
    found: dict[str, Match] = {}
    for one in matches:
        if one.score >= matches[0].score - within:
            found.setdefault(one.held.key, one)
    return list(found.values())


def lead_of(matches: Sequence[Match]) -> float:
    """How much nearer the first is than the next field of another name."""
    name = matches[0].held.key.rpartition(".")[2]
    others = (one.score for one in matches if one.held.key.rpartition(".")[2] != name)
    return matches[0].score - next(others, 0.0)
