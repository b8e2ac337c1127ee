"""What a box says of one object: its category, its count, its image, what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from cluster.graph import Node
from cluster.picture.scene import ALARMING, SEVERITY, Category, Line, Tone
from cluster.picture.text import clean, plural
from cluster.status import Health
from cluster.values import Value, at, entries, mapping, number, text, words

WORKLOADS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod"}
)
ROUTES = frozenset(
    {"Ingress", "Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "VirtualService"}
)
_CATEGORIES = {
    Category.WORKLOAD: WORKLOADS | {"Rollout", "CloneSet"},
    Category.NETWORK: ROUTES
    | {"Service", "EndpointSlice", "Endpoints", "IngressClass", "GatewayClass", "DestinationRule", "ListenerSet",
       "ServiceEntry", "IPAddress"},
    Category.CONFIG: {"ConfigMap", "Secret", "ExternalSecret", "SealedSecret", "Certificate"},
    Category.STORAGE: {"PersistentVolumeClaim", "PersistentVolume", "StorageClass", "CSIDriver", "VolumeAttachment"},
    Category.POLICY: {"NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "VerticalPodAutoscaler",
                      "ScaledObject", "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
                      "ResourceQuota", "LimitRange", "PriorityClass"},
    Category.NODE: {"Node"},
    Category.NAMESPACE: {"Namespace"},
    Category.DOCUMENT: {"Page", "Terraform"},
}  # fmt: skip
_BY_KIND = {kind: category for category, kinds in _CATEGORIES.items() for kind in kinds}
_READY = {
    "Deployment": ("status.readyReplicas", "spec.replicas", 1),
    "StatefulSet": ("status.readyReplicas", "spec.replicas", 1),
    "ReplicaSet": ("status.readyReplicas", "spec.replicas", 1),
    "ReplicationController": ("status.readyReplicas", "spec.replicas", 1),
    "DaemonSet": ("status.numberReady", "status.desiredNumberScheduled", 0),
    "Job": ("status.succeeded", "spec.completions", 1),
}
_PORTS = 3
_TEMPLATES = ("spec.template.spec", "spec.jobTemplate.spec.template.spec")


def category(node: Node) -> Category:
    """What the object is for; one of an unknown kind that has a pod template makes pods."""
    return _BY_KIND.get(node.kind) or (Category.WORKLOAD if pod_spec(node.value) else Category.OTHER)


def is_workload(node: Node) -> bool:
    """Whether it runs pods, and is there."""
    return node.present and category(node) is Category.WORKLOAD


def pod_spec(value: Value) -> Value:
    """The pod's spec of a workload or a pod, or an empty mapping."""
    if at(value, "kind") == "Pod":
        return mapping(value, "spec")
    for path in _TEMPLATES:
        found = mapping(value, path)
        if isinstance(found.get("containers"), list):
            return found
    return {}


def badge(node: Node) -> str:
    """`3/3` ready, `×3` where only a manifest says how many are wanted, '' where the kind has no count."""
    value = node.value
    if node.kind == "Pod":
        wanted = sum(1 for _ in entries(value, "spec.containers"))
        ready = sum(at(one, "ready") is True for _, one in entries(value, "status.containerStatuses"))
        done = at(value, "status.phase") == "Succeeded"
        return "" if done or not mapping(value, "status") else f"{ready}/{wanted}"
    if node.kind not in _READY:
        return ""
    have, want, default = _READY[node.kind]
    wanted = number(value, want, default)
    if mapping(value, "status"):
        return f"{number(value, have)}/{wanted}"
    return f"×{wanted}" if node.kind not in ("DaemonSet", "Job") else ""


def image(node: Node) -> str:
    """`cart:v2.3` of the first container, `+1` for each other image."""
    images = [text(one, "image") for _, one in entries(pod_spec(node.value), "containers")]
    short = list(dict.fromkeys(_short_image(one) for one in images if one))
    if not short:
        return ""
    return short[0] + (f" +{len(short) - 1}" if len(short) > 1 else "")


