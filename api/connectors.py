"""Builds the connector of each configured source; a connector's module is imported when it is needed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, assert_never

from api.settings import (
    ConfluenceSource,
    FilesSource,
    KubernetesSource,
    NotionSource,
    PrometheusSource,
    Source,
    TerraformSource,
)
from connectors.base import Connector

if TYPE_CHECKING:
    from connectors.confluence.oauth import OAuthLogin
    from connectors.kubernetes.live.connection import Target
    from connectors.kubernetes.live.selection import Scope
    from connectors.kubernetes.observed import ObjectObserver
    from connectors.prometheus.client import PrometheusApi


def build_connector(source: Source, state: Path, observer: ObjectObserver | None = None) -> Connector:
    """The connector of one source; `state` is the folder where it may keep what the configuration cannot hold.

    The `observer` is told of the objects of live clusters.
    """
    match source:
        case FilesSource():
            from connectors.files.connector import FilesConnector

            return FilesConnector(source.name, source.path, **_tree_options(source))
        case TerraformSource():
            from connectors.terraform.connector import TerraformConnector

            return TerraformConnector(source.name, source.path, **_tree_options(source))
        case KubernetesSource(path=path) if path is not None:
            from connectors.kubernetes.connector import KubernetesManifestsConnector

            return KubernetesManifestsConnector(source.name, path, **_tree_options(source))
        case ConfluenceSource(export=export) if export is not None:
            from connectors.confluence.export import ConfluenceExportConnector

            # Who did not say who may read gets what the export says, and no more.
            access = source.access if "access" in source.model_fields_set else None
            return ConfluenceExportConnector(
                source.name, export, spaces=source.spaces, access=access, url=source.url or ""
            )
        case NotionSource(export=export) if export is not None:
            from connectors.notion.export import NotionExportConnector

            return NotionExportConnector(source.name, export, access=source.access)
        case NotionSource(token=token) if token is not None:
            from connectors.notion.connector import NotionConnector

            secret = token.get_secret_value()
            return NotionConnector(
                source.name,
                secret,
                roots=source.roots,
                access=source.access,
                url=source.url,
                block_comments=source.block_comments,
            )
        case ConfluenceSource(url=url) if url is not None:
            from connectors.confluence.connector import ConfluenceConnector

            return ConfluenceConnector(
                source.name,
                url,
                source.token.get_secret_value() if source.token else "",
                user=source.email or "",
                oauth=_oauth_login(source, url, state),
                spaces=source.spaces,
                access=source.access,
                cloud=None if source.cloud == "auto" else source.cloud,
                max_file_bytes=source.max_attachment_bytes,
            )
        case KubernetesSource():
            return _live_cluster(source, observer)
        case PrometheusSource():
            from connectors.prometheus.connector import PrometheusConnector

            return PrometheusConnector(source.name, partial(metrics_of, source))
        case ConfluenceSource() | NotionSource():
            raise AssertionError(f"{source.type} is handled above")
        case _:
            assert_never(source)


def metrics_of(source: PrometheusSource) -> PrometheusApi:
    """The API of a source of metrics; whoever asks for it closes it."""
    from connectors.http.credentials import Basic, Token
    from connectors.prometheus.client import Access, PrometheusApi

    credentials: Token | Basic | None = None
    if source.token is not None:
        credentials = Token(source.token.get_secret_value())
    elif source.user is not None and source.password is not None:
        credentials = Basic(source.user, source.password.get_secret_value())
    access = Access(credentials, source.ca, source.tenant or "")
    return PrometheusApi(source.url, access, timeout=source.timeout)


def _live_cluster(source: KubernetesSource, observer: ObjectObserver | None) -> Connector:
    from connectors.kubernetes.live.connector import KubernetesLiveConnector

    return KubernetesLiveConnector(
        source.name,
        live_target(source, source.impersonate or ""),
        cluster=source.cluster or "",
        scope=live_scope(source),
        access=source.access,
        observer=observer,
    )


def live_target(source: KubernetesSource, user: str) -> Target:
    """How the API of a source's cluster is reached, as `user` ('': as the kubeconfig says)."""
    from connectors.kubernetes.live.connection import Target

    return Target(source.context or "", str(source.kubeconfig or ""), user)


def live_scope(source: KubernetesSource) -> Scope:
    """The namespaces and kinds of a source's cluster that are read."""
    from connectors.kubernetes.live.selection import Scope, Selection

    namespaces, kinds = source.namespaces, source.kinds
    return Scope(Selection(namespaces.include, namespaces.exclude), Selection(kinds.include, kinds.exclude))


def _oauth_login(source: ConfluenceSource, url: str, state: Path) -> OAuthLogin | None:
    if source.oauth is None:
        return None
    from api.refresh_tokens import FileRefreshTokens
    from connectors.confluence.oauth import GATEWAY, OAuthLogin
    from connectors.http.oauth import OAuthApp

    given = source.oauth
    app = OAuthApp(
        given.client_id,
        given.client_secret.get_secret_value(),
        given.token_url or "",
        given.refresh_token.get_secret_value() if given.refresh_token else "",
        given.redirect_uri or "",
        given.scope or "",
    )
    return OAuthLogin(
        url,
        app,
        FileRefreshTokens(state, source.name),
        cloud=None if source.cloud == "auto" else source.cloud,
        cloud_id=given.cloud_id or "",
        gateway=given.gateway_url or GATEWAY,
    )


class _TreeOptions(TypedDict):
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    url: str
    access: tuple[str, ...]
    max_bytes: int


def _tree_options(source: FilesSource | TerraformSource | KubernetesSource) -> _TreeOptions:
    return {
        "include": source.include,
        "exclude": source.exclude,
        "url": source.url or "",
        "access": source.access,
        "max_bytes": source.max_bytes,
    }
