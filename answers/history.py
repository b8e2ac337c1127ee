"""What was asked and what came of it: one private SQLite file in the state folder, bounded by number and age."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from answers.model import Answer
from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from connectors.redaction import redact

FILE = "asked.db"
BUSY_SECONDS = 10
LONGEST_COMMENT = 2_000
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, owner TEXT NOT NULL,
  conversation TEXT NOT NULL, question TEXT NOT NULL, understood TEXT NOT NULL, abstained INTEGER NOT NULL,
  confidence REAL NOT NULL, cited TEXT NOT NULL, helpful INTEGER, comment TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS asked_by_time ON asked (at);
CREATE INDEX IF NOT EXISTS asked_in_conversation ON asked (owner, conversation, number);
"""
_COLUMNS = "id, at, question, understood, abstained, confidence, cited, helpful, comment, conversation"


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is kept: the newest `most` questions, none older than `days`."""

    days: int = 90
    most: int = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what became of it; `helpful` is None where nobody said.

    `understood` is the question as it was answered: another one where it went on from the turns before.
    """

    id: str
    at: datetime
    question: str
    understood: str
    abstained: bool
    confidence: float
    cited: tuple[str, ...]
    helpful: bool | None = None
    comment: str = ""
    conversation: str = ""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class History:
    """The questions of one state folder; safe for threads and for several processes.

    Raises `TemporaryError` where the file is locked or the disk full, `ConfigurationError` for one of another version.
    """

    def __init__(
        self, folder: Path, retention: Retention = Retention(), now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._path = folder / FILE
        self._retention = retention
        self._now = now

    def record(self, answer: Answer, owner: str, conversation: str = "", understood: str = "") -> None:
        """Keep the question and which documents answered it, with credentials masked; forget what is too much."""
        row = (
            answer.id, self._now().isoformat(), owner, conversation, redact(answer.question)[0],
            redact(understood or answer.question)[0], answer.abstained, answer.confidence,
            json.dumps(list(dict.fromkeys(c.document_id for c in answer.citations)), ensure_ascii=False),
        )  # fmt: skip
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO asked (id, at, owner, conversation, question, understood, abstained, confidence, cited)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            connection.execute("DELETE FROM asked WHERE at < ?", (self._oldest(),))
            connection.execute(
                "DELETE FROM asked WHERE number <= (SELECT max(number) FROM asked) - ?",
                (self._retention.most,),
            )

    def judge(self, answer_id: str, owner: str, helpful: bool, comment: str = "") -> bool:
        """Keep what the asker says of an answer; False where this owner was given no such answer, or too long ago."""
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE asked SET helpful = ?, comment = ? WHERE id = ? AND owner = ? AND at >= ?",
                (helpful, redact(comment[:LONGEST_COMMENT])[0], answer_id, owner, self._oldest()),
            )
            return changed.rowcount > 0

    def all(self) -> list[Asked]:
        """Everything that is kept, oldest first; makes no file where there is none."""
        if not self._path.exists():
            return []
        with self._reading() as connection:
            query = f"SELECT {_COLUMNS} FROM asked WHERE at >= ? ORDER BY number"  # noqa: S608 - our own columns
            return [_asked(row) for row in connection.execute(query, (self._oldest(),))]

    def turns(self, owner: str, conversation: str, most: int, within: timedelta) -> list[Asked]:
        """The last `most` questions of this owner's conversation, oldest first; none where it is expired."""
        if not conversation or not self._path.exists():
            return []
        since = max((self._now() - within).isoformat(), self._oldest())
        with self._reading() as connection:
            query = (
                f"SELECT {_COLUMNS} FROM asked WHERE owner = ? AND conversation = ? AND at >= ?"  # noqa: S608
                " ORDER BY number DESC LIMIT ?"
            )
            rows = connection.execute(query, (owner, conversation, since, most)).fetchall()
        return [_asked(row) for row in reversed(rows)]

    def latest(self, owner: str) -> Asked | None:
        """What this owner asked last."""
        if not self._path.exists():
            return None
        with self._reading() as connection:
            query = f"SELECT {_COLUMNS} FROM asked WHERE owner = ? AND at >= ? ORDER BY number DESC LIMIT 1"  # noqa: S608
            row = connection.execute(query, (owner, self._oldest())).fetchone()
        return _asked(row) if row else None

    def _oldest(self) -> str:
        return (self._now() - timedelta(days=self._retention.days)).isoformat()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._opened() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept, or nothing."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Made by us first: SQLite would make it readable for others.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self._path, BUSY_SECONDS, isolation_level=None)) as connection:
                self._prepare(connection)
                yield connection
        except sqlite3.OperationalError as error:
            raise TemporaryError(f"{self._path} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise UnreachableError(
                f"{self._path} cannot be read: {error}; delete it, and only what was asked is forgotten"
            ) from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == _SCHEMA_VERSION:
            return
        if found:
            raise ConfigurationError(
                f"{self._path} was written by another version of Kubelore (schema {found}, not {_SCHEMA_VERSION});"
                " use that version, or delete the file: only what was asked is forgotten"
            )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA};PRAGMA user_version={_SCHEMA_VERSION};COMMIT;")


def _asked(row: Sequence[object]) -> Asked:
    ident, at, question, understood, abstained, confidence, cited, helpful, comment, conversation = row
    return Asked(
        str(ident), datetime.fromisoformat(str(at)), str(question), str(understood), bool(abstained),
        float(str(confidence)), tuple(json.loads(str(cited))), None if helpful is None else bool(helpful),
        str(comment), str(conversation),
    )  # fmt: skip
