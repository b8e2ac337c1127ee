"""One ingest over the chosen sources, and over those that are no longer configured."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from api.refresh_tokens import forget_tokens
from api.run_history import AnnouncedRuns, RunHistory, combined
from api.schemas import RunModel
from api.services import IngestOptions, IngestProgress
from api.settings import Settings
from cluster.store import ObjectStore
from connectors.base import Connector
from index.index import Index
from index.ledger import Ledger
from ingest.lock import exclusive
from ingest.report import Counts, RunReport, RunStatus, utc_now
from ingest.run import BRAKE_DOCUMENTS
from ingest.runner import ProgressEvent, forget_source, ingest_all
from ingest.runs import Runs


def run_sources(
    settings: Settings,
    connectors: Sequence[Connector],
    index: Index,
    ledger: Ledger,
    options: IngestOptions,
    progress: IngestProgress,
    stop: threading.Event,
    objects: ObjectStore | None = None,
) -> RunModel:
    """The run, ended. A run of all sources also forgets those that are no longer configured.

    `objects` is where the connectors keep the objects of live clusters.
    """
    first: list[int] = []

    def begun(report: RunReport) -> None:
        if not first and report.id is not None:
            first.append(report.id)
            RunHistory(ledger, runs).begin(report.id)
            progress.started(str(report.id))
        progress.seen(report.source, 0)

    def went_on(event: ProgressEvent) -> None:
        progress.seen(event.source, event.seen, event.total)

    runs = AnnouncedRuns(ledger, begun)
    try:
        reports = ingest_all(
            connectors,
            index,
            ledger,
            runs,
            settings.index.path,
            full=options.full,
            dry_run=options.dry_run,
            confirm_deletions=options.confirm_deletions,
            progress=went_on,
            stop=stop,
        )
        if not options.sources and not options.dry_run and not stop.is_set():
            reports += _forget_removed(settings, index, ledger, options)
            if objects is not None:
                _forget_objects(settings, objects, reports)
        if objects is not None and not options.dry_run:
            _end_crawls(settings, objects, ledger, reports)
    finally:
        if first:
            RunHistory(ledger, runs).end()
    return combined(reports, options.dry_run)


def _forget_removed(
    settings: Settings, index: Index, ledger: Ledger, options: IngestOptions
) -> list[RunReport]:
    configured = {source.name for source in settings.sources}
    removed = [name for name in ledger.sources() if name not in configured]
    reports: list[RunReport] = []
    if removed:
        with exclusive(settings.index.path):
            runs = Runs(ledger)
            reports = [_forget(name, index, ledger, runs, options) for name in removed]
    forget_tokens(settings.index.path, configured.union(ledger.sources()))
    return reports


def _forget(name: str, index: Index, ledger: Ledger, runs: Runs, options: IngestOptions) -> RunReport:
    """Forget one source; many documents only if that was confirmed, as a line may be missing by mistake."""
    begun = runs.start(name, full=False)
    count = len(ledger.ids(name))
    if count >= BRAKE_DOCUMENTS and not options.confirm_deletions:
        error = (
            f"the source is no longer configured; its {count} documents are kept until you run"
            " `kubelore ingest --confirm-deletions`"
        )
        report = replace(begun, status=RunStatus.REFUSED, finished=utc_now(), error=error)
    else:
        counts = Counts(deleted=forget_source(name, index, ledger))
        report = replace(begun, status=RunStatus.DONE, finished=utc_now(), counts=counts)
    runs.finish(report)
    return report


def _end_crawls(
    settings: Settings, objects: ObjectStore, ledger: Ledger, reports: Sequence[RunReport]
) -> None:
    """Keeps a snapshot of each live cluster that was read to its end."""
    objects.flush()
    live = {source.name for source in settings.live_clusters}
    for report in reports:
        if report.source in live and report.status in (RunStatus.DONE, RunStatus.DONE_WITH_FAILURES):
            objects.finish(report.source, ledger.ids(report.source))


def _forget_objects(settings: Settings, objects: ObjectStore, reports: Sequence[RunReport]) -> None:
    """Forgets the objects of sources that are no live clusters any more, but where that was refused."""
    kept = {source.name for source in settings.live_clusters}
    kept |= {report.source for report in reports if report.status is RunStatus.REFUSED}
    for name in objects.sources():
        if name not in kept:
            objects.forget(name)
