"""The vectors: kept by Chroma through LlamaIndex's store, searched exactly in memory.

Chroma's filters cost 20 to 1,000 times its query and its HNSW index misses neighbours (facts.md, "Chroma").
So candidates come from one matrix product over all vectors (1.5 KB each, 1 ms for 10,000), which is rebuilt
from Chroma whenever it is not current.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from connectors.errors import UnreachableError
from index.chunks import Chunk

Vectors = np.ndarray[Any, np.dtype[np.float32]]

_PAGE = 5_000


class VectorStore:
    """One Chroma collection, local in `folder` or on the server at `server` (a URL)."""

    def __init__(self, folder: Path, collection: str, server: str | None = None) -> None:
        import chromadb
        from chromadb.config import Settings
        from llama_index.vector_stores.chroma import ChromaVectorStore

        quiet = Settings(anonymized_telemetry=False)
        if server:
            client: Any = _connect(server, quiet)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            client = chromadb.PersistentClient(path=str(folder), settings=quiet)
        self._collection: Any = client.get_or_create_collection(
            collection,
            embedding_function=None,
            configuration={
                "hnsw": {"space": "cosine", "ef_construction": 128, "max_neighbors": 24, "ef_search": 128}
            },
        )
        self.store: Any = ChromaVectorStore(chroma_collection=self._collection)

    def add(self, chunks: Sequence[Chunk], vectors: Vectors, metadata: Sequence[dict[str, Any]]) -> None:
        """Keep one vector a chunk as a LlamaIndex node; chunks that are there already stay."""
        from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

        nodes = [
            TextNode(
                id_=chunk.id,
                text=chunk.text,
                embedding=vector.tolist(),
                metadata=data,
                relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.document_id)},
            )
            for chunk, vector, data in zip(chunks, vectors, metadata, strict=True)
        ]
        if nodes:
            self.store.add(nodes)

    def remove(self, ids: Sequence[str]) -> None:
        """Forget the vectors of these chunks."""
        for i in range(0, len(ids), _PAGE):
            self._collection.delete(ids=list(ids[i : i + _PAGE]))

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._collection.count())

    def load(self, dimension: int) -> tuple[list[str], Vectors]:
        """All ids and their vectors as rows."""
        ids: list[str] = []
        parts: list[Vectors] = []
        while True:
            page = self._collection.get(include=["embeddings"], limit=_PAGE, offset=len(ids))
            if not page["ids"]:
                break
            ids += page["ids"]
            parts.append(np.asarray(page["embeddings"], dtype=np.float32))
        matrix = np.concatenate(parts) if parts else np.empty((0, dimension), dtype=np.float32)
        return ids, matrix


def _connect(server: str, settings: Any) -> Any:
    import chromadb

    url = urlsplit(server if "//" in server else f"//{server}", scheme="http")
    tls = url.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=url.hostname or "localhost",
            port=url.port or (443 if tls else 8000),
            ssl=tls,
            settings=settings,
        )
    except (OSError, ValueError):  # chromadb raises ValueError when nothing answers
        raise UnreachableError(
            f"the Chroma server {server} does not answer; start it with `chroma run`, or correct `index.server`"
        ) from None


class ExactVectors:
    """All vectors as one matrix, mapped from a file so that processes share it and a start costs nothing."""

    def __init__(self, ids: list[str], matrix: Vectors) -> None:
        self.ids = ids
        self.matrix = matrix
        self.row = {chunk_id: i for i, chunk_id in enumerate(ids)}

    @classmethod
    def current(cls, folder: Path, stamp: str, load: Callable[[], tuple[list[str], Vectors]]) -> ExactVectors:
        """The vectors as of `stamp`: from the files in `folder` if they are that old, else from `load`."""
        matrix_file, names_file = folder / "vectors.npy", folder / "vectors.json"
        try:
            names = json.loads(names_file.read_text())
            if names["stamp"] == stamp:
                matrix = np.load(matrix_file, mmap_mode="r")
                if len(matrix) == len(names["ids"]):
                    return cls(names["ids"], matrix)
        except (OSError, ValueError, KeyError):
            pass
        ids, matrix = load()
        partial = folder / "vectors.tmp.npy"
        np.save(partial, matrix)
        partial.replace(matrix_file)
        names_partial = folder / "vectors.tmp.json"
        names_partial.write_text(json.dumps({"stamp": stamp, "ids": ids}))
        names_partial.replace(names_file)
        return cls(ids, matrix)

    def scores(self, query: Vectors) -> Vectors:
        """The cosine of `query` with every row."""
        found: Vectors = self.matrix @ query
        return found
