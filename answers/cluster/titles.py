"""What people put beside the name of a namespace: `the bookinfo demo`, `the argo flavour of sock shop`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from answers.cluster.mentions import KindMention, Mention, Token, is_inside

TITLES = frozenset(
    "demo demos app apps application applications example examples sample samples ui gui website webshop site project "
    "product platform suite showcase flavour flavor variant edition setup area space".split()
)
"""Words for what a namespace holds as a whole; they name nothing in it."""
_EDITIONS = frozenset("flavour flavor variant edition version copy setup one install installation".split())
_PART = re.compile(r"[-._]")


def is_title(place: int, tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Whether a word only says what kind of thing the namespace is that is named before it or beside it."""
    low = tokens[place].low
    behind = any(m.namespace and m.last == place for m in mentions)
    return low in TITLES and (behind or (low in _EDITIONS and any(m.namespace for m in mentions)))


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
