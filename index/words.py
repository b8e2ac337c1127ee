"""The words of all chunks, those of running objects apart from those of what was written.

A cluster holds thousands of objects that name the same things as a few pages. In one lexical index they would fill
every list of candidates and make the words of the pages common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from connectors.documents import OBJECT, Document
from index.chunks import Chunk
from index.lexical import LexicalIndex


class Words:
    """Two lexical indexes in one folder each, written in step: `written`, and `observed` for running objects."""

    def __init__(self, folder: Path) -> None:
        self.written = LexicalIndex(folder / "lexical")
        self.observed = LexicalIndex(folder / "lexical-objects")
        self._both = (self.written, self.observed)

    def add(self, chunks: Sequence[Chunk], documents: Mapping[str, Document]) -> None:
        """Make `chunks` findable after the next `commit`; `documents` holds the document of each."""
        objects = [c for c in chunks if documents[c.document_id].kind == OBJECT]
        others = [c for c in chunks if documents[c.document_id].kind != OBJECT]
        for index, part in ((self.written, others), (self.observed, objects)):
            if part:
                index.add(part, documents)

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Forget all chunks of these documents with the next `commit`."""
        ids = list(document_ids)
        self.written.remove_documents(ids)
        if self.observed.count():  # a writer costs memory, and most teams have no live source
            self.observed.remove_documents(ids)

    def commit(self) -> None:
        """Make all changes durable and visible."""
        for index in self._both:
            index.commit()

    def close(self) -> None:
        """Give the writers' locks back; what was not committed is dropped."""
        for index in self._both:
            index.close()

    def reload(self) -> None:
        """See what another process has committed."""
        for index in self._both:
            index.reload()

    def lacks(self, written: bool, observed: bool) -> Iterator[str]:
        """Of which half nothing is findable although there is some of it."""
        if written and not self.written.count():
            yield "words of pages and code"
        if observed and not self.observed.count():
            yield "words of running objects"

    def count(self) -> int:
        """How many chunks are findable."""
        return sum(index.count() for index in self._both)
