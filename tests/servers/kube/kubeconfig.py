"""kubeconfig files for fake clusters."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.kube.serving import Served


@dataclass(frozen=True)
class Context:
    """A context: a served cluster, one of its users, and the namespace that is meant where none is named."""

    name: str
    served: Served
    user: str = "admin"
    namespace: str = ""


def kubeconfig(path: Path, *contexts: Context, current: str = "") -> Path:
    """Writes a kubeconfig of these contexts (the first is current unless one is named); gives its path."""
    clusters: dict[str, Any] = {}
    users: dict[str, Any] = {}
    shown = []
    for one in contexts:
        cluster: dict[str, Any] = {"server": one.served.url}
        if one.served.ca:
            cluster["certificate-authority-data"] = base64.b64encode(one.served.ca.read_bytes()).decode()
        place = f"{one.name}-cluster"
        clusters[place] = cluster
        users[f"{one.name}-{one.user}"] = {"token": one.served.cluster.token(one.user)}
        context = {"cluster": place, "user": f"{one.name}-{one.user}"}
        if one.namespace:
            context["namespace"] = one.namespace
        shown.append({"name": one.name, "context": context})
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current or contexts[0].name,
        "clusters": [{"name": name, "cluster": value} for name, value in clusters.items()],
        "users": [{"name": name, "user": value} for name, value in users.items()],
        "contexts": shown,
    }
    path.write_text(json.dumps(config, indent=2), "utf-8")  # JSON is YAML
    path.chmod(0o600)
    return path
