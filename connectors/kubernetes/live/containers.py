"""What the containers of a pod or of a pod template are, and how they run, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.kubernetes.words import at, items, pairs, words

Value = Mapping[str, Any]

_TEMPLATES = (
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("template", "spec"),
)
_KINDS = (
    ("initContainers", "Init container"),
    ("containers", "Container"),
    ("ephemeralContainers", "Debug container"),
)
_STATUSES = {
    "initContainers": "initContainerStatuses",
    "containers": "containerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}


def template(value: Value) -> tuple[str, Value]:
    """The field path and value of the pod that an object is or makes; empty if it makes none."""
    for path in _TEMPLATES:
        if isinstance(found := at(value, *path), Mapping) and items(found.get("containers")):
            return ".".join(path), found
    spec = value.get("spec")
    if value.get("kind") == "Pod" and isinstance(spec, Mapping):
        return "spec", spec
    return "", {}


def container_lines(value: Value) -> Iterator[str]:
    """`Container cart: image cart:v2.3, requests cpu 100m memory 64Mi, ports 8080, running, 5 restarts, …`."""
    _, pod = template(value)
    for field, noun in _KINDS:
        states = {str(found.get("name")): found for found in items(at(value, "status", _STATUSES[field]))}
        for container in items(pod.get(field)):
            facts = [*definition(container), *running(states.get(str(container.get("name"))))]
            yield f"{noun} {container.get('name')}: {', '.join(filter(None, facts))}"


def definition(container: Value) -> list[str]:
    """Image, resources, ports and probes of a container."""
    ports = [_port(port) for port in items(container.get("ports"))]
    probes = [kind.removesuffix("Probe") for kind in ("livenessProbe", "readinessProbe", "startupProbe")
              if container.get(kind)]  # fmt: skip
    return [
        words("image", [container.get("image")]),
        pairs("requests", at(container, "resources", "requests")),
        pairs("limits", at(container, "resources", "limits")),
        words("ports", list(ports)),
        words("probes", list(probes)),
    ]


def running(status: Value | None) -> list[str]:
    """How a container runs: its state with the reason, restarts, how it ended last."""
    if status is None:
        return []
    count = status.get("restartCount")
    restarts = f"{count} restart{'s' if count != 1 else ''}" if isinstance(count, int) and count else ""
    facts = [_state(status.get("state")), "" if status.get("ready") else "not ready", restarts]
    if isinstance(last := at(status, "lastState", "terminated"), Mapping):
        facts.append(f"last {ended(last)}")
    return facts


def ended(found: Value) -> str:
    """`ended OOMKilled (exit code 137) at 2026-11-23T05:53:58Z`."""
    code = found.get("exitCode")
    exit_code = f"(exit code {code})" if isinstance(code, int) else ""
    at_time = f"at {found['finishedAt']}" if found.get("finishedAt") else ""
    return " ".join(filter(None, ["ended", _line(found.get("reason")), exit_code, at_time]))


def _state(found: Any) -> str:
    if not isinstance(found, Mapping):
        return ""
    if isinstance(waiting := found.get("waiting"), Mapping):
        message = _line(waiting.get("message"))
        return f"waiting {_line(waiting.get('reason'))}" + (f" ({message})" if message else "")
    if isinstance(over := found.get("terminated"), Mapping):
        return ended(over)
    since = at(found, "running", "startedAt")
    return f"running since {since}" if since else "running" if "running" in found else ""


def _port(port: Value) -> str:
    name = f"{port['name']}:" if port.get("name") else ""
    protocol = port.get("protocol")
    suffix = f"/{protocol}" if protocol not in (None, "TCP") else ""
    return f"{name}{port.get('containerPort')}{suffix}"


def _line(text: Any) -> str:
    return " ".join(text.split())[:300] if isinstance(text, str) else ""
