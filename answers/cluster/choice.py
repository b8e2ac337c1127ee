"""Chooses among the objects that a name may mean: by what is asked, by namespace, and says what was assumed."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster.catalog import WORKLOADS, Catalog, containers
from answers.cluster.fields import named_fields
from answers.cluster.link_facts import ROUTERS
from answers.cluster.mentions import Mention
from answers.cluster.reading import Reading
from answers.cluster.related import related
from answers.cluster.said import Draft, listed, titled
from answers.cluster.wording import Aspect
from cluster.graph import Node
from cluster.values import entries, text

_PODS = (*WORKLOADS, "Pod")
_FIRST: dict[Aspect, tuple[str, ...]] = {
    Aspect.PORTS: ("Service", *_PODS),
    Aspect.EXPOSED: ("Service", "Ingress", *_PODS),
    Aspect.ROUTE: ("Ingress", "VirtualService", "HTTPRoute", "Gateway", "Application", "Service"),
    Aspect.SELECTED: ("Service", "HorizontalPodAutoscaler", *_PODS),
    Aspect.CALLERS: ("Service", *_PODS),
    Aspect.SCALING: (*_PODS, "HorizontalPodAutoscaler"),
    Aspect.BUDGET: ("PodDisruptionBudget", *_PODS),
    Aspect.ACCOUNT: _PODS,
    Aspect.POLICIES: (*_PODS, "Service"),
    Aspect.ACCESS: ("ServiceAccount", "ClusterRole", "Role"),
}
USABLE = (
    "ConfigMap",
    "PersistentVolumeClaim",
    "Secret",
    "ServiceAccount",
    "StorageClass",
    "PersistentVolume",
)
"""What other objects use, and nothing calls."""
_THEN = (
    *_PODS,
    "Node",
    "Service",
    "Ingress",
    *USABLE,
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "NetworkPolicy",
)
_BESIDE = ("Ingress", "VirtualService", "HTTPRoute", "Gateway", "HorizontalPodAutoscaler", "PodDisruptionBudget",
           "NetworkPolicy", "PersistentVolumeClaim")  # fmt: skip
"""Kinds of objects that only some objects of a name have beside them."""
TRAFFIC = r"traffic|(?:requests?|calls?|users?) (?:go|goes|gets? sent|are sent)|weights?|receives?|routed"
"""Asks where a route leads."""
_HIDDEN = frozenset({"Endpoints", "EndpointSlice", "ReplicaSet", "ControllerRevision", "Lease", "IPAddress"})
MOST = 4
"""Objects of one name that are told of."""


def choose(mention: Mention, reading: Reading, draft: Draft, catalog: Catalog) -> list[Node]:
    """The objects that a mention stands for, the assumed one first; says in `draft` what was assumed."""
    if mention.many:
        return list(mention.nodes)
    nodes = _within(mention, reading, catalog)
    if not mention.kinds:
        nodes = _routes(nodes, reading) or _with_field(nodes, reading) or _of_best_kind(nodes, reading.aspect)
    if not nodes:
        return []
    nodes = sorted(
        nodes, key=lambda n: (not _has_asked(n, reading, catalog), len(n.namespace), n.namespace, n.cluster)
    )
    if mention.guessed:
        draft.lead.append(f"Read `{mention.said}` as {nodes[0].name}")
        draft.sure = min(draft.sure, 0.8)
    clusters = list(dict.fromkeys(node.cluster for node in nodes if node.namespace == nodes[0].namespace))
    if len(clusters) > 1 and len(reading.clusters) != 1:
        draft.lead.append(
            f"{nodes[0].name} is in {'both' if len(clusters) == 2 else f'{len(clusters)} clusters'}"
        )
    if not all(is_meant(node, nodes[0], reading) for node in nodes[1:]) and (assumed := _assumed(nodes)):
        draft.lead.append(assumed)
        draft.sure = min(draft.sure, 0.85)
    same = [n for n in nodes if n.namespace == nodes[0].namespace and n.cluster != nodes[0].cluster]
    return (
        list(dict.fromkeys([nodes[0], *same, *nodes]))[: max(MOST, 1 + len(same))] if same else nodes[:MOST]
    )


def _has_asked(node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Whether an object has the autoscaler, the route or the variable that the question asks for."""
    kinds = [kind for kind in reading.kinds if kind in _BESIDE]
    if kinds and related(node, kinds, catalog):
        return True
    asked = {t.text for t in reading.tokens if t.text.isupper() and "_" in t.text}
    return bool(asked) and any(
        text(variable, "name") in asked for _, _, c in containers(node) for _, variable in entries(c, "env")
    )


