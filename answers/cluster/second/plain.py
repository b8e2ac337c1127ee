"""Which words of a question are plain English, by what the index's own model knows as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from answers.cluster.mentions import VERSION, Mention
from answers.cluster.named import counts_things
from answers.cluster.reading import Reading
from answers.cluster.second.nearest import Vectors
from answers.cluster.second.phrasings import words
from index.embedding.models import knows_whole

_LONG = 20
"""Words from which on a question tells a story, of which the objects are only a part."""
_UNKNOWN = 4
"""Words that nothing explains which a question may hold."""
_STEM = 3


class Model(Protocol):
    """The index's embedding model."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, with two special ones."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text."""
        ...


class PlainWords:
    """Tells plain English from names; `model` gives the index's model."""

    def __init__(self, model: Callable[[], Model]) -> None:
        self._model = model

    def knows(self, word: str) -> bool:
        """Whether a word or its stem is one of plain English, which the model knows as a whole, and no name."""
        if VERSION.fullmatch(word) or word in words():
            return True
        return knows_whole(self._model().count_tokens, word, *_stems(word))

    def is_plain(self, mention: Mention, reading: Reading) -> bool:
        """Whether a name is a word as well, and no object of that name is asked about."""
        elsewhere = bool(reading.namespaces) and not any(
            n.namespace in reading.namespaces for n in mention.nodes
        )
        doubtful = mention.guessed and (
            bool(reading.kinds) or any(not other.guessed for other in reading.named)
        )
        free = not mention.namespace and not mention.kinds
        return free and (elsewhere or doubtful) and self.knows(mention.said.lower())

    def is_foreign(self, reading: Reading) -> bool:
        """Whether a word is neither explained nor plain English, or a name was only guessed."""
        if len(reading.unknown) > _UNKNOWN or len(reading.tokens) > _LONG:
            return True
        strange = any(not self.knows(word.lower()) for word in reading.unknown)
        guessed = any(mention.guessed for mention in reading.named)
        return bool(reading.missing) or strange or guessed or counts_things(reading)


def _stems(word: str) -> list[str]:
    """What a word may be an inflection of: `flap` of `flapping`, `cope` of `coping`."""
    for ending in ("ing", "ed", "es", "s", "er", "ly"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _STEM:
            return [stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem]
    return []
