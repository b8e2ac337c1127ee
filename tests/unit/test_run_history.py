"""Runs as a person sees them, out of the ledger's row a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.run_history import RunHistory
from connectors.documents import Failure
from index.ledger import Ledger
from ingest.report import Counts, RunReport, RunStatus, utc_now
from ingest.runs import Runs


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.at(tmp_path) as opened:
        yield opened


def finished(runs: Runs, source: str, status: RunStatus = RunStatus.DONE, **counts: int) -> RunReport:
    report = replace(
        runs.start(source, full=False),
        status=status,
        finished=utc_now(),
        seconds=0.5,
        counts=Counts(**counts),
        problems=(Failure("a.png", "binary file", skipped=True),),
    )
    runs.finish(report)
    return report


def ingest(history: RunHistory, runs: Runs, *sources: str) -> str:
    """A whole run over `sources`; its id."""
    first = finished(runs, sources[0], indexed=2, skipped=1)
    assert first.id
    history.begin(first.id)
    for source in sources[1:]:
        finished(runs, source, indexed=2, skipped=1)
    history.end()
    return str(first.id)


def test_the_rows_of_one_ingest_are_one_run(ledger: Ledger) -> None:
    runs = Runs(ledger)
    history = RunHistory(ledger, runs)
    assert history.recent(10) == []
    assert history.get("1") is None
    first = ingest(history, runs, "a", "b")
    second = ingest(history, runs, "c")
    third = ingest(history, runs, "a", "b", "c")
    assert [run.id for run in history.recent(10)] == [third, second, first]
    assert [run.id for run in history.recent(1)] == [third]
    found = history.get(first)
    assert found
    assert [row.source for row in found.sources] == ["a", "b"]
    assert (found.seen, found.indexed, found.skipped, found.seconds) == (6, 4, 2, 1.0)
    assert [item.item for row in found.sources for item in row.items] == ["a.png", "a.png"]


@pytest.mark.parametrize("run_id", ["2", "99", "-1", "x", "", "1" * 30, "²"])
def test_what_is_no_run_is_none(ledger: Ledger, run_id: str) -> None:
    runs = Runs(ledger)
    ingest(RunHistory(ledger, runs), runs, "a", "b")
    assert RunHistory(ledger, runs).get(run_id) is None


def test_between_two_sources_the_run_still_goes_on(ledger: Ledger) -> None:
    runs = Runs(ledger)
    history = RunHistory(ledger, runs)
    first = finished(runs, "a")
    assert first.id
    history.begin(first.id)
    going = history.get(str(first.id))
    assert going
    assert (going.status, going.finished_at) == ("running", None)
    assert history.recent(1)[0].status == "running"
    history.end()
    ended = history.get(str(first.id))
    assert ended
    assert ended.status == "done"
    assert ended.finished_at


def test_a_run_is_as_bad_as_its_worst_source(ledger: Ledger) -> None:
    runs = Runs(ledger)
    history = RunHistory(ledger, runs)
    first = finished(runs, "a")
    assert first.id
    history.begin(first.id)
    finished(runs, "b", RunStatus.FAILED)
    finished(runs, "c", RunStatus.DONE_WITH_FAILURES)
    history.end()
    assert history.recent(1)[0].status == "failed"


def test_rows_from_before_any_note_stand_alone(ledger: Ledger) -> None:
    runs = Runs(ledger)
    rows = [finished(runs, "a"), finished(runs, "b")]
    history = RunHistory(ledger, runs)
    assert [run.id for run in history.recent(5)] == [str(row.id) for row in reversed(rows)]
    alone = history.get(str(rows[0].id))
    assert alone
    assert [row.source for row in alone.sources] == ["a"]
