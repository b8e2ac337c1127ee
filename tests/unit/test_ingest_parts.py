"""The parts around a run: the history, the lock, the stop and the schedule."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.documents import Failure
from connectors.errors import ConfigurationError
from index.ledger import Ledger
from ingest import report as reports
from ingest import runs as runs_module
from ingest.lock import AlreadyRunningError, exclusive
from ingest.report import Counts, ProblemLog, RunStatus, utc_now
from ingest.runs import Runs
from ingest.schedule import start_schedule
from ingest.stop import stop_on_signals


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    with Ledger.at(tmp_path) as ledger:
        yield Runs(ledger)


def test_a_report_comes_back_equal(runs: Runs) -> None:
    report = replace(
        runs.start("docs", full=True),
        status=RunStatus.DONE_WITH_FAILURES,
        finished=utc_now(),
        seconds=1.5,
        counts=Counts(
            indexed=1, unchanged=2, skipped=3, failed=4, deleted=5, updated=6, reindexed=7, warnings=9
        ),
        error="e",
        unreachable=True,
        problems=(
            Failure("b", "r", skipped=True),
            Failure("a", "r", temporary=True),
            Failure("c", "r", warning=True),
        ),
        problems_omitted=8,
    )
    runs.finish(report)
    assert runs.get(report.id or 0) == report
    assert runs.last("docs") == replace(report, problems=())
    assert runs.get(99) is None
    assert runs.last("none") is None
    assert list(runs.problems(report.id or 0, limit=1, offset=1)) == [report.problems[1]]


def test_a_database_of_an_earlier_version_gets_the_new_columns(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as ledger:
        old = Runs(ledger).start("docs", full=False)
        with ledger.engine.begin() as connection:
            connection.execute(text("ALTER TABLE runs DROP COLUMN warnings"))
            connection.execute(text("ALTER TABLE run_problems DROP COLUMN warning"))
        runs = Runs(ledger)
        assert runs.get(old.id or 0) == old
        new = replace(old, counts=Counts(warnings=1), problems=(Failure("a", "r", warning=True),))
        runs.finish(new)
        assert Runs(ledger).get(old.id or 0) == new


def test_a_report_as_json_adds_up() -> None:
    counts = Counts(indexed=1, unchanged=2, skipped=3, failed=4, deleted=5, warnings=6)
    report = reports.RunReport(1, "docs", RunStatus.DONE, utc_now(), utc_now(), counts=counts)
    data = report.to_json()
    assert data["seen"] == data["indexed"] + data["unchanged"] + data["skipped"] + data["failed"] == 10
    assert data["status"] == "done"
    assert data["started"].endswith("+00:00")


def test_a_running_run_shows_how_far_it_is(runs: Runs) -> None:
    report = runs.start("docs", full=False)
    runs.update(report.id or 0, Counts(indexed=64))
    shown = runs.get(report.id or 0)
    assert shown is not None
    assert (shown.status, shown.counts.seen) == (RunStatus.RUNNING, 64)


def test_old_runs_go_with_their_problems_and_numbers_are_not_given_again(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "KEPT_PER_SOURCE", 3)
    other = runs.start("wiki", full=False)
    ids = []
    for _ in range(5):
        report = replace(runs.start("docs", full=False), status=RunStatus.DONE, problems=(Failure("x", "r"),))
        runs.finish(report)
        ids.append(report.id or 0)
    assert [r.id for r in runs.recent("docs")] == ids[:1:-1]
    assert list(runs.problems(ids[0])) == []
    assert list(runs.problems(ids[-1])) == [Failure("x", "r")]
    assert [r.id for r in runs.recent(limit=1)] == [ids[-1]]
    assert runs.last("wiki") == other


def test_only_running_runs_are_marked_as_interrupted(runs: Runs) -> None:
    done = replace(runs.start("docs", full=False), status=RunStatus.DONE)
    runs.finish(done)
    dead = runs.start("docs", full=False)
    assert runs.interrupt_stale() == 1
    assert [r.status for r in runs.recent("docs")] == [RunStatus.INTERRUPTED, RunStatus.DONE]
    assert runs.recent("docs")[0].id == dead.id


def test_problems_are_bounded_and_fit_to_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MAX_PROBLEMS", 2)
    log = ProblemLog()
    log.add(Failure("a\0\ud800", "password=hunter2hunter2"))
    log.add(Failure("b", "x" * 10_000))
    log.add(Failure("c", "one too many"))
    assert (len(log.kept), log.omitted) == (2, 1)
    assert "hunter2" not in log.kept[0].reason
    log.kept[0].item.encode()
    assert "\0" not in log.kept[0].item
    assert len(log.kept[1].reason) <= 500


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from ingest.lock import exclusive\n"
        "with exclusive(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(AlreadyRunningError, match=f"process {other.pid} on "), exclusive(tmp_path):
                pass
        finally:
            other.kill()
    with exclusive(tmp_path):
        pass


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), exclusive(tmp_path):
        raise KeyError
    with exclusive(tmp_path / "new" / "folder"), exclusive(tmp_path):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    refused: list[bool] = []

    def second() -> None:
        try:
            with exclusive(tmp_path):
                refused.append(False)
        except AlreadyRunningError:
            refused.append(True)

    with exclusive(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    second()
    assert refused == [True, False]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_sets_the_event_and_a_second_ctrl_c_ends(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(60)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(number) is before


def test_a_stop_outside_the_main_thread_changes_no_handler() -> None:
    seen: list[bool] = []

    def elsewhere() -> None:
        with stop_on_signals() as stop:
            seen.append(stop.is_set())

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [False]
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_schedule_knows_its_next_time_in_its_zone() -> None:
    schedule = start_schedule("30 2 * * *", "Asia/Shanghai", lambda: None)
    try:
        following = schedule.next_run
        assert following is not None
        assert (following.hour, following.minute) == (2, 30)
        assert following.utcoffset() is not None
        assert following.utcoffset().total_seconds() == 8 * 3_600
    finally:
        schedule.stop()
        schedule.stop()


@pytest.mark.parametrize("cron", ["", "soon", "61 * * * *", "* * * *", "0 2 * * * *", "0 2 * * blursday"])
def test_a_wrong_crontab_is_explained(cron: str) -> None:
    with pytest.raises(ConfigurationError, match=r"schedule\.cron: .* write minute"):
        start_schedule(cron, "UTC", lambda: None)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_wrong_time_zone_is_explained(zone: str) -> None:
    with pytest.raises(ConfigurationError, match=r"schedule\.timezone: .* IANA"):
        start_schedule("0 2 * * *", zone, lambda: None)


def test_a_job_that_fails_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from apscheduler.triggers.cron import CronTrigger

    every_second = CronTrigger(second="*", timezone="UTC")
    monkeypatch.setattr("ingest.schedule._trigger", lambda *_: every_second)
    calls: list[float] = []
    twice = threading.Event()

    def job() -> None:
        calls.append(time.monotonic())
        if len(calls) >= 2:
            twice.set()
        raise RuntimeError("no luck")

    schedule = start_schedule("* * * * *", "UTC", job)
    try:
        assert twice.wait(60)
    finally:
        schedule.stop(wait=True)
    assert schedule.next_run is None
