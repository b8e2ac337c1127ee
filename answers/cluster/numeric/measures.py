"""Numbers that objects hold, by the words for them, each with the fields that show it and as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from answers.cluster.amounts import MEASURES, quantity
from answers.cluster.catalog import Catalog, containers, images, pod_path
from answers.cluster.fields import Path, value_at
from answers.cluster.numeric.any_field import counted_field, number_field, number_in
from answers.cluster.numeric.measure import Amount, Measure
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at


def _bound(field: str, resource: str) -> Measure:
    def paths(node: Node) -> list[Path]:
        found: list[Path] = []
        for group, place, container in containers(node):
            known = at(container, f"resources.{field}.{resource}") is not None
            if known and not group.endswith("initContainers"):
                found.append((*group.split("."), place, "resources", field, resource))
        return found

    def amount(node: Node, catalog: Catalog) -> float | None:
        known = [n for path in paths(node) if (n := quantity(value_at(node, path))) is not None]
        return sum(known) if known else None

    names = {"memory": "memory", "cpu": "CPU", "ephemeral-storage": "ephemeral storage"}
    name = f"{names[resource]} {'requested' if field == 'requests' else 'limit'}"
    return Measure(name, amount, "cores" if resource == "cpu" else "bytes", paths)


def _list(unit: str, *paths: str, of_all: bool = True) -> Measure:
    """How many items lists hold at these places; `*` is each item of a list."""

    def found(node: Node) -> list[Path]:
        return [place for path in paths for place in _places(node.value, tuple(path.split(".")))]

    def amount(node: Node, catalog: Catalog) -> float | None:
        sizes = [len(v) for path in found(node) if isinstance(v := value_at(node, path), list | dict)]
        return float(sum(sizes)) if sizes else 0.0 if of_all else None

    return Measure(f"{unit}s", amount, unit, found)


def _places(value: Any, steps: tuple[str, ...], above: Path = ()) -> Iterator[Path]:
    if not steps:
        yield above
    elif steps[0] == "*":
        for place, inner in enumerate(value) if isinstance(value, list) else ():
            yield from _places(inner, steps[1:], (*above, place))
    elif isinstance(value, dict) and steps[0] in value:
        yield from _places(value[steps[0]], steps[1:], (*above, steps[0]))


def _of_pods(unit: str, *fields: str) -> Measure:
    """The same of the pod that an object is or makes, of all its containers where the field is one of theirs."""

    def found(node: Node) -> list[Path]:
        base = pod_path(node)
        return (
            [p for field in fields for p in _places(node.value, (*base.split("."), *field.split(".")))]
            if base
            else []
        )

    def amount(node: Node, catalog: Catalog) -> float | None:
        if not pod_path(node):
            return None
        return float(
            sum(len(v) for path in found(node) if isinstance(v := value_at(node, path), list | dict))
        )

    return Measure(f"{unit}s", amount, unit, found)


def _field(name: str, path: str, unit: str = "") -> Measure:
    def paths(node: Node) -> list[Path]:
        return list(_places(node.value, tuple(path.split("."))))

    def amount(node: Node, catalog: Catalog) -> float | None:
        found = [n for one in paths(node) if (n := number_in(value_at(node, one))) is not None]
        return max(found) if found else None

    return Measure(name, amount, unit, paths)


def _size() -> Measure:
    places = ("spec.resources.requests.storage", "spec.capacity.storage", "status.capacity.memory")

    def paths(node: Node) -> Sequence[Path]:
        return [tuple(path.split(".")) for path in places if at(node.value, path) is not None][:1]

    def amount(node: Node, catalog: Catalog) -> float | None:
        return next((quantity(value_at(node, path)) for path in paths(node)), None)

    return Measure("size", amount, "bytes", paths)


def _old(name: str) -> Amount:
    return next(measure for _, known, measure in MEASURES if known == name)


def _age_paths(node: Node) -> list[Path]:
    return [("metadata", "creationTimestamp")]


def _replica_paths(node: Node) -> Sequence[Path]:
    places = ("spec.replicas", "status.desiredNumberScheduled", "spec.maxReplicas")
    return [tuple(path.split(".")) for path in places if at(node.value, path) is not None][:1]


def _images(node: Node, catalog: Catalog) -> float | None:
    return float(len(set(images(node)))) if pod_path(node) else None


def _selected(node: Node, catalog: Catalog) -> float | None:
    """The pods behind a Service; of anything else those it made, or that run on it."""
    if node.kind in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
        return float(
            len([n for n in catalog.targets(node, EdgeType.SELECTS, EdgeType.ALLOWS) if n.kind == "Pod"])
        )
    return None if node.kind == "Pod" else float(len(catalog.pods(node)))


_REQUESTS = r"request\w*|ask(?:s|ed|ing)?(?: for)?|reserv\w+|claim\w*|demand\w*|guarantee\w*|book\w*|want\w*"
_LIMITS = r"limit\w*|cap(?:ped|s)?|ceiling\w*|allow\w*|may|can|permit\w*|up to|at most|allowance\w*|max\w*"
_RESOURCES = {
    "memory": r"memory|ram|mem", "cpu": r"cpus?|cores?|processors?|millicores?|compute",
    "ephemeral-storage": r"ephemeral[- ]storage|scratch space",
}  # fmt: skip
_READY = r"ready|available"
_RULES = _list("rule", "rules", "spec.rules", "spec.groups.*.rules")
_TABLE: tuple[tuple[str, tuple[str, ...], Measure], ...] = (
    (r"(?:container |pod )?restart\w*|bounce[ds]?|reboot\w*|relaunch\w*|crash\w*", (), Measure("restarts", _old("restarts"), "restart", needle=" restarts")),
    (r"(?:ready|available|healthy|live) (?:replica|instance|copie|copy|pod)s?", (), Measure("ready replicas", _old("ready replicas"), "ready replica", needle=" ready")),
    (r"max\w* ?replicas?|upper (?:bound|limit)|replicas at most", ("HorizontalPodAutoscaler",), _field("replicas at most", "spec.maxReplicas", "replica")),
    (r"min\w* ?replicas?|lower (?:bound|limit)|replicas at least", ("HorizontalPodAutoscaler",), _field("replicas at least", "spec.minReplicas", "replica")),
    (r"replicas?|instances?|copies|scale[ds]?", (), Measure("replicas", _old("replicas"), "replica", _replica_paths)),
    (r"init[ -]?containers?", (), _of_pods("init container", "initContainers")),
    (r"containers?|sidecars?", (), _of_pods("container", "containers")),
    (r"(?:different |distinct )?(?:container )?images?", (), Measure("images", _images, "image")),
    (r"env(?:ironment)?(?: ?var\w*)?s?|(?:environment )?(?:variables?|settings)", (), _of_pods("environment variable", "containers.*.env")),
    (r"(?:volume )?mounts?|mount points?", (), _of_pods("volume mount", "containers.*.volumeMounts")),
    (r"volumes?", (), _of_pods("volume", "volumes")),
    (r"(?:container )?ports?", ("Service",), _list("port", "spec.ports")),
    (r"(?:container )?ports?", (), _of_pods("port", "containers.*.ports")),
    (r"tolerations?|taints?", ("Node",), _list("taint", "spec.taints")),
    (r"tolerations?", (), _of_pods("toleration", "tolerations")),
    (r"arg(?:ument)?s?|flags?", (), _of_pods("argument", "containers.*.args", "containers.*.command")),
    (r"keys?|entr(?:y|ies)|items?|files?|values", ("ConfigMap", "Secret"), _list("key", "data", "binaryData")),
    (r"endpoints?|backends?|addresses", ("Service",), Measure("pods behind it", _selected, "pod")),
    (r"labels?", (), _list("label", "metadata.labels")),
    (r"annotations?", (), _list("annotation", "metadata.annotations")),
    (r"alert(?:s|ing)?(?: rules?)?", ("PrometheusRule",), _RULES),
    (r"(?:rule )?groups?", ("PrometheusRule",), _list("group", "spec.groups")),
    (r"ingress(?: rules?)?", ("NetworkPolicy",), _list("ingress rule", "spec.ingress")),
    (r"egress(?: rules?)?", ("NetworkPolicy",), _list("egress rule", "spec.egress")),
    (r"rules?", ("NetworkPolicy",), _list("rule", "spec.ingress", "spec.egress")),
    (r"(?:policy |http )?rules?|permissions?", (), _RULES),
    (r"paths?|routes?", ("Ingress",), _list("path", "spec.rules.*.http.paths")),
    (r"subjects?", ("RoleBinding", "ClusterRoleBinding"), _list("subject", "subjects")),
    (r"versions?", ("CustomResourceDefinition",), _list("version", "spec.versions")),
    (r"priorit\w+|precedence|value", ("PriorityClass",), Measure("priority", _old("priority"), "", lambda node: [("value",)])),
    (r"pods?", ("Node", "Service", "PodDisruptionBudget", "Deployment", "StatefulSet", "DaemonSet", "ReplicationController", "ReplicaSet", "Job"), Measure("pods", _selected, "pod")),
    (r"storage|space|size|capacity|disk(?: space)?|volume|room|gigabytes|gigs", ("PersistentVolumeClaim", "PersistentVolume"), _size()),
    (r"(?:(?:time|seconds|period|long) )?to (?:shut ?down|stop|terminate|die|exit|quit)|(?:shut ?down|termination|stop(?:ping)?)(?: grace)?(?: periods?| times?)?|grace(?: periods?)?", (), _field("terminationGracePeriodSeconds", "spec.template.spec.terminationGracePeriodSeconds")),
    (r"retr(?:y|ies|ied)", ("Job", "CronJob"), _field("backoffLimit", "spec.backoffLimit")),
    (r"max\w*|up|far|further|furthest", ("HorizontalPodAutoscaler",), _field("replicas at most", "spec.maxReplicas", "replica")),
    (r"allowed disruptions?|disruptions?(?: allowed)?|evictions?", ("PodDisruptionBudget",), _field("allowed disruptions", "status.disruptionsAllowed")),
)  # fmt: skip
"""Words, the kinds that they are measured of (none: all), the number. The first that fits counts."""
AGE = Measure("age", _old("age"), "time", _age_paths)
_GLUE = frozenset(
    "number count amount total sum list set quantity level load pile length size value volume overall desired wanted configured "
    "defined declared individual single own separate many much long of the a an in its their all any possible by for to at with and "
    "figure setting sized slice chunk portion share piece bunch bulk pool heap stack collection array variety helping allotment allocation allowance quota budget reservation resource resources distinct different named listed said most highest".split()
)
"""Words in a measure's phrase that say nothing of which it is."""
_SIZED = {
    "PersistentVolumeClaim": "size", "PersistentVolume": "size", "PriorityClass": "priority",
    "HorizontalPodAutoscaler": "max", "ClusterRole": "rules", "Role": "rules", "PrometheusRule": "rules",
    "NetworkPolicy": "rules", "StatefulSet": "replicas", "Deployment": "replicas", "ReplicationController": "replicas",
    "PodDisruptionBudget": "disruptions",
}  # fmt: skip
"""What an object of a kind is big by, where nothing else is said."""


