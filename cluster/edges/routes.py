"""How traffic from outside or from the mesh reaches services: Ingress, Gateway API, Istio. Edges follow the traffic."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.edges.hosts import service_at
from cluster.values import Value, at, entries, mapping, text, words

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")


def find(cluster: Cluster) -> Iterator[Found]:
    """From what takes traffic to what gets it."""
    for item in cluster.kind("Ingress"):
        yield from _ingress(cluster, item)
    for item in cluster.kind(*_ROUTES):
        yield from _gateway_route(cluster, item)
    for item in cluster.kind("ListenerSet"):
        yield from _parent(cluster, item, "spec.parentRef", mapping(item.value, "spec.parentRef"))
    for item in cluster.kind("VirtualService"):
        yield from _virtual_service(cluster, item)
    for item in cluster.kind("Service"):
        outside = text(item.value, "spec.externalName")
        target = service_at(cluster, outside, item.namespace) if outside else None
        if target is not None and target is not item:
            yield Found(item.id, target.id, EdgeType.ROUTES, f"spec.externalName is {outside}")


def _ingress(cluster: Cluster, item: Item) -> Iterator[Found]:
    backends = [("spec.defaultBackend", "", mapping(item.value, "spec.defaultBackend"))]
    for first, rule in entries(item.value, "spec.rules"):
        for second, path in entries(rule, "http.paths"):
            seen = (text(rule, "host") or "*") + (text(path, "path") or "/")
            backends.append(
                (f"spec.rules[{first}].http.paths[{second}].backend", seen, mapping(path, "backend"))
            )
    for where, seen, backend in backends:
        name = text(backend, "service.name") or text(backend, "serviceName")
        port = (
            at(backend, "service.port.number")
            or at(backend, "service.port.name")
            or at(backend, "servicePort")
        )
        if name:
            said = f"{where}.service {name}" + (f":{port}" if port else "") + (f" for {seen}" if seen else "")
            yield Found(
                item.id, cluster.name_of("Service", name, item.namespace, "").id, EdgeType.ROUTES, said
            )
        resource = mapping(backend, "resource")
        if resource:
            target = cluster.name_of(text(resource, "kind"), text(resource, "name"), item.namespace)
            yield Found(item.id, target.id, EdgeType.ROUTES, f"{where}.resource {target.kind} {target.name}")


def _parent(cluster: Cluster, item: Item, path: str, reference: Value) -> Iterator[Found]:
    name, kind = text(reference, "name"), text(reference, "kind") or "Gateway"
    if name:
        group = text(reference, "group") if "group" in reference else "gateway.networking.k8s.io"
        space = text(reference, "namespace") or item.namespace
        parent = cluster.name_of(kind, name, space, group)
        yield Found(parent.id, item.id, EdgeType.ROUTES, f"{path} names {kind} {name}")


def _gateway_route(cluster: Cluster, item: Item) -> Iterator[Found]:
    for place, reference in entries(item.value, "spec.parentRefs"):
        yield from _parent(cluster, item, f"spec.parentRefs[{place}]", reference)
    for first, rule in entries(item.value, "spec.rules"):
        for second, backend in entries(rule, "backendRefs"):
            yield from _backend(cluster, item, f"spec.rules[{first}].backendRefs[{second}]", backend)
        for second, chosen in entries(rule, "filters"):
            path = f"spec.rules[{first}].filters[{second}]"
            for key in ("requestMirror.backendRef", "extensionRef"):
                reference = mapping(chosen, key)
                if reference:
                    yield from _backend(cluster, item, f"{path}.{key}", reference)


def _backend(cluster: Cluster, item: Item, path: str, reference: Value) -> Iterator[Found]:
    kind, name = text(reference, "kind") or "Service", text(reference, "name")
    if name:
        space = text(reference, "namespace") or item.namespace
        port = at(reference, "port")
        target = cluster.name_of(kind, name, space, text(reference, "group"))
        said = f"{path} names {kind} {name}" + (f":{port}" if port else "")
        yield Found(item.id, target.id, EdgeType.ROUTES, said)


def _virtual_service(cluster: Cluster, item: Item) -> Iterator[Found]:
    for name in words(item.value, "spec.gateways"):
        space, _, short = name.rpartition("/")
        gateway = cluster.get("Gateway", short, space or item.namespace, "networking.istio.io")
        if gateway is not None:
            yield Found(gateway.id, item.id, EdgeType.ROUTES, f"spec.gateways names {name}")
    for protocol in ("http", "tls", "tcp"):
        for first, rule in entries(item.value, f"spec.{protocol}"):
            places = [(f"route[{second}]", entry) for second, entry in entries(rule, "route")]
            places += [(f"mirrors[{second}]", entry) for second, entry in entries(rule, "mirrors")]
            if isinstance(rule.get("mirror"), dict):
                places.append(("mirror", {"destination": rule["mirror"]}))
            for where, entry in places:
                host = text(entry, "destination.host")
                target = service_at(cluster, host, item.namespace)
                if target is not None:
                    subset = text(entry, "destination.subset")
                    said = f"spec.{protocol}[{first}].{where}.destination.host is {host}"
                    yield Found(
                        item.id, target.id, EdgeType.ROUTES, said + (f", subset {subset}" if subset else "")
                    )