def is_meant(node: Node, first: Node, reading: Reading) -> bool:
    """Whether an object is meant beside the first: it stands at the same place in another cluster, or is named.

    The same question is asked of each cluster then; another namespace has to be named (`in blue and green`).
    """
    if _is_twin(node, first):
        return True
    if node.cluster != first.cluster and node.namespace == first.namespace:
        return True
    several = len(reading.clusters) > 1 and node.cluster in reading.clusters
    return several or (len(reading.namespaces) > 1 and node.namespace in reading.namespaces)


def _assumed(nodes: Sequence[Node]) -> str:
    """Which place was assumed, where a name stands in several; empty where it stands in one."""
    first = nodes[0]
    places = list(
        dict.fromkeys(n.namespace or (n.kind if n.cluster == first.cluster else titled(n)) for n in nodes)
    )
    if len(places) == 1:
        return ""
    here, *others = [first.namespace or titled(first), *places[1:]]
    return f"{first.name} is in {len(places)} places; assumed {here}, also in {listed(others)}"


def _within(mention: Mention, reading: Reading, catalog: Catalog) -> list[Node]:
    """Narrowed to what the question names beside it: namespaces, clusters, parts of their names."""
    nodes = [n for n in mention.nodes if not reading.clusters or n.cluster in reading.clusters]
    if reading.namespaces:
        near = [n for n in nodes if n.namespace in reading.namespaces]
        return near or [n for n in nodes if not n.namespace] or _longer(mention, reading, catalog)
    hints = {word.lower() for word in reading.unknown}
    hinted = [n for n in nodes if hints & set(n.namespace.lower().split("-"))]
    return hinted or nodes


def _longer(mention: Mention, reading: Reading, catalog: Catalog) -> list[Node]:
    """The one object of the named namespaces whose name begins or ends with the word, which is no name there."""
    said = mention.said.lower()
    here = catalog.workloads(reading.namespaces, reading.clusters)
    found = [n for n in here if n.name.startswith(said)] or [n for n in here if n.name.endswith(f"-{said}")]
    return found if len(found) == 1 else []


def _routes(nodes: Sequence[Node], reading: Reading) -> list[Node]:
    """The routes of the kind that the question names, where it asks for traffic: `per the VirtualService`."""
    kinds = set(ROUTERS) & set(reading.kinds)
    return [n for n in nodes if n.kind in kinds] if kinds and reading.asks(TRAFFIC) else []


def _with_field(nodes: Sequence[Node], reading: Reading) -> list[Node]:
    """Those of the one kind that has a field which the question names in all of its words: `cluster IP`."""
    if not reading.unknown:
        return []
    kinds = {n.kind for n in nodes if n.kind not in _HIDDEN and named_fields(n, reading.loose)}
    return [n for n in nodes if n.kind in kinds] if len(kinds) == 1 else []


def _of_best_kind(nodes: Sequence[Node], aspect: Aspect | None) -> list[Node]:
    order = [*(_FIRST.get(aspect, ()) if aspect else ()), *_THEN]
    if (
        aspect in (Aspect.USERS, Aspect.MOUNTS)
        and any(n.kind in USABLE for n in nodes)
        and not any(n.kind in _PODS for n in nodes)
    ):
        order = [*USABLE, *order]
    if not nodes:
        return []
    kinds = {node.kind for node in nodes if node.kind not in _HIDDEN} or {node.kind for node in nodes}
    best = min(kinds, key=lambda kind: order.index(kind) if kind in order else len(order))
    found = [node for node in nodes if node.kind == best]
    return found + [node for node in nodes if any(_is_twin(node, one) for one in found)]


def _is_twin(node: Node, other: Node) -> bool:
    """Whether two workloads of different kinds have one name at one place: no word of it tells them apart."""
    places = {(one.name, one.namespace, one.cluster) for one in (node, other)}
    return len(places) == 1 and node.kind != other.kind and {node.kind, other.kind} <= {*WORKLOADS}
