"""Where a service mesh sends the traffic for a host: to which of its versions, and to which none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from answers.cluster import scripts
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import entries, mapping, number, text

_ROUTE = "VirtualService"
_RULE = "DestinationRule"
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
    if len(routes) != 1:
        return None
    route = routes[0]
    draft = Draft(sure=0.8, objects=[route], clusters=list(one.reading.clusters))
    shares = list(_shares(route))
    if not shares:
        return None
    whole = len(shares) == 1 and not shares[0][1]
    said = f"all traffic to {shares[0][0]} only" if whole else listed(f"{to}{how}" for to, how in shares)
    draft.lead.append(f"{titled(route)} sends {said}")
    rules = [
        rule
        for rule in one.of(_RULE)
        if rule.namespace == route.namespace and text(rule.value, "spec.host") in _hosts(route)
    ]
    told = {to for to, _ in shares}
    for rule in rules:
        none = [
            name
            for _, s in entries(rule.value, "spec.subsets")
            if (name := text(s, "name")) and f"subset {name}" not in " ".join(told)
        ]
        if none:
            draft.lead.append(f"No traffic to {listed(f'subset {name}' for name in none)} of {titled(rule)}")
    draft.say(route)
    draft.say(route, Spot(path=("spec", "http")), detail=True)
    for rule in rules:
        draft.say(rule)
        draft.say(rule, Spot(path=("spec", "subsets")), detail=True)
    draft.objects += rules
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects]
    return draft


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
