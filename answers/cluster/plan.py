"""Decides what a question asks of which objects, and collects what answers it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answers.cluster import access, facts, lists, named, node_facts, path_routes, places, scripts, special
from answers.cluster.candidates import superlative
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.filters import filters_of
from answers.cluster.kinds import KindWords
from answers.cluster.mentions import is_inside
from answers.cluster.overviews import quote_versions
from answers.cluster.port_filters import port_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.wording import COMPARED, HOW_TO, IMAGES_OF, NEVER_TOLD, RUNS_IMAGE, UNKNOWABLE, Aspect

_OF_NAMESPACES = (Aspect.LABELS, Aspect.OWNER, Aspect.AGE)
"""What is asked of a namespace as an object of its own."""
_OF_WORKLOADS = (Aspect.IMAGE, Aspect.REPLICAS, Aspect.RESOURCES, Aspect.PROBES, Aspect.RESTARTS)
"""What is asked of what runs in a namespace, where no kind is named."""
_FEW = 3
_ROUTING = frozenset({"VirtualService", "DestinationRule", "HTTPRoute", "Gateway", "Ingress"})
"""Kinds that say where traffic goes; how much there is says none."""
_FACTS = (
    Aspect.IMAGE, Aspect.REPLICAS, Aspect.PORTS, Aspect.PROBES, Aspect.LABELS, Aspect.AGE, Aspect.ENV, Aspect.ACCOUNT,
    Aspect.ROUTE, Aspect.CONTAINERS,
)  # fmt: skip
"""What is told of the few objects of a kind as of one that is named."""
_OF_CONTAINERS = r"(?:liveness|readiness|startup|probes?|limits?|requests?|images?|replicas?)"
"""What no Service has: people call what runs behind it by the same word."""
_MEASURED = r"memory|cpu|replicas?|restarts?|containers?|limits?|requests?"
_IMAGE = re.compile(r"\S+/\S+:\S+")
_ASKS_VERSION = re.compile(
    r"(?:kubernetes|k8s|cluster|server|kubectl) version|version of (?:the )?(?:kubernetes|k8s|clusters?|api server)"
)


@dataclass(frozen=True, slots=True)
class Declined:
    """A question about the cluster that its objects do not answer; `missing` names what does not exist."""

    missing: tuple[str, ...] = ()


def plan(question: str, reader: Reader, namespaces: Sequence[str] = ()) -> Draft | Declined | None:
    """What answers the question; `Declined` where it is about the cluster and cannot be told; None where it is not.

    `namespaces` are those that the caller looks at, where the question names none.
    """
    reading = reader.read(question)
    reading.namespaces = reading.namespaces or [n for n in namespaces if n in reader.catalog.namespaces]
    return plan_of(reading, reader)


def plan_of(reading: Reading, reader: Reader) -> Draft | Declined | None:
    """The same of a question that is taken apart already."""
    if HOW_TO.search(_unmasked(reading)):
        return None
    if NEVER_TOLD.search(reading.masked):
        return Declined()
    things = bool(reading.mentions or reading.namespaces or reading.kinds)
    about = (
        things
        or bool(port_of(reading))
        or node_facts.asks_pressure(reading)
        or access.is_asked(reading, reader.catalog)
        or _by_image(reading, reader.catalog)
        or bool(path_routes.routed(reading, reader.catalog)[1])
    )
    if not about and UNKNOWABLE.search(reading.masked) and reading.asks("clusters?"):
        return Declined()
    if not about and not _everywhere(reading):
        return Declined(tuple(reading.missing)) if reading.missing and reading.aspects else None
    asked = _unmasked(reading)
    if reading.asks(r"nodeport|load ?balancers?|ingress\w*|gateways?"):
        asked = asked.replace("traffic", "")
    of_routes = _ROUTING & set(reading.kinds) or reading.asks(r"(?:external|internal) traffic polic\w+")
    if "NetworkPolicy" in reading.kinds or reading.aspect is Aspect.POLICIES or of_routes:
        asked = asked.replace("traffic", "")
    if reading.mentions and len(reading.namespaces) > 1:
        asked = asked.replace("difference between", "")  # of the same object in two places
    asked = _IMAGE.sub("§", asked)
    if UNKNOWABLE.search(asked) and not access.is_asked(reading, reader.catalog):
        return Declined()
    for read in (reading, _without_names(reading)):
        draft = Draft(clusters=list(reading.clusters))
        if read is None or not _collect(draft, read, reader.catalog, reader.kinds) or not draft.said:
            continue
        if read is reading or draft.objects:
            return draft
    return Declined(tuple(reading.missing))


def _without_names(reading: Reading) -> Reading | None:
    """The question with its names read as plain words: `kubelet version of the nodes`; None where it needs them."""
    if not reading.mentions or not reading.kinds or any(mention.kinds for mention in reading.mentions):
        return None
    words = [word for mention in reading.mentions for word in mention.said.split()]
    return replace(reading, mentions=[], loose=reading.text.lower(), unknown=[*reading.unknown, *words])


def _unmasked(reading: Reading) -> str:
    """The question with exact names covered; a guessed one may be a plain word."""
    text = list(reading.masked)
    for mention in reading.mentions:
        if mention.guessed:
            first, last = reading.tokens[mention.first].start, reading.tokens[mention.last - 1].end
            text[first:last] = reading.text[first:last].lower()
    return "".join(text)


def _everywhere(reading: Reading) -> bool:
    """Whether the question is about everything there is."""
    general = (Aspect.HEALTH, Aspect.EXPOSED, Aspect.EVENTS, Aspect.WHY, Aspect.IMAGE)
    words = r"clusters?|anything|everything|something|all|workloads?|kubernetes|k8s|images?|things?|warnings?|events?"
    if (
        reading.aspect is Aspect.EXPOSED
        and not reading.unknown
        and reading.asks(r"(?:what|which) (?:\w+ )?(?:is|are)|anything")
    ):
        return True  # `what is exposed to the internet` is asked of the cluster
    compares = superlative(reading) or COMPARED.search(reading.masked)
    if (
        compares
        and not reading.unknown
        and reading.asks(r"who|what|which|any\w*|top")
        and reading.asks(_MEASURED)
    ):
        return True  # `who has the highest cpu limit`
    return reading.aspect in general and reading.asks(words) and len(reading.unknown) <= 1


def _collect(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    if access.is_asked(reading, catalog) and access.answer(draft, reading, catalog):
        draft.commands = [*scripts.of_access(draft, reading), *_own(draft, reading, catalog, kinds)]
        return True
    if special.answer(draft, reading, catalog, kinds):
        return True
    if _by_image(reading, catalog):
        return _of_kinds(
            draft,
            reading,
            catalog,
            kinds,
            [k for k in reading.kinds if k in (*WORKLOADS, "Pod")] or list(WORKLOADS),
        )
    if path_routes.answer(draft, reading, catalog):
        draft.commands = [scripts.describe(node, kinds) for node in draft.objects]
        return True
    if reading.mentions:
        return named.answer(draft, reading, catalog, kinds)
    if reading.kinds:
        return _of_kinds(draft, reading, catalog, kinds, reading.kinds)
    if node_facts.asks_pressure(reading):
        return _of_kinds(draft, reading, catalog, kinds, ("Node",))
    if _ASKS_VERSION.search(reading.masked) and not reading.unknown:
        quote_versions(draft, catalog)
        draft.commands = [["kubectl", "version"], ["kubectl", "get", "nodes", "-o", "wide"]]
        return True
    if _asks_size(reading):
        told = places.holds(draft, reading, catalog)
        draft.commands = scripts.of_places(reading, Aspect.HOLDS, draft, catalog)
        return told
    conditions = filters_of(reading, ("Pod",), catalog)[0]
    asked = reading.asks(r"any\w*|some\w*|what|which|every\w*|all|list|show")
    if asked and any(one.state for one in conditions) and not any(one.number for one in conditions):
        return _of_kinds(draft, reading, catalog, kinds, ("Pod",))
    return _of_places(draft, reading, catalog, kinds) or _of_workloads(draft, reading, catalog, kinds)


def _asks_size(reading: Reading) -> bool:
    """`how big is shop`: how much there is in namespaces, not what their pods request."""
    sized = reading.asks(r"how (?:big|large)|size") and not reading.asks(
        "memory|cpu|limits?|requests?|storage"
    )
    return bool(reading.namespaces) and sized


def _of_workloads(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """`what in shop runs without limits`, `images in shop`: about things that the question does not name."""
    filters, _ = filters_of(reading, WORKLOADS, catalog)
    of_all = reading.asks(r"what|which|who|any\w*|every\w*|all|list|show|things?|stuff|top") and (
        filters or superlative(reading)
    )
    asked = [one for one in reading.aspects if one not in (Aspect.USERS, Aspect.HOLDS, Aspect.DESCRIBE)]
    here = bool(reading.namespaces) and bool(asked) and asked[0] in _OF_WORKLOADS
    kind = ("Pod",) if here and asked[0] is Aspect.RESTARTS else WORKLOADS
    return (bool(of_all) or here) and _of_kinds(draft, reading, catalog, kinds, kind)


def _own(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> list[list[str]]:
    named = [n for n in draft.objects if n.kind in ("ServiceAccount", "ClusterRole", "Role")]
    return [
        ["kubectl", "describe", kinds.resource(n.kind), n.name, *(["-n", n.namespace] if n.namespace else [])]
        for n in named[:1]
    ]


def _by_image(reading: Reading, catalog: Catalog) -> bool:
    """Whether the question asks which workloads run an image: `who runs the mongo image`."""
    if len(reading.mentions) > 1 or any(m.kinds for m in reading.mentions):
        return False
    if not (RUNS_IMAGE.search(reading.masked) or IMAGES_OF.search(reading.masked)) or reading.asks(
        r"(?:does|do|is|are) §+"
    ):
        return False
    filters, _ = filters_of(reading, WORKLOADS, catalog)
    runs = [one for one in filters if one.image]
    if runs and reading.mentions and reading.asks("uses?|using") and not reading.asks("images?"):
        # `who uses cart`, which nothing but cart runs, asks who calls it.
        said = {reading.mentions[0].said.lower()}
        return not {n.name for n in catalog.workloads() if all(one.test(n) for one in runs)} <= said
    return bool(runs)


def _of_kinds(
    draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords, asked: Sequence[str]
) -> bool:
    narrowed = _narrowed(reading, asked, catalog)
    if reading.asks("containers?") and any(one.state for one in filters_of(reading, ("Pod",), catalog)[0]):
        narrowed = ["Pod"]  # how containers are stands in pods
    if narrowed[:1] == ["Service"] and reading.asks(_OF_CONTAINERS):
        narrowed = list(WORKLOADS)
    if narrowed == ["Node"] and node_facts.asks_conditions(reading) and not reading.missing:
        node_facts.say_conditions(draft, catalog.of(("Node",), clusters=reading.clusters), reading)
        draft.commands = scripts.of_nodes()
        return bool(draft.said)
    if (
        narrowed == ["Event"]
        and not catalog.of(narrowed)
        and not reading.unknown
        and not superlative(reading)
    ):
        draft.commands = scripts.of_places(reading, Aspect.EVENTS, draft, catalog)
        return places.events(draft, reading, catalog)
    if Aspect.EVENTS in reading.aspects and "Event" not in narrowed and not reading.unknown:
        about = catalog.of(narrowed, reading.namespaces, reading.clusters)
        draft.commands = scripts.of_places(reading, Aspect.EVENTS, draft, catalog)
        return bool(about) and places.events(draft, reading, catalog, about)
    if not lists.answer(draft, reading, catalog, narrowed):
        return False
    if reading.aspect is Aspect.DESCRIBE:
        draft.described = True
    filters, _ = filters_of(reading, narrowed, catalog)
    arguments = [word for one in filters for word in one.arguments]
    shown = list(dict.fromkeys(n.kind for n in draft.objects)) or list(narrowed)
    if len(narrowed) > 1 and shown and set(narrowed) & {"Node", "Namespace"}:
        shown = [kind for kind in narrowed if kind not in ("Node", "Namespace")] or shown
    draft.commands = scripts.of_list(draft, reading, shown[:5], arguments, kinds)
    if len(draft.objects) <= _FEW and reading.aspect in _FACTS:
        for node in list(draft.objects):
            facts.say(draft, reading.aspect, node, reading, catalog)
    if len(draft.objects) == 1 and shown == [draft.objects[0].kind]:
        draft.commands += scripts.of_objects(draft, reading, reading.aspect, catalog, kinds)
    return True


def _narrowed(reading: Reading, asked: Sequence[str], catalog: Catalog) -> list[str]:
    """Without the kinds that only a general word brought in, where another word says which API is meant."""
    # A word of a kind's own name says no API: `network policies` are not those of `networking.istio.io`.
    words = [
        t.low for i, t in enumerate(reading.tokens) if len(t.low) > 3 and not is_inside(i, reading.subjects)
    ]
    custom = [
        kind
        for kind in asked
        for node in catalog.by_kind.get(kind, [])[:1]
        if "." in node.group and any(word in node.group for word in words)
    ]
    return custom or list(asked)


def _of_places(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    if reading.unknown or reading.missing:
        return False
    if reading.aspect in _OF_NAMESPACES:
        spaces = catalog.of(("Namespace",), clusters=reading.clusters)
        draft.objects = [node for node in spaces if node.name in reading.namespaces]
        draft.commands = scripts.of_objects(draft, reading, reading.aspect, catalog, kinds)
        for node in draft.objects:
            facts.say(draft, reading.aspect, node, reading, catalog)
        return bool(draft.said)
    aspect = reading.aspect if reading.aspect in places.ANSWERS else None
    if aspect is None and reading.aspects and reading.aspects[0] not in (Aspect.PLACE,):
        return False
    if not reading.namespaces and aspect in (None, Aspect.HOLDS, Aspect.DESCRIBE):
        return False
    told = places.ANSWERS[aspect or Aspect.HOLDS](draft, reading, catalog)
    draft.commands = scripts.of_places(reading, aspect, draft, catalog)
    return told
