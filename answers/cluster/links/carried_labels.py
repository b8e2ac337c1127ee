"""Objects by a label as it is written: `who wears app=cart`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from answers.cluster.catalog import labels
from answers.cluster.links.asked import Asked, commands, listing, visible
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.graph import Node
from cluster.values import mapping

_LABEL = re.compile(r"[\w][\w./-]*=[\w.-]*")
_ELSE = r"select\w*|not|n't|without|no|lack\w*|env\w*|variables?|argument|flags?|scrap\w*|poli\w+|match\w*|target\w*|toler\w*|taint\w*|affinit\w*|set to"
_PART = re.compile(r"[a-z]+(?:[-./][a-z0-9]+)+", re.IGNORECASE)
_MOST = 20


def answer(one: Asked) -> Draft | None:
    """The objects that carry a label; those of the kinds that the question names, where it names any."""
    said = next((t.text for t in one.reading.tokens if _LABEL.fullmatch(t.text)), "")
    if not said:
        return _by_part(one)
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
    clusters = one.reading.clusters
    nodes = (n for n in one.catalog.all() if not clusters or n.cluster in clusters)
    return visible(n for n in nodes if not places or n.namespace in places)


def _by_part(one: Asked) -> Draft | None:
    """The objects of a kind with a label of whose key the question names a part that is no plain word: `pod-security`."""
    kinds = one.reading.kinds
    if one.reading.mentions or not kinds or one.says(_ELSE):
        return None
    among = one.of(*kinds)
    for word in (*one.reading.missing, *one.reading.unknown):
        if not _PART.fullmatch(word) or not one.is_plain(re.escape(word.lower())):
            continue
        held = {node.id: keys for node in among if (keys := _keys(node, word.lower()))}
        if 0 < len(held) < len(among) or (held and len(among) == 1):
            found = [node for node in among if node.id in held]
            return listing(one, found, among, f"with a label {word}", partial(_shows, held))
    return None


def _shows(held: Mapping[str, Sequence[str]], node: Node) -> Iterator[Spot]:
    return (Spot(path=("metadata", "labels", key)) for key in held[node.id])


def _keys(node: Node, word: str) -> list[str]:
    """The keys of an object's own labels of which a part is the word."""
    own = mapping(node.value, "metadata.labels")
    return [
        key for key in own if word in re.split(r"[/.]", key.lower()) or key.lower().startswith(f"{word}.")
    ]
