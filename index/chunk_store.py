"""The chunks' own table: spans, anchors and context by id, and the embedding cache, in one SQLite file.

Everything in it can be rebuilt from the ledger. It always knows at least the chunks that the vector and
lexical stores hold, so that these can be cleaned by id after a crash.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from connectors.documents import OBJECT, Document
from connectors.errors import TemporaryError
from index.bilingual import Pair
from index.chunks import Chunk
from index.damage import damaged

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
  id TEXT PRIMARY KEY, document_id TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL,
  "end" INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, anchor TEXT NOT NULL,
  heading_path TEXT NOT NULL, family TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cards (
  document_id TEXT PRIMARY KEY, title TEXT NOT NULL, url TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL,
  path TEXT, environment TEXT NOT NULL, namespace TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bilingual (
  document_id TEXT NOT NULL, chinese TEXT NOT NULL, english TEXT NOT NULL,
  PRIMARY KEY (document_id, chinese, english)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chunks_of_document ON chunks (document_id);
CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_PATH = 8
"""Where a chunk's heading path stands among its columns."""
_COLUMNS = 'id, document_id, ordinal, start, "end", text, context, anchor, heading_path, family'
_WIDTH = 10
_CARD_COLUMNS = "document_id, title, url, source, kind, path, environment, namespace"
_SEPARATOR = "\x1f"
_SOME = 500
"""Rows named in one statement; SQLite's limit on parameters is 999 in old builds."""


@dataclass(frozen=True, slots=True)
class Card:
    """What ranking and filters need to know of a document."""

    document_id: str
    title: str
    url: str
    source: str
    kind: str
    path: str | None
    environment: str
    namespace: str

    @classmethod
    def of(cls, d: Document) -> Card:
        """The card of a document."""
        return cls(d.id, d.title, d.url, d.source, d.kind, d.path, d.environment, d.namespace)

    @property
    def file(self) -> tuple[str, str]:
        """What counts as one place among results: the file, or the document where there is none."""
        return self.source, self.path or self.document_id


Vectors = np.ndarray[Any, np.dtype[np.float32]]


