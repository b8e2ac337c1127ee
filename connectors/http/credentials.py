"""What goes into the `Authorization` header, and how it is renewed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Credentials(Protocol):
    """Something that a server accepts."""

    def header(self) -> str:
        """The value of `Authorization`."""
        ...

    def refresh(self) -> bool:
        """Get new credentials after a 401; False if these are all there are."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """What no message may hold."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A bearer token that does not change."""

    token: str

    def header(self) -> str:
        """`Bearer …`."""
        return f"Bearer {self.token}"

    def refresh(self) -> bool:
        """False."""
        return False

    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return (self.token,)


@dataclass(frozen=True, slots=True, repr=False)
class Basic:
    """A name and a password or API token."""

    user: str
    password: str

    def header(self) -> str:
        """`Basic …`."""
        return f"Basic {self._encoded()}"

    def refresh(self) -> bool:
        """False."""
        return False

    def secrets(self) -> tuple[str, ...]:
        """The password, as it is and as it is sent."""
        return (self.password, self._encoded())

    def _encoded(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """What an OAuth 2 token endpoint gave; `refresh_token` is '' where the old one stays valid."""

    access_token: str
    refresh_token: str = ""


class OAuth2:
    """Access tokens that expire within the hour, renewed by `exchange` (from a refresh token to a grant).

    Each refresh token may be good for one use only: `rotated` is told the new one, to be kept.
    """

    def __init__(
        self,
        refresh_token: str,
        exchange: Callable[[str], Grant],
        *,
        access_token: str = "",
        rotated: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._refresh_token = refresh_token
        self._exchange = exchange
        self._access_token = access_token
        self._rotated = rotated

    def header(self) -> str:
        """`Bearer …`, with an access token that is asked for when there is none yet."""
        if not self._access_token:
            self.refresh()
        return f"Bearer {self._access_token}"

    def refresh(self) -> bool:
        """True, with a new access token; raises what `exchange` raises."""
        grant = self._exchange(self._refresh_token)
        self._access_token = grant.access_token
        if grant.refresh_token and grant.refresh_token != self._refresh_token:
            self._refresh_token = grant.refresh_token
            self._rotated(grant.refresh_token)
        return True

    def secrets(self) -> tuple[str, ...]:
        """Both tokens."""
        return (self._access_token, self._refresh_token)
