"""Questions with a shape of their own: shared images, `the annotations of its ingress`, `anything but deployments`."""

from __future__ import annotations

import re

from answers.cluster import facts, lists, scripts, sharing, tallies
from answers.cluster.catalog import WORKLOADS, Catalog, pod_path
from answers.cluster.choice import choose
from answers.cluster.fields import named_fields
from answers.cluster.kinds import KindWords
from answers.cluster.reading import Reading
from answers.cluster.related import related
from answers.cluster.said import Draft, Spot
from answers.cluster.second.linked import linked
from answers.cluster.wording import Aspect

_OF_IT = r"(?:of|on|for|behind|in front of|belonging to|that (?:fronts|selects|guards|routes to)) (?:the )?§"
_OTHERS = re.compile(
    r"(?:anything|what|something|things?|stuff|everything|workloads?)(?: \w+){0,4} "
    r"(?:besides|other than|except(?: for)?|apart from|aside from|but|beyond|that (?:is|are) not|not) "
    r"(?:the |an? |any )?"
)
_OF_OBJECTS = (Aspect.LABELS, Aspect.AGE)
_SHALLOW = 2
_EVERY = frozenset(
    {("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace"), ("spec",), ("status",)}
)
_RUNNING = "deployments,statefulsets,daemonsets"


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """Adds what answers such a question; False where it is none."""
    if reading.missing:
        return False
    if sharing.asks_same(reading):
        return _same_image(draft, reading, catalog)
    if sharing.asks_shared(reading) and not reading.unknown and set(reading.kinds) <= {*WORKLOADS, "Pod"}:
        nodes = catalog.workloads(reading.namespaces, reading.clusters)
        draft.commands = _of_workloads(reading)
        return sharing.say_shared(draft, reading, catalog, nodes)
    if reading.aspect in _OF_OBJECTS and len(reading.mentions) == 1 and reading.kinds:
        return _of_related(draft, reading, catalog, kinds)
    if reading.aspect in (None, Aspect.ENV) and len(reading.mentions) == 1 and not reading.kinds:
        return _by_plain_field(draft, reading, catalog, kinds)
    return _all_but(draft, reading, catalog, kinds)


def _of_workloads(reading: Reading) -> list[list[str]]:
    places = [["-n", name] for name in reading.namespaces] or [["-A"]]
    return [["kubectl", "get", _RUNNING, *place, "-o", "wide"] for place in places]


def _same_image(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    nodes = choose(reading.mentions[0], reading, draft, catalog)
    draft.commands = [["kubectl", "get", _RUNNING, "-A", "-o", "wide"]]
    return bool(nodes) and nodes[0].present and sharing.say_same(draft, nodes[0], reading, catalog)


def _of_related(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """What is asked of an object that hangs together with the named one: `the annotations on the ingress of cart`."""
    subject = reading.subjects[0]
    behind = reading.masked[reading.tokens[subject.last - 1].end :]
    aspect, nodes = reading.aspect, choose(reading.mentions[0], reading, Draft(), catalog)
    if aspect is None or not nodes or reading.unknown or not re.match(rf"\s+{_OF_IT}", behind):
        return False
    near = related(nodes[0], subject.kinds, catalog) or linked(nodes[0], catalog, subject.kinds)
    found = [one for one in near if one.kind != nodes[0].kind]
    for one in found:
        facts.say(draft, aspect, one, reading, catalog)
    draft.objects = found
    draft.commands = [scripts.describe(one, kinds) for one in found]
    return bool(draft.said)


def _by_plain_field(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """A field whose name is an everyday word, where the question says nothing else: `what value has critical`."""
    nodes = choose(reading.mentions[0], reading, draft, catalog)
    if not nodes or reading.unknown or pod_path(nodes[0]) or not nodes[0].present:
        return False
    paths = [path for path in named_fields(nodes[0], reading.loose, weak=True) if len(path) <= _SHALLOW]
    if not paths or paths[0] in _EVERY:
        return False
    draft.say(nodes[0])
    for path in paths:
        draft.say(nodes[0], Spot(path=path), detail=True)
    draft.objects = [nodes[0]]
    draft.commands = [scripts.describe(nodes[0], kinds)]
    tallies.say(draft, reading)
    return True


def _all_but(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    """What runs of other kinds than the one that the question leaves out: `anything besides deployments`."""
    subject = reading.subjects[-1] if reading.subjects and not reading.mentions else None
    if subject is None or not set(subject.kinds) <= {*WORKLOADS} or reading.unknown:
        return False
    before = reading.masked[: reading.tokens[subject.first].start]
    others = [kind for kind in WORKLOADS if kind not in subject.kinds]
    if not (said := _OTHERS.search(before)) or said.end() != len(before) or not others:
        return False
    nodes = catalog.of(others, reading.namespaces, reading.clusters)
    shown = list(dict.fromkeys(node.kind for node in nodes)) or others
    told = lists.answer(draft, reading, catalog, shown)
    draft.commands = scripts.of_list(draft, reading, shown[:5], [], kinds)
    return told
