"""The ledger's documents and who may read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from connectors.documents import Document
from index.ledger.database import in_parts
from index.ledger.records import (
    SourceCounts,
    State,
    body_of,
    details_hash,
    details_of,
    document_of,
    moment,
    state_of,
    utc_text,
)
from index.ledger.sync import SyncState, note_changes, readers
from index.ledger.tables import access, bodies, changes, checkpoints, documents


class Ledger(SyncState):
    """Documents, their access and each source's checkpoint; safe for threads and for other reading processes.

    There is one writing process at a time (`ingest.lock`). Reads and writes raise TemporaryError where the
    database is away, locked or full.
    """

    def put(self, batch: Sequence[Document], *, run_id: int | None = None) -> None:
        """Store these documents as they are now, all or none; the last of equal ids counts."""
        by_id = {document.id: document for document in batch}
        if not by_id:
            return
        now = utc_text(datetime.now(UTC))
        rows = [_row(document, now, run_id) for document in by_id.values()]
        contents = [{"document_id": d.id, "body": body_of(d)} for d in by_id.values()]
        with self._change("store documents") as connection:
            _delete(connection, list(by_id))
            connection.execute(insert(documents), rows)
            connection.execute(insert(bodies), contents)
            _grant(connection, by_id.values())
            note_changes(connection, {d.id: d.source for d in by_id.values()}, stored=True)

    def touch(self, batch: Sequence[Document]) -> None:
        """Update version, author, time and access of documents whose content did not change."""
        if not batch:
            return
        rows = [_row(document, None, None) for document in batch]
        keys = ("details", "details_hash", "updated_at")
        changes = [{"key": row["id"], **{name: row[name] for name in keys}} for row in rows]
        with self._change("update documents") as connection:
            connection.execute(update(documents).where(documents.c.id == bindparam("key")), changes)
            for ids in in_parts([document.id for document in batch]):
                connection.execute(delete(access).where(access.c.document_id.in_(ids)))
            known = _existing(connection, [document.id for document in batch])
            stored = [document for document in batch if document.id in known]
            _grant(connection, stored)
            note_changes(connection, {document.id: document.source for document in stored}, stored=True)

    def set_access(self, document_id: str, principals: frozenset[str]) -> None:
        """Replace who may read the document; an unknown id is no error."""
        query = select(documents.c.details).where(documents.c.id == document_id)
        with self._change("change access") as connection:
            details = connection.execute(query).scalar()
            if details is None:
                return
            change = update(documents).where(documents.c.id == document_id)
            connection.execute(change.values(details_hash=details_hash(details, principals)))
            connection.execute(delete(access).where(access.c.document_id == document_id))
            rows = [{"document_id": document_id, "principal": p} for p in sorted(principals)]
            if rows:
                connection.execute(insert(access), rows)

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these documents; unknown ids are no error."""
        if ids:
            with self._change("remove documents") as connection:
                _delete(connection, ids)

    def remove_source(self, source: str) -> None:
        """Forget a source: documents, checkpoint and all."""
        with self._change("remove a source") as connection:
            for table in (checkpoints, changes, documents):
                connection.execute(delete(table).where(table.c.source == source))

    def get(self, document_id: str) -> Document | None:
        """The document, or None."""
        return self.get_many([document_id]).get(document_id)

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """Those of the documents that exist, by id."""
        found: dict[str, Document] = {}
        with self._read() as connection:
            for part in in_parts(list(dict.fromkeys(ids))):
                granted = readers(connection, part)
                query = select(documents.c.id, documents.c.details, bodies.c.body).join(bodies)
                for row in connection.execute(query.where(documents.c.id.in_(part))):
                    found[row.id] = document_of(row.body, row.details, granted[row.id])
        return found

    def documents(self, source: str | None = None, *, size: int = 64) -> Iterator[list[Document]]:
        """Every document (of one source) in lists of up to `size`, in order of id."""
        last = ""
        while True:
            query = select(documents.c.id).where(documents.c.id > last).order_by(documents.c.id).limit(size)
            if source is not None:
                query = query.where(documents.c.source == source)
            with self._read() as connection:
                ids = list(connection.execute(query).scalars())
            if not ids:
                return
            last = ids[-1]
            found = self.get_many(ids)
            yield [found[i] for i in ids if i in found]

    # What is known of them

    def ids(self, source: str) -> set[str]:
        """The ids of all documents of a source."""
        query = select(documents.c.id).where(documents.c.source == source)
        with self._read() as connection:
            return set(connection.execute(query).scalars())

    def hashes(self, source: str) -> dict[str, str]:
        """The content hash of every document of a source, by id."""
        query = select(documents.c.id, documents.c.content_hash).where(documents.c.source == source)
        with self._read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def states(self, ids: Sequence[str]) -> dict[str, State]:
        """The state of those of the documents that exist, by id."""
        columns = (documents.c.id, documents.c.content_hash, documents.c.details_hash)
        found: dict[str, State] = {}
        with self._read() as connection:
            for part in in_parts(ids):
                rows = connection.execute(select(*columns).where(documents.c.id.in_(part)))
                found.update({row[0]: State(row[1], row[2]) for row in rows})
        return found

    def readable(self, ids: Sequence[str], principals: frozenset[str]) -> set[str]:
        """Those of the documents that at least one of the caller's principals may read.

        `public` counts only where it is among `principals`. No principals, or a document without any: none.
        """
        found: set[str] = set()
        callers = sorted(principals)
        if not callers:
            return found
        with self._read() as connection:
            for part in in_parts(ids):
                for some in in_parts(callers, 400):
                    query = select(access.c.document_id).where(access.c.document_id.in_(part))
                    found.update(connection.execute(query.where(access.c.principal.in_(some))).scalars())
        return found

    def readable_ids(self, principals: frozenset[str]) -> frozenset[str]:
        """The ids of all documents that at least one of the principals may read."""
        found: set[str] = set()
        with self._read() as connection:
            for some in in_parts(sorted(principals), 400):
                query = select(access.c.document_id).where(access.c.principal.in_(some))
                found.update(connection.execute(query).scalars())
        return frozenset(found)

    def counts(self, principals: frozenset[str] | None = None) -> dict[str, SourceCounts]:
        """What each source holds; with `principals`, only of what these may read."""
        c = documents.c
        query = select(c.source, c.kind, func.count(), func.max(c.updated_at), func.max(c.indexed_at))
        if principals is not None:
            mine = exists().where(access.c.document_id == c.id, access.c.principal.in_(sorted(principals)))
            query = query.where(mine)
        with self._read() as connection:
            rows = connection.execute(query.group_by(c.source, c.kind).order_by(c.source, c.kind)).all()
        by_source: dict[str, list[tuple[str, int, str | None, str]]] = defaultdict(list)
        for source, *rest in rows:
            by_source[source].append((rest[0], rest[1], rest[2], rest[3]))
        return {
            source: SourceCounts(
                documents=sum(part[1] for part in parts),
                kinds={part[0]: part[1] for part in parts},
                newest=moment(max((part[2] for part in parts if part[2]), default=None)),
                indexed_at=moment(max(part[3] for part in parts)),
            )
            for source, parts in by_source.items()
        }

    def count_all(self) -> int:
        """How many documents there are."""
        with self._read() as connection:
            return int(connection.execute(select(func.count()).select_from(documents)).scalar_one())

    def sources(self) -> list[str]:
        """The names of all sources that have documents or a checkpoint, sorted."""
        with self._read() as connection:
            names = set(connection.execute(select(documents.c.source).distinct()).scalars())
            names.update(connection.execute(select(checkpoints.c.source)).scalars())
            names.update(connection.execute(select(changes.c.source).distinct()).scalars())
        return sorted(names)


def _row(document: Document, indexed_at: str | None, run_id: int | None) -> dict[str, Any]:
    state = state_of(document)
    return {
        "id": document.id,
        "source": document.source,
        "kind": document.kind,
        "content_hash": state.content_hash,
        "details": details_of(document),
        "details_hash": state.details_hash,
        "updated_at": utc_text(document.updated_at),
        "indexed_at": indexed_at,
        "run_id": run_id,
    }


def _delete(connection: Connection, ids: Sequence[str]) -> None:
    for part in in_parts(ids):
        connection.execute(delete(documents).where(documents.c.id.in_(part)))
        connection.execute(delete(changes).where(changes.c.document_id.in_(part)))


def _grant(connection: Connection, batch: Iterable[Document]) -> None:
    rows = [{"document_id": d.id, "principal": principal} for d in batch for principal in sorted(d.access)]
    if rows:
        connection.execute(insert(access), rows)


def _existing(connection: Connection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in in_parts(ids):
        found.update(connection.execute(select(documents.c.id).where(documents.c.id.in_(part))).scalars())
    return found
