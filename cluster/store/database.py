"""The file that holds the objects: its tables, its connections, and its errors in our terms."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from connectors.errors import ConfigurationError, TemporaryError, UnreachableError

FILE = "cluster.db"
BUSY_SECONDS = 30
"""How long a writer waits for another one."""
_SCHEMA_VERSION = 1
"""Raise it when the tables change: a file of another version is refused with a clear message."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, cluster TEXT NOT NULL, api_group TEXT NOT NULL, kind TEXT NOT NULL,
  namespace TEXT NOT NULL, name TEXT NOT NULL, document_id TEXT NOT NULL, uid TEXT NOT NULL,
  digest BLOB,  -- NULL: deleted
  version INTEGER,
  first_at TEXT NOT NULL, since TEXT NOT NULL,
  UNIQUE (source, api_group, kind, namespace, name)
);
CREATE INDEX IF NOT EXISTS objects_of_cluster ON objects (cluster, kind, namespace, name);
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (kind, name);
CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY, object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE, at TEXT NOT NULL,
  body BLOB  -- NULL: deleted
);
CREATE INDEX IF NOT EXISTS versions_of_object ON versions (object, id, at);
CREATE INDEX IF NOT EXISTS versions_by_time ON versions (at);
CREATE TABLE IF NOT EXISTS listed (
  source TEXT NOT NULL, api_group TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (source, api_group, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crawls (source TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (source, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
  source TEXT NOT NULL, uid TEXT NOT NULL, cluster TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL,
  name TEXT NOT NULL, count INTEGER NOT NULL, last_at TEXT NOT NULL, document_id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (source, uid)
);
CREATE INDEX IF NOT EXISTS events_by_time ON events (source, last_at);
CREATE INDEX IF NOT EXISTS events_of_object ON events (kind, name, last_at);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO counters VALUES ('changes', 0), ('object changes', 0);
"""


class Database:
    """The file. Every reader has a connection of its own, so that it sees one state and holds nobody up."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        try:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                self._prepare(connection)
        except sqlite3.Error as error:
            damaged = type(error) is sqlite3.DatabaseError
            remedy = f"; delete {FILE}* and ingest again: what is kept of the past is gone" if damaged else ""
            raise UnreachableError(f"{self.path} cannot be opened: {error}{remedy}") from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, _SCHEMA_VERSION):
            connection.execute("ROLLBACK")
            raise ConfigurationError(
                f"{self.path} was written by another version of Kubelore (schema {found}, not {_SCHEMA_VERSION});"
                " use that version, or delete the file: objects are read again, and their history is gone"
            )
        if not found:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
        connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the state of its first query until it is closed."""
        with _translated("read"), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, alone among all processes: all of it is kept, or nothing."""
        with _translated("written"), closing(self._connect()) as connection:
            # Takes the lock before anything is read: it waits for another writer instead of failing later.
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection


@contextmanager
def _translated(action: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise TemporaryError(f"the store of objects could not be {action}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise UnreachableError(
            f"the store of objects is damaged: {error}; delete {FILE} and ingest again"
        ) from None