def default_of(kinds: Sequence[str]) -> Measure | None:
    """What objects of these kinds are `the biggest` by."""
    words = {_SIZED.get(kind, "") for kind in kinds}
    if len(words) != 1 or words == {""}:
        return None
    return _from_table(words.pop(), kinds)[0]


def measure_of(phrase: str, about: str, nodes: Sequence[Node], *, fields: bool = True) -> Measure | None:
    """The number of the objects that a phrase names in full; `about` is the question's words around it.

    `fields`: any list or number of theirs may be meant, not only what is often asked for; that takes longer.
    """
    kinds = list(dict.fromkeys(node.kind for node in nodes))
    if (bound := _resource(phrase, about, kinds)) is not None:
        return bound
    found, left = _from_table(phrase, kinds)
    if found is not None and not left:
        return found
    words = _content(phrase)
    return (counted_field(words, nodes) or number_field(words, nodes)) if fields else None


def _resource(phrase: str, about: str, kinds: Sequence[str]) -> Measure | None:
    for resource, spelled in _RESOURCES.items():
        said = re.search(rf"(?<![\w-])(?:{spelled})(?![\w-])", phrase)
        if said is None:
            continue
        left = re.sub(rf"(?<![\w-])(?:{spelled}|{_REQUESTS}|{_LIMITS})(?![\w-])", " ", phrase)
        if _content(left):
            return None
        if set(kinds) == {"Node"}:
            return _field(
                f"allocatable {resource}",
                f"status.allocatable.{resource}",
                "cores" if resource == "cpu" else "bytes",
            )
        bound = _bound_of(phrase) or _bound_of(about) or ("requests" if resource == "cpu" else "limits")
        return _bound(bound, resource)
    return None


