"""Ways into the cluster: ports of the nodes, load balancers without an address, the host names of a namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import path_routes, scripts
from answers.cluster.catalog import pod_path
from answers.cluster.fact_parts import services_of
from answers.cluster.link_facts import OUTSIDE, ROUTERS, leads_in
from answers.cluster.links.asked import Asked, commands, listing
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at, entries, text, words

_NODE = r"(?:nodes?|machines?|hosts?|vms?|boxes|box|servers?)"
_NODE_PORT = (
    rf"node[ -]?ports?|ports? (?:\w+ ){{0,6}}?(?:of|on|at|by|through|via|from) (?:any |all |every |each |one |a |an |the |our |of )*{_NODE}"
    rf"|{_NODE}(?:'s|s')? ports?|(?:on|through|via|at) (?:any |every |a |the |our |all |each )*{_NODE}(?: \w+){{0,6}} ports?"
)
_NUMBER = re.compile(r"(?<![\w.])(3[0-2]\d{3})(?![\w.])")
_WAITS = r"wait\w*|pending|without|no|not|n't|still|lack\w*|never|miss\w*|unassigned|yet"
_ADDRESS = r"(?:external|public|outside|ingress|own|real)?-? ?(?:ips?|address(?:es)?|hostnames?|endpoints?)"
_BALANCER = r"load ?-?balancers?(?: services?)?|type loadbalancer"
_OPEN = r"expos\w+|(?:open|visible|available|reach\w*|accessible) (?:to|from|for) (?:the )?(?:internet|outside|public|world|extern\w*)|internet[- ]facing|publicly|from (?:the )?(?:outside|internet)"
_NOT_OPEN = r"\d+|not|n't|no|never|internal\w*|inside|within|only|how many ports|ports?|metrics|which namespaces?|without|prometheus|types?"
_HOSTS = r"host ?-?names?|domain(?: name)?s?|fqdns?|dns names?|web address|urls?|(?:which|what) host"
_SEEN = r"store ?front|web ?shop|home ?page|front ?page|landing|website|browser|laptop|gui|ui"
_LEADS = r"backends?|services?|ports?|end(?:s|ed)? up|leads?|serv\w+|behind|rout\w+|go(?:es)?|handle\w*|answer\w*|forward\w*|sent|pointed"
_SENDS = r"ports?|backends?|sends?|forwards?|leads?|rout\w+|traffic|end up|goes|go"
_ONE = r"which port|what port|on what|on which|port|node ?ports?"


def answer(one: Asked) -> Draft | None:
    """The Services or routes by which the question's objects are reached from outside."""
    return (
        _path(one)
        or _rules(one)
        or _by_number(one)
        or _node_ports(one)
        or _waiting(one)
        or _exposed(one)
        or _hosts(one)
    )


def _path(one: Asked) -> Draft | None:
    """What a path of an address leads to."""
    draft = Draft(sure=0.85)
    if (
        one.reading.mentions
        or not one.says(_LEADS)
        or not path_routes.answer(draft, one.reading, one.catalog)
    ):
        return None
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects]
    return draft


def _rules(one: Asked) -> Draft | None:
    """Where the named Ingress sends what comes in, with the ports."""
    if len(one.reading.mentions) != 1 or not one.says(_SENDS) or not one.is_plain(told="traffic|next|will"):
        return None
    draft = Draft(sure=0.85)
    nodes = [n for n in one.named(draft, one.reading.mentions[0])[:1] if n.kind == "Ingress"]
    for node in nodes:
        ports = [
            at(path, "backend.service")
            for _, rule in entries(node.value, "spec.rules")
            for _, path in entries(rule, "http.paths")
        ]
        ends = [f"{text(s, 'name')}:{at(s, 'port.number') or text(s, 'port.name')}" for s in ports]
        draft.lead.append(f"{titled(node)} leads to {listed(dict.fromkeys(ends))}")
        draft.say(node)
        draft.say(node, Spot(path=("spec", "rules")), detail=True)
        draft.say_all(one.catalog.targets(node, EdgeType.ROUTES), Spot(short=3), most=5)
        draft.objects.append(node)
    draft.commands = [scripts.describe(node, one.kinds) for node in nodes]
    return draft if nodes else None


def _by_number(one: Asked) -> Draft | None:
    """Which Service has a port of the nodes: `who owns node port 31000`."""
    said = _NUMBER.search(one.text)
    if (
        not said
        or one.reading.mentions
        or one.says(r"when|who \w+ed")
        or not one.is_plain(r"\d+", told=r"who (?:owns|has|holds|uses|sits|listens|got)")
    ):
        return None
    port = int(said[1])
    found = [s for s in one.of("Service") if port in _of(s)]
    if not found:
        return None
    return listing(one, found, one.of("Service"), f"with node port {port}", _ports)


