"""The ledger's database and the state of the ingest in it: checkpoints, begun changes, settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.engine import URL

from connectors.documents import Checkpoint, Document
from index.ledger.database import in_parts, open_engine, translated
from index.ledger.records import pack, unpack
from index.ledger.tables import access, checkpoints, generation, pending, settings


class SyncState:
    """How far the ingest has come; `Ledger` adds the documents."""

    def __init__(self, url: str) -> None:
        """Open or make the ledger at any SQLAlchemy URL; see `open_engine` for errors."""
        self.engine: Engine = open_engine(url)

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
            for part in in_parts(ids):
                connection.execute(delete(pending).where(pending.c.document_id.in_(part)))
                connection.execute(insert(pending), [{"document_id": i, "source": source} for i in part])
            for part in in_parts(list(kept)):
                for document_id, principals in readers(connection, part).items():
                    lost = sorted(principals - kept[document_id])
                    if lost:
                        of_document = access.c.document_id == document_id
                        connection.execute(delete(access).where(of_document, access.c.principal.in_(lost)))

    def pending(self, source: str) -> set[str]:
        """Documents whose change was begun and never ended: their chunks may be of either version."""
        query = select(pending.c.document_id).where(pending.c.source == source)
        with self._read() as connection:
            return set(connection.execute(query).scalars())

    def checkpoint(self, source: str) -> Checkpoint | None:
        """Where the last finished crawl of the source ended, or None."""
        query = select(checkpoints.c.body).where(checkpoints.c.source == source)
        with self._read() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else unpack(body)

    def save_checkpoint(self, source: str, checkpoint: Checkpoint | None) -> None:
        """Keep the checkpoint; None forgets it, so that the next crawl reads everything."""
        with translated("save a checkpoint"), self.engine.begin() as connection:
            connection.execute(delete(checkpoints).where(checkpoints.c.source == source))
            if checkpoint is not None:
                connection.execute(insert(checkpoints).values(source=source, body=pack(checkpoint)))

    def setting(self, name: str) -> str:
        """A stored setting, or ''."""
        with self._read() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar() or ""

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        with translated("store a setting"), self.engine.begin() as connection:
            connection.execute(delete(settings).where(settings.c.name == name))
            connection.execute(insert(settings).values(name=name, value=value))

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with translated("be read"), self.engine.connect() as connection:
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
