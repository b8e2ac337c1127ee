"""The fake Kubernetes as people start it, by the number, and from several clusters at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

from tests.integration.kube_cases import client, http, pod
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig, serving
from tests.servers.kube.synthetic import many_pods

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_started_from_the_command_line_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    config = tmp_path / "kubeconfig"
    command = [sys.executable, "-m", "tests.servers.kube", "--manifests", str(ROOT / "data/demo/manifests")]
    with subprocess.Popen(
        [*command, "--kubeconfig", str(config)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("https://127.0.0.1:")
            assert process.stdout.readline() == f"KUBECONFIG={config}\n"
            assert '"token": "admin-token"' in config.read_text("utf-8")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def test_pods_by_the_number_are_made_as_they_are_sent() -> None:
    cluster = Cluster()
    many_pods(cluster, 4000)
    size = 0
    with client(cluster) as session:
        tracemalloc.start()
        with session.stream("GET", "/api/v1/pods", headers={"Accept-Encoding": "identity"}) as response:
            for chunk in response.iter_bytes():
                size += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        second = session.get("/api/v1/namespaces/load-01/pods?limit=5").json()
        assert second["metadata"]["remainingItemCount"] == 195
        one = session.get("/api/v1/namespaces/load-01/pods/service-00020-3").json()
        assert one["metadata"]["labels"]["app"] == "service-00020"
        cluster.delete("Pod", "service-00020-3", "load-01")
        assert session.get("/api/v1/namespaces/load-01/pods/service-00020-3").status_code == 404
    assert size > 10_000_000
    assert peak < size / 3


def test_a_kubeconfig_of_several_clusters(tmp_path: Path) -> None:
    one, other = from_objects([pod("a")]), from_objects([pod("b")])
    other.add_user("ann")
    with serving(one, tls=True) as first, serving(other, tls=True) as second:
        contexts = (Context("prod", first), Context("dev", second, "ann", "shop"))
        path = kubeconfig(tmp_path / "config", *contexts, current="dev")
        text = path.read_text("utf-8")
        assert first.url in text
        assert second.url in text
        assert '"current-context": "dev"' in text
        assert os.stat(path).st_mode & 0o777 == 0o600
        with http(first, "admin") as session:
            assert session.get("/api/v1/namespaces/shop/pods/a").status_code == 200
        with http(second, "admin") as session:
            assert session.get("/api/v1/namespaces/shop/pods/a").status_code == 404
