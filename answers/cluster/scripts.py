"""Commands that show an answer live; only read-only ones that the cluster's own inventory bears out are given."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.fact_parts import with_pods
from answers.cluster.kinds import KindWords
from answers.cluster.link_facts import ROUTERS
from answers.cluster.reading import Reading
from answers.cluster.said import Draft
from answers.cluster.troubles import is_unwell
from answers.cluster.wording import AS_TEXT, Aspect
from answers.model import Script
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.kubectl import check
from cluster.scripts import Inventory, parse, validate
from cluster.values import entries, mapping, number, text

_MOST = 4
_KINDS = 5
_DESCRIBED = (
    Aspect.WHY, Aspect.HEALTH, Aspect.DESCRIBE, Aspect.RESOURCES, Aspect.ENV, Aspect.LABELS, Aspect.CONTAINERS,
    Aspect.CALLS, Aspect.USERS, Aspect.MOUNTS, Aspect.ACCOUNT, Aspect.OWNER, Aspect.ROUTE,
)  # fmt: skip
_OF_MAKERS = (
    Aspect.IMAGE, Aspect.REPLICAS, Aspect.RESOURCES, Aspect.ENV, Aspect.PROBES, Aspect.CONTAINERS, Aspect.RESTARTS,
)  # fmt: skip
"""What is told of the workload behind a Service."""
_WORKLOADS_IN = "deployments,statefulsets,daemonsets,cronjobs,jobs,services"


def of_objects(
    draft: Draft, reading: Reading, aspect: Aspect | None, catalog: Catalog, kinds: KindWords
) -> list[list[str]]:
    """Commands about the first of the objects that were asked about."""
    if not draft.objects:
        return []
    node = draft.objects[0]
    maker = with_pods(node, catalog) if node.kind == "Service" and aspect in _OF_MAKERS else None
    if maker is not None and node not in (said.node for said in draft.said):
        node = maker
    has_pods = bool(pod_path(node)) or node.kind == "Service"
    if aspect in (Aspect.NODE, Aspect.PLACE, Aspect.RESTARTS) and has_pods and node.kind != "Pod":
        return [pods_of(node, "-o", "wide")] + ([_get(node, kinds)] if aspect is Aspect.PLACE else [])
    if node.kind == "Node" and any(said.node is not None and said.node.kind == "Pod" for said in draft.said):
        return _pods_on(node, reading.namespaces)
    if aspect is Aspect.DESCRIBE and reading.asks(AS_TEXT) and node.kind != "Secret":
        return [_get(node, kinds, "-o", "json" if reading.asks("json") else "yaml")]
    if aspect is Aspect.LOGS and pod_path(node):
        name = node.name if node.kind == "Pod" else f"{node.kind.lower()}/{node.name}"
        return [["kubectl", "logs", name, *_place(node), "--all-containers", "--tail=100"]]
    if "Pod" in draft.shown and node.kind != "Pod":
        # `how many replicas does it want, and which pods are there`
        own = [] if pod_path(node) and aspect is not Aspect.REPLICAS else [describe(node, kinds)]
        return [pods_of(node, "-o", "wide"), *own]
    if aspect in (Aspect.WHY, Aspect.HEALTH, Aspect.EVENTS) and is_unwell(node):
        return _trouble(node, catalog, kinds)
    if aspect is Aspect.CALLERS:
        callers = catalog.users(node, EdgeType.CALLS)
        return [describe(one, kinds) for one in (callers or [node])[:_MOST]]
    if aspect in (Aspect.EXPOSED, Aspect.PORTS) and node.kind not in ("Service", "Ingress"):
        services = [s for s in catalog.users(node, EdgeType.SELECTS) if s.kind == "Service"]
        return [_get(one, kinds, "-o", "wide") for one in (*services[:2], node)]
    if aspect in (Aspect.SCALING, Aspect.BUDGET, Aspect.POLICIES):
        return _guards(draft, node, aspect, catalog, kinds)
    if aspect is Aspect.ROUTE and node.kind not in ROUTERS:
        routers = dict.fromkeys(s.node for s in draft.said if s.node is not None and s.node.kind in ROUTERS)
        return [describe(one, kinds) for one in (*routers, node)][:_MOST]
    if aspect is Aspect.USERS and node.kind in (
        "ConfigMap",
        "Secret",
        "PersistentVolumeClaim",
        "ServiceAccount",
    ):
        users = catalog.users(node, EdgeType.MOUNTS, EdgeType.REFERENCES)
        own = [] if node.kind == "Secret" else [describe(node, kinds)]
        return (own + [_get(one, kinds, "-o", "yaml") for one in users if pod_path(one)])[:_MOST]
    if aspect is Aspect.ACCESS:
        return [describe(node, kinds), *of_access(draft, reading)]
    found = [describe(node, kinds) if aspect in _DESCRIBED else _get(node, kinds, "-o", "wide")]
    if draft.shown and node.kind not in draft.shown:
        words = ",".join(dict.fromkeys(kinds.resource(kind) for kind in draft.shown[:_KINDS]))
        found.append(["kubectl", "get", words, *(_place(node) or ["-A"]), "-o", "wide"])
    return found


def of_list(
    draft: Draft, reading: Reading, shown: Sequence[str], arguments: Sequence[str], kinds: KindWords
) -> list[list[str]]:
    """Commands that list objects of these kinds, in the namespaces of the question or in all."""
    words = ",".join(dict.fromkeys(kinds.resource(kind, _group(draft, kind)) for kind in shown))
    told = [node for node in draft.objects if node.kind in shown]
    seen = told or [said.node for said in draft.said if said.node is not None and said.node.kind in shown]
    scoped = any(node.namespace for node in seen) or not seen
    places = of_namespaces(reading.namespaces) if scoped else [[]]
    return [["kubectl", "get", words, *place, *arguments, "-o", "wide"] for place in places]


def of_namespaces(names: Sequence[str]) -> list[list[str]]:
    """The arguments that look into these namespaces one after another, or into all where they are none or many."""
    return [["-n", name] for name in names] if 0 < len(names) <= _MOST else [["-A"]]


def of_nodes() -> list[list[str]]:
    """Commands that show the conditions of the nodes: memory, disk, processes, network."""
    return [["kubectl", "describe", "nodes"], ["kubectl", "get", "nodes", "-o", "wide"]]


def of_places(reading: Reading, aspect: Aspect | None, draft: Draft, catalog: Catalog) -> list[list[str]]:
    """Commands about the namespaces of the question, or about all."""
    running = "deployments,statefulsets,daemonsets,pods"
    words = {
        Aspect.EXPOSED: "services,ingresses", Aspect.EVENTS: "events", Aspect.HEALTH: running, Aspect.WHY: running,
    }.get(aspect or Aspect.HOLDS, _WORKLOADS_IN)  # fmt: skip
    extra = (
        ["--field-selector=type=Warning"]
        if aspect is Aspect.EVENTS
        else ["-o", "wide"]
        if aspect is Aspect.EXPOSED
        else []
    )
    return [["kubectl", "get", words, *place, *extra] for place in of_namespaces(reading.namespaces)]


def of_access(draft: Draft, reading: Reading) -> list[list[str]]:
    """Commands that show bindings with their subjects, and the roles."""
    places = [["-n", name] for name in reading.namespaces] or [["-A"]]
    return [["kubectl", "get", "rolebindings", *place, "-o", "wide"] for place in places[:1]] + [
        ["kubectl", "get", "clusterrolebindings", "-o", "wide"]
    ]


def script(
    commands: Sequence[Sequence[str]],
    explanation: str,
    citations: Sequence[int],
    inventories: Mapping[str, Inventory],
) -> Script | None:
    """The commands that only read and name what is there, as a script; None where none is left.

    `inventories` are those of the clusters, by the kubeconfig context that a command there names, '' for none.
    """
    good = [
        [command[0], *(["--context", context] if context else []), *command[1:]]
        for context, inventory in inventories.items()
        for command in _there(commands, inventory)
    ]
    if not good:
        return None
    text_ = "\n".join(shlex.join(argv) for argv in good)
    return Script(text_, explanation, tuple({"argv": argv} for argv in good), tuple(citations))


def _there(commands: Sequence[Sequence[str]], inventory: Inventory) -> list[list[str]]:
    """The commands that only read and name what is in a cluster, each once."""
    # Commands about what stands in no namespace name none: then the caller may not know of `default`.
    known = min(inventory.namespaces(), default="default")
    good: list[list[str]] = []
    for command in commands:
        argv = list(command)
        bad = not check(argv).allowed or argv in good
        if not bad and not validate(parse(shlex.join(argv)), inventory, namespace=known):
            good.append(argv)
    return good[:_MOST]


def _group(draft: Draft, kind: str) -> str:
    return next((node.group for node in draft.objects if node.kind == kind), "")


def _place(node: Node) -> list[str]:
    return ["-n", node.namespace] if node.namespace else []


def _get(node: Node, kinds: KindWords, *more: str) -> list[str]:
    return ["kubectl", "get", kinds.resource(node.kind, node.group), node.name, *_place(node), *more]


def describe(node: Node, kinds: KindWords) -> list[str]:
    """The command that describes one object."""
    return ["kubectl", "describe", kinds.resource(node.kind, node.group), node.name, *_place(node)]


def pods_of(node: Node, *more: str) -> list[str]:
    """The command that lists the pods which an object selects."""
    wanted = mapping(node.value, "spec.selector.matchLabels") or (
        mapping(node.value, "spec.selector") if node.kind in ("Service", "ReplicationController") else {}
    )
    pairs = [f"{key}={value}" for key, value in wanted.items() if isinstance(value, str)]
    return ["kubectl", "get", "pods", *_place(node), *(["-l", ",".join(pairs)] if pairs else []), *more]


def _pods_on(node: Node, namespaces: Sequence[str]) -> list[list[str]]:
    places = of_namespaces(namespaces)
    which = f"--field-selector=spec.nodeName={node.name}"
    return [["kubectl", "get", "pods", *place, which, "-o", "wide"] for place in places][:_MOST]


def _trouble(node: Node, catalog: Catalog, kinds: KindWords) -> list[list[str]]:
    found = [describe(node, kinds)]
    pods = [pod for pod in catalog.pods(node) if is_unwell(pod)] if node.kind not in ("Node", "Pod") else []
    found += [describe(pod, kinds) for pod in pods[:1]]
    for pod in [*pods[:1], *([node] if node.kind == "Pod" else [])]:
        for _, status in entries(pod.value, "status.containerStatuses"):
            if number(status, "restartCount"):
                found.append(
                    [
                        "kubectl",
                        "logs",
                        pod.name,
                        *_place(pod),
                        "-c",
                        text(status, "name"),
                        "--previous",
                        "--tail=50",
                    ]
                )
                break
    if node.namespace:
        found.append(["kubectl", "events", *_place(node), "--for", f"{node.kind.lower()}/{node.name}"])
    return found[:_MOST]


def _guards(draft: Draft, node: Node, aspect: Aspect, catalog: Catalog, kinds: KindWords) -> list[list[str]]:
    kind = {Aspect.SCALING: "HorizontalPodAutoscaler", Aspect.BUDGET: "PodDisruptionBudget"}.get(
        aspect, "NetworkPolicy"
    )
    named = [said.node for said in draft.said if said.node is not None and said.node.kind == kind]
    if named:
        return [describe(one, kinds) for one in named[:_MOST]]
    return [["kubectl", "get", kinds.resource(kind), *_place(node)]]
