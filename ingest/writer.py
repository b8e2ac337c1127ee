"""Writes documents into index and ledger in an order that survives a crash anywhere.

A change is begun in the ledger, then the chunks are written and made durable, then the ledger stores the
document and so ends the change. What a dead process began and did not end is written again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from connectors.documents import Document, Failure
from connectors.errors import ConfigurationError, KubeloreError, TemporaryError
from index.ledger import Ledger
from index.ledger.records import state_of
from ingest.report import Counts, described

BATCH_DOCUMENTS = 64
BATCH_CHARACTERS = 500_000
AHEAD = 4
"""Batches that are prepared before the first of them is written: reading, embedding and writing take turns at being
the slowest, and none should wait for another."""
REMOVED_AT_ONCE = 500
_HOPELESS = 50
"""So many documents in a row that the index refuses are not the documents' fault."""


class ChunkIndex(Protocol):
    """What ingest needs of the index."""

    def prepare(self, documents: Sequence[Document]) -> None:
        """Begin what `apply` will need and nobody can see, such as embedding, beside other writes; refuses nothing."""
        ...

    def apply(self, documents: Sequence[Document]) -> None:
        """Make the chunks of these documents those of their present text; repeating it changes nothing."""
        ...

    def remove(self, document_ids: Sequence[str]) -> None:
        """Forget all chunks of these documents; unknown ids are no error."""
        ...

    def commit(self) -> None:
        """Make what was applied and removed durable."""
        ...

    def fingerprint(self) -> str:
        """Differs when the same documents would give other chunks or vectors."""
        ...

    def stamp(self) -> str:
        """'' as long as nothing was ever committed."""
        ...


_NOT_THE_DOCUMENTS_FAULT = (OSError, MemoryError, TemporaryError, ConfigurationError)


class IndexBrokenError(KubeloreError):
    """The index refuses document after document."""


class Writer:
    """Takes the documents of one source's run and writes those that changed, in batches.

    `refuse` is called with each document that could not be written, `wrote` after each batch that was.
    Without a `run_id` nothing is written and `to_index` holds the ids of what would be.
    """

    def __init__(
        self,
        source: str,
        index: ChunkIndex,
        ledger: Ledger,
        counts: Counts,
        run_id: int | None,
        *,
        refuse: Callable[[Failure], None],
        wrote: Callable[[], None],
    ) -> None:
        self._source = source
        self._index = index
        self._ledger = ledger
        self._counts = counts
        self._run_id = run_id
        self._refuse = refuse
        self._wrote = wrote
        self._begun = ledger.begun(source)
        self._arrived: list[Document] = []
        self._changed: list[Document] = []
        self._refused_in_a_row = 0
        self._waiting: deque[list[Document]] = deque()
        self.to_index: list[str] = []

    def add(self, document: Document) -> None:
        """Take a document, and write what has gathered if that is a batch."""
        self._arrived.append(document)
        if _is_full(self._arrived):
            self._compare()

    def flush(self) -> None:
        """Write what has gathered."""
        self._compare()
        self._write_changed()
        while self._waiting:
            self.write_waiting()

    def remove(self, ids: Sequence[str]) -> None:
        """Forget documents: their chunks first, so that the ledger still knows them if this is cut short."""
        for i in range(0, len(ids), REMOVED_AT_ONCE):
            part = ids[i : i + REMOVED_AT_ONCE]
            self._ledger.begin(self._source, part)
            self._index.remove(part)
            self._index.commit()
            self._ledger.remove(part)

    def reapply(self, batch: Sequence[Document]) -> None:
        """Write the chunks of stored documents again."""
        self._counts.reindexed += self._each_if_refused(batch, self._apply)
        self._wrote()

    def _compare(self) -> None:
        """Move what differs from the ledger on to be written."""
        arrived, self._arrived = self._arrived, []
        known = self._ledger.states([document.id for document in arrived])
        touched: list[Document] = []
        for document in arrived:
            state, before = state_of(document), known.get(document.id)
            if before is None or before.content_hash != state.content_hash or document.id in self._begun:
                self._changed.append(document)
                if _is_full(self._changed):
                    self._write_changed()
                continue
            self._counts.unchanged += 1
            if before.details_hash != state.details_hash:
                touched.append(document)
        self._counts.updated += len(touched)
        if self._run_id is not None:
            self._ledger.touch(touched)

    def _write_changed(self) -> None:
        batch, self._changed = self._changed, []
        if self._run_id is None:
            self._counts.indexed += len(batch)
            self.to_index += [document.id for document in batch]
        elif batch:
            # While this batch is embedded, one before it is written: they use different parts of the machine.
            self._index.prepare(batch)
            self._waiting.append(batch)
            if len(self._waiting) > AHEAD:
                self.write_waiting()

    def write_waiting(self) -> None:
        """Write the batch that was prepared first, if there is one."""
        if self._waiting:
            self._counts.indexed += self._each_if_refused(self._waiting.popleft(), self._store)
            self._wrote()

    def _store(self, batch: Sequence[Document]) -> None:
        self._ledger.begin(self._source, [document.id for document in batch], batch)
        self._apply(batch)
        self._ledger.put(batch, run_id=self._run_id)

    def _apply(self, batch: Sequence[Document]) -> None:
        self._index.apply(batch)
        self._index.commit()

    def _each_if_refused(self, batch: Sequence[Document], act: Callable[[Sequence[Document]], None]) -> int:
        """`act` on the batch, and where it fails on each document alone; on how many it succeeded."""
        try:
            act(batch)
        except _NOT_THE_DOCUMENTS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001 - one document must not end the run, whatever it does
            if len(batch) > 1:
                return sum(self._each_if_refused([document], act) for document in batch)
            self._give_up(batch[0], error)
            return 0
        self._refused_in_a_row = 0
        return len(batch)

    def _give_up(self, document: Document, error: Exception) -> None:
        """Forget the document whole: half of it, or its outdated version, is worse than none."""
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= _HOPELESS:
            raise IndexBrokenError(
                f"the index refused {_HOPELESS} documents in a row, the last one with: {described(error)}"
            ) from error
        self.remove([document.id])
        self._refuse(Failure(document.id, f"cannot be indexed: {described(error)}", temporary=True))


def _is_full(batch: Sequence[Document]) -> bool:
    return len(batch) >= BATCH_DOCUMENTS or sum(len(d.text) for d in batch) >= BATCH_CHARACTERS
