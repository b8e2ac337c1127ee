"""What a question names and asks, read against the objects that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.definitions import defined, only
from answers.cluster.gloss import gloss
from answers.cluster.guesses import Guesser
from answers.cluster.idioms import plain, turned
from answers.cluster.kinds import KindWords, singular
from answers.cluster.mentions import (
    KindMention,
    Mention,
    Token,
    beside,
    compiled,
    covered,
    is_cluster,
    is_inside,
    is_known,
    is_of_field,
    is_plural,
    is_variable,
    typed,
)
from answers.cluster.spared import of_one_edition, spared
from answers.cluster.titles import TITLES, is_title, other_editions, pair_places, several, widen
from answers.cluster.wording import AGGREGATES, ASPECTS, FILLERS, Aggregate, Aspect
from cluster.graph import Node

_TOKEN = re.compile(r"[A-Za-z0-9_](?:[\w.:/*=-]*[\w*])?|[\u3400-\u9fff]+")
_EITHER = re.compile(r"(?<![\w/.-])([A-Za-z]+)/([A-Za-z]+)(?![\w/.-])")
_ADDRESS = re.compile(
    r"(?<![\w./-])(?:https?://)?([a-z0-9][a-z0-9-]*)\.([a-z0-9][a-z0-9-]*)(?:\.svc(?:\.cluster\.local)?)?(?::\d+)?(?![\w/.-]*\w)"
)
"""A Service as the cluster's DNS has it: `cart.shop`, `http://cart.shop.svc.cluster.local:8080`."""
_POSSESSIVE = re.compile(r"'s?(?![A-Za-z])|[`\"“”]")
_INTO = frozenset("in inside within from namespace ns namespaces of into for on at or and than".split())
_ARTICLES = frozenset({"the", "our", "my", "a"})
_ASKS_OF = frozenset("does is of for has by are do and can with on in the what's run".split())
_ADJECTIVES = frozenset({"main", "default"})
"""Names that say which of several things of another kind are meant."""
_LONGEST = 2_000


