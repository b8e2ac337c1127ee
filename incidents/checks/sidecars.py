"""Ports that two containers of a pod want: containers share the pod's network, so only one of them can listen.

A mesh adds its proxy to the pod when it is made, so the Deployment does not show it. Its ports are those that the
meshes document; Istio's status port can be set by an annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import Value, entries, mapping, text
from incidents.checks.base import described, finding, port_of
from incidents.checks.log_lines import search
from incidents.evidence import Piece
from incidents.finding import Finding
from incidents.situation import Situation, shown, statuses, waiting_reason

_IN_USE = re.compile(
    r"(?i)port (?P<port>\d+) (?:was|is) already in use|address already in use.*?:(?P<two>\d+)|listening on "
    r"port (?P<three>\d+)\.|"
    r"EADDRINUSE.*?:(?P<four>\d+)|bind\(\) to \S*:(?P<five>\d+) failed|address already in use|Address in use"
)
_PROXIES = {
    "istio-proxy": frozenset({15000, 15001, 15004, 15006, 15008, 15009, 15020, 15021, 15053, 15090}),
    "linkerd-proxy": frozenset({4140, 4143, 4190, 4191}),
}
_PROXY_CONFIG = "proxy.istio.io/config"
_STATUS_PORT = re.compile(r"statusPort\W+(\d+)")


def check(s: Situation) -> Iterator[Finding]:
    """Workloads with a container that does not run because another one has its port."""
    for workload in s.workloads:
        suffers = any(
            waiting_reason(status) or not status.get("ready")
            for pod in s.pods_of(workload)
            for _, status in statuses(pod)
        )
        if suffers:
            yield from _declared(s, workload)
            yield from _said(s, workload)


def _declared(s: Situation, workload: Item) -> Iterator[Finding]:
    """Two containers that declare one port, or one that declares a port of its pod's proxy."""
    containers = _containers(s, workload)
    twice = _declared_twice(containers)
    if twice is not None:
        yield finding(
            "sidecar_port_conflict", workload,
            f"Two containers of {shown(workload)} declare port {twice}; only one can listen.",
            0.7, _FIX, [s.quote(workload, str(twice))], s.pods_of(workload), described(workload),
        )  # fmt: skip
        return
    for proxy, port, piece in _taken(s, workload, containers):
        yield finding(
            "sidecar_port_conflict", workload,
            f"A container of {shown(workload)} listens on port {port}, which the {proxy} of its pod takes.",
            0.9, _FIX, [piece, s.quote(workload, "Port:", str(port))], s.pods_of(workload), described(workload),
        )  # fmt: skip
        return


_FIX = "Give the containers of the pod different ports."


def _containers(s: Situation, workload: Item) -> list[Value]:
    """The containers of the template and those that were added to its pods."""
    found = {text(one, "name"): one for _, one in entries(workload.pod, "spec.containers")}
    for pod in s.pods_of(workload):
        for _, one in entries(pod.value, "spec.containers"):
            found.setdefault(text(one, "name"), one)
    return list(found.values())


def _taken(s: Situation, workload: Item, containers: list[Value]) -> Iterator[tuple[str, int, Piece]]:
    """The ports that a container declares and a proxy of the pod listens on, and what says so."""
    names = [text(one, "name") for one in containers]
    for proxy, usual in _PROXIES.items():
        if proxy not in names:
            continue
        set_port = next(_status_ports(s, workload), None) if proxy == "istio-proxy" else None
        ports = usual | ({set_port[0]} if set_port else set())
        for container in containers:
            for _, port in entries(container, "ports") if text(container, "name") != proxy else ():
                number = port_of(port.get("containerPort"))
                if isinstance(number, int) and number in ports:
                    at = set_port[1] if set_port and number == set_port[0] else workload
                    yield proxy, number, s.quote(at, _PROXY_CONFIG if at is not workload else proxy)


def _status_ports(s: Situation, workload: Item) -> Iterator[tuple[int, Item]]:
    """The status port that an annotation sets, and the pod that has it."""
    for pod in s.pods_of(workload):
        annotations = mapping(pod.value, "metadata.annotations")
        if match := _STATUS_PORT.search(str(annotations.get(_PROXY_CONFIG, ""))):
            yield int(match[1]), pod


def _said(s: Situation, workload: Item) -> Iterator[Finding]:
    """A process that says itself that its port is taken."""
    containers = _containers(s, workload)
    for mark in search(s.logs(workload), _IN_USE, 1):
        yield finding(
            "sidecar_port_conflict", workload,
            f"{shown(workload)} cannot listen on its port: another process of the pod does "
            f"({mark.line.strip()[-160:]}).",
            0.93 if len(containers) > 1 else 0.8, _FIX,
            [mark.piece(), *(s.quote(workload, text(c, "name")) for c in containers[:3])], s.pods_of(workload),
            described(workload),
        )  # fmt: skip


def _declared_twice(containers: list[Value]) -> object:
    """A port that two containers of a pod declare, or None."""
    seen: dict[object, int] = {}
    for place, container in enumerate(containers):
        for _, port in entries(container, "ports"):
            key = (port_of(port.get("containerPort")), str(port.get("protocol") or "TCP"))
            if key[0] is not None and seen.setdefault(key, place) != place:
                return key[0]
    return None
