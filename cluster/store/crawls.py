"""What a crawl that is under way has seen, and what of it waits to be written."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from cluster.store.records import group_of
from connectors.kubernetes.observed import ObservedObject

OBJECTS_AT_ONCE = 200
BYTES_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """An object that was seen, when, and the digest of its value (b'' for an event)."""

    found: ObservedObject
    at: datetime
    digest: bytes

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it the same object: source, group, kind, namespace, name."""
        found = self.found
        return found.source, group_of(found.api_version), found.kind, found.namespace, found.name


Kind = tuple[str, str]
"""API group and kind."""


@dataclass(slots=True)
class Crawl:
    """One crawl: the ids of the rows that it named, a kind; kinds that it listed whole."""

    began: datetime
    seen: dict[Kind, set[int]] = field(default_factory=lambda: defaultdict(set))
    listed: set[Kind] = field(default_factory=set)


class Crawls(threading.local):
    """The crawls of this thread, by source, and its sightings that wait. A crawl stays in one thread."""

    def __init__(self) -> None:
        self.by_source: dict[str, Crawl] = {}
        self.waiting: list[Sighting] = []
        self.size = 0

    def is_listing(self, found: ObservedObject) -> bool:
        """Whether more objects of this kind are to come soon."""
        crawl = self.by_source.get(found.source)
        return crawl is not None and (group_of(found.api_version), found.kind) not in crawl.listed

    def add(self, sighting: Sighting, size: int) -> None:
        """Lets a sighting wait."""
        self.waiting.append(sighting)
        self.size += size

    @property
    def is_full(self) -> bool:
        """Whether what waits should be written."""
        return len(self.waiting) >= OBJECTS_AT_ONCE or self.size >= BYTES_AT_ONCE

    def take(self) -> list[Sighting]:
        """What waits; nothing waits any more."""
        taken, self.waiting, self.size = self.waiting, [], 0
        return taken

    def note(self, sighting: Sighting, row: int) -> None:
        """The crawl, if one is under way, has named this row."""
        crawl = self.by_source.get(sighting.found.source)
        if crawl is not None:
            crawl.seen[sighting.key[1:3]].add(row)
