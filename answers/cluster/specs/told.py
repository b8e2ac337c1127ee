"""Tells a field of named objects."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import choose
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.second.linked import linked
from answers.cluster.specs.held import held_by, held_by_kind, shown
from answers.cluster.specs.matching import Match, SpecFinder, best_of
from answers.cluster.specs.settings import settings_of
from cluster.graph import Node

_MOST = 4
"""Objects that are looked into, and places of one field that are quoted."""
_CLOSE = 0.05
"""Fields that are so little farther are told too."""
_FIELDS = 3
_ALSO, _CLOSE_ALSO = 0.5, 0.3
"""How near a field has to be that is told where a second thing is asked for, and how much farther it may be."""
_OTHER = 0.06
"""So much less a field counts of what only hangs together with the named object."""
_UNSET = (0.6, 0.1)
"""How near a field has to be that is not set, and how much nearer than those that are."""
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision", "ReplicaSet", "IPAddress"})
_LOOSE = frozenset({"Pod", "Node", "Namespace", "Service"})
"""Kinds that a question names for other reasons than to ask for one: `its pods`."""
_ACTORS = frozenset({"kubelet", "kubernetes", "prometheus", "argo", "istio", "scheduler"})
"""Who does things to others that are named: `where does the kubelet knock`."""


def meant(reading: Reading, draft: Draft, catalog: Catalog) -> list[list[Node]]:
    """For each name of the question the object that it stands for, then those that hang together with it."""
    found: list[list[Node]] = []
    sure = [one for one in reading.mentions if len(reading.mentions) == 1 or one.said.lower() not in _ACTORS]
    for mention in sure:
        nodes = [node for node in choose(mention, reading, draft, catalog) if node.present]
        if mention.guessed or not nodes:
            return []
        first = nodes[0]
        twins = [] if mention.kinds else [
            n for n in mention.nodes if _is_near(n, first) and n.kind not in _HIDDEN
        ]  # fmt: skip
        around = list(dict.fromkeys([first, *twins, *linked(first, catalog)]))
        wanted = set(reading.kinds) - {*WORKLOADS, *_LOOSE}
        asked = [one for one in (*mention.nodes, *around) if one.kind in wanted and _is_near(one, first)]
        found.append((asked or around)[:_MOST])
    return found


def _is_near(node: Node, first: Node) -> bool:
    """Whether an object stands where another does, or in no namespace."""
    return node.cluster == first.cluster and node.namespace in (first.namespace, "")


def matches_of(nodes: Sequence[Node], finder: SpecFinder, asked: str) -> list[Match]:
    """The fields of an object and of those around it that a question is like, the likest first."""
    found: dict[tuple[str, str], tuple[float, Match]] = {}
    for place, node in enumerate(nodes):
        for match in finder.find({**held_by([node]), **settings_of(node)}, asked):
            weight = match.score - _OTHER * (place > 0)
            key = match.held.key, node.id
            if key not in found or weight > found[key][0]:
                found[key] = weight, match
    return [match for _, match in sorted(found.values(), key=lambda one: -one[0])]


def unset(node: Node, best: float, finder: SpecFinder, asked: str, catalog: Catalog) -> Match | None:
    """The field which other objects of its kind set, that the question is clearly like, and the object is without."""
    own = held_by([node])
    others = {key: one for key, one in held_by_kind(node.kind, catalog).items() if key not in own}
    found = finder.find(others, asked)[:1]
    least, lead = _UNSET
    return found[0] if found and found[0].spoken and found[0].score >= max(least, best + lead) else None


def told(draft: Draft, matches: Sequence[Match], reader: Reader, *, also: bool) -> Draft:
    """An answer of the best field and of those that are as near, each quoted under its object.

    `also`: the question asks for a second thing.
    """
    quoted: list[str] = []
    nodes: list[Node] = []
    chosen = best_of(matches, _CLOSE)[:_FIELDS]
    if len(chosen) == 1 and also:
        chosen += [
            m for m in best_of(matches, _CLOSE_ALSO) if m.score >= _ALSO and m.held.key != chosen[0].held.key
        ][:1]
    for match in chosen:
        for place in match.held.places[:_MOST]:
            draft.say(place.node)
            draft.say(place.node, Spot(path=shown(place)), detail=True)
            nodes.append(place.node)
        quoted.append(match.held.key.rpartition(".")[2])
    draft.objects = list(dict.fromkeys([*draft.objects, *nodes]))
    draft.lead.append(
        f"Read as asking for {listed(dict.fromkeys(quoted))} of {listed(map(titled, dict.fromkeys(nodes)))}"
    )
    draft.commands = [scripts.describe(node, reader.kinds) for node in draft.objects]
    return draft


def told_unset(draft: Draft, node: Node, match: Match, reader: Reader) -> Draft:
    """An answer that the object is without a field."""
    draft.lead.append(
        f"Read as asking for {match.held.key.rpartition('.')[2]}, which {titled(node)} does not set"
    )
    draft.say(node)
    draft.objects = [node]
    draft.commands = [scripts.describe(node, reader.kinds)]
    return draft
