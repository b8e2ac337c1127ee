"""What the people are called whom pages mention."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.confluence.lookups import Lookups
from connectors.errors import KubeloreError, TemporaryError, UnreachableError


class People:
    """Asks for each name once. Without the right to ask, mentions keep the ids."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._names: dict[str, str] = {}
        self._asks = True

    def names(self, users: Iterable[str], trouble: list[str]) -> dict[str, str]:
        """The names of these users, as far as they are known; `trouble` is told what failed for now."""
        wanted = list(dict.fromkeys(users))
        unknown = [user for user in wanted if user not in self._names]
        if unknown and self._asks:
            try:
                found = self._lookups.names(unknown)
                self._names.update({user: found.get(user, "") for user in unknown})
            except UnreachableError:
                raise
            except TemporaryError as error:
                trouble.append(f"names of people: {error}")
            except KubeloreError:
                self._asks = False
        return {user: self._names[user] for user in wanted if self._names.get(user)}
