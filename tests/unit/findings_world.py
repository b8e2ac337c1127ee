"""Small clusters and what is written about them, for the tests of findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from cluster.findings import Finding, Scope, find
from connectors.documents import PUBLIC, Document
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.kubernetes.live.documents import document_of
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.connector import TerraformConnector

SEEN = datetime(2026, 11, 20, 8, tzinfo=UTC)
Value = dict[str, Any]


_VERSIONS = {
    "Deployment": "apps/v1", "StatefulSet": "apps/v1", "CronJob": "batch/v1", "Ingress": "networking.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
}  # fmt: skip


def an_object(kind: str, name: str, namespace: str = "shop", spec: Value | None = None, **more: Any) -> Value:
    """An object as a server gives it; `more` goes into its metadata."""
    api = _VERSIONS.get(kind, "v1")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **more}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec or {}}


def a_workload(
    name: str, replicas: int = 3, image: str = "", kind: str = "Deployment", **resources: Any
) -> Value:
    """A workload with one container of its own name."""
    container = {"name": name, "image": image or f"acme/{name}:v1.4.0", "resources": resources}
    return an_object(
        kind, name, spec={"replicas": replicas, "template": {"spec": {"containers": [container]}}}
    )


def an_autoscaler(name: str, low: int, high: int) -> Value:
    """What scales the Deployment of this name."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return an_object(
        "HorizontalPodAutoscaler",
        name,
        spec={"scaleTargetRef": target, "minReplicas": low, "maxReplicas": high},
    )


def a_node(name: str = "node-1", version: str = "v1.34.1", **labels: str) -> Value:
    """A node."""
    told = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    node = an_object("Node", name, "", labels=told)
    return {**node, "status": {"nodeInfo": {"kubeletVersion": version}}}


def a_shop() -> list[Value]:
    """Namespace `shop` with two Deployments, a Service and a node."""
    return [
        an_object("Namespace", "shop", ""),
        an_object("Namespace", "default", ""),
        a_workload("cart"),
        a_workload("orders", 2),
        an_object("Service", "cart", spec={"ports": [{"port": 8080, "targetPort": 8081}]}),
        a_node(),
    ]


def a_page(text: str, path: str = "page.md", source: str = "runbooks") -> Document:
    """A page of Markdown."""
    page, _ = file_document("files", source, TextFile(path, text, "utf-8", Path(path)))
    return replace(page, updated_at=SEEN, access=frozenset({PUBLIC}))


def manifests(folder: Path, files: Mapping[str, str], source: str = "deploy") -> list[Document]:
    """The documents of files of manifests."""
    return _crawled(KubernetesManifestsConnector(source, _written(folder, files)))


def terraform(folder: Path, files: Mapping[str, str], source: str = "infra") -> list[Document]:
    """The documents of files of Terraform."""
    return _crawled(TerraformConnector(source, _written(folder, files)))


def _written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def _crawled(connector: Any) -> list[Document]:
    return [item for item in connector.crawl(None) if isinstance(item, Document)]


def as_yaml(value: Value) -> str:
    """An object as a manifest writes it."""
    text: str = yaml.safe_dump(value, sort_keys=False)
    return text


@dataclass
class Team:
    """Clusters by their name, and pages and code about them."""

    clusters: dict[str, list[Value]] = field(default_factory=lambda: {"prod": a_shop()})
    documents: list[Document] = field(default_factory=list)
    scopes: dict[str, Scope] = field(default_factory=dict)

    def objects(self) -> list[ObservedObject]:
        """The running objects."""
        return [
            ObservedObject(name, name, self._document(name, value).id, value, SEEN)
            for name, values in self.clusters.items()
            for value in values
        ]

    def everything(self) -> list[Document]:
        """All documents, those of running objects too."""
        live = [self._document(name, value) for name, values in self.clusters.items() for value in values]
        return [*self.documents, *live]

    def findings(self, *pages: str | Document) -> list[Finding]:
        """What is found with these pages besides."""
        more = [a_page(one, f"page-{n}.md") if isinstance(one, str) else one for n, one in enumerate(pages)]
        return find(self.objects(), [*self.everything(), *more], scopes=self.scopes)

    def told(self, *pages: str | Document) -> list[tuple[str, str, str]]:
        """Type, subject and value of each finding."""
        return [(str(one.type), one.subject, one.value) for one in self.findings(*pages)]

    def _document(self, cluster: str, value: Value) -> Document:
        return document_of(value, source=cluster, cluster=cluster, observed_at=SEEN)
