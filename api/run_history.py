"""Runs as a person sees them: one an ingest, though the ledger has a row for each of its sources.

The rows of one ingest follow each other, as it holds the lock; where each began is kept in a setting, and in
another the one that goes on: between two sources all its rows are finished, and it is not.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from api.schemas import Counts, ItemModel, RunModel, SourceRunModel
from index.ledger import Ledger
from ingest.report import RunReport
from ingest.runs import Runs

_STARTS, _OPEN = "run_starts", "run_open"
_KEPT = 2_000
_WORST_FIRST = ("running", "interrupted", "failed", "refused", "done_with_failures", "done")
_ROWS_A_RUN = 50


class AnnouncedRuns(Runs):
    """The ledger's runs; tells when a source's run has got its row."""

    def __init__(self, ledger: Ledger, begun: Callable[[RunReport], None]) -> None:
        super().__init__(ledger)
        self._begun = begun

    def start(self, source: str, *, full: bool) -> RunReport:
        """A new row with status `running`."""
        report = super().start(source, full=full)
        self._begun(report)
        return report


class RunHistory:
    """All runs, newest first."""

    def __init__(self, ledger: Ledger, runs: Runs) -> None:
        self._ledger = ledger
        self._runs = runs

    def begin(self, first_row: int) -> None:
        """Note that a run begins with this row; only for the holder of the ingest lock."""
        starts = [*self._starts(), first_row][-_KEPT:]
        self._ledger.set_setting(_OPEN, str(first_row))
        self._ledger.set_setting(_STARTS, json.dumps(starts))

    def end(self) -> None:
        """Note that no run goes on any more; only for the holder of the ingest lock."""
        self._ledger.set_setting(_OPEN, "")

    def recent(self, limit: int) -> list[RunModel]:
        """The newest runs, without their items."""
        starts = self._starts()
        rows = self._runs.recent(limit=limit * _ROWS_A_RUN)
        groups = groupby(rows, key=lambda row: _first_row(starts, row.id or 0))
        return [self._run(list(group)[::-1]) for _, group in groups][:limit]

    def get(self, run_id: str) -> RunModel | None:
        """The run that began with row `run_id`, with its items."""
        newest = next((row.id for row in self._runs.recent(limit=1)), None)
        if not run_id.isascii() or not run_id.isdigit() or len(run_id) > 18 or newest is None:
            return None
        first, starts = int(run_id), self._starts()
        after = bisect_right(starts, first)
        end = starts[after] if after < len(starts) else newest + 1
        if _first_row(starts, first) != first:
            return None
        if first not in starts:
            end = first + 1
        rows = [row for number in range(first, min(end, newest + 1)) if (row := self._runs.get(number))]
        return self._run(rows) if rows else None

    def _run(self, rows: Sequence[RunReport]) -> RunModel:
        run = combined(rows)
        if run.id == self._ledger.setting(_OPEN):
            return run.model_copy(update={"status": "running", "finished_at": None, "nothing_new": False})
        return run

    def _starts(self) -> list[int]:
        return [int(start) for start in json.loads(self._ledger.setting(_STARTS) or "[]")]


def combined(reports: Sequence[RunReport], dry_run: bool = False) -> RunModel:
    """One run out of the rows of its sources, oldest first; there is at least one."""
    rows = [source_row(report) for report in reports]
    finished = [report.finished for report in reports]
    first = reports[0]
    return RunModel(
        id=None if first.id is None else str(first.id),
        status=min((row.status for row in rows), key=_WORST_FIRST.index),
        full=first.full,
        dry_run=dry_run,
        nothing_new=all(row.nothing_new for row in rows),
        started_at=first.started,
        finished_at=None if None in finished else max(f for f in finished if f),
        sources=rows,
    ).model_copy(update=totals(rows))


def totals(rows: Iterable[SourceRunModel]) -> dict[str, float]:
    """The sum of each count."""
    listed = list(rows)
    return {name: round(sum(getattr(row, name) for row in listed), 3) for name in Counts.model_fields}


def source_row(report: RunReport) -> SourceRunModel:
    """One source's row."""
    counts = report.counts
    return SourceRunModel(
        source=report.source,
        status=report.status.value,
        started_at=report.started,
        finished_at=report.finished,
        nothing_new=report.nothing_new,
        error=report.error or None,
        unreachable=report.unreachable,
        items=[
            ItemModel(
                item=p.item, reason=p.reason, skipped=p.skipped, temporary=p.temporary, warning=p.warning
            )
            for p in report.problems
        ],
        items_omitted=report.problems_omitted,
        to_index=list(report.to_index),
        to_delete=list(report.to_delete),
        seen=counts.seen,
        indexed=counts.indexed,
        unchanged=counts.unchanged,
        skipped=counts.skipped,
        failed=counts.failed,
        deleted=counts.deleted,
        updated=counts.updated,
        reindexed=counts.reindexed,
        warnings=counts.warnings,
        seconds=report.seconds,
    )


def _first_row(starts: Sequence[int], row: int) -> int:
    """The row with which the run of `row` began; rows from before any note stand alone."""
    position = bisect_right(starts, row)
    return starts[position - 1] if position else row
