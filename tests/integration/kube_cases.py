"""What the tests of the fake Kubernetes share: small objects, a served cluster, kubectl."""

from __future__ import annotations

import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers.kube import Cluster, Context, Served, kubeconfig, serving

Json = dict[str, Any]
KUBECTL = Path("/usr/bin/kubectl")
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


def pod(
    name: str, namespace: str = "shop", *, node: str = "n1", phase: str = "Running", **labels: str
) -> Json:
    """A pod of one container `app`."""
    state = {"running": {"startedAt": "2026-11-25T05:00:00Z"}}
    status = {
        "name": "app",
        "ready": True,
        "restartCount": 0,
        "state": state,
        "image": "web:1",
        "imageID": "",
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": node, "containers": [{"name": "app", "image": "web:1"}]},
        "status": {"phase": phase, "containerStatuses": [status]},
    }


def deployment(name: str, namespace: str = "shop", replicas: int = 1) -> Json:
    """A deployment of one container `app`, as asked for."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "web:1"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


def http(served: Served, user: str = "") -> httpx.Client:
    """A client of a served cluster."""
    headers = {"Authorization": f"Bearer {served.cluster.token(user)}"} if user else {}
    verify = ssl.create_default_context(cafile=served.ca) if served.ca else True
    return httpx.Client(base_url=served.url, headers=headers, verify=verify, timeout=20)


@contextmanager
def client(cluster: Cluster, user: str = "") -> Iterator[httpx.Client]:
    """The cluster served over plain HTTP, and a client of it."""
    with serving(cluster) as served, http(served, user) as session:
        yield session


@dataclass
class Kubectl:
    """Real kubectl with a kubeconfig of its own."""

    config: Path
    home: Path

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """What it answers, whatever its exit code."""
        environment = {"PATH": os.environ["PATH"], "KUBECONFIG": str(self.config), "HOME": str(self.home)}
        return subprocess.run(
            [str(KUBECTL), *arguments],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """Its output; it must succeed."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def kubectl(cluster: Cluster, folder: Path, user: str = "admin", namespace: str = "") -> Iterator[Kubectl]:
    """kubectl as a user of the cluster, which is served over HTTPS."""
    with serving(cluster, tls=True) as served:
        config = kubeconfig(folder / f"{user}.kubeconfig", Context("fake", served, user, namespace))
        yield Kubectl(config, folder)
