"""A run that dies at any step is made good by the next one: the end equals that of a clean run."""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.documents import Document
from index.ledger import Ledger
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.effort import EFFORT, cases
from tests.unit.ingest_fakes import Died, FakeConnector, MemoryIndex, Tripwire, contents, document

INDEX_STEPS = ("apply", "commit", "remove")
LEDGER_STEPS = ("begin", "put", "touch", "remove", "save_checkpoint", "set_setting")


def before() -> list[Document]:
    return [document(f"{i}.md", f"text {i}") for i in range(6)]


def after() -> list[Document]:
    """One changed, one with new access, three as they were, one gone, one new."""
    kept = before()[2:]
    return [document("0.md", "changed"), document("1.md", "text 1", access=frozenset({"ops"})), *kept[:3],
            document("new.md")]  # fmt: skip


def run(folder: Path, index: MemoryIndex, source: FakeConnector, wire: Tripwire | None = None) -> None:
    """One process: opens the ledger, runs, and perhaps dies."""
    with Ledger.at(folder) as ledger:
        if wire:
            wire.watch(index, *INDEX_STEPS)
            wire.watch(ledger, *LEDGER_STEPS)
        try:
            # Confirmed, as the source may well become empty here.
            ingest_source(source, index, ledger, Runs(ledger), confirm_deletions=True)
        except Died:
            index.die()
        finally:
            for step in INDEX_STEPS:
                vars(index).pop(step, None)


def assert_equals_source(folder: Path, index: MemoryIndex, source: FakeConnector) -> None:
    with Ledger.at(folder) as ledger:
        assert contents(ledger) == {d.id: d for d in source.documents}
        assert ledger.begun(source.name) | ledger.ahead(source.name) == set()
    assert index.texts == {d.id: d.text for d in source.documents}


def steps_of_the_second_run() -> int:
    with tempfile.TemporaryDirectory() as folder:
        index, source, wire = MemoryIndex(), FakeConnector(*before()), Tripwire()
        run(Path(folder), index, source)
        source.documents = after()
        run(Path(folder), index, source, wire)
        return wire.calls


STEPS = steps_of_the_second_run()


def test_the_steps_are_those_of_the_write_order() -> None:
    """begin, apply, commit, put; touch; begin, remove, commit, remove; checkpoint."""
    assert STEPS >= 10


WAYS = list(product((False, True), (False, True), (False, True), (0, 1)))
"""Each step meets half of them in `make test`: the even ones or the odd ones."""


@pytest.mark.parametrize(
    ("step", "dies_after", "visible_at_once", "back_to_before", "milestones"),
    [(step, *way) for step in range(1, STEPS + 1) for way in WAYS if EFFORT > 1 or sum(way) % 2 == step % 2],
)
def test_a_death_at_any_step(
    tmp_path: Path, step: int, dies_after: bool, visible_at_once: bool, back_to_before: bool, milestones: int
) -> None:
    index, source = MemoryIndex(visible_at_once=visible_at_once), FakeConnector(*before())
    source.milestone_every = milestones
    run(tmp_path, index, source)
    source.documents = after()
    wire = Tripwire(step, after=dies_after)
    run(tmp_path, index, source, wire)
    assert wire.calls == step
    if back_to_before:
        source.documents = before()
    run(tmp_path, index, source)
    assert_equals_source(tmp_path, index, source)


Texts = st.sampled_from(["one", "two"])
Access = st.sampled_from([frozenset({"public"}), frozenset({"ops"}), frozenset[str]()])
States = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.tuples(Texts, Access), max_size=4)
Lives = st.lists(st.tuples(States, st.integers(0, 25), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=cases(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lives=Lives, visible_at_once=st.booleans(), reindexed_at=st.integers(0, 6), milestones=st.integers(0, 2)
)
def test_any_history_of_changes_and_deaths(
    lives: list[tuple[dict[str, tuple[str, frozenset[str]]], int, bool]],
    visible_at_once: bool,
    reindexed_at: int,
    milestones: int,
) -> None:
    index, source = MemoryIndex(visible_at_once=visible_at_once), FakeConnector()
    source.milestone_every = milestones
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, (state, step, dies_after) in enumerate(lives):
            if i == reindexed_at:
                index.print = "2"
                index.texts.clear()
            source.documents = [document(n, text, access=access) for n, (text, access) in state.items()]
            run(folder, index, source, Tripwire(step, after=dies_after))
        run(folder, index, source)
        assert_equals_source(folder, index, source)


def test_a_death_while_a_lost_index_is_filled_again(tmp_path: Path) -> None:
    source = FakeConnector(*(document(f"{i}.md") for i in range(100)))
    run(tmp_path, MemoryIndex(), source)
    index, wire = MemoryIndex(), Tripwire(4)
    run(tmp_path, index, source, wire)
    assert 0 < len(index.texts) < 100
    run(tmp_path, index, source)
    assert_equals_source(tmp_path, index, source)
