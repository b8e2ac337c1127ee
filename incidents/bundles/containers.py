"""Containers, volumes and pod specs from `describe`, in the form of the Kubernetes API."""

from __future__ import annotations

import re
from typing import Any

from incidents.bundles.describe import Section
from incidents.bundles.units import compact, moment, number, port

_PROBES = {"Liveness": "livenessProbe", "Readiness": "readinessProbe", "Startup": "startupProbe"}
_TIMING = {
    "delay": "initialDelaySeconds", "timeout": "timeoutSeconds", "period": "periodSeconds",
    "#success": "successThreshold", "#failure": "failureThreshold",
}  # fmt: skip
_TIMED = re.compile(r"(delay|timeout|period|#success|#failure)=(\d+)s?")
_HTTP = re.compile(r"^(?P<scheme>https?)://(?P<host>[^:/]*):?(?P<port>[^/]*)(?P<path>/.*)?$")
_KEY_OF = re.compile(
    r"<set to the key '(?P<key>[^']+)' (?:in|of) (?P<kind>secret|config map) '(?P<name>[^']+)'>"
)
_FIELD_OF = re.compile(r"^\((?:v1:)(?P<path>[\w.\[\]']+)\)$")
_TOLERATION = re.compile(r"^(?P<key>[^=:\s]*)(?:=(?P<value>[^:\s]*))?(?::(?P<effect>\w+))?(?P<rest>.*)$")


def pod_spec(section: Section) -> dict[str, Any]:
    """The `spec` of a pod, or of the pod template that a `Pod Template` section shows."""
    spec = {
        "containers": _containers(section.child("Containers")),
        "initContainers": _containers(section.child("Init Containers")),
        "volumes": [_volume(child) for child in section.child("Volumes").children if child.key],
        "serviceAccountName": section.text("Service Account"),
        "nodeSelector": section.pairs("Node-Selectors"),
        "tolerations": [found for line in section.listed("Tolerations") if (found := _toleration(line))],
        "nodeName": section.text("Node").partition("/")[0],
        "priorityClassName": section.text("Priority Class Name"),
    }
    return dict(compact(spec)) | {"containers": spec["containers"]}


def statuses(section: Section) -> list[dict[str, Any]]:
    """The `containerStatuses` that the containers of a described pod show."""
    return [_status(child) for child in section.children if child.key and child.has("State")]


def _containers(section: Section) -> list[dict[str, Any]]:
    return [_container(child) for child in section.children if child.key]


def _container(section: Section) -> dict[str, Any]:
    listed = section.text("Ports") or section.text("Port")
    ports = [port(one) for one in listed.split(",") if one.strip()]
    found: dict[str, Any] = {
        "name": section.key,
        "image": section.text("Image"),
        "ports": [{"containerPort": value, "protocol": protocol} for value, protocol in ports],
        "command": [line.strip() for line in section.child("Command").lines],
        "args": [line.strip() for line in section.child("Args").lines],
        "resources": {
            "limits": _quantities(section.child("Limits")),
            "requests": _quantities(section.child("Requests")),
        },
        "env": [_variable(child) for child in section.child("Environment").children if child.key],
        "envFrom": [_source(line) for line in section.child("Environment Variables from").lines],
        "volumeMounts": [mount for line in section.child("Mounts").lines if (mount := _mount(line))],
    }
    for heading, name in _PROBES.items():
        if section.has(heading):
            found[name] = probe(section.text(heading))
    return dict(compact(found))


def _quantities(section: Section) -> dict[str, str]:
    return {child.key: child.value.strip() for child in section.children if child.key}


def probe(text: str) -> dict[str, Any]:
    """The probe of a line such as `http-get http://:8080/healthz delay=5s timeout=1s period=10s #failure=3`."""
    timing = {_TIMING[key]: int(value) for key, value in _TIMED.findall(text)}
    kind, _, rest = text.partition(" ")
    target = _TIMED.split(rest)[0].strip()
    if kind == "http-get" and (match := _HTTP.match(target)):
        action: dict[str, Any] = {
            "path": match["path"] or "/",
            "port": number(match["port"]),
            "scheme": match["scheme"].upper(),
            "host": match["host"],
        }
        return {"httpGet": compact(action), **timing}
    if kind == "tcp-socket":
        return {"tcpSocket": {"port": number(target.rpartition(":")[2])}, **timing}
    if kind == "grpc":
        return {"grpc": {"port": number(target.rpartition(":")[2].split()[0] if target else "")}, **timing}
    if kind == "exec":
        return {"exec": {"command": target.strip("[]").split()}, **timing}
    return timing


