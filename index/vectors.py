"""The vectors: kept by Chroma through LlamaIndex's store, searched exactly in memory.

Chroma's filters cost 20 to 1,000 times its query and its HNSW index misses neighbours (facts.md, "Chroma").
So candidates come from one matrix product over all vectors (1.5 KB each, 1 ms for 10,000), which is put together
from the embedding cache whenever it is not current: an open local Chroma client cannot read what another process
has written since. Chroma serves LlamaIndex users, with whole nodes.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from connectors.errors import UnreachableError
from index.chunks import Chunk
from index.damage import damaged

Vectors = np.ndarray[Any, np.dtype[np.float32]]

_BATCH = 1_000
"""Chunks written at once; Chroma refuses more than its own limit, which depends on the SQLite beneath."""


class VectorStore:
    """One Chroma collection, local in `folder` or on the server at `server` (a URL)."""

    def __init__(self, folder: Path, collection: str, server: str | None = None) -> None:
        from chromadb.config import Settings
        from llama_index.vector_stores.chroma import ChromaVectorStore

        quiet = Settings(anonymized_telemetry=False)
        if server:
            client: Any = _connect(server, quiet)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            client = _opened(folder, quiet)
        self._client = client
        self._batch = min(_BATCH, int(client.get_max_batch_size()))
        self._collection: Any = client.get_or_create_collection(
            collection,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        )
        self.store: Any = ChromaVectorStore(chroma_collection=self._collection)

    def close(self) -> None:
        """Release Chroma's files or connection."""
        self._client.close()

    def put(
        self,
        chunks: Sequence[Chunk],
        vectors: Vectors,
        metadata: Sequence[dict[str, Any]],
        known: Collection[str] = (),
    ) -> None:
        """Keep one vector a chunk as a LlamaIndex node; those `known` from before get their new metadata."""
        for i in range(0, len(chunks), self._batch):
            part = slice(i, i + self._batch)
            nodes = [_node(*row) for row in zip(chunks[part], vectors[part], metadata[part], strict=True)]
            self.store.add(nodes)
            # Chroma leaves what is there as it was; a vector never changes under its id, a link may.
            self._describe([node for node in nodes if node.node_id in known])

    def _describe(self, nodes: Sequence[Any]) -> None:
        from llama_index.core.vector_stores.utils import node_to_metadata_dict

        if nodes:
            self._collection.update(
                ids=[node.node_id for node in nodes],
                metadatas=[node_to_metadata_dict(n, remove_text=True, flat_metadata=True) for n in nodes],
            )

    def remove(self, ids: Sequence[str]) -> None:
        """Forget the vectors of these chunks."""
        for i in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[i : i + self._batch]))

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._collection.count())


def _node(chunk: Chunk, vector: Vectors, metadata: dict[str, Any]) -> Any:
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        embedding=vector.tolist(),
        metadata=metadata,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.document_id)},
    )


def _opened(folder: Path, settings: Any) -> Any:
    """The client of a folder; raises `UnreachableError` where its files are damaged."""
    import chromadb
    from chromadb.errors import ChromaError

    try:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    except (AttributeError, ChromaError):
        # Of damaged files Chroma raises an AttributeError of its own clean-up, which hides the reason.
        raise damaged(folder, "Chroma does not open it") from None


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
        names_file = folder / "vectors.json"
        try:
            names = json.loads(names_file.read_text())
            if names["stamp"] == stamp:
                matrix = np.load(folder / names["matrix"], mmap_mode="r")
                if len(matrix) == len(names["ids"]):
                    return cls(names["ids"], matrix)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        ids, matrix = load()
        with contextlib.suppress(OSError):  # the files only save time
            cls._save(folder, stamp, ids, matrix)
        return cls(ids, matrix)

    @staticmethod
    def _save(folder: Path, stamp: str, ids: list[str], matrix: Vectors) -> None:
        """Write both files under names of their own, as another process may be doing the same."""
        name = f"vectors.{uuid.uuid4().hex}"
        np.save(folder / f"{name}.npy", matrix)
        partial = folder / f"{name}.tmp"
        partial.write_text(json.dumps({"stamp": stamp, "matrix": f"{name}.npy", "ids": ids}))
        partial.replace(folder / "vectors.json")
        for other in folder.glob("vectors*.npy"):
            if other.name != f"{name}.npy":
                other.unlink(missing_ok=True)

    def scores(self, query: Vectors) -> Vectors:
        """The cosine of `query` with every row."""
        # One thread is enough, and BLAS's threads wait for the model's, ten times as long as they work.
        found: Vectors = np.vecdot(self.matrix, query)
        return found
