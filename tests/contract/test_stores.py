"""What the index asks of each of its three stores: add, replace, remove, reopen, and a second reader."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.vector_stores.types import VectorStoreQuery

from bench.hashing import HashingModel
from connectors.errors import UnreachableError
from index.chunk_store import Card, ChunkStore
from index.lexical import LexicalIndex
from index.vectors import ExactVectors, VectorStore
from tests.unit.index_fakes import a_chunk, document

HOME = Path(__file__).resolve().parents[2]
MODEL = HashingModel()
PAGE = document("a.md", "Roll back checkout.", title="Rollback", url="https://x/a", environment="staging")


def elsewhere(code: str, *arguments: str) -> str:
    """What `code` prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()


@pytest.fixture
def reopened() -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Opens a store, and closes it at the end."""
    opened: list[Any] = []

    def open_one(make: Callable[[], Any]) -> Any:
        opened.append(make())
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


class TestChunkStore:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "state" / "chunks.db"

    @pytest.fixture
    def store(self, path: Path, reopened: Any) -> ChunkStore:
        return reopened(lambda: ChunkStore(path))

    def test_a_file_that_is_no_store_says_what_to_delete(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(b"no database" * 1_000)
        with pytest.raises(UnreachableError, match=r"delete chunks\.db\*.*run `kubelore ingest`"):
            ChunkStore(path)

    def test_a_store_that_is_damaged_while_it_is_used_says_so_too(self, path: Path, reopened: Any) -> None:
        filled = ChunkStore(path)
        filled.add([a_chunk(str(i), "text " * 300, PAGE.id, ordinal=i) for i in range(100)], [Card.of(PAGE)])
        filled.close()
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(size // 2)
            file.write(b"\xff" * (size // 2))
        store = reopened(lambda: ChunkStore(path))
        with pytest.raises(UnreachableError, match="cannot be read"):
            store.all()

    def test_chunks_come_back_with_the_card_of_their_document(self, store: ChunkStore) -> None:
        chunk = a_chunk("1", "text", PAGE.id, start=3, end=7, family="f")
        bare = a_chunk("2", "more", PAGE.id, ordinal=1, heading_path=())
        store.add([chunk, bare], [Card.of(PAGE)])
        assert store.placed(["2", "1", "none"]) == {"1": (chunk, Card.of(PAGE)), "2": (bare, Card.of(PAGE))}
        assert store.of_documents([PAGE.id]) == [chunk, bare]
        assert sorted(store.ids_of_documents([PAGE.id, "none"])) == ["1", "2"]
        assert store.document_ids() == {PAGE.id}
        assert set(store.environments().values()) == {"staging"}
        assert Card.of(PAGE).file == ("docs", "a.md")

    def test_adding_again_replaces(self, store: ChunkStore) -> None:
        store.add([a_chunk("1", anchor="L1")], [Card.of(PAGE)])
        moved = replace(PAGE, title="New title")
        store.add([a_chunk("1", anchor="L9")], [Card.of(moved)])
        found, card = store.placed(["1"])["1"]
        assert (found.anchor, card.title, store.count()) == ("L9", "New title", 1)

    def test_removing_takes_the_card_with_the_last_chunk(self, store: ChunkStore) -> None:
        other = document("b.md", "Other.", environment="production")
        chunks = [a_chunk("1"), a_chunk("2"), a_chunk("3", document_id=other.id)]
        store.add(chunks, map(Card.of, (PAGE, other)))
        store.remove(["1", "unknown"])
        assert set(store.environments().values()) == {"staging", "production"}
        store.remove(["2"])
        store.remove([])
        assert set(store.environments().values()) == {"production"}
        assert store.count() == 1

    def test_more_names_than_one_statement_takes(self, store: ChunkStore) -> None:
        store.add([a_chunk(str(i)) for i in range(1_200)], [Card.of(PAGE)])
        assert len(store.placed([str(i) for i in range(2_000)])) == 1_200

    def test_vectors_are_cached_exactly(self, store: ChunkStore, path: Path, reopened: Any) -> None:
        vectors = MODEL.embed(["one", "two"])
        store.cache([b"1", b"2"], vectors)
        found = reopened(lambda: ChunkStore(path)).cached([b"2", b"1", b"3"])
        assert set(found) == {b"1", b"2"}
        assert np.array_equal(found[b"2"], vectors[1])

    def test_settings(self, store: ChunkStore) -> None:
        assert store.setting("stamp") == ""
        store.set_setting("stamp", "1")
        store.set_setting("stamp", "2")
        assert store.setting("stamp") == "2"

    def test_another_process_reads_what_is_written(self, store: ChunkStore, path: Path) -> None:
        store.add([a_chunk("1", "ünïcode 😀")], [Card.of(PAGE)])
        code = "import sys; from pathlib import Path; from index.chunk_store import ChunkStore\n"
        code += "print(ascii(ChunkStore(Path(sys.argv[1])).placed(['1'])['1'][0].text))"
        assert elsewhere(code, str(path)) == ascii("ünïcode 😀")

    def test_a_failed_write_leaves_nothing(self, store: ChunkStore) -> None:
        with pytest.raises(Exception, match=r"NOT NULL|surrogate"):
            store.add([a_chunk("1")], [Card(PAGE.id, "", "", "", "", None, None, "")])  # type: ignore[arg-type]
        assert store.count() == 0

    def test_many_open_a_new_store_at_once(self, path: Path) -> None:
        failed: list[BaseException] = []

        def open_and_write(name: str) -> None:
            try:
                store = ChunkStore(path)
                store.add([a_chunk(name)], [Card.of(PAGE)])
                store.close()
            except BaseException as error:  # noqa: BLE001
                failed.append(error)

        threads = [threading.Thread(target=open_and_write, args=(str(i),)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        store = ChunkStore(path)
        assert store.count() == 8
        store.close()


class TestLexicalIndex:
    @pytest.fixture
    def index(self, tmp_path: Path, reopened: Any) -> LexicalIndex:
        return reopened(lambda: LexicalIndex(tmp_path))

    def add(self, index: LexicalIndex, name: str, text: str, path: str = "a.md") -> str:
        page = document(path, text)
        index.add([a_chunk(name, text, page.id)], {page.id: page})
        return page.id

    def names(self, index: LexicalIndex, *terms: str) -> list[str]:
        return [name for name, _ in index.search(dict.fromkeys(terms, 1.0), 10)]

    def test_nothing_is_seen_before_the_commit(self, index: LexicalIndex) -> None:
        self.add(index, "1", "rollback")
        assert self.names(index, "rollback") == []
        index.commit()
        assert self.names(index, "rollback") == ["1"]
        assert (index.count(), index.document_frequency("rollback"), index.document_frequency("no")) == (
            1,
            1,
            0,
        )

    def test_more_and_heavier_terms_rank_higher(self, index: LexicalIndex) -> None:
        for name, text in (("1", "alpha beta"), ("2", "alpha gamma"), ("3", "delta")):
            self.add(index, name, text, f"{name}.md")
        index.commit()
        assert self.names(index, "alpha", "beta") == ["1", "2"]
        assert [n for n, _ in index.search({"beta": 0.1, "gamma": 1.0}, 10)] == ["2", "1"]
        assert len(index.search({"alpha": 1.0}, 1)) == 1
        assert index.search({}, 10) == []

    def test_title_headings_and_place_are_searched_too(self, index: LexicalIndex) -> None:
        page = document("runbooks/cart.md", "text", title="Checkout", environment="staging", namespace="shop")
        index.add([a_chunk("1", "text", page.id, heading_path=("Restart",))], {page.id: page})
        index.commit()
        for term in ("checkout", "restart", "cart", "stage", "shop", "doc"):
            assert self.names(index, term) == ["1"], term

    def test_a_document_is_replaced_and_removed(self, index: LexicalIndex) -> None:
        first = self.add(index, "1", "old")
        self.add(index, "2", "other", "b.md")
        index.commit()
        index.remove_documents([first, "files:docs/never there"])
        self.add(index, "3", "new")
        index.commit()
        assert self.names(index, "old", "new", "other") != []
        assert sorted(self.names(index, "old", "new", "other")) == ["2", "3"]
        assert index.count() == 2

    def test_ids_are_taken_whole(self, index: LexicalIndex) -> None:
        self.add(index, "1", "text", "a b.md")
        self.add(index, "2", "text", "a")
        index.commit()
        index.remove_documents(["files:docs/a"])
        index.commit()
        assert self.names(index, "text") == ["1"]

    def test_what_was_not_committed_is_gone_after_a_crash(self, tmp_path: Path) -> None:
        code = "import sys, os; from pathlib import Path; from index.lexical import LexicalIndex\n"
        code += "from tests.unit.index_fakes import a_chunk, document\n"
        code += "i = LexicalIndex(Path(sys.argv[1])); p = document('a.md', 'kept')\n"
        code += "i.add([a_chunk('1', 'kept', p.id)], {p.id: p}); i.commit()\n"
        code += "i.remove_documents([p.id]); i.add([a_chunk('2', 'lost', p.id)], {p.id: p}); os._exit(9)"
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=HOME, check=False, timeout=60)
        assert done.returncode == 9
        index = LexicalIndex(tmp_path)
        assert self.names(index, "kept", "lost") == ["1"]
        self.add(index, "3", "again")  # the dead writer's lock does not hold
        index.commit()
        assert self.names(index, "again") == ["3"]
        index.close()

    def test_another_process_reads_what_is_committed(self, index: LexicalIndex, tmp_path: Path) -> None:
        self.add(index, "1", "rollback")
        index.commit()
        self.add(index, "2", "rollback", "b.md")  # the writer is still at work
        code = "import sys; from pathlib import Path; from index.lexical import LexicalIndex\n"
        code += "print(LexicalIndex(Path(sys.argv[1])).search({'rollback': 1.0}, 9)[0][0])"
        assert elsewhere(code, str(tmp_path)) == "1"

    def test_a_damaged_index_starts_empty(self, index: LexicalIndex, tmp_path: Path) -> None:
        self.add(index, "1", "rollback")
        index.commit()
        index.close()
        for file in tmp_path.iterdir():
            file.write_bytes(b"\xff" * 100)
        assert self.names(LexicalIndex(tmp_path), "rollback") == []

    def test_a_reader_sees_new_commits_when_told_to(self, index: LexicalIndex, tmp_path: Path) -> None:
        self.add(index, "1", "rollback")
        index.commit()
        reader = LexicalIndex(tmp_path)
        assert self.names(reader, "rollback") == ["1"]
        self.add(index, "2", "rollback", "b.md")
        index.commit()
        reader.reload()
        assert sorted(self.names(reader, "rollback")) == ["1", "2"]

    @pytest.mark.parametrize(
        "text", ["x" * 100_000, "\0 \x1f", "😀 𝒳", '" AND ( OR body:*', "", "部署" * 5_000]
    )
    def test_any_text_can_be_added_and_any_term_searched(self, index: LexicalIndex, text: str) -> None:
        self.add(index, "1", f"{text} anchor")
        index.commit()
        assert self.names(index, "anchor") == ["1"]
        index.search({text: 1.0, "": 1.0}, 5)


class TestVectorStore:
    @pytest.fixture
    def store(self, tmp_path: Path, reopened: Any) -> VectorStore:
        return reopened(lambda: VectorStore(tmp_path / "chroma", "kubelore-test"))

    def test_a_damaged_folder_says_what_to_delete(self, tmp_path: Path) -> None:
        (tmp_path / "chroma").mkdir()
        (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1_000)
        with pytest.raises(UnreachableError, match="Chroma does not open it; delete "):
            VectorStore(tmp_path / "chroma", "kubelore-test")

    def put(self, store: VectorStore, *names: str, known: tuple[str, ...] = (), **metadata: str) -> None:
        vectors = MODEL.embed(names)
        store.put([a_chunk(n, n) for n in names], vectors, [{"anchor": "L1", **metadata}] * len(names), known)

    def held(self, store: VectorStore, *names: str) -> dict[str, Any]:
        return {node.node_id: node for node in store.store.get_nodes(list(names))}

    def test_vectors_come_back_as_they_were(self, store: VectorStore) -> None:
        assert store.count() == 0
        self.put(store, "one", "two")
        assert set(self.held(store, "one", "two", "three")) == {"one", "two"}
        for name in ("one", "two"):
            found = store.store.query(VectorStoreQuery(MODEL.embed([name])[0].tolist(), similarity_top_k=1))
            assert found.ids == [name]
            assert found.similarities[0] == pytest.approx(1.0, abs=1e-3)

    def test_putting_again_changes_nothing_but_the_metadata(self, store: VectorStore) -> None:
        self.put(store, "one", "two")
        self.put(store, "one", "three", known=("one", "lost in a crash"), anchor="L9")
        assert store.count() == 3
        nodes = {n.node_id: n for n in store.store.get_nodes(["one", "two", "three"])}
        assert {name: n.metadata["anchor"] for name, n in nodes.items()} == {
            "one": "L9",
            "two": "L1",
            "three": "L9",
        }
        assert nodes["one"].text == "one"
        assert nodes["one"].ref_doc_id == "files:docs/a.md"

    def test_removing_twice_is_no_error(self, store: VectorStore) -> None:
        self.put(store, "one", "two")
        for _ in range(2):
            store.remove(["one", "never there"])
        store.remove([])
        assert set(self.held(store, "one", "two")) == {"two"}

    def test_a_closed_store_is_there_when_opened_again(self, tmp_path: Path) -> None:
        first = VectorStore(tmp_path, "kubelore-test")
        self.put(first, "one")
        first.close()
        second = VectorStore(tmp_path, "kubelore-test")
        assert set(self.held(second, "one")) == {"one"}
        second.close()

    def test_another_process_reads_what_is_written(self, store: VectorStore, tmp_path: Path) -> None:
        self.put(store, "one")
        code = "import sys; from pathlib import Path; from index.vectors import VectorStore\n"
        code += "print(VectorStore(Path(sys.argv[1]), 'kubelore-test').count())"
        assert elsewhere(code, str(tmp_path / "chroma")) == "1"

    def test_one_document_may_have_more_chunks_than_chroma_takes_at_once(self, store: VectorStore) -> None:
        names = [f"chunk {i}" for i in range(5_600)]
        store.put(
            [a_chunk(n) for n in names], np.tile(MODEL.embed(["x"]), (5_600, 1)), [{"anchor": "L1"}] * 5_600
        )
        assert store.count() == 5_600
        store.remove(names)
        assert store.count() == 0

    def test_a_server_that_is_away_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:9"):
            VectorStore(tmp_path, "kubelore-test", "http://127.0.0.1:9")


class TestExactVectors:
    IDS = ("a", "b", "c")

    def current(self, folder: Path, stamp: str, calls: list[str], ids: tuple[str, ...] = IDS) -> ExactVectors:
        def load() -> tuple[list[str], Any]:
            calls.append(stamp)
            return list(ids), MODEL.embed(ids)

        return ExactVectors.current(folder, stamp, load)

    def test_scores_are_cosines(self, tmp_path: Path) -> None:
        exact = self.current(tmp_path, "1", [])
        assert exact.scores(MODEL.embed(["b"])[0])[exact.row["b"]] == pytest.approx(1)

    def test_loads_once_a_stamp_and_leaves_one_matrix(self, tmp_path: Path) -> None:
        calls: list[str] = []
        for stamp in ("1", "1", "2", "2"):
            assert self.current(tmp_path, stamp, calls).ids == list(self.IDS)
        assert calls == ["1", "2"]
        assert len(list(tmp_path.iterdir())) == 2

    def test_a_matrix_in_use_stays_readable_when_a_newer_one_comes(self, tmp_path: Path) -> None:
        self.current(tmp_path, "1", [])
        mapped = self.current(tmp_path, "1", [])
        self.current(tmp_path, "2", [], ("d",))
        assert mapped.scores(MODEL.embed(["a"])[0])[0] == pytest.approx(1)

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", '{"stamp": "1"}', '{"stamp": "1", "matrix": "no", "ids": []}']
    )
    def test_broken_files_are_made_again(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "vectors.json").write_text(content)
        calls: list[str] = []
        assert self.current(tmp_path, "1", calls).ids == list(self.IDS)
        assert self.current(tmp_path, "1", calls).ids == list(self.IDS)
        assert calls == ["1"]

    def test_a_truncated_matrix_is_made_again(self, tmp_path: Path) -> None:
        self.current(tmp_path, "1", [])
        matrix = next(tmp_path.glob("*.npy"))
        matrix.write_bytes(matrix.read_bytes()[:200])
        assert self.current(tmp_path, "1", []).scores(MODEL.embed(["a"])[0])[0] == pytest.approx(1)

    def test_many_may_save_at_once(self, tmp_path: Path) -> None:
        failed: list[BaseException] = []

        def save(number: int) -> None:
            try:
                for i in range(10):
                    ids = tuple(f"{number} {i} {j}" for j in range(number + 1))
                    exact = self.current(tmp_path, f"{number}-{i}", [], ids)
                    assert len(exact.ids) == len(exact.matrix)
            except BaseException as error:  # noqa: BLE001
                failed.append(error)

        threads = [threading.Thread(target=save, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []

    def test_a_full_disk_only_costs_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: Any) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr("index.vectors.np.save", full)
        assert self.current(tmp_path, "1", []).ids == list(self.IDS)
