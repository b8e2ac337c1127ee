"""Clusters from the recorded snapshot, from manifests, from dictionaries."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.servers.kube.cluster import Cluster

Json = dict[str, Any]
SNAPSHOT = Path(__file__).resolve().parents[3] / "../shared/kubernetes/api-snapshot.tar.gz"
_FIRST = ("customresourcedefinitions", "namespaces")
_ALIASES = "events.events.k8s.io"  # the same events once more


def from_snapshot(path: Path = SNAPSHOT, *, metrics: bool = False) -> Cluster:
    """A cluster of the true list responses in a tar archive; they never touch the disk."""
    cluster = Cluster(metrics=metrics)
    with tarfile.open(path) as archive:
        contents = {
            Path(member.name).name: json.load(file)
            for member in archive
            if member.name.endswith(".json")
            and _ALIASES not in member.name
            and (file := archive.extractfile(member))
        }
    for name in sorted(contents, key=lambda name: (not name.startswith(_FIRST), name)):
        for obj in contents[name]["items"]:
            cluster.store.load(obj)
    return cluster


def from_objects(objects: Iterable[Mapping[str, Any]], *, metrics: bool = False) -> Cluster:
    """A cluster of given objects and the namespaces they are in."""
    cluster = Cluster(metrics=metrics)
    given = sorted(objects, key=lambda one: one["kind"] != "CustomResourceDefinition")
    for name in ("default", "kube-system", "kube-public", "kube-node-lease"):
        _namespace(cluster, name)
    for one in given:
        _namespace(cluster, one["metadata"].get("namespace", "default"))
    for one in given:
        cluster.put(one)
    return cluster


def from_manifests(folder: Path, *, metrics: bool = False) -> Cluster:
    """A cluster of the objects in a folder's YAML and JSON files; what is no object (values, templates) is left out."""
    return from_objects(_objects(folder), metrics=metrics)


def _objects(folder: Path) -> Iterable[Json]:
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json") or "templates" in path.parts:
            continue
        try:
            documents = list(yaml.safe_load_all(path.read_text("utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for document in documents:
            if isinstance(document, dict):
                yield from (one for one in document.get("items", [document]) if _is_object(one))


def _is_object(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and {"apiVersion", "kind", "metadata"} <= one.keys()
        and "name" in one["metadata"]
    )


def _namespace(cluster: Cluster, name: str) -> None:
    resource = cluster.store.registry.named("Namespace")
    if name and not cluster.store.find(resource, ("", name)):
        metadata = {"name": name, "labels": {"kubernetes.io/metadata.name": name}}
        active = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        cluster.put({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, **active})
