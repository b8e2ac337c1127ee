"""What the demo's Prometheus has measured in the shop: calm hours, and what a bad release does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from tests.servers.bad_rollout import CALLER, NAMESPACE, WORKLOAD
from tests.servers.kube import Cluster
from tests.servers.prometheus import Prometheus

Json = dict[str, Any]
_BEFORE, _AFTER, _STEP = 3 * 3600.0, 2 * 3600.0, 30.0
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Shop:
    """The metrics of every Deployment of the shop in production. `incident` is when it went wrong."""

    def __init__(self, cluster: Cluster) -> None:
        self.began = cluster.now()
        self._cluster = cluster
        self._times = [self.began + _STEP * n for n in range(int(-_BEFORE / _STEP), int(_AFTER / _STEP))]

    def server(self, incident: float | None = None) -> Prometheus:
        """A server that holds them, two hours ahead of time."""
        server = Prometheus()
        self.fill(server, incident)
        return server

    def fill(self, server: Prometheus, incident: float | None = None) -> None:
        """Replaces what a server has measured."""
        server.store.series.clear()
        for number, deployment in enumerate(self._named("Deployment")):
            name = deployment["metadata"]["name"]
            work = _Workload(server, name, self._times, number, incident)
            work.calls()
            for pod in self._pods(name):
                work.pod(pod)
            ready = float(deployment["spec"].get("replicas", 1))
            work.ready(ready)
        for node in self._named("Node", ""):
            labels = {"instance": node["metadata"]["name"], "job": "node-exporter", "namespace": "monitoring"}
            server.counter(
                "node_netstat_Tcp_RetransSegs", labels, self._times, lambda t: 0.05 + 0.02 * _wave(t, 7)
            )

    def _named(self, kind: str, namespace: str = NAMESPACE) -> list[Json]:
        records = self._cluster.store.records(self._cluster.store.registry.named(kind))
        return [dict(one.obj) for one in records if one.obj["metadata"].get("namespace", "") == namespace]

    def _pods(self, workload: str) -> Iterator[str]:
        for pod in self._named("Pod"):
            if pod["metadata"].get("labels", {}).get("app") == workload:
                yield str(pod["metadata"]["name"])


class _Workload:
    """The series of one Deployment; `number` gives it a pace of its own."""

    def __init__(
        self, server: Prometheus, name: str, times: Sequence[float], number: int, incident: float | None
    ) -> None:
        self._server = server
        self._name = name
        self._times = times
        self._number = number
        self._broken = incident if incident is not None and name in (WORKLOAD, CALLER) else None

    def _is_bad(self, at: float) -> bool:
        return self._broken is not None and at >= self._broken

    def calls(self) -> None:
        """Calls by their code and time, as the Service sees them."""
        labels = {"namespace": NAMESPACE, "service": self._name, "job": self._name}
        calm = 4.0 + self._number % 5

        def good(at: float) -> float:
            return (
                (0.05 if self._name == WORKLOAD else 0.3) * calm
                if self._is_bad(at)
                else calm + _wave(at, self._number)
            )

        def bad(at: float) -> float:
            return calm - good(at) if self._is_bad(at) else 0.01 * calm

        for code, rate in (("200", good), ("503", bad)):
            self._server.counter("http_requests_total", {**labels, "code": code}, self._times, rate)
        for bound in (*_BUCKETS, math.inf):
            said = {**labels, "le": "+Inf" if bound == math.inf else f"{bound:g}"}
            share = lambda at, b=bound: (good(at) + bad(at)) * self._within(at, b)  # noqa: E731
            self._server.counter("http_request_duration_seconds_bucket", said, self._times, share)
        total = lambda at: good(at) + bad(at)  # noqa: E731
        self._server.counter("http_request_duration_seconds_count", labels, self._times, total)

    def _within(self, at: float, bound: float) -> float:
        """The share of calls that take no longer."""
        typical = (2.0 if self._name == CALLER else 0.0) if self._is_bad(at) else 0.0
        typical = typical or 0.08 + 0.01 * (self._number % 4)
        return 1.0 if bound == math.inf else 1.0 - math.exp(-bound / typical)

    def pod(self, pod: str) -> None:
        """CPU, memory and restarts of one pod that is there all the time, or until the release."""
        times = [at for at in self._times if not self._is_bad(at) or self._name != WORKLOAD]
        labels = {"namespace": NAMESPACE, "pod": pod, "container": self._name}
        name = "container_cpu_usage_seconds_total"
        self._server.counter(name, labels, times, lambda t: 0.12 + 0.02 * _wave(t, self._number))
        sizes = [2.4e8 + 4e6 * _wave(at, self._number) for at in times]
        self._server.gauge("container_memory_working_set_bytes", labels, times, sizes)

    def ready(self, wanted: float) -> None:
        """How many replicas are available."""
        values = [0.0 if self._is_bad(at) else wanted for at in self._times]
        labels = {"namespace": NAMESPACE, "deployment": self._name}
        self._server.gauge("kube_deployment_status_replicas_available", labels, self._times, values)


def _wave(at: float, number: int) -> float:
    """A value between -1 and 1 that rises and falls, by a rule and not by chance."""
    return 0.6 * math.sin(at / (300 + 17 * number)) + 0.4 * math.sin(at / 41 + number)
