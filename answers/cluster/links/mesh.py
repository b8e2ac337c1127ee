"""Where a service mesh sends the traffic for a host: to which of its versions, and to which none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from answers.cluster import scripts
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, listed, told_apart
from cluster.graph import Node
from cluster.values import entries, mapping, number, text

_ROUTE = "VirtualService"
_RULE = "DestinationRule"
_MOST = 3
_SENDS = r"traffic|mesh|requests?|calls?|istio|canar\w*|subsets?|weights?|percent\w*|split|shares?"
_GOES = r"sen[dt]s?|sending|go|goes|gets?|getting|receiv\w*|rout\w+|reach\w*|land\w*|see[ns]?|split\w*|deliver\w*|serv\w+|ends? up|direct\w*|forward\w*|hits?|weights?|shares?|any"
_ELSE = r"how much|per second|rate|latency|policy|policies|internal\w*|external\w*|why|who|tls|mtls|encrypt\w*|retr\w+|timeouts?|gateways?|ports?|ingress\w*|allow\w*|block\w*|deny|denied|node|nodes"
_PLAIN = r"v\d+|subsets?|versions?|canary|istio|mesh"


def answer(one: Asked) -> Draft | None:
    """The versions to which a VirtualService sends what is for the named host."""
    if not one.says(_SENDS) or not one.says(_GOES) or one.says(_ELSE) or not one.reading.mentions:
        return None
    if not one.is_plain(_PLAIN, told=r"traffic|requests? .*|calls? .*"):
        return None
    names = {m.said.lower().replace(" ", "-") for m in one.reading.mentions}
    names |= {node.name.lower() for m in one.reading.mentions for node in m.nodes}
    routes = [node for node in one.of(_ROUTE) if any(_is_host(host, names) for host in _hosts(node))]
    if not 0 < len(routes) <= _MOST:
        return None
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters))
    for route in routes:
        _say(draft, route, routes, one)
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects]
    return draft if draft.lead else None


def _say(draft: Draft, route: Node, routes: Sequence[Node], one: Asked) -> None:
    """Where one VirtualService sends what is for its hosts, and which of their subsets get nothing."""
    shares = list(_shares(route))
    if not shares:
        return
    whole = len(shares) == 1 and not shares[0][1]
    said = f"all traffic to {shares[0][0]} only" if whole else listed(f"{to}{how}" for to, how in shares)
    rules = [rule for rule in one.of(_RULE) if _is_of(rule, route)]
    called = told_apart([*routes, *one.of(_RULE)])
    draft.lead.append(f"{called[route.id]} sends {said}")
    told = {to.rpartition(" subset ")[2] for to, _ in shares}
    for rule in rules:
        names = [text(subset, "name") for _, subset in entries(rule.value, "spec.subsets")]
        if none := [f"subset {name}" for name in names if name and name not in told]:
            draft.lead.append(f"No traffic to {listed(none)} of {called[rule.id]}")
    for node, field in ((route, "http"), *((rule, "subsets") for rule in rules)):
        draft.say(node)
        draft.say(node, Spot(path=("spec", field)), detail=True)
        draft.objects.append(node)


def _is_of(rule: Node, route: Node) -> bool:
    same = (rule.cluster, rule.namespace) == (route.cluster, route.namespace)
    return same and text(rule.value, "spec.host") in _hosts(route)


def _is_host(host: str, names: set[str]) -> bool:
    short = host.lower().split(".")[0]
    return any(name == short or name.startswith(f"{short}-v") for name in names)


def _hosts(route: Node) -> list[str]:
    """The hosts that a VirtualService is for."""
    held = mapping(route.value, "spec").get("hosts")
    return [str(host) for host in held] if isinstance(held, list) else []


def _shares(route: Node) -> Iterator[tuple[str, str]]:
    """Each destination, and its weight or that it is for some requests only."""
    for _, rule in entries(route.value, "spec.http"):
        for _, one in entries(rule, "route"):
            yield _destination(one), _share(one, rule)


def _destination(one: Mapping[str, Any]) -> str:
    host, subset = text(one, "destination.host"), text(one, "destination.subset")
    return f"{host} subset {subset}" if subset else host


def _share(one: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    weight = number(one, "weight")
    return f"{f' ({weight} %)' * bool(weight)}{' for requests that match' * ('match' in rule)}"
