"""Routes of gateways that lead to another Service than the one that they are named for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.edges.base import Item
from cluster.edges.hosts import service_at
from cluster.values import entries, mapping, text
from incidents.checks.base import finding, got
from incidents.evidence import Piece, PieceType
from incidents.finding import Finding
from incidents.situation import Situation, shown

_SPRING = re.compile(
    r"- id:\s*[\"']?(?P<name>[\w.-]+)[\"']?\s*\n\s*uri:\s*(?P<uri>\S+)(?P<rest>(?:\n(?!\s*- id:).*)*)"
)
_NGINX = re.compile(
    r"location\s+[=~^*\s]*(?P<name>/[^\s{]*)\s*\{(?P<rest>[^{}]*?proxy_pass\s+(?P<uri>[^;\s]+);)"
)
_HOST = re.compile(r"//(?:\$\{[^:}]*:)?(?P<host>[\w.-]+)\}?")
_WORDS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: what it is called by (its id, or its path), where it leads, and the text that says so."""

    name: str
    host: str
    text: str
    owner: Item


def check(s: Situation) -> Iterator[Finding]:
    """Routes that are named for one Service and lead to another, while no route leads to the one they are named for."""
    routes = [*_configured(s), *_ingresses(s)]
    services = {item.name: item for item in s.items("Service")}
    common = _common_words(services)
    named = {
        frozenset(_tokens(name) - common): item for name, item in services.items() if _tokens(name) - common
    }
    reached = {found.id for route in routes if (found := _target(s, route)) is not None}
    for route in routes:
        target = _target(s, route)
        wanted = named.get(frozenset(_tokens(route.name) - common))
        if target is None:
            yield from _leads_nowhere(s, route)
        elif wanted is not None and wanted.id not in (target.id, *reached):
            yield finding(
                "gateway_route_wrong", wanted,
                f"The route {route.name} of {shown(route.owner)} leads to {target.name}, and none leads to "
                f"{wanted.name}.",
                0.93, f"Let the route {route.name} lead to {wanted.name}.",
                [Piece(PieceType.OBJECT, route.text, shown(route.owner))], [target, route.owner],
                got(route.owner, "-o", "yaml"),
            )  # fmt: skip


def _target(s: Situation, route: Route) -> Item | None:
    return service_at(s.cluster, route.host, route.owner.namespace)


def _tokens(name: str) -> frozenset[str]:
    """The words of a name; `orderservice` and `order-service` are both `order`, `service`."""
    spaced = re.sub(r"(?<=[a-z0-9])(service|svc)\b", r"-\1", name.lower())
    return frozenset(_WORDS.findall(spaced))


def _common_words(services: dict[str, Item]) -> frozenset[str]:
    """Words that most Services carry: they tell none apart."""
    counts = Counter(word for name in services for word in _tokens(name))
    return frozenset(word for word, count in counts.items() if count * 2 > len(services)) | {"service", "svc"}


def _configured(s: Situation) -> Iterator[Route]:
    for config in s.items("ConfigMap"):
        for value in mapping(config.value, "data").values():
            if not isinstance(value, str) or len(value) > 300_000:
                continue
            for pattern in (_SPRING, _NGINX) if "uri:" in value or "proxy_pass" in value else ():
                for match in pattern.finditer(value):
                    host = _HOST.search(match["uri"])
                    if host:
                        shown_text = match[0].strip()[:400]
                        yield Route(match["name"], host["host"], shown_text, config)


def _ingresses(s: Situation) -> Iterator[Route]:
    for ingress in s.items("Ingress"):
        for _, rule in entries(ingress.value, "spec.rules"):
            for _, path in entries(rule, "http.paths"):
                backend = mapping(path, "backend")
                name = text(backend, "service.name") or text(backend, "serviceName")
                if name:
                    where = text(path, "path") or "/"
                    yield Route(where, name, f"{text(rule, 'host')}{where} -> {name}", ingress)
    for route in s.items("HTTPRoute", "GRPCRoute"):
        for _, rule in entries(route.value, "spec.rules"):
            for _, backend in entries(rule, "backendRefs"):
                paths = [text(match, "path.value") for _, match in entries(rule, "matches")]
                yield Route(
                    next(filter(None, paths), "/"),
                    text(backend, "name"),
                    f"{paths} -> {text(backend, 'name')}",
                    route,
                )


def _leads_nowhere(s: Situation, route: Route) -> Iterator[Finding]:
    if route.owner.kind == "ConfigMap" or not s.items("Service"):
        return
    yield finding(
        "ingress_backend_missing", route.owner,
        f"{shown(route.owner)} sends {route.name} to the Service {route.host}, which does not exist.", 0.85,
        f"Create the Service {route.host}, or correct the backend.",
        [Piece(PieceType.OBJECT, route.text, shown(route.owner))], command=got(route.owner, "-o", "yaml"),
    )  # fmt: skip