def _variable(section: Section) -> dict[str, Any]:
    value = section.value.strip()
    if match := _KEY_OF.search(value):
        reference = "secretKeyRef" if match["kind"] == "secret" else "configMapKeyRef"
        optional = "Optional: true" in value
        return {
            "name": section.key,
            "valueFrom": {reference: {"name": match["name"], "key": match["key"], "optional": optional}},
        }
    if match := _FIELD_OF.match(value):
        return {"name": section.key, "valueFrom": {"fieldRef": {"fieldPath": match["path"]}}}
    return {"name": section.key, "value": "\n".join([value, *section.lines]).strip()}


def _source(line: str) -> dict[str, Any]:
    words = line.split()
    if len(words) < 2:
        return {}
    reference = {"Secret": "secretRef", "ConfigMap": "configMapRef"}.get(words[1], "")
    optional = words[-1] == "true"
    return {reference: {"name": words[0], "optional": optional}} if reference else {}


def _mount(line: str) -> dict[str, Any]:
    match = re.match(r"^(?P<path>\S+) from (?P<name>\S+) \((?P<options>[^)]*)\)", line.strip())
    if match is None:
        return {}
    options = match["options"].split(",")
    inner = re.search(r'path="([^"]*)"', match["options"])
    return {
        "mountPath": match["path"],
        "name": match["name"],
        "readOnly": "ro" in options,
        "subPath": inner[1] if inner else "",
    }


def _volume(section: Section) -> dict[str, Any]:
    kind = section.text("Type").partition(" ")[0]
    optional = section.text("Optional") == "true"
    named = section.text("Name") or section.text("SecretName") or section.text("ConfigMapName")
    sources: dict[str, dict[str, Any]] = {
        "PersistentVolumeClaim": {"persistentVolumeClaim": {"claimName": section.text("ClaimName")}},
        "ConfigMap": {"configMap": {"name": named, "optional": optional}},
        "Secret": {"secret": {"secretName": named, "optional": optional}},
        "HostPath": {"hostPath": {"path": section.text("Path"), "type": section.text("HostPathType")}},
        "EmptyDir": {"emptyDir": {"medium": section.text("Medium") or "default"}},
        "NFS": {"nfs": {"server": section.text("Server"), "path": section.text("Path")}},
    }
    return {"name": section.key, **sources.get(kind, {})}


def _toleration(line: str) -> dict[str, Any]:
    match = _TOLERATION.match(line.strip())
    if match is None:
        return {}
    exists = "op=Exists" in match["rest"] or match["value"] is None
    return dict(
        compact(
            {
                "key": match["key"],
                "operator": "Exists" if exists else "Equal",
                "value": match["value"] or "",
                "effect": match["effect"] or "",
            }
        )
    )


def _status(section: Section) -> dict[str, Any]:
    return {
        "name": section.key,
        "image": section.text("Image"),
        "imageID": section.text("Image ID"),
        "ready": section.text("Ready") == "True",
        "restartCount": _count(section.text("Restart Count")),
        "state": _state(section.child("State")),
        "lastState": _state(section.child("Last State")),
    }


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _state(section: Section) -> dict[str, Any]:
    word = section.value.strip().lower()
    if word not in ("running", "waiting", "terminated"):
        return {}
    started, finished = moment(section.text("Started")), moment(section.text("Finished"))
    code = section.text("Exit Code")
    inside: dict[str, Any] = {
        "reason": section.text("Reason"),
        "message": section.text("Message"),
        "startedAt": started.isoformat() if started else "",
        "finishedAt": finished.isoformat() if finished else "",
    }
    found = dict(compact(inside))
    if code.lstrip("-").isdigit():
        found["exitCode"] = int(code)
    return {word: found}
