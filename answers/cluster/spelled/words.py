"""The words of a question that name a field, and those that say nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.fields import CAMEL, Path
from answers.cluster.mentions import is_plural
from answers.cluster.reading import Reading
from index.tokens import stem

FREE = frozenset({"labels", "annotations", "matchLabels", "data", "stringData", "nodeSelector"})
"""Fields under which stands what people name themselves."""
_SAYS_NOTHING = frozenset(
    "which what list show me all every any the a an of in on for with whose is are be to that there do does we our us "
    "you have has had having how many count number set sets setting configured configure defined define use uses using "
    "equal equals value values please currently now right field fields called at give get find tell i need see it its "
    "their as namespace ns and whole cluster clusters named exist exists".split()
)
_DROPPED = frozenset({"name", "names", "type", "value", "number", "ref", "spec", "key"})
"""Ends of fields' names that people leave away."""
_TOKEN = re.compile(r"[a-z0-9_]+", re.IGNORECASE)
_MOST = 3_000
"""Objects that are looked into."""


def subjects_of(question: str, reading: Reading, catalog: Catalog) -> Iterator[tuple[Sequence[str], str]]:
    """The kinds that a question names in the plural, each with the question in lower case, these words covered."""
    low = question.lower()
    for subject in reading.typed:
        said = " ".join(token.low for token in reading.tokens[subject.first : subject.last])
        if said in low and is_plural(subject, reading.tokens) and 0 < len(catalog.of(subject.kinds)) <= _MOST:
            yield subject.kinds, low.replace(said, "§" * len(said), 1)


def tokens_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [match[0].lower() for match in _TOKEN.finditer(text)]


def places_of(reading: Reading) -> set[str]:
    """The words of the namespaces and clusters that a question names."""
    return {word for name in (*reading.namespaces, *reading.clusters) for word in tokens_of(name)}


def is_all(tokens: Sequence[str], used: Collection[int], places: Collection[str]) -> bool:
    """Whether every word is one of a field (`used`), one of `places`, or says nothing."""
    return all(i in used or word in _SAYS_NOTHING or word in places for i, word in enumerate(tokens))


def words_of_field(tokens: Sequence[str], path: Path) -> set[int]:
    """The places of the words that name a field: its own in a row, and those of what it stands under; or none."""
    own = own_words(path)
    forms = [own, own[:-1]] if len(own) > 1 and own[-1] in _DROPPED else [own]
    stems = [stem(token) for token in tokens]
    above = {stem(part.lower()) for step in path[:-1] for part in CAMEL.split(str(step)) if part}
    for form in forms:
        wanted = [stem(part) for part in form]
        for first in range(len(tokens) - len(form), -1, -1):
            if stems[first : first + len(form)] == wanted:
                used = set(range(first, first + len(form)))
                return used | {i for i, one in enumerate(stems) if one in above and i not in used}
    if places := {i for i, token in enumerate(tokens) if token == "".join(own)}:
        return places | {i for i, one in enumerate(stems) if one in above}
    if own == ["type"] and len(path) > 1:  # `strategy` of `strategy.type`
        return words_of_field(tokens, path[:-1])
    return set()


def own_words(path: Path) -> list[str]:
    """The words of a field's own name, in lower case."""
    return [part.lower() for part in CAMEL.split(str(path[-1])) if part]
