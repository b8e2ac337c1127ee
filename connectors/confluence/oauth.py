"""Renews the access tokens of an OAuth 2 app at Atlassian."""

from __future__ import annotations

from collections.abc import Callable

import requests

from connectors.confluence.values import as_object, as_text
from connectors.errors import TemporaryError
from connectors.http.credentials import Grant
from connectors.http.errors import CredentialsError, NoConnectionError

TOKEN_URL = "https://auth.atlassian.com/oauth/token"  # noqa: S105 an address
_SECONDS = 30


def exchange(client_id: str, client_secret: str, token_url: str = TOKEN_URL) -> Callable[[str], Grant]:
    """What makes new tokens of a refresh token, for `connectors.http.credentials.OAuth2`.

    It asks once: a refresh token is good for one use, and who keeps the new one is told through `rotated`.
    """

    def renew(refresh_token: str) -> Grant:
        body = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        try:
            answer = requests.post(token_url, json=body, timeout=_SECONDS, allow_redirects=False)
            data = as_object(answer.json()) if answer.ok else {}
        except requests.JSONDecodeError:
            data = {}
        except requests.RequestException as error:
            raise NoConnectionError(f"no connection for POST oauth/token ({type(error).__name__})") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TemporaryError(f"POST oauth/token answered {answer.status_code}")
        token = as_text(data.get("access_token"))
        if not token:
            raise CredentialsError(
                f"POST oauth/token answered {answer.status_code}: the refresh token is not accepted;"
                " authorize the app again"
            )
        return Grant(token, as_text(data.get("refresh_token")))

    return renew
