"""Two named objects held against each other: the same pods, node, account, image, or different ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.catalog import Catalog, images, pod_path
from answers.cluster.fact_parts import with_pods
from answers.cluster.fields import value_at
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import text

_SAME = (
    r"same|identical|different|differ|distinct|separate|shared?|sharing|in common|(?:their )?own|each other"
)
_ELSE = r"than|why|when|how many|most|least|newer|older|version gap|compare\w*|everything|anything"
_ASKS = r"do|does|did|are|is|was|were|whether|have|has|if"
_USED = (EdgeType.MOUNTS, EdgeType.REFERENCES)


@dataclass(frozen=True, slots=True)
class Thing:
    """What may be the same of two objects: what it is called, and its names with the field that shows it."""

    name: str
    words: str
    of: Callable[[Node, Catalog], Iterable[str]]
    shown: str = ""


def _pods(node: Node, catalog: Catalog) -> list[str]:
    selected = [one for one in catalog.targets(node, EdgeType.SELECTS) if one.kind == "Pod"]
    makers = [one for one in catalog.targets(node, EdgeType.SELECTS) if pod_path(one) and one.kind != "Pod"]
    found = selected or [pod for one in (makers or [node]) for pod in catalog.pods(one)]
    return [pod.name for pod in found]


def _nodes(node: Node, catalog: Catalog) -> list[str]:
    pods = catalog.pods(node) if node.kind != "Pod" else [node]
    return [name for pod in pods if (name := text(pod.value, "spec.nodeName"))]


def _accounts(node: Node, _: Catalog) -> list[str]:
    return [text(node.value, f"{pod_path(node)}.serviceAccountName") or "default"] if pod_path(node) else []


def _images(node: Node, _: Catalog) -> list[str]:
    return images(node, main=True)


def _uses(kind: str) -> Callable[[Node, Catalog], list[str]]:
    return lambda node, catalog: [one.name for one in catalog.targets(node, *_USED) if one.kind == kind]


def _field(path: str) -> Callable[[Node, Catalog], list[str]]:
    return lambda node, _: [found] if (found := text(node.value, path)) else []


_THINGS = (
    Thing("pods", r"pods?|backends?|endpoints?|workloads?", _pods, "spec.selector"),
    Thing("nodes", r"nodes?|machines?|hosts?|box(?:es)?", _nodes),
    Thing("service account", r"service ?accounts?|sa|identit\w+|accounts?", _accounts),
    Thing("images", r"images?|tags?|versions?|builds?", _images),
    Thing("ConfigMaps", r"config ?maps?|configs?|configuration", _uses("ConfigMap")),
    Thing("Secrets", r"secrets?|credentials?", _uses("Secret")),
    Thing("volume claims", r"pvcs?|claims?|volumes?", _uses("PersistentVolumeClaim")),
    Thing("storage class", r"storage ?class(?:es)?", _field("spec.storageClassName"), "spec.storageClassName"),
    Thing("namespace", r"name ?spaces?|ns", lambda node, _: [node.namespace]),
)  # fmt: skip


def answer(one: Asked) -> Draft | None:
    """Whether two or three named objects have the same of something; None where nothing of theirs is asked for."""
    if (
        not 2 <= len(one.reading.mentions) <= 3
        or not one.says(_SAME)
        or one.says(_ELSE)
        or not one.says(_ASKS)
    ):
        return None
    thing = next((thing for thing in _THINGS if one.says(thing.words)), None)
    if thing is None or not one.is_plain():
        return None
    draft = Draft(sure=0.85)
    meant = [_meant(draft, mention.nodes, thing, one) for mention in one.reading.mentions]
    nodes = [node for node in meant if node is not None]
    if len(nodes) != len(one.reading.mentions) or len(set(nodes)) < len(nodes):
        return None
    held = [frozenset(thing.of(node, one.catalog)) for node in nodes]
    if not all(held):
        return None
    draft.lead.append(_verdict(thing, nodes, held))
    for node in nodes:
        draft.say(node)
        for spot in _shows(thing, node, one):
            draft.say(node, spot, detail=True)
        if thing.name == "nodes":
            draft.say_all(one.catalog.pods(node), Spot(short=4), most=5)
        if thing.shown and value_at(node, tuple(thing.shown.split("."))) is not None:
            draft.say(node, Spot(path=tuple(thing.shown.split("."))), detail=True)
    draft.objects = nodes
    draft.commands = [scripts.describe(node, one.kinds) for node in nodes]
    return draft


def _shows(thing: Thing, node: Node, one: Asked) -> Iterator[Spot]:
    values = sorted(thing.of(node, one.catalog))[:3]
    if thing.name == "service account":
        yield from (Spot(needles=(f"serviceAccountName: {value}",)) for value in values)
    elif not thing.shown and thing.name != "namespace":
        yield from (Spot(value=value) for value in values)


def _meant(draft: Draft, nodes: list[Node], thing: Thing, one: Asked) -> Node | None:
    """The object of a name that has such a thing: a Service for its pods, else what makes pods."""
    places = one.reading.namespaces
    known = [node for node in nodes if not places or node.namespace in places]
    first = (
        ("Service",)
        if thing.name == "pods"
        and one.says(r"services?|svc|select\w*|hit|reach|route\w*|endpoints?|backends?")
        else ()
    )
    known.sort(key=lambda node: node.kind not in first)
    makers = (
        known
        if first or thing.shown.startswith("spec.storage")
        else [with_pods(node, one.catalog) or node for node in known]
    )
    return next((node for node in makers if list(thing.of(node, one.catalog))), None)


def _verdict(thing: Thing, nodes: list[Node], held: list[frozenset[str]]) -> str:
    called = listed(map(titled, nodes))
    common = frozenset.intersection(*held)
    if len(set(held)) == 1:
        return f"{called} have the same {thing.name}: {listed(sorted(common), 6)}"
    each = "; ".join(
        f"{titled(node)} {listed(sorted(own), 6)}" for node, own in zip(nodes, held, strict=True)
    )
    shared = f", with {listed(sorted(common), 6)} in common" if common else ""
    return f"Different {thing.name}{shared}: {each}"
