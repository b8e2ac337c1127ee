"""The probes that containers declare, and what each asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cluster.edges.base import Item
from cluster.values import Value, at, entries, mapping, number
from incidents.checks.base import port_of

_ACTIONS = ("httpGet", "tcpSocket", "grpc", "exec")


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe of a container with what it asks."""

    kind: str
    container: Value
    value: Value

    @property
    def action(self) -> str:
        """`httpGet`, `tcpSocket`, `grpc`, `exec` or ''."""
        return next((name for name in _ACTIONS if name in self.value), "")

    @property
    def port(self) -> int | str | None:
        """The port that it asks; a name is looked up among the container's ports."""
        asked = port_of(at(self.value, f"{self.action}.port")) if self.action else None
        for _, port in entries(self.container, "ports"):
            if isinstance(asked, str) and port.get("name") == asked:
                return port_of(port.get("containerPort"))
        return asked

    @property
    def budget(self) -> int:
        """The seconds after which it acts for the first time."""
        failures = number(self.value, "failureThreshold", 3)
        return number(self.value, "initialDelaySeconds") + number(self.value, "periodSeconds", 10) * failures


def probes(workload: Item, kind: str) -> Iterator[Probe]:
    """The probes of this kind in a workload's template."""
    for _, container in entries(workload.pod, "spec.containers"):
        value = mapping(container, f"{kind}Probe")
        if value:
            yield Probe(kind, container, value)


def beside(workload: Item, probe: Probe) -> Probe | None:
    """The container's other probe: readiness for liveness and the other way round."""
    kind = "readiness" if probe.kind == "liveness" else "liveness"
    return next((one for one in probes(workload, kind) if one.container is probe.container), None)
