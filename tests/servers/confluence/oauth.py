"""OAuth 2 as Atlassian's Cloud does it: tokens that expire, refresh tokens for one use, scopes, a gateway."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from tests.servers.confluence.call import ApiError
from tests.servers.web import Asked, Json, Reply

CLOUD_ID = "11223344-a1b2-4c33-b444-def123456789"
CLIENT_ID, CLIENT_SECRET = "client-of-the-fake", "client-secret-of-the-fake-4711"
REDIRECT_URI = "https://kubelore.example/callback"
SCOPES = {
    r"/rest/api/(content/)?search": "search:confluence",
    r"/rest/api/content/.*/restriction": "read:confluence-content.permission",
    r"/rest/api/content/.*/download": "readonly:content.attachment:confluence",
    r"/rest/api/content": "read:confluence-content.all",
    r"/rest/api/user": "read:confluence-user",
    r"/rest/api/group": "read:confluence-groups",
    r"/rest/api/space": "read:confluence-space.summary",
    r"/api/v2/spaces/\d+/role-assignments": "read:space.permission:confluence",
    r"/api/v2/spaces(/\d+(/permissions)?)?$": "read:space:confluence",
    r"/api/v2/.*ancestors": "read:content.metadata:confluence",
    r"/api/v2/.*comments": "read:comment:confluence",
    r"/api/v2/.*attachments": "read:attachment:confluence",
    r"/api/v2/": "read:page:confluence",
}
"""The OAuth scope that each kind of request needs; the first that matches counts."""


class OAuth:
    """The grants of one site; `scopes` is what its tokens may, `token_seconds` how long they live.

    Each refresh token is good for one use. `acts_for_itself`: the app may have tokens without one.
    """

    def __init__(self, now: Callable[[], float], *, cloud: bool) -> None:
        self.scopes = set(SCOPES.values())
        self.token_seconds = 3_600.0
        self.refresh_token = "refresh-token-of-the-fake-0"
        self.acts_for_itself = False
        self.tells_cloud_id = True
        self.sites = ["acme"]
        self.issued: list[str] = []
        """Every access and refresh token that was given out."""
        self.asked: list[Json] = []
        self._now = now
        self._cloud = cloud
        self._until: dict[str, float] = {}

    def holds(self, asked: Asked) -> bool:
        """Whether a request has a valid access token."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return self._until.get(token, 0.0) > self._now()

    def check(self, asked: Asked) -> None:
        """Raises the 401 of a request without a valid access token."""
        if not self.holds(asked):
            raise ApiError(401, "Unauthorized")

    def check_scope(self, path: str) -> None:
        """Raises the 401 of a token that lacks the scope for `path`."""
        needed = next((scope for pattern, scope in SCOPES.items() if re.match(pattern, path)), "")
        if needed and needed not in self.scopes:
            raise ApiError(401, "Unauthorized; scope does not match")

    def resources(self, url: str) -> Reply:
        """The sites that the app was authorized for; the first one is this."""
        sites = [
            {"id": CLOUD_ID if not number else f"id-{name}", "name": name, "scopes": sorted(self.scopes)}
            | {"url": url if name == "acme" else f"https://{name}.atlassian.net"}
            for number, name in enumerate(self.sites)
        ]
        return Reply(data=sites)

    def grant(self, body: Json) -> Reply:
        """A new access token for a refresh token, which is used up by it, or for the app itself."""
        self.asked.append(body)
        if (body.get("client_id"), body.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            code = "access_denied" if self._cloud else "invalid_client"
            return Reply(401, {"error": code, "error_description": "Unauthorized"})
        if body.get("grant_type") == "client_credentials":
            return self._for_itself(body)
        # Data Center checks the redirect URL with every grant, and says no more than Cloud of an unknown token.
        right_url = self._cloud or body.get("redirect_uri") == REDIRECT_URI
        if body.get("grant_type") != "refresh_token" or not right_url:
            return self._invalid()
        if body.get("refresh_token") != self.refresh_token:
            return self._invalid()
        number = int(self.refresh_token.rpartition("-")[2]) + 1
        self.refresh_token = f"refresh-token-of-the-fake-{number}"
        self.issued.append(self.refresh_token)
        return self._access({"refresh_token": self.refresh_token})

    def _for_itself(self, body: Json) -> Reply:
        if not self.acts_for_itself:
            words = "Grant type 'client_credentials' not allowed for the client."
            return Reply(403, {"error": "unauthorized_client", "error_description": words})
        if not self._cloud and not body.get("scope"):
            return Reply(400, {"error": "invalid_scope", "error_description": "scope is missing"})
        return self._access({})

    def _invalid(self) -> Reply:
        words = "Unknown or invalid refresh token."
        return Reply(403 if self._cloud else 400, {"error": "invalid_grant", "error_description": words})

    def _access(self, more: Json) -> Reply:
        token = f"access-{secrets.token_hex(12)}"
        self.issued.append(token)
        self._until[token] = self._now() + self.token_seconds
        data = {
            "access_token": token,
            "expires_in": int(self.token_seconds),
            "token_type": "Bearer",
            "scope": " ".join(sorted(self.scopes)),
        }
        return Reply(data={**data, **more})
