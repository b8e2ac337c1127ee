"""Changes that the commits of configured checkouts tell: Terraform's values, and manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.settings import KubernetesSource, Settings, TerraformSource
from cluster.changes import Change
from connectors import environments
from connectors.errors import KubeloreError


@dataclass(frozen=True, slots=True)
class CommitsRequest:
    """The time, for whom (None: everything), and of which cluster and namespace ('': all)."""

    since: datetime
    until: datetime
    principals: frozenset[str] | None
    cluster: str = ""
    namespace: str = ""


def commit_changes(settings: Settings, request: CommitsRequest) -> list[Change]:
    """The changes, the oldest first. Files of another environment than the cluster's are left out."""
    found = [
        change
        for source in settings.sources
        if request.principals is None or request.principals & set(source.access)
        for change in _of_source(settings, source, request)
    ]
    return sorted(found, key=lambda one: one.at)


def _of_source(settings: Settings, source: object, request: CommitsRequest) -> Iterator[Change]:
    try:
        if isinstance(source, TerraformSource) and not request.namespace:
            yield from _of_terraform(settings, source, request)
        elif isinstance(source, KubernetesSource) and source.path is not None:
            yield from _of_manifests(settings, source, request)
    except KubeloreError:
        return  # a folder that is missing is told by the source's own runs


def _of_terraform(settings: Settings, source: TerraformSource, request: CommitsRequest) -> Iterator[Change]:
    from api.connectors import build_connector
    from cluster.changes.commits import of_terraform
    from connectors.terraform.connector import TerraformConnector
    from connectors.terraform.tree import is_hcl
    from connectors.terraform.versions import declared_in

    connector = build_connector(source, settings.index.path)
    assert isinstance(connector, TerraformConnector)
    environment = _environment(settings, request.cluster) if request.cluster else ""
    changed = [
        one for one in connector.versions(request.since, request.until)
        if is_hcl(one.path) and not _is_of_another(one.path, environment)
    ]  # fmt: skip
    if changed:
        declared = declared_in(one for one in connector.texts() if is_hcl(one.path))
        for one in changed:
            yield from of_terraform(one, declared)


def _of_manifests(settings: Settings, source: KubernetesSource, request: CommitsRequest) -> Iterator[Change]:
    from api.connectors import build_connector
    from cluster.changes.commits import of_manifests
    from connectors.documents import ANY
    from connectors.kubernetes.connector import KubernetesManifestsConnector

    connector = build_connector(source, settings.index.path)
    assert isinstance(connector, KubernetesManifestsConnector)
    environment = _environment(settings, request.cluster) if request.cluster else ""
    for one in connector.versions(request.since, request.until):
        if not one.path.endswith((".yaml", ".yml", ".json")) or _is_of_another(one.path, environment):
            continue
        for change in of_manifests(one, request.cluster or ANY):
            if request.namespace in ("", change.ref.namespace):
                yield change


def _is_of_another(path: str, environment: str) -> bool:
    """Whether the path says another environment than this one ('': any)."""
    declared = environments.of_path(path)
    return bool(environment and declared and environment != declared)


def _environment(settings: Settings, cluster: str) -> str:
    """Which environment a live cluster is, as the configuration or its name says; '' if neither does."""
    said = (
        next((one.environment for one in settings.live_clusters if one.cluster_name == cluster), None) or ""
    )
    return environments.canonical(said) or said.lower() or environments.of_path(f"clusters/{cluster}/x")
