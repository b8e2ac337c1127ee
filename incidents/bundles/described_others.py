"""What `describe` shows of Services, storage, nodes, quotas and configuration, in the form of the Kubernetes API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from incidents.bundles.describe import Section
from incidents.bundles.listed import access_modes
from incidents.bundles.units import compact, moment, number, port

Object = dict[str, Any]


def conditions(root: Section) -> list[Object]:
    """`status.conditions` of a described object."""
    found = []
    for row in root.table("Conditions"):
        changed = moment(row.get("LASTTRANSITIONTIME", ""))
        found.append(
            compact(
                {
                    "type": row.get("TYPE", ""), "status": row.get("STATUS", ""), "reason": row.get("REASON", ""),
                    "message": row.get("MESSAGE", ""),
                    "lastTransitionTime": changed.isoformat() if changed else "",
                }
            )
        )  # fmt: skip
    return found


def selector(root: Section) -> Object:
    """The labels that its selector asks for."""
    pairs: dict[str, str] = {}
    for line in root.listed("Selector"):
        for part in line.split(","):
            key, found, value = part.partition("=")
            if found:
                pairs[key.strip()] = value.strip()
    return pairs


def _service(root: Section, _: str) -> Object:
    ports: list[Object] = []
    for child in root.children:
        words = child.value.split()
        if child.key == "Port" and words:
            value, protocol = port(words[-1])
            name = words[0] if len(words) > 1 and words[0] != "<unset>" else ""
            ports.append({"name": name, "port": value, "protocol": protocol})
        elif child.key == "TargetPort" and ports and words:
            ports[-1]["targetPort"] = port(words[-1])[0]
        elif child.key == "NodePort" and ports and words:
            ports[-1]["nodePort"] = port(words[-1])[0]
    spec = {
        "type": root.text("Type"),
        "clusterIP": root.text("IP") or ("None" if root.child("IP").value.strip() == "None" else ""),
        "selector": selector(root),
        "ports": ports,
        "externalName": root.text("External Name"),
    }
    return {"spec": compact(spec)}


def _endpoints(root: Section, _: str) -> Object:
    subsets = root.child("Subsets")
    ready, waiting = ([ip.strip() for ip in subsets.text(key).split(",") if ip.strip()]
                      for key in ("Addresses", "NotReadyAddresses"))  # fmt: skip
    ports = [
        {
            "name": row.get("NAME", ""),
            "port": number(row.get("PORT", "")),
            "protocol": row.get("PROTOCOL", ""),
        }
        for row in subsets.table("Ports")
    ]
    if not ready and not waiting:
        return {"subsets": []}
    one = {
        "addresses": [{"ip": ip} for ip in ready],
        "notReadyAddresses": [{"ip": ip} for ip in waiting],
        "ports": ports,
    }
    return {"subsets": [compact(one)]}


def _claim(root: Section, _: str) -> Object:
    modes = access_modes(root.text("Access Modes"))
    spec = {
        "storageClassName": root.text("StorageClass"),
        "volumeName": root.text("Volume"),
        "volumeMode": root.text("VolumeMode"),
    }
    status = {
        "phase": root.text("Status"),
        "accessModes": modes,
        "capacity": {"storage": root.text("Capacity")},
    }
    return {"spec": compact(spec), "status": compact(status)}


def _volume(root: Section, _: str) -> Object:
    namespace, _slash, claim = root.text("Claim").partition("/")
    modes = access_modes(root.text("Access Modes"))
    spec = {
        "storageClassName": root.text("StorageClass"),
        "accessModes": modes,
        "capacity": {"storage": root.text("Capacity")},
        "claimRef": {"namespace": namespace, "name": claim} if claim else {},
        "persistentVolumeReclaimPolicy": root.text("Reclaim Policy"),
        "volumeMode": root.text("VolumeMode"),
    }
    return {"spec": compact(spec), "status": {"phase": root.text("Status")}}


def _storage_class(root: Section, _: str) -> Object:
    mode, provisioner = root.text("VolumeBindingMode"), root.text("Provisioner")
    return dict(compact({"provisioner": provisioner, "volumeBindingMode": mode}))


def _quota(root: Section, text: str) -> Object:
    lines = text.splitlines()
    start = next(
        (place for place, line in enumerate(lines) if line.split()[:3] == ["Resource", "Used", "Hard"]), None
    )
    used: dict[str, str] = {}
    hard: dict[str, str] = {}
    for line in lines[start + 1 :] if start is not None else ():
        words = line.split()
        if len(words) == 3 and not words[0].startswith("-"):
            used[words[0]], hard[words[0]] = words[1], words[2]
    return {"spec": {"hard": hard}, "status": {"hard": hard, "used": used}}


def _node(root: Section, _: str) -> Object:
    taints = []
    for line in root.listed("Taints"):
        pair, _colon, effect = line.rpartition(":")
        key, _equals, value = pair.partition("=")
        taints.append(compact({"key": key, "value": value, "effect": effect}))
    roles = [role for role in root.text("Roles").split(",") if role]
    status = {
        "conditions": conditions(root),
        "capacity": {child.key: child.value.strip() for child in root.child("Capacity").children},
        "allocatable": {child.key: child.value.strip() for child in root.child("Allocatable").children},
        "addresses": [
            {"type": child.key, "address": child.value.strip()} for child in root.child("Addresses").children
        ],
        "nodeInfo": {"kubeletVersion": root.text("System Info", "Kubelet Version")},
    }
    spec = {
        "taints": taints,
        "unschedulable": root.text("Unschedulable") == "true",
        "podCIDR": root.text("PodCIDR"),
    }
    return {"spec": compact(spec), "status": compact(status), "roles": roles}


_CONFIG_KEY = re.compile(r"(?:\A|\n)([^\n]+):\n----\n")


_SIZE = re.compile(r"^(\S+?):\s+(\d+) bytes$", re.MULTILINE)


def _config_map(_: Section, text: str) -> Object:
    body = text.partition("\nData\n====\n")[2].partition("\nBinaryData\n====\n")[0]
    parts = _CONFIG_KEY.split("\n" + body)
    return {"data": {key: value.strip("\n") for key, value in zip(parts[1::2], parts[2::2], strict=False)}}


def _secret(root: Section, text: str) -> Object:
    """The keys of a Secret, and how long their values are, as `describe` shows them."""
    body = text.partition("\nData\n====\n")[2]
    sizes = {key: int(size) for key, size in _SIZE.findall(body)}
    return {"type": root.text("Type"), "data": dict.fromkeys(sizes, ""), "sizes": sizes}


def _autoscaler(root: Section, _: str) -> Object:
    kind, _slash, name = root.text("Reference").partition("/")
    spec = {
        "scaleTargetRef": {"kind": kind, "name": name},
        "minReplicas": number(root.text("Min replicas")),
        "maxReplicas": number(root.text("Max replicas")),
    }
    return {"spec": spec, "status": {"conditions": conditions(root)}}


BUILDERS: dict[str, Callable[[Section, str], Object]] = {
    "Service": _service, "Endpoints": _endpoints, "PersistentVolumeClaim": _claim, "PersistentVolume": _volume,
    "StorageClass": _storage_class, "ResourceQuota": _quota, "Node": _node, "ConfigMap": _config_map,
    "Secret": _secret, "HorizontalPodAutoscaler": _autoscaler,
}  # fmt: skip
