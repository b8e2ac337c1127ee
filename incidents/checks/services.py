"""Services that do not lead to their pods: selector, target port, protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import Value, at, entries, text
from incidents.checks.base import described, finding, got
from incidents.checks.log_lines import FAILED, Mark, search
from incidents.evidence import Log
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_SET_LATER = re.compile(
    r"^(?:statefulset|apps|batch)\.kubernetes\.io/|^(?:controller-revision-hash|pod-template-hash|job-name)$"
)
"""Labels that a pod has and its template has not."""
_ALIKE = 80
"""How alike (0 to 100) a name must be to count as a slip of another."""


def check(s: Situation) -> Iterator[Finding]:
    """The Services in scope."""
    for service in s.items("Service"):
        if text(service.value, "spec.type") != "ExternalName":
            yield from _selector(s, service)
            yield from _ports(s, service)
            yield from _endpoints(s, service)
    for known in s.items("Endpoints"):
        if not s.items("Service") and not any(True for _ in entries(known.value, "subsets")):
            yield finding(
                "endpoints_missing", known, f"The Service {known.name} has no ready endpoints.", 0.65,
                "See whether its selector matches pods, and whether they are ready.",
                [s.quote(known, known.name, "<none>")], command=described(known),
            )  # fmt: skip


def _behind(s: Situation, service: Item) -> list[Item]:
    return s.cluster.selected(Selector.flat(at(service.value, "spec.selector")), [service.namespace])


def _selector(s: Situation, service: Item) -> Iterator[Finding]:
    selector = Selector.flat(at(service.value, "spec.selector"))
    if selector is None or _behind(s, service) or not s.workloads or _once_running(s, service, selector):
        return
    meant = _meant(s, service)
    if meant is None or not _has_known_labels(s, meant):
        return
    yield finding(
        "service_selector_unmatched", service,
        f"The selector of {shown(service)} ({selector}) matches no pod; {shown(meant)} has other labels.", 0.93,
        "Make spec.selector of the Service equal labels of the pods.",
        [s.quote(service, "Selector:", field="spec.selector"), s.quote(meant, "Labels:", field="metadata.labels")],
        [meant], described(service),
    )  # fmt: skip


def _has_known_labels(s: Situation, workload: Item) -> bool:
    """Whether the labels of a workload's pods were read: most tables do not show them."""
    return bool(workload.pod_labels) or any(pod.labels for pod in s.pods_of(workload))


def _once_running(s: Situation, service: Item, selector: Selector) -> bool:
    """Whether only labels are missing that Kubernetes itself sets on pods, and that no pod was seen with."""
    later = {key for key, _ in selector.labels if _SET_LATER.search(key)}
    known = Selector(tuple(pair for pair in selector.labels if pair[0] not in later), selector.requirements)
    if not later or known.everything:
        return False
    behind = s.cluster.selected(known, [service.namespace])
    return bool(behind) and not any(later & pod.labels.keys() for item in behind for pod in s.pods_of(item))


def _meant(s: Situation, service: Item) -> Item | None:
    """The workload that a Service without pods was made for: of its name, or the one without a Service most like it."""
    near = [item for item in s.workloads if item.namespace == service.namespace and item.kind != "Pod"]
    same = next((item for item in near if item.name == service.name), None)
    if same is not None:
        return same
    free = [item for item in near if not s.services_of(item)]
    best = max(free, key=lambda item: fuzz.ratio(item.name, service.name), default=None)
    return best if best is not None and fuzz.ratio(best.name, service.name) >= _ALIKE else None


def _ports(s: Situation, service: Item) -> Iterator[Finding]:
    behind = [item for item in _behind(s, service) if item.pod]
    declared = [
        port
        for item in behind
        for _, c in entries(item.pod, "spec.containers")
        for _, port in entries(c, "ports")
    ]
    if not declared:
        yield from _undeclared(s, service, behind)
        return
    for _, port in entries(service.value, "spec.ports"):
        if "targetPort" not in port and _is_from_text(service):
            continue  # a row of a table: the API server sets it, and the row does not show it
        target = port.get("targetPort", port.get("port"))
        known = [one for one in declared if target in (one.get("containerPort"), one.get("name"))]
        protocol = str(port.get("protocol") or "TCP")
        if (
            not known
            and isinstance(target, str)
            and all(map(_is_from_text, behind))
            and not _is_empty(s, service)
        ):
            continue
        if not known:
            yield _target(s, service, behind[0], port, declared)
        elif all(str(one.get("protocol") or "TCP") != protocol for one in known):
            yield finding(
                "service_protocol_wrong", service,
                f"{shown(service)} offers port {port.get('port')} as {protocol}; the container speaks "
                f"{known[0].get('protocol') or 'TCP'}.",
                0.95, "Give the Service's port the protocol of the container's.",
                [s.quote(service, f"/{protocol}", field="spec.ports"), s.quote(behind[0], "Port:", str(target))],
                behind, described(service),
            )  # fmt: skip


