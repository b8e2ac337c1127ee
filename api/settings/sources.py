"""The source types of `config.yaml`, told apart by their `type`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.settings.base_source import BaseSource
from api.settings.fields import AnyPath, LabelName, OptionalWebAddress, Secret, Strict, WebAddress
from api.settings.wikis import ConfluenceSource, NotionSource


class _FileSource(BaseSource):
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


class PrometheusSource(BaseSource):
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
