"""What a run does with a source: rules, counts and reports."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.documents import Failure
from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from index.ledger import Ledger
from ingest.lock import AlreadyRunningError, exclusive
from ingest.report import RunReport, RunStatus
from ingest.runner import ProgressEvent, forget_source, ingest_all, ingest_source
from ingest.runs import Runs
from tests.unit.ingest_fakes import FakeConnector, MemoryIndex, contents, document


class Place:
    """A ledger, its runs and an index, and one run over a connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger.at(folder)
        self.runs = Runs(self.ledger)
        self.index = MemoryIndex()

    def run(self, connector: FakeConnector, **options: object) -> RunReport:
        return ingest_source(connector, self.index, self.ledger, self.runs, **options)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def names(count: int) -> list[str]:
    return [f"{i:03}.md" for i in range(count)]


def test_a_first_run_indexes_everything_and_says_so(place: Place) -> None:
    docs = [document(n) for n in names(150)]
    source = FakeConnector(*docs)
    source.failures = [Failure("x.bin", "binary", skipped=True), Failure("y.md", "broken")]
    report = place.run(source)
    assert report.status is RunStatus.DONE_WITH_FAILURES
    assert (report.counts.indexed, report.counts.skipped, report.counts.failed, report.counts.seen) == (
        150,
        1,
        1,
        152,
    )
    assert not report.nothing_new
    assert contents(place.ledger) == {d.id: d for d in docs}
    assert place.index.texts == {d.id: d.text for d in docs}
    assert place.runs.get(report.id or 0) == report
    assert [p.reason for p in report.problems] == ["binary", "broken"]


