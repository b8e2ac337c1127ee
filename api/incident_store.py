"""Investigations that are kept: what was asked for, how far it is, and its report; in `investigations.db`."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.errors import TemporaryError, UnreachableError

FILE = "investigations.db"
MOST = 1_000
AGE = timedelta(days=30)
ATTEMPTS = 3
"""How often an investigation that its process did not survive is begun."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS investigations (
  id TEXT NOT NULL, reader TEXT NOT NULL, mark TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, request BLOB, report BLOB, error TEXT NOT NULL DEFAULT '',
  findings TEXT NOT NULL DEFAULT '[]', documents TEXT NOT NULL DEFAULT '[]', cluster TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (id, reader)
);
CREATE INDEX IF NOT EXISTS investigations_by_mark ON investigations (mark, reader);
CREATE INDEX IF NOT EXISTS investigations_by_state ON investigations (state, created_at);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One investigation: `state` is queued, running, done or failed; `principals` are those that it was made for."""

    id: str
    principals: frozenset[str]
    state: str
    created_at: datetime
    request: Mapping[str, Any] | None = None
    report: dict[str, Any] | None = None
    error: str = ""
    findings: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    cluster: str = ""


class IncidentStore:
    """The newest investigations; for threads and processes. The file is made with the first one."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._path = folder / FILE
        self._most = most

    def put_report(
        self,
        report: dict[str, Any],
        principals: frozenset[str],
        *,
        documents: Sequence[str] = (),
        cluster: str = "",
    ) -> None:
        """Keeps a finished report under its id, for these principals; an unfinished one of this id is then done."""
        found = sorted({(cause["cause"], cause["object"]) for cause in report["causes"]})
        values = {
            "id": report["id"], "reader": _reader(principals), "now": _now(), "report": _pack(report),
            "findings": json.dumps(found), "documents": json.dumps(list(documents)), "cluster": cluster,
        }  # fmt: skip
        with self._writing() as db:
            db.execute(
                "INSERT INTO investigations (id, reader, mark, state, created_at, report, findings, documents, cluster)"
                " VALUES (:id, :reader, '', 'done', :now, :report, :findings, :documents, :cluster)"
                " ON CONFLICT DO UPDATE SET state = 'done', report = :report, findings = :findings,"
                " documents = :documents, cluster = :cluster",
                values,
            )
            self._prune(db)

    def queue(
        self, ident: str, mark: str, request: Mapping[str, Any], principals: frozenset[str], most: int
    ) -> Kept | None:
        """The investigation with this mark: the one there is, or a new one; None where `most` wait already."""
        reader = _reader(principals)
        with self._writing() as db:
            row = db.execute(
                "SELECT * FROM investigations WHERE mark = ? AND reader = ?", (mark, reader)
            ).fetchone()
            if row is not None:
                return _kept(row)
            waiting = db.execute(
                "SELECT count(*) FROM investigations WHERE state IN ('queued', 'running')"
            ).fetchone()[0]
            if waiting >= most:
                return None
            db.execute(
                "INSERT INTO investigations (id, reader, mark, state, created_at, request)"
                " VALUES (?, ?, ?, 'queued', ?, ?)",
                (ident, reader, mark, _now(), _pack(request)),
            )
            self._prune(db)
            made = db.execute("SELECT * FROM investigations WHERE id = ? AND reader = ?", (ident, reader))
            return _kept(made.fetchone())

    def take(self) -> Kept | None:
        """The oldest one that waits, which is now running; None where none waits."""
        if not self._path.exists():
            return None
        with self._writing() as db:
            row = db.execute(
                "SELECT * FROM investigations WHERE state = 'queued' ORDER BY created_at, id LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE investigations SET state = 'running', attempts = attempts + 1 WHERE id = ? AND reader = ?",
                (row["id"], row["reader"]),
            )
            return _kept(row)

    def fail(self, one: Kept, reason: str) -> None:
        """Notes why an investigation came to nothing; the same alerts may be investigated again."""
        with self._writing() as db:
            db.execute(
                "UPDATE investigations SET state = 'failed', error = ?, mark = '' WHERE id = ? AND reader = ?",
                (reason, one.id, _reader(one.principals)),
            )

    def recover(self) -> bool:
        """Lets what a process left running wait again, what ended it too often fail; whether there is anything."""
        if not self._path.exists():
            return False
        with self._writing() as db:
            db.execute(
                "UPDATE investigations SET state = 'failed', mark = '', error = 'the server ended while it was at work'"
                " WHERE state = 'running' AND attempts >= ?",
                (ATTEMPTS,),
            )
            db.execute("UPDATE investigations SET state = 'queued' WHERE state = 'running'")
        return True

    def get(self, ident: str, principals: frozenset[str]) -> Kept | None:
        """The investigation of this id, if it was made for rights that these principals all have."""
        found = (one for one in self._rows("WHERE id = ?", (ident,)) if one.principals <= principals)
        return max(found, key=lambda one: len(one.principals), default=None)

    def done(self, principals: frozenset[str] | None) -> Iterator[Kept]:
        """What is done and may be read (None: everything), newest first, with its findings."""
        for one in self._rows("WHERE state = 'done' AND findings != '[]' ORDER BY created_at DESC"):
            if principals is None or one.principals <= principals:
                yield one

    def newest(self, principals: frozenset[str]) -> Iterator[Kept]:
        """What may be read in whatever state, newest first."""
        for one in self._rows("ORDER BY created_at DESC, id"):
            if one.principals <= principals:
                yield one

    def _rows(self, where: str, values: tuple[str, ...] = ()) -> list[Kept]:
        if not self._path.exists():
            return []
        with self._open() as db:
            query = f"SELECT * FROM investigations {where}"  # noqa: S608 - literals of this module
            return [_kept(row) for row in db.execute(query, values)]

    def _prune(self, db: sqlite3.Connection) -> None:
        oldest = (datetime.now(UTC) - AGE).isoformat()
        db.execute("DELETE FROM investigations WHERE created_at < ?", (oldest,))
        db.execute(
            "DELETE FROM investigations WHERE rowid IN (SELECT rowid FROM investigations"
            " WHERE state IN ('done', 'failed') ORDER BY created_at DESC LIMIT -1 OFFSET ?)",
            (self._most,),
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.executescript(_SCHEMA)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                yield db
        except sqlite3.OperationalError as error:
            raise TemporaryError(f"{FILE} could not be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise UnreachableError(f"{FILE} is damaged: {error}; delete it") from None


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        row["id"], frozenset(json.loads(row["reader"])), row["state"], datetime.fromisoformat(row["created_at"]),
        _unpack(row["request"]), _unpack(row["report"]), row["error"],
        tuple((term, name) for term, name in json.loads(row["findings"])), tuple(json.loads(row["documents"])),
        row["cluster"],
    )  # fmt: skip


def _reader(principals: frozenset[str]) -> str:
    return json.dumps(sorted(principals))


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _pack(value: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(value, default=str).encode("ascii"))


def _unpack(body: bytes | None) -> dict[str, Any] | None:
    return None if body is None else json.loads(zlib.decompress(body))