def _undeclared(s: Situation, service: Item, behind: list[Item]) -> Iterator[Finding]:
    """Callers are refused although pods are ready: where containers declare no ports, that is all that shows it."""
    ports = [port for _, port in entries(service.value, "spec.ports")]
    hosts = (service.name, f"{service.name}.{service.namespace}", text(service.value, "spec.clusterIP"))
    names = [
        f"{host}{rest}:{port.get('port')}"
        for host in hosts
        if host
        for rest in ("", ".svc", ".svc.cluster.local")
        for port in ports
    ]
    refused = list(search(_of_others(s, service), _REFUSED, 3, naming=names)) if names else []
    if not refused or not ports or not any(is_ready(pod) for item in behind for pod in s.pods_of(item)):
        return
    said = [*(mark.piece() for mark in refused[:2])]
    udp = [port for port in ports if port.get("protocol") == "UDP"]
    if len(udp) == len(ports):
        yield finding(
            "service_protocol_wrong", service,
            f"Connections to {shown(service)} fail; it offers its ports as UDP only.",
            0.8, "Give the Service's port the protocol that its callers speak.",
            [s.quote(service, "/UDP", field="spec.ports"), *said], behind, described(service),
        )  # fmt: skip
        return
    yield finding(
        "service_target_port_wrong", service,
        f"Connections to {shown(service)} are refused although {shown(behind[0])} is ready: nothing listens where "
        "the Service sends them.", 0.7, "Make targetPort of the Service the port where the container listens.",
        [*said, s.quote(service, "TargetPort:", field="spec.ports")], behind, described(service),
    )  # fmt: skip


_REFUSED = re.compile(r"(?i)connection refused|ECONNREFUSED|actively refused|unable ?to ?connect")


def _is_empty(s: Situation, service: Item) -> bool:
    """Whether a Service has no addresses though a pod behind it is ready: its named port is found in none of them."""
    known = s.cluster.get("Endpoints", service.name, service.namespace)
    ready = any(is_ready(pod) for item in _behind(s, service) for pod in s.pods_of(item))
    return ready and known is not None and not any(True for _ in entries(known.value, "subsets"))


def _is_from_text(item: Item) -> bool:
    """Whether an object was read from tables and descriptions: these do not show the names of ports."""
    return item.seen.uid.startswith("text:")


def _target(s: Situation, service: Item, workload: Item, port: Value, declared: list[Value]) -> Finding:
    """A target that no container declares: sure where callers complain, likely where the port itself is declared."""
    target = port.get("targetPort", port.get("port"))
    meant = any(one.get("containerPort") == port.get("port") for one in declared)
    ports = ", ".join(dict.fromkeys(str(one.get("containerPort")) for one in declared))
    refused = list(_complaints(s, service))
    named = isinstance(target, str)
    confidence = 0.95 if refused or named else 0.75 if _leads_nowhere(s, service) else 0.7 if meant else 0.55
    return finding(
        "service_target_port_wrong", service,
        f"{shown(service)} sends to port {target}; the containers of {shown(workload)} have {ports}.", confidence,
        "Make targetPort of the Service the port where the container listens.",
        [s.quote(service, "TargetPort:", field="spec.ports"), s.quote(workload, "Port:"),
         *(mark.piece() for mark in refused[:2])], [workload], described(service),
    )  # fmt: skip


def _leads_nowhere(s: Situation, service: Item) -> bool:
    """Whether no port of a Service is one of its containers, while each port of five other Services or more is."""
    others = [_known_targets(s, one) for one in s.items("Service") if one is not service]
    told = [known for known in others if known]
    return len(told) >= _FEWEST and all(map(all, told)) and not any(_known_targets(s, service))


def _known_targets(s: Situation, service: Item) -> list[bool]:
    """For each port of a Service whether a container behind it declares the target; [] where none declares ports."""
    behind = [item for item in _behind(s, service) if item.pod]
    declared = {
        one
        for item in behind
        for _, container in entries(item.pod, "spec.containers")
        for _, port in entries(container, "ports")
        for one in (port.get("containerPort"), port.get("name"))
    }
    targets = [port.get("targetPort", port.get("port")) for _, port in entries(service.value, "spec.ports")]
    nameless = all(map(_is_from_text, behind))
    return [one in declared or (isinstance(one, str) and nameless) for one in targets] if declared else []


_FEWEST = 5


def _complaints(s: Situation, service: Item) -> Iterator[Mark]:
    """Log lines of others that cannot connect to a Service, by its name or its address."""
    address = text(service.value, "spec.clusterIP")
    names = [service.name, *([address] if "." in address else [])]
    yield from search(_of_others(s, service), FAILED, 3, naming=names)


def _of_others(s: Situation, service: Item) -> list[Log]:
    """The logs of what is not behind a Service."""
    own = {workload.name for workload in _behind(s, service)}
    return [log for log in s.evidence.logs if log.owner not in own]


def _endpoints(s: Situation, service: Item) -> Iterator[Finding]:
    behind = _behind(s, service)
    if not behind or any(is_ready(pod) for item in behind for pod in s.pods_of(item)):
        return
    known = s.cluster.get("Endpoints", service.name, service.namespace)
    if known is not None and not any(True for _ in entries(known.value, "subsets")):
        yield finding("endpoints_missing", service, f"{shown(service)} has no ready endpoints.", 0.9,
                      "See why the pods behind it are not ready.", [s.quote(known, service.name, "<none>")], behind,
                      got(known))  # fmt: skip
