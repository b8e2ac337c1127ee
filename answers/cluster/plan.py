"""Decides what a question asks of which objects, and collects what answers it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answers.cluster import (
    access,
    env_words,
    facts,
    foremost,
    image_counts,
    lists,
    named,
    node_facts,
    path_routes,
    places,
    scripts,
    special,
    spelled,
    tallies,
    totals,
    unions,
)
from answers.cluster.candidates import narrowed_kinds, superlative, unexplained
from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.event_filters import narrowed as narrowed_events
from answers.cluster.filters import filters_of
from answers.cluster.kinds import KindWords
from answers.cluster.numeric import answer as numeric
from answers.cluster.overviews import quote_versions
from answers.cluster.port_filters import port_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft
from answers.cluster.scope import everywhere
from answers.cluster.spelled import either
from answers.cluster.traits import asked as traits
from answers.cluster.traits import told as told_traits
from answers.cluster.untold import is_untold, unmasked
from answers.cluster.wording import HOW_TO, IMAGES_OF, NEVER_TOLD, RUNS_IMAGE, UNKNOWABLE, Aspect

_OF_NAMESPACES = (Aspect.LABELS, Aspect.OWNER, Aspect.AGE)
"""What is asked of a namespace as an object of its own."""
_OF_WORKLOADS = (Aspect.IMAGE, Aspect.REPLICAS, Aspect.RESOURCES, Aspect.PROBES, Aspect.RESTARTS)
"""What is asked of what runs in a namespace, where no kind is named."""
_FEW = 3
_FACTS = (
    Aspect.IMAGE, Aspect.REPLICAS, Aspect.PORTS, Aspect.PROBES, Aspect.LABELS, Aspect.AGE, Aspect.ENV, Aspect.ACCOUNT,
    Aspect.ROUTE, Aspect.CONTAINERS,
)  # fmt: skip
"""What is told of the few objects of a kind as of one that is named."""
_OF_CONTAINERS = (
    r"(?:liveness|readiness|startup|probes?|limits?|requests?|images?|replicas?|memory|cpu|gpus?|"
    r"restart\w*|containers?)"
)
"""What no Service has: people call what runs behind it by the same word."""
_ASKS_OF_ALL = r"what|which|who|any\w*|every\w*|all|list|show|things?|stuff|top|how many|number|count"
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
    reading = reader.read(question, namespaces)
    return _numbers(reading, reader) or spelled.answer(question, reading, reader) or plan_of(reading, reader)


def numbers(question: str, reader: Reader, namespaces: Sequence[str] = ()) -> Draft | None:
    """What answers a question for numbers of which every word is understood; None for any other."""
    return _numbers(reader.read(question, namespaces), reader)


def _numbers(reading: Reading, reader: Reader) -> Draft | None:
    if (union := unions.answer(reading, reader)) is not None:
        return union
    return numeric.answer(reading, reader, lambda other: plan(other, reader, reading.namespaces))


def plan_of(reading: Reading, reader: Reader) -> Draft | Declined | None:
    """The same of a question that is taken apart already."""
    if HOW_TO.search(unmasked(reading)):
        return None
    if NEVER_TOLD.search(reading.masked):
        return Declined()
    asked_traits = traits.asked_in(reading)
    reading = traits.freed(reading, asked_traits)
    things = bool(reading.mentions or reading.namespaces or reading.kinds)
    about = (
        things
        or bool(asked_traits)
        or _of_all(reading, reader.catalog)
        or bool(port_of(reading))
        or node_facts.asks_pressure(reading)
        or access.is_asked(reading, reader.catalog)
        or _by_image(reading, reader.catalog)
        or bool(path_routes.routed(reading, reader.catalog)[1])
    )
    if not about and UNKNOWABLE.search(reading.masked) and reading.asks("clusters?"):
        return Declined()
    if not about and not everywhere(reading):
        return Declined(tuple(reading.missing)) if reading.missing and reading.aspects else None
    if is_untold(reading, reader.catalog, asked_traits):
        return Declined()
    for read in (reading, _without_names(reading), foremost.of_first_kind(reading, reader.catalog)):
        draft = Draft(clusters=list(reading.clusters))
        if read is None or not _collect(draft, read, reader.catalog, reader.kinds) or not draft.said:
            continue
        if read is reading or draft.objects:
            return draft
    return either.answer(reading, reader) or Declined(tuple(reading.missing))


def _without_names(reading: Reading) -> Reading | None:
    """The question with its names read as plain words: `kubelet version of the nodes`; None where it needs them."""
    if not reading.mentions or not reading.kinds or any(mention.kinds for mention in reading.mentions):
        return None
    words = [word for mention in reading.mentions for word in mention.said.split()]
    return replace(reading, mentions=[], loose=reading.text.lower(), unknown=[*reading.unknown, *words])


def _collect(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    if reading.mentions and (
        told_traits.answer(draft, reading, catalog, kinds) or env_words.answer(draft, reading, catalog, kinds)
    ):
        return True
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
    if image_counts.answer(draft, reading, catalog, reading.kinds):
        draft.commands = scripts.of_list(
            draft, reading, list(dict.fromkeys(n.kind for n in draft.objects)), [], kinds
        )
        return True
    if path_routes.answer(draft, reading, catalog):
        draft.commands = [scripts.describe(node, kinds) for node in draft.objects]
        return True
    if reading.mentions:
        told = named.answer(draft, reading, catalog, kinds)
        tallies.say(draft, reading)
        totals.of_named(draft, reading, catalog)
        return told
    if reading.kinds:
        return _of_kinds(draft, reading, catalog, kinds, reading.kinds)
    if node_facts.asks_pressure(reading):
        return _of_kinds(draft, reading, catalog, kinds, ("Node",))
    if traits.asked_in(reading):
        return _of_kinds(draft, reading, catalog, kinds, WORKLOADS)
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
    of_all = reading.asks(_ASKS_OF_ALL) and (filters or superlative(reading))
    asked = [one for one in reading.aspects if one not in (Aspect.USERS, Aspect.HOLDS, Aspect.DESCRIBE)]
    here = bool(reading.namespaces) and bool(asked) and asked[0] in _OF_WORKLOADS
    kind = ("Pod",) if here and asked[0] is Aspect.RESTARTS else WORKLOADS
    return (bool(of_all) or here) and _of_kinds(draft, reading, catalog, kinds, kind)


def _of_all(reading: Reading, catalog: Catalog) -> bool:
    """Whether a question without a kind sets conditions on whatever runs: `does anything ask for a gpu`."""
    if not reading.asks(_ASKS_OF_ALL) or Aspect.ACCESS in reading.aspects:
        return False
    return any(not (one.state or one.unwell) for one in filters_of(reading, WORKLOADS, catalog)[0])


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
    narrowed = narrowed_kinds(reading, asked, catalog)
    if reading.asks("containers?") and any(one.state for one in filters_of(reading, ("Pod",), catalog)[0]):
        narrowed = ["Pod"]  # how containers are stands in pods
    if narrowed[:1] == ["Service"] and (reading.asks(_OF_CONTAINERS) or traits.asked_in(reading)):
        narrowed = list(WORKLOADS)
    if narrowed == ["Node"] and node_facts.asks_conditions(reading) and not reading.missing:
        node_facts.say_conditions(draft, catalog.of(("Node",), clusters=reading.clusters), reading)
        draft.commands = scripts.of_nodes()
        return bool(draft.said)
    if (
        narrowed == ["Event"]
        and not catalog.of(narrowed)
        and not unexplained(reading, narrowed_events(reading, catalog.warnings(reading.namespaces))[1])
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


def _of_places(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    about_events = reading.aspect is Aspect.EVENTS
    warnings = catalog.warnings(reading.namespaces) if about_events else []
    if unexplained(reading, narrowed_events(reading, warnings)[1] if about_events else set()):
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