def _short_image(name: str) -> str:
    plain, _, digest = name.partition("@")
    last = plain.rsplit("/", 1)[-1]
    return last if ":" in last or not digest else f"{last}@{digest.split(':')[-1][:7]}"


_ALERT_ROWS = 3


def remark(health: Health, what: str) -> Line:
    """Why something that belongs to an object is not well, in one row."""
    line = alert(health, what)
    return replace(line, since="", most=1)


def alert(health: Health, what: str = "") -> Line:
    """Why something is not well and since when, in the colour of its level."""
    since = f"since {health.since:%Y-%m-%d %H:%M}" if health.since else ""
    said = clean((f"{what}: " if what else "") + (health.reason or str(health.level)))
    return Line(said, Tone.ALERT, health.level, f"{said} {since}".strip(), since, _ALERT_ROWS)


def alerts(node: Node, pods: Iterable[Node] = ()) -> list[Line]:
    """Why a workload is not well: in its pods' words where they have any, which name the cause, else in its own."""
    if node.health.level not in ALARMING:
        return []
    bad = [pod for pod in pods if pod.id != node.id and pod.health.level in ALARMING and pod.health.reason]
    if not bad:
        return [alert(node.health)]
    reasons = Counter((SEVERITY.index(pod.health.level), pod.health.reason) for pod in bad)
    (_, reason), count = min(reasons.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
    shown = min(
        (pod for pod in bad if pod.health.reason == reason),
        key=lambda pod: (pod.health.since.isoformat() if pod.health.since else "~", pod.id),
    )
    line = alert(shown.health, plural(count, "Pod") if count > 1 else "")
    title = clean(f"{node.health.reason}; {line.title}")
    return [Line(line.text, Tone.ALERT, node.health.level, title, line.since, _ALERT_ROWS)]


def summary(node: Node) -> str:
    """What else a box says of an object besides its kind: ports, hosts, keys, size, bounds; '' for nothing."""
    value = node.value
    if node.kind == "Service":
        kind = service_type(value)
        return f"{kind if kind != 'Service' else ''} {service_ports(value)}".strip()
    if node.kind == "Ingress":
        return _hosts([text(rule, "host") or "*" for _, rule in entries(value, "spec.rules")])
    if node.kind in ROUTES:
        return _hosts(words(value, "spec.hostnames") or words(value, "spec.hosts"))
    if node.kind in ("ConfigMap", "Secret"):
        keys = list(mapping(value, "data")) + list(mapping(value, "binaryData"))
        return plural(len(keys), "key") if keys else ""
    if node.kind == "PersistentVolumeClaim":
        return text(value, "spec.resources.requests.storage")
    if node.kind == "PersistentVolume":
        return text(value, "spec.capacity.storage")
    if node.kind == "HorizontalPodAutoscaler":
        return f"{number(value, 'spec.minReplicas', 1)} to {number(value, 'spec.maxReplicas')} replicas"
    if node.kind == "CronJob":
        return text(value, "spec.schedule")
    return image(node)


def _hosts(names: list[str]) -> str:
    return ", ".join("any host" if name == "*" else name for name in dict.fromkeys(names))


def service_type(value: Value) -> str:
    """`LoadBalancer`, `Headless`; `Service` for the ordinary one."""
    if text(value, "spec.clusterIP") == "None":
        return "Headless"
    kind = text(value, "spec.type")
    return kind if kind not in ("", "ClusterIP") else "Service"


def service_ports(value: Value) -> str:
    """`:80, :443`; of many the first two and how many more."""
    ports = [f":{at(port, 'port')}" for _, port in entries(value, "spec.ports")]
    return ", ".join(ports) if len(ports) <= _PORTS else f"{', '.join(ports[:2])} +{len(ports) - 2}"


def budget(value: Value) -> str:
    """`min 1` or `max unavailable 25%` of a PodDisruptionBudget."""
    least, most = at(value, "spec.minAvailable"), at(value, "spec.maxUnavailable")
    return f"min {least}" if least is not None else f"max unavailable {most}" if most is not None else ""
