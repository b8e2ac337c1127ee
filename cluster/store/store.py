"""The store of objects: what crawls and watches see goes in, everybody else reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container
from datetime import UTC, datetime
from pathlib import Path

from cluster.store import writer
from cluster.store.crawls import Crawl, Crawls, Sighting
from cluster.store.database import Database
from cluster.store.digest import digest
from cluster.store.events import is_event
from cluster.store.reader import ObjectName, ObjectReader, Version
from cluster.store.records import group_of, utc_text
from cluster.store.retention import Retention
from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

__all__ = ["ObjectName", "ObjectStore", "Version"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ObjectStore(ObjectReader):
    """An `ObjectObserver` that keeps what it is told in `cluster.db`; for many threads and processes.

    Within a crawl objects are written some hundred at a time, else at once. What was written stays, whatever
    happens to the process; a crawl that is cut off deletes nothing, as no kind of it was listed whole.
    """

    def __init__(
        self, folder: Path, *, retention: Retention | None = None, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """The store in `folder`; both are made if they are not there."""
        super().__init__(Database(folder))
        self._retention = retention or Retention()
        self._clock = clock
        self._crawls = Crawls()
        # Threads of this process take turns here; waiting for SQLite's lock is coarse.
        self._turn = threading.Lock()

    def begin(self, source: str) -> None:
        """A crawl of the source starts in this thread."""
        self.flush()
        self._crawls.by_source[source] = Crawl(self._clock())

    def saw(self, found: ObservedObject) -> None:
        """The object is there with this value now; costs no write if that is known."""
        if not found.name and not found.uid:
            return
        at = found.observed_at or self._clock()
        key, size = (b"", 1_000) if is_event(found) else digest(found.value)
        self._crawls.add(Sighting(found, at, key), size)
        if self._crawls.is_full or not self._crawls.is_listing(found):
            self.flush()

    def complete(self, source: str, api_version: str, kind: str) -> None:
        """All objects of the kind have been named since `begin`: the others are gone. Events stay."""
        self.flush()
        crawl = self._crawls.by_source.get(source)
        if crawl is None:
            raise ValueError(f"no crawl of {source} has begun in this thread")
        group, now = group_of(api_version), self._clock()
        crawl.listed.add((group, kind))
        with self._turn, self._database.writing() as db:
            writer.remove_unseen(
                db, (source, group, kind), crawl.seen.pop((group, kind), set()), crawl.began, now
            )
            db.execute(
                "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)", (source, group, kind, utc_text(now))
            )

    def gone(self, source: str, ref: ResourceRef, at: datetime) -> None:
        """A watch saw the object being deleted; events are kept."""
        self.flush()
        with self._turn, self._database.writing() as db:
            writer.remove_named(db, source, ref, at)

    def finish(self, source: str, documents: Container[str] | None = None) -> None:
        """The crawl of the source has ended well: a snapshot of now is kept, and what is too old is forgotten.

        `documents` are the ids of the source's documents. Objects of kinds that the crawl did not list whole are
        gone if their documents are: the kind is no longer read.
        """
        self.flush()
        crawl = self._crawls.by_source.pop(source, None)
        with self._turn, self._database.writing() as db:
            now = self._clock()
            if crawl is not None and documents is not None:
                writer.remove_without_documents(db, source, crawl, documents, now)
            db.execute("INSERT OR REPLACE INTO crawls VALUES (?, ?)", (source, utc_text(now)))
            writer.prune(db, self._retention, now)

    def forget(self, source: str) -> None:
        """Removes all that is known from a source."""
        with self._turn, self._database.writing() as db:
            writer.forget(db, source)

    def flush(self) -> None:
        """Writes what this thread was told and has not written yet."""
        waiting = self._crawls.take()
        changed = self._unknown(waiting)
        if not changed:
            return
        with self._turn, self._database.writing() as db:
            for sighting in changed:
                if sighting.digest:
                    self._crawls.note(sighting, writer.put(db, sighting, self._retention))
                else:
                    writer.put_event(db, sighting)

    def _unknown(self, waiting: list[Sighting]) -> list[Sighting]:
        """Those that may have to be written; the others are noted as seen."""
        if not waiting:
            return []
        changed = []
        with self._database.reading() as db:
            for sighting in waiting:
                row = writer.row_of(db, sighting) if sighting.digest else None
                if row is not None and writer.is_as_stored(sighting, row):
                    self._crawls.note(sighting, int(row["id"]))
                elif sighting.digest or not writer.is_known_event(db, sighting):
                    changed.append(sighting)
        return changed
