"""Answers about a namespace or a whole cluster: what it holds, how it is, what it exposes, what went wrong lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.overviews import overview_of
from answers.cluster.reading import Reading
from answers.cluster.said import SUMMARY, Draft, Spot, counted, listed, titled
from answers.cluster.troubles import explain, unwell
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
_ROUTERS = ("Ingress", "VirtualService", "HTTPRoute", "Gateway", "Route")
_OUTSIDE = ("LoadBalancer", "NodePort", "ExternalName")
_WATCHED = ("Node", "PersistentVolumeClaim", "HorizontalPodAutoscaler", "Application", "APIService")


def holds(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """What runs in the namespaces that the question names."""
    for place in reading.namespaces:
        workloads = catalog.workloads((place,), reading.clusters)
        counts = Counter(
            {kind: len(catalog.of((kind,), (place,), reading.clusters)) for kind in catalog.by_kind}
        )
        shown = [counted(counts[kind], kind) for kind in ("Deployment", *_LEADING) if counts[kind]]
        draft.lead.append(f"Namespace {place}: {listed(shown, 12) or 'no objects'}")
        some = next(
            (n for kind in catalog.by_kind for n in catalog.of((kind,), (place,), reading.clusters)), None
        )
        draft.objects += workloads
        if some is not None:
            draft.quote(overview_of(some, place))
        draft.say_all(workloads, Spot(short=2))
        if not workloads:
            others = catalog.of(
                ("Service", "ConfigMap", "Secret", "ServiceAccount"), (place,), reading.clusters
            )
            draft.say_all(others, Spot(short=2), most=15)
            draft.objects += others
        draft.say_all(
            (n for n in catalog.of(("Namespace",), clusters=reading.clusters) if n.name == place), SUMMARY
        )
    draft.described = True
    return True


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
        if text(s.value, "spec.type") in _OUTSIDE
    ]
    routers = catalog.of(_ROUTERS, reading.namespaces, reading.clusters)
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
    where = (
        f" about {listed(map(titled, nodes))}"
        if nodes
        else f" in {listed(reading.namespaces)}"
        if reading.namespaces
        else ""
    )
    draft.lead.append(f"{len(found)} warnings{where} are kept" if found else f"No warning{where} is kept")
    for event in found[:15]:
        draft.quote(event.document_id)
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
