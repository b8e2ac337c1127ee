"""The index after a crash at any step, and with writers, readers and threads at once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.hashing import HashingModel
from index.index import Index
from index.retriever import Retriever
from tests.integration.index_cases import A1, A2, B, C, assert_holds, everyone, write
from tests.unit.index_fakes import document
from tests.unit.ingest_fakes import Died, Tripwire

# Crashes

STEPS = {
    "chunks": ("cached", "cache", "ids_of_documents", "add", "remove", "set_setting"),
    "vectors": ("remove", "put", "_describe"),
    "words": ("remove_documents", "add", "commit"),
}


def work(index: Index) -> None:
    """Change one document, add one and remove one."""
    index.apply([A2, C])
    index.remove([B.id])
    index.commit()


def wired(index: Index, die_at: int = 0, after: bool = False) -> Tripwire:
    wire = Tripwire(die_at, after=after)
    for store, names in STEPS.items():
        wire.watch(getattr(index, store), *names)
    return wire


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    index = Index.open(folder, embedder=HashingModel())
    write(index, A1, B)
    index.close()
    return folder


def steps() -> list[tuple[int, bool]]:
    return [(number, after) for number in range(1, 16) for after in (False, True)]


def test_the_crash_test_reaches_every_step(
    before: Path, opened: Callable[..., Index], tmp_path: Path
) -> None:
    shutil.copytree(before, tmp_path / "state")
    index = opened()
    counting = wired(index)
    work(index)
    assert counting.calls == max(number for number, _ in steps())


@pytest.mark.parametrize(("number", "after"), steps())
@pytest.mark.parametrize("goes_back", [False, True], ids=["goes on", "goes back"])
def test_a_crash_at_any_step_is_made_good_by_doing_it_again(
    before: Path, opened: Callable[..., Index], tmp_path: Path, number: int, after: bool, goes_back: bool
) -> None:
    shutil.copytree(before, tmp_path / "state")
    index = opened()
    wired(index, number, after)
    with pytest.raises(Died):
        work(index)
    index.close()
    again = opened()
    if goes_back:  # the source is meanwhile as it was
        again.apply([A1, B])
        again.remove([C.id])
        again.commit()
        assert_holds(again, A1, B)
    else:
        work(again)
        assert_holds(again, A2, C)


# Writers, readers and threads


def test_a_reader_sees_every_commit_and_nothing_before(opened: Callable[..., Index]) -> None:
    writer, reader = opened(), opened()
    retriever = Retriever(reader, everyone)
    assert retriever.search("payments") == []
    write(writer, B)
    stamp = reader.stamp()
    assert [r.path for r in retriever.search("payments")] == ["b.md"]
    writer.apply([A1])
    assert reader.stamp() == stamp
    assert [r.path for r in retriever.search("roll back checkout")] == ["b.md"]
    writer.commit()
    assert reader.stamp() != stamp
    assert retriever.search("roll back checkout")[0].path == "a.md"
    writer.remove([B.id])
    writer.commit()
    assert [r.path for r in retriever.search("payments")] == ["a.md"]


def test_a_changed_card_is_seen_after_the_commit(opened: Callable[..., Index]) -> None:
    writer, reader = opened(), opened()
    retriever = Retriever(reader, everyone)
    write(writer, B)
    assert retriever.search("payments")[0].url == ""
    write(writer, replace(B, url="https://new"))
    assert retriever.search("payments")[0].url == "https://new"


@pytest.mark.parametrize("shared", [True, False], ids=["one index", "a reader of its own"])
def test_eight_threads_search_while_a_writer_works(opened: Callable[..., Index], shared: bool) -> None:
    writer = opened()
    write(writer, B, *[document(f"{i}.md", f"Page {i} of the handbook.") for i in range(20)])
    retriever = Retriever(writer if shared else opened(), everyone)
    failed: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                results = retriever.search("payments database", 5)
                assert results[0].path == "b.md"
                assert len({r.path for r in results}) == len(results) == 5
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for round_ in range(6):
        write(writer, *[document(f"{i}.md", f"Page {i} of edition {round_}.") for i in range(0, 20, 2)])
        writer.remove([document(f"{19 - 2 * round_}.md").id])
        writer.commit()
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert writer.words.count() == 15
