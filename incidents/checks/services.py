"""Services that do not lead to their pods: selector, target port, protocol, and addresses that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from cluster.edges.base import Item
from cluster.edges.hosts import service_at
from cluster.selectors import Selector
from cluster.values import Value, at, entries, text
from incidents.checks.base import described, finding, got
from incidents.checks.log_lines import Mark, search
from incidents.checks.settings import Address, addresses
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown

_SET_LATER = re.compile(
    r"^(?:statefulset|apps|batch)\.kubernetes\.io/|^(?:controller-revision-hash|pod-template-hash|job-name)$"
)
"""Labels that a pod has and its template has not."""
_ALIKE = 80
"""How alike (0 to 100) a name must be to count as a slip of another."""
_FAILED = re.compile(
    r"(?i)no such host|refused|unable ?to ?connect|unresolved|not known|timed? ?out|unavailable|resolve"
)


def check(s: Situation) -> Iterator[Finding]:
    """The Services in scope, then the addresses that the workloads in scope call."""
    for service in s.items("Service"):
        if text(service.value, "spec.type") != "ExternalName":
            yield from _selector(s, service)
            yield from _ports(s, service)
            yield from _endpoints(s, service)
    seen: set[tuple[str, str]] = set()
    for workload, address in addresses(s):
        key = (workload.id, address.host)
        if key not in seen and not address.setting.upper().endswith("NAME"):
            seen.add(key)
            yield from _address(s, workload, address)


def _behind(s: Situation, service: Item) -> list[Item]:
    return s.cluster.selected(Selector.flat(at(service.value, "spec.selector")), [service.namespace])


def _selector(s: Situation, service: Item) -> Iterator[Finding]:
    selector = Selector.flat(at(service.value, "spec.selector"))
    if selector is None or _behind(s, service) or not s.workloads or _once_running(s, service, selector):
        return
    meant = _meant(s, service)
    if meant is None:
        return
    yield finding(
        "service_selector_unmatched", service,
        f"The selector of {shown(service)} ({selector}) matches no pod; {shown(meant)} has other labels.", 0.93,
        "Make spec.selector of the Service equal labels of the pods.",
        [s.quote(service, "Selector:", field="spec.selector"), s.quote(meant, "Labels:", field="metadata.labels")],
        [meant], described(service),
    )  # fmt: skip


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
        return
    for _, port in entries(service.value, "spec.ports"):
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
    confidence = 0.95 if refused or named else 0.7 if meant else 0.55
    return finding(
        "service_target_port_wrong", service,
        f"{shown(service)} sends to port {target}; the containers of {shown(workload)} have {ports}.", confidence,
        "Make targetPort of the Service the port where the container listens.",
        [s.quote(service, "TargetPort:", field="spec.ports"), s.quote(workload, "Port:"),
         *(mark.piece() for mark in refused[:2])], [workload], described(service),
    )  # fmt: skip


def _complaints(s: Situation, service: Item) -> Iterator[Mark]:
    """Log lines of others that cannot connect to a Service, by its name or its address."""
    address = text(service.value, "spec.clusterIP")
    names = [service.name, *([address] if "." in address else [])]
    own = {workload.name for workload in _behind(s, service)}
    yield from search((log for log in s.evidence.logs if log.owner not in own), _FAILED, 3, naming=names)


def _endpoints(s: Situation, service: Item) -> Iterator[Finding]:
    behind = _behind(s, service)
    if not behind or any(is_ready(pod) for item in behind for pod in s.pods_of(item)):
        return
    known = s.cluster.get("Endpoints", service.name, service.namespace)
    if known is not None and not any(True for _ in entries(known.value, "subsets")):
        yield finding("endpoints_missing", service, f"{shown(service)} has no ready endpoints.", 0.9,
                      "See why the pods behind it are not ready.", [s.quote(known, service.name, "<none>")], behind,
                      got(known))  # fmt: skip


def _address(s: Situation, workload: Item, address: Address) -> Iterator[Finding]:
    service = service_at(s.cluster, address.host, workload.namespace)
    setting = s.quote(workload, address.setting, address.host)
    if service is not None:
        ports = [port.get("port") for _, port in entries(service.value, "spec.ports")]
        if (
            address.port is not None
            and ports
            and address.port not in ports
            and at(service.value, "spec.clusterIP") != "None"
        ):
            yield finding(
                "service_address_wrong", workload,
                f"{shown(workload)} calls {address.host}:{address.port} ({address.setting}); the Service has "
                f"{', '.join(map(str, ports))}.", 0.88, "Correct the port in the setting, or the Service's port.",
                [setting, s.quote(service, "Port:", field="spec.ports")], [service], described(workload),
            )  # fmt: skip
        return
    name = address.host.partition(".")[0]
    if ("." in address.host and ".svc" not in address.host) or not s.items("Service"):
        return
    own = next(
        (item for item in s.workloads if item.name == name and item.namespace == workload.namespace), None
    )
    said = list(search(s.evidence.logs, _FAILED, 2, naming=[address.host]))
    if own is not None:
        yield finding(
            "service_missing", own,
            f"{shown(workload)} calls {address.host}, and {shown(own)} has no Service of this name.",
            0.85, f"Create the Service {name}.", [setting, *(mark.piece() for mark in said)], [workload],
            ("kubectl", "get", "services", "-n", workload.namespace),
        )  # fmt: skip
        return
    peer = _peer(s, workload, address)
    like = peer or max(s.items("Service"), key=lambda item: _likeness(item.name, name), default=None)
    slip = like is not None and (like is peer or _likeness(like.name, name) >= _ALIKE)
    if like is not None and slip:
        meant = f"; did it mean {like.name}?"
        alone = "." not in address.host and address.port is not None
        confidence = 0.95 if said else 0.85 if peer else 0.7 if alone else 0.55
    elif said:
        meant, confidence = ".", 0.6
    else:
        return
    yield finding(
        "service_address_wrong", workload,
        f"{shown(workload)} calls {address.host} ({address.setting}), which is no Service{meant}", confidence,
        "Correct the address in the setting.", [setting, *(mark.piece() for mark in said)],
        [like] if like is not None and slip else [], described(workload),
    )  # fmt: skip


def _peer(s: Situation, workload: Item, address: Address) -> Item | None:
    """The Service that a setting of the same name leads to in another workload."""
    for other, one in addresses(s):
        if other.id != workload.id and one.setting == address.setting and one.setting:
            found = service_at(s.cluster, one.host, other.namespace)
            if found is not None and _likeness(found.name, address.host.partition(".")[0]) >= _ALIKE:
                return found
    return None


def _likeness(one: str, other: str) -> float:
    """How much one name looks like a slip of the other: letters changed, or a word more or less at its end."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    cut = (
        90.0
        if shorter and len(shorter) >= 4 and re.match(re.escape(shorter) + r"(?:[-_.]|s$)", longer)
        else 0.0
    )
    return max(float(fuzz.ratio(one, other)), cut)
