"""What people put beside the name of a namespace: `the bookinfo demo`, `the argo flavour of sock shop`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from answers.cluster.mentions import KindMention, Mention, Token, is_inside
from cluster.graph import Node

TITLES = frozenset(
    "demo demos app apps application applications example examples sample samples ui gui website webshop site project "
    "product platform suite showcase flavour flavor variant edition setup area space".split()
)
"""Words for what a namespace holds as a whole; they name nothing in it."""
_EDITIONS = frozenset("flavour flavor variant edition version copy setup one install installation".split())
_NUMBERS = {"both": 2, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "several": 2}
_MOST = 8
_JOINING = frozenset({"or", "and", "vs", "versus", "than", "namespace", "in"})
_PAGES = frozenset("ui gui dashboard dashboards console webpage website page pages".split())
"""Words for what one sees of a thing that is named before them."""


def widen(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    subjects: list[KindMention],
    by_name: Mapping[str, Sequence[Node]],
) -> None:
    """Takes the word that only says what kind of thing a namespace is into its mention: `bookinfo app`.

    One that is a word for a kind too (`app` for Applications) is that kind in the plural, or where one has the name.
    """
    for mention in mentions:
        behind = mention.last
        if not mention.namespace or behind >= len(tokens) or is_inside(behind, mentions):
            continue
        kinds = [s for s in subjects if s.first <= behind < s.last]
        alone = all(s.last - s.first == 1 for s in kinds) and not (kinds and tokens[behind].low.endswith("s"))
        named = any(n.kind in s.kinds for s in kinds for n in by_name.get(mention.namespace.lower(), ()))
        if tokens[behind].low in TITLES and alone and not named:
            mention.last += 1
            subjects[:] = [s for s in subjects if s not in kinds]


def is_title(place: int, tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Whether a word only says what kind of thing it is that is named before it or beside it."""
    low = tokens[place].low
    if low in TITLES & _EDITIONS:
        return any(m.namespace for m in mentions)
    return low in _PAGES and any(m.last == place for m in mentions)


def pair_places(tokens: Sequence[Token], mentions: Sequence[Mention], namespaces: Mapping[str, str]) -> None:
    """Takes a name that a namespace has too for it where a namespace stands beside it: `bookinfo or sock-shop`."""
    for first, second in pairwise(sorted(mentions, key=lambda one: one.first)):
        between = {token.low for token in tokens[first.last : second.first]}
        for one, other in ((first, second), (second, first)):
            place = namespaces.get(one.said.lower().replace(" ", "-"))
            if place and not one.namespace and not one.kinds and other.namespace and between <= _JOINING:
                one.nodes, one.namespace = [], place


def other_editions(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    subjects: Sequence[KindMention],
    namespaces: Mapping[str, str],
) -> list[Mention]:
    """Mentions of namespaces that a word elsewhere makes another one: `argo` and `sock-shop` for `sock-shop-argo`."""
    found: list[Mention] = []
    for mention in mentions:
        if not mention.namespace or mention.last - mention.first > 3:
            continue
        for place, token in enumerate(tokens):
            if is_inside(place, mentions) or is_inside(place, subjects):
                continue
            behind = tokens[place + 1].low if place + 1 < len(tokens) else ""
            if behind not in _EDITIONS and place not in (mention.first - 1, mention.last):
                continue
            own = mention.namespace.lower()
            names = [n for n in (f"{own}-{token.low}", f"{token.low}-{own}") if n in namespaces]
            if names:
                mention.namespace = namespaces[names[0]]
                found.append(Mention(place, place + 1, token.text, [], mention.namespace))
    return found


def several(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    subjects: Sequence[KindMention],
    known: Sequence[Node],
) -> None:
    """Makes a name behind a number and before kinds stand for all that have it as a part: `both cart deployments`.

    `known` are the objects that may be meant; where fewer have it than are said the name stays what it is.
    """
    places = [mention.namespace for mention in mentions if mention.namespace]
    for mention in mentions:
        before = tokens[mention.first - 1].low if mention.first else ""
        kinds = {kind for s in subjects if s.first == mention.last for kind in s.kinds}
        if mention.namespace or before not in _NUMBERS or not kinds:
            continue
        if not tokens[mention.last].low.endswith("s"):
            continue
        word = mention.said.lower()
        found = [
            node for node in known
            if node.kind in kinds and (not places or node.namespace in places)
            and word in re.split(r"[-.]", node.name.lower())
        ]  # fmt: skip
        if _NUMBERS[before] <= len(found) <= _MOST:
            mention.nodes, mention.many = found, True
