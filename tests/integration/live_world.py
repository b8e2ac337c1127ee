"""A cluster and a server of metrics that answer over real HTTP, and a configuration that names both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from tests.integration.clusters import Live, write_clusters
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig
from tests.servers.kube import serving as serve_cluster
from tests.servers.prometheus import Prometheus
from tests.servers.prometheus import serving as serve_prometheus
from tests.unit.incident_outputs import deployment, event, pod, service

OPS, ENG = {"Authorization": "Bearer t-ops"}, {"Authorization": "Bearer t-eng"}
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"
MINUTE = 60.0
CANARY = "hunter2-hunter2-hunter2"


def crashing() -> list[dict[str, Any]]:
    """A web front whose process ends, and a cart that is well."""
    web, cart = deployment("web"), deployment("cart")
    ended = {"exitCode": 1, "reason": "Error"}
    looping = {"waiting": {"reason": "CrashLoopBackOff"}}
    bad = pod(web, ready=False, restartCount=3, state=looping, lastState={"terminated": ended})
    back_off = event("Pod", "web-1", "BackOff", "Back-off restarting failed container server in pod web-1")
    back_off["lastTimestamp"] = datetime.now(UTC).isoformat()
    return [web, bad, service("web"), cart, pod(cart), back_off]


@dataclass
class World:
    """A cluster and a server of metrics that answer, and a configuration that names both."""

    folder: Path
    cluster: Cluster
    metrics: Prometheus
    stack: ExitStack
    options: str = ""
    of_metrics: str = ""
    user: str = "admin"
    tls: bool = False
    config: Path = field(init=False)

    def start(self) -> Path:
        """The configuration, with everything served."""
        served = self.stack.enter_context(serve_cluster(self.cluster, tls=True))
        file = kubeconfig(self.folder / "kubeconfig", Context("prod", served, self.user))
        running = self.stack.enter_context(serve_prometheus(self.metrics, tls=self.tls))
        live = Live("prod", crashing(), access="ops", options=f", kubeconfig: {file}{self.options}")
        self.config = write_clusters(self.folder, live, extra=AUTH)
        trust = f", ca: {running.ca}" if running.ca else ""
        source = f"  - {{name: metrics, type: prometheus, url: '{running.url}'{trust}{self.of_metrics}}}\n"
        self.config.write_text(self.config.read_text().replace("index:", f"{source}index:"))
        return self.config

    def report(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
        """What `kubelore investigate --json` prints."""
        code = main(
            ["--config", str(self.start()), "investigate", *(arguments or ("--namespace", "shop")), "--json"]
        )
        captured = capsys.readouterr()
        assert code == 0, captured.err
        found: dict[str, Any] = json.loads(captured.out)
        return found


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """A shop whose web front crashes."""
    with ExitStack() as stack:
        cluster = from_objects(crashing())
        said = f"INFO starting with password={CANARY}\nERROR no such table: carts\n"
        cluster.logs.set("shop", "web-1", "server", said, at=cluster.now() - 30, previous=True)
        yield World(folder, cluster, measured(), stack)


def measured(turns: float = 20 * MINUTE) -> Prometheus:
    """CPU and calls of the web front; its calls fail since some time."""
    server = Prometheus()
    now = server.now()
    times = [now - 3 * 3600 + 15 * place for place in range(720)]

    def bad(at: float) -> float:
        return 4.0 if at > now - turns else 0.02

    labels = {"namespace": "shop", "service": "web"}
    server.counter("http_requests_total", {**labels, "code": "200"}, times, lambda at: 5.0 - bad(at))
    server.counter("http_requests_total", {**labels, "code": "500"}, times, bad)
    cpu = {"namespace": "shop", "pod": "web-6f7c9d8b5d-b2x7z", "container": "server"}
    server.counter("container_cpu_usage_seconds_total", cpu, times, lambda at: 0.2)
    return server


def gaps(report: dict[str, Any], item: str) -> str:
    return "\n".join(one["reason"] for one in report["unread"] if one["item"] == item)
