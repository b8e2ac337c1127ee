"""The ledger's database and the state of the ingest in it: checkpoints, begun changes, settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.engine import URL

from connectors.documents import Checkpoint, Document
from index.ledger.database import in_parts, open_engine, translated
from index.ledger.records import pack, unpack
from index.ledger.tables import access, changes, checkpoints, generation, settings


class SyncState:
    """How far the ingest has come; `Ledger` adds the documents."""

    def __init__(self, url: str) -> None:
        """Open or make the ledger at any SQLAlchemy URL; see `open_engine` for errors."""
        self.engine: Engine = open_engine(url)
        self._reading = self.engine
        if self.engine.dialect.name != "sqlite":
            # A document and its access are read by two statements, which must see one state.
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The SQLite ledger `ledger.db` in `folder`; both are made if they are not there."""
        folder.mkdir(parents=True, exist_ok=True)
        # Built from parts, as a path may hold characters that mean something in a URL.
        url = URL.create("sqlite", database=str(folder / "ledger.db"))
        return cls(url.render_as_string(hide_password=False))

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def generation(self) -> int:
        """A number that grows with every change of documents or access: when it differs, read again."""
        with self._read() as connection:
            return int(connection.execute(select(generation.c.value)).scalar_one())

    def begin(self, source: str, ids: Sequence[str], batch: Sequence[Document] = ()) -> None:
        """Note that the chunks of `ids` are about to change; `put` and `remove` end it.

        Principals that the new versions in `batch` do not grant lose their access now, before new text can
        be found under the old permission.
        """
        kept = {document.id: document.access for document in batch}
        with self._change("begin a change") as connection:
            note_changes(connection, dict.fromkeys(ids, source), stored=False)
            for part in in_parts(list(kept)):
                for document_id, principals in readers(connection, part).items():
                    lost = sorted(principals - kept[document_id])
                    if lost:
                        of_document = access.c.document_id == document_id
                        connection.execute(delete(access).where(of_document, access.c.principal.in_(lost)))

    def begun(self, source: str) -> set[str]:
        """Documents whose change was begun and never ended: their chunks may be of either version."""
        return self._changes(source, stored=False)

    def ahead(self, source: str) -> set[str]:
        """Documents that were stored after the source's checkpoint was saved."""
        return self._changes(source, stored=True)

    def checkpoint(self, source: str) -> Checkpoint | None:
        """Where the last finished crawl of the source ended, or None."""
        query = select(checkpoints.c.body).where(checkpoints.c.source == source)
        with self._read() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else unpack(body)

    def save_checkpoint(
        self, source: str, checkpoint: Checkpoint | None, *, still_ahead: Collection[str] = ()
    ) -> None:
        """Keep the checkpoint; None forgets it, so that the next crawl reads everything.

        The documents `still_ahead` stay ahead of it: it does not speak of what they are now.
        """
        ended = delete(changes).where(changes.c.source == source, changes.c.stored.is_(True))
        with translated("save a checkpoint"), self.engine.begin() as connection:
            connection.execute(ended)
            note_changes(connection, dict.fromkeys(still_ahead, source), stored=True)
            connection.execute(delete(checkpoints).where(checkpoints.c.source == source))
            if checkpoint is not None:
                connection.execute(insert(checkpoints).values(source=source, body=pack(checkpoint)))

    def setting(self, name: str) -> str:
        """A stored setting, or ''."""
        with self._read() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar() or ""

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting; '' forgets it."""
        with translated("store a setting"), self.engine.begin() as connection:
            connection.execute(delete(settings).where(settings.c.name == name))
            if value:
                connection.execute(insert(settings).values(name=name, value=value))

    def _changes(self, source: str, *, stored: bool) -> set[str]:
        query = select(changes.c.document_id).where(changes.c.source == source, changes.c.stored.is_(stored))
        with self._read() as connection:
            return set(connection.execute(query).scalars())

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with translated("be read"), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def _change(self, action: str) -> Iterator[Connection]:
        """One transaction that raises the generation.

        That is its first statement, so that SQLite takes the write lock before anything is read: it then
        waits for another writer instead of failing.
        """
        with translated(action), self.engine.begin() as connection:
            connection.execute(update(generation).values(value=generation.c.value + 1))
            yield connection


def readers(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """The principals that may read each of these documents (at most one statement's worth)."""
    found: dict[str, set[str]] = defaultdict(set)
    query = select(access.c.document_id, access.c.principal).where(access.c.document_id.in_(ids))
    for document_id, principal in connection.execute(query):
        found[document_id].add(principal)
    return found


def note_changes(connection: Connection, source_of: Mapping[str, str], *, stored: bool) -> None:
    """Note how far the change of each of these documents (id to source) has come."""
    for part in in_parts(list(source_of)):
        connection.execute(delete(changes).where(changes.c.document_id.in_(part)))
        rows = [{"document_id": i, "source": source_of[i], "stored": stored} for i in part]
        connection.execute(insert(changes), rows)
