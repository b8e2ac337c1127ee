"""What was just read of a cluster, beside what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cluster.store.reader import Version
from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

Listed = tuple[str, str, str]
"""Group, kind and namespace ('' for all) of which every object was read."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Objects as they are `at` a moment; of what was `listed`, those that are not among them are gone."""

    objects: tuple[ObservedObject, ...]
    listed: frozenset[Listed]
    at: datetime

    def covers(self, one: ObservedObject) -> bool:
        """Whether the object would be among these if it were there."""
        return bool(self.listed & {(one.group, one.kind, ""), (one.group, one.kind, one.namespace)})

    def instead_of(self, kept: Iterable[ObservedObject]) -> Iterator[ObservedObject]:
        """The objects that are kept, those that were read now in the place of what is known of them."""
        yield from (one for one in kept if not self.covers(one))
        yield from self.objects

    def histories(
        self, kept: Iterable[ObservedObject], histories: Iterable[Sequence[Version]]
    ) -> Iterator[list[Version]]:
        """The histories, each with the version of now; those of objects that are new, changed or gone since."""
        now = {(one.group, one.ref): one for one in self.objects}
        before = {(one.group, one.ref): one for one in kept if self.covers(one)}
        told: set[tuple[str, ResourceRef]] = set()
        for history in histories:
            last = history[-1].found
            key = (last.group, history[-1].ref) if last is not None else None
            if key in before or key in now:
                told.add(key)
                yield [*history, Version(self.at, history[-1].ref, now.get(key))]
            else:
                yield list(history)
        for key in (before.keys() | now.keys()) - told:
            old = before.get(key)
            first = [Version(old.observed_at or self.at, old.ref, old)] if old is not None else []
            yield [*first, Version(self.at, key[1], now.get(key))]
