"""Answers about the objects that a question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answers.cluster import access, contrasts, facts, own_fields, places, related, scripts, totals
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.choice import TRAFFIC, USABLE, choose, is_meant
from answers.cluster.fields import named_fields
from answers.cluster.filters import conditions_on
from answers.cluster.further import further
from answers.cluster.kinds import KindWords, singular
from answers.cluster.link_facts import ROUTERS
from answers.cluster.mentions import Mention
from answers.cluster.node_facts import WORDS as CONDITION_WORDS
from answers.cluster.node_facts import asks_conditions
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot
from answers.cluster.tolerance import OPEN, SURE, is_hint, tolerated
from answers.cluster.wording import ACTS, PASSIVE, TROUBLE, Aggregate, Aspect
from cluster.edges.base import EdgeType
from cluster.graph import Node

_BY_KIND: dict[str, Aspect] = {
    "HorizontalPodAutoscaler": Aspect.SCALING, "PodDisruptionBudget": Aspect.BUDGET, "NetworkPolicy": Aspect.POLICIES,
    "ServiceAccount": Aspect.ACCOUNT, "Node": Aspect.NODE, "Namespace": Aspect.PLACE, "ConfigMap": Aspect.MOUNTS,
    "Secret": Aspect.MOUNTS, "PersistentVolumeClaim": Aspect.MOUNTS, "Event": Aspect.EVENTS,
}  # fmt: skip
"""What a question asks of a named object that names one of these kinds beside it."""
_GUARDS = ("HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy")
_OF_PODS = (Aspect.PORTS, Aspect.EXPOSED, Aspect.ROUTE, Aspect.CALLERS, Aspect.CALLS, Aspect.RESOURCES)
"""What is asked of pods; of one that guards or scales them it asks for what that one says."""
_VAGUE = (
    None, Aspect.DESCRIBE, Aspect.USERS, Aspect.HOLDS, Aspect.EXPOSED, Aspect.ROUTE, Aspect.RESOURCES,
    Aspect.CALLERS, Aspect.NODE, Aspect.MOUNTS, Aspect.SELECTED, Aspect.IMAGE, Aspect.LABELS, Aspect.PLACE,
)  # fmt: skip
"""What is asked in words that may as well be those of a field."""
_BY_FIELD_ALONE = (None, Aspect.USERS, Aspect.HOLDS, Aspect.ROUTE, Aspect.NODE, Aspect.PLACE)
_RUNS_ON = (
    r"(?:what|which|who|everything|anything|all|things)(?: [\w§]+){0,4} "
    r"(?:runs?|running|lives?|deployed|scheduled|there|is|are|sits|hosted) (?:over |up )?(?:on|in|at) "
    r"(?:the )?(?:node )?§+"
)
"""Asks what is on a node, and not how it is."""
_FURTHER = 3
"""Objects of which the further parts of a question are told."""
_OF_NETWORK = (None, Aspect.EXPOSED, Aspect.CALLS, Aspect.CALLERS, Aspect.PORTS, Aspect.ROUTE, Aspect.ACCESS)
_REASON = re.compile(r"(?:[A-Z][a-z]+){2,}")
"""Why the server tells of something: `FailedScheduling`."""
_OF_EVENTS = frozenset(
    {"message", "messages", "occurrence", "occurrences", "occur", "occurred", "time", "timestamp"}
)
_ZONES = r"(?:availability )?zones?|regions?|data ?cent(?:er|re)s?"
_COUNTED = (*OPEN, Aspect.HEALTH, Aspect.NODE)
"""Nothing in particular is asked of the object."""


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    chosen: list[tuple[Mention, list[Node]]] = []
    for mention in reading.mentions:
        nodes = choose(mention, reading, draft, catalog)
        if nodes:
            chosen.append((mention, nodes))
    if not chosen or len(chosen) < len(reading.mentions):
        return False
    explained = own_fields.field_words(reading, [nodes[0] for _, nodes in chosen])
    settings = own_fields.settings(reading, [nodes[0] for _, nodes in chosen])
    unknown = [
        w
        for w in reading.unknown
        if w.lower() not in explained and w not in settings and not is_hint(w, chosen)
    ]
    if reading.asks(_ZONES):
        unknown = [word for word in unknown if not re.fullmatch(_ZONES, word.lower())]
    if Aspect.EVENTS in reading.aspects:
        unknown = [w for w in unknown if not _REASON.fullmatch(w) and w.lower() not in _OF_EVENTS]
    aspect = Aspect.ENV if settings and reading.aspect is not Aspect.WHY else _aspect_of(reading)
    if aspect is Aspect.CALLERS and all(nodes[0].kind in USABLE for _, nodes in chosen):
        aspect = Aspect.USERS
    if all(nodes[0].kind == "Node" for _, nodes in chosen) and asks_conditions(reading):
        aspect = Aspect.HEALTH
        unknown = [word for word in unknown if word.lower() not in CONDITION_WORDS]
    if aspect is Aspect.PORTS and any(nodes[0].kind == "Node" for _, nodes in chosen):
        return False  # which ports a machine opens stands in no object
    if aspect in _OF_PODS and chosen[0][1][0].kind in _GUARDS:
        aspect = _BY_KIND[chosen[0][1][0].kind]
    if unknown and (unset := own_fields.unset(unknown, [nodes[0] for _, nodes in chosen])):
        draft.lead.append(unset)
        aspect, unknown = Aspect.DESCRIBE, []
    if set(reading.missing) & set(unknown) or len(unknown) > tolerated(
        aspect, bool(settings), chosen, reading
    ):
        return False
    if any(not node.present for _, nodes in chosen for node in nodes) and aspect is not Aspect.USERS:
        return False
    if aspect is Aspect.WHY and unknown and Aspect.HEALTH not in reading.aspects and reading.asks("how long"):
        return False  # `how long does prometheus keep its metrics`
    if aspect is Aspect.WHY and not (Aspect.HEALTH in reading.aspects or reading.asks(TROUBLE)):
        return False
    if (aspect in OPEN or aspect is Aspect.USERS) and counts_things(reading):
        if not all(_is_plural(mention, nodes[0]) for mention, nodes in chosen):
            return False
        aspect = Aspect.REPLICAS
    told = _tell_each(draft, aspect, chosen, reading, catalog)
    for node in draft.objects[:_FURTHER] if told else ():
        for one in further(reading, draft.aspect or aspect):
            facts.say(draft, one, node, reading, catalog)
    if told:
        contrasts.say(draft, reading, catalog)
    draft.commands = _commands(draft, reading, aspect, catalog, kinds)
    if len(chosen) > 1:
        for _, nodes in chosen[1:]:
            others = Draft(objects=nodes)
            draft.commands += scripts.of_objects(others, reading, aspect, catalog, kinds)
    return told


def _tell_each(
    draft: Draft,
    aspect: Aspect | None,
    chosen: Sequence[tuple[Mention, list[Node]]],
    reading: Reading,
    catalog: Catalog,
) -> bool:
    """Say of each object what is asked; of those of the same name that are not meant only what they are."""
    told = False
    clusters = {node.cluster for _, nodes in chosen for node in nodes}
    for mention, nodes in chosen:
        for place, node in enumerate(nodes):
            if place and not mention.many and not is_meant(node, nodes[0], reading):
                draft.objects.append(node)
                draft.say(node, Spot(short=3))
                continue
            before = len(draft.lead)
            told |= _tell(draft, aspect, node, reading, catalog)
            draft.objects.append(node)
            if len(clusters) > 1:  # what was counted of one cluster stands with it
                draft.notes.setdefault(node.cluster, []).extend(draft.lead[before:])
                del draft.lead[before:]
    return told


def _is_plural(mention: Mention, node: Node) -> bool:
    """Whether several words name a workload in the plural, and so its pods: `spark workers` of `spark-worker`."""
    words = mention.said.lower().split()
    return (
        len(words) > 1
        and singular(words[-1]) != words[-1]
        and "-".join(words) not in node.name
        and node.kind in WORKLOADS
    )


def counts_things(reading: Reading) -> bool:
    """Whether the things are counted that an object is named after: `how many orders were placed`."""
    return not reading.kinds and reading.asks(r"(?:how (?:many|much)|number of|count of) §+")


def _commands(
    draft: Draft, reading: Reading, aspect: Aspect | None, catalog: Catalog, kinds: KindWords
) -> list[list[str]]:
    """Those about the first object, and about the same one in other clusters, where its pods have other names."""
    draft.aspect = draft.aspect or aspect
    first = draft.objects[0]
    found = scripts.of_objects(draft, reading, draft.aspect, catalog, kinds)
    for node in draft.objects[1:]:
        if node.cluster != first.cluster and (node.kind, node.namespace) == (first.kind, first.namespace):
            other = replace(draft, objects=[node])
            found += [
                c for c in scripts.of_objects(other, reading, draft.aspect, catalog, kinds) if c not in found
            ]
    return found


def _tell(draft: Draft, aspect: Aspect | None, node: Node, reading: Reading, catalog: Catalog) -> bool:
    counts = Aggregate.COUNT in reading.aggregates and (
        aspect in _COUNTED or (aspect in SURE and "Pod" in reading.kinds)
    )
    if (
        counts
        and reading.kinds
        and related.answer(
            draft, node, reading.kinds, catalog, reading.namespaces, placed=_asks_place(reading)
        )
    ):
        return aspect in _COUNTED or facts.say(draft, aspect or Aspect.DESCRIBE, node, reading, catalog)
    if reading.unknown and {word.lower() for word in reading.unknown} <= own_fields.field_words(
        reading, [node]
    ):
        return own_fields.tell_fields(draft, node, reading)
    if reading.asks(_ZONES) and catalog.pods(node) and node.kind != "Node":
        facts.say(draft, Aspect.NODE, node, reading, catalog)
        hosts = (n for pod in catalog.pods(node) for n in catalog.targets(pod, EdgeType.RUNS_ON))
        draft.say_all(dict.fromkeys(hosts), Spot(short=2, needles=("zone",)), most=5)
        return True
    if paths := own_fields.references(node, reading):
        draft.say(node, Spot(short=2))
        for path in paths:
            draft.say(node, Spot(path=path), detail=True)
        return True
    if reading.kinds and (told := _tell_related(draft, aspect, node, reading, catalog)) is not None:
        return told
    if aspect in _VAGUE and own_fields.tell_fields(draft, node, reading) and aspect in _BY_FIELD_ALONE:
        return True
    if node.kind in ("Role", "ClusterRole") and aspect in (*OPEN, Aspect.USERS):
        draft.aspect = Aspect.ACCESS
        return access.of_role(draft, [node], catalog)
    if aspect is Aspect.EVENTS:
        return places.events(draft, reading, catalog, [node])
    return facts.say(draft, aspect or Aspect.DESCRIBE, node, reading, catalog)


def _asks_place(reading: Reading) -> bool:
    return Aspect.NODE in reading.aspects or Aspect.PLACE in reading.aspects


def _tell_related(
    draft: Draft, aspect: Aspect | None, node: Node, reading: Reading, catalog: Catalog
) -> bool | None:
    """What is said of the kinds that the question names beside the object; None where they do not matter."""
    mapped = [_BY_KIND[kind] for kind in reading.kinds if kind in _BY_KIND]
    if aspect in OPEN or (node.kind == "Node" and "Pod" in reading.kinds):
        placed = mapped[:1] in ([Aspect.NODE], [Aspect.PLACE]) and node.kind != "Node"
        if not placed and related.answer(
            draft, node, reading.kinds, catalog, reading.namespaces, keep=conditions_on(reading, catalog)
        ):
            totals.of_node(draft, node, reading, catalog)
            return True
        if mapped and not named_fields(node, reading.loose):
            draft.aspect = mapped[0]
            return facts.say(draft, mapped[0], node, reading, catalog)
    routers = [kind for kind in reading.kinds if kind in ROUTERS and kind != node.kind]
    if aspect in (Aspect.ROUTE, Aspect.EXPOSED) and routers:
        return related.answer(draft, node, routers, catalog, reading.namespaces) or None
    if aspect in (Aspect.USERS, Aspect.SELECTED, Aspect.ACCOUNT):
        kinds = (
            reading.kinds if aspect is not Aspect.ACCOUNT else [k for k in reading.kinds if k not in _BY_KIND]
        )
        if kinds and related.answer(draft, node, kinds, catalog, reading.namespaces):
            return True
    return None


def _aspect_of(reading: Reading) -> Aspect | None:
    """What is asked; who acts on whom is told from where the name stands."""
    aspect = reading.aspect
    if "NetworkPolicy" in reading.kinds and aspect in _OF_NETWORK:
        return Aspect.POLICIES
    if aspect is Aspect.HEALTH and reading.asks(_RUNS_ON):
        return Aspect.HOLDS
    on_node = any(node.kind == "Node" for mention in reading.mentions for node in mention.nodes)
    if on_node and aspect in OPEN and reading.asks(_RUNS_ON):
        return Aspect.HOLDS
    if set(ROUTERS) & set(reading.kinds) and reading.asks(TRAFFIC):
        return Aspect.ROUTE
    passive, acts = reading.asks(PASSIVE), ACTS.search(reading.masked)
    if aspect in (Aspect.CALLERS, Aspect.CALLS):
        if acts and not passive:
            return Aspect.CALLS
        if aspect is Aspect.CALLS and re.search(
            r"(?:calls?|depends? on|talks? to|connects? to) (?:the |a )?§", reading.masked
        ):
            return Aspect.CALLERS
    if aspect is Aspect.USERS and acts and not passive:
        second = next((a for a in reading.aspects[1:] if a is not Aspect.DESCRIBE), None)
        if second in (
            Aspect.IMAGE,
            Aspect.RESOURCES,
            Aspect.ENV,
            Aspect.PORTS,
            Aspect.ACCOUNT,
            Aspect.LABELS,
            Aspect.MOUNTS,
        ):
            return second
        held = {"ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume"} & set(reading.kinds)
        return Aspect.MOUNTS if held or not (reading.unknown or reading.kinds) else None
    if aspect is Aspect.USERS and Aspect.IMAGE in reading.aspects:
        return Aspect.IMAGE
    return aspect
