"""What is said of how an object hangs together with others: users, calls, exposure, scaling, mounts, routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.cluster.catalog import Catalog, containers, pod_path
from answers.cluster.fact_parts import say_field, say_summary, services_of, with_pods
from answers.cluster.fields import named_fields
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Edge, Node
from cluster.values import mapping, text, words

Say = Callable[[Draft, Node, Reading, Catalog], bool]

ROUTERS = ("Ingress", "VirtualService", "HTTPRoute", "Gateway", "Route")
OUTSIDE = ("LoadBalancer", "NodePort")
_MOUNTED = ("ConfigMap", "Secret", "PersistentVolumeClaim")


def say_users(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """What uses a ConfigMap, a claim, an account and the like."""
    if pod_path(node) and node.kind != "Pod":
        if reading.asks(r"(?:who|what|which \w+) uses?|used by|users? of"):
            return say_callers(draft, node, reading, catalog)
        return say_mounts(draft, node, reading, catalog)
    users = catalog.users(node, EdgeType.MOUNTS, EdgeType.REFERENCES, EdgeType.ROUTES, EdgeType.CALLS)
    wanted = [user for user in users if not reading.kinds or user.kind in reading.kinds]
    workloads = [user for user in wanted or users if pod_path(user)]
    users = workloads or wanted or users
    verb = "uses" if len(users) == 1 else "use"
    draft.lead.append(
        f"{counted(len(users), 'object')} {verb} {titled(node)}"
        if users
        else f"No object that was read uses {titled(node)}"
    )
    if not users:
        draft.say(node)
    for user in users[:30]:
        draft.say(user, Spot(short=2))
        draft.say(user, Spot(value=node.name), detail=True)
    draft.left_out += max(0, len(users) - 30)
    return True


def say_calls(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The Services whose addresses are in its settings."""
    maker = with_pods(node, catalog) or node
    found = catalog.graph.leaving(maker.id, EdgeType.CALLS)
    draft.lead.append(
        f"{titled(maker)} calls {counted(len(found), 'Service')} by its settings"
        + _names(found, catalog, False)
    )
    draft.say(maker, Spot(short=2))
    for edge in found[:20]:
        _say_address(draft, maker, edge.reasons, catalog)
    return bool(found) or bool(pod_path(maker))


