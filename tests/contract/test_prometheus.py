"""The fake Prometheus answers as a real one does; skipped where its binary is not installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest

from connectors.http.errors import RejectedError
from connectors.prometheus.client import PrometheusApi, RangeAnswer
from incidents.collectors.queries import calls_in, of_calls, of_nodes, of_pods
from tests.servers.prometheus import Prometheus, serving

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("prometheus") and shutil.which("promtool")), reason="no Prometheus here"
    ),
    pytest.mark.slow,
]
BEGIN = 1_790_000_000.0
TIMES = [BEGIN + 15 * number for number in range(240)]
END = TIMES[-1]
WHERE = 'namespace="shop"'


def filled() -> Prometheus:
    """A fake with every metric that is asked for: counters with a reset, histograms, gauges, a pod that goes."""
    server = Prometheus(now=lambda: END)
    shop = {"namespace": "shop"}
    for number, last in ((1, 240), (2, 120)):
        labels = {**shop, "pod": f"cart-6f7c9d8b5d-abcd{number}", "container": "app"}
        times = TIMES[:last]
        server.counter(
            "container_cpu_usage_seconds_total", labels, times, lambda t: 0.2 if t < BEGIN + 1800 else 0.9
        )
        server.counter("container_cpu_cfs_periods_total", labels, times, lambda t: 10.0)
        server.counter("container_cpu_cfs_throttled_periods_total", labels, times, lambda t: 0.5)
        sizes = [1e8 + 1000.0 * place for place in range(last)]
        server.gauge("container_memory_working_set_bytes", labels, times, sizes)
        server.gauge(
            "kube_pod_container_status_restarts_total", labels, times, [float(p // 80) for p in range(last)]
        )
    server.gauge(
        "kube_deployment_status_replicas_available", {**shop, "deployment": "cart"}, TIMES, [2.0] * 240
    )
    for code, rate in (("200", 5.0), ("500", 0.1)):
        server.counter(
            "http_requests_total", {**shop, "service": "cart", "code": code}, TIMES, lambda t, r=rate: r
        )  # type: ignore[misc]
    for bound, rate in (("0.1", 2.0), ("0.5", 4.0), ("+Inf", 5.0)):
        labels = {**shop, "service": "cart", "le": bound}
        server.counter("http_request_duration_seconds_bucket", labels, TIMES, lambda t, r=rate: r)  # type: ignore[misc]
    for part, rate in (("sum", 1.1), ("count", 5.0)):
        name = f"http_request_duration_seconds_{part}"
        server.counter(name, {**shop, "service": "cart"}, TIMES, lambda t, r=rate: r)  # type: ignore[misc]
    for mode, rate in (("idle", 0.6), ("user", 0.4)):
        labels = {"instance": "10.0.0.1:9100", "cpu": "0", "mode": mode}
        server.counter("node_cpu_seconds_total", labels, TIMES, lambda t, r=rate: r)  # type: ignore[misc]
    node = {"instance": "10.0.0.1:9100"}
    server.counter("node_netstat_Tcp_RetransSegs", node, TIMES, lambda t: 0.3)
    server.gauge("node_memory_MemAvailable_bytes", node, TIMES, [4e9] * 240)
    server.gauge("node_memory_MemTotal_bytes", node, TIMES, [16e9] * 240)
    restarted = [float(number % 100) for number in range(240)]
    server.gauge("reset_total", {**shop, "service": "cart"}, TIMES, restarted)
    return server


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server with the same series."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "series.txt").write_text(_open_metrics(filled()))
    made = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "series.txt", "data"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("{}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _open_metrics(server: Prometheus) -> str:
    lines = []
    for one in server.store.series:
        labels = ",".join(f'{key}="{value}"' for key, value in one.labels.items() if key != "__name__")
        name = one.labels["__name__"]
        lines += [f"{name}{{{labels}}} {value} {at}" for at, value in zip(one.times, one.values, strict=True)]
    return "\n".join([*lines, "# EOF", ""])


def _ready(url: str) -> str:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/-/ready"):
                return url
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Prometheus did not start")


def _queries() -> list[str]:
    names = {one.labels["__name__"] for one in filled().store.series}
    found = [one.text for one in of_pods(names, WHERE, "120s")]
    for calls in calls_in(names):
        found += [one.text for one in of_calls(calls, WHERE, "service", "code", "120s")]
    found += [one.text for one in of_nodes(names, "", "instance", "120s")]
    return [*found, f"rate(reset_total{{{WHERE}}}[5m])"]


@pytest.mark.parametrize("query", _queries())
def test_the_same_values(real: str, query: str) -> None:
    with (
        serving(filled()) as fake,
        closing(PrometheusApi(fake.url)) as one,
        closing(PrometheusApi(real)) as other,
    ):
        assert _rounded(one.range(query, BEGIN + 600, END, 30)) == _rounded(
            other.range(query, BEGIN + 600, END, 30)
        )


def test_the_same_names_labels_and_errors(real: str) -> None:
    with (
        serving(filled()) as fake,
        closing(PrometheusApi(fake.url)) as one,
        closing(PrometheusApi(real)) as other,
    ):
        chosen = f"{{{WHERE}}}"
        assert one.names(chosen, BEGIN, END) == other.names(chosen, BEGIN, END)
        chosen = f"http_requests_total{{{WHERE}}}"
        assert sorted(map(str, map(sorted, one.labels(chosen, BEGIN, END)))) == sorted(
            map(str, map(sorted, other.labels(chosen, BEGIN, END)))
        )
        for asked in (("sum by (a", BEGIN, END, 30), ("up", BEGIN, BEGIN + 12_000, 1)):
            statuses = []
            for api in (one, other):
                with pytest.raises(RejectedError) as raised:
                    api.range(*asked)  # type: ignore[arg-type]
                statuses.append((raised.value.status, "bad_data" in raised.value.code))
            assert statuses[0] == statuses[1]


def _rounded(answer: RangeAnswer) -> dict[str, list[tuple[float, str]]]:
    return {
        str(sorted(one.labels.items())): [
            (at, f"{value:.6g}") for at, value in zip(one.times, one.values, strict=True)
        ]
        for one in answer.series
    }
