"""Any model that sentence-transformers can load: a hub name or a local folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.build import package_folder
from index.embedding.models import DEFAULT_MODEL


class SentenceTransformerModel:
    """Embeds with torch; several times slower than the bundled model, and takes 4 s and 400 MB to load."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(str(package_folder()) if name == DEFAULT_MODEL else name)
        self.dimension = int(self._model.get_embedding_dimension())
        self.window = int(self._model.max_seq_length or 256)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included."""
        encoded = self._model.tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One unit vector a text, as rows."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)
