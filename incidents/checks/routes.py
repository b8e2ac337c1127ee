"""Ways into the cluster that lead nowhere: Gateways, their routes, and Ingresses.

A Gateway's controller writes into the status what it makes of Gateways and routes; where no controller runs, that stays
empty, and only what an object names and is missing can be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import Value, entries, mapping, text
from incidents.checks.base import described, finding, got
from incidents.finding import Finding
from incidents.situation import Situation, shown

_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")


def check(s: Situation) -> Iterator[Finding]:
    """GatewayClasses and Gateways, routes, Ingresses."""
    for gateway in s.items("Gateway"):
        yield from _gateway(s, gateway)
    for route in s.items(*_ROUTES):
        yield from _route(s, route)
    for ingress in s.items("Ingress"):
        yield from _ingress(s, ingress)


def _false(value: Value, *types: str) -> Value | None:
    """The first condition of these types that does not hold."""
    for _, condition in entries(value, "conditions"):
        if condition.get("type") in types and condition.get("status") == "False":
            return condition
    return None


def _gateway(s: Situation, gateway: Item) -> Iterator[Finding]:
    name = text(gateway.value, "spec.gatewayClassName")
    known = {item.name: item for item in s.items("GatewayClass")}
    if not name or text(gateway.value, "apiVersion").partition("/")[0] != "gateway.networking.k8s.io":
        return
    if known and name not in known and s.has_all("GatewayClass"):
        yield finding(
            "gateway_class_missing", gateway, f"{shown(gateway)} is of the GatewayClass {name}, which does not exist.",
            0.8, f"Create the GatewayClass {name}, or name an existing one.",
            [s.quote(gateway, name, field="spec.gatewayClassName")], command=got(gateway, "-o", "yaml"),
        )  # fmt: skip
        return
    refused = _false(mapping(known[name].value, "status"), "Accepted") if name in known else None
    failed = _false(mapping(gateway.value, "status"), "Accepted", "Programmed")
    at_fault, condition = (known[name], refused) if refused else (gateway, failed)
    if condition is not None:
        yield finding(
            "gateway_not_programmed", at_fault, f"{shown(at_fault)} is not in effect: {text(condition, 'message')}",
            0.8, "Correct what its controller says, or see whether the controller runs.",
            [s.quote(at_fault, text(condition, "reason"), field="status.conditions")], [gateway],
            got(at_fault, "-o", "yaml"),
        )  # fmt: skip


def _route(s: Situation, route: Item) -> Iterator[Finding]:
    for _, parent in entries(route.value, "status.parents"):
        condition = _false(parent, "Accepted", "ResolvedRefs")
        if condition is not None:
            yield finding(
                "route_not_accepted", route,
                f"{shown(route)} is not in effect at {text(parent, 'parentRef.name')}: {text(condition, 'message')}",
                0.85, "Correct what the Gateway says of the route.",
                [s.quote(route, text(condition, "reason"), field="status.parents")], command=got(route, "-o", "yaml"),
            )  # fmt: skip
            return
    read = s.cluster.kind("Gateway")
    if not any(True for _ in read):
        return
    for _, parent in entries(route.value, "spec.parentRefs"):
        name, kind = text(parent, "name"), text(parent, "kind") or "Gateway"
        place = text(parent, "namespace") or route.namespace
        if (
            kind == "Gateway"
            and name
            and s.has_all("Gateway", place)
            and not s.cluster.get("Gateway", name, place)
        ):
            yield finding(
                "route_not_accepted", route,
                f"{shown(route)} belongs to the Gateway {place}/{name}, which does not exist.", 0.8,
                "Correct spec.parentRefs, or create the Gateway.",
                [s.quote(route, name, field="spec.parentRefs")], command=got(route, "-o", "yaml"),
            )  # fmt: skip


def _ingress(s: Situation, ingress: Item) -> Iterator[Finding]:
    yield from _class(s, ingress)
    yield from _tls(s, ingress)
    for _, rule in entries(ingress.value, "spec.rules"):
        for _, path in entries(rule, "http.paths"):
            yield from _port(s, ingress, mapping(path, "backend.service"))
    yield from _port(s, ingress, mapping(ingress.value, "spec.defaultBackend.service"))


def _class(s: Situation, ingress: Item) -> Iterator[Finding]:
    classes = {item.name for item in s.items("IngressClass")}
    name = text(ingress.value, "spec.ingressClassName")
    if name and classes and name not in classes and s.has_all("IngressClass"):
        yield finding(
            "ingress_class_missing", ingress,
            f"No controller serves {shown(ingress)}: its IngressClass {name} does not exist.", 0.75,
            f"Name one of {', '.join(sorted(classes))}, or install the controller.",
            [s.quote(ingress, name, field="spec.ingressClassName")], command=described(ingress),
        )  # fmt: skip


def _tls(s: Situation, ingress: Item) -> Iterator[Finding]:
    for _, tls in entries(ingress.value, "spec.tls"):
        name = text(tls, "secretName")
        if name and s.lacks("Secret", name, ingress.namespace):
            yield finding(
                "tls_secret_missing", ingress,
                f"{shown(ingress)} takes its certificate from the Secret {name}, which does not exist.", 0.75,
                f"Create the Secret {name}, or see why its issuer has not.",
                [s.quote(ingress, name, field="spec.tls")], command=described(ingress),
            )  # fmt: skip


def _port(s: Situation, ingress: Item, backend: Value) -> Iterator[Finding]:
    """A backend port that the Service does not have; a Service that is missing is told elsewhere."""
    service = s.cluster.get("Service", text(backend, "name"), ingress.namespace)
    wanted = backend.get("port")
    if service is None or not isinstance(wanted, dict) or text(service.value, "spec.type") == "ExternalName":
        return
    asked = wanted.get("number") or wanted.get("name")
    ports = [
        one
        for _, port in entries(service.value, "spec.ports")
        for one in (port.get("port"), port.get("name"))
    ]
    if asked and ports and asked not in ports:
        offered = ", ".join(str(one) for one in ports if one)
        yield finding(
            "ingress_port_wrong", ingress,
            f"{shown(ingress)} sends to port {asked} of the Service {service.name}, which has {offered}.", 0.85,
            "Correct the port of the backend.",
            [s.quote(ingress, str(asked), service.name), s.quote(service, "Port:", field="spec.ports")],
            command=described(ingress),
        )  # fmt: skip