@dataclass(slots=True)
class Reading:
    """A question taken apart.

    `masked` is its text in lower case with names covered, `loose` with the kinds of those names too. `unknown` are
    the words that mean nothing here; `missing` those of them that look like names. `named` and `typed` are all names,
    those of namespaces too, and all words for kinds, those beside a name too.
    """

    text: str
    masked: str
    loose: str
    tokens: list[Token]
    mentions: list[Mention]
    namespaces: list[str]
    clusters: list[str]
    subjects: list[KindMention]
    aspects: list[Aspect]
    aggregates: list[Aggregate]
    unknown: list[str]
    missing: list[str]
    named: list[Mention]
    typed: list[KindMention]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are asked about, in the order in which they are named."""
        return tuple(dict.fromkeys(kind for subject in self.subjects for kind in subject.kinds))

    @property
    def aspect(self) -> Aspect | None:
        """What is asked first of all."""
        return self.aspects[0] if self.aspects else None

    @property
    def unnamed(self) -> list[Token]:
        """The words that belong to no name and to no word for a kind."""
        spans: list[Mention | KindMention] = [*self.named, *self.typed]
        return [token for place, token in enumerate(self.tokens) if not is_inside(place, spans)]

    def asks(self, pattern: str) -> bool:
        """Whether the question, its names left out, holds words of this pattern."""
        return self.found(pattern) is not None

    def found(self, pattern: str) -> re.Match[str] | None:
        """Where the question, its names left out, first holds words of this pattern."""
        return compiled(pattern).search(self.masked)


class Reader:
    """Reads questions against one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.kinds = KindWords(catalog.by_kind, catalog.by_kind.get("CustomResourceDefinition", ()))
        self._namespaces = {name.lower(): name for name in catalog.namespaces}
        self._guesser = Guesser(catalog, self._namespaces)
        self._by_words: dict[tuple[str, ...], list[str]] = {}
        for name in catalog.by_name:
            if name.count("-") in (2, 3):
                self._by_words.setdefault(tuple(sorted(name.split("-"))), []).append(name)
        # Each part of the grammar reads the question that it is given.
        self._known = lru_cache(maxsize=32)(self._read)

    def read(self, question: str, namespaces: Sequence[str] = ()) -> Reading:
        """The question taken apart; never raises. Places may be added to it, nothing else is changed in it.

        `namespaces` are those that the caller looks at, where the question names none.
        """
        reading = replace(self._known(question))
        reading.namespaces = reading.namespaces or [n for n in namespaces if n in self.catalog.namespaces]
        return reading

    def _read(self, question: str) -> Reading:
        question = of_one_edition(turned(question), self._namespaces)
        left_out, rest = spared(question, self._namespaces)
        if left_out:
            reading = self.read(rest)
            without = {self._namespaces[name] for name in left_out}
            others = [name for name in self.catalog.namespaces if name not in without]
            return replace(reading, namespaces=reading.namespaces or others)
        question = _ADDRESS.sub(self._addressed, _EITHER.sub(self._both_kinds, question[:_LONGEST]))
        text = _POSSESSIVE.sub(" ", plain(gloss(question), self._is_name))
        tokens = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
        taken: set[int] = set()
        mentions = [*self._slashed(tokens, taken), *self._several(tokens, taken)]
        definitions, subjects = defined(tokens, list(self._kinds_in(tokens, taken)), self.catalog)
        mentions += definitions
        mentions += self._numbered(tokens, taken, subjects)
        mentions += self._single(tokens, taken, subjects)
        clusters = [c for c in self.catalog.clusters if any(is_cluster(t.low, c) for t in tokens)]
        mentions += other_editions(tokens, mentions, subjects, self._namespaces)
        pair_places(tokens, mentions, self._namespaces)
        widen(tokens, mentions, subjects, self.catalog.by_name)
        several(tokens, mentions, subjects, self.catalog.workloads())
        mentions += only(tokens, mentions, subjects, self.catalog)
        guesses, missing = self._guesser.find(tokens, mentions, subjects, clusters)
        mentions = sorted([*mentions, *guesses], key=lambda one: one.first)
        named = subjects
        subjects = typed(tokens, mentions, subjects)
        masked = covered(text.lower(), tokens, mentions)
        loose = covered(masked, tokens, [one for one in named if one not in subjects])
        spans: list[Mention | KindMention] = [*mentions, *named]
        unknown = [
            t.text
            for i, t in enumerate(tokens)
            if not is_inside(i, spans)
            and not is_known(t)
            and not any(is_cluster(t.low, c) for c in clusters)
            and not is_title(i, tokens, mentions)
        ]
        return Reading(
            text=text,
            masked=masked,
            loose=loose,
            tokens=tokens,
            mentions=[m for m in mentions if not m.namespace],
            namespaces=list(dict.fromkeys(m.namespace for m in mentions if m.namespace)),
            clusters=clusters,
            subjects=subjects,
            aspects=[aspect for aspect, pattern in ASPECTS if pattern.search(loose)],
            aggregates=[aggregate for aggregate, pattern in AGGREGATES if pattern.search(masked)],
            unknown=unknown,
            missing=missing,
            named=mentions,
            typed=named,
        )

    def _both_kinds(self, match: re.Match[str]) -> str:
        """`secrets/configmaps`: of one kind or the other, where both are kinds."""
        both = all(self.kinds.find(word.lower()) for word in match.groups())
        return " and ".join(match.groups()) if both else match[0]

    def _addressed(self, match: re.Match[str]) -> str:
        """`shop/cart` for `cart.shop.svc`, where there is such an object."""
        name, place = match[1].lower(), match[2].lower()
        found = any(node.namespace == place for node in self.catalog.by_name.get(name, ()))
        return f"{place}/{match[1]}" if found else match[0]

    def _is_name(self, word: str) -> bool:
        low = word.lower()
        return (
            low not in FILLERS
            and not self.kinds.find(low)
            and (low in self.catalog.by_name or low in self._namespaces)
        )

    def _slashed(self, tokens: Sequence[Token], taken: set[int]) -> Iterator[Mention]:
        """`deploy/cart`, `shop/cart`, `shop/deploy/cart`."""
        for place, token in enumerate(tokens):
            parts = token.text.split("/")
            if len(parts) not in (2, 3) or not all(parts):
                continue
            nodes = self.catalog.by_name.get(parts[-1].lower(), [])
            typed: list[str] = []
            for part in parts[:-1]:
                kinds = self.kinds.find(part.lower())
                typed += kinds
                nodes = [n for n in nodes if n.kind in kinds or n.namespace == part]
            if nodes:
                taken.add(place)
                named = dict.fromkeys(node.kind for node in nodes if node.kind in typed)
                yield Mention(place, place + 1, token.text, nodes, kinds=tuple(named))

    def _several(self, tokens: Sequence[Token], taken: set[int]) -> Iterator[Mention]:
        """Names that people write as several words: `redis cart`, `sock shop`, `cart service`."""
        for length in (4, 3, 2):
            for first in range(len(tokens) - length + 1):
                span = range(first, first + length)
                if taken.intersection(span) or not self._together(tokens[first : first + length]):
                    continue
                words = [tokens[i].low for i in span]
                if words[0] in FILLERS or len({*words}) < length or self.kinds.find(" ".join(words)):
                    continue
                if any(n.kind in self.kinds.find(words[0]) for n in self.catalog.by_name.get(words[1], ())):
                    continue  # `alertmanager main`: the Alertmanager of that name
                ends = dict.fromkeys((words[-1], singular(words[-1]), words[-1].replace("database", "db")))
                forms = ["-".join((*words[:-1], end)) for end in ends]
                if length > 2:  # `the grafana dashboards import job`
                    forms += self._by_words.get(tuple(sorted(words)), ())
                if length == 2 and "-" not in words[0]:
                    forms.append("".join(words))
                nodes = [n for form in dict.fromkeys(forms) for n in self.catalog.by_name.get(form, [])]
                if nodes and length == 2:  # `cart service` may be the Service cart too
                    kinds = self.kinds.find(words[1])
                    nodes = nodes + [n for n in self.catalog.by_name.get(words[0], []) if n.kind in kinds]
                if nodes or any(form in self._namespaces for form in forms):
                    taken.update(span)
                    yield self._mention(first, first + length, tokens, nodes, forms)

    @staticmethod
    def _together(tokens: Sequence[Token]) -> bool:
        """Whether nothing but a space stands between words: `nfs, server` is no name."""
        return all(after.start - before.end == 1 for before, after in pairwise(tokens))

    def _kinds_in(self, tokens: Sequence[Token], taken: set[int]) -> Iterator[KindMention]:
        place = 0
        while place < len(tokens):
            for length in (4, 3, 2, 1):
                span = range(place, min(place + length, len(tokens)))
                if len(span) < length or taken.intersection(span):
                    continue
                words = [tokens[i].low for i in span]
                kinds = self.kinds.find(" ".join(words))
                if length == 1 and is_of_field(place, tokens):
                    continue
                # `we` and `vs` are short names of custom resources too.
                if kinds and not (length == 1 and (words[0] in FILLERS or self._is_verb(place, tokens))):
                    yield KindMention(place, place + length, kinds)
                    taken.update(span)
                    place += length - 1
                    break
            place += 1

    def _is_verb(self, place: int, tokens: Sequence[Token]) -> bool:
        """`where does it deploy to`"""
        following = tokens[place + 1].low if place + 1 < len(tokens) else ""
        return tokens[place].low == "deploy" and following in ("to", "into")

    def _numbered(
        self, tokens: Sequence[Token], taken: set[int], subjects: Sequence[KindMention]
    ) -> Iterator[Mention]:
        """`node 2`: the one object of the kind whose name ends in this number."""
        for subject in subjects:
            token = tokens[subject.last] if subject.last < len(tokens) else None
            if token is None or not token.text.isdigit() or len(subject.kinds) != 1:
                continue
            ends = re.compile(rf".*[a-z]-0*{token.text}")
            nodes = [n for n in self.catalog.of(subject.kinds) if ends.fullmatch(n.name)]
            if nodes and len({node.name for node in nodes}) == 1:
                taken.add(subject.last)
                yield Mention(subject.last, subject.last + 1, token.text, nodes)

    def _single(
        self, tokens: Sequence[Token], taken: set[int], subjects: Sequence[KindMention]
    ) -> Iterator[Mention]:
        for place, token in enumerate(tokens):
            nodes = self.catalog.by_name.get(token.low) or self.catalog.absent.get(token.low, [])
            if (not nodes and token.low not in self._namespaces) or is_variable(place, tokens):
                continue
            near = beside(place, place + 1, tokens, subjects)
            unseen = self.catalog.absent.get(token.low, ()) if near else ()
            if not any(n.kind in subject.kinds for n in nodes for subject in near):
                # `the secret cart`, which is only known by its users, is not the Deployment of that name.
                nodes = [*nodes, *(n for n in unseen if any(n.kind in s.kinds for s in near))]
            of_kind = [n for n in nodes if any(n.kind in subject.kinds for subject in near)]
            is_place = token.low in self._namespaces and any("Namespace" in s.kinds for s in near)
            # `deployments of shop`, where the Ingress shop is no deployment: the namespace.
            others = {kind for subject in subjects for kind in subject.kinds}
            if token.low in self._namespaces and others and others.isdisjoint(n.kind for n in nodes):
                is_place = True
            before = tokens[place - 1].low if place else ""
            # `ports of prometheus`: the Service of that name, though Prometheus is a kind too.
            own = before in ("of", "is", "does") and any(n.kind in ("Service", *WORKLOADS) for n in nodes)
            own = own and not self._is_kind_of(place, tokens, subjects)
            if place in taken and not (is_inside(place, subjects) and (of_kind or own)):
                continue
            asked = before in _ASKS_OF and token.low not in FILLERS
            common = is_known(token) or is_inside(place, subjects)
            plural = bool(near) and all(is_plural(s, tokens) for s in near)
            if token.low in FILLERS and plural:
                continue  # `lets its pods be unavailable`
            if token.low in _ADJECTIVES and plural and not of_kind:
                continue  # `their main containers`
            if common and not (
                of_kind or is_place or (asked and nodes and (own or not is_inside(place, subjects)))
            ):
                continue
            taken.add(place)
            yield self._mention(place, place + 1, tokens, nodes, [token.low], is_place)

    def _is_kind_of(self, place: int, tokens: Sequence[Token], subjects: Sequence[KindMention]) -> bool:
        """Whether a word is the kind of the name behind it: `age of deployment cart`, where one is named so."""
        behind = self.catalog.by_name.get(tokens[place + 1].low, ()) if place + 1 < len(tokens) else ()
        kinds = {kind for s in subjects if s.first <= place < s.last for kind in s.kinds}
        return any(node.kind in kinds for node in behind)

    def _mention(
        self, first: int, last: int, tokens: Sequence[Token], nodes: list[Node], forms: Sequence[str],
        is_place: bool = False,
    ) -> Mention:  # fmt: skip
        """A name; one that a namespace has too is the namespace unless it reads like an object."""
        said = " ".join(token.text for token in tokens[first:last])
        place = next((self._namespaces[form] for form in forms if form in self._namespaces), "")
        nodes = [n for n in nodes if n.kind != "Namespace"]
        before = next((t.low for t in reversed(tokens[:first]) if t.low not in _ARTICLES), "")
        behind = tokens[last].low if last < len(tokens) else ""
        is_place |= bool(place) and behind in TITLES and not self.kinds.find(behind)  # `the bookinfo demo`
        # `deploy to default`: an account of that name stands in every namespace.
        to_place = before == "to" and {node.kind for node in nodes} == {"ServiceAccount"}
        if place and (is_place or not nodes or before in _INTO or to_place):
            return Mention(first, last, said, [], place)
        return Mention(first, last, said, nodes)
