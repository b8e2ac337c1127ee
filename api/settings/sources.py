"""The source types of `config.yaml`, told apart by their `type`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.settings.fields import (
    AnyPath,
    CloudId,
    LabelName,
    NotEmpty,
    OptionalWebAddress,
    Secret,
    Strict,
    WebAddress,
)
from connectors.documents import PUBLIC

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Principals = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], NotEmpty]


class _Source(Strict):
    name: Name = Field(description="The source's name: part of every document's id, so choose it once.")
    access: Principals = Field(
        default=(PUBLIC,),
        description="Principals that may read it (`public`: everyone); a change holds after the next run.",
    )


class _FileSource(_Source):
    include: tuple[str, ...] = Field(
        default=(), description="Globs of the files to read, relative to `path`; empty: the type's own."
    )
    exclude: tuple[str, ...] = Field(default=(), description="Globs of files and folders to leave out.")
    max_bytes: int = Field(default=5_000_000, gt=0, description="Larger files are skipped and reported.")
    url: OptionalWebAddress = Field(
        default=None, description="Base address that a citation's path and line anchor are appended to."
    )


class FilesSource(_FileSource):
    """A folder of written pages: Markdown, AsciiDoc, reStructuredText, plain text and YAML."""

    type: Literal["files"]
    path: AnyPath = Field(description="The folder; relative to the configuration file.")


class TerraformSource(_FileSource):
    """A folder of Terraform or OpenTofu code."""

    type: Literal["terraform"]
    path: AnyPath = Field(description="The folder; relative to the configuration file.")


class SelectionSettings(Strict):
    """Names to read and to leave out; `*` and `?` stand for any characters."""

    include: tuple[str, ...] = Field(default=(), description="Names to read; empty: all.")
    exclude: tuple[str, ...] = Field(default=(), description="Names to leave out.")


class ScriptSettings(Strict):
    """Commands that answers suggest, run on the cluster for whoever may read the source. They only ever read."""

    run: bool = Field(default=True, description="false: commands are shown and never run.")
    preview: bool = Field(
        default=False,
        description="Try with `--dry-run=server` what a command would change that is refused for changing something,"
        " and show what the server says. Nothing is changed; the account needs the right to.",
    )
    identity: Literal["source", "caller"] = Field(
        default="source",
        description="Run as the source's account (and its `impersonate`), or as the caller: the user `kubelore` in"
        " the groups that the caller's principals name. The account must have the right to impersonate.",
    )


_LIVE_KEYS = frozenset(
    {"cluster", "environment", "kubeconfig", "impersonate", "namespaces", "kinds", "logs", "scripts", "watch"}
)


class KubernetesSource(_FileSource):
    """Kubernetes objects: manifests and charts below `path`, or a live cluster (`context` or `in_cluster`).

    `include`, `exclude`, `max_bytes` and `url` are of `path`; all from `cluster` on is of a live cluster.
    """

    type: Literal["kubernetes"]
    path: AnyPath | None = Field(default=None, description="Folder of manifests, charts and values.")
    context: str | None = Field(
        default=None, min_length=1, description="kubeconfig context of a live cluster."
    )
    in_cluster: bool = Field(
        default=False, description="The cluster that Kubelore runs in, with its pod's service account."
    )
    cluster: str | None = Field(
        default=None,
        min_length=1,
        description="The name that people use for the cluster; null: the context, or the source's name.",
    )
    environment: str | None = Field(
        default=None,
        min_length=1,
        description="Which environment the cluster is (`production`); null: as its name or its labels say.",
    )
    kubeconfig: AnyPath | None = Field(default=None, description="The kubeconfig; null: as kubectl finds it.")
    impersonate: str | None = Field(
        default=None, min_length=1, description="The user to act as, where the account may impersonate."
    )
    namespaces: SelectionSettings = Field(
        default=SelectionSettings(),
        description="Namespaces to read; names without `*` are asked for one by one, as narrow rights need it.",
    )
    kinds: SelectionSettings = Field(
        default=SelectionSettings(),
        description="Kinds to read, as kubectl names them: `Pod`, `deploy`, `certificates.cert-manager.io`.",
    )
    watch: bool = Field(default=True, description="Whether `kubelore serve` follows it between two runs.")
    logs: bool = Field(
        default=True,
        description="Whether investigations read logs of pods; the account needs `get` on `pods/log`. As whom:"
        " `scripts.identity`.",
    )
    scripts: ScriptSettings = Field(
        default=ScriptSettings(), description="Whether suggested commands run on the cluster, and as whom."
    )

    @property
    def is_live(self) -> bool:
        """Whether it is a running cluster."""
        return self.path is None

    @property
    def cluster_name(self) -> str:
        """The name that people know the live cluster by."""
        return self.cluster or self.context or self.name

    @model_validator(mode="after")
    def _path_or_cluster(self) -> Self:
        if [self.path is not None, self.context is not None, self.in_cluster].count(True) != 1:
            raise PydanticCustomError(
                "path_or_context", "give either `path` or `context` or `in_cluster: true`"
            )
        unused = sorted(_LIVE_KEYS & self.model_fields_set) if self.path is not None else []
        if unused:
            raise PydanticCustomError("of_a_cluster", f"`{unused[0]}` is of a live cluster, not of a `path`")
        if self.in_cluster and self.kubeconfig is not None:
            raise PydanticCustomError("of_a_context", "`kubeconfig` is of a `context`, not of `in_cluster`")
        return self


_EXPORT = "A zip that was exported, instead of a connection; relative to the configuration file."


class OAuthSettings(Strict):
    """An OAuth 2 app that reads a Confluence site: for itself, or with a `refresh_token` for who authorized it.

    A refresh token that the server replaces is kept in the state folder; a new one here wins over it.
    """

    client_id: str = Field(min_length=1, description="The app's client id.")
    client_secret: Secret = Field(description="The app's client secret.")
    refresh_token: Secret | None = Field(
        default=None, description="What the app got when it was authorized; without it, it acts for itself."
    )
    redirect_uri: OptionalWebAddress = Field(
        default=None, description="The app's redirect URL; Data Center wants it with a refresh token."
    )
    scope: str | None = Field(
        default=None, description="Scopes to ask for; null: Cloud all of the app's, Data Center `READ`."
    )
    cloud_id: CloudId | None = Field(
        default=None, description="The id of the site on Cloud; null: asked for."
    )
    token_url: OptionalWebAddress = Field(
        default=None, description="The token endpoint; null: Atlassian's, on Data Center the site's own."
    )
    gateway_url: OptionalWebAddress = Field(
        default=None, description="The gateway of Cloud's APIs; null: https://api.atlassian.com."
    )


class ConfluenceSource(_Source):
    """Spaces of a Confluence site (Cloud: `email` and `token`, Data Center: `token` alone, or `oauth`), or its export.

    Who may read a page follows from Confluence: its space, its restrictions and those of all that is above it.
    `access` are those who may read what the space lets everybody read.
    """

    type: Literal["confluence"]
    url: OptionalWebAddress = Field(
        default=None,
        description="The site's address, with `/wiki` on Cloud; beside `export` it is for links only.",
    )
    spaces: tuple[str, ...] = Field(default=(), description="Space keys; empty: all that can be read.")
    email: str | None = Field(
        default=None, description="The account that the token belongs to (Data Center: its user name)."
    )
    token: Secret | None = Field(
        default=None, description="API token, personal access token, or password (Data Center)."
    )
    oauth: OAuthSettings | None = Field(default=None, description="An OAuth 2 app instead of a token.")
    export: AnyPath | None = Field(default=None, description=_EXPORT)
    cloud: Literal["auto"] | bool = Field(
        default="auto", description="Whether it is Confluence Cloud; `auto` asks the site."
    )
    max_attachment_bytes: int = Field(
        default=20_000_000, gt=0, description="Larger attached files are skipped and reported."
    )

    @model_validator(mode="after")
    def _site_or_export(self) -> Self:
        if self.oauth and (self.token or self.email):
            raise PydanticCustomError("token_or_oauth", "give either `token` (with `email`), or `oauth`")
        account = self.token or self.oauth
        connected = self.url is not None and account is not None
        if connected == (self.export is not None) or (self.export and (account or self.email)):
            raise PydanticCustomError(
                "site_or_export", "give either `url` and `token` or `oauth`, or `export`"
            )
        return self

    @model_validator(mode="after")
    def _oauth_of_its_kind(self) -> Self:
        if self.oauth is None:
            return self
        if "/ex/confluence/" in (self.url or ""):
            raise PydanticCustomError(
                "oauth_at_gateway", "with `oauth`, `url` is the site and not the gateway"
            )
        if self.cloud is False and self.oauth.cloud_id:
            raise PydanticCustomError(
                "cloud_id_elsewhere", "`oauth.cloud_id` is of Cloud, but `cloud` is false"
            )
        if self.cloud is False and self.oauth.refresh_token and not self.oauth.redirect_uri:
            raise PydanticCustomError(
                "no_redirect_uri", "Data Center wants `oauth.redirect_uri` with a refresh token"
            )
        return self


class NotionSource(_Source):
    """What a Notion integration can see, or an export as Markdown & CSV.

    Notion does not tell who may read a page: `access` decides.
    """

    type: Literal["notion"]
    url: WebAddress = Field(default="https://api.notion.com", description="The address of Notion's API.")
    token: Secret | None = Field(default=None, description="The integration's token.")
    roots: tuple[str, ...] = Field(
        default=(), description="Page or database ids to start from; empty: all that is shared with it."
    )
    block_comments: int = Field(
        default=50,
        ge=0,
        description="How often a run that looks at everything may ask single blocks for their comments.",
    )
    export: AnyPath | None = Field(default=None, description=_EXPORT)

    @model_validator(mode="after")
    def _token_or_export(self) -> Self:
        if (self.token is None) == (self.export is None) or (self.export and self.roots):
            raise PydanticCustomError("token_or_export", "give either `token`, or `export` without `roots`")
        return self


class PrometheusSource(_Source):
    """A server with Prometheus's API, asked for metrics when something is investigated. It holds no documents.

    It takes a `token`, a `user` with a `password`, or nothing.
    """

    type: Literal["prometheus"]
    url: WebAddress = Field(description="The server's address; `/api/v1` is appended to it.")
    token: Secret | None = Field(default=None, description="Bearer token, if the server asks for one.")
    user: str | None = Field(default=None, min_length=1, description="User name, if the server asks for one.")
    password: Secret | None = Field(default=None, description="The user's password.")
    ca: AnyPath | None = Field(
        default=None,
        description="File of the authority that signed the server's certificate; null: the system's.",
    )
    tenant: str | None = Field(
        default=None, min_length=1, description="Tenant of Mimir or Cortex (`X-Scope-OrgID`)."
    )
    cluster: str | None = Field(
        default=None, min_length=1, description="The live cluster that it measures; null: any."
    )
    labels: dict[LabelName, str] = Field(
        default_factory=dict,
        max_length=10,
        description="Labels that its series of the cluster have, where it measures several: `{cluster: prod}`.",
    )
    timeout: float = Field(default=10.0, gt=0, le=60, description="Seconds for one query.")

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise PydanticCustomError("user_and_password", "give `user` and `password`, or neither")
        if self.user is not None and self.token is not None:
            raise PydanticCustomError("token_or_user", "give either `token`, or `user` and `password`")
        return self


Source = Annotated[
    FilesSource | TerraformSource | KubernetesSource | ConfluenceSource | NotionSource | PrometheusSource,
    Field(discriminator="type"),
]
"""Any source; `type` decides which keys it takes."""
