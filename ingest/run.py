"""One run over one source: crawl, write, delete, checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from connectors.base import Connector, Item, Sized
from connectors.documents import Checkpoint, Document, Failure, Milestone, Unchanged
from connectors.errors import KubeloreError, RefusedError
from index.ledger import Ledger
from ingest.current import FINGERPRINT
from ingest.options import Options, ProgressEvent
from ingest.protection import protection
from ingest.report import Counts, ProblemLog, printable
from ingest.runs import Runs
from ingest.writer import REMOVED_AT_ONCE, ChunkIndex, Writer

BRAKE_DOCUMENTS = 20
"""A run may delete fewer than this, or up to half of the source, without being asked; never all of it."""

_REFUSED_AT = "size_before_refusal:"


class StoppedError(KubeloreError):
    """The run was asked to stop."""


class _CheckpointUselessError(KubeloreError):
    """The source calls a document unchanged that the ledger does not have as it was at the checkpoint."""


class Run:
    """The work of one run; `counts` and `problems` say what happened, also after an error."""

    def __init__(
        self,
        connector: Connector,
        index: ChunkIndex,
        ledger: Ledger,
        runs: Runs,
        run_id: int | None,
        options: Options,
    ) -> None:
        self.counts = Counts()
        self.problems = ProblemLog()
        self.to_delete: list[str] = []
        self._connector = connector
        self._source = connector.name
        self._index = index
        self._ledger = ledger
        self._runs = runs
        self._run_id = run_id
        self._options = options
        self._writer = Writer(
            self._source, index, ledger, self.counts, run_id, refuse=self._refused, wrote=self._wrote
        )
        self.started_over = False
        self._stored: set[str] = set()
        self._begun = ledger.begun(self._source)
        self._ahead = ledger.ahead(self._source)
        self._uncertain = self._begun | self._ahead
        self._seen: set[str] = set()
        self._protected: list[str] = []
        self._checkpoint_holds = True
        self._passed_milestone = False

    @property
    def to_index(self) -> Sequence[str]:
        """In a dry run: the documents that would be written."""
        return self._writer.to_index

    def execute(self) -> None:
        """Do it all.

        Raises StoppedError when asked to stop, RefusedError when the brake held the deletions back, and what
        connector, index or ledger raise; what was written until then stays and is not done again.
        """
        try:
            self._execute()
        except StoppedError:
            self._writer.write_waiting()
            raise

    def _execute(self) -> None:
        self._reindex()
        self._stored = self._ledger.ids(self._source)
        before = None if self._options.full else self._ledger.checkpoint(self._source)
        if self._options.full and self._run_id is not None:
            # So that it is full to its end, also if it is killed.
            self._ledger.save_checkpoint(self._source, None)
        try:
            after = self._crawl(before)
        except _CheckpointUselessError:
            self._start_over()
            after = self._crawl(None)
        self._writer.flush()
        refusal = self._delete()
        stored_is_old = self._ahead or self.started_over or self._passed_milestone
        is_news = after != before or stored_is_old or not self.counts.nothing_new
        if self._run_id is not None and self._checkpoint_holds and is_news:
            self._ledger.save_checkpoint(self._source, after)
        if refusal:
            raise refusal

    def _reindex(self) -> None:
        """Write every stored document's chunks again if the index now makes other ones, or has lost them."""
        now, before = self._index.fingerprint(), self._ledger.setting(FINGERPRINT)
        stored = self._ledger.count_all()
        lost = not self._index.stamp()
        due = bool(stored) and (self._options.reindex or lost or now != before)
        if self._run_id is None:
            self.counts.reindexed = stored if due else 0
            return
        if due:
            # Until it is complete no fingerprint is true, so that a crash makes it start again.
            self._ledger.set_setting(FINGERPRINT, "")
            for batch in self._ledger.documents():
                self._writer.reapply(batch)
        if due or now != before:
            self._ledger.set_setting(FINGERPRINT, now)

    def _crawl(self, checkpoint: Checkpoint | None) -> Checkpoint:
        crawl = self._connector.crawl(checkpoint)
        try:
            while True:
                self._stop_if_asked()
                try:
                    item = next(crawl)
                except StopIteration as end:
                    found: Checkpoint = end.value or {}
                    return found
                except Exception:
                    # What the source said until now stays valid.
                    self._writer.flush()
                    raise
                self._take(item, incremental=checkpoint is not None)
        finally:
            crawl.close()

    def _start_over(self) -> None:
        """Count again from nothing; documents that are written already will show as unchanged."""
        self._writer.flush()
        reindexed = self.counts.reindexed
        for name in asdict(self.counts):
            setattr(self.counts, name, 0)
        self.counts.reindexed = reindexed
        self.problems.clear()
        self._seen.clear()
        self._protected.clear()
        self.started_over = True

    def _take(self, item: Item, *, incremental: bool) -> None:
        if isinstance(item, Milestone):
            self._take_milestone(item)
            return
        if isinstance(item, Document):
            self._take_document(item)
            shown = item.id
        elif isinstance(item, Unchanged):
            for document_id in item.ids:
                self._take_unchanged(document_id, incremental)
            shown = item.ids[-1] if item.ids else ""
        else:
            self._take_failure(item)
            shown = item.item
        if self._options.progress:
            total = self._connector.expected if isinstance(self._connector, Sized) else 0
            seen, indexed = self.counts.seen, self.counts.indexed
            self._options.progress(ProgressEvent(self._source, seen, indexed, shown, total))

    def _take_milestone(self, milestone: Milestone) -> None:
        """Keep its checkpoint, once all that it speaks of is written."""
        if self._run_id is None:
            return
        self._writer.flush()
        if self._checkpoint_holds:
            # What a dead run wrote and this one has not come to is not as either checkpoint says.
            still_ahead = self._ahead - self._seen
            self._ledger.save_checkpoint(self._source, milestone.checkpoint, still_ahead=still_ahead)
            self._passed_milestone = True

    def _take_document(self, document: Document) -> None:
        problem = _unusable(document, self._source)
        if problem:
            self._refused(Failure(document.id or document.title, problem))
        elif self._is_first(document.id):
            self._writer.add(document)

    def _take_unchanged(self, document_id: str, incremental: bool) -> None:
        certain = document_id in self._stored and document_id not in self._uncertain
        if incremental and not certain:
            # A run that did not reach its end wrote or removed it, and now the source is back where it was.
            raise _CheckpointUselessError(document_id)
        if document_id in self._stored:
            if self._is_first(document_id):
                self.counts.unchanged += 1
        else:
            self._refused(Failure(document_id, "called unchanged by the source, but it was never read"))

    def _take_failure(self, failure: Failure) -> None:
        if failure.warning:
            self.counts.warnings += 1
        elif failure.skipped:
            self.counts.skipped += 1
        else:
            self.counts.failed += 1
        if failure.temporary:
            self._protected.append(failure.item)
        self.problems.add(failure)

    def _is_first(self, document_id: str) -> bool:
        if document_id in self._seen:
            self._refused(
                Failure(document_id, "another document of this source has the same id; the first one counts")
            )
            return False
        self._seen.add(document_id)
        return True

    def _refused(self, failure: Failure) -> None:
        """Count a document that did not get in, and let the source name it again next time."""
        self.counts.failed += 1
        self.problems.add(failure)
        # A checkpoint would make the next crawl call it unchanged.
        self._checkpoint_holds = False

    def _delete(self) -> RefusedError | None:
        """Remove what a complete crawl did not name; the brake's error if that is too much."""
        gone = self._without_protected(sorted(self._stored - self._seen))
        self.to_delete = gone
        if self._run_id is not None:
            # Chunks of documents that a dead process had begun to write and that are no longer there.
            self._writer.remove(sorted(self._begun - self._stored - self._seen))
        size = self._size_before_refusal()
        # A source that holds nothing any more is a volume that is not mounted, or access that was taken away.
        too_many = len(gone) >= BRAKE_DOCUMENTS and 2 * len(gone) > size
        refused = bool(gone) and (too_many or not self._seen) and not self._options.confirm_deletions
        self._remember_size(size if refused else None)
        if refused:
            return RefusedError(
                f"{len(gone)} of the {size} documents of source {self._source} are gone;"
                " nothing was deleted. If that is right, run:"
                f" kubelore ingest {self._source} --confirm-deletions"
            )
        if self._run_id is not None:
            self._writer.remove(gone)
        self.counts.deleted = len(gone)
        return None

    def _size_before_refusal(self) -> int:
        """The documents that deletions are compared with.

        A refused run still adds what is new. Were that counted, the next run would find the same deletions
        to be fewer than half, and do them without being asked.
        """
        remembered = self._ledger.setting(_REFUSED_AT + self._source)
        return min(len(self._stored), int(remembered)) if remembered else len(self._stored)

    def _remember_size(self, size: int | None) -> None:
        value = "" if size is None else str(size)
        if self._run_id is not None and value != self._ledger.setting(_REFUSED_AT + self._source):
            self._ledger.set_setting(_REFUSED_AT + self._source, value)

    def _without_protected(self, ids: list[str]) -> list[str]:
        """Those of the stored documents that no temporary failure may be hiding."""
        if not self._protected or not ids:
            return ids
        exact, is_hidden = protection(self._protected)
        folders = tuple(item.rstrip("/") + "/" for item in self._protected)
        gone: list[str] = []
        for i in range(0, len(ids), REMOVED_AT_ONCE):
            part = [
                document_id
                for document_id in ids[i : i + REMOVED_AT_ONCE]
                if document_id not in exact and not is_hidden(document_id)
            ]
            for document_id, document in self._ledger.get_many(part).items():
                path = document.path or ""
                if path not in exact and not path.startswith(folders):
                    gone.append(document_id)
        return sorted(gone)

    def _wrote(self) -> None:
        if self._run_id is not None:
            self._runs.update(self._run_id, self.counts)
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._options.stop is not None and self._options.stop.is_set():
            raise StoppedError("stopped; what was written stays, and the next run goes on from there")


def _unusable(document: Document, source: str) -> str:
    """Why the ledger cannot hold the document, or ''."""
    if document.source != source:
        return f"it says that it belongs to source {document.source!r}"
    if not document.id or printable(document.id) != document.id:
        return "its id is empty or holds characters that cannot be stored"
    return ""
