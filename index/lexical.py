"""The lexical index: BM25 over our own terms, kept by tantivy beside the vectors."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from connectors.documents import Document
from index.chunks import Chunk
from index.glossary import bilingual_terms

FIELDS: Mapping[str, float] = {"body": 1.0, "head": 1.2, "title": 1.3, "place": 0.6}
"""Searched fields and what a match in each is worth."""

_ANALYZER = "terms"
_EVERY = "every"
"""A field in which all chunks have the same term, so that its frequency is the number that BM25 reckons with."""
_START = 5
"""Letters that a word begins with, however it goes on: endings are cut off in the index, and slips are rarer there."""
_WRITER_BYTES = 32_000_000


class _View:
    """The index as of one moment; remembers the chunk at each address, as reading a stored field is slow."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self.searcher = searcher
        self._names: dict[tuple[int, int], str] = {}

    def name(self, address: tantivy.DocAddress) -> str:
        """The id of the chunk at `address`."""
        place = (address.segment_ord, address.doc)
        found = self._names.get(place)
        if found is None:
            found = self._names[place] = str(self.searcher.doc(address)["id"][0])
        return found


class LexicalIndex:
    """Chunks findable by their words; one folder on disk, one writer at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("document", stored=False, tokenizer_name="raw")
        for name in FIELDS:
            builder.add_text_field(name, stored=False, tokenizer_name=_ANALYZER, index_option="freq")
        builder.add_text_field(_EVERY, stored=False, tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()
        self._index = self._opened(folder)
        # The terms are ours (index.tokens), joined by blanks: tantivy only has to split them again.
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_ANALYZER, analyzer)
        self._writer: tantivy.IndexWriter | None = None
        self._view = _View(self._index.searcher())

    def _opened(self, folder: Path) -> tantivy.Index:
        """The index in `folder`; one that is damaged, or that another version has laid out otherwise, starts empty.

        An empty one is noticed as such, and the next run fills it.
        """
        try:
            return tantivy.Index(self._schema, path=str(folder))
        except ValueError as error:
            if not re.search("schema|corrupt", str(error), re.IGNORECASE):
                raise
            shutil.rmtree(folder)
            folder.mkdir()
            return tantivy.Index(self._schema, path=str(folder))

    def add(self, chunks: Sequence[Chunk], documents: Mapping[str, Document]) -> None:
        """Make `chunks` findable after the next `commit`; `documents` holds the document of each."""
        writer = self._open_writer()
        for chunk in chunks:
            document = documents[chunk.document_id]
            place = f"{document.path or document.id} {document.environment} {document.namespace} {document.source}"
            writer.add_document(
                tantivy.Document(
                    id=[chunk.id],
                    document=[chunk.document_id],
                    body=[" ".join(bilingual_terms(chunk.text))],
                    head=[" ".join(bilingual_terms(f"{' '.join(chunk.heading_path)} {chunk.context}"))],
                    title=[" ".join(bilingual_terms(document.title))],
                    place=[" ".join(bilingual_terms(place))],
                    every=[_EVERY],
                )
            )

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Forget all chunks of these documents with the next `commit`."""
        writer = self._open_writer()
        for document_id in document_ids:
            writer.delete_documents_by_term("document", document_id)

    def commit(self) -> None:
        """Make all changes durable and visible."""
        if self._writer is not None:
            self._writer.commit()
        self.reload()

    def close(self) -> None:
        """Give the writer's lock back; what was not committed is dropped."""
        self._writer = None

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()
        self._view = _View(self._index.searcher())

    def search(
        self,
        weighted_terms: Mapping[str, float],
        limit: int,
        scale: Callable[[str, str], float] = lambda field, term: 1.0,
    ) -> list[tuple[str, float]]:
        """The best `limit` chunk ids with their BM25 scores for terms of `index.tokens` with weights.

        `scale` is asked for each field and term what its score is multiplied with; 0 leaves it out.
        """
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, field, term, "freq"), weight * boost * share
                ),
            )
            for term, weight in weighted_terms.items()
            for field, boost in FIELDS.items()
            if (share := scale(field, term)) > 0
        ]
        if not clauses:
            return []
        view = self._view
        hits = view.searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return [(view.name(address), float(score)) for score, address in hits]

    def document_frequency(self, term: str, field: str = "body") -> int:
        """In how many chunks `term` occurs in `field`."""
        query = tantivy.Query.term_query(self._schema, field, term, "basic")
        return int(self._view.searcher.search(query, 1, count=True).count or 0)

    def reckoned_frequency(self, term: str, field: str = "body") -> int:
        """The same as BM25 reckons with: removed chunks count until tantivy tidies up."""
        return int(self._view.searcher.doc_freq(field, term))

    def reckoned_count(self) -> int:
        """How many chunks BM25 reckons with."""
        return int(self._view.searcher.doc_freq(_EVERY, _EVERY))

    def alike(self, term: str, limit: int) -> list[str]:
        """The ids of `limit` chunks at most that hold a term two letters from `term`, and as many with its start."""
        near = tantivy.Query.fuzzy_term_query(self._schema, "body", term, 2)
        begins = tantivy.Query.regex_query(self._schema, "body", f"{re.escape(term[:_START])}.*")
        view = self._view
        hits = [hit for query in (near, begins) for hit in view.searcher.search(query, limit).hits]
        return list(dict.fromkeys(view.name(address) for _, address in hits))

    def holders(self, term: str, field: str) -> list[str]:
        """The ids of all chunks in whose `field` `term` occurs."""
        view = self._view
        count = int(view.searcher.doc_freq(field, term))
        query = tantivy.Query.term_query(self._schema, field, term, "freq")
        return [view.name(address) for _, address in view.searcher.search(query, count).hits] if count else []

    def count(self) -> int:
        """How many chunks are findable."""
        return int(self._view.searcher.num_docs)

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        return self._writer
