"""Addresses in the settings of workloads for which there is no Service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, containers
from answers.cluster.links.asked import Asked
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.edges.addresses import Address, find, is_address_name, whole
from cluster.graph import Node
from cluster.values import entries, text

_THING = r"(?:services?|hosts?|hostnames?|address(?:es)?|backends?|upstreams?|urls?|endpoints?|dns names?|names?|references?|targets?)"
_GONE = (
    rf"{_THING}(?: [\w§]+){{0,8}}? (?:does not|doesn't|do not|don't|not|no longer|never|nobody|no one|isn't|aren't|is not|are not|has no|have no) ?(?:\w+ ){{0,4}}?(?:exist\w*|there|deploy\w*|found|resolve\w*|defined?|present|running|creat\w*|install\w*|services?)"
    rf"|no (?:such |matching |corresponding )?services?|(?:lead|point|go|resolve|lead|leads|points|goes|resolves|leading|pointing)s? (?:to )?(?:nowhere|nothing|nobody)"
    rf"|(?:dead|dangling|stale|broken|missing|non-?existent|unknown|orphan\w*|absent|unresolvable|bogus) (?:service )?{_THING}"
)
_SET = r"address\w*|hosts?|hostnames?|urls?|uris?|point\w*|configur\w*|expect\w*|variables?|settings?|references?|env\w*|told to|wired|dial\w*|backends?|upstreams?|look\w* for|lead\w*"
_OTHER = r"ingress\w*|endpoints|monitors?|secrets?|config ?maps?|role\w*|binding\w*|account\w*|external|node ?ports?|storage|claims?|volumes?"
_LOCAL = frozenset({"localhost", "host", "kubernetes"})
_FLAT = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
_MOST = 12


@dataclass(frozen=True, slots=True)
class Lost:
    """A setting of a workload that holds the address of a Service which is not there."""

    node: Node
    path: tuple[str | int, ...]
    host: str
    setting: str


def answer(one: Asked) -> Draft | None:
    """The settings whose host no Service has; of the named workload, or of all."""
    kinds = set(one.reading.kinds)
    if (
        not one.says(_GONE)
        or not one.says(_SET)
        or one.says(_OTHER)
        or not kinds <= {*WORKLOADS, "Service", "Pod", "Namespace"}
    ):
        return None
    if not one.is_plain():
        return None
    draft = Draft(sure=0.75, clusters=list(one.reading.clusters))
    nodes = [n for mention in one.reading.mentions for n in one.named(draft, mention)[:1]]
    nodes = [maker for node in nodes for maker in _makers(node, one)]
    if one.reading.mentions and not nodes:
        return None
    found = [lost for node in nodes or one.of(*WORKLOADS) for lost in _lost(node, one)]
    if not found:
        return None
    hosts = listed(dict.fromkeys(f"{lost.host} ({titled(lost.node)})" for lost in found))
    draft.lead.append(f"{counted(len(found), 'setting')} without a Service of that name: {hosts}")
    for lost in found[:_MOST]:
        draft.say(lost.node, Spot(short=2))
        draft.say(lost.node, Spot(path=lost.path), detail=True)
        draft.objects += [lost.node] if lost.node not in draft.objects else []
    draft.left_out = max(0, len(found) - _MOST)
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects[:3]]
    return draft


def _makers(node: Node, one: Asked) -> list[Node]:
    if node.kind != "Service":
        return [node]
    return [
        n for n in one.catalog.of((*WORKLOADS,), (node.namespace,), (node.cluster,)) if n.name == node.name
    ]


def _lost(node: Node, one: Asked) -> Iterator[Lost]:
    for field, place, container in containers(node):
        for index, variable in entries(container, "env"):
            name, value = text(variable, "name"), text(variable, "value")
            for address in _of_value(name, value):
                if (host := _missing(address, node, one)) and value:
                    path: tuple[str | int, ...] = (*field.split("."), place, "env", index)
                    yield Lost(node, path, host, name)


def _of_value(name: str, value: str) -> list[Address]:
    named = list(whole(value.strip())) if is_address_name(name) else []
    return [a for a in (*named, *find(value)) if a.port is not None or ".svc" in a.host][:1]


def _missing(address: Address, node: Node, one: Asked) -> str:
    """The host where it can only be a Service of the cluster, and there is none; else ''."""
    host = address.host.lower().rstrip(".")
    parts = host.split(".")
    if not _FLAT.fullmatch(parts[0]) or parts[0] in _LOCAL:
        return ""
    if len(parts) == 1:
        place = node.namespace
    elif (len(parts) > 2 and parts[2] == "svc") or (len(parts) == 2 and parts[1] in one.catalog.namespaces):
        place = parts[1]
    else:
        return ""
    there = one.catalog.by_name.get(parts[0], ())
    found = any(n.kind == "Service" and n.namespace == place and n.cluster == node.cluster for n in there)
    return "" if found else host
