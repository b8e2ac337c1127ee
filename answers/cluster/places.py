"""Answers about a namespace or a whole cluster: what it holds, how it is, what it exposes, what went wrong lately."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.event_filters import narrowed
from answers.cluster.link_facts import OUTSIDE, ROUTERS, leads_in
from answers.cluster.overviews import overview_of
from answers.cluster.reading import Reading
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed, titled
from answers.cluster.troubles import explain, say_reason, unwell
from answers.cluster.wording import Aspect
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import text

_LEADING = (
    "StatefulSet",
    "DaemonSet",
    "CronJob",
    "Job",
    "ReplicationController",
    "Service",
    "Ingress",
    "ConfigMap",
    "PersistentVolumeClaim",
)
_FIRST = 3
"""Warnings of which it is told when they began, where that is asked."""
_PLAIN = ("Service", "ConfigMap", "Secret", "ServiceAccount")
_WATCHED = ("Node", "PersistentVolumeClaim", "HorizontalPodAutoscaler", "Application", "APIService")


def holds(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """What runs in the namespaces that the question names, by cluster."""
    everywhere = reading.clusters or catalog.clusters
    for place in reading.namespaces:
        for cluster in everywhere:
            _hold(draft, place, cluster, f" of cluster {cluster}" if len(everywhere) > 1 else "", catalog)
    draft.described = True
    return bool(draft.said)


def _hold(draft: Draft, place: str, cluster: str, where: str, catalog: Catalog) -> None:
    within = {kind: found for kind in catalog.by_kind if (found := catalog.of((kind,), (place,), (cluster,)))}
    if not within:
        return
    shown = [counted(len(within[kind]), kind) for kind in ("Deployment", *_LEADING) if kind in within]
    draft.lead.append(f"Namespace {place}{where}: {listed(shown, 12) or 'no workloads'}")
    draft.quote(overview_of(next(iter(within.values()))[0], place))
    workloads = catalog.workloads((place,), (cluster,))
    others = [node for kind in _PLAIN for node in within.get(kind, ())]
    draft.say_all(workloads or others[:15], Spot(short=2))
    draft.objects += workloads or others
    draft.say_all(n for n in catalog.of(("Namespace",), clusters=(cluster,)) if n.name == place)


def health(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """Whether everything is well, in the namespaces that are named or everywhere."""
    watched = _watched(reading, catalog)
    bad = unwell(watched)
    where = f" in {listed(reading.namespaces)}" if reading.namespaces else ""
    if bad:
        of = counted(len(watched), "object")
        draft.lead.append(
            f"{len(bad)} of {of}{where} are not as they should be: {listed(map(titled, bad), 15)}"
        )
    else:
        draft.lead.append(f"All {counted(len(watched), 'workload')}{where} are as they should be")
    for node in bad[:15]:
        draft.say(node)
        if len(bad) <= 3:
            explain(draft, node, catalog)
        elif reading.aspect is Aspect.WHY:
            say_reason(draft, node)
    draft.left_out += max(0, len(bad) - 15)
    if not bad:
        draft.say_all(watched, Spot(short=1), most=25)
    draft.objects = bad or watched
    return bool(watched)


def _watched(reading: Reading, catalog: Catalog) -> list[Node]:
    found = [
        *catalog.workloads(reading.namespaces, reading.clusters),
        *catalog.of(_WATCHED, reading.namespaces, reading.clusters),
    ]
    pods = catalog.of(("Pod",), reading.namespaces, reading.clusters)
    return found + [pod for pod in pods if catalog.owner(pod) is None]


def exposed(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """What can be reached from outside the cluster."""
    services = [
        s
        for s in catalog.of(("Service",), reading.namespaces, reading.clusters)
        if text(s.value, "spec.type") in OUTSIDE
    ]
    routers = [r for r in catalog.of(ROUTERS, reading.namespaces, reading.clusters) if leads_in(r)]
    where = f" in {listed(reading.namespaces)}" if reading.namespaces else ""
    parts = [counted(len(services), "Service")] * bool(services) + [counted(len(routers), "route")] * bool(
        routers
    )
    draft.lead.append(f"Exposed outside the cluster{where}: {' and '.join(parts) or 'nothing that was read'}")
    draft.say_all(
        (*services, *routers), SUMMARY if len(services) + len(routers) <= 6 else Spot(short=3), most=30
    )
    for service in services[:5]:
        draft.say_all(
            (n for n in catalog.targets(service, EdgeType.SELECTS) if n.kind != "Pod"), Spot(short=2), most=2
        )
    if not services and not routers:
        draft.say_all(catalog.of(("Service",), reading.namespaces, reading.clusters), Spot(short=2), most=10)
    draft.objects = [*services, *routers]
    return bool(draft.said)


def events(draft: Draft, reading: Reading, catalog: Catalog, nodes: Sequence[Node] = ()) -> bool:
    """The server's newest warnings, about some objects or in some namespaces."""
    if nodes:
        found = catalog.warnings_about([*nodes, *(pod for node in nodes for pod in catalog.pods(node))])
    else:
        found = catalog.warnings(reading.namespaces)
    found, _ = narrowed(reading, found)
    where = (
        f" about {listed(map(titled, nodes), 4)}"
        if nodes
        else f" in {listed(reading.namespaces)}"
        if reading.namespaces
        else ""
    )
    draft.lead.append(f"{len(found)} warnings{where} are kept" if found else f"No warning{where} is kept")
    first = reading.asks(r"first|began|begin|started?|since when|since")
    for place, event in enumerate(found[:15]):
        draft.quote(event.document_id)
        if first and place < _FIRST:
            draft.quote(event.document_id, Spot(path=("firstTimestamp",)))
    draft.left_out += max(0, len(found) - 15)
    if not found:
        draft.say_all(nodes or catalog.of(("Namespace",), clusters=reading.clusters), Spot(short=1), most=3)
    draft.objects = list(nodes)
    return True


ANSWERS = {
    Aspect.HOLDS: holds, Aspect.DESCRIBE: holds, Aspect.HEALTH: health, Aspect.WHY: health, Aspect.EXPOSED: exposed,
    Aspect.EVENTS: events,
}  # fmt: skip
"""What is said of places, by what is asked."""
