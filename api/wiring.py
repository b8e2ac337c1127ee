"""Builds everything from the settings, each part when it is first needed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from api.engines import Engines, generation_of, reranking_of
from api.errors import IndexEmptyError
from api.schemas import RunModel, SourceModel
from api.services import Check, IngestOptions, IngestProgress
from api.settings import Settings, unusable_state
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import datetime

    from answers.cluster.history import Place
    from answers.cluster.responder import ClusterResponder
    from answers.history import History
    from api.clusters import Clusters
    from api.findings import Findings
    from cluster.changes import Change
    from connectors.base import Connector
    from connectors.documents import Document
    from connectors.kubernetes.observed import ObjectObserver
    from index.index import Index
    from index.ledger import Ledger
    from index.retriever import Retriever

log = logging.getLogger(__name__)

_PAGES = ("files", "confluence", "notion")
"""The types of sources that people write to be read."""


class Wiring:
    """The real services; see `api.services.Services`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._warned_of: str | None = None

    @property
    def searcher(self) -> Engines:
        """Retrieval; raises `IndexEmptyError` before the first run."""
        if not self.ready():
            raise IndexEmptyError
        with self._lock:
            self._warn()
            return self._engines

    @property
    def answerer(self) -> Engines:
        """Answers; raises `IndexEmptyError` before the first run."""
        return self.searcher

    @property
    def clusters(self) -> Clusters:
        """Objects, pictures and scripts."""
        with self._lock:
            return self._clusters

    @property
    def findings(self) -> Findings:
        """What documents say of clusters that is outdated."""
        with self._lock:
            return self._findings

    @cached_property
    def questions(self) -> History:
        """What was asked before; makes its file when the first question is kept."""
        from answers.history import History, Retention

        kept = self.settings.answers.history
        return History(self.settings.index.path, Retention(kept.days, kept.questions))

    def ready(self) -> bool:
        """Whether the ledger is there and holds documents."""
        return self.has_state() and self.ledger.count_all() > 0

    def index_problem(self) -> str:
        """Why answers are not what they could be, and what to run; '' where there is nothing to say."""
        from ingest.current import problem_of

        return problem_of(self.index, self.ledger) if self.ready() else ""

    def _warn(self) -> None:
        """Logs what is wrong with the index, once for each of its states."""
        state = self.index.version()
        if state != self._warned_of:
            self._warned_of = state
            if problem := self.index_problem():
                log.warning(problem)

    def has_state(self) -> bool:
        """Whether anything was ever ingested here; asking makes no files.

        Raises `ConfigurationError` if the state folder is a file, or not writable.
        """
        folder = self.settings.index.path
        if unusable := unusable_state(folder):
            raise ConfigurationError(f"index.path: {'; '.join(unusable)}")
        return (folder / "ledger.db").exists()

    def connectors(self, observer: ObjectObserver | None = None) -> list[Connector]:
        """The configured sources; the `observer` is told of the objects of live clusters."""
        from api.connectors import build_connector

        return [
            build_connector(source, self.settings.index.path, observer) for source in self.settings.sources
        ]

    def document(self, document_id: str, principals: frozenset[str] | None) -> Document | None:
        """The stored document, if one of `principals` may read it."""
        if not self.has_state():
            return None
        if principals is not None and not self.ledger.readable([document_id], principals):
            return None
        return self.ledger.get(document_id)

    def page_ids(self) -> list[str]:
        """The ids of all documents of sources that hold pages, sorted."""
        if not self.has_state():
            return []
        names = [source.name for source in self.settings.sources if source.type in _PAGES]
        return sorted(ident for name in names for ident in self.ledger.ids(name))

    def variants(self, document_id: str, principals: frozenset[str]) -> list[str]:
        """The readable ids that are `document_id` with `@` and an environment or path behind, sorted."""
        scheme, _, rest = document_id.partition(":")
        if scheme != "kubernetes" or not self.has_state():
            return []
        ids = self.ledger.ids(rest.partition("/")[0])
        found = [i for i in ids if i.startswith(f"{document_id}@")]
        return sorted(self.ledger.readable(found, principals))

    def sources(self, principals: frozenset[str] | None) -> list[SourceModel]:
        """The configured sources that `principals` may read; None: all, with what went wrong."""
        from api.source_status import source_models

        if not self.has_state():
            return source_models(self.settings, None, principals)
        return source_models(self.settings, self.ledger, principals)

    def runs(self, limit: int) -> list[RunModel]:
        """The newest runs, newest first."""
        from api.run_history import RunHistory
        from ingest.runs import Runs

        return RunHistory(self.ledger, Runs(self.ledger)).recent(limit) if self.has_state() else []

    def run(self, run_id: str) -> RunModel | None:
        """One run with its items."""
        from api.run_history import RunHistory
        from ingest.runs import Runs

        return RunHistory(self.ledger, Runs(self.ledger)).get(run_id) if self.has_state() else None

    def ingest(self, options: IngestOptions, progress: IngestProgress, stop: threading.Event) -> RunModel:
        """Run to the end, or until `stop` is set; raises `AlreadyRunningError` if another run is at work."""
        from api.run import run_sources

        self.settings.require_sources(options.sources)
        self.has_state()  # says what is wrong with the state folder before it is used
        objects = None if options.dry_run else self.clusters.store
        chosen = [c for c in self.connectors(objects) if not options.sources or c.name in options.sources]
        index = self.open_index()
        try:
            return run_sources(self.settings, chosen, index, self.ledger, options, progress, stop, objects)
        finally:
            index.close()

    def checks(self) -> Sequence[Check]:
        """What `kubelore doctor` looks at."""
        from api.checks import all_checks

        return all_checks(self)

    def close(self) -> None:
        """Release files and locks."""
        with self._lock:
            for name in ("index", "_ledger"):
                part = self.__dict__.pop(name, None)
                if part is not None:
                    part.close()

    def open_index(self) -> Index:
        """The index, opened for its caller alone."""
        from index.embedding.models import EmbeddingSettings
        from index.index import Index

        chosen = self.settings.index.embedding
        embedding = EmbeddingSettings(chosen.model, chosen.backend, chosen.multilingual)
        return Index.open(self.settings.index.path, embedding, self.settings.index.server)

    @cached_property
    def index(self) -> Index:
        """The index that is searched; a run writes through one of its own."""
        return self.open_index()

    @property
    def ledger(self) -> Ledger:
        """The ledger in the state folder."""
        with self._lock:
            return self._ledger

    @cached_property
    def _ledger(self) -> Ledger:
        from index.ledger import Ledger

        return Ledger.at(self.settings.index.path)

    def _kept_ledger(self) -> Ledger | None:
        """The ledger; None before the first run, which to ask must not begin."""
        return self.ledger if self.has_state() else None

    @cached_property
    def _clusters(self) -> Clusters:
        from api.clusters import Clusters

        return Clusters(self.settings, self._kept_ledger)

    def _responder(self, retriever: Retriever) -> ClusterResponder | None:
        """Who answers from live objects; None where no cluster was ever read."""
        store = self.clusters.store
        if store is None:
            return None
        from answers.cluster.pages import written_about
        from answers.cluster.responder import ClusterResponder
        from answers.cluster.second.again import SecondReader
        from index.embedding.models import fingerprint

        index = self.index
        kept = index.folder / f"phrasings.{fingerprint(index.embedding)}.npz"
        return ClusterResponder(
            self.clusters.view,
            self.ledger.get_many,
            self.clusters.reader,
            lambda namespaces: store.events(namespaces=list(namespaces) or None),
            pages=lambda words, filters: written_about(retriever, words, filters),
            contexts={source.cluster_name: source.context or "" for source in self.settings.live_clusters},
            second=SecondReader(lambda: index.wordings, kept),
            past=self._past,
        )

    def _past(
        self, principals: frozenset[str], since: datetime, until: datetime, place: Place
    ) -> list[Change]:
        from api.changes import ChangesRequest

        asked = [
            ChangesRequest(None, since, until, namespace, cluster, place.kinds, place.names)
            for cluster in place.clusters or (None,)
            for namespace in place.namespaces or (None,)
        ]
        # Terraform is of no cluster, and told for each.
        found = {
            (change.at, change.ref, change.type, change.text): change
            for one in asked
            for change in self.clusters.changes(one, principals)[0]
        }
        return sorted(found.values(), key=lambda one: one.at)

    @cached_property
    def _findings(self) -> Findings:
        from api.findings import Findings

        return Findings(self.settings, self._kept_ledger, lambda: self.clusters.store)

    @cached_property
    def _engines(self) -> Engines:
        from answers.cluster.pages import written_about
        from answers.engine import Answerer
        from api.sides import Sides
        from index.retriever import Retriever

        reranking = reranking_of(self.settings.index.reranker)
        retriever = Retriever(self.index, self.ledger.readable, reranking=reranking)
        engine = Answerer(retriever, self.ledger.get_many, self._responder(retriever), self.findings.outdated)
        embedding = self.settings.index.embedding
        bundled = embedding.model == "default" and embedding.backend == "onnx"
        model = self.settings.answers.llm
        sides = Sides(
            self.clusters,
            self.findings,
            self._kept_ledger,
            lambda words, filters: written_about(retriever, words, filters),
        )
        return Engines(
            retriever,
            engine,
            one_at_a_time=not bundled,
            add=lambda answer, principals: sides.added(self.findings.added(answer, principals), principals),
            generation=generation_of(model, self.ledger.get_many) if model else None,
        )
