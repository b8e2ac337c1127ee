"""Objects by a label as it is written: `who wears app=cart`."""

from __future__ import annotations

import re

from answers.cluster.catalog import labels
from answers.cluster.links.asked import Asked, commands, visible
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.graph import Node

_LABEL = re.compile(r"[\w][\w./-]*=[\w.-]*")
_ELSE = r"select\w*|not|n't|without|no|lack\w*|env\w*|variables?|argument|flags?|scrap\w*|poli\w+|match\w*|target\w*|toler\w*|taint\w*|affinit\w*|set to"
_MOST = 20


def answer(one: Asked) -> Draft | None:
    """The objects that carry a label; those of the kinds that the question names, where it names any."""
    said = next((t.text for t in one.reading.tokens if _LABEL.fullmatch(t.text)), "")
    if not said or one.reading.mentions or one.says(_ELSE) or not one.is_plain(re.escape(said.lower())):
        return None
    key, _, value = said.partition("=")
    found = [node for node in _looked_at(one) if labels(node).get(key) == value]
    if not found:
        return None
    draft = Draft(sure=0.9, objects=found)
    kinds = list(dict.fromkeys(node.kind for node in found))
    numbers = listed(counted(sum(n.kind == kind for n in found), kind) for kind in kinds)
    draft.lead.append(f"{numbers} labelled {said}")
    for node in found[:_MOST]:
        draft.say(node, Spot(short=2))
        draft.say(node, Spot(path=("metadata", "labels", key)), detail=True)
    draft.left_out = max(0, len(found) - _MOST)
    draft.commands = commands(one, kinds[:5], "-l", said)
    return draft


def _looked_at(one: Asked) -> list[Node]:
    if kinds := one.reading.kinds:
        return one.of(*kinds)
    places = one.reading.namespaces
    return visible(n for n in one.catalog.all() if not places or n.namespace in places)
