"""The objects that manifests declare, as their documents hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors import environments
from connectors.documents import ANY, Document
from connectors.formats.yaml_tree import load
from connectors.kubernetes.manifests import KubernetesObject, read
from connectors.kubernetes.observed import ObservedObject

MANIFEST = "manifest"
"""The kind of document that an object in a file is."""
_SUFFIX = " (manifests)"


def declared_cluster(environment: str) -> str:
    """What the cluster is called that manifests of an environment are for: `production (manifests)`, `*` for any.

    Never the name of a cluster that runs: what somebody wrote is not what is there.
    """
    return f"{environment}{_SUFFIX}" if environment else ANY


def is_declared(cluster: str) -> bool:
    """Whether a cluster's name is one of `declared_cluster`."""
    return cluster == ANY or cluster.endswith(_SUFFIX)


def environment_of(cluster: str) -> str:
    """The environment that a cluster's name tells, of manifests or live; '' if it tells none."""
    if is_declared(cluster):
        return "" if cluster == ANY else cluster.removesuffix(_SUFFIX)
    return environments.of_path(f"clusters/{cluster}/x")


def declared(document: Document) -> ObservedObject | None:
    """The object of a manifest's document; None where it is of no cluster (the stand-in of a chart), or unreadable."""
    if document.kind != MANIFEST or document.resource is None:
        return None
    value = _value(document)
    if value is None:
        return None
    cluster = declared_cluster(document.environment)
    return ObservedObject(cluster, document.source, document.id, value, document.updated_at, declared=True)


def _value(document: Document) -> Mapping[str, Any] | None:
    for found in read(load(document.text)):
        if isinstance(found, KubernetesObject):
            return found.value
    return None
