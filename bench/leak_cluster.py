"""Objects of a running cluster with planted credentials, and a fake API server that serves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.leak_manifests import (
    Tree,
    alertmanager,
    applied,
    argo_application,
    config_map,
    cron_job,
    datasource,
    deployment,
    docker_secret,
    external_secret,
    helm_release,
    secret,
)
from bench.leak_values import Planter
from tests.servers.kube import Context, from_objects, kubeconfig, serving

FILE = "objects.json"


def pod(p: Planter) -> Tree:
    """What a server says of a container that fails, with the address that it tried."""
    made = deployment(p)
    template = made["spec"]["template"]
    message = f"pull failed: https://ci:{p.in_url()}@registry.example.com/v2/"
    waiting = {
        "name": "app",
        "ready": False,
        "state": {"waiting": {"reason": "ErrImagePull", "message": message}},
    }
    metadata = {**made["metadata"], "annotations": template["metadata"]["annotations"]}
    status = {"phase": "Pending", "containerStatuses": [waiting]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": template["spec"],
        "status": status,
    }


def event(p: Planter) -> Tree:
    """A warning whose message quotes a command with its flags."""
    name = f"{p.name()}-{p.hex(4)}"
    said = f"Liveness probe failed: curl --token={p.random_looking()} postgres://app:{p.in_url()}@db/app"
    about = {"kind": "Pod", "name": name}
    metadata = {"name": f"{name}.{p.hex(8)}"}
    return {
        "apiVersion": "v1", "kind": "Event", "metadata": metadata, "type": "Warning", "reason": "Unhealthy",
        "message": said, "involvedObject": about,
    }  # fmt: skip


def revision(p: Planter) -> Tree:
    """The pod template that a StatefulSet had before."""
    made = deployment(p)
    data = {"spec": {"template": made["spec"]["template"]}}
    return {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": made["metadata"], "data": data}


def copied(p: Planter) -> Tree:
    """A Secret with a copy of itself in the annotation of some tool."""
    made = secret(p)
    copy = json.dumps(made)
    made["metadata"] = {**made["metadata"], "annotations": {"tool.example.com/original": copy}}
    return made


OBJECTS: tuple[Callable[[Planter], Tree], ...] = (
    secret, docker_secret, copied, config_map, config_map, deployment, deployment, pod, pod, event, revision,
    cron_job, helm_release, argo_application, alertmanager, datasource, external_secret, applied,
)  # fmt: skip


def live_objects(p: Planter, namespace: str) -> dict[str, str]:
    """A few objects of one namespace, as the text of a file."""
    objects = [p.chance.choice(OBJECTS)(p) for _ in range(p.chance.randint(1, 3))]
    for one in objects:
        one["metadata"]["namespace"] = namespace
        if one["kind"] == "Event":
            one["involvedObject"]["namespace"] = namespace
        if one["kind"] == "Secret":
            # Of a Secret nothing but its metadata is ever asked for, so nothing in it can survive.
            p.plain.clear()
    return {FILE: json.dumps(objects, indent=1)}


@contextmanager
def cluster_of(texts: Iterable[str], folder: Path) -> Iterator[dict[str, Any]]:
    """A source that reads a cluster of the objects in `texts`; raises if the data of a Secret was asked for."""
    cluster = from_objects([one for text in texts for one in json.loads(text)])
    with serving(cluster) as served:
        path = kubeconfig(folder / "kubeconfig", Context("live", served))
        yield {"name": "live", "type": "kubernetes", "context": "live", "kubeconfig": str(path)}
    if cluster.secret_reads or cluster.violations:
        raise AssertionError(f"asked for more than it may: {cluster.secret_reads or cluster.violations}")
