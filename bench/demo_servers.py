"""Serves the demo company's handbook (Confluence), wiki (Notion), two clusters and metrics: no account is needed.

`python -m bench.demo_servers` serves all until Ctrl-C and prints the variables that `data/demo/config.yaml` names;
`python -m bench.demo_servers COMMAND…` runs a command with them instead.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import UnreachableError
from tests.servers.confluence import serving as serve_confluence
from tests.servers.demo import handbook, wiki
from tests.servers.demo_clusters import READER, running
from tests.servers.demo_metrics import Shop
from tests.servers.kube import Cluster, Context, kubeconfig
from tests.servers.kube import serving as serve_cluster
from tests.servers.notion import TOKEN
from tests.servers.notion import serving as serve_notion
from tests.servers.prometheus import Prometheus
from tests.servers.prometheus import serving as serve_prometheus

DEMO = Path(__file__).resolve().parents[1] / "data/demo"
CONFLUENCE_PORT, NOTION_PORT = 8091, 8092


@dataclass(frozen=True, slots=True)
class DemoServers:
    """Where both wikis, both clusters and the metrics of production answer, and credentials that they take."""

    confluence_url: str
    confluence_email: str
    confluence_token: str
    notion_url: str
    notion_token: str
    kubeconfig: Path
    production: Cluster
    prometheus: Prometheus
    shop: Shop

    def environment(self) -> dict[str, str]:
        """The variables that a configuration may name."""
        return {
            "DEMO_CONFLUENCE_URL": self.confluence_url,
            "DEMO_CONFLUENCE_EMAIL": self.confluence_email,
            "DEMO_CONFLUENCE_TOKEN": self.confluence_token,
            "DEMO_NOTION_URL": self.notion_url,
            "DEMO_NOTION_TOKEN": self.notion_token,
            "DEMO_KUBECONFIG": str(self.kubeconfig),
            "DEMO_PROMETHEUS_URL": self.prometheus.url,
        }


@contextlib.contextmanager
def demo_servers(
    demo: Path = DEMO, confluence_port: int = CONFLUENCE_PORT, notion_port: int = NOTION_PORT
) -> Iterator[DemoServers]:
    """Wikis, clusters and metrics, until the block ends; port 0 takes any that is free, the last two always do."""
    site, workspace = handbook(demo / "handbook"), wiki(demo / "wiki")
    production, staging = (running(demo / "manifests", name) for name in ("production", "staging"))
    shop = Shop(production)
    metrics = shop.server()
    with (
        tempfile.TemporaryDirectory(prefix="kubelore-demo-") as folder,
        serve_confluence(site, port=confluence_port) as confluence,
        serve_notion(workspace, port=notion_port) as notion,
        serve_cluster(production, tls=True) as first,
        serve_cluster(staging, tls=True) as second,
        serve_prometheus(metrics),
    ):
        contexts = (Context("production", first, READER), Context("staging", second, READER))
        file = kubeconfig(Path(folder) / "config", *contexts)
        service = site.service
        yield DemoServers(
            confluence.base, service.email, service.token, notion.url, TOKEN, file, production, metrics, shop
        )  # fmt: skip


def free_port(host: str, wanted: int) -> int:
    """`wanted` if it is free on `host`, else another that is."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    raise UnreachableError(f"no port can be opened on {host}; correct `api.host`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until Ctrl-C, or as long as a command runs; the exit code, the command's own if there is one."""
    parser = argparse.ArgumentParser(prog="python -m bench.demo_servers", description=__doc__)
    parser.add_argument("--confluence-port", type=int, default=CONFLUENCE_PORT)
    parser.add_argument("--notion-port", type=int, default=NOTION_PORT)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="run this and end with it")
    options = parser.parse_args(arguments)
    ports = (free_port("127.0.0.1", port) for port in (options.confluence_port, options.notion_port))
    with demo_servers(DEMO, *ports) as servers:
        if options.command:
            return subprocess.run(
                options.command, env={**os.environ, **servers.environment()}, check=False
            ).returncode
        for name, value in servers.environment().items():
            print(f"export {name}={value}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
