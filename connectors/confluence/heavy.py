"""Pages that the server fails on where a whole list is asked for: they are asked for alone, so that no list fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.confluence import cql
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.node import ATTACHMENT, Node
from connectors.confluence.values import JsonObject, as_number, at

PAGE_DETAILS = (
    "version", "space", "ancestors", "metadata.labels",
    "restrictions.read.restrictions.user", "restrictions.read.restrictions.group",
)  # fmt: skip
FILE_DETAILS = ("version", "space", "container")
LIGHT_DETAILS = ("version", "space", "metadata.labels")
"""What is left of `PAGE_DETAILS` without what the server may fail on; that is known from the lists or looked up."""
_KEPT = 20
"""More of them are no single pages that are broken; each costs some requests."""


class Heavy:
    """Those that earlier crawls came upon, with the version they had then; 0 where not even that could be read."""

    def __init__(self, api: ConfluenceApi, known: Mapping[str, int]) -> None:
        self._api = api
        self._known = known
        self._asked: set[str] = set()
        self.nameless: set[str] = set()
        """Those of which this crawl got no more than their ids."""

    def __contains__(self, name: object) -> bool:
        return name in self._known

    @property
    def names(self) -> list[str]:
        """All that earlier crawls came upon."""
        return sorted(self._known)

    @property
    def unread(self) -> list[str]:
        """Those whose version could not be read: no list of changes can name them."""
        return sorted(name for name, version in self._known.items() if not version)

    def alone(self, name: str) -> Iterator[JsonObject]:
        """What the server says of one; with all details only if it has got another version."""
        self._asked.add(name)
        where = cql.one_of("id", [name])
        if name.startswith(ATTACHMENT[:3]):
            yield from self._api.search(where, FILE_DETAILS, size=1, may_be_bare=True)
            return
        light = list(self._api.search(where, LIGHT_DETAILS, size=1, may_be_bare=True))
        if all(as_number(at(content, "version", "number")) == self._known.get(name) for content in light):
            self._api.heavy.update(name for _ in light)
            yield from light
        else:
            yield from self._api.search(where, PAGE_DETAILS, size=1, may_be_bare=True)

    def but(self, where: str, names: Iterable[str]) -> str:
        """The condition `where` for everything but these."""
        some = list(names)
        return cql.both(where, cql.none_of("id", some)) if some else where

    def to_remember(self, nodes: Mapping[str, Node]) -> dict[str, int]:
        """What the next crawl must know."""
        found = {name: version for name, version in self._known.items() if name not in self._asked}
        for name in sorted(self._api.heavy):
            node = nodes.get(name)
            found[name] = node.version if node and name not in self.nameless else 0
        return dict(list(found.items())[:_KEPT])
