"""The demo company as two running clusters with all that is written of them, so that single facts can be planted."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.demo_servers import DEMO, demo_servers
from connectors.documents import Document
from connectors.files.connector import FilesConnector
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.kubernetes.live.cleaning import clean
from connectors.kubernetes.live.documents import Origin, document_of
from connectors.kubernetes.live.overview import Overview
from connectors.kubernetes.observed import ObservedObject
from connectors.terraform.connector import TerraformConnector
from tests.servers.kube import Cluster, from_manifests, reconcile

OBSERVED = datetime(2026, 11, 20, 8, tzinfo=UTC)
Value = dict[str, Any]
Key = tuple[str, str, str, str]
"""Cluster, kind, namespace ('' for none) and name."""

_NODES = {
    "production": ("v1.34.2", "acorn-production-arm", "m7g.2xlarge", 4),
    "staging": ("v1.35.0", "acorn-staging-arm", "t4g.xlarge", 1),
}
"""What Terraform asks for: version, node group and type of the nodes, replicas of ingress-nginx."""


@dataclass(frozen=True)
class World:
    """Clusters by their objects, and the documents of everything else."""

    live: dict[Key, Value]
    documents: tuple[Document, ...]

    def with_page(self, path: str, text: str, source: str = "runbooks") -> World:
        """The world in which a page says this besides (or instead, where there is one of this path)."""
        page, _ = file_document("files", source, TextFile(path, text, "utf-8", Path(path)))
        page = replace(page, updated_at=OBSERVED)
        others = tuple(document for document in self.documents if document.id != page.id)
        return replace(self, documents=(*others, page))

    def with_live(self, key: Key, change: Callable[[Value], object]) -> World:
        """The world in which somebody has changed a running object."""
        value = copy.deepcopy(self.live[key])
        change(value)
        return replace(self, live={**self.live, key: value})

    def without(self, *keys: Key) -> World:
        """The world in which these objects are gone."""
        return replace(self, live={key: value for key, value in self.live.items() if key not in keys})

    def with_code(self, change: Callable[[Path], object]) -> World:
        """The world in which the demo's Terraform and manifests are changed as `change` does in their folder."""
        with tempfile.TemporaryDirectory() as folder:
            _copy(DEMO / "infra", Path(folder) / "infra")
            _copy(DEMO / "manifests", Path(folder) / "manifests")
            change(Path(folder))
            read = list(_code(Path(folder)))
        others = tuple(document for document in self.documents if document.source not in ("infra", "shop"))
        return replace(self, documents=(*others, *read))

    def objects(self) -> list[ObservedObject]:
        """The running objects."""
        return [
            ObservedObject(cluster, cluster, _document(cluster, value).id, clean(value), OBSERVED)
            for (cluster, *_), value in self.live.items()
        ]

    def everything(self) -> list[Document]:
        """All documents, those of running objects and their overviews included."""
        found = list(self.documents)
        for cluster in sorted({key[0] for key in self.live}):
            overview = Overview(Origin(cluster, cluster))
            for key, value in self.live.items():
                if key[0] == cluster:
                    found.append(_document(cluster, value))
                    overview.put(clean(value))
            found += overview.documents(_NODES[cluster][0], OBSERVED)
        return found


def demo_world() -> World:
    """The demo: production and staging run exactly what its manifests and Terraform say."""
    live: dict[Key, Value] = {}
    for name in _NODES:
        cluster = from_manifests(DEMO / "manifests" / name)
        reconcile(cluster)
        for value in (*_values(cluster), *_installed(name)):
            metadata = value["metadata"]
            if value["kind"] == "Node":
                _as_told(value, name)
            live[name, value["kind"], metadata.get("namespace", ""), metadata["name"]] = value
    return World(live, (*_pages(), *_code(DEMO)))


def _values(cluster: Cluster) -> Iterator[Value]:
    homes = {resource.home: resource for resource in cluster.store.registry.all()}
    for resource in homes.values():
        for record in cluster.store.records(resource):
            yield copy.deepcopy(record.obj)


def _as_told(node: Value, cluster: str) -> None:
    version, group, size, _ = _NODES[cluster]
    node["status"]["nodeInfo"]["kubeletVersion"] = version
    node["metadata"]["labels"] |= {
        "eks.amazonaws.com/nodegroup": group,
        "node.kubernetes.io/instance-type": size,
    }


def _installed(cluster: str) -> Iterator[Value]:
    """What Helm installs, as far as Terraform tells of it."""
    for release, version, component, replicas in (
        ("ingress-nginx", "4.13.3", "controller", _NODES[cluster][3]),
        ("cert-manager", "v1.19.1", "controller", 1),
    ):
        labels = {
            "app.kubernetes.io/instance": release,
            "app.kubernetes.io/component": component,
            "helm.sh/chart": f"{release}-{version}",
        }
        container = {"name": component, "image": f"registry.example/{release}/{component}:v1.14.0"}
        yield {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": f"{release}-{component}", "namespace": "platform", "labels": labels},
            "spec": {"replicas": replicas, "template": {"spec": {"containers": [container]}}},
        }

    for name in ("db-bastion-orders", "db-bastion-catalog"):
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": "platform"},
            "spec": {"type": "ExternalName", "externalName": f"{name}.internal.example"},
        }


_made: dict[int, tuple[Value, Document]] = {}
"""Documents by the value that they were made of, which most worlds share."""


def _document(cluster: str, value: Value) -> Document:
    kept = _made.get(id(value))
    if kept is None or kept[0] is not value:
        kept = _made[id(value)] = (value, _new_document(cluster, value))
    return kept[1]


def _new_document(cluster: str, value: Value) -> Document:
    return document_of(clean(value), source=cluster, cluster=cluster, observed_at=OBSERVED)


def _code(folder: Path) -> Iterator[Document]:
    yield from crawled(TerraformConnector("infra", folder / "infra"))
    yield from crawled(KubernetesManifestsConnector("shop", folder / "manifests"))


def _pages() -> Iterator[Document]:
    from api.connectors import build_connector
    from api.settings import load_settings

    yield from crawled(FilesConnector("runbooks", DEMO / "runbooks"))
    with demo_servers(DEMO, 0, 0) as wikis, tempfile.TemporaryDirectory() as state:
        before = dict(os.environ)
        os.environ.update(wikis.environment())
        try:
            settings = load_settings(DEMO / "config.yaml")
        finally:
            for name in wikis.environment():
                os.environ.pop(name, None)
            os.environ.update(before)
        for source in settings.sources:
            if source.name in ("handbook", "wiki"):
                yield from crawled(build_connector(source, Path(state)))


def crawled(connector: Any) -> Iterator[Document]:
    """The documents of a source."""
    for item in connector.crawl(None):
        if isinstance(item, Document):
            yield item


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
