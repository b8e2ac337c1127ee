"""Words of a question that name something: objects, namespaces, kinds of objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from answers.cluster.wording import ASPECTS, FILLERS, VOCABULARY
from cluster.graph import Node
from connectors import environments

_OWN_NAMED = frozenset(
    {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "HorizontalPodAutoscaler"}
)
"""Kinds of objects that are named after what they are for."""
VERSION = re.compile(r"\d+(?:\.\d+)?(?:[kmgtp]i?)?b?|v?\d+(?:\.\d+)*(?:-[\w.]+)?|:[\w.-]+")
"""A number, a quantity, a version or a tag: it looks like a name and is none."""
_OF_FIELDS = frozenset({"selector", "selectors", "affinity", "affinities", "cidr", "cidrs"})
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
"""The name of an environment variable, as people write those."""
_SAYS_VARIABLE = re.compile(
    r"§ (?:(?:env|environment)(?: var| variable)?|var|variable)\b(?!s)"
    r"|§ (?:in|among|as) (?:(?:its|their|the|an?) )?(?:env|environment|var|variable)"
    r"|(?:env|environment|var|variable)s?(?: called| named| like)? §"
)
_LINKS = frozenset({"called", "named", "the", "name", "a", "an", "object", "resource"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the question."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """In lower case."""
        return self.text.lower()


@dataclass(slots=True)
class Mention:
    """An object or a namespace as the question names it: the words `first:last`, and what they may mean.

    `guessed`: it is spelled in another way; `many`: all objects of the name are meant (`the grafanas`).
    """

    first: int
    last: int
    said: str
    nodes: list[Node] = field(default_factory=list)
    namespace: str = ""
    kinds: tuple[str, ...] = ()
    guessed: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class KindMention:
    """Words that name kinds of objects."""

    first: int
    last: int
    kinds: tuple[str, ...]


def is_variable(place: int, tokens: Sequence[Token]) -> bool:
    """Whether a word in capitals is said to be a variable, and no object of that name: `with a KAFKA env var`."""
    if not VARIABLE.fullmatch(tokens[place].text):
        return False
    words = [token.low for token in tokens[max(place - 3, 0) : place + 4]]
    words[min(place, 3)] = "§"
    return _SAYS_VARIABLE.search(" ".join(words)) is not None


def typed(
    tokens: Sequence[Token], mentions: Sequence[Mention], subjects: Sequence[KindMention]
) -> list[KindMention]:
    """Narrows each name to the kind that stands beside it; gives the kinds that stand for themselves."""
    used: list[KindMention] = []
    for mention in mentions:
        near = beside(mention.first, mention.last, tokens, subjects)
        for subject in near or _of_their_own(mention, tokens, subjects):
            if mention.namespace and "Namespace" in subject.kinds:
                used.append(subject)
            of_kind = [n for n in mention.nodes if n.kind in subject.kinds]
            if of_kind:
                mention.nodes, mention.kinds = of_kind, subject.kinds
                used.append(subject)
                break
    return [
        s
        for s in subjects
        if s not in used and not any(m.first < s.last and s.first < m.last for m in mentions)
    ]


def _of_their_own(
    mention: Mention, tokens: Sequence[Token], subjects: Sequence[KindMention]
) -> list[KindMention]:
    """A custom kind before `of` or `for` and a name that an object of the kind has: `destination rule for reviews`."""
    before = tokens[mention.first - 1].low if mention.first else ""
    return [
        s for s in subjects
        if before in ("of", "for") and s.last == mention.first - 1
        and any(
            n.kind in s.kinds and (n.kind in _OWN_NAMED or ("." in n.group and not n.group.endswith(".k8s.io")))
            for n in mention.nodes
        )
    ]  # fmt: skip


def beside(
    first: int, last: int, tokens: Sequence[Token], subjects: Sequence[KindMention]
) -> list[KindMention]:
    """The kinds that stand right before (`deployment cart`, `hpa called cart`) or behind a name."""
    before = first
    while before > 0 and tokens[before - 1].low in _LINKS:
        before -= 1
    return sorted(
        (s for s in subjects if s.last in (first, before) or s.first == last), key=lambda s: s.first == last
    )


def is_of_field(place: int, tokens: Sequence[Token]) -> bool:
    """Whether a word for a kind is a part of a field's or a label's name: `node selector`, `the pod security label`."""
    behind = [token.low for token in tokens[place + 1 : place + 4]]
    if behind and behind[0] in _OF_FIELDS:
        return True
    before = tokens[place - 1].low if place else ""
    if before not in _LINKS or not behind or tokens[place].low.endswith("s"):
        return False
    ends = [i for i, word in enumerate(behind) if re.fullmatch(r"labels?|annotations?", word)]
    return bool(ends) and ends[0] > 0 and not {*behind[: ends[0]]} & (FILLERS | VOCABULARY)


def is_plural(subject: KindMention, tokens: Sequence[Token]) -> bool:
    """Whether a kind is named in the plural."""
    last = tokens[subject.last - 1].low
    return last.endswith("s") and not last.endswith(("ss", "us"))


def is_inside(place: int, spans: Sequence[Mention | KindMention]) -> bool:
    """Whether a word belongs to one of these."""
    return any(span.first <= place < span.last for span in spans)


def is_known(token: Token) -> bool:
    """Whether the grammar knows a word, or it carries nothing."""
    low = token.low
    if low in FILLERS or low.isdigit() or VOCABULARY & {low, f"{low}s"}:
        return True
    return any(pattern.fullmatch(low) for _, pattern in ASPECTS)


def covered(text: str, tokens: Sequence[Token], spans: Sequence[Mention | KindMention]) -> str:
    """The text with names covered, so that no word of a name is read as one of the grammar."""
    masked = list(text)
    for span in spans:
        for place in range(tokens[span.first].start, tokens[span.last - 1].end):
            masked[place] = "§"
    return "".join(masked)


def is_cluster(word: str, cluster: str) -> bool:
    """Whether a word names a cluster: its name, or the environment that its name says (`prod` for `production`)."""
    said = environments.canonical(word)
    return word == cluster.lower() or bool(said and said == environments.canonical(cluster.lower()))


@lru_cache(maxsize=4_096)
def compiled(pattern: str) -> re.Pattern[str]:
    """The grammar asks for more patterns than `re` itself remembers."""
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")
