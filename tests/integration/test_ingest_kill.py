"""A real process that ingests a folder is killed at random moments; the next run makes it good."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from connectors.base import Crawl
from connectors.documents import (
    Checkpoint,
    CheckReport,
    Document,
    Section,
    SectionKind,
    Unchanged,
    assemble,
)
from index.ledger import Ledger
from ingest.report import RunStatus
from ingest.runner import ingest_all
from ingest.runs import Runs

ROOT = Path(__file__).parents[2]
FILES = 400
ROUNDS = 8


class Folder:
    """A source of the text files in a folder; a file counts as unchanged by its time."""

    def __init__(self, root: Path) -> None:
        self.name = "docs"
        self._root = root

    def check(self) -> CheckReport:
        return CheckReport(True, "fine")

    def list_ids(self) -> Sequence[str]:
        return [f"files:docs/{p.name}" for p in self._root.iterdir()]

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        known, times = dict(checkpoint or {}), {}
        for path in sorted(self._root.iterdir()):
            times[path.name] = path.stat().st_mtime_ns
            document_id = f"files:docs/{path.name}"
            if known.get(path.name) == times[path.name]:
                yield Unchanged((document_id,))
                continue
            text, sections = assemble([Section(SectionKind.PARAGRAPH, path.read_text())])
            yield Document(
                document_id, path.name, text, sections, "docs", "page", access=frozenset({"public"})
            )
        return times


class SlowIndex:
    """Chunks in one SQLite file that writes each at once, so that a batch can be cut in its middle."""

    def __init__(self, path: Path, pause: float = 0) -> None:
        self._pause = pause
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS chunks (id TEXT PRIMARY KEY, text TEXT)")
        self._db.execute("CREATE TABLE IF NOT EXISTS stamps (stamp TEXT)")

    def prepare(self, documents: Sequence[Document]) -> None:
        pass

    def apply(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self._db.execute("INSERT OR REPLACE INTO chunks VALUES (?, ?)", (document.id, document.text))
            if self._pause:
                print(document.id, flush=True)
                time.sleep(self._pause)

    def remove(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            self._db.execute("DELETE FROM chunks WHERE id = ?", (document_id,))

    def commit(self) -> None:
        self._db.execute("INSERT INTO stamps VALUES ('x')")

    def fingerprint(self) -> str:
        return "1"

    def stamp(self) -> str:
        return "x" if self._db.execute("SELECT 1 FROM stamps").fetchone() else ""

    def texts(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT id, text FROM chunks"))


def ingest(docs: Path, state: Path, pause: float = 0) -> RunStatus:
    with Ledger.at(state) as ledger:
        index = SlowIndex(state / "chunks.db", pause)
        return ingest_all([Folder(docs)], index, ledger, Runs(ledger), state)[0].status


def change(docs: Path, chance: random.Random, round_number: int) -> None:
    """Write, change and delete some files, and bring some back to just what an earlier round had."""
    for path in chance.sample(sorted(docs.iterdir()), 20):
        path.unlink()
    for number in chance.sample(range(FILES), 60):
        (docs / f"{number:03}.txt").write_text(f"{number} in round {chance.randrange(max(1, round_number))}")


def test_killed_at_random_moments(tmp_path: Path) -> None:
    docs, state = tmp_path / "docs", tmp_path / "state"
    docs.mkdir()
    state.mkdir()
    for number in range(FILES):
        (docs / f"{number:03}.txt").write_text(f"{number}")
    chance = random.Random(7)
    killed = 0
    for round_number in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.integration.test_ingest_kill", str(docs), str(state)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as child:
            assert child.stdout is not None
            # It names what it writes, so that the moment does not depend on its speed.
            for _ in range(chance.randrange(1, 60)):
                child.stdout.readline()
            time.sleep(chance.uniform(0, 0.01))
            child.kill()
            killed += child.wait() == -9
        change(docs, chance, round_number)
    assert killed >= ROUNDS // 2
    assert ingest(docs, state) is RunStatus.DONE
    expected = {f"files:docs/{p.name}": p.read_text() for p in docs.iterdir()}
    assert SlowIndex(state / "chunks.db").texts() == expected
    with Ledger.at(state) as ledger:
        assert {d.id: d.text for batch in ledger.documents() for d in batch} == expected
        assert ledger.begun("docs") | ledger.ahead("docs") == set()
        statuses = [run.status for run in Runs(ledger).recent()]
        assert RunStatus.RUNNING not in statuses
        assert RunStatus.INTERRUPTED in statuses
    again = ingest(docs, state)
    assert again is RunStatus.DONE


if __name__ == "__main__":
    print("ready", flush=True)
    ingest(Path(sys.argv[1]), Path(sys.argv[2]), pause=0.002)
