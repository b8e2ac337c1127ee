"""Follows a whole cluster: a thread for each kind, and news in small batches for one who writes them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.documents import Checkpoint
from connectors.errors import KubeloreError, UnreadableError
from connectors.kubernetes.live.client import Json, KubernetesApi
from connectors.kubernetes.live.discovery import Resource, discover, version_of
from connectors.kubernetes.live.documents import id_of
from connectors.kubernetes.live.followers import DEFINITION, Followers
from connectors.kubernetes.live.news import LiveNews, Waiting
from connectors.kubernetes.live.overview import Overview, overview_key
from connectors.kubernetes.live.reader import AUTOSCALER, ObjectReader
from connectors.kubernetes.live.selection import Scope
from connectors.kubernetes.live.state import KindState, State, digest, kinds_of, load
from connectors.kubernetes.observed import ObservedObject
from connectors.kubernetes.words import at

log = logging.getLogger(__name__)

OVERVIEW = "Overview"
_MOST_WAITING = 2_000
_BRAKE_OBJECTS = 20
"""A list may show that fewer than this of a kind are gone, or up to half of them; more is left to a crawl."""
_FIRST_SECONDS = 30.0
_LIFETIME = 6 * 3600.0
"""Then the watch ends and begins anew: what one has missed comes with the lists of the next."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many documents one batch holds at most, and the seconds between batches: `hurried` where more wait.

    `retry` are the seconds before a watch that was interrupted is taken up again; they double with each time.
    `refused` are those before a kind is listed again that may not be listed, or not be watched. `kinds` are those after
    which the server is asked which kinds it has, where no new definition told of one.
    """

    documents: int = 64
    pause: float = 30.0
    hurried: float = 5.0
    retry: float = 1.0
    refused: float = 600.0
    kinds: float = 600.0


class ClusterWatch:
    """What changes in a cluster after `checkpoint`; `news` gives it until `stop` is set."""

    def __init__(
        self,
        api: KubernetesApi,
        reader: ObjectReader,
        scope: Scope,
        settings: str,
        checkpoint: Checkpoint,
        stop: threading.Event,
        pace: Pace,
    ) -> None:
        self._api = api
        self._reader = reader
        self._scope = scope
        self._stop = stop
        self._ended = threading.Event()
        self._pace = pace
        self._state: State = load(checkpoint, settings)
        self._overview = Overview(reader.origin)
        self._guard = threading.Condition()
        self._waiting: dict[tuple[str, str], Waiting] = {}
        self._unlisted: set[tuple[str, str]] = set()
        self._server_version = ""
        self._resources: dict[str, Resource] = {}
        self._followers = Followers(api, self, retry=pace.retry, refused=pace.refused)

    def news(self) -> Iterator[LiveNews]:
        """Batches of what changed, at the given pace. Raises what discovery raises."""
        found = discover(self._api)
        resources = [r for r in found.resources if self._is_watched(r)]
        for kind in (kind for api_version in found.broken for kind in kinds_of(self._state, api_version)):
            self._overview.not_listed(kind)
        with suppress(KubeloreError):
            self._server_version = version_of(self._api)
        clock = self._api.clock
        try:
            self._begin(resources)
            now = clock.monotonic()
            ends, look_at = now + _LIFETIME, now + self._pace.kinds
            while not self._stop.wait(self._next_pause()) and clock.monotonic() < ends:
                if batch := self._batch():
                    yield batch
                if self._followers.expects_kinds or clock.monotonic() >= look_at:
                    self._look_for_kinds()
                    look_at = clock.monotonic() + self._pace.kinds
        finally:
            self._ended.set()
            self._followers.end(self._guard)

    def _is_watched(self, resource: Resource) -> bool:
        """Whether to follow a kind; one that another group has too only if the last crawl found objects of its own."""
        if resource.shared and resource.id_kind not in self._state:
            return False
        return resource.watchable and self._scope.has_kind(resource)

    def _begin(self, resources: list[Resource]) -> None:
        """Follow the kinds; what scales a workload is part of its line, so autoscalers are listed first."""
        with self._guard:
            self._unlisted |= {(r.id_kind, place) for r in resources for place in self._scope.places(r)}
            self._resources |= {r.kind: r for r in resources if not r.shared}
        first = [r for r in resources if r.kind == AUTOSCALER]
        for resource in first:
            self._followers.begin(resource, self._scope.places(resource))
        with self._guard:
            self._guard.wait_for(self._knows_autoscalers, timeout=_FIRST_SECONDS)
        for resource in resources:
            if resource not in first:
                self._followers.begin(resource, self._scope.places(resource))

    def _look_for_kinds(self) -> None:
        """Follow kinds that are new, and no longer those that are gone."""
        try:
            found = discover(self._api)
        except KubeloreError as error:
            log.info("kinds cannot be looked for: %s", error)
            return
        watched = [r for r in found.resources if self._is_watched(r)]
        if new := self._followers.looked(watched, all_answer=not found.broken):
            log.info("new kinds: %s", ", ".join(each.full_name for each in new))
            self._begin(new)

    def _knows_autoscalers(self) -> bool:
        return self._stop.is_set() or not any(kind == AUTOSCALER for kind, _ in self._unlisted)

    # ---- what the threads of the kinds tell ----

    def saw(self, resource: Resource, item: Json) -> None:
        """An object is there and is so."""
        item = {**item, "kind": resource.kind, "apiVersion": resource.api_version}
        namespace, name = str(at(item, "metadata", "namespace") or ""), str(at(item, "metadata", "name"))
        if not self._scope.has_object(resource.kind, namespace, name):
            return
        now = self._now()
        scaled = self._reader.remember(item) if resource.kind == AUTOSCALER else None
        try:
            read = self._reader.read(resource, item, now)
            document = self._reader.document(resource, read.value, now) if read.documented else None
        except Exception as error:  # noqa: BLE001 - one object must not end the watch, whatever it holds
            log.warning("%s %s/%s cannot be read (%s)", resource.kind, namespace, name, type(error).__name__)
            return
        with self._guard:
            self._overview.put(read.value, resource.id_kind)
            if self._known(resource.id_kind, read.key) == read.digest:
                return
            found = read.digest if read.documented else None
            self._put(
                Waiting(resource.id_kind, read.key, found, read.document_id, document, observed=read.observed)
            )
            if resource.kind == DEFINITION:
                self._followers.defined(item)
        if scaled is not None:
            self._look_again(*scaled)

    def _look_again(self, namespace: str, kind: str, name: str) -> None:
        """Reads a workload whose autoscaler changed: its own watch says nothing of that."""
        resource = self._resources.get(kind)
        if resource is None or not self._knows_autoscalers():
            return
        query = {"fieldSelector": f"metadata.name={name}"}
        try:
            found = self._api.get(resource.path(namespace), query).get("items")
        except UnreadableError:
            return  # it may be hidden from us though its autoscaler is not
        for item in found if isinstance(found, list) else ():
            if isinstance(item, dict):
                self.saw(resource, item)

    def gone(self, resource: Resource, item: Json) -> None:
        """An object was deleted."""
        namespace, name = str(at(item, "metadata", "namespace") or ""), str(at(item, "metadata", "name"))
        with self._guard:
            self._forget(resource, namespace, name)
            if resource.kind == DEFINITION:
                self._followers.defined(item, gone=True)

    def listed(self, resource: Resource, place: str, names: set[tuple[str, str]] | None) -> None:
        """A kind was listed; what is known of it and was not in the list is gone."""
        with self._guard:
            self._unlisted.discard((resource.id_kind, place))
            self._guard.notify_all()
            if names is None:
                self._overview.not_listed(resource.id_kind)
                return
            self._overview.listed(resource.id_kind)
            known = {*self._state.get(resource.id_kind, KindState("")).digests}
            known |= {key for kind, key in self._waiting if kind == resource.id_kind}
            here = [key for key in known if not place or key.startswith(f"{place}/")]
            gone = [key for key in here if tuple(key.split("/", 1)) not in names]
            if len(gone) >= _BRAKE_OBJECTS and 2 * len(gone) > len(here):
                log.warning(
                    "%d of %d %s are gone; a crawl will tell", len(gone), len(here), resource.full_name
                )
                return
            for key in gone:
                namespace, _, name = key.partition("/")
                self._forget(resource, namespace, name)

    def _forget(self, resource: Resource, namespace: str, name: str) -> None:
        key = f"{namespace}/{name}"
        self._overview.remove(resource.id_kind, namespace, name)
        value = {
            "kind": resource.kind,
            "apiVersion": resource.api_version,
            "metadata": {"name": name, "namespace": namespace},
        }
        origin = self._reader.origin
        observed = ObservedObject(origin.cluster, origin.source, "", value)
        document_id = id_of(origin.source, value, group=resource.shared)
        self._put(Waiting(resource.id_kind, key, None, document_id, observed=observed, gone_at=self._now()))

    def _put(self, waiting: Waiting) -> None:
        """Remember the newest of an object. Whoever brings more than can be written waits."""
        while len(self._waiting) >= _MOST_WAITING and not self._ended.is_set():
            self._guard.wait(1.0)
        place = (waiting.kind, waiting.key)
        self._waiting.pop(place, None)
        self._waiting[place] = waiting

    def _known(self, kind: str, key: str) -> str | None:
        if (kind, key) in self._waiting:
            return self._waiting[kind, key].digest
        return self._state.get(kind, KindState("")).digests.get(key)

    # ---- what is written ----

    def _next_pause(self) -> float:
        with self._guard:
            more = sum(one.is_written for one in self._waiting.values()) > self._pace.documents
        return self._pace.hurried if more or self._followers.expects_kinds else self._pace.pause

    def _batch(self) -> LiveNews | None:
        with self._guard:
            batch = [self._waiting.pop(place) for place in self._next_places()]
            if not self._unlisted and not self._waiting:
                batch += self._overviews()
            for one in batch:
                self._note(one)
            self._guard.notify_all()
        documents = tuple(one.document for one in batch if one.document is not None)
        gone = tuple(one.document_id for one in batch if one.gone_at is not None)
        return LiveNews(documents, gone, tuple(batch)) if batch else None

    def _next_places(self) -> list[tuple[str, str]]:
        """The objects of one batch: so many that are written, and what is only told between them."""
        places, left = [], self._pace.documents
        for place, one in self._waiting.items():
            left -= one.is_written
            if left < 0:
                break
            places.append(place)
        return places

    def _note(self, one: Waiting) -> None:
        digests = self._state.setdefault(one.kind, KindState("")).digests
        if one.digest is None:
            digests.pop(one.key, None)
        else:
            digests[one.key] = one.digest

    def _overviews(self) -> list[Waiting]:
        """The overviews whose counts changed, and those of namespaces that are gone."""
        known = self._state.get(OVERVIEW, KindState("")).digests
        now, found = self._now(), []
        kept = set()
        for document in self._overview.documents(self._server_version, now):
            key, text = overview_key(document), digest({"text": document.text})
            kept.add(key)
            if known.get(key) != text:
                found.append(Waiting(OVERVIEW, key, text, document.id, document))
        for key in known.keys() - kept:
            namespace, _, name = key.partition("/")
            gone = f"kubernetes:{self._reader.origin.source}/{namespace or '_'}/{OVERVIEW}/{name}"
            found.append(Waiting(OVERVIEW, key, None, gone, gone_at=now))
        return found

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._api.clock.now(), UTC)
