"""Crawls of fake clusters over real HTTP, as tests look at them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.documents import Document, Failure, Milestone, ResourceRef, Unchanged
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.kubernetes.live.connection import Target
from connectors.kubernetes.live.connector import KubernetesLiveConnector
from connectors.kubernetes.observed import ObservedObject
from tests.servers.kube import Cluster, Context, Served, from_objects, kubeconfig, serving

Json = dict[str, Any]
QUICK = Time(sleep=lambda seconds: None)
"""A clock that waits for nothing."""
POLICY = Policy(attempts=4, fault_attempts=3, budget=300, connect_seconds=5)


class Observer:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.seen: list[ObservedObject] = []

    def begin(self, source: str) -> None:
        self.calls.append(("begin", source))

    def saw(self, found: ObservedObject) -> None:
        self.calls.append(("saw", found.kind, found.name))
        self.seen.append(found)

    def complete(self, source: str, api_version: str, kind: str) -> None:
        self.calls.append(("complete", api_version, kind))

    def gone(self, source: str, ref: ResourceRef, at: datetime) -> None:
        self.calls.append(("gone", ref.kind, ref.name))

    def completed(self) -> set[str]:
        return {call[2] for call in self.calls if call[0] == "complete"}


@dataclass
class Crawled:
    """What one crawl said."""

    documents: dict[str, Document] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    checkpoint: Json = field(default_factory=dict)

    @property
    def named(self) -> set[str]:
        return self.unchanged | self.documents.keys()

    def of(self, kind: str) -> dict[str, Document]:
        """The documents of a kind by name."""
        return {i.rpartition("/")[2]: d for i, d in self.documents.items() if f"/{kind}/" in i}


def crawl(connector: KubernetesLiveConnector, checkpoint: Mapping[str, Any] | None = None) -> Crawled:
    """A whole crawl; no id comes twice, and the checkpoint is as it comes back from a ledger."""
    found = Crawled()
    crawling = connector.crawl(checkpoint)
    while True:
        try:
            item = next(crawling)
        except StopIteration as end:
            found.checkpoint = json.loads(json.dumps(end.value))
            return found
        if isinstance(item, Document):
            assert item.id not in found.named
            found.documents[item.id] = item
        elif isinstance(item, Unchanged):
            assert not found.named.intersection(item.ids)
            found.unchanged.update(item.ids)
        elif isinstance(item, Failure):
            found.failures.append(item)
        else:
            found.milestones.append(item)


@dataclass
class Place:
    """A served cluster and how to connect to it."""

    cluster: Cluster
    served: Served
    folder: Path

    def target(self, user: str = "admin", context: str = "prod", **options: str) -> Target:
        path = kubeconfig(self.folder / f"{user}.yaml", Context(context, self.served, user))
        return Target(context, str(path), **options)

    def connector(self, user: str = "admin", name: str = "prod", **options: Any) -> KubernetesLiveConnector:
        given = {"clock": QUICK, "policy": POLICY, **options}
        return KubernetesLiveConnector(name, self.target(user), **given)


@contextmanager
def place(folder: Path, cluster: Cluster | None = None, *, tls: bool = False) -> Iterator[Place]:
    """A served cluster: a small shop unless one is given."""
    made = cluster or from_objects(SHOP)
    with serving(made, tls=tls) as served:
        yield Place(made, served, folder)


def item(api: str, kind: str, name: str, namespace: str = "", **fields: Any) -> Json:
    """An object."""
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def pod(name: str, namespace: str = "shop", phase: str = "Running") -> Json:
    """A small pod."""
    spec = {"containers": [{"name": "app", "image": "cart:v2.3"}]}
    return item("v1", "Pod", name, namespace, spec=spec, status={"phase": phase})


_TEMPLATE = {"spec": {"containers": [{"name": "cart", "image": "cart:v2.3"}]}}
SHOP: list[Json] = [
    item("v1", "Namespace", "shop", status={"phase": "Active"}),
    item("v1", "Namespace", "other", status={"phase": "Active"}),
    item("apps/v1", "Deployment", "cart", "shop", spec={"replicas": 2, "template": _TEMPLATE},
         status={"readyReplicas": 2}),
    item("autoscaling/v2", "HorizontalPodAutoscaler", "cart", "shop",
         spec={"minReplicas": 2, "maxReplicas": 6,
               "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}},
         status={"currentReplicas": 2}),
    item("v1", "ConfigMap", "settings", "shop", data={"color": "blue"}),
    item("v1", "Service", "cart", "shop", spec={"ports": [{"port": 80}], "selector": {"app": "cart"}}),
    *(pod(f"cart-{number}") for number in range(5)),
    pod("lonely", "other"),
    item("v1", "Event", "news.1", "shop", type="Normal", reason="Scheduled", message="ok",
         involvedObject={"kind": "Pod", "name": "cart-1", "namespace": "shop"}),
    item("v1", "Event", "news.2", "shop", type="Warning", reason="BackOff", message="restarting",
         involvedObject={"kind": "Pod", "name": "cart-1", "namespace": "shop"}),
    item("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gateways.shop.example.com",
         spec={"group": "shop.example.com", "scope": "Namespaced",
               "names": {"kind": "Ingress", "plural": "ingresses", "singular": "ingress"},
               "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {}}}]}),
    item("shop.example.com/v1", "Ingress", "door", "shop", spec={"open": True}),
    item("networking.k8s.io/v1", "Ingress", "door", "shop", spec={"rules": [{"host": "shop.example.com"}]}),
]  # fmt: skip
