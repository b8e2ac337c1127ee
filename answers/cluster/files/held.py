"""The ConfigMaps in whose files a question may look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from answers.cluster.catalog import Catalog
from answers.cluster.fact_parts import with_pods
from answers.cluster.reading import Reading
from answers.cluster.second.lines import parts
from cluster.edges.base import EdgeType
from cluster.graph import Node
from index.tokens import stem

_GENERAL = frozenset(
    "config configs configuration configmap cm kube root ca crt data map service settings the demo".split()
)
_EVERYWHERE = frozenset({"kube-root-ca.crt", "openshift-service-ca.crt"})
_MOST = 6
_LONG, _BEGINS = 6, 4


@dataclass(frozen=True, slots=True)
class Held:
    """ConfigMaps, the words that name the first thing that has them, and those that describe them."""

    nodes: tuple[Node, ...]
    naming: frozenset[str]
    describing: frozenset[str]


def held(reading: Reading, catalog: Catalog) -> Held:
    """The ConfigMaps that are named, used by what is named, or described."""
    found: dict[str, Node] = {}
    naming: list[str] = []
    # `the default variant of a flag`: no place where other words name what is there.
    places = (
        [] if reading.namespaces == ["default"] and not _stands_in_default(reading) else reading.namespaces
    )
    for mention in reading.mentions:
        nodes = [n for n in mention.nodes if not places or n.namespace in places]
        own = [one for node in nodes for one in (node, *_used(node, catalog))]
        own = [one for one in own if one.kind == "ConfigMap" and one.present and one.name not in _EVERYWHERE]
        naming += mention.said.lower().split() if own and not naming else []
        found.update({one.id: one for one in own})
    told, words = ([], []) if _is_exact(reading) else _described(reading, places, catalog)
    found.update({one.id: one for one in told})
    nodes = list(found.values())[:_MOST]
    names = {part for node in nodes for part in parts(node.name)}
    begun = [t.low for t in reading.tokens if any(part.startswith(stem(t.low)) for part in names)]
    describing = {*words, *(word for word in begun if len(word) >= _BEGINS)}
    return Held(tuple(nodes), frozenset(naming), frozenset(describing - {*naming}))


def _is_exact(reading: Reading) -> bool:
    """Whether a ConfigMap is named that nothing else has the name of."""
    return any({n.kind for n in m.nodes} == {"ConfigMap"} and not m.guessed for m in reading.mentions)


def _used(node: Node, catalog: Catalog) -> list[Node]:
    maker = with_pods(node, catalog)
    return catalog.targets(maker, EdgeType.MOUNTS, EdgeType.REFERENCES) if maker is not None else []


def _stands_in_default(reading: Reading) -> bool:
    return any(n.namespace == "default" for m in reading.mentions for n in m.nodes) or not reading.mentions


def _described(reading: Reading, places: Sequence[str], catalog: Catalog) -> tuple[list[Node], list[str]]:
    """The ConfigMaps of whose names most words stand in the question: `the product catalogue file`."""
    tokens = {t.low for t in reading.tokens}
    tokens |= {part for word in tokens for part in parts(word)}
    spaces = {part for name in places for part in parts(name)}
    best = 0
    chosen: list[Node] = []
    words: set[str] = set()
    for node in catalog.of(("ConfigMap",), places, reading.clusters):
        if node.name in _EVERYWHERE:
            continue
        own = [p for p in dict.fromkeys(parts(node.name)) if p not in _GENERAL | spaces]
        said = {t for t in tokens for p in own if _same(t, p)}
        score = len({p for p in own if any(_same(t, p) for t in tokens)})
        if score and score >= best and (score > 1 or score == len(own) or places):
            chosen, words = ([node], said) if score > best else ([*chosen, node], words | said)
            best = score
    return (chosen, sorted(words)) if len(chosen) <= _MOST else ([], [])


def _same(word: str, part: str) -> bool:
    if word == part or stem(word) == stem(part) or (len(word) >= 4 and part[:-1] == word):
        return True
    return (
        min(len(word), len(part)) >= _LONG
        and OSA.distance(word, part, score_cutoff=2) <= 2
        and word[:3] == part[:3]
    )
