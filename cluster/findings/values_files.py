"""Helm values of an environment that disagree with what the chart has installed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cluster.findings.clusters import Cluster
from cluster.findings.compare import is_ours_to_compare
from cluster.findings.context import Context
from cluster.findings.fields import Field, Path, agree, fields_of, is_known
from cluster.findings.manifests import drift
from cluster.findings.model import Finding, Tier
from cluster.values import at, mapping
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject

_FIELDS: tuple[tuple[str, Path], ...] = (
    ("replicas", ("replicaCount",)),
    ("image", ("image", "tag")),
    ("memory limit", ("resources", "limits", "memory")),
    ("cpu limit", ("resources", "limits", "cpu")),
    ("memory request", ("resources", "requests", "memory")),
    ("cpu request", ("resources", "requests", "cpu")),
)
"""Where charts keep what: the names that `helm create` gives."""


def find(document: Document, context: Context) -> Iterator[Finding]:
    """A finding for each value of the file that the chart's one workload in the cluster has otherwise."""
    chart = next((one.removeprefix("chart=") for one in document.labels if one.startswith("chart=")), "")
    loaded = (
        [one for _, one in context.quotes.yaml(document) if isinstance(one.value, Mapping)] if chart else []
    )
    if not document.environment or len(loaded) != 1:
        return
    for cluster in context.anchors.clusters(document):
        workloads = _workloads(cluster, chart) if cluster.tier is Tier.LIVE else []
        if len(workloads) != 1:
            continue  # which of them the values are for is not known
        seen = workloads[0]
        for what, path in _FIELDS:
            said = at(loaded[0].value, ".".join(map(str, path)))
            alike = [field for field in fields_of(seen.value) if field.what == what]
            if not isinstance(said, str) or not is_known(said) or len(alike) != 1:
                continue
            live = alike[0]
            written = f"{live.value.partition('@')[0].rpartition(':')[0]}:{said}" if what == "image" else said
            if is_ours_to_compare(cluster, seen, what) and not agree(what, written, live.value):
                holds = context.quotes.field(seen, live.path, Tier.LIVE)
                field = Field("image tag" if what == "image" else what, "", said, path)
                yield drift(document, loaded[0], field, live.value, holds, cluster, seen, context)


def _workloads(cluster: Cluster, chart: str) -> list[ObservedObject]:
    """The workloads whose label says that the chart made them."""
    return [
        seen
        for kind in ("Deployment", "StatefulSet")
        for seen in cluster.kind(kind)
        if _made_by(str(mapping(seen.metadata, "labels").get("helm.sh/chart", "")), chart)
    ]


def _made_by(label: str, chart: str) -> bool:
    name, _, version = label.rpartition("-")
    return name == chart and version[:1].isdigit()
