"""Who is calling: bearer tokens to principals."""

from __future__ import annotations

import hmac
from hashlib import pbkdf2_hmac, sha256
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.settings import AuthSettings
from connectors.documents import PUBLIC

_ROUNDS = 100_000
_bearer = HTTPBearer(auto_error=False, description="Needed only if `api.auth` is configured.")


class Authenticator:
    """Knows the principals of each token; without settings everyone is `public`."""

    def __init__(self, settings: AuthSettings | None) -> None:
        self.open = settings is None
        self._operators = frozenset(settings.operators) if settings else frozenset()
        self._owners: dict[bytes, str] = {}
        self._tokens = [
            (_digest(token.get_secret_value()), frozenset(principals) | {PUBLIC})
            for token, principals in (settings.tokens.items() if settings else ())
        ]

    def principals(self, token: str | None) -> frozenset[str] | None:
        """The caller's principals; None if the token is missing or wrong."""
        if self.open:
            return frozenset({PUBLIC})
        presented = _digest(token or "")
        found = None
        for known, principals in self._tokens:
            # Every token is compared, in constant time: the duration says nothing about them.
            if hmac.compare_digest(known, presented):
                found = principals
        return found

    def owner(self, token: str | None) -> str:
        """A name for who calls, the same for every call with one token; it tells nothing of the token.

        Without tokens everyone is one.
        """
        if self.open:
            return "public"
        presented = _digest(token or "")
        if presented not in self._owners:
            # Slow on purpose and short: the name is stored, and must not help to guess a weak token.
            derived = pbkdf2_hmac("sha256", presented, b"kubelore owner", _ROUNDS, dklen=8)
            self._owners[presented] = derived.hex()
        return self._owners[presented]

    def is_operator(self, principals: frozenset[str]) -> bool:
        """Whether the caller may start runs and see them whole."""
        return bool(principals & self._operators)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> frozenset[str]:
    """The principals of the caller; answers 401 without a valid token where one is needed."""
    authenticator: Authenticator = request.app.state.authenticator
    principals = authenticator.principals(credentials.credentials if credentials else None)
    if principals is None:
        raise HTTPException(
            401, "a valid bearer token is needed", headers={"WWW-Authenticate": 'Bearer realm="kubelore"'}
        )
    return principals


Caller = Annotated[frozenset[str], Depends(caller)]
"""A parameter that holds the caller's principals."""


def owner(
    request: Request,
    principals: Caller,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """The name under which a valid caller's questions are kept."""
    authenticator: Authenticator = request.app.state.authenticator
    return authenticator.owner(credentials.credentials if credentials else None)


Owner = Annotated[str, Depends(owner)]
"""A parameter that holds whose questions these are."""
