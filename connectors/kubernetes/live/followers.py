"""The threads that follow a cluster's kinds: one for each kind and namespace; kinds come and go while they run."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from connectors.kubernetes.live.client import Json, KubernetesApi
from connectors.kubernetes.live.discovery import Resource
from connectors.kubernetes.live.kind_watch import KindWatch, Sink
from connectors.kubernetes.words import mapping

DEFINITION = "CustomResourceDefinition"
_LISTS_AT_ONCE = 4
_LOOKS = 12
"""So often a server is asked for the kinds of a new definition: it serves them some moments after."""
_JOIN_SECONDS = 10.0
Name = tuple[str, str]
"""Group and plural of a kind."""


@dataclass(frozen=True, slots=True)
class _Follower:
    resource: Resource
    stop: threading.Event
    thread: threading.Thread


class Followers:
    """Starts and ends the threads, for one caller; only `defined` may be called by others."""

    def __init__(self, api: KubernetesApi, sink: Sink, *, retry: float, refused: float) -> None:
        self._api = api
        self._sink = sink
        self._retry = retry
        self._refused = refused
        self._turn = threading.BoundedSemaphore(_LISTS_AT_ONCE)
        self._by_kind: dict[Name, list[_Follower]] = {}
        self._dropped: list[_Follower] = []
        self._undefined: set[Name] = set()
        self._looks = 0

    @property
    def expects_kinds(self) -> bool:
        """Whether a definition has changed of late, so that discovery may tell of other kinds than before."""
        return self._looks > 0

    def defined(self, definition: Json, *, gone: bool = False) -> None:
        """A definition of a custom resource has changed, or is gone."""
        if gone:
            plural = mapping(definition, "spec", "names").get("plural")
            self._undefined.add((str(mapping(definition, "spec").get("group")), str(plural)))
        self._looks = _LOOKS

    def looked(self, resources: Collection[Resource], *, all_answer: bool) -> list[Resource]:
        """Those of the kinds that are not followed; what is not among them, or was defined anew, no longer is.

        Unless all APIs answer, none is called gone. A kind that would be taken for a followed one is not given.
        """
        wanted = {_name(resource) for resource in resources} | (set() if all_answer else set(self._by_kind))
        wanted -= self._undefined
        self._undefined = set()
        for name in [name for name in self._by_kind if name not in wanted]:
            followers = self._by_kind.pop(name)
            self._dropped += followers
            for follower in followers:
                follower.stop.set()
        taken = {each.resource.id_kind for all_of in self._by_kind.values() for each in all_of}
        new = [r for r in resources if _name(r) not in self._by_kind and r.id_kind not in taken]
        self._looks = 0 if new else max(0, self._looks - 1)
        return new

    def begin(self, resource: Resource, places: Iterable[str]) -> None:
        """Follow a kind in these namespaces ('' for all)."""
        followers = self._by_kind.setdefault(_name(resource), [])
        for place in places:
            stop = threading.Event()
            watch = KindWatch(
                self._api, resource, place, self._sink, stop, self._turn,
                retry=self._retry, refused=self._refused,
            )  # fmt: skip
            thread = threading.Thread(target=watch.run, name="watch", daemon=True)
            followers.append(_Follower(resource, stop, thread))
            thread.start()

    def end(self, guard: threading.Condition) -> None:
        """End all threads, also those that wait at `guard` for their news to be taken."""
        threads = [*self._dropped, *(each for all_of in self._by_kind.values() for each in all_of)]
        for follower in threads:
            follower.stop.set()
        with guard:
            guard.notify_all()
        ends = self._api.clock.monotonic() + _JOIN_SECONDS
        for follower in threads:
            while follower.thread.is_alive() and self._api.clock.monotonic() < ends:
                # Again and again: a thread may have opened its connection just after the last time.
                self._api.interrupt()
                follower.thread.join(0.05)


def _name(resource: Resource) -> Name:
    return resource.group, resource.plural
