"""The clusters as one caller sees them: their graph of now and of before, what there is in them, and as of when."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import networkx

from cluster.declared import environment_of, is_declared
from cluster.graph import ResourceGraph, build
from cluster.inventory import DEFINITION, ClusterInventory
from cluster.memory import collector_paused
from cluster.store import ObjectStore
from connectors.documents import Document
from connectors.errors import KubeloreError
from connectors.kubernetes.observed import ObservedObject

log = logging.getLogger(__name__)

_KEPT = 12
"""Graphs and inventories that are kept; most are of now, for one group of callers each."""
_SLOW = 3.0
"""Seconds from which on nobody waits for a new graph where there is an older one: under a watch, all changes often."""
RENEWAL = "graph-renewal"
"""The name of the threads that make such graphs."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: says of a document's id whether it may be read. Readers with equal keys may read the same."""

    key: Hashable
    may_read: Callable[[str], bool] = field(compare=False)

    def __call__(self, document_id: str) -> bool:
        return self.may_read(document_id)


EVERYTHING = Reader("everything", lambda _: True)
"""Whoever owns the state folder."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is written about clusters: documents that create or name objects, and the objects of manifests.

    The documents may come without their text. Equal stamps mean the same knowledge.
    """

    stamp: Hashable
    documents: tuple[Document, ...] = ()
    declared: tuple[ObservedObject, ...] = ()


class KnowledgeProvider(Protocol):
    """Gives what is written about clusters."""

    def __call__(self) -> Knowledge:
        """All of it, as of now; cheap where nothing has changed."""
        ...


@dataclass(frozen=True, slots=True)
class _Made:
    """A graph of everything, and how long it took to make."""

    key: Hashable
    graph: ResourceGraph
    seconds: float


MayRead = Reader | Callable[[str], bool]


