"""Manifests in git that disagree with what runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from cluster.findings.clusters import Cluster
from cluster.findings.compare import called, disagreement
from cluster.findings.context import Context, is_default_of_chart
from cluster.findings.fields import Field, fields_of, hosts_of
from cluster.findings.model import Finding, FindingType, Tier
from connectors.documents import ANY, Document
from connectors.formats.yaml_tree import YamlDocument, load
from connectors.kubernetes.observed import ObservedObject

_TRANSFORMERS = frozenset(
    {"patches", "patchesStrategicMerge", "patchesJson6902", "images", "replicas", "namePrefix", "nameSuffix",
     "namespace", "components", "transformers", "replacements", "configurations", "vars"}
)  # fmt: skip


def transformed_folders(documents: Iterable[Document]) -> frozenset[tuple[str, str]]:
    """Source and folder or file whose manifests Kustomize changes before they are applied."""
    found: set[tuple[str, str]] = set()
    for document in documents:
        path = PurePosixPath(document.path or "")
        if path.name not in ("kustomization.yaml", "kustomization.yml"):
            continue
        value: Any = next((one.value for one in load(document.text) if isinstance(one.value, Mapping)), {})
        if _TRANSFORMERS.isdisjoint(value):
            continue
        found.add((document.source, _clean(str(path.parent))))
        for listed in (*(value.get("resources") or ()), *(value.get("bases") or ())):
            if isinstance(listed, str) and "://" not in listed:
                found.add((document.source, _clean(f"{path.parent}/{listed}")))
    return frozenset(found)


def _clean(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)


def find(document: Document, context: Context, transformed: frozenset[tuple[str, str]]) -> Iterator[Finding]:
    """A finding for each value of a manifest that the live object has otherwise."""
    if is_default_of_chart(document):
        return
    path = document.path or ""
    places = {path, *(_clean(str(folder)) for folder in PurePosixPath(path).parents)}
    if document.resource is None or any((document.source, place) in transformed for place in places):
        return
    read = (one for _, one in context.quotes.yaml(document))
    loaded = [one for one in read if isinstance(one.value, Mapping) and not one.templated]
    if len(loaded) != 1:
        return
    clusters = [one for one in context.anchors.clusters(document) if one.tier is Tier.LIVE]
    matches = [(cluster, seen) for cluster in clusters for seen in _twins(document, cluster)]
    if not document.environment and len(matches) != 1:
        return  # of several clusters, which one it is for is not known
    for cluster, seen in matches:
        yield from _differences(document, loaded[0], cluster, seen, context)


def _twins(document: Document, cluster: Cluster) -> list[ObservedObject]:
    ref = document.resource
    if ref is None or ref.cluster not in (ANY, cluster.name):
        return []
    found = cluster.find(ref.kind, ref.name, ref.namespace)
    return found if len(found) == 1 else []


def _differences(
    document: Document, loaded: YamlDocument, cluster: Cluster, seen: ObservedObject, context: Context
) -> Iterator[Finding]:
    for field in fields_of(loaded.value):
        known = disagreement(field, seen, cluster)
        if known is not None:
            holds = context.quotes.field(seen, known.field.path, Tier.LIVE)
            yield drift(document, loaded, field, known.words, holds, cluster, seen, context)
    live_hosts = [host for host, _ in hosts_of(seen.value)]
    for host, path in hosts_of(loaded.value):
        if live_hosts and host not in live_hosts and "{" not in host and "$" not in host:
            holds = context.quotes.field(seen, hosts_of(seen.value)[0][1], Tier.LIVE)
            field = Field("host", "", host, path)
            yield drift(document, loaded, field, ", ".join(live_hosts), holds, cluster, seen, context)


def drift(
    document: Document,
    loaded: YamlDocument,
    field: Field,
    live: str,
    holds: Any,
    cluster: Cluster,
    seen: ObservedObject,
    context: Context,
) -> Finding:
    """The finding that a value in a YAML file is not what runs."""
    node = loaded.node_at(field.path)
    end = node.end if node else loaded.end
    start = loaded.text.rfind("\n", 0, node.start) + 1 if node else loaded.start
    said = context.quotes.place(document, start, end, Tier.CODE)
    subject = called(seen)
    place = document.path or document.title
    text = f"`{place}` sets {field.name} of {subject} to {field.value}, and in cluster {cluster.name} it is {live}."
    confidence = 0.95 if document.environment else 0.9
    return Finding(FindingType.DRIFT, text, said, holds, cluster.name, subject, field.name, confidence)