class ChunkStore:
    """Chunks and cached embeddings; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=30)
        with self._used():
            self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def add(self, chunks: Sequence[Chunk], cards: Iterable[Card]) -> None:
        """Keep `chunks` and the cards of their documents, durably, beside what is there."""
        rows = [(*astuple(c)[:_PATH], _SEPARATOR.join(c.heading_path), c.family) for c in chunks]
        with self._used(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO chunks VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
            self._db.executemany(
                "INSERT OR REPLACE INTO cards VALUES (?,?,?,?,?,?,?,?)", [astuple(c) for c in cards]
            )

    def remove(self, ids: Sequence[str]) -> None:
        """Forget the chunks with these ids, and the cards of documents that have none left."""
        if not ids:
            return
        with self._used(), self._db:
            self._db.executemany("DELETE FROM chunks WHERE id = ?", [(i,) for i in ids])
            for table in ("cards", "bilingual"):
                gone = f"DELETE FROM {table} WHERE document_id NOT IN (SELECT document_id FROM chunks)"  # noqa: S608
                self._db.execute(gone)

    def set_pairs(self, pairs: Mapping[str, Sequence[Pair]]) -> None:
        """Replace the terms that these documents give in both languages."""
        rows = [(ident, one.chinese, one.english) for ident, found in pairs.items() for one in found]
        with self._used(), self._db:
            self._db.executemany("DELETE FROM bilingual WHERE document_id = ?", [(ident,) for ident in pairs])
            self._db.executemany("INSERT OR IGNORE INTO bilingual VALUES (?,?,?)", rows)

    def pairs(self) -> list[tuple[str, Pair]]:
        """All terms in both languages, each with the document that gives it."""
        with self._used():
            rows = self._db.execute("SELECT document_id, chinese, english FROM bilingual ORDER BY 1, 2, 3")
            return [(row[0], Pair(row[1], row[2])) for row in rows]

    def placed(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Card]]:
        """The chunks that exist among `ids`, each with the card of its document."""
        rows = self._rows(f"{_COLUMNS}, {_CARD_COLUMNS}", "id", ids, "chunks JOIN cards USING (document_id)")
        return {row[0]: (_chunk(row[:_WIDTH]), Card(*row[_WIDTH:])) for row in rows}

    def all(self) -> list[Chunk]:
        """Every chunk, by id."""
        with self._used():
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM chunks ORDER BY id").fetchall()  # noqa: S608
        return [_chunk(row) for row in rows]

    def of_documents(self, document_ids: Sequence[str]) -> list[Chunk]:
        """All chunks of these documents, in order within each."""
        return sorted(self._select("document_id", document_ids), key=lambda c: (c.document_id, c.ordinal))

    def ids_of_documents(self, document_ids: Sequence[str]) -> list[str]:
        """The ids of all chunks of these documents."""
        return [row[0] for row in self._rows("id", "document_id", document_ids)]

    def environments(self) -> dict[str, str]:
        """The environment of each document that is about one."""
        with self._used():
            rows = self._db.execute("SELECT document_id, environment FROM cards WHERE environment <> ''")
            return {row[0]: row[1] for row in rows}

    def objects(self) -> frozenset[str]:
        """The documents that are running objects."""
        with self._used():
            rows = self._db.execute("SELECT document_id FROM cards WHERE kind = ?", (OBJECT,)).fetchall()
        return frozenset(row[0] for row in rows)

    def halves(self) -> tuple[bool, bool]:
        """Whether there are documents that were written, and whether there are running objects."""
        with self._used():
            rows = self._db.execute("SELECT DISTINCT kind = ? FROM cards", (OBJECT,)).fetchall()
        return (0,) in rows, (1,) in rows

    def owners(self) -> dict[str, str]:
        """The document of each chunk."""
        with self._used():
            return {row[0]: row[1] for row in self._db.execute("SELECT id, document_id FROM chunks")}

    def document_ids(self) -> frozenset[str]:
        """The documents that have chunks."""
        with self._used():
            rows = self._db.execute("SELECT DISTINCT document_id FROM chunks").fetchall()
        return frozenset(row[0] for row in rows)

    def count(self) -> int:
        """How many chunks there are."""
        with self._used():
            return int(self._db.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def cached(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The cached vectors that exist among `keys`."""
        rows = self._rows("key, vector", "key", keys, table="embeddings")
        return {row[0]: np.frombuffer(row[1], dtype=np.float32) for row in rows}

    def cache(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector a key."""
        rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        with self._used(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", rows)

    def setting(self, name: str) -> str:
        """A stored setting, or ''."""
        with self._used():
            row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        with self._used(), self._db:
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    @contextmanager
    def _used(self) -> Iterator[None]:
        """One thread at a time; `UnreachableError` for a damaged file, `TemporaryError` for one that is locked."""
        try:
            with self._lock:
                yield
        except sqlite3.OperationalError as error:
            raise TemporaryError(f"{self._path} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise damaged(self._path, error) from None

    def _select(self, column: str, values: Iterable[str]) -> list[Chunk]:
        return [_chunk(row) for row in self._rows(_COLUMNS, column, list(values))]

    def _rows(
        self, names: str, column: str, values: Sequence[Any], table: str = "chunks"
    ) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        with self._used():
            for i in range(0, len(values), _SOME):
                some = values[i : i + _SOME]
                marks = ",".join("?" * len(some))
                # Names and column are this module's own literals.
                query = f"SELECT {names} FROM {table} WHERE {column} IN ({marks})"  # noqa: S608
                found += self._db.execute(query, list(some)).fetchall()
        return found


def _chunk(row: tuple[Any, ...]) -> Chunk:
    values = list(row)
    values[_PATH] = tuple(row[_PATH].split(_SEPARATOR)) if row[_PATH] else ()
    return Chunk(*values)
