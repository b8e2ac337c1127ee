"""What goes into the `Authorization` header, and how it is renewed."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Protocol


class Credentials(Protocol):
    """Something that a server accepts."""

    def header(self) -> str:
        """The value of `Authorization`."""
        ...

    def refresh(self) -> bool:
        """Drop what got a 401, so that `header` gives something new; False if these are all there are."""
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
