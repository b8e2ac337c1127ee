"""Which namespaces and kinds of a cluster are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from connectors.kubernetes.live.discovery import Resource

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Selection:
    """Names to read and to leave out; `*` and `?` stand for any characters. Nothing to read means everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def has(self, names: Iterable[str]) -> bool:
        """Whether something that goes by these names is read."""
        words = tuple(names)
        return (not self.include or _match(words, self.include)) and not _match(words, self.exclude)

    @property
    def literals(self) -> tuple[str, ...]:
        """The names to read if all are given in full, so that each can be asked for alone; else nothing."""
        if any(_PATTERN.search(name) for name in self.include):
            return ()
        return tuple(name for name in dict.fromkeys(self.include) if self.has((name,)))


@dataclass(frozen=True, slots=True)
class Scope:
    """The namespaces and kinds of a source."""

    namespaces: Selection = Selection()
    kinds: Selection = Selection()

    def has_kind(self, resource: Resource) -> bool:
        """Whether a kind is read: by default each whose objects are stored, so that they can be watched."""
        if not resource.watchable and not self.kinds.include:
            return False
        lowered = Selection(
            tuple(map(str.lower, self.kinds.include)), tuple(map(str.lower, self.kinds.exclude))
        )
        return lowered.has(resource.names())

    def has_object(self, kind: str, namespace: str, name: str) -> bool:
        """Whether an object is read: by its namespace, a Namespace by its name; others are the cluster's."""
        if kind == "Namespace" and not namespace:
            return self.namespaces.has((name,))
        return not namespace or self.namespaces.has((namespace,))

    def places(self, resource: Resource) -> tuple[str, ...]:
        """The namespaces in which a kind is listed; '' stands for all at once."""
        return (self.namespaces.literals if resource.namespaced else ()) or ("",)


def _match(words: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(word, pattern) for word in words for pattern in patterns)
