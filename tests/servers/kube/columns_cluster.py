"""What tables show of nodes, storage, events, configuration and access."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.ages import age
from tests.servers.kube.columns_workloads import selector_text

Json = dict[str, Any]
Cells = list[Any]
_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_ROLE = "node-role.kubernetes.io/"


def _age(obj: Json, now: float) -> str:
    return age(obj["metadata"].get("creationTimestamp"), now)


def node(obj: Json, now: float) -> Cells:
    """Name, Status, Roles, Age, Version, Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime."""
    status, labels = obj.get("status", {}), obj["metadata"].get("labels") or {}
    ready = next((one for one in status.get("conditions", ()) if one["type"] == "Ready"), None)
    shown = "Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"
    if obj.get("spec", {}).get("unschedulable"):
        shown += ",SchedulingDisabled"
    roles = sorted(label[len(_ROLE) :] for label in labels if label.startswith(_ROLE))
    if labels.get("kubernetes.io/role"):
        roles = sorted({*roles, labels["kubernetes.io/role"]})
    address = {one["type"]: one["address"] for one in reversed(status.get("addresses", ()))}
    info = status.get("nodeInfo", {})
    return [
        obj["metadata"]["name"],
        shown,
        ",".join(roles) or "<none>",
        _age(obj, now),
        info.get("kubeletVersion", ""),
        address.get("InternalIP", "<none>"),
        address.get("ExternalIP", "<none>"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def namespace(obj: Json, now: float) -> Cells:
    """Name, Status, Age."""
    return [obj["metadata"]["name"], obj.get("status", {}).get("phase", "Active"), _age(obj, now)]


def config_map(obj: Json, now: float) -> Cells:
    """Name, Data, Age."""
    count = len(obj.get("data") or ()) + len(obj.get("binaryData") or ())
    return [obj["metadata"]["name"], count, _age(obj, now)]


def secret(obj: Json, now: float) -> Cells:
    """Name, Type, Data, Age."""
    return [obj["metadata"]["name"], obj.get("type", "Opaque"), len(obj.get("data") or ()), _age(obj, now)]


def service_account(obj: Json, now: float) -> Cells:
    """Name, Secrets, Age."""
    return [obj["metadata"]["name"], len(obj.get("secrets") or ()), _age(obj, now)]


def _modes(modes: list[str] | None) -> str:
    return ",".join(_MODES.get(mode, mode) for mode in modes or ())


def claim(obj: Json, now: float) -> Cells:
    """Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age, VolumeMode."""
    spec, status = obj["spec"], obj.get("status", {})
    bound = bool(spec.get("volumeName"))
    gone = obj["metadata"].get("deletionTimestamp")
    return [
        obj["metadata"]["name"],
        "Terminating" if gone else status.get("phase", ""),
        spec.get("volumeName", ""),
        status.get("capacity", {}).get("storage", "0") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        _age(obj, now),
        spec.get("volumeMode") or "<unset>",
    ]


def volume(obj: Json, now: float) -> Cells:
    """Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, ..., Reason, Age, VolumeMode."""
    spec, status = obj["spec"], obj.get("status", {})
    claimed = spec.get("claimRef")
    return [
        obj["metadata"]["name"],
        spec.get("capacity", {}).get("storage", ""),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        status.get("phase", ""),
        f"{claimed.get('namespace', '')}/{claimed['name']}" if claimed else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        status.get("reason", ""),
        _age(obj, now),
        spec.get("volumeMode") or "<unset>",
    ]


def storage_class(obj: Json, now: float) -> Cells:
    """Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age."""
    marked = (obj["metadata"].get("annotations") or {}).get(
        "storageclass.kubernetes.io/is-default-class"
    ) == "true"
    return [
        obj["metadata"]["name"] + (" (default)" if marked else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        _age(obj, now),
    ]


def event(obj: Json, now: float) -> Cells:
    """Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count, Name."""
    about, series, source = obj["involvedObject"], obj.get("series"), obj.get("source") or {}
    began = obj.get("firstTimestamp") or obj.get("eventTime")
    last = (series or {}).get("lastObservedTime") or obj.get("lastTimestamp") or began
    name = about.get("name", "")
    instance = source.get("host") or obj.get("reportingInstance")
    origin = source.get("component") or obj.get("reportingComponent") or ""
    return [
        age(last, now),
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{about.get('kind', '').lower()}/{name}" if name else about.get("kind", "").lower(),
        about.get("fieldPath", ""),
        f"{origin}, {instance}" if instance else origin,
        obj.get("message", "").strip(),
        age(began, now),
        (series or {}).get("count") or obj.get("count") or 1,
        obj["metadata"]["name"],
    ]


def controller_revision(obj: Json, now: float) -> Cells:
    """Name, Controller, Revision, Age."""
    owner = next((one for one in obj["metadata"].get("ownerReferences", ()) if one.get("controller")), None)
    group, _, _ = (owner or {}).get("apiVersion", "").rpartition("/")
    named = f"{owner['kind'].lower()}.{group}/{owner['name']}" if owner else "<none>"
    return [obj["metadata"]["name"], named, obj.get("revision", 0), _age(obj, now)]


def disruption_budget(obj: Json, now: float) -> Cells:
    """Name, Min Available, Max Unavailable, Allowed Disruptions, Age."""
    spec = obj["spec"]
    return [
        obj["metadata"]["name"],
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        obj.get("status", {}).get("disruptionsAllowed", 0),
        _age(obj, now),
    ]


def network_policy(obj: Json, now: float) -> Cells:
    """Name, Pod-Selector, Age."""
    return [obj["metadata"]["name"], selector_text(obj["spec"].get("podSelector")), _age(obj, now)]


def created_at(obj: Json, now: float) -> Cells:
    """Name, Created At."""
    return [obj["metadata"]["name"], obj["metadata"].get("creationTimestamp", "")]


def binding(obj: Json, now: float) -> Cells:
    """Name, Role, Age, Users, Groups, ServiceAccounts."""
    role, subjects = obj["roleRef"], obj.get("subjects") or ()
    users = ", ".join(one["name"] for one in subjects if one["kind"] == "User")
    groups = ", ".join(one["name"] for one in subjects if one["kind"] == "Group")
    accounts = ", ".join(
        f"{one.get('namespace')}/{one['name']}" for one in subjects if one["kind"] == "ServiceAccount"
    )
    return [
        obj["metadata"]["name"],
        f"{role['kind']}/{role['name']}",
        _age(obj, now),
        users,
        groups,
        accounts,
    ]


def plain(obj: Json, now: float) -> Cells:
    """Name, Age."""
    return [obj["metadata"]["name"], _age(obj, now)]
