"""What objects have or lack: limits, probes, autoscalers, disruption budgets, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from answers.cluster.catalog import Catalog, containers, images
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from answers.cluster.wording import LACKS, OWNER_KEYS
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.status import Level
from cluster.values import entries, mapping, number, text

_WELL = r"(?:(?!un|not|fail|pend|miss|crash|broke)[a-z]+ )?"
"""A word before what is had, which does not say that it is not well: `with unready pods` is no `with pods`."""
_PODS = "ready pods"
"""What a Service has behind it."""
Has = Callable[[Node, Catalog], bool]

_USABLE = {
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "ServiceAccount",
    "StorageClass",
}
_USES = (EdgeType.MOUNTS, EdgeType.REFERENCES)


def lacking(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition to have or to lack something."""
    if reading.asks("not used") and set(kinds) <= _USABLE:
        yield Filter("that nothing uses", lambda node: not catalog.users(node, *_USES)), {"used"}
        return
    for words, said, has in _HELD:
        if said == _PODS and set(kinds) == {"Pod"}:
            continue
        for wanted, pattern in (
            (False, rf"{LACKS} (?:[a-z]+ ){{0,2}}?(?P<what>{words})"),
            (
                True,
                rf"(?:with|has|have|having|managed by|scaled by|guarded by) (?:an? |any )?{_WELL}(?P<what>{words})",
            ),
        ):
            match = reading.found(pattern)
            between = set(match[0].split()) - set(match["what"].split()) if match else set()
            if match and not between & {word.lower() for word in reading.unknown}:
                held = f"{'with' if wanted else 'without'} {said}"
                yield Filter(held, _test(has, wanted, catalog)), set(match["what"].split())
                return


def _test(has: Has, wanted: bool, catalog: Catalog) -> Callable[[Node], bool]:
    return lambda node: has(node, catalog) is wanted


def _has_resource(field: str, resource: str = "") -> Has:
    def has(node: Node, catalog: Catalog) -> bool:
        found = [
            mapping(c, f"resources.{field}")
            for group, _, c in containers(node)
            if group.endswith(".containers")
        ]
        return bool(found) and any(resource in one if resource else bool(one) for one in found)

    return has


def _has_any(resource: str) -> Has:
    """Whether a container requests a resource of this name, or is limited in it."""

    def has(node: Node, catalog: Catalog) -> bool:
        bounds = (
            mapping(c, f"resources.{one}") for _, _, c in containers(node) for one in ("limits", "requests")
        )
        return any(key.startswith(resource) for one in bounds for key in one)

    return has


def _has_gpu(node: Node) -> bool:
    """Whether its containers ask for a graphics processor of any maker, or a node offers one."""
    offered = [
        mapping(c, f"resources.{field}") for _, _, c in containers(node) for field in ("limits", "requests")
    ]
    return any(
        key.endswith("/gpu") for one in (*offered, mapping(node.value, "status.capacity")) for key in one
    )


def _has_probe(*kinds: str) -> Has:
    return lambda node, catalog: any(c.get(f"{kind}Probe") for _, _, c in containers(node) for kind in kinds)


def _selected_by(kind: str) -> Has:
    def has(node: Node, catalog: Catalog) -> bool:
        edges = (EdgeType.SELECTS, EdgeType.SCALES)
        nodes = (node, *catalog.pods(node))
        return any(
            catalog.graph.node(e.source).kind == kind
            for one in nodes
            for e in catalog.graph.reaching(one.id, *edges)
        )

    return has


def _has_owner(node: Node, catalog: Catalog) -> bool:
    keys = {
        str(k).rpartition("/")[2].lower()
        for f in ("labels", "annotations")
        for k in mapping(node.value, f"metadata.{f}")
    }
    return bool(keys & OWNER_KEYS)


def _is_ready(node: Node, catalog: Catalog) -> bool:
    if node.kind == "Service" and "Endpoints" in catalog.by_kind:
        behind = (n for n in catalog.by_name.get(node.name.lower(), ()) if n.kind == "Endpoints")
        return any(
            bool(subset.get("addresses"))
            for one in behind
            if (one.namespace, one.cluster) == (node.namespace, node.cluster)
            for _, subset in entries(one.value, "subsets")
        )
    return node.health.level is Level.HEALTHY


def _names_class(node: Node, catalog: Catalog) -> bool:
    return bool(text(node.value, "spec.storageClassName"))


def _allows_disruptions(node: Node, catalog: Catalog) -> bool:
    return number(node.value, "status.disruptionsAllowed") > 0


def _is_tagged(node: Node, catalog: Catalog) -> bool:
    """Whether each image names its tag, or is pinned by a digest."""
    return all(":" in image.rsplit("/", 1)[-1] for image in images(node, main=True))


def _is_owned(node: Node, catalog: Catalog) -> bool:
    return catalog.owner(node) is not None


def _field(path: str) -> Has:
    return lambda node, catalog: bool(mapping(node.value, path))


_HELD: tuple[tuple[str, str, Has], ...] = (
    (r"memory (?:resource )?limits?", "a memory limit", _has_resource("limits", "memory")),
    (r"cpu (?:resource )?limits?", "a CPU limit", _has_resource("limits", "cpu")),
    (r"memory requests?", "a memory request", _has_resource("requests", "memory")),
    (r"cpu requests?", "a CPU request", _has_resource("requests", "cpu")),
    (r"(?:requests? for )?(?:\d+ |one |two )?gpus?", "a GPU", lambda node, _: _has_gpu(node)),
    (r"ephemeral[- ]storages?(?: requests?| limits?)?", "ephemeral storage", _has_any("ephemeral-storage")),
    (r"huge ?pages?", "huge pages", _has_any("hugepages")),
    (r"limits?", "resource limits", _has_resource("limits")),
    (r"requests?", "resource requests", _has_resource("requests")),
    (r"liveness(?: probes?)?", "a liveness probe", _has_probe("liveness")),
    (r"readiness(?: probes?)?", "a readiness probe", _has_probe("readiness")),
    (r"startup(?: probes?)?", "a startup probe", _has_probe("startup")),
    (r"(?:health ?)?(?:probes?|checks?)", "probes", _has_probe("liveness", "readiness", "startup")),
    (r"(?:hpas?|auto-?scal\w+)", "an autoscaler", _selected_by("HorizontalPodAutoscaler")),
    (r"(?:pdbs?|(?:pod )?disruption budgets?)", "a disruption budget", _selected_by("PodDisruptionBudget")),
    (r"(?:network ?polic\w+|netpols?)", "a network policy", _selected_by("NetworkPolicy")),
    (r"(?:teams?|owners?)(?: labels?)?", "an owner", _has_owner),
    (r"(?:managing )?(?:controllers?|owner references?|parents?)", "a controller", _is_owned),
    (r"(?:image )?tags?", "an image tag", _is_tagged),
    (r"labels?", "labels", _field("metadata.labels")),
    (r"(?:ready )?(?:endpoints?|pods?)", _PODS, _is_ready),
    (r"storage ?class(?:es)?", "a storage class", _names_class),
    (r"selectors?", "a selector", _field("spec.selector")),
    (r"disruptions?(?: allowed)?", "allowed disruptions", _allows_disruptions),
)  # fmt: skip
HELD = frozenset(f"with {said}" for _, said, _ in _HELD)
"""The conditions to have something, in words."""
