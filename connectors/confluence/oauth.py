"""Where an OAuth 2 app reaches a Confluence site: through Atlassian's gateway on Cloud, at the site on Data Center."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import requests

from connectors.confluence.client import is_cloud_host, with_context
from connectors.confluence.values import as_list, as_object, as_text
from connectors.errors import ConfigurationError, UnreadableError
from connectors.http.credentials import Credentials
from connectors.http.errors import CredentialsError
from connectors.http.exchange import Exchange
from connectors.http.oauth import OAuth2, OAuthApp, RefreshTokens
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.http.requests_adapter import session

TOKEN_URL = "https://auth.atlassian.com/oauth/token"  # noqa: S105 an address
GATEWAY = "https://api.atlassian.com"
_DATA_CENTER_TOKENS = "rest/oauth2/latest/token"
_DATA_CENTER_SCOPE = "READ"
"""What a Data Center must be asked for when an app acts for itself; Cloud gives all that the app has."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go, and with what; `site` is the address that people open."""

    url: str
    site: str
    cloud: bool
    credentials: Credentials


class OAuthLogin:
    """An app's way to the site at `url`. `cloud` None and an empty `cloud_id` are asked for.

    The app's `token_url` may be empty: it is then that of Atlassian, or the site's own on Data Center.
    """

    def __init__(
        self,
        url: str,
        app: OAuthApp,
        tokens: RefreshTokens,
        *,
        cloud: bool | None = None,
        cloud_id: str = "",
        gateway: str = GATEWAY,
    ) -> None:
        self._url = url
        self._app = app
        self._tokens = tokens
        self._cloud = True if cloud is None and (cloud_id or is_cloud_host(url)) else cloud
        self._cloud_id = cloud_id
        self._gateway = gateway.rstrip("/")
        self._endpoint: Endpoint | None = None

    def endpoint(self, clock: Time | None = None, policy: Policy | None = None) -> Endpoint:
        """The endpoint, found once; raises the errors of `connectors.http.errors`."""
        if self._endpoint is None:
            if self._cloud is not False and not self._cloud_id:
                self._cloud_id = self._asked_of_the_site(clock, policy)
                if self._cloud is None:
                    self._cloud = bool(self._cloud_id)
            self._endpoint = self._on_cloud(clock, policy) if self._cloud else self._on_data_center()
        return self._endpoint

    def _on_data_center(self) -> Endpoint:
        url = self._url.rstrip("/")
        scope = "" if self._app.refresh_token else _DATA_CENTER_SCOPE
        app = replace(
            self._app,
            token_url=self._app.token_url or f"{url}/{_DATA_CENTER_TOKENS}",
            scope=self._app.scope or scope,
        )
        return Endpoint(url, url, False, OAuth2(app, self._tokens))

    def _on_cloud(self, clock: Time | None, policy: Policy | None) -> Endpoint:
        app = replace(self._app, token_url=self._app.token_url or TOKEN_URL)
        credentials = OAuth2(app, self._tokens)
        if not self._cloud_id:
            self._cloud_id = self._asked_of_the_gateway(credentials, clock, policy)
        url = f"{self._gateway}/ex/confluence/{self._cloud_id}/wiki"
        return Endpoint(url, with_context(self._url), True, credentials)

    def _asked_of_the_site(self, clock: Time | None, policy: Policy | None) -> str:
        """The cloud id that every site on Cloud tells everybody; '' if it tells none."""
        parts = urlsplit(self._url)
        origin = f"{parts.scheme}://{parts.netloc}"
        exchange = Exchange(origin, clock=clock, policy=policy)
        try:
            with session(exchange, origin) as http:
                return as_text(as_object(http.get(f"{origin}/_edge/tenant_info").json()).get("cloudId"))
        except (UnreadableError, CredentialsError, requests.JSONDecodeError):
            return ""

    def _asked_of_the_gateway(self, credentials: OAuth2, clock: Time | None, policy: Policy | None) -> str:
        """The cloud id of the site among those that the app was authorized for."""
        exchange = Exchange(self._gateway, credentials, clock=clock, policy=policy)
        try:
            with session(exchange, self._gateway) as http:
                data = http.get(f"{self._gateway}/oauth/token/accessible-resources").json()
        except requests.JSONDecodeError:
            data = []
        sites = {
            urlsplit(as_text(site.get("url"))).netloc.lower(): as_text(site.get("id"))
            for site in map(as_object, as_list(data))
        }
        found = sites.get(urlsplit(self._url).netloc.lower(), "")
        if not found:
            known = ", ".join(sorted(filter(None, sites))) or "no site"
            raise ConfigurationError(
                f"the OAuth app is authorized for {known}, and not for {urlsplit(self._url).hostname}; correct the"
                " source's `url`, authorize the app for this site, or set `oauth.cloud_id`"
            )
        return found
