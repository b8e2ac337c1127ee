"""What every connector must do, alone and through a ledger and an index; `WORLDS` names those that are tried.

What holds for folders only is in `test_folders.py`; `test_wikis.py` adds what wikis over HTTP need.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from bench.local import HashedWiring, ingest
from connectors.base import Connector
from connectors.documents import PUBLIC, Document, Unchanged
from connectors.errors import TemporaryError, UnreachableError
from index.ledger import Ledger
from index.search_types import Filters
from ingest.report import RunReport
from ingest.runner import ingest_source
from ingest.runs import Runs
from tests.contract.worlds import WORLDS, World, crawl, documents, failures, named
from tests.effort import EFFORT
from tests.unit.ingest_fakes import Died, MemoryIndex, Tripwire, contents


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files at once: their change time is now, whatever a test does."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**12))


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, WORLDS[request.param](tmp_path / "world", patch) as made:
        yield made


# ---- a crawl -----------------------------------------------------------------------------------------


def test_it_is_a_connector_and_says_that_it_can_read(world: World) -> None:
    connector = world.connector()
    assert isinstance(connector, Connector)
    assert connector.name == "demo"
    assert connector.check().ok


def test_documents_are_complete(world: World) -> None:
    found = documents(crawl(world.connector())[0])
    assert {world.thing(document) for document in found.values()} >= set(world.things)
    for name, document in found.items():
        assert name.startswith(f"{world.type}:demo/")
        assert document.source == "demo"
        assert document.title
        assert document.kind in world.kinds
        assert document.access == {PUBLIC}


def test_spans_are_exact_and_in_order(world: World) -> None:
    for document in documents(crawl(world.connector())[0]).values():
        position = 0
        assert document.sections
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.start >= position
            assert section.anchor
            position = section.end


def test_documents_survive_json(world: World) -> None:
    for document in documents(crawl(world.connector())[0]).values():
        again = Document.from_json(json.loads(json.dumps(document.to_json())))
        assert again == document
        assert again.content_hash == document.content_hash


def test_what_did_not_change_is_only_named(world: World) -> None:
    first, checkpoint = crawl(world.connector())
    second, again = crawl(world.connector(), checkpoint)
    assert all(isinstance(item, Unchanged) for item in second)
    assert named(second) == named(first)
    assert again == checkpoint


def test_what_changed_comes_again(world: World) -> None:
    first, checkpoint = crawl(world.connector())
    world.change()
    second, _ = crawl(world.connector(), checkpoint)
    full, _ = crawl(world.connector())
    assert world.victim in {world.thing(document) for document in documents(second).values()}
    assert named(second) == named(full)
    for name, document in documents(full).items():
        before = documents(first).get(name)
        assert documents(second).get(name, before) == document


def test_what_was_deleted_is_not_named(world: World) -> None:
    first, checkpoint = crawl(world.connector())
    gone = {n for n, document in documents(first).items() if world.thing(document) == world.victim}
    world.take(world.victim)
    second, _ = crawl(world.connector(), checkpoint)
    assert gone
    assert named(second) == named(first) - gone
    assert set(world.connector().list_ids()) == named(second)


def test_nothing_that_comes_or_goes_hands_its_ids_to_another(world: World) -> None:
    full = documents(crawl(world.connector())[0])
    for thing in world.things:
        put_back = world.take(thing)
        without = documents(crawl(world.connector())[0])
        assert len(without) == sum(world.thing(document) != thing for document in full.values())
        for name in without.keys() & full.keys():
            assert world.thing(without[name]) == world.thing(full[name])
        put_back()


def test_what_cannot_be_read_is_a_failure_every_time_and_stops_nothing(world: World) -> None:
    good, _ = crawl(world.connector())
    world.spoil()
    items, checkpoint = crawl(world.connector())
    again, _ = crawl(world.connector(), checkpoint)
    assert len(failures(items)) == 1
    assert failures(again) == failures(items)
    for result in (items, again):
        assert named(result) == named(good)


def test_what_fails_for_a_moment_is_a_temporary_failure(world: World) -> None:
    world.break_()
    items, checkpoint = crawl(world.connector())
    assert [failure.temporary for failure in failures(items)] == [True]
    with pytest.raises(TemporaryError, match="not all documents"):
        list(world.connector().list_ids())
    world.heal()
    items, _ = crawl(world.connector(), checkpoint)
    assert failures(items) == []
    assert world.victim in {world.thing(document) for document in documents(items).values()}


def test_other_settings_make_all_be_read_again(world: World) -> None:
    first, checkpoint = crawl(world.connector())
    second, _ = crawl(world.connector(access=["team"]), checkpoint)
    assert set(documents(second)) == set(documents(first))


@pytest.mark.parametrize("checkpoint", [{}, {"settings": "old"}, {"files": {}}, {"kinds": {}}])
def test_a_foreign_checkpoint_is_as_none(world: World, checkpoint: dict[str, Any]) -> None:
    assert crawl(world.connector(), checkpoint)[0] == crawl(world.connector())[0]


def test_a_source_that_is_away_is_unreachable(world: World) -> None:
    _, checkpoint = crawl(world.connector())
    world.vanish()
    report = world.connector().check()
    assert not report.ok
    assert "demo" in report.message or "kubeconfig" in report.message
    for known in (None, checkpoint):
        with pytest.raises(UnreachableError):
            crawl(world.connector(), known)
    with pytest.raises(UnreachableError):
        list(world.connector().list_ids())


# ---- through a ledger and an index ---------------------------------------------------------------------


def run(folder: Path, index: MemoryIndex, world: World, wire: Tripwire | None = None) -> RunReport | None:
    """One process: opens the ledger, runs, and perhaps dies."""
    with Ledger.at(folder) as ledger:
        if wire:
            wire.watch(index, "apply", "commit", "remove")
            wire.watch(ledger, "begin", "put", "touch", "remove", "save_checkpoint")
        try:
            return ingest_source(world.connector(), index, ledger, Runs(ledger))
        except Died:
            index.die()
            return None
        finally:
            for step in ("apply", "commit", "remove"):
                vars(index).pop(step, None)


def assert_equals_a_first_crawl(folder: Path, index: MemoryIndex, world: World) -> None:
    fresh = documents(crawl(world.connector())[0])
    with Ledger.at(folder) as ledger:
        assert contents(ledger) == fresh
    assert index.texts == {name: document.text for name, document in fresh.items()}


def test_incremental_runs_end_as_a_first_one(world: World, tmp_path: Path) -> None:
    index = MemoryIndex()
    run(tmp_path, index, world)
    world.change()
    world.add()
    world.take(world.things[-1])
    report = run(tmp_path, index, world)
    assert report
    assert report.counts.deleted
    assert report.counts.failed == 0
    assert_equals_a_first_crawl(tmp_path, index, world)


def test_without_news_nothing_is_embedded(world: World, tmp_path: Path) -> None:
    index = MemoryIndex()
    run(tmp_path, index, world)
    index.applied.clear()
    report = run(tmp_path, index, world)
    assert report
    assert report.nothing_new
    assert report.counts.unchanged == len(index.texts)
    assert index.applied == []


def test_what_fails_for_a_moment_keeps_its_last_state(world: World, tmp_path: Path) -> None:
    index = MemoryIndex()
    run(tmp_path, index, world)
    before = dict(index.texts)
    world.change()
    world.break_()
    report = run(tmp_path, index, world)
    assert report
    assert report.counts.failed == 1
    assert index.texts.keys() == before.keys()
    world.heal()
    run(tmp_path, index, world)
    assert_equals_a_first_crawl(tmp_path, index, world)


@pytest.mark.parametrize("dies_after", [False, True])
def test_a_death_at_any_step_loses_and_doubles_nothing(
    world: World, tmp_path: Path, dies_after: bool
) -> None:
    put_back = world.take(world.things[-1])
    for step in range(1 + dies_after, 15, 4):
        folder, index = tmp_path / str(step), MemoryIndex()
        folder.mkdir()
        run(folder, index, world)
        put_back()
        world.change()
        run(folder, index, world, Tripwire(step, after=dies_after))
        put_back = world.take(world.things[-1])
        run(folder, index, world)
        assert_equals_a_first_crawl(folder, index, world)


def test_a_first_run_that_dies_at_any_step_is_made_good(world: World, tmp_path: Path) -> None:
    for step in range(1, 40, 3 if EFFORT > 1 else 6):
        folder, index = tmp_path / str(step), MemoryIndex()
        folder.mkdir()
        run(folder, index, world, Tripwire(step))
        run(folder, index, world)
        assert_equals_a_first_crawl(folder, index, world)


# ---- what people see -----------------------------------------------------------------------------------


def wiring(world: World, tmp_path: Path, **options: Any) -> HashedWiring:
    source = {**world.source(), **options}
    settings = {"sources": [source], "index": {"path": str(tmp_path / "state")}}
    return HashedWiring(Settings.model_validate(settings))


def ids_of_the_victim(world: World) -> set[str]:
    found = documents(crawl(world.connector())[0])
    return {name for name, document in found.items() if world.thing(document) == world.victim}


def shown(parts: HashedWiring, world: World, *groups: str) -> str:
    """What a search for the victim and an answer about it hold, for somebody in these groups."""
    filters = Filters(principals=frozenset({PUBLIC, *groups}))
    title = world.victim.replace("/", " ")
    results = [result.to_json() for result in parts.searcher.search(title, 50, filters)]
    return json.dumps([results, parts.answerer.ask(title, filters).to_json()])


def test_what_was_deleted_is_gone_from_answers(world: World, tmp_path: Path) -> None:
    ids = ids_of_the_victim(world)
    with closing(wiring(world, tmp_path)) as parts:
        ingest(parts)
        assert any(name in shown(parts, world) for name in ids)
        world.take(world.victim)
        ingest(parts)
        assert not any(name in shown(parts, world) for name in ids)
        assert not ids & {document.id for batch in parts.ledger.documents() for document in batch}


def test_what_somebody_may_not_read_is_invisible(world: World, tmp_path: Path) -> None:
    ids = ids_of_the_victim(world)
    with closing(wiring(world, tmp_path, access=["team"])) as parts:
        ingest(parts)
        assert any(name in shown(parts, world, "team") for name in ids)
        for groups in ((), ("others",)):
            assert not any(name in shown(parts, world, *groups) for name in ids)