def test_a_second_run_finds_nothing_new_and_writes_nothing(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    generation = place.ledger.generation()
    report = place.run(source)
    assert report.status is RunStatus.DONE
    assert report.nothing_new
    assert report.counts.unchanged == report.counts.seen == 2
    assert place.ledger.generation() == generation
    assert len(place.index.applied) == 2
    assert source.crawled_with[0] is None
    assert source.crawled_with[1] is not None


def test_a_full_run_reads_everything_and_embeds_only_what_changed(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    place.index.applied.clear()
    source.documents[1] = document("b.md", "new")
    report = place.run(source, full=True)
    assert source.crawled_with == [None, None]
    assert place.index.applied == ["files:docs/b.md"]
    assert (report.counts.indexed, report.counts.unchanged) == (1, 1)


def test_new_access_reaches_the_ledger_without_indexing_again(place: Place) -> None:
    source = FakeConnector(document("a.md"))
    place.run(source)
    source.documents = [replace(document("a.md"), access=frozenset({"ops"}), author="Ann")]
    report = place.run(source)
    assert (report.counts.unchanged, report.counts.updated, report.nothing_new) == (1, 1, False)
    assert len(place.index.applied) == 1
    assert contents(place.ledger) == {d.id: d for d in source.documents}
    assert place.ledger.readable(["files:docs/a.md"], frozenset({"public"})) == set()


def test_access_narrows_before_new_text_can_be_found(place: Place) -> None:
    source = FakeConnector(document("a.md"))
    place.run(source)
    source.documents = [document("a.md", "secret", access=frozenset({"ops"}))]
    readable_at_commit: list[set[str]] = []
    commit = place.index.commit

    def watched() -> None:
        readable_at_commit.append(place.ledger.readable(["files:docs/a.md"], frozenset({"public"})))
        commit()

    place.index.commit = watched  # type: ignore[method-assign]
    place.run(source)
    assert readable_at_commit == [set()]


def test_what_is_gone_is_deleted(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    del source.documents[0]
    report = place.run(source)
    assert (report.counts.deleted, report.counts.unchanged) == (1, 1)
    assert set(contents(place.ledger)) == set(place.index.texts) == {"files:docs/b.md"}


@pytest.mark.parametrize("item", ["a.md", "files:docs/a.md"])
def test_a_temporary_failure_protects_what_it_may_hide(place: Place, item: str) -> None:
    source = FakeConnector(document("a.md"), document("b.md"), document("c.md"))
    place.run(source)
    source.documents = [document("c.md")]
    source.failures = [Failure(item, "busy", temporary=True)]
    report = place.run(source)
    assert report.counts.deleted == 1
    assert set(contents(place.ledger)) == {"files:docs/a.md", "files:docs/c.md"}


def test_an_unreadable_folder_protects_what_is_below_it_and_nothing_else(place: Place) -> None:
    source = FakeConnector(*(document(n) for n in ("run/a.md", "run/deep/b.md", "runbook.md", "stays.md")))
    place.run(source)
    source.documents = [document("stays.md")]
    source.failures = [Failure("run", "permission denied", temporary=True)]
    place.run(source)
    assert set(contents(place.ledger)) == {
        f"files:docs/{name}" for name in ("run/a.md", "run/deep/b.md", "stays.md")
    }


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        ("files:docs/7001", {"7001", "7001/x", "7001#a", "7001@v2"}),
        ("files:docs/7001#", {"7001#a"}),
        ("files:docs/7001/", {"7001/x"}),
        ("files:docs/", {"7001", "7001/x", "7001#a", "7001@v2", "70015"}),
        ("files:docs#groups", set()),
        ("files:docs/*/", {"7001/x"}),
    ],
)
def test_a_failure_protects_its_item_and_the_parts_of_it_alone(
    place: Place, item: str, kept: set[str]
) -> None:
    """The page 70015 is no part of the page 7001, and would stay for ever though it is deleted."""
    stays = [document(f"stays{number}", path=None) for number in range(6)]
    parts = [document(n, path=None) for n in ("7001", "7001/x", "7001#a", "7001@v2", "70015")]
    source = FakeConnector(*stays, *parts)
    place.run(source)
    source.documents = stays
    source.failures = [Failure(item, "busy", temporary=True)]
    place.run(source)
    left = set(contents(place.ledger)) - {d.id for d in stays}
    assert left == {f"files:docs/{name}" for name in kept}


def test_a_permanent_failure_protects_nothing(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    source.documents, source.failures = [document("b.md")], [Failure("a.md", "binary now", skipped=True)]
    assert place.run(source).counts.deleted == 1


def test_a_broken_crawl_keeps_what_came_and_deletes_nothing(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    source.documents = [document("c.md"), document("d.md")]
    source.breaks_after = 1
    report = place.run(source)
    assert (report.status, report.unreachable, report.error) == (
        RunStatus.FAILED,
        True,
        "the source does not answer",
    )
    assert set(contents(place.ledger)) == {f"files:docs/{n}.md" for n in "abc"}
    source.breaks_after = None
    assert place.run(source).counts.deleted == 2
    assert set(contents(place.ledger)) == {"files:docs/c.md", "files:docs/d.md"}


@pytest.mark.parametrize(
    ("stored", "gone", "refused"), [(39, 20, True), (40, 20, False), (25, 19, False), (20, 20, True)]
)
def test_the_brake(place: Place, stored: int, gone: int, refused: bool) -> None:
    source = FakeConnector(*(document(n) for n in names(stored)))
    place.run(source)
    source.documents = [*source.documents[gone:], document("new.md")]
    report = place.run(source)
    assert (report.status is RunStatus.REFUSED) is refused
    assert report.counts.deleted == (0 if refused else gone)
    assert place.ledger.count_all() == stored + 1 - report.counts.deleted
    if refused:
        assert "kubelore ingest docs --confirm-deletions" in report.error
        # What the refused runs added must not make the deletions look small.
        source.documents += [document(f"more-{n}") for n in names(30)]
        assert place.run(source).status is RunStatus.REFUSED
        assert place.run(source).status is RunStatus.REFUSED
        confirmed = place.run(source, confirm_deletions=True)
        assert (confirmed.status, confirmed.counts.deleted) == (RunStatus.DONE, gone)
        assert set(place.index.texts) == {d.id for d in source.documents}


@pytest.mark.parametrize("stored", [1, 15])
@pytest.mark.parametrize("left", [[], [Failure("lost+found", "no permission", temporary=True)]])
def test_a_source_that_holds_nothing_any_more_is_never_emptied_unasked(
    place: Place, stored: int, left: list[Failure]
) -> None:
    source = FakeConnector(*(document(n) for n in names(stored)))
    place.run(source)
    found, source.documents, source.failures = source.documents, [], left
    for _ in range(2):
        report = place.run(source)
        assert (report.status, report.counts.deleted) == (RunStatus.REFUSED, 0)
        assert "kubelore ingest docs --confirm-deletions" in report.error
    assert place.ledger.count_all() == stored
    source.documents = found
    assert place.run(source).counts.unchanged == stored
    source.documents, source.failures = [], []
    assert place.run(source, confirm_deletions=True).counts.deleted == stored
    assert place.run(source).status is RunStatus.DONE


def test_a_warning_counts_beside_the_document_it_tells_of(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    source.failures = [Failure("a.md", "front matter is not valid", warning=True)]
    for _ in range(2):
        report = place.run(source)
        assert (report.status, report.counts.seen, report.counts.failed) == (RunStatus.DONE, 2, 0)
        assert report.counts.warnings == 1
        assert place.runs.get(report.id or 0) == report
        assert report.problems == (Failure("a.md", "front matter is not valid", warning=True),)


def test_the_second_of_two_equal_ids_is_a_failure_every_time(place: Place) -> None:
    source = FakeConnector(document("a.md", "first"), document("a.md", "second"), document("b.md"))
    for _ in range(2):
        report = place.run(source)
        assert [(p.item, p.skipped) for p in report.problems] == [("files:docs/a.md", False)]
        assert "same id" in report.problems[0].reason
        assert contents(place.ledger)["files:docs/a.md"].text == "first"
    del source.documents[0]
    place.run(source)
    assert contents(place.ledger)["files:docs/a.md"].text == "second"


@pytest.mark.parametrize(
    "bad",
    [
        document("a.md", source="other"),
        replace(document("a.md"), id=""),
        document("a\ud800.md"),
        document("a\0.md"),
    ],
)
def test_a_document_that_cannot_be_stored_is_a_failure(place: Place, bad: object) -> None:
    report = place.run(FakeConnector(bad, document("b.md")))  # type: ignore[arg-type]
    assert (report.counts.failed, report.counts.indexed) == (1, 1)
    assert place.runs.problems(report.id or 0) == list(report.problems)


def test_text_with_lone_surrogates_is_kept_exactly(place: Place) -> None:
    odd = document("a.md", "x \ud800 \0 y", author="\udcff")
    assert place.run(FakeConnector(odd)).status is RunStatus.DONE
    assert contents(place.ledger) == {odd.id: odd}


def test_one_document_that_the_index_refuses_fails_alone_and_is_tried_again(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("bad.md"), document("c.md"))
    place.index.refuses = lambda d: d.path == "bad.md"
    report = place.run(source)
    assert (report.status, report.counts.indexed, report.counts.failed) == (
        RunStatus.DONE_WITH_FAILURES,
        2,
        1,
    )
    assert report.problems[0].item == "files:docs/bad.md"
    assert "hunter2" not in report.problems[0].reason
    assert set(place.index.texts) == set(contents(place.ledger)) == {"files:docs/a.md", "files:docs/c.md"}
    assert place.run(source).counts.failed == 1
    place.index.refuses = lambda _: False
    assert place.run(source).status is RunStatus.DONE
    assert len(place.index.texts) == 3


def test_an_index_that_refuses_everything_ends_the_run(place: Place) -> None:
    place.index.refuses = lambda _: True
    report = place.run(FakeConnector(*(document(n) for n in names(200))))
    assert report.status is RunStatus.FAILED
    assert "50 documents in a row" in report.error
    assert "hunter2" not in report.error


@pytest.mark.parametrize(
    "error", [OSError("no space left"), TemporaryError("away"), ConfigurationError("no model")]
)
def test_trouble_of_the_machine_ends_the_run_and_blames_no_document(place: Place, error: Exception) -> None:
    def apply(_: object) -> None:
        raise error

    place.index.apply = apply  # type: ignore[method-assign, assignment]
    report = place.run(FakeConnector(document("a.md")))
    assert (report.status, report.counts.failed) == (RunStatus.FAILED, 0)
    assert str(error) in report.error


def test_a_ledger_that_knows_less_than_the_checkpoint_is_filled_again(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    place.ledger.remove(["files:docs/a.md"])
    report = place.run(source)
    assert (report.status, report.counts.seen, report.nothing_new) == (RunStatus.DONE, 2, False)
    assert contents(place.ledger) == {d.id: d for d in source.documents}


def test_a_changed_index_is_filled_from_the_ledger_without_crawling_again(place: Place) -> None:
    source, other = (
        FakeConnector(document("a.md")),
        FakeConnector(document("b.md", source="wiki"), name="wiki"),
    )
    place.run(source)
    place.run(other)
    place.index.applied.clear()
    place.index.print = "2"
    report = place.run(source)
    assert (report.counts.reindexed, report.counts.unchanged, report.nothing_new) == (2, 1, False)
    assert sorted(place.index.applied) == ["files:docs/a.md", "files:wiki/b.md"]
    assert place.run(source).nothing_new
    assert place.run(source, reindex=True).counts.reindexed == 2


def test_a_lost_index_is_filled_again(place: Place) -> None:
    source = FakeConnector(document("a.md"))
    place.run(source)
    place.index = MemoryIndex()
    assert place.run(source).counts.reindexed == 1
    assert place.index.texts == {"files:docs/a.md": "text"}


def test_a_dry_run_writes_nothing_and_tells_what_would_happen(place: Place) -> None:
    source = FakeConnector(document("a.md"), document("b.md"))
    place.run(source)
    source.documents = [document("b.md", "new"), document("c.md")]
    generation, rows = place.ledger.generation(), len(place.runs.recent())
    report = place.run(source, dry_run=True)
    assert (report.id, report.status) == (None, RunStatus.DONE)
    assert report.to_index == ("files:docs/b.md", "files:docs/c.md")
    assert report.to_delete == ("files:docs/a.md",)
    assert (report.counts.indexed, report.counts.deleted) == (2, 1)
    assert (place.ledger.generation(), len(place.runs.recent())) == (generation, rows)
    assert set(place.index.texts) == {"files:docs/a.md", "files:docs/b.md"}
    assert place.run(source).counts.indexed == 2


def test_progress_counts_up_and_names_items(place: Place) -> None:
    events: list[ProgressEvent] = []
    place.run(FakeConnector(*(document(n) for n in names(3))), progress=events.append)
    assert [e.item for e in events] == [f"files:docs/{n}" for n in names(3)]
    assert all(e.source == "docs" for e in events)


def test_a_stop_keeps_what_was_written_and_the_next_run_goes_on(place: Place) -> None:
    source = FakeConnector(*(document(n) for n in names(200)))
    stop = threading.Event()

    def at_100(event: ProgressEvent) -> None:
        if event.item == "files:docs/100.md":
            stop.set()

    report = place.run(source, progress=at_100, stop=stop)
    assert (report.status, report.counts.indexed, report.counts.deleted) == (RunStatus.INTERRUPTED, 64, 0)
    assert place.ledger.checkpoint("docs") is None
    report = place.run(source)
    assert (report.counts.indexed, report.counts.unchanged) == (136, 64)


def test_ctrl_c_is_recorded_and_goes_on_up(place: Place) -> None:
    source = FakeConnector(document("a.md"))
    source.breaks_after, source.error = 0, KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        place.run(source)
    last = place.runs.last("docs")
    assert last is not None
    assert last.status is RunStatus.INTERRUPTED


def test_a_source_that_fails_stops_no_other(place: Place) -> None:
    away = FakeConnector(document("a.md"), name="docs")
    away.breaks_after = 0
    buggy = FakeConnector(document("x.md", source="buggy"), name="buggy")
    buggy.breaks_after, buggy.error = 0, KeyError("token=abcdefghijklmnop1234")
    fine = FakeConnector(document("b.md", source="wiki"), name="wiki")
    reports = ingest_all([away, buggy, fine], place.index, place.ledger, place.runs, place.folder)
    assert [r.status for r in reports] == [RunStatus.FAILED, RunStatus.FAILED, RunStatus.DONE]
    assert [r.unreachable for r in reports] == [True, False, False]
    assert "KeyError" in reports[1].error
    assert "abcdefghijklmnop1234" not in reports[1].error


def test_two_at_once_are_refused_with_the_name_of_the_first(place: Place) -> None:
    source = FakeConnector(document("a.md"))
    with exclusive(place.folder):
        with pytest.raises(AlreadyRunningError, match=r"process \d+ on .+ since 2"):
            ingest_all([source], place.index, place.ledger, place.runs, place.folder)
        dry = ingest_all([source], place.index, place.ledger, place.runs, place.folder, dry_run=True)
        assert dry[0].counts.indexed == 1
    assert (
        ingest_all([source], place.index, place.ledger, place.runs, place.folder)[0].status is RunStatus.DONE
    )


def test_the_run_of_a_dead_process_is_marked(place: Place) -> None:
    dead = place.runs.start("docs", full=False)
    ingest_all([FakeConnector()], place.index, place.ledger, place.runs, place.folder)
    row = place.runs.get(dead.id or 0)
    assert row is not None
    assert (row.status, row.error) == (RunStatus.INTERRUPTED, "the process ended during the run")


def test_a_forgotten_source_leaves_nothing_and_spares_the_others(place: Place) -> None:
    source, other = (
        FakeConnector(document("a.md")),
        FakeConnector(document("b.md", source="wiki"), name="wiki"),
    )
    place.run(source)
    place.run(other)
    assert forget_source("docs", place.index, place.ledger) == 1
    assert place.ledger.sources() == ["wiki"]
    assert set(place.index.texts) == {"files:wiki/b.md"}
    assert place.run(source).counts.indexed == 1


def test_unreachable_before_the_first_item(place: Place) -> None:
    source = FakeConnector()
    source.documents, source.breaks_after, source.error = [document("a.md")], 0, UnreachableError("down")
    report = place.run(source)
    assert report.unreachable
    assert report.counts.seen == 0
