"""One crawl of a cluster: every kind listed whole, changed objects as documents, the others only named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import Item
from connectors.documents import Failure, Milestone, Unchanged
from connectors.errors import ConfigurationError, KubeloreError, UnreachableError, UnreadableError
from connectors.http.errors import ForbiddenError
from connectors.kubernetes.live.client import JSON, METADATA_LIST, Json, KubernetesApi
from connectors.kubernetes.live.counting import expected
from connectors.kubernetes.live.discovery import Discovery, Resource, discover, version_of
from connectors.kubernetes.live.documents import id_of
from connectors.kubernetes.live.overview import Overview, overview_key
from connectors.kubernetes.live.reader import AUTOSCALER, ObjectReader, Read
from connectors.kubernetes.live.selection import Scope
from connectors.kubernetes.live.spool import Spool
from connectors.kubernetes.live.state import KindState, State, digest, dump, kinds_of
from connectors.kubernetes.observed import ObjectObserver
from connectors.kubernetes.words import mapping

OVERVIEW = "Overview"
_NAMED_AT_ONCE = 500
MILESTONE_DOCUMENTS = 1_000
_PROBLEMS_OF_A_KIND = 20
KEPT_WHILE_REFUSED = timedelta(days=3)
"""What the account may no longer list is shown for so long: rights that were lost by mistake are back by then."""


class LiveCrawl:
    """The work of one crawl; `known` is the state that the last one ended with, `state` the one of this."""

    def __init__(
        self,
        api: KubernetesApi,
        reader: ObjectReader,
        scope: Scope,
        known: State,
        settings: str,
        observer: ObjectObserver | None,
        milestone: int = MILESTONE_DOCUMENTS,
    ) -> None:
        self.state: State = {}
        self.expected = 0
        self._api = api
        self._reader = reader
        self._source = reader.origin.source
        self._scope = scope
        self._known = known
        self._settings = settings
        self._observer = observer
        self._overview = Overview(reader.origin)
        self._uids: dict[str, set[str]] = {}
        self._documents = 0
        self._milestone = milestone

    def items(self) -> Iterator[Item]:
        """Everything that exists; see `connectors.base.Connector.crawl`."""
        if self._observer:
            self._observer.begin(self._source)
        found = discover(self._api)
        yield from self._broken(found)
        chosen = [each for each in found.resources if self._scope.has_kind(each)]
        shared = {each.kind for each in chosen if each.shared}
        self._uids = {kind: set() for kind in shared}
        if not self._known:
            self.expected = expected(self._api, self._scope, chosen)
        # What scales a workload is part of its line.
        for resource in sorted(chosen, key=lambda each: each.kind != AUTOSCALER):
            yield from self._kind(resource)
        self._tell_of_kinds_without_api(chosen)
        yield from self._overviews()

    def _broken(self, found: Discovery) -> Iterator[Item]:
        """The APIs that do not answer: what was known of their kinds stays."""
        for api_version, reason in sorted(found.broken.items()):
            kinds = kinds_of(self._known, api_version)
            for kind in kinds:
                self.state[kind] = self._known[kind]
                self._overview.not_listed(kind)
                yield Failure(self._ids_of(kind), f"{api_version}: {reason}", temporary=True, warning=True)
            if not kinds:
                yield Failure(f"{self._source}/{api_version}", reason, warning=True)

    def _kind(self, resource: Resource) -> Iterator[Item]:
        before = self._known.get(resource.id_kind, KindState(resource.api_version))
        self.state[resource.id_kind] = KindState(resource.api_version)
        listing = _Listing(resource, before, self.state[resource.id_kind])
        with closing(Spool()) as spool:
            for place in self._scope.places(resource):
                try:
                    yield from self._list(listing, place, spool)
                except (UnreachableError, ConfigurationError):
                    raise
                except KubeloreError as error:
                    yield self._not_listed(listing, place, error)
            if listing.unchanged:
                yield Unchanged(tuple(listing.unchanged))
            if listing.complete and self._observer:
                self._observer.complete(self._source, resource.api_version, resource.kind)
            if not listing.complete:
                self._overview.not_listed(resource.id_kind)
            yield from self._written(resource, spool, listing)

    def _list(self, listing: _Listing, place: str, spool: Spool) -> Iterator[Item]:
        """Reads a list to its end, as fast as the server gives it; what changed goes into the spool."""
        resource = listing.resource
        secret = resource.kind == "Secret" and not resource.group
        accept, expect = (METADATA_LIST, "PartialObjectMetadataList") if secret else (JSON, "")
        for item in self._api.every(resource.path(place), accept=accept, expect=expect):
            failure = self._take(listing, item, spool)
            if failure is not None:
                yield failure
            if len(listing.unchanged) >= _NAMED_AT_ONCE:
                yield Unchanged(tuple(listing.unchanged))
                listing.unchanged.clear()

    def _take(self, listing: _Listing, item: Json, spool: Spool) -> Failure | None:
        resource = listing.resource
        item = {**item, "kind": resource.kind, "apiVersion": resource.api_version}
        metadata = mapping(item, "metadata")
        name, namespace = metadata.get("name"), metadata.get("namespace") or ""
        if not isinstance(name, str) or not name or not isinstance(namespace, str):
            return self._unreadable(listing, "an item of the list has no name")
        if not self._scope.has_object(resource.kind, namespace, name) or self._is_known_twin(
            resource, metadata
        ):
            return None
        try:
            read = self._reader.read(resource, item, self._now())
        except Exception as error:  # noqa: BLE001 - one object must not end the crawl, whatever it holds
            return self._unreadable(listing, f"{namespace}/{name} cannot be read ({type(error).__name__})")
        if self._observer:
            self._observer.saw(read.observed)
        self._overview.put(read.value, resource.id_kind)
        if read.documented:
            self._sort(listing, read, spool)
        return None

    def _sort(self, listing: _Listing, read: Read, spool: Spool) -> None:
        if listing.before.get(read.key) == read.digest:
            listing.digests[read.key] = read.digest
            listing.unchanged.append(read.document_id)
        else:
            spool.add([read.key, read.digest, read.value])

    def _written(self, resource: Resource, spool: Spool, listing: _Listing) -> Iterator[Item]:
        for key, found, value in spool.values():
            try:
                document = self._reader.document(resource, value, self._now())
            except Exception as error:  # noqa: BLE001 - as above
                yield self._undescribed(listing, key, value, error)
                continue
            yield document
            listing.digests[key] = found
            self._documents += 1
            if self._documents % self._milestone == 0:
                yield Milestone(dump(self._so_far(), self._settings))

    def _undescribed(self, listing: _Listing, key: str, value: Json, error: Exception) -> Failure:
        """An object without a new document keeps the one that it has; the next crawl tries again."""
        if key in listing.before:
            listing.digests[key] = listing.before[key]
        document_id = id_of(self._source, value, group=listing.resource.shared)
        return Failure(document_id, f"cannot be described ({type(error).__name__})", temporary=True)

    def _so_far(self) -> State:
        """What was told until now, and of the rest what was known before."""
        kinds = {**self._known, **self.state}
        return {
            kind: KindState(
                state.api_version,
                {**self._known.get(kind, KindState("")).digests, **state.digests},
                state.refused,
            )
            for kind, state in kinds.items()
        }

    def _not_listed(self, listing: _Listing, place: str, error: KubeloreError) -> Failure:
        """A kind that cannot be listed keeps what was known of it; one that may not be listed, for some days."""
        listing.complete = False
        what = f"{listing.resource.full_name} cannot be listed: {error}"
        refused = isinstance(error, ForbiddenError)
        since = listing.refused_since(place, self._now()) if refused else None
        if since is not None and self._now() - since >= KEPT_WHILE_REFUSED:
            until = f"refused since {since:%Y-%m-%d}, so what was known of it is no longer kept"
            return Failure(self._ids_of(listing.resource.id_kind, place), f"{what}; {until}", skipped=True)
        listing.keep(place)
        remedy = "; if it stays so, leave it out with `kinds.exclude`"
        return Failure(
            self._ids_of(listing.resource.id_kind, place),
            what + (remedy if isinstance(error, UnreadableError) and not refused else ""),
            skipped=refused,
            temporary=True,
        )

    def _unreadable(self, listing: _Listing, reason: str) -> Failure | None:
        """An item that cannot be used may be one of those that are known: none of its kind is called gone."""
        listing.complete = False
        listing.problems += 1
        listing.keep()
        if listing.problems > _PROBLEMS_OF_A_KIND:
            return None
        return Failure(
            self._ids_of(listing.resource.id_kind), f"{listing.resource.full_name}: {reason}", temporary=True
        )

    def _is_known_twin(self, resource: Resource, metadata: Mapping[str, Any]) -> bool:
        """Whether another group has given this very object already."""
        uids, uid = self._uids.get(resource.kind), metadata.get("uid")
        if uids is None or not isinstance(uid, str):
            return False
        known = uid in uids
        uids.add(uid)
        return known

    def _tell_of_kinds_without_api(self, chosen: list[Resource]) -> None:
        """Kinds that the cluster no longer has: none of their objects is left."""
        named = {resource.id_kind for resource in chosen} | self.state.keys() | {OVERVIEW}
        for kind, state in self._known.items():
            if kind not in named and self._observer:
                self._observer.complete(self._source, state.api_version, kind.partition(".")[0])

    def _overviews(self) -> Iterator[Item]:
        before = self._known.get(OVERVIEW, KindState("")).digests
        digests = self.state.setdefault(OVERVIEW, KindState("")).digests
        for document in self._overview.documents(version_of(self._api), self._now()):
            key, found = overview_key(document), digest({"text": document.text})
            digests[key] = found
            yield Unchanged((document.id,)) if before.get(key) == found else document

    def _ids_of(self, kind: str, place: str = "") -> str:
        """What all ids of a kind begin with; `*` stands for any namespace."""
        return f"kubernetes:{self._source}/{place or '*'}/{kind}/"

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._api.clock.now(), UTC)


class _Listing:
    """A kind while it is listed: what was known of it, what is told of it, and whether that is all."""

    def __init__(self, resource: Resource, before: KindState, now: KindState) -> None:
        self.resource = resource
        self.before = before.digests
        self.digests = now.digests
        self.unchanged: list[str] = []
        self.complete = True
        self.problems = 0
        self._refused_before = before.refused
        self._refused = now.refused

    def keep(self, place: str = "") -> None:
        """What was known of the kind, in all namespaces or in one, stays as it was."""
        for key, found in self.before.items():
            if not place or key.startswith(f"{place}/"):
                self.digests.setdefault(key, found)

    def refused_since(self, place: str, now: datetime) -> datetime:
        """Since when it may not be listed there; remembered for the next crawl."""
        since = self._refused[place] = self._refused_before.get(place) or now.isoformat()
        return datetime.fromisoformat(since)
