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
    gone: bool = False
    """Whether it is said that what it leads to does not exist."""


def check(s: Situation) -> Iterator[Finding]:
    """Routes that are named for one Service and lead elsewhere.

    That another route leads to this Service excuses it only where names mean little: where nearly all routes lead to
    what they are named for, the exception is the slip.
    """
    routes = [*_configured(s), *_ingresses(s)]
    services = {item.name: item for item in [*_registered(s), *s.items("Service")]}
    common = _common_words(services)
    named = {
        frozenset(_tokens(name) - common): item for name, item in services.items() if _tokens(name) - common
    }
    targets = {id(route): _target(s, route) for route in routes}
    reached = {found.id for found in targets.values() if found is not None}
    meant = [(route, _meant(route, named.get(frozenset(_tokens(route.name) - common)))) for route in routes]
    strict = _is_convention(
        [(wanted.id, targets[id(route)]) for route, wanted in meant if wanted is not None]
    )
    for route, wanted in meant:
        target = targets[id(route)]
        astray = wanted is not None and (target is None or wanted.id != target.id)
        if wanted is not None and astray and (strict or wanted.id not in reached):
            yield finding(
                "gateway_route_wrong", wanted,
                f"The route {route.name} of {shown(route.owner)} leads to {route.host}, not to {wanted.name}"
                + (", and none does." if wanted.id not in reached else "."),
                0.93 if wanted.id not in reached else 0.85, f"Let the route {route.name} lead to {wanted.name}.",
                [Piece(PieceType.OBJECT, route.text, shown(route.owner))],
                [route.owner, *([target] if target else [])], got(route.owner, "-o", "yaml"),
            )  # fmt: skip
        elif target is None:
            yield from _leads_nowhere(s, route)


def _meant(route: Route, found: Item | None) -> Item | None:
    """What the route is named for, if it can lead there: only a Service is a backend of an Ingress or a Gateway."""
    return found if found is None or found.kind == "Service" or route.owner.kind == "ConfigMap" else None


def _is_convention(routes: list[tuple[str, Item | None]]) -> bool:
    """Whether at least nine of ten routes that are named for a Service lead to it, of five or more."""
    right = sum(target is not None and target.id == wanted for wanted, target in routes)
    return len(routes) >= 5 and right * 10 >= len(routes) * 9


def _registered(s: Situation) -> list[Item]:
    """Workloads that may be called by their name without a Service, as service registries have it."""
    return [
        item for item in s.workloads if item.kind in ("Deployment", "StatefulSet") and not s.services_of(item)
    ]


def _target(s: Situation, route: Route) -> Item | None:
    service = service_at(s.cluster, route.host, route.owner.namespace)
    if service is not None or route.owner.kind != "ConfigMap":
        return service
    return next((item for item in _registered(s) if item.name == route.host), None)


def hosts(s: Situation) -> frozenset[str]:
    """The hosts that gateways lead to by their configuration."""
    return frozenset(route.host for route in _configured(s))


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
                    said = f"{text(rule, 'host')}{where} -> {name}"
                    yield Route(where, name, said, ingress, backend.get("notFound") is True)
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
    if route.owner.kind == "ConfigMap" or not (
        route.gone or s.lacks("Service", route.host, route.owner.namespace)
    ):
        return
    yield finding(
        "ingress_backend_missing", route.owner,
        f"{shown(route.owner)} sends {route.name} to the Service {route.host}, which does not exist.", 0.85,
        f"Create the Service {route.host}, or correct the backend.",
        [Piece(PieceType.OBJECT, route.text, shown(route.owner))], command=got(route.owner, "-o", "yaml"),
    )  # fmt: skip
