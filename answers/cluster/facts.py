"""What is said of one object that a question asks something of: which lines of which documents."""

from __future__ import annotations

import re
from collections.abc import Callable

from answers.cluster import troubles
from answers.cluster.catalog import Catalog, containers, labels, pod_path
from answers.cluster.fields import named_fields
from answers.cluster.reading import Reading
from answers.cluster.said import SUMMARY, Draft, Said, Spot, counted, listed, titled
from answers.cluster.wording import Aggregate, Aspect
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at, entries, mapping, text

_OWNER_KEYS = frozenset({"team", "owner", "squad", "owned-by", "owner-team", "team-name", "maintainer", "contact"})
_ROUTERS = ("Ingress", "VirtualService", "HTTPRoute", "Gateway", "Route")
_OUTSIDE = ("LoadBalancer", "NodePort", "ExternalName")
_MOUNTED = ("ConfigMap", "Secret", "PersistentVolumeClaim")

Say = Callable[[Draft, Node, Reading, Catalog], bool]


def say(draft: Draft, aspect: Aspect, node: Node, reading: Reading, catalog: Catalog) -> bool:
    """Adds what answers `aspect` for the object; False where its documents do not say."""
    return _SAY[aspect](draft, node, reading, catalog)


def _summary(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    draft.say(node)
    return True


def _containers(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    maker = _with_pods(node, catalog)
    if maker is None:
        return _by_field(draft, node, reading, catalog)
    if Aggregate.COUNT in reading.aggregates and reading.asks("containers?"):
        main = [c for group, _, c in containers(maker) if group.endswith(".containers")]
        draft.lead.append(f"{titled(maker)} has {counted(len(main), 'container')}")
    for group, _, container in containers(maker):
        noun = "Container" if group.endswith(".containers") else "Init container"
        draft.say(maker, Spot(needles=(f"{noun} {container.get('name')}:",)))
    return bool(draft.said)


def _image(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if _containers(draft, node, reading, catalog):
        return True
    fields = [
        path
        for name in ("image", "version", "targetRevision", "tag", "chart")
        for path in (("spec", name), ("spec", "source", name))
        if isinstance(at(node.value, ".".join(path)), str)
    ]
    for path in fields:
        draft.say(node, Spot(path=path))
    if not fields and node.kind == "Node":
        draft.say(node)
    return bool(fields) or node.kind == "Node"


def _with_pods(node: Node, catalog: Catalog) -> Node | None:
    """The object itself if it makes pods, or the one behind it (of a Service, of an autoscaler)."""
    if pod_path(node):
        return node
    behind = catalog.targets(node, EdgeType.SELECTS, EdgeType.SCALES)
    return next((found for found in behind if pod_path(found)), None)


def _replicas(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    subject = node if node.kind == "HorizontalPodAutoscaler" else _with_pods(node, catalog)
    if subject is None:
        return _by_field(draft, node, reading, catalog)
    draft.say(catalog.top(subject) if subject.kind == "Pod" else subject)
    return True


def _restarts(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    maker = _with_pods(node, catalog)
    pods = ([node] if node.kind == "Pod" else catalog.pods(maker)) if maker else []
    draft.say_all(pods, most=10)
    return bool(pods)


def _node(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if node.kind == "Node":
        return _summary(draft, node, reading, catalog)
    maker = _with_pods(node, catalog)
    pods = ([node] if node.kind == "Pod" else catalog.pods(maker)) if maker else []
    for pod in pods[:10]:
        draft.say(pod, Spot(short=2, needles=(f"on node {text(pod.value, 'spec.nodeName')}",)))
    draft.left_out += max(0, len(pods) - 10)
    return bool(pods)


def _place(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    where = f"namespace {node.namespace} of " if node.namespace else ""
    draft.lead.append(f"{titled(node)} is in {where}cluster {node.cluster}")
    draft.say(node, Spot(short=2))
    maker = _with_pods(node, catalog)
    if maker is not None and maker.kind != "Pod":
        _node(draft, maker, reading, catalog)
    return True


def _holds(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if node.kind != "Node":
        draft.say(node)
        if node.kind == "ConfigMap" and mapping(node.value, "data"):
            draft.say(node, Spot(path=("data",)))
        return _containers(draft, node, reading, catalog) or True
    pods = catalog.pods(node)
    draft.lead.append(f"{counted(len(pods), 'Pod')} run on {node.name}")
    draft.say(node)
    draft.say_all(pods, Spot(short=1))
    return True


def _users(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if pod_path(node) and node.kind != "Pod":
        return _mounts(draft, node, reading, catalog)
    users = catalog.users(node, EdgeType.MOUNTS, EdgeType.REFERENCES, EdgeType.ROUTES, EdgeType.CALLS)
    wanted = [user for user in users if not reading.kinds or user.kind in reading.kinds]
    workloads = [user for user in wanted or users if pod_path(user)]
    users = workloads or wanted or users
    verb = "uses" if len(users) == 1 else "use"
    draft.lead.append(f"{counted(len(users), 'object')} {verb} {titled(node)}" if users else f"No object that was read uses {titled(node)}")
    if not users:
        draft.say(node)
    for user in users[:30]:
        draft.say(user, Spot(short=2))
        draft.say(user, Spot(value=node.name), detail=True)
    draft.left_out += max(0, len(users) - 30)
    return True


def _calls(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    maker = _with_pods(node, catalog) or node
    found = catalog.graph.leaving(maker.id, EdgeType.CALLS)
    draft.lead.append(f"{titled(maker)} calls {counted(len(found), 'Service')} by its settings" + _names(found, catalog, False))
    draft.say(maker, Spot(short=2))
    for edge in found[:20]:
        _say_address(draft, maker, edge.reasons, catalog)
    return bool(found) or bool(pod_path(maker))


def _callers(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if reading.aspects[:2] == [Aspect.CALLERS, Aspect.CALLS] and not reading.asks(r"by|who|what .{0,20}(?:calls?|talks?|depends)"):
        # "which services does X depend on" names the one that calls.
        if reading.asks(r"(?:does|do|is|are) §+"):
            return _calls(draft, node, reading, catalog)
    services = [node] if node.kind == "Service" else _services(node, catalog)
    found = [edge for service in services for edge in catalog.graph.reaching(service.id, EdgeType.CALLS)]
    subject = listed(titled(service) for service in services) or titled(node)
    draft.lead.append(f"{counted(len(found), 'workload')} call{'s' * (len(found) == 1)} {subject} by its settings" + _names(found, catalog, True))
    if not found:
        draft.say(services[0] if services else node)
    for edge in found[:20]:
        caller = catalog.graph.node(edge.source)
        draft.say(caller, Spot(short=2))
        _say_address(draft, caller, edge.reasons, catalog)
    return True


def _names(found: list[object], catalog: Catalog, callers: bool) -> str:
    ends = [catalog.graph.node(e.source if callers else e.target).name for e in found]  # type: ignore[attr-defined]
    return f": {listed(ends, 20)}" if ends else ""


def _say_address(draft: Draft, caller: Node, reasons: tuple[tuple[str, str], ...], catalog: Catalog) -> None:
    """The line that holds the address, in the caller's own object or in the configuration that it mounts."""
    for sentence, through in reasons[:1]:
        found = re.search(r" (?:is|holds) (\S+?)(?:[,;]|$)", sentence)
        holder = catalog.graph.node(through) if through and through in catalog.graph else caller
        if found:
            draft.say(holder, Spot(needles=(found[1],)), detail=True)


def _services(node: Node, catalog: Catalog) -> list[Node]:
    """The Services in front of a workload."""
    edges = catalog.graph.reaching(node.id, EdgeType.SELECTS)
    return [s for edge in edges if (s := catalog.graph.node(edge.source)).kind == "Service"]


def _exposed(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if node.kind in _ROUTERS:
        return _route(draft, node, reading, catalog)
    services = [node] if node.kind == "Service" else _services(node, catalog)
    routers = [
        router for service in services for router in catalog.users(service, EdgeType.ROUTES) if router.kind in _ROUTERS
    ]
    open_ones = [s for s in services if text(s.value, "spec.type") in _OUTSIDE]
    if open_ones or routers:
        draft.lead.append(f"Reachable from outside through {listed(titled(one) for one in (*open_ones, *routers))}")
    else:
        draft.lead.append(f"Nothing that was read exposes {titled(node)} outside the cluster")
    draft.say_all([*open_ones, *(s for s in services if s not in open_ones), *routers], most=8)
    if not services:
        draft.say(node)
    return True


def _ports(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    maker = _with_pods(node, catalog)
    services = [node] if node.kind == "Service" else _services(node, catalog)
    draft.say_all(services, most=5)
    for _, _, container in containers(maker) if maker else ():
        if container.get("ports"):
            draft.say(maker, Spot(needles=(f"ontainer {container.get('name')}:", "ports")))
    return bool(draft.said) or _by_field(draft, node, reading, catalog, weak=True)


def _resources(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if _with_pods(node, catalog) is not None:
        return _containers(draft, node, reading, catalog)
    return _summary(draft, node, reading, catalog)


def _env(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    maker = _with_pods(node, catalog)
    wanted = {token.text for token in reading.tokens}
    found = [
        ((*_steps(group), place, "env"), number, text(variable, "name"))
        for group, place, container in (containers(maker) if maker else ())
        for number, variable in entries(container, "env")
    ]
    named = [one for one in found if one[2] in wanted or one[2].lower() in {word.lower() for word in wanted}]
    if maker is None:
        data = mapping(node.value, "data")
        for key in data if node.kind == "ConfigMap" else ():
            if key in wanted:
                draft.say(node, Spot(path=("data", key)))
        return bool(draft.said)
    asked = [word for word in wanted if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", word)]
    if asked and not named:
        draft.lead.append(f"{titled(maker)} sets no {listed(sorted(asked))}")
        draft.say(maker, Spot(short=2))
        return bool(found)
    for path, number, _ in named:
        draft.say(maker, Spot(path=(*path, number)))
    if not named:
        for path in dict.fromkeys(path for path, _, _ in found):
            draft.say(maker, Spot(path=path))
    return bool(found)


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(path.split("."))


def _scaling(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if node.kind == "HorizontalPodAutoscaler":
        return _summary(draft, node, reading, catalog)
    scalers = catalog.users(node, EdgeType.SCALES)
    draft.lead.append(
        f"{titled(node)} is scaled by {listed(titled(s) for s in scalers)}" if scalers
        else f"No autoscaler that was read scales {titled(node)}"
    )  # fmt: skip
    draft.say_all(scalers, most=5)
    draft.say(node, Spot(short=2))
    return True


def _guards(kind: str, said: str, verb: str) -> Say:
    """For objects of a kind that select pods: budgets, network policies."""

    def add(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
        if node.kind == kind:
            return _summary(draft, node, reading, catalog)
        edges = [e for one in (node, *catalog.pods(node)) for e in catalog.graph.reaching(one.id, EdgeType.SELECTS)]
        found = {e.source: g for e in edges if (g := catalog.graph.node(e.source)).kind == kind}
        names = listed(titled(one) for one in found.values())
        draft.lead.append(f"{titled(node)} is {verb} by {names}" if found else f"No {said} that was read selects {titled(node)}")
        draft.say_all(found.values(), most=10)
        if not found:
            draft.say(node)
        return True

    return add


def _labels(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    field = "annotations" if reading.asks("annotations?") else "labels"
    if mapping(node.value, f"metadata.{field}"):
        draft.say(node, Spot(path=("metadata", field)))
    template = pod_path(node).removesuffix(".spec")
    if field == "labels" and not draft.said and template and labels(node):
        draft.say(node, Spot(path=(*_steps(template), "metadata", "labels")))
    return bool(draft.said)


def _owner(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    for one in (node, *catalog.of(("Namespace",), clusters=(node.cluster,))):
        if one is not node and one.name != node.namespace:
            continue
        for field in ("labels", "annotations"):
            for key in mapping(one.value, f"metadata.{field}"):
                if str(key).rpartition("/")[2].lower() in _OWNER_KEYS:
                    draft.say(one, Spot(path=("metadata", field, str(key))))
        if draft.said:
            return True
    return False


def _account(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    if node.kind == "ServiceAccount":
        return _users(draft, node, reading, catalog)
    maker = _with_pods(node, catalog)
    for one in (maker, *(catalog.pods(maker)[:1])) if maker else ():
        name = text(one.value, f"{pod_path(one)}.serviceAccountName")
        if name:
            draft.say(one, Spot(short=1, needles=(f"service account {name}",)))
            draft.say(one, Spot(path=(*_steps(pod_path(one)), "serviceAccountName")), detail=True)
            return True
    return False


def _mounts(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    kinds = [kind for kind in reading.kinds if kind in _MOUNTED] or list(_MOUNTED)
    found = [one for one in catalog.targets(node, EdgeType.MOUNTS, EdgeType.REFERENCES) if one.kind in kinds]
    draft.lead.append(f"{titled(node)} uses {listed(titled(one) for one in found) or 'none of these'}")
    draft.say(node, Spot(short=2))
    for one in found[:12]:
        draft.say(node, Spot(value=one.name), detail=True)
    return True


def _age(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    draft.say(node, Spot(short=2))
    draft.say(node, Spot(path=("metadata", "creationTimestamp")), detail=True)
    return True


def _selected(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    found = [one for one in catalog.targets(node, EdgeType.SELECTS, EdgeType.SCALES, EdgeType.ROUTES) if one.kind != "Pod"]
    if not found and pod_path(node):
        found = _services(node, catalog)
    draft.lead.append(f"{titled(node)}: {listed(titled(one) for one in found) or 'nothing that was read is selected'}")
    draft.say(node)
    draft.say_all(found, Spot(short=2), most=10)
    return True


def _route(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    draft.say(node)
    for path in named_fields(node, f"{reading.text} destination destinations hosts gateways"):
        draft.say(node, Spot(path=path), detail=True)
    draft.say_all(catalog.targets(node, EdgeType.ROUTES), Spot(short=2), most=6)
    return True


def _by_field(
    draft: Draft, node: Node, reading: Reading, catalog: Catalog, weak: bool = False
) -> bool:
    """What a question names in the words of the object's own fields."""
    paths = named_fields(node, reading.loose, weak=weak)
    if paths:
        draft.say(node, Spot(short=2))
    for path in paths:
        draft.say(node, Spot(path=path))
    return bool(paths)


def _describe(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    draft.described = True
    draft.say(node)
    maker = node if pod_path(node) else None
    if maker is not None:
        _containers(draft, node, reading, catalog)
        for service in _services(node, catalog)[:2]:
            draft.say(service)
    if troubles.is_unwell(node):
        troubles.explain(draft, node, catalog)
    return True


def _health(draft: Draft, node: Node, reading: Reading, catalog: Catalog) -> bool:
    troubles.say_health(draft, node, catalog)
    return True


_SAY: dict[Aspect, Say] = {
    Aspect.IMAGE: _image, Aspect.REPLICAS: _replicas, Aspect.WHY: _health, Aspect.HEALTH: _health, Aspect.NODE: _node,
    Aspect.PLACE: _place, Aspect.HOLDS: _holds, Aspect.USERS: _users, Aspect.CALLERS: _callers, Aspect.CALLS: _calls,
    Aspect.EXPOSED: _exposed, Aspect.PORTS: _ports, Aspect.RESOURCES: _resources, Aspect.ENV: _env,
    Aspect.SCALING: _scaling, Aspect.BUDGET: _guards("PodDisruptionBudget", "disruption budget", "guarded"),
    Aspect.LABELS: _labels, Aspect.OWNER: _owner, Aspect.ACCOUNT: _account, Aspect.MOUNTS: _mounts,
    Aspect.CONTAINERS: _containers, Aspect.RESTARTS: _restarts, Aspect.AGE: _age,
    Aspect.POLICIES: _guards("NetworkPolicy", "network policy", "selected"), Aspect.SELECTED: _selected,
    Aspect.ROUTE: _route, Aspect.DESCRIBE: _describe, Aspect.EVENTS: _health, Aspect.ACCESS: _summary,
}  # fmt: skip

__all__ = ["SUMMARY", "Said", "say"]
