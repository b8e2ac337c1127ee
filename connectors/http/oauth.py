"""Access tokens of OAuth 2 that expire within the hour, asked for with an app's secret or a refresh token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import requests

from connectors.errors import TemporaryError
from connectors.http.errors import CredentialsError, redacted
from connectors.http.requests_adapter import plain_session, problem_of

_CONNECT_SECONDS, _READ_SECONDS = 10.0, 30.0
_OF_THE_APP = frozenset({"invalid_client", "unauthorized_client", "access_denied"})
"""Codes of an unknown id or a wrong secret; Atlassian says `access_denied`."""


class RefreshTokens(Protocol):
    """Keeps the newest refresh token of one source: each may be good for one use only."""

    def rotate(self, configured: str, use: Callable[[str], str]) -> None:
        """Call `use` with the newest one that came of `configured`, and keep what it gives before returning.

        No two callers, of whatever process, are in `use` at the same time.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class OAuthApp:
    """An app as an authorization server knows it.

    Without a `refresh_token` it acts for itself (client credentials). `redirect_uri` and `scope` are sent where
    they are set.
    """

    client_id: str
    client_secret: str
    token_url: str
    refresh_token: str = ""
    redirect_uri: str = ""
    scope: str = ""


class OAuth2:
    """The credentials of an app: an access token that is asked for when there is none, or the last one expired."""

    def __init__(self, app: OAuthApp, tokens: RefreshTokens) -> None:
        self._app = app
        self._tokens = tokens
        self._access_token = ""
        self._seen = {app.client_secret, app.refresh_token}
        self._refused: CredentialsError | None = None

    def header(self) -> str:
        """`Bearer …`; raises `CredentialsError` and `TemporaryError`, with what to do about it."""
        if self._refused:
            raise self._refused  # another try would be refused too
        if not self._access_token:
            try:
                self._renew()
            except CredentialsError as error:
                self._refused = error
                raise
        return f"Bearer {self._access_token}"

    def refresh(self) -> bool:
        """True: the next `header` asks for a new access token."""
        self._access_token = ""
        return True

    def secrets(self) -> tuple[str, ...]:
        """Every token there was, and the app's secret."""
        return tuple(filter(None, self._seen))

    def _renew(self) -> None:
        if self._app.refresh_token:
            self._tokens.rotate(self._app.refresh_token, self._exchange)
        else:
            self._ask({"grant_type": "client_credentials"})

    def _exchange(self, refresh_token: str) -> str:
        """Get an access token; the refresh token for the next one."""
        self._seen.add(refresh_token)
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token}) or refresh_token

    def _ask(self, grant: dict[str, str]) -> str:
        app = self._app
        more = {"redirect_uri": app.redirect_uri, "scope": app.scope}
        body = {**grant, "client_id": app.client_id, "client_secret": app.client_secret}
        status, data = _post(app.token_url, {**body, **{name: text for name, text in more.items() if text}})
        token, following = data.get("access_token"), data.get("refresh_token")
        if status >= 400 or not isinstance(token, str) or not token:
            raise self._refusal(status, data, grant["grant_type"])
        self._access_token = token
        following = following if isinstance(following, str) else ""
        self._seen |= {token, following}
        return following

    def _refusal(self, status: int, data: dict[str, Any], grant_type: str) -> Exception:
        code, words = (str(data.get(name) or "") for name in ("error", "error_description"))
        said = redacted(": ".join(filter(None, (code, " ".join(words.split())[:200]))), self.secrets())
        what = f"the OAuth token endpoint answered {status}" + (f" ({said})" if said else "")
        if status >= 500 or status in (408, 429):
            return TemporaryError(what)
        return CredentialsError(f"{what}; {_advice(status, code, grant_type)}")


def _advice(status: int, code: str, grant_type: str) -> str:
    if code == "invalid_grant" and grant_type == "refresh_token":
        return (
            "the refresh token is used up, expired or revoked (on Data Center also if `oauth.redirect_uri` is not the"
            " app's): authorize the app again and set the source's `oauth.refresh_token` to the new one"
        )
    if code in ("unsupported_grant_type", "unauthorized_client", "invalid_grant") and status != 401:
        if grant_type == "client_credentials":
            return (
                "this app gets no tokens for itself: set the source's `oauth.refresh_token`, or use the credentials"
                " of a service account"
            )
        return "this app gets no refresh tokens: authorize it with the scope `offline_access`"
    if code == "invalid_scope":
        return "set the source's `oauth.scope` to one that the app has"
    if code in _OF_THE_APP or (status == 401 and code):
        return "correct the source's `oauth.client_id` and `oauth.client_secret`"
    return "no token came: correct the source's `url` or `oauth.token_url`, or let requests through the proxy"


def _post(url: str, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer; a redirect or a web page holds none. The form is that of RFC 6749."""
    with plain_session(url) as session:
        session.trust_env = False  # else it would send the credentials of a .netrc, too
        try:
            answer = session.post(
                url,
                data=body,
                headers={"Accept": "application/json"},
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
            )
            data = answer.json()
        except requests.JSONDecodeError:
            data = {}
        except requests.RequestException as error:
            raise problem_of(error, "POST", url) from None
    return answer.status_code, data if isinstance(data, dict) else {}
