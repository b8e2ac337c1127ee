"""What a state folder holds, in a form that two of them can be compared by."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import astuple
from pathlib import Path
from typing import Any

import tantivy
from filelock import FileLock, Timeout

from api.wiring import Wiring
from bench.crash_corpus import Corpus
from connectors.documents import Document
from index.index import Index
from index.ledger import Ledger
from index.search_types import Filters
from ingest.runs import Runs

Snapshot = Mapping[str, Mapping[str, str]]
"""By store and by id a digest of what it holds; `searches` and `left over` hold only what is wrong."""

RUNS = "runs"
"""Where a snapshot holds the status of each run, which differs between two histories of the same corpus."""

_EVERYBODY = Filters(principals=frozenset({"public", "ops"}))


def examine(wiring: Wiring, corpus: Corpus, gone: frozenset[str]) -> Snapshot:
    """What the state folder holds after a run over `corpus`, read through the stores themselves.

    `gone` are words of earlier documents, which nothing may find any more.
    """
    try:
        index, ledger = wiring.index, wiring.ledger
        documents = {d.id: d for batch in ledger.documents() for d in batch}
        return {
            "documents": {i: _digest([d.to_json(), sorted(d.access)]) for i, d in documents.items()},
            "chunk table": {c.id: _digest(astuple(c)) for c in index.chunks.all()},
            "words": dict(_words(index)),
            "vectors": dict(_vectors(index)),
            "matrix": dict.fromkeys(index.exact().ids, ""),
            "searches": dict(_wrong_searches(wiring, documents, corpus, gone)),
            "left over": dict(_left_over(ledger)),
            RUNS: {str(run.id): run.status.value for run in Runs(ledger).recent()},
        }
    finally:
        wiring.close()


def differences(found: Snapshot, wanted: Snapshot) -> Iterator[str]:
    """A line for each thing that one state holds and the other does not, or holds differently."""
    for store, there in wanted.items():
        if store == RUNS:
            continue
        here = found[store]
        for key in sorted({*here, *there}):
            if key not in here:
                yield f"{store}: lacks {key}"
            elif key not in there:
                yield f"{store}: has {key} {here[key]}, which should not be there"
            elif here[key] != there[key]:
                yield f"{store}: {key} differs"


def runs_under_way(state: Path) -> list[str]:
    """The runs that the history calls running, read from a copy: to open the ledger itself would repair it."""
    with tempfile.TemporaryDirectory() as folder:
        for file in state.glob("ledger.db*"):
            shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder) / "ledger.db")) as database:
            try:
                return [
                    str(row[0]) for row in database.execute("SELECT id FROM runs WHERE status = 'running'")
                ]
            except sqlite3.OperationalError:  # killed before there was a table
                return []


def is_locked(state: Path) -> bool:
    """Whether somebody holds the ingest lock, for longer than a child of the dead needs to become git."""
    lock = FileLock(state / "ingest.lock", timeout=2)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _words(index: Index) -> Iterator[tuple[str, str]]:
    counts: Counter[str] = Counter()
    for half in ("lexical", "lexical-objects"):
        searcher = tantivy.Index.open(str(index.folder / half)).searcher()
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
        counts.update(str(searcher.doc(address)["id"][0]) for _, address in hits)
    yield from ((chunk_id, f"{count} times") for chunk_id, count in counts.items())


def _vectors(index: Index) -> Iterator[tuple[str, str]]:
    found = index.vectors.store.client.get(include=["metadatas", "documents", "embeddings"])
    rows = zip(found["ids"], found["metadatas"], found["documents"], found["embeddings"], strict=True)
    for chunk_id, metadata, text, vector in rows:
        yield chunk_id, _digest([sorted(metadata.items()), text, [f"{x:.5f}" for x in vector]])


def _wrong_searches(
    wiring: Wiring, documents: Mapping[str, Document], corpus: Corpus, gone: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if not documents:
        return
    for word in sorted(corpus.words):
        found = wiring.searcher.search(word, 1, _EVERYBODY)
        if not found or word not in f"{found[0].title} {documents[found[0].document_id].text}":
            yield word, "is not found"
    for word in sorted(gone):
        if any(word in f"{r.title} {r.text}" for r in wiring.searcher.search(word, 3, _EVERYBODY)):
            yield word, "is still found"


def _left_over(ledger: Ledger) -> Iterator[tuple[str, str]]:
    for source in ledger.sources():
        yield from ((i, "is begun") for i in ledger.begun(source))
        yield from ((i, "is ahead of the checkpoint") for i in ledger.ahead(source))
    yield from ((f"run {r.id}", "is running") for r in Runs(ledger).recent() if r.status == "running")


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]
