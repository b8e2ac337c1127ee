"""A run that ends before its crawl does keeps what the last milestone says, and no more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.ledger import Ledger
from ingest.report import RunReport, RunStatus
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.unit.ingest_fakes import FakeConnector, MemoryIndex, contents, document


class Place:
    """A ledger with an index, and a source of six documents with a milestone after every second one."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.at(folder)
        self.index = MemoryIndex()
        self.source = FakeConnector(*(document(f"{i}.md", f"text {i}") for i in range(6)))
        self.source.milestone_every = 2

    def run(self, *, breaks_after: int | None = None, **options: bool) -> RunReport:
        self.source.breaks_after = breaks_after
        return ingest_source(self.source, self.index, self.ledger, Runs(self.ledger), **options)

    def known(self) -> int:
        """How many documents the stored checkpoint speaks of."""
        return len((self.ledger.checkpoint("docs") or {"states": ()})["states"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_broken_first_crawl_goes_on_behind_the_last_milestone(place: Place) -> None:
    assert place.run(breaks_after=5).status is RunStatus.FAILED
    assert place.known() == 4
    report = place.run()
    assert place.source.crawled_with[0] is None
    assert len((place.source.crawled_with[1] or {})["states"]) == 4
    # The fifth was written before the crawl broke: read again, and found to be the same.
    assert (report.counts.indexed, report.counts.unchanged, report.counts.deleted) == (1, 5, 0)
    assert contents(place.ledger) == {found.id: found for found in place.source.documents}
    assert place.run().nothing_new


def test_a_milestone_after_a_refused_document_is_not_kept(place: Place) -> None:
    bad = place.source.documents[2]
    place.index.refuses = lambda found: found.id == bad.id
    assert place.run(breaks_after=5).status is RunStatus.FAILED
    assert place.known() == 2
    place.index.refuses = lambda _: False
    assert place.run().status is RunStatus.DONE
    assert contents(place.ledger) == {found.id: found for found in place.source.documents}


def test_the_end_of_a_run_replaces_its_milestones_also_without_news(place: Place) -> None:
    place.run()
    before = place.ledger.checkpoint("docs")
    place.run(full=True, breaks_after=3)
    assert place.known() == 2
    assert place.run(full=True).nothing_new
    assert place.ledger.checkpoint("docs") == before


def test_a_full_run_that_breaks_is_full_for_what_it_did_not_come_to(place: Place) -> None:
    place.run()
    place.run(full=True, breaks_after=1)
    place.run(breaks_after=3)
    assert place.source.crawled_with[-1] is None
    place.run()
    assert len((place.source.crawled_with[-1] or {})["states"]) == 2


def test_a_dry_run_keeps_no_milestone(place: Place) -> None:
    place.run(dry_run=True)
    assert place.ledger.checkpoint("docs") is None
    assert contents(place.ledger) == {}


def test_only_the_end_of_a_crawl_deletes(place: Place) -> None:
    place.run()
    gone = place.source.documents.pop(0)
    place.run(breaks_after=4)
    assert gone.id in contents(place.ledger)
    assert place.run().counts.deleted == 1


def test_what_a_dead_run_stored_is_not_trusted_until_a_crawl_comes_to_it(place: Place) -> None:
    """The last document changes, is stored by a run that breaks, and changes back."""
    place.source.documents.append(document("7.md"))
    place.run()
    old = place.source.documents[5]
    place.source.milestone_every = 0
    place.source.documents[5] = document("5.md", "changed")
    place.run(breaks_after=6)
    assert contents(place.ledger)[old.id].text == "changed"
    place.source.documents[5] = old
    place.source.milestone_every = 2
    place.run(breaks_after=3)
    place.run()
    assert contents(place.ledger)[old.id].text == old.text
