"""The index as ingest writes it and the retriever reads it: chunks, words and vectors kept in step.

Order of a write: the chunk table first (it then knows all that the others may hold), vectors and words after,
outdated chunks last. A crash between two steps leaves work to repeat and nothing that cannot be cleaned.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from connectors.documents import Document
from index.bilingual import pairs_of
from index.chunk_store import Card, ChunkStore
from index.chunks import CHUNKER_VERSION, Chunk, chunk
from index.embedding.models import Embedder, EmbeddingSettings, fingerprint, load, load_for_wordings
from index.tokens import has_chinese
from index.vectors import ExactVectors, Vectors, VectorStore
from index.words import Words


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The chunks of a document that will be applied, and the embedding of its batch, which may go on."""

    document: Document
    chunks: list[Chunk]
    embedding: Future[Vectors]


class Index:
    """Everything that can be rebuilt from the documents; lives in one folder."""

    def __init__(
        self,
        folder: Path,
        embedding: EmbeddingSettings,
        server: str | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self.folder = folder
        self.embedding = embedding
        self.chunks = ChunkStore(folder / "chunks.db")
        self.words = Words(folder)
        self._server = server
        self._embedder = embedder
        self._wordings = embedder
        self._vectors: VectorStore | None = None
        self._exact: ExactVectors | None = None
        self._exact_stamp = ""
        self._outdated: set[str] = set()
        self._prepared: dict[str, _Prepared] = {}
        self._beside = ThreadPoolExecutor(1, "embed")
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        embedding: EmbeddingSettings | None = None,
        server: str | None = None,
        embedder: Embedder | None = None,
    ) -> Index:
        """The index in `folder`, made if it is not there; the model and Chroma load when first needed.

        `embedder` takes the place of the model that `embedding` names.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, embedding or EmbeddingSettings(), server, embedder)

    def close(self) -> None:
        """Release files, locks and the thread."""
        self._beside.shutdown(cancel_futures=True)
        with self._lock:
            self.words.close()
            if self._vectors is not None:
                self._vectors.close()
            self.chunks.close()

    @property
    def embedder(self) -> Embedder:
        """The embedding model."""
        with self._lock:
            if self._embedder is None:
                self._embedder = load(self.embedding, self.folder / "model")
            return self._embedder

    @property
    def wordings(self) -> Embedder:
        """The model that tells how alike two wordings are, which need not be the one that finds what answers."""
        with self._lock:
            if self._wordings is None:
                self._wordings = load_for_wordings(self.embedding, self.folder / "model") or self.embedder
            return self._wordings

    @property
    def vectors(self) -> VectorStore:
        """The vector store."""
        with self._lock:
            if self._vectors is None:
                name = f"kubelore-{fingerprint(self.embedding)}"
                self._vectors = VectorStore(self.folder / "chroma", name, self._server)
            return self._vectors

    def fingerprint(self) -> str:
        """Changes when the same documents would give other chunks or vectors: all must then be applied again."""
        return f"{CHUNKER_VERSION}-{fingerprint(self.embedding)}"

    def prepare(self, documents: Sequence[Document]) -> None:
        """Cut `documents` and begin to embed them in another thread, for an `apply` that follows.

        Writes nothing that a reader sees. What cannot be cut or embedded is left for `apply` to report.
        """
        cut: dict[str, list[Chunk]] = {}
        for document in documents:
            with contextlib.suppress(Exception):
                cut[document.id] = chunk(document, self.embedder.count_tokens, self.embedder.window)
        embedding = self._beside.submit(self._embed, [c for chunks in cut.values() for c in chunks])
        for document in documents:
            if document.id in cut:
                self._prepared[document.id] = _Prepared(document, cut[document.id], embedding)

    def apply(self, documents: Sequence[Document]) -> None:
        """Make the chunks of `documents` exactly those of their present text; safe to repeat."""
        by_id = {document.id: document for document in documents}
        new = [c for document in by_id.values() for c in self._chunks(document)]
        # Whatever refuses a document does so before anything is written.
        vectors = self._embed(new)
        ids = {c.id for c in new}
        before = set(self.chunks.ids_of_documents(list(by_id)))
        self.chunks.add(new, map(Card.of, by_id.values()))
        self.chunks.set_pairs({d.id: pairs_of(d.text) if has_chinese(d.text) else () for d in by_id.values()})
        self.vectors.remove(sorted(before - ids))
        # After a crash the table may name a chunk whose vector is missing; adding one that is there is no change.
        self.vectors.put(new, vectors, [_metadata(by_id[c.document_id], c) for c in new], known=before)
        self.words.remove_documents(by_id)
        self.words.add(new, by_id)
        self._outdated = (self._outdated | before) - ids

    def _chunks(self, document: Document) -> list[Chunk]:
        """The chunks of `document`, their vectors in the cache if they were prepared."""
        prepared = self._prepared.pop(document.id, None)
        if prepared is None or prepared.document is not document:
            return chunk(document, self.embedder.count_tokens, self.embedder.window)
        wait([prepared.embedding])
        return prepared.chunks

    def remove(self, document_ids: Sequence[str]) -> None:
        """Forget all chunks of these documents."""
        ids = self.chunks.ids_of_documents(document_ids)
        self.vectors.remove(ids)
        self.words.remove_documents(document_ids)
        self._outdated.update(ids)

    def commit(self) -> None:
        """Make what was applied and removed durable and visible to readers."""
        self.words.commit()
        self.chunks.remove(sorted(self._outdated))
        self._outdated = set()
        self.chunks.set_setting("stamp", str(time.time_ns()))

    def stamp(self) -> str:
        """Differs after every commit, whoever made it; '' if nothing was committed, or a store has been lost."""
        return "" if self.missing() else self.version()

    def version(self) -> str:
        """The stamp of the last commit, for readers: they go on with what is left."""
        return self.chunks.setting("stamp")

    def missing(self) -> tuple[str, ...]:
        """The parts that are gone although there are chunks: of another version's layout, or removed by somebody."""
        if not self.chunks.count():
            return ()
        self.words.reload()  # another process may have written
        gone = list(self.words.lacks(*self.chunks.halves()))
        if self._server is None and not (self.folder / "chroma" / "chroma.sqlite3").exists():
            gone.append("vectors")
        return tuple(gone)

    def exact(self) -> ExactVectors:
        """All vectors in memory, as of the newest commit."""
        stamp = self.version()
        with self._lock:
            if self._exact is None or stamp != self._exact_stamp:
                self.words.reload()
                self._exact = self._load_exact(stamp)
                self._exact_stamp = stamp
            return self._exact

    def _load_exact(self, stamp: str) -> ExactVectors:
        if not stamp:  # nothing was ever committed: neither Chroma nor the model is needed to know
            return ExactVectors([], np.empty((0, 0), dtype=np.float32))
        return ExactVectors.current(self.folder, stamp, self._load_vectors)

    def _load_vectors(self) -> tuple[list[str], Vectors]:
        """All ids and their vectors as rows, from the embedding cache.

        Not from Chroma: an open client fails on what another process has written since.
        """
        chunks = self.chunks.all()
        keys = [self._key(c) for c in chunks]
        cached = self.chunks.cached(keys)
        found = [(c.id, cached[key]) for c, key in zip(chunks, keys, strict=True) if key in cached]
        if not found:
            return [], np.empty((0, self.embedder.dimension), dtype=np.float32)
        return [chunk_id for chunk_id, _ in found], np.stack([vector for _, vector in found])

    def _key(self, chunk: Chunk) -> bytes:
        return _digest(f"{fingerprint(self.embedding)}\0{self.as_read(chunk)}")

    def as_read(self, chunk: Chunk) -> str:
        """What models are given of a chunk."""
        return chunk.written_text if self.embedding.multilingual else chunk.embedded_text

    def _embed(self, chunks: Sequence[Chunk]) -> Vectors:
        """A vector a chunk: cached by the hash of what the model reads, so that a rebuild embeds only what is new."""
        keys = [self._key(c) for c in chunks]
        cached = self.chunks.cached(keys)
        missing = {key: self.as_read(c) for key, c in zip(keys, chunks, strict=True) if key not in cached}
        if missing:
            vectors = self.embedder.embed(list(missing.values()))
            self.chunks.cache(list(missing), vectors)
            cached.update(zip(missing, vectors, strict=True))
        rows = [cached[key] for key in keys]
        return np.stack(rows) if rows else np.empty((0, self.embedder.dimension), dtype=np.float32)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _metadata(document: Document, chunk: Chunk) -> dict[str, str]:
    """What a LlamaIndex user finds on a node; searches here never filter by it."""
    return {
        "document_id": document.id,
        "title": document.title,
        "source": document.source,
        "kind": document.kind,
        "path": document.path or "",
        "url": document.url,
        "anchor": chunk.anchor,
        "environment": document.environment,
        "namespace": document.namespace,
    }
