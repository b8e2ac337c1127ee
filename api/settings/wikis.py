"""Confluence and Notion as sources of `config.yaml`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.settings.base_source import BaseSource
from api.settings.fields import AnyPath, CloudId, OptionalWebAddress, Secret, Strict, WebAddress

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


class ConfluenceSource(BaseSource):
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


class NotionSource(BaseSource):
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
