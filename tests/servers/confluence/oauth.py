"""OAuth 2 as Atlassian's Cloud does it: tokens that expire, refresh tokens for one use, scopes, a gateway."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from tests.servers.confluence.call import ApiError
from tests.servers.web import Asked, Json, Reply

CLOUD_ID = "11223344-a1b2-4c33-b444-def123456789"
CLIENT_ID, CLIENT_SECRET = "client-of-the-fake", "client-secret-of-the-fake-4711"
SCOPES = {
    r"/rest/api/(content/)?search": "search:confluence",
    r"/rest/api/content/.*/restriction": "read:confluence-content.permission",
    r"/rest/api/content/.*/download": "readonly:content.attachment:confluence",
    r"/rest/api/content": "read:confluence-content.all",
    r"/rest/api/user": "read:confluence-user",
    r"/rest/api/group": "read:confluence-groups",
    r"/rest/api/space": "read:confluence-space.summary",
    r"/api/v2/spaces/\d+/permissions": "read:space.permission:confluence",
    r"/api/v2/spaces(/\d+)?$": "read:space:confluence",
    r"/api/v2/.*comments": "read:comment:confluence",
    r"/api/v2/.*attachments": "read:attachment:confluence",
    r"/api/v2/": "read:page:confluence",
}
"""The OAuth scope that each kind of request needs; the first that matches counts."""


class OAuth:
    """The grants of one site; `scopes` is what its tokens may, `token_seconds` how long they live."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.scopes = set(SCOPES.values())
        self.token_seconds = 3_600.0
        self.refresh_token = "refresh-token-of-the-fake-0"
        self._now = now
        self._until: dict[str, float] = {}

    def check(self, asked: Asked) -> None:
        """Raises the 401 of a request without a valid access token."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self._until.get(token, 0.0) <= self._now():
            raise ApiError(401, "Unauthorized")

    def check_scope(self, path: str) -> None:
        """Raises the 401 of a token that lacks the scope for `path`."""
        needed = next((scope for pattern, scope in SCOPES.items() if re.match(pattern, path)), "")
        if needed and needed not in self.scopes:
            raise ApiError(401, "Unauthorized; scope does not match")

    def grant(self, body: Json) -> Reply:
        """A new access token for a refresh token, which is used up by it."""
        known = (body.get("client_id"), body.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        right = (body.get("grant_type"), body.get("refresh_token")) == ("refresh_token", self.refresh_token)
        if not known or not right:
            words = "Unknown or invalid refresh token."
            return Reply(403, {"error": "invalid_grant", "error_description": words})
        token = f"access-{secrets.token_hex(12)}"
        self._until[token] = self._now() + self.token_seconds
        number = int(self.refresh_token.rpartition("-")[2]) + 1
        self.refresh_token = f"refresh-token-of-the-fake-{number}"
        return Reply(
            data={
                "access_token": token,
                "refresh_token": self.refresh_token,
                "expires_in": int(self.token_seconds),
                "token_type": "Bearer",
                "scope": " ".join(sorted(self.scopes)),
            }
        )