def _bound_of(words: str) -> str:
    limits = re.search(rf"(?<![\w-])(?:{_LIMITS})(?![\w-])", words)
    requests = re.search(rf"(?<![\w-])(?:{_REQUESTS})(?![\w-])", words)
    if bool(limits) == bool(requests):
        return ""
    return "limits" if limits else "requests"


_STRONG = re.compile(
    r"(?<![\w-])(restart|replica|memory|ram|cpu|core|storage|disk|port|key|volume|image|variable|probe|limit|request|priorit|mount|rule|taint)(?:s|y|ies)?(?![\w-])"
)
_ALIKE = {"ram": "memory", "core": "cpu", "disk": "storage"}


def names_another(text: str, conditions: str = "") -> bool:
    """Whether a text, without what was measured, names a further number or setting of which no condition speaks."""
    said = {_ALIKE.get(match[1], match[1]) for match in _STRONG.finditer(text)}
    return any(word not in conditions.lower() for word in said)


def _from_table(phrase: str, kinds: Sequence[str]) -> tuple[Measure | None, list[str]]:
    for words, of, measure in _TABLE:
        said = re.search(rf"(?<![\w-])(?:{words})(?![\w-])", phrase)
        if said and (not of or (set(kinds) and set(kinds) <= set(of))):
            left = _content(f"{phrase[: said.start()]} {phrase[said.end() :]}")
            if not left:
                return measure, []
    return None, []


def _content(words: str) -> list[str]:
    return [word for word in re.findall(r"[a-z][a-z-]*", words) if word not in _GLUE]
