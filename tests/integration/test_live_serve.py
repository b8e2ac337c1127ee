"""`kubelore serve` as people run it: what changes in a cluster shows over REST without another run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli import main
from tests.integration.kube_cases import deployment
from tests.integration.test_cli import free_port
from tests.integration.test_wiring import HashingModel
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig, reconcile, serving

CART = "kubernetes:prod/shop/Deployment/cart"
WEB = "kubernetes:prod/shop/Deployment/web"
_SECONDS = 60.0
"""At most for each thing that is waited for."""


class Server:
    """A server that runs, and a client of it."""

    def __init__(self, client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
        self.client, self.process = client, process

    def until(self, what: str, true: Callable[[], bool]) -> None:
        """Waits until it is so."""
        ends = time.monotonic() + _SECONDS
        while time.monotonic() < ends:
            assert self.process.poll() is None, "the server has ended"
            try:
                if true():
                    return
            except httpx.TransportError:
                pass  # it has not begun to listen
            time.sleep(0.05)
        pytest.fail(f"{what}: not within {_SECONDS:.0f} seconds")

    def text(self, document: str) -> str:
        """The text of a document; '' where there is none."""
        answer = self.client.get(f"/v1/documents/{document}")
        return str(answer.json()["text"]) if answer.status_code == 200 else ""

    def ask(self, question: str) -> Any:
        """The answer to a question."""
        return self.client.post("/v1/ask", json={"question": question}).raise_for_status().json()


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    made = from_objects([deployment("cart", replicas=2), deployment("web")])
    reconcile(made)
    yield made
    assert not made.violations
    assert not made.secret_reads


@contextmanager
def running(folder: Path, cluster: Cluster) -> Iterator[Server]:
    """A server over the cluster, which one run has read; it ends as asked, at once and well."""
    with serving(cluster, tls=True) as served:
        file = kubeconfig(folder / "kubeconfig", Context("prod", served))
        config, port = folder / "config.yaml", free_port()
        config.write_text(
            f"sources: [{{name: prod, type: kubernetes, context: prod, kubeconfig: {file}}}]\n"
            f"index: {{path: state}}\nschedule: {{cron: null}}\napi: {{port: {port}}}\n"
        )
        assert main(["--config", str(config), "ingest"]) == 0
        command = [sys.executable, "-m", "tests.integration.serve_process", str(config)]
        with subprocess.Popen(command) as process:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                    server = Server(client, process)
                    server.until("ready", lambda: client.get("/readyz").status_code == 200)
                    yield server
                process.terminate()
                assert process.wait(30) == 0
            finally:
                process.kill()


def test_a_change_of_the_cluster_shows_in_documents_and_answers(tmp_path: Path, cluster: Cluster) -> None:
    with running(tmp_path, cluster) as server:
        assert "image web:1" in server.text(CART)
        container = {"name": "app", "image": "registry.example.com/cart:v9-new"}
        cluster.patch(
            "Deployment", "cart", {"spec": {"template": {"spec": {"containers": [container]}}}}, "shop"
        )
        server.until("the new image", lambda: "v9-new" in server.text(CART))
        answer = server.ask("which image does the deployment cart in shop run?")
        assert "v9-new" in answer["answer"]
        assert CART in {one["document_id"] for one in answer["citations"]}

        cluster.put(deployment("mail"))
        cluster.delete("Deployment", "web", "shop")
        server.until("what came", lambda: "mail" in server.text("kubernetes:prod/shop/Deployment/mail"))
        server.until("what went", lambda: not server.text(WEB))
        answer = server.ask("which deployments are in the namespace shop?")
        assert "mail" in str(answer)
        assert WEB not in {one["document_id"] for one in answer["citations"]}
