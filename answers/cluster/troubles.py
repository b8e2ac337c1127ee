"""Says how well an object is and why, from its own status, its pods and the server's warnings."""

from __future__ import annotations

from collections.abc import Iterable

from answers.cluster.catalog import Catalog, pod_path
from answers.cluster.said import Draft, Spot, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.status import Level
from cluster.values import entries, text

_UNWELL = (Level.FAILED, Level.DEGRADED, Level.PROGRESSING)
_BAD_WHEN_TRUE = frozenset(
    {
        "ReplicaFailure",
        "MemoryPressure",
        "DiskPressure",
        "PIDPressure",
        "NetworkUnavailable",
        "Failed",
        "Degraded",
        "Stalled",
    }
)
_MOST_PODS = 3


def is_unwell(node: Node) -> bool:
    """Whether an object says that it is not as it should be."""
    return node.health.level in _UNWELL


def unwell(nodes: Iterable[Node]) -> list[Node]:
    """Those that are not as they should be, the worst first."""
    return sorted(
        filter(is_unwell, nodes), key=lambda n: (_UNWELL.index(n.health.level), n.kind, n.namespace, n.name)
    )


def say_health(draft: Draft, node: Node, catalog: Catalog) -> None:
    """Adds how the object is and, where it is unwell, why and since when."""
    since = f" since {node.health.since:%Y-%m-%d %H:%M} UTC" if node.health.since and is_unwell(node) else ""
    reason = (
        f" ({node.health.reason})" if node.health.reason and node.health.level is not Level.UNKNOWN else ""
    )
    level = "has no state of its own" if node.health.level is Level.UNKNOWN else f"is {node.health.level}"
    draft.lead.append(f"{titled(node)} {level}{reason}{since}")
    draft.say(node)
    if is_unwell(node):
        explain(draft, node, catalog)
    if node.kind == "Service":
        behind = [n for n in catalog.targets(node, EdgeType.SELECTS) if n.kind != "Pod"]
        for one in behind[:_MOST_PODS]:
            draft.say(one, Spot(short=2))
    if not is_unwell(node) and (node.kind == "Service" or node.health.level is Level.UNKNOWN):
        for one in unwell(catalog.targets(node, EdgeType.SELECTS, EdgeType.SCALES))[:2]:
            draft.say(one)
            explain(draft, one, catalog)


def say_reason(draft: Draft, node: Node) -> None:
    """Adds the one line of an object that says best why it is unwell, and since when."""
    for _, found in entries(node.value, "status.conditions"):
        kind, status = text(found, "type"), text(found, "status")
        # That a pod is not ready says less than what its containers wait for.
        bad = status == ("True" if kind in _BAD_WHEN_TRUE else "False")
        if bad and not (node.kind == "Pod" and kind in ("Initialized", "Ready", "ContainersReady")):
            draft.say(node, Spot(needles=(f"Condition {kind}: {status}",)), detail=True)
            return
    for status in ("initContainerStatuses", "containerStatuses"):
        for _, container in entries(node.value, f"status.{status}"):
            if container.get("ready") is not True:
                draft.say(node, Spot(needles=(f"ontainer {text(container, 'name')}:",)), detail=True)
                return


def explain(draft: Draft, node: Node, catalog: Catalog) -> None:
    """Adds the conditions that do not hold, the pods that fail with their containers, and the claims that wait."""
    for _, found in entries(node.value, "status.conditions"):
        kind, status = text(found, "type"), text(found, "status")
        if status == ("True" if kind in _BAD_WHEN_TRUE else "False"):
            draft.say(node, Spot(needles=(f"Condition {kind}: {status}",)), detail=True)
    for pod in unwell(catalog.pods(node) if node.kind != "Node" else [])[:_MOST_PODS]:
        draft.say(pod)
        for status in ("containerStatuses", "initContainerStatuses"):
            for _, container in entries(pod.value, f"status.{status}"):
                if container.get("ready") is not True:
                    draft.say(pod, Spot(needles=(f"ontainer {text(container, 'name')}:",)), detail=True)
    for event in catalog.warnings_about([node, *catalog.pods(node)])[:2] if node.kind != "Node" else ():
        draft.quote(event.document_id)
    if pod_path(node):
        claims = [c for c in catalog.targets(node, EdgeType.MOUNTS) if c.kind == "PersistentVolumeClaim"]
        draft.say_all(unwell(claims), most=3)