def say_callers(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The workloads whose settings hold its address."""
    services = [node] if node.kind == "Service" else services_of(node, catalog)
    found = [edge for service in services for edge in catalog.graph.reaching(service.id, EdgeType.CALLS)]
    subject = listed(titled(service) for service in services) or titled(node)
    draft.lead.append(
        f"{counted(len(found), 'workload')} call{'s' * (len(found) == 1)} {subject} by its settings"
        + _names(found, catalog, True)
    )
    if not found:
        draft.say(services[0] if services else node)
    for edge in found[:20]:
        caller = catalog.graph.node(edge.source)
        draft.say(caller, Spot(short=2))
        _say_address(draft, caller, edge.reasons, catalog)
    return True


def _names(found: Sequence[Edge], catalog: Catalog, callers: bool) -> str:
    ends = [catalog.graph.node(e.source if callers else e.target).name for e in found]
    return f": {listed(ends, 20)}" if ends else ""


def _say_address(draft: Draft, caller: Node, reasons: tuple[tuple[str, str], ...], catalog: Catalog) -> None:
    """The line that holds the address, in the caller's own object or in the configuration that it mounts."""
    for sentence, through in reasons[:1]:
        found = re.search(r" (?:is|holds) (\S+?)(?:[,;]|$)", sentence)
        holder = catalog.graph.node(through) if through and through in catalog.graph else caller
        if found:
            draft.say(holder, Spot(needles=(found[1],)), detail=True)


def leads_in(node: Node) -> bool:
    """Whether a route is for traffic from outside: a VirtualService that names no gateway is of the mesh alone."""
    if node.kind not in ROUTERS:
        return False
    return node.kind != "VirtualService" or any(name != "mesh" for name in words(node.value, "spec.gateways"))


def say_exposure(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Whether and how it can be reached from outside."""
    if node.kind in ROUTERS:
        return say_routes(draft, node, reading, catalog)
    services = [node] if node.kind == "Service" else services_of(node, catalog)
    routers = [
        router
        for service in services
        for router in catalog.users(service, EdgeType.ROUTES)
        if leads_in(router)
    ]
    open_ones = [s for s in services if text(s.value, "spec.type") in OUTSIDE]
    if open_ones or routers:
        draft.lead.append(
            f"Reachable from outside through {listed(titled(one) for one in (*open_ones, *routers))}"
        )
    else:
        draft.lead.append(f"Nothing that was read exposes {titled(node)} outside the cluster")
    draft.say_all([*open_ones, *(s for s in services if s not in open_ones), *routers], most=8)
    if not services:
        draft.say(node)
    return True


def say_ports(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Ports of its Services and containers."""
    maker = with_pods(node, catalog)
    services = [node] if node.kind == "Service" else services_of(node, catalog)
    draft.say_all(services, most=5)
    for _, _, container in containers(maker) if maker else ():
        if maker and container.get("ports"):
            draft.say(maker, Spot(needles=(f"ontainer {container.get('name')}:", "ports")))
    return bool(draft.said) or say_field(draft, node, reading, catalog, weak=True)


def say_scaling(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The autoscaler of a workload."""
    if node.kind == "HorizontalPodAutoscaler":
        return say_summary(draft, node, reading, catalog)
    scalers = catalog.users(node, EdgeType.SCALES)
    draft.lead.append(
        f"{titled(node)} is scaled by {listed(titled(s) for s in scalers)}" if scalers
        else f"No autoscaler that was read scales {titled(node)}"
    )  # fmt: skip
    draft.say_all(scalers, most=5)
    draft.say(node, Spot(short=2))
    return True


def say_guards(kind: str, said: str, verb: str) -> Say:
    """For objects of a kind that select pods: budgets, network policies."""

    def add(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
        if node.kind == kind:
            _say_guard(draft, node)
            return True
        node = with_pods(node, catalog) or node
        edges = [
            e for one in (node, *catalog.pods(node)) for e in catalog.graph.reaching(one.id, EdgeType.SELECTS)
        ]
        found = {e.source: g for e in edges if (g := catalog.graph.node(e.source)).kind == kind}
        names = listed(titled(one) for one in found.values())
        draft.lead.append(
            f"{titled(node)} is {verb} by {names}"
            if found
            else f"No {said} that was read selects {titled(node)}"
        )
        for one in list(found.values())[:10]:
            _say_guard(draft, one)
        if not found:
            draft.say(node)
        return True

    return add


def _say_guard(draft: Draft, node: Node) -> None:
    """A budget or a policy; of a policy what it lets through."""
    draft.say(node)
    for field in ("ingress", "egress") if node.kind == "NetworkPolicy" else ():
        draft.say(node, Spot(path=("spec", field)), detail=True)


def say_mounts(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """The ConfigMaps, Secrets and claims that it uses, also those that were not read."""
    kinds = [kind for kind in reading.kinds if kind in _MOUNTED] or list(_MOUNTED)
    edges = catalog.graph.leaving(node.id, EdgeType.MOUNTS, EdgeType.REFERENCES)
    found = [one for edge in edges if (one := catalog.graph.node(edge.target)).kind in kinds]
    draft.lead.append(f"{titled(node)} uses {listed(titled(one) for one in found) or 'none of these'}")
    draft.say(node, Spot(short=2))
    for one in found[:12]:
        draft.say(node, Spot(value=one.name), detail=True)
    if "StorageClass" in reading.kinds:
        draft.say_all(
            (one for one in found if one.present), Spot(short=3, needles=("storage class ",)), most=12
        )
    return True


def say_selected(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """What a Service, an autoscaler or a route points to."""
    found = [
        one
        for one in catalog.targets(node, EdgeType.SELECTS, EdgeType.SCALES, EdgeType.ROUTES)
        if one.kind != "Pod"
    ]
    if not found and pod_path(node):
        found = services_of(node, catalog)
    draft.lead.append(
        f"{titled(node)}: {listed(titled(one) for one in found) or 'nothing that was read is selected'}"
    )
    draft.say(node)
    if reading.asks("selectors?") and mapping(node.value, "spec.selector"):
        draft.say(node, Spot(path=("spec", "selector")), detail=True)
    draft.say_all(found, Spot(short=2), most=10)
    return True


def say_routes(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Hosts, paths and destinations."""
    draft.say(node)
    for path in named_fields(node, f"{reading.text} destination destinations hosts gateways"):
        draft.say(node, Spot(path=path), detail=True)
    draft.say_all(catalog.targets(node, EdgeType.ROUTES), Spot(short=2), most=6)
    return True
