"""Objects and events from the tables of `kubectl get`, in the form of the Kubernetes API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.documents import ANY, ResourceRef
from incidents.bundles import pod_rows
from incidents.bundles.kinds import Kind, by_word
from incidents.bundles.tables import Row
from incidents.bundles.units import compact, number, repeated
from incidents.evidence import Event

Object = dict[str, Any]

_HEADINGS = (
    ("Event", ("REASON", "OBJECT", "MESSAGE")),
    ("Node", ("CPU(CORES)", "CPU%")),
    ("Pod", ("CPU(CORES)", "MEMORY(BYTES)")), ("Pod", ("READY", "STATUS", "RESTARTS")),
    ("DaemonSet", ("DESIRED", "CURRENT", "READY", "UP-TO-DATE")), ("Deployment", ("READY", "UP-TO-DATE", "AVAILABLE")),
    ("ReplicaSet", ("DESIRED", "CURRENT", "READY")), ("Service", ("TYPE", "CLUSTER-IP")),
    ("Endpoints", ("ENDPOINTS",)), ("PersistentVolumeClaim", ("STATUS", "VOLUME", "CAPACITY")),
    ("PersistentVolume", ("CAPACITY", "RECLAIM POLICY", "CLAIM")), ("StorageClass", ("PROVISIONER",)),
    ("Node", ("STATUS", "ROLES", "VERSION")), ("HorizontalPodAutoscaler", ("REFERENCE", "TARGETS")),
    ("ResourceQuota", ("REQUEST", "LIMIT")),
    ("Job", ("COMPLETIONS", "DURATION")), ("CronJob", ("SCHEDULE", "SUSPEND")),
)  # fmt: skip


_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
"""What objects may be called, but for those of RBAC and some custom resources."""


def recognise(headings: Row) -> str:
    """The kind that a table lists, by the headings that only it has; '' if unknown."""
    found = next((kind for kind, needed in _HEADINGS if all(name in headings for name in needed)), "")
    return (
        "StatefulSet" if not found and headings.keys() - {"NAMESPACE"} == {"NAME", "READY", "AGE"} else found
    )


def read(row: Row, kind: Kind, namespace: str) -> Object | None:
    """The object of one row; None for a line without a name: text that stands below a table is no row."""
    if "CPU(CORES)" in row:
        return _usage(row, kind, namespace)
    name = row.get("NAME", "")
    if "/" in name:
        word, _, name = name.partition("/")
        kind = by_word(word) or kind
    if not name or " " in name or (kind.name in _BUILDERS and not _NAME.fullmatch(name)):
        return None
    metadata: Object = {"name": name, "labels": _pairs(row.get("LABELS", ""))}
    if kind.namespaced:
        metadata["namespace"] = row.get("NAMESPACE") or namespace
    found = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": compact(metadata)}
    builder = _BUILDERS.get(kind.name)
    return found | (builder(row) if builder else {})


def _usage(row: Row, kind: Kind, namespace: str) -> Object | None:
    """What `kubectl top` shows: `usage` is no field of the API. Rows of single containers are left out."""
    name = row.get("NAME", "")
    if not name or row.get("POD"):
        return None
    metadata = {"name": name, "namespace": (row.get("NAMESPACE") or namespace) if kind.namespaced else ""}
    usage = {"cpu": row.get("CPU(CORES)", ""), "memory": row.get("MEMORY(BYTES)", "")}
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": compact(metadata), "usage": usage}


def event(row: Row, namespace: str, line: str) -> Event | None:
    """The event of one row of `kubectl get events` or `kubectl events`."""
    word, _, name = row.get("OBJECT", "").partition("/")
    kind = by_word(word)
    if not name:
        return None
    age, count = repeated(row.get("LAST SEEN", ""))
    place = row.get("NAMESPACE") or namespace
    ref = ResourceRef(
        kind.name if kind else word.title(), name, (place or ANY) if kind is None or kind.namespaced else ANY
    )
    counted = row.get("COUNT", "")
    times = int(counted) if counted.isascii() and counted.isdigit() else count
    return Event(
        ref, row.get("TYPE", ""), row.get("REASON", ""), row.get("MESSAGE", ""), line.strip(), times, age
    )


_BARE_EVENT = re.compile(
    r"^(?P<age>\S+(?: \(x\d+ over \S+\))?) {2,}(?P<type>Normal|Warning) +(?P<reason>\S+) +(?P<object>[a-z.]+/\S+) +"
    r"(?P<message>\S.*)$"
)


def bare_event(line: str) -> Row | None:
    """A row of a table of events by its form alone; None for any other line."""
    match = _BARE_EVENT.match(line.rstrip())
    names = {"LAST SEEN": "age", "TYPE": "type", "REASON": "reason", "OBJECT": "object", "MESSAGE": "message"}
    return {heading: match[name] for heading, name in names.items()} if match else None


def _pairs(text: str) -> dict[str, str]:
    split = (part.partition("=") for part in text.split(","))
    return {key.strip(): value.strip() for key, found, value in split if found}


def _fraction(text: str) -> tuple[int, int] | None:
    match = re.match(r"^(\d+)/(\d+)$", text)
    return (int(match[1]), int(match[2])) if match else None


def _workload(row: Row) -> Object:
    spec: Object = {}
    status: Object = {}
    ready = _fraction(row.get("READY", ""))
    if ready is not None:
        spec["replicas"], status["readyReplicas"] = ready[1], ready[0]
    for heading, where, name in (
        ("DESIRED", spec, "replicas"), ("CURRENT", status, "replicas"),
        ("AVAILABLE", status, "availableReplicas"), ("UP-TO-DATE", status, "updatedReplicas"),
    ):  # fmt: skip
        if row.get(heading, "").isdigit():
            where[name] = int(row[heading])
    selector = _pairs(row.get("SELECTOR", ""))
    if selector:
        spec["selector"] = {"matchLabels": selector}
    names, images = row.get("CONTAINERS", ""), row.get("IMAGES", "")
    if names and images:
        containers = [
            {"name": name, "image": image}
            for name, image in zip(names.split(","), images.split(","), strict=False)
        ]
        spec["template"] = {"metadata": {"labels": selector}, "spec": {"containers": containers}}
    return {"spec": spec, "status": status}


def _daemon_set(row: Row) -> Object:
    fields = {
        "DESIRED": "desiredNumberScheduled",
        "CURRENT": "currentNumberScheduled",
        "READY": "numberReady",
    }
    status = {name: int(row[key]) for key, name in fields.items() if row.get(key, "").isdigit()}
    return {"spec": {}, "status": status}


def _job(row: Row) -> Object:
    """How a Job stands; kubectl shows its state since 1.31."""
    done, word = _fraction(row.get("COMPLETIONS", "")), row.get("STATUS", "")
    ended = [{"type": word, "status": "True"}] if word in ("Failed", "Complete") else []
    status = {"succeeded": done[0] if done else 0, "conditions": ended}
    return {"spec": {"completions": done[1]} if done else {}, "status": compact(status)}


def _service(row: Row) -> Object:
    ports = []
    for part in row.get("PORT(S)", "").split(","):
        match = re.match(r"^(\d+)(?::(\d+))?/(\w+)$", part.strip())
        if match:
            ports.append(
                compact({"port": int(match[1]), "nodePort": number(match[2] or ""), "protocol": match[3]})
            )
    selector = _pairs(row.get("SELECTOR", ""))
    spec = {"type": row.get("TYPE"), "clusterIP": row.get("CLUSTER-IP"), "ports": ports, "selector": selector}
    return {"spec": compact(spec)}


def _endpoints(row: Row) -> Object:
    found: dict[int, list[Object]] = {}
    for part in row.get("ENDPOINTS", "").split(","):
        ip, _, port = part.strip().partition(" ")[0].rpartition(":")
        if ip and port.isdigit():
            found.setdefault(int(port), []).append({"ip": ip})
    return {"subsets": [{"addresses": ips, "ports": [{"port": port}]} for port, ips in found.items()]}


_MODES = {"RWO": "ReadWriteOnce", "RWX": "ReadWriteMany", "ROX": "ReadOnlyMany", "RWOP": "ReadWriteOncePod"}


def access_modes(text: str) -> list[str]:
    """`RWO,ROX` as the names that the API uses."""
    return [_MODES.get(mode.strip(), mode.strip()) for mode in text.split(",") if mode.strip()]


def _claim(row: Row) -> Object:
    spec = {"volumeName": row.get("VOLUME", ""), "storageClassName": row.get("STORAGECLASS", "")}
    status = {"phase": row.get("STATUS", ""), "capacity": {"storage": row.get("CAPACITY", "")}}
    return {"spec": compact(spec), "status": compact(status)}


def _volume(row: Row) -> Object:
    namespace, _, claim = row.get("CLAIM", "").partition("/")
    spec = {
        "capacity": {"storage": row.get("CAPACITY", "")},
        "accessModes": access_modes(row.get("ACCESS MODES", "")),
        "storageClassName": row.get("STORAGECLASS", ""),
        "claimRef": {"namespace": namespace, "name": claim} if claim else {},
    }
    return {"spec": compact(spec), "status": {"phase": row.get("STATUS", "")}}


def _node(row: Row) -> Object:
    words = row.get("STATUS", "").split(",")
    ready = {"Ready": "True", "NotReady": "False"}.get(words[0], "Unknown")
    spec: Object = {"unschedulable": True} if "SchedulingDisabled" in words else {}
    roles = [role for role in row.get("ROLES", "").split(",") if role]
    return {"spec": spec, "status": {"conditions": [{"type": "Ready", "status": ready}]}, "roles": roles}


def _storage_class(row: Row) -> Object:
    provisioner, mode = row.get("PROVISIONER", ""), row.get("VOLUMEBINDINGMODE", "")
    return dict(compact({"provisioner": provisioner, "volumeBindingMode": mode}))


def _autoscaler(row: Row) -> Object:
    kind, _, name = row.get("REFERENCE", "").partition("/")
    return {
        "spec": {"scaleTargetRef": {"kind": kind, "name": name}},
        "status": {"targets": row.get("TARGETS", "")},
    }


def _quota(row: Row) -> Object:
    """`services: 11/11, requests.cpu: 1/2` is used and hard."""
    found = re.findall(r"([\w./-]+): (\S+?)/([^\s,]+)", f"{row.get('REQUEST', '')}, {row.get('LIMIT', '')}")
    return {"status": {
        "hard": {name: hard for name, _, hard in found}, "used": {name: used for name, used, _ in found},
    }}  # fmt: skip


_BUILDERS: dict[str, Callable[[Row], Object]] = {
    "Pod": pod_rows.read, "Deployment": _workload, "ReplicaSet": _workload, "StatefulSet": _workload,
    "DaemonSet": _daemon_set, "Job": _job, "Service": _service, "Endpoints": _endpoints,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume, "Node": _node, "StorageClass": _storage_class,
    "HorizontalPodAutoscaler": _autoscaler, "ResourceQuota": _quota,
}  # fmt: skip
