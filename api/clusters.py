"""Clusters, as the command line and the routes ask about them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from api.changes import MOST, ChangesRequest, PastReader, asked_changes
from api.commits import CommitsRequest, commit_changes
from api.errors import IndexEmptyError, NotThereError
from api.graphs import GraphRequest, picture
from api.knowledge import LedgerKnowledge
from api.schemas import ClusterModel
from api.scripts import ScriptOutput, ScriptRunner
from api.settings import Settings
from cluster.changes import Change
from cluster.store import ObjectStore
from cluster.store.database import FILE
from cluster.view import EVERYTHING, ClusterView, Reader

if TYPE_CHECKING:
    from answers.conversation import Names
    from answers.model import Answer
    from index.ledger import Ledger

_NAMED = frozenset(
    ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Rollout", "Service", "Application")
)
"""The kinds whose names people say without the kind."""


class Clusters:
    """The objects of live clusters and of manifests for one caller each; safe for threads."""

    def __init__(self, settings: Settings, ledger: Callable[[], Ledger | None]) -> None:
        """`ledger` gives None before the first run."""
        self._settings = settings
        self._ledger = ledger
        self._scripts = ScriptRunner(settings)
        self._lock = threading.RLock()
        self._readers: dict[frozenset[str], Reader] = {}

    @property
    def store(self) -> ObjectStore | None:
        """The store of objects; None where nothing is live and nothing ever was."""
        with self._lock:
            return self._store

    @property
    def view(self) -> ClusterView:
        """What answers and pictures are made from; raises `IndexEmptyError` before the first run."""
        if self._ledger() is None:
            raise IndexEmptyError
        with self._lock:
            return self._view

    def reader(self, principals: frozenset[str] | None) -> Reader:
        """Who may read what, as of now; None: everything."""
        ledger = self._ledger()
        if principals is None or ledger is None:
            return EVERYTHING if principals is None else Reader((), lambda _: False)
        generation = ledger.generation()
        with self._lock:
            known = self._readers.get(principals)
            if known is None or known.key != (generation, principals):
                readable = ledger.readable_ids(principals)
                known = Reader((generation, principals), readable.__contains__)
                self._readers[principals] = known
            return known

    def names(self, principals: frozenset[str] | None) -> Names:
        """The names of services and the like, namespaces and clusters that `principals` may know of."""
        from answers.conversation import Names

        if self._ledger() is None:
            return Names()
        reader = self.reader(principals)
        nodes = [n for n in self.view.graph(reader).nodes() if n.present and not n.is_document]
        homes: defaultdict[str, set[str]] = defaultdict(set)
        for node in nodes:
            if node.kind in _NAMED:
                homes[node.name.lower()].add(node.namespace.lower())
        return Names(
            objects=frozenset(homes),
            homes={name: frozenset(found) for name, found in homes.items()},
            namespaces=frozenset(n.namespace.lower() for n in nodes if n.namespace),
            clusters=frozenset(name.lower() for name in self.view.clusters(reader)),
        )

    def workloads_in(self, namespace: str, principals: frozenset[str] | None) -> frozenset[str]:
        """The names of services and the like in a namespace, as far as `principals` may know of them."""
        if self._ledger() is None:
            return frozenset()
        nodes = self.view.graph(self.reader(principals)).nodes()
        return frozenset(
            n.name.lower() for n in nodes if n.present and n.kind in _NAMED and n.namespace == namespace
        )

    def graph(self, request: GraphRequest, principals: frozenset[str] | None) -> str:
        """The picture of what `principals` may read (None: of everything)."""
        return picture(self.view, self.reader(principals), request)

    def unread(self) -> list[str]:
        """The configured live clusters of which no object is known, sorted: never read, or not successfully."""
        return sorted({one.cluster_name for one in self._settings.live_clusters} - set(self.known(None)))

    def past_reader(self, principals: frozenset[str] | None) -> Callable[[str], bool]:
        """Says which documents `principals` may read, or could have read while their objects were there."""
        ledger, reader = self._ledger(), self.reader(principals)
        if principals is None or ledger is None:
            return reader
        return PastReader(reader, principals, self._settings, ledger)

    def known(self, principals: frozenset[str] | None) -> list[str]:
        """The names of the live clusters that `principals` may read anything of."""
        if principals is not None:
            # First, as to open the store would make the state folder.
            return [] if self._ledger() is None else self.view.clusters(self.reader(principals))
        store = self.store
        return store.clusters() if store is not None else []

    def changes(
        self, request: ChangesRequest, principals: frozenset[str] | None
    ) -> tuple[list[Change], tuple[datetime, datetime]]:
        """What changed in the live clusters and by commits, of what `principals` may read, and the time of this."""
        now = datetime.now(UTC)
        known = self.known(principals)
        store = self.store if known else None
        if store is None and request.cluster:
            raise NotThereError(f"there is no cluster `{request.cluster}`")
        if store is None:
            found, window = list[Change](), request.window(now)
        else:
            found, window = asked_changes(store, known, request, self.past_reader(principals), now)
        place = request.cluster or "", request.namespace or ""
        committed = commit_changes(self._settings, CommitsRequest(*window, principals, *place))
        return sorted([*found, *committed], key=lambda one: one.at)[-MOST:], window

    def models(self) -> list[ClusterModel]:
        """The live clusters with the number of all their objects, which is only for who owns the state folder."""
        # First, as to open the store would make the state folder.
        store = self.store if self._ledger() is not None else None
        if store is None:
            return []
        return [
            ClusterModel(
                name=name,
                objects=sum(store.counts(name).values()),
                observed_at=store.observed_at(name),
                snapshots=len(store.snapshots(name)),
            )
            for name in self.view.clusters(EVERYTHING)
        ]

    def run(
        self, steps: Sequence[Sequence[str]], principals: frozenset[str], cluster: str = ""
    ) -> ScriptOutput:
        """What steps print; see `ScriptRunner.run`."""
        return self._scripts.run(steps, principals, cluster)

    def placed(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer whose script of a page names its cluster; see `ScriptRunner.placed`."""
        ledger = self._ledger()
        if ledger is None or answer.script is None:
            return answer
        return self._scripts.placed(
            answer, principals, lambda ids: {one.environment for one in ledger.get_many(ids).values()} - {""}
        )

    def with_output(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with what its script prints; see `ScriptRunner.with_output`."""
        return self._scripts.with_output(answer, principals)

    @cached_property
    def _store(self) -> ObjectStore | None:
        folder = self._settings.index.path
        return ObjectStore(folder) if self._settings.live_clusters or (folder / FILE).exists() else None

    @cached_property
    def _view(self) -> ClusterView:
        live = {source.name for source in self._settings.live_clusters}
        written = tuple(source.name for source in self._settings.sources if source.name not in live)
        return ClusterView(self.store, LedgerKnowledge(self._known_ledger, written))

    def _known_ledger(self) -> Ledger:
        ledger = self._ledger()
        if ledger is None:
            raise IndexEmptyError
        return ledger