def _node_ports(one: Asked) -> Draft | None:
    """On which ports of the nodes the Services of an object, or of a namespace, are reached."""
    if not one.says(_NODE_PORT) or not one.says(_ONE) or one.says(r"how many|number of|count"):
        return None
    if "Node" in {n.kind for m in one.reading.mentions for n in m.nodes} or not one.is_plain(_SEEN):
        return None
    draft = Draft(sure=0.8)
    services: list[Node] = []
    for mention in one.reading.mentions:
        for node in one.named(draft, mention)[:1]:
            near = [n for n in one.beside(node, mention) if n.kind == "Service"]
            services += near or (services_of(node, one.catalog) if pod_path(node) else [])
    if not one.reading.mentions and one.reading.namespaces:
        services = one.of("Service")
    found = [s for s in dict.fromkeys(services) if _of(s)]
    if not found:
        return None
    ports = "; ".join(f"{titled(s)} {listed(map(str, _of(s)))}" for s in found)
    draft.lead.append(f"Ports of the nodes: {ports}")
    for service in found[:10]:
        draft.say(service)
        for spot in _ports(service):
            draft.say(service, spot, detail=True)
    draft.objects = found
    draft.commands = commands(one, ["Service"])
    if len(found) == 1:
        draft.commands = [
            ["kubectl", "get", "service", found[0].name, "-n", found[0].namespace, "-o", "wide"]
        ]
    return draft


def _exposed(one: Asked) -> Draft | None:
    """The Services that can be reached from outside, where only those are asked for."""
    if (
        one.reading.mentions
        or set(one.reading.kinds) != {"Service"}
        or not one.says(_OPEN)
        or one.says(_NOT_OPEN)
    ):
        return None
    if not one.is_plain(r"internet|outside|world"):
        return None
    among = one.of("Service")
    found = [s for s in among if text(s.value, "spec.type") in OUTSIDE or _is_routed(s, one)]
    return listing(one, found, among, "that are reached from outside the cluster") if among else None


def _is_routed(service: Node, one: Asked) -> bool:
    """Whether a route that leads in from outside leads to a Service."""
    edges = one.catalog.graph.reaching(service.id, EdgeType.ROUTES)
    return any(leads_in(one.catalog.graph.node(edge.source)) for edge in edges)


def _waiting(one: Asked) -> Draft | None:
    """The load balancers that have no address yet."""
    if one.reading.mentions or not one.says(_BALANCER) or not one.says(_WAITS) or not one.says(_ADDRESS):
        return None
    if not one.is_plain():
        return None
    among = [s for s in one.of("Service") if text(s.value, "spec.type") == "LoadBalancer"]
    found = [s for s in among if not list(entries(s.value, "status.loadBalancer.ingress"))]
    return listing(one, found, among, "of type LoadBalancer without an external address") if among else None


def _hosts(one: Asked) -> Draft | None:
    """The host names of the routes in the namespaces of the question."""
    if one.reading.mentions or not one.reading.namespaces or not one.says(_HOSTS) or one.says(r"paths?"):
        return None
    if not one.is_plain(told=r"customers?|users?|visitors?"):
        return None
    kinds = [kind for kind in ROUTERS if kind in one.reading.kinds] or ROUTERS
    routers = [r for r in one.of(*kinds) if _names(r)]
    if not routers:
        return None
    draft = Draft(sure=0.75, objects=routers)
    draft.lead.append("; ".join(f"{titled(r)}: {listed(_names(r))}" for r in routers))
    draft.say_all(routers)
    draft.commands = commands(one, list(dict.fromkeys(r.kind for r in routers)))
    return draft


def _names(router: Node) -> list[str]:
    rules = [text(rule, "host") for _, rule in entries(router.value, "spec.rules")]
    found = [*rules, *words(router.value, "spec.hosts"), *words(router.value, "spec.hostnames")]
    return list(dict.fromkeys(name for name in found if "." in name and name != "*"))


def _of(service: Node) -> list[int]:
    if text(service.value, "spec.type") not in OUTSIDE:
        return []
    found = [at(port, "nodePort") for _, port in entries(service.value, "spec.ports")]
    return [port for port in found if isinstance(port, int)]


def _ports(_: Node) -> Iterator[Spot]:
    yield Spot(path=("spec", "ports"))