class ClusterView:
    """Reads the store of objects and the knowledge about them; safe for threads.

    Without `store` there are only the objects that manifests declare. They are shown where no cluster is live, or
    when their cluster is asked for by its name (`production (manifests)`, `*`).
    """

    def __init__(
        self,
        store: ObjectStore | None,
        knowledge: KnowledgeProvider,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._newest: dict[tuple[str, ...], _Made] = {}
        self._renewing: set[tuple[str, ...]] = set()
        self._knowledge = knowledge
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.RLock()

    def graph(
        self, may_read: MayRead, *, at: datetime | None = None, clusters: Collection[str] | None = None
    ) -> ResourceGraph:
        """The graph of `clusters` (None: `all_clusters`) as the caller may see it, now or `at` a snapshot.

        It is kept for a `Reader`; a plain function is asked anew each time. That of a large cluster may be of
        some moments ago; what the caller may read never is.
        """
        chosen = tuple(sorted(set(self.all_clusters(may_read) if clusters is None else clusters)))
        made = self._whole(chosen, at)
        if not isinstance(may_read, Reader):
            return made.graph.readable(may_read)
        found: ResourceGraph = self._keep((made.key, may_read), lambda: made.graph.readable(may_read))
        return found

    def clusters(self, may_read: MayRead) -> list[str]:
        """The live clusters that the caller may read anything of, sorted."""
        if self._store is None:
            return []
        if not isinstance(may_read, Reader):
            return self._clusters(may_read)
        key = ("clusters", self._stamp, may_read)
        return list(self._keep(key, lambda: self._clusters(may_read)))

    def all_clusters(self, may_read: MayRead) -> list[str]:
        """The live clusters, or where there is none those that manifests are for."""
        return self.clusters(may_read) or self.declared_clusters(may_read)

    def declared_clusters(self, may_read: MayRead) -> list[str]:
        """The names of what stands for a cluster where manifests declare objects, sorted."""
        return sorted({one.cluster for one in self._knowledge().declared if may_read(one.document_id)})

    def inventory(self, cluster: str, may_read: MayRead = EVERYTHING) -> ClusterInventory:
        """The kinds, namespaces and names in a cluster that the caller may know of."""
        key = ("inventory", self._stamp, self._knowledge().stamp, cluster, may_read)
        if not isinstance(may_read, Reader):
            return self._inventory(cluster, may_read)
        found: ClusterInventory = self._keep(key, lambda: self._inventory(cluster, may_read))
        return found

    def observed_at(self, cluster: str) -> datetime | None:
        """When the cluster was last heard of; None for one of manifests."""
        return self._store.observed_at(cluster) if self._store else None

    def snapshots(self, cluster: str) -> list[datetime]:
        """The moments of the past that `graph(at=…)` knows, oldest first."""
        return self._store.snapshots(cluster) if self._store else []

    @property
    def _stamp(self) -> int:
        return self._store.object_stamp if self._store else 0

    def _whole(self, clusters: tuple[str, ...], at: datetime | None) -> _Made:
        """The graph as if everything could be read.

        One of now that takes long to make is made beside the callers, who get the one before until it is there.
        """
        knowledge = self._knowledge()
        key = ("graph", self._stamp, knowledge.stamp, at, clusters)
        with self._lock:
            newest = self._newest.get(clusters) if at is None else None
            if newest is not None and newest.key != key and newest.seconds >= _SLOW:
                self._renew(key, knowledge, clusters)
                return newest
            made: _Made = self._keep(key, lambda: self._make(key, knowledge, clusters, at))
            if at is None:
                self._newest[clusters] = made
            return made

    def _make(
        self, key: Hashable, knowledge: Knowledge, clusters: tuple[str, ...], at: datetime | None
    ) -> _Made:
        began = self._clock()
        with collector_paused():
            graph = self._build(knowledge, clusters, at)
        return _Made(key, graph, self._clock() - began)

    def _renew(self, key: Hashable, knowledge: Knowledge, clusters: tuple[str, ...]) -> None:
        """Makes the graph of now in a thread of its own, one at a time for the same clusters."""
        if clusters in self._renewing:
            return

        def work() -> None:
            try:
                made = self._make(key, knowledge, clusters, None)
                with self._lock:
                    self._newest[clusters] = made
            except KubeloreError as error:
                log.warning("the graph could not be made anew: %s", error)
            finally:
                self._renewing.discard(clusters)

        self._renewing.add(clusters)
        threading.Thread(target=work, name=RENEWAL, daemon=True).start()

    def _keep(self, key: Hashable, make: Callable[[], Any]) -> Any:
        # One at a time: callers that wait for the same thing then share it.
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = make()
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found

    def _clusters(self, may_read: MayRead) -> list[str]:
        found: set[str] = set()
        for one in self._store.names() if self._store else ():
            if one.cluster not in found and may_read(one.document_id):
                found.add(one.cluster)
        return sorted(found)

    def _inventory(self, cluster: str, may_read: MayRead) -> ClusterInventory:
        if is_declared(cluster):
            objects = [
                one
                for one in self._knowledge().declared
                if one.cluster == cluster and may_read(one.document_id)
            ]
            return ClusterInventory(objects, (one.value for one in objects if one.kind == DEFINITION))
        if self._store is None:
            return ClusterInventory(())
        names = [one for one in self._store.names(clusters=[cluster]) if may_read(one.document_id)]
        definitions = self._store.objects(clusters=[cluster], kinds=[DEFINITION])
        return ClusterInventory(names, (one.value for one in definitions if may_read(one.document_id)))

    def _build(self, knowledge: Knowledge, clusters: Iterable[str], at: datetime | None) -> ResourceGraph:
        """Each cluster by itself, with what is written about its environment."""
        parts = []
        for cluster in clusters:
            environment = environment_of(cluster)
            documents = [
                one for one in knowledge.documents if not environment or one.environment in ("", environment)
            ]
            parts.append(build(self._objects(knowledge, cluster, at), documents))
        if len(parts) == 1:
            return parts[0]
        return ResourceGraph(networkx.compose_all([part.graph for part in parts]) if parts else None)

    def _objects(self, knowledge: Knowledge, cluster: str, at: datetime | None) -> Iterable[ObservedObject]:
        if is_declared(cluster):
            return [one for one in knowledge.declared if one.cluster == cluster]
        return self._store.objects(clusters=[cluster], at=at) if self._store else ()
