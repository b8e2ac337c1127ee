"""Brings the index up to date with the sources: one run per source, safe to stop or kill at any point."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from connectors.base import Connector
from connectors.errors import KubeloreError, RefusedError, TemporaryError, UnreachableError
from index.ledger import Ledger
from ingest.lock import exclusive
from ingest.options import Options, Progress, ProgressEvent
from ingest.report import RunReport, RunStatus, described, utc_now
from ingest.run import Run, StoppedError
from ingest.runs import Runs
from ingest.writer import REMOVED_AT_ONCE, ChunkIndex

__all__ = ["ChunkIndex", "Progress", "ProgressEvent", "forget_source", "ingest_all", "ingest_source"]

_log = logging.getLogger(__name__)


def ingest_all(
    connectors: Sequence[Connector],
    index: ChunkIndex,
    ledger: Ledger,
    runs: Runs,
    state: Path,
    *,
    full: bool = False,
    dry_run: bool = False,
    confirm_deletions: bool = False,
    reindex: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> list[RunReport]:
    """One report a source, in order, holding the lock of the folder `state`; a failed source stops no other.

    After a stop the sources that were not begun have no report. A dry run takes no lock. Raises
    AlreadyRunningError while another ingest is at work, and TemporaryError where the ledger is away.
    """
    reports: list[RunReport] = []
    with nullcontext() if dry_run else exclusive(state):
        if not dry_run:
            runs.interrupt_stale()
        for connector in connectors:
            report = ingest_source(
                connector,
                index,
                ledger,
                runs,
                full=full,
                dry_run=dry_run,
                confirm_deletions=confirm_deletions,
                # All sources' documents are written again together, so once is enough.
                reindex=reindex and not reports,
                progress=progress,
                stop=stop,
            )
            reports.append(report)
            if report.status is RunStatus.INTERRUPTED:
                break
    return reports


def ingest_source(
    connector: Connector,
    index: ChunkIndex,
    ledger: Ledger,
    runs: Runs,
    *,
    full: bool = False,
    dry_run: bool = False,
    confirm_deletions: bool = False,
    reindex: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> RunReport:
    """What one run over one source did; the caller holds the ingest lock.

    `full` reads everything without the checkpoint; documents whose content did not change are still not
    embedded again, unless `reindex` asks for it or the index makes other chunks than before. `dry_run`
    writes nothing. `stop` ends the run at the next safe point. An error of the source or the index is in the
    report; KeyboardInterrupt is recorded and raised again.
    """
    options = Options(full, dry_run, confirm_deletions, reindex, progress, stop)
    if dry_run:
        report = RunReport(None, connector.name, RunStatus.RUNNING, utc_now(), full=full)
    else:
        report = runs.start(connector.name, full=full)
    began = time.monotonic()
    run = Run(connector, index, ledger, runs, report.id, options)
    try:
        status, error = _outcome(run)
    except BaseException:
        _finish(runs, _completed(report, run, RunStatus.INTERRUPTED, None, began))
        raise
    report = _completed(report, run, status, error, began)
    _finish(runs, report)
    return report


def forget_source(source: str, index: ChunkIndex, ledger: Ledger) -> int:
    """Removes a source that is no longer configured from index and ledger; how many documents it had.

    The caller holds the ingest lock. Safe to repeat after an interruption; the history of its runs stays.
    """
    # First: with it, a source that is configured again would call documents unchanged that are gone.
    ledger.save_checkpoint(source, None)
    stored = ledger.ids(source)
    ids = sorted(stored | ledger.begun(source))
    for i in range(0, len(ids), REMOVED_AT_ONCE):
        part = ids[i : i + REMOVED_AT_ONCE]
        index.remove(part)
        index.commit()
        ledger.remove(part)
    ledger.remove_source(source)
    return len(stored)


def _outcome(run: Run) -> tuple[RunStatus, Exception | None]:
    try:
        run.execute()
    except StoppedError as error:
        return RunStatus.INTERRUPTED, error
    except RefusedError as error:
        return RunStatus.REFUSED, error
    except Exception as error:  # noqa: BLE001 - one source's trouble must not stop the others
        if not isinstance(error, KubeloreError):
            _log.debug("unexpected error in a run", exc_info=True)
        return RunStatus.FAILED, error
    return (RunStatus.DONE_WITH_FAILURES if run.counts.failed else RunStatus.DONE), None


def _completed(
    report: RunReport, run: Run, status: RunStatus, error: Exception | None, began: float
) -> RunReport:
    unexpected = error is not None and not isinstance(error, KubeloreError)
    text = "" if error is None else described(error)
    return replace(
        report,
        status=status,
        finished=utc_now(),
        seconds=round(time.monotonic() - began, 3),
        counts=run.counts,
        nothing_new=run.counts.nothing_new and not run.started_over,
        error=f"{type(error).__name__}: {text}" if unexpected else text,
        unreachable=isinstance(error, UnreachableError),
        problems=tuple(run.problems.kept),
        problems_omitted=run.problems.omitted,
        to_index=tuple(run.to_index),
        to_delete=tuple(run.to_delete) if report.id is None else (),
    )


def _finish(runs: Runs, report: RunReport) -> None:
    if report.id is None:
        return
    try:
        runs.finish(report)
    except TemporaryError as error:
        # The report itself still reaches the caller; the row is marked interrupted by the next run.
        _log.warning("the run of source %s could not be recorded: %s", report.source, error)
