"""Serves a fake cluster until Ctrl-C: `python -m tests.servers.kube --port 0 --kubeconfig FILE`."""

from __future__ import annotations

import argparse
import contextlib
import threading
from pathlib import Path

from tests.servers.kube.cluster import Cluster
from tests.servers.kube.controllers import reconcile
from tests.servers.kube.kubeconfig import Context, kubeconfig
from tests.servers.kube.loading import SNAPSHOT, from_manifests, from_snapshot
from tests.servers.kube.serving import serving

_DEMO = Path(__file__).resolve().parents[3] / "data/demo/manifests"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers.kube", description="A fake Kubernetes API server."
    )
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "--snapshot", type=Path, metavar="TAR", help="recorded lists; the default where they are there"
    )
    given.add_argument("--manifests", type=Path, metavar="DIR", help="a folder of manifests")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE", help="written for kubectl; context `fake`")
    parser.add_argument(
        "--http", action="store_true", help="no TLS: then kubectl sends no token and acts as admin"
    )
    return parser.parse_args()


def _cluster(arguments: argparse.Namespace) -> Cluster:
    snapshot = arguments.snapshot or (SNAPSHOT if SNAPSHOT.exists() and not arguments.manifests else None)
    if snapshot:
        return from_snapshot(snapshot, metrics=True)
    cluster = from_manifests(arguments.manifests or _DEMO, metrics=True)
    reconcile(cluster)
    return cluster


def main() -> None:
    """Serves until it is interrupted."""
    arguments = _arguments()
    with (
        contextlib.suppress(KeyboardInterrupt),
        serving(_cluster(arguments), tls=not arguments.http, port=arguments.port) as served,
    ):
        print(f"{served.url} (token: {served.cluster.token('admin')})", flush=True)
        if arguments.kubeconfig:
            print(f"KUBECONFIG={kubeconfig(arguments.kubeconfig, Context('fake', served))}", flush=True)
        threading.Event().wait()
    print("stopped")


if __name__ == "__main__":
    main()
