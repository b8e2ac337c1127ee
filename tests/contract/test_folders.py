"""What every connector that reads a folder must do, besides what `test_connectors.py` asks of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.documents import Failure, Unchanged
from connectors.errors import UnreachableError
from tests.contract.trees import SOURCES
from tests.contract.worlds import FolderWorld, crawl, documents, failures


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files at once: their change time is now, whatever a test does."""
    monkeypatch.setattr("connectors.filetree.connector._SETTLED_NS", -(10**12))


@pytest.fixture(params=SOURCES)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    return FolderWorld(SOURCES[request.param], tmp_path / "tree", monkeypatch)


def test_every_file_has_documents_that_link_to_it(world: FolderWorld) -> None:
    found = documents(crawl(world.connector(url="https://git.example/x/"))[0])
    assert {document.path for document in found.values()} == set(world.things)
    for document in found.values():
        assert document.url.startswith("https://git.example/x/")
        assert " " not in document.url


def test_a_second_crawl_of_the_same_tree_opens_nothing(
    world: FolderWorld, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, checkpoint = crawl(world.connector())
    monkeypatch.setattr(Path, "open", lambda *a, **k: pytest.fail("a file was opened"))
    second, _ = crawl(world.connector(), checkpoint)
    assert all(isinstance(item, Unchanged) for item in second)


def test_a_binary_file_is_told_as_what_it_is(world: FolderWorld, settled: None) -> None:
    world.spoil()
    (failure,) = failures(crawl(world.connector())[0])
    assert failure == Failure(failure.item, "binary file", skipped=True)
    assert (world.root / failure.item).is_file()


def test_a_file_deleted_while_reading_is_named(world: FolderWorld) -> None:
    world.break_()
    items, _ = crawl(world.connector())
    assert [(f.item, f.temporary) for f in failures(items)] == [(world.victim, True)]


def test_a_file_touched_just_now_is_read_again(world: FolderWorld) -> None:
    _, checkpoint = crawl(world.connector())
    second, _ = crawl(world.connector(), checkpoint)
    assert {document.path for document in documents(second).values()} == set(world.things)


@pytest.mark.parametrize("options", [{"url": "https://x"}, {"max_bytes": 9_000}])
def test_other_settings_make_all_be_read_again(
    world: FolderWorld, settled: None, options: dict[str, Any]
) -> None:
    first, checkpoint = crawl(world.connector())
    second, _ = crawl(world.connector(**options), checkpoint)
    assert set(documents(second)) == set(documents(first))


def test_no_folder_is_unreachable_and_no_file_is_told(world: FolderWorld, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    world.root = tmp_path / "empty"
    assert not world.connector().check().ok
    assert crawl(world.connector())[0] == []
    world.root = tmp_path / "none"
    assert "correct `path` of source demo" in world.connector().check().message
    with pytest.raises(UnreachableError, match="no folder"):
        crawl(world.connector())
